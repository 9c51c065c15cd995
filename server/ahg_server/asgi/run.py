"""Run the application: choose the port, say where it listens, keep the connections within limits."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import resource
import signal
import socket
import sys
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
from ahg_server.asgi.log_handler import BackgroundHandler
from ahg_server.asgi.protocol import LimitedHttpProtocol

_MMAP_THRESHOLD = -3  # of mallopt(3)
_LARGE = 128 * 1024  # bytes from which a piece of memory is mapped by itself

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


def make_config(application: Application) -> uvicorn.Config:
    """Return how the application is run: its own logs, limits on connections, no waiting for idle clients."""
    return uvicorn.Config(
        application,
        http=LimitedHttpProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
    )


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
    application = create_app(snapshot, engine=engine)
    listener = open_socket(host, port)
    chosen = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    line = f"http://{shown}:{chosen}/" + (f" (port {port} is taken)" if port not in {0, chosen} else "")
    config = make_config(application)
    _allow_files()
    _give_memory_back()
    logging.basicConfig(handlers=[BackgroundHandler(sys.stderr.fileno())], level=logging.INFO, format="%(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    server = _Server(config, application, snapshot.resolve().parent, f"http://{shown}:{chosen}/", lambda: say(line))
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listener]))
    if not server.started:
        raise SnapshotError("the workers did not start; see the log")


def _give_memory_back() -> None:
    """Let the system have the memory of large replies again as soon as they are gone.

    The GNU C library begins by that, and ceases once something large was freed, unless it is told a number.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)


def _allow_files() -> None:
    """Let the process have as many files open as the system permits: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # macOS calls a limit infinite that it does not grant
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


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
