"""One of the processes that serve together, as uvicorn's supervisor starts it."""

from __future__ import annotations

import asyncio
import logging
import signal
from pathlib import Path

from ahg_graph.engines import Address
from ahg_graph.workers.sandbox import exit_with_parent
from ahg_server.asgi.application import Application, PreparedSnapshot, create_app
from ahg_server.asgi.process_folder import Order, ProcessFolder, Report
from ahg_server.asgi.process_setup import prepare_process
from ahg_server.context.figures import FigureFolder
from ahg_server.http.requests import Receive, Scope, Send

_PAUSE = 1.0  # seconds from one writing of the figures to the next


class MemberFactory:
    """Makes the application of a process; the supervisor hands it over, so that it holds nothing but texts."""

    def __init__(self, folder: Path, engine: Address | None) -> None:
        self._folder = folder
        self._engine = engine

    def __call__(self) -> MemberApplication:
        """Return the application over the snapshot that is served now."""
        exit_with_parent(signal.SIGTERM)
        prepare_process()
        folder = ProcessFolder(self._folder)
        figures = FigureFolder(self._folder)
        return MemberApplication(
            create_app(folder.find_snapshot(), engine=self._engine, siblings=figures), folder, figures
        )


class MemberApplication:
    """The application of one process: it serves, moves when all can, and writes its figures."""

    def __init__(self, application: Application, folder: ProcessFolder, figures: FigureFolder) -> None:
        self._application, self._folder, self._figures = application, folder, figures
        self._prepared: PreparedSnapshot | None = None
        self._following: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event of the server."""
        if scope["type"] != "lifespan":
            await self._application(scope, receive, send)
            return
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._follow)
        writing = asyncio.ensure_future(self._write_figures())
        try:
            await self._application(scope, receive, send)
        finally:
            writing.cancel()
            self._figures.write(self._application.dispatcher.context)
            for handler in logging.getLogger().handlers:
                handler.flush()

    def log_refusal(self, status: int, code: str) -> str:
        """Number and log a request that its connection refused because it could not be read; return the number."""
        return self._application.log_refusal(status, code)

    async def _write_figures(self) -> None:
        while True:
            self._figures.write(self._application.dispatcher.context)
            await asyncio.sleep(_PAUSE)

    def _follow(self) -> None:
        """Do what the supervisor asks for."""
        order = self._folder.read_order()
        if order is None:
            return
        if order.step == "prepare":
            self._following = asyncio.ensure_future(self._prepare(order))
            return
        if self._prepared:
            (self._application.move if order.step == "move" else self._application.drop_prepared)(self._prepared)
            self._prepared = None
        self._folder.report(Report(order.number, order.step))

    async def _prepare(self, order: Order) -> None:
        self._prepared, refusal = await self._application.try_prepare(Path(order.snapshot))
        self._folder.report(Report(order.number, "prepare", refusal))
