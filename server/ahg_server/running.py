"""Run the application: choose the port, say where it listens, keep the connections within limits."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn

from ahg_graph.settings import read_setting
from ahg_server.app import Application, create_app
from ahg_server.connections import Connection


def open_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens at the address, or at a free port where that one is taken; 0 takes any."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in dict.fromkeys((port, 0)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(1024)
        except OSError:
            listener.close()
            if candidate == 0:
                raise
        else:
            return listener
    raise OSError(f"no port is free at {host}")


def make_config(application: Application) -> uvicorn.Config:
    """Return how the application is run: its own logs, limits on connections, no waiting for idle clients."""
    return uvicorn.Config(
        application,
        http=Connection,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
    )


def serve(snapshot: Path, host: str | None = None, port: int | None = None, say: Callable[[str], None] = print) -> None:
    """Serve a snapshot until the process is told to end; the settings give what is not given.

    `say` gets the line with the address once the first query can be answered. Raises SnapshotError when the snapshot
    cannot be served and OSError when nothing can listen at the address.
    """
    host = host or str(read_setting("host"))
    port = int(read_setting("port")) if port is None else port
    application = create_app(snapshot)
    listener = open_socket(host, port)
    chosen = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    config = make_config(application)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                busy = f" (port {port} is taken)" if port not in {0, chosen} else ""
                say(f"http://{shown}:{chosen}/{busy}")

    server = Server(config)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listener]))
    if not server.started:
        raise SystemExit(1)
