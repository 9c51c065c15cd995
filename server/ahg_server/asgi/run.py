"""Run the application: choose the port, say where it listens, keep the connections within limits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import uvicorn

from ahg_graph.config.settings import read_setting
from ahg_graph.engines import Address
from ahg_graph.errors import SnapshotError
from ahg_graph.snapshot import instances
from ahg_graph.snapshot.snapshot_store import CURRENT
from ahg_server.asgi.application import Application, create_app
from ahg_server.asgi.configuration import make_config
from ahg_server.asgi.process_group import serve_together
from ahg_server.asgi.process_setup import prepare_process

log = logging.getLogger("ahg_graph.server")


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


def serve(
    snapshot: Path,
    host: str | None = None,
    port: int | None = None,
    say: Callable[[str], None] = print,
    engine: Address | None = None,
) -> None:
    """Serve a snapshot until the process is stopped; on SIGHUP change to the current one. Settings give the rest.

    `say` gets the line with the address once the first query can be answered. Raises SnapshotError when the snapshot
    cannot be served and OSError when nothing can listen at the address.
    """
    host = host or str(read_setting("host"))
    port = int(read_setting("port")) if port is None else port
    processes = max(1, int(read_setting("processes")))
    application = create_app(snapshot, engine=engine)  # refuses what cannot be served before anything listens
    listener = open_socket(host, port)
    chosen = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    line = f"http://{shown}:{chosen}/" + (f" (port {port} is taken)" if port not in {0, chosen} else "")
    if processes > 1:
        serve_together(snapshot, engine, listener, f"http://{shown}:{chosen}/", processes, lambda: say(line))
        return
    config = make_config(application)
    prepare_process()
    server = _Server(config, application, snapshot.resolve().parent, f"http://{shown}:{chosen}/", lambda: say(line))
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listener]))
    if not server.started:
        raise SnapshotError("the workers did not start; see the log")


class _Server(uvicorn.Server):
    """The server, registered for `ahg-graph swap`, which changes to the current snapshot on SIGHUP."""

    def __init__(
        self, config: uvicorn.Config, application: Application, snapshots: Path, url: str, ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._application = application
        self._snapshots = snapshots
        self._ready = ready
        self._notice = instances.current_instance(url, application.dispatcher.context.identity)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then register this server and report that it is ready."""
        await super().startup(sockets)
        if self.started:
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._begin_to_move)
            self._announce()
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, leave no notice, and write what is left of the log."""
        with contextlib.suppress(OSError):
            instances.unregister(self._snapshots, self._notice.process)
        await super().shutdown(sockets)
        # The signal that ended the server ends the process next.
        for handler in logging.getLogger().handlers:
            handler.flush()

    def _begin_to_move(self) -> None:
        self._moving = asyncio.ensure_future(self._move())

    async def _move(self) -> None:
        refusal = await self._application.try_reload(self._snapshots / CURRENT)
        identity = self._application.dispatcher.context.identity
        self._notice = replace(self._notice, identity=identity, reloads=self._notice.reloads + 1, refusal=refusal)
        self._announce()

    def _announce(self) -> None:
        try:
            instances.register(self._snapshots, self._notice)
        except OSError as error:
            log.warning("no notice for `ahg-graph swap` (%s); SIGHUP does the same", error)
