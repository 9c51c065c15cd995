"""The wiring: snapshots, workers and fronts make one ASGI application."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import NamedTuple

from ahg_graph.config.home_file import Home
from ahg_graph.config.prefixes import activate_home, get_home
from ahg_graph.config.settings import read_share
from ahg_graph.engines import Address
from ahg_graph.errors import SnapshotError
from ahg_graph.snapshot import Snapshot, activate, open_snapshot, verify
from ahg_graph.sparql.types import SparqlQuery
from ahg_graph.workers import Limits, read_limits
from ahg_server.asgi.admission import Admission
from ahg_server.asgi.dispatcher import Dispatcher
from ahg_server.context.figures import FigureFolder
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http.access_log import AccessLog
from ahg_server.http.limits import ResponseBudget
from ahg_server.http.metrics import Metrics
from ahg_server.http.requests import Receive, Scope, Send

log = logging.getLogger("ahg_graph.server")


class PreparedSnapshot(NamedTuple):
    """What serves another snapshot, ready and not yet served, with its home's facts."""

    dispatcher: Dispatcher
    home: Home


class Application:
    """The ASGI application: it starts and closes the workers, and hands requests to the current dispatcher."""

    def __init__(
        self,
        snapshot: Snapshot,
        union: bool = True,
        limits: Limits | None = None,
        engine: Address | None = None,
        siblings: FigureFolder | None = None,
    ) -> None:
        self._siblings = siblings
        self._union = union
        self._engine = engine
        self._limits = limits or read_limits()
        self.metrics = Metrics()
        self._access_log = AccessLog(self.metrics)
        self._admission = Admission()
        self._response_budget = ResponseBudget(read_share("outgoing") * 1024 * 1024)
        self._tasks: set[asyncio.Task[object]] = set()
        self._moving = asyncio.Lock()
        self.dispatcher = self._make_dispatcher(snapshot)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event of the server."""
        if scope["type"] == "http":
            await self.dispatcher(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1003})

    def log_refusal(self, status: int, code: str) -> str:
        """Number and log a request that its connection refused because it could not be read; return the number."""
        return self.dispatcher.log_refusal(status, code)

    async def start(self) -> None:
        """Start the workers, and FastAPI in the background; raises SnapshotError when the store cannot be opened."""
        await self.dispatcher.context.pool.start()
        self._keep(asyncio.ensure_future(self.dispatcher.lazy_app.load()))
        self._keep(asyncio.ensure_future(self.dispatcher.context.load_into_memory()))

    async def reload(self, snapshot: Snapshot) -> None:
        """Serve another snapshot from now on, without losing a request; what is under way ends on the old one.

        Raises SnapshotError, and goes on as before, when the snapshot is damaged or cannot be served.
        """
        prepared = await self.prepare(snapshot)
        if prepared:
            self.move(prepared)

    async def prepare(self, snapshot: Snapshot) -> PreparedSnapshot | None:
        """Make another snapshot ready, for `move` or `drop_prepared`; None where it is served already.

        Raises SnapshotError when the snapshot is damaged or cannot be served.
        """
        async with self._moving:
            if snapshot.manifest.identity == self.dispatcher.context.identity:
                log.info("snapshot %s is already served", snapshot.manifest.identity)
                return None
            await asyncio.to_thread(verify, snapshot, content=False)
            home = get_home()
            dispatcher = self._make_dispatcher(snapshot)
            try:
                await dispatcher.context.pool.start(whole=True)
                await dispatcher.context.pool.ask(SparqlQuery("ASK { ?s ?p ?o }"))
                await dispatcher.lazy_app.load()
                await dispatcher.context.load_into_memory()
            except BaseException:
                activate_home(home)
                await dispatcher.context.close()
                raise
            prepared = PreparedSnapshot(dispatcher, get_home())
            activate_home(home)
            return prepared

    def move(self, prepared: PreparedSnapshot) -> None:
        """Serve from now on what was prepared; what is under way ends on the old one."""
        activate_home(prepared.home)
        old, self.dispatcher = self.dispatcher, prepared.dispatcher
        self.metrics.count("swap", "done")
        log.info("moved from snapshot %s to %s", old.context.identity, self.dispatcher.context.identity)
        self._keep(asyncio.ensure_future(old.drain()))

    def drop_prepared(self, prepared: PreparedSnapshot) -> None:
        """End what was prepared and is not to be served."""
        self.metrics.count("swap", "refused")
        self._keep(asyncio.ensure_future(prepared.dispatcher.context.close()))

    async def try_reload(self, find: Path) -> str:
        """Move to the snapshot at a path; return why that was refused, or nothing when it is served now."""
        prepared, refusal = await self.try_prepare(find)
        if prepared:
            self.move(prepared)
        return refusal

    async def try_prepare(self, find: Path) -> tuple[PreparedSnapshot | None, str]:
        """Return what was prepared of the snapshot at a path, and why it was refused."""
        try:
            return await self.prepare(await asyncio.to_thread(open_snapshot, find)), ""
        except SnapshotError as error:
            self.metrics.count("swap", "refused")
            log.error("the snapshot is refused, and the old one goes on: %s", error)
            return None, str(error)
        except Exception as error:
            self.metrics.count("swap", "refused")
            log.exception("the snapshot cannot be served, and the old one goes on")
            return None, f"{type(error).__name__}: {error}"

    async def close(self) -> None:
        """End the workers and write what is left of the log."""
        await self.dispatcher.context.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._access_log.write()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.start()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _make_dispatcher(self, snapshot: Snapshot) -> Dispatcher:
        activate(snapshot)
        context = SnapshotContext(
            snapshot, self._union, self._limits, self.metrics, self._engine, siblings=self._siblings
        )
        return Dispatcher(context, self._access_log, self._admission, self._response_budget)

    def _keep(self, task: asyncio.Task[object]) -> None:
        """Hold on to a task until it is done, and say so when it failed."""
        self._tasks.add(task)
        task.add_done_callback(self._drop)

    def _drop(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a task of the server failed", exc_info=error)


def create_app(
    snapshot: Snapshot | Path,
    union: bool = True,
    limits: Limits | None = None,
    engine: Address | None = None,
    siblings: FigureFolder | None = None,
) -> Application:
    """Return the application over a snapshot or its folder; the limits are those of the settings unless given.

    Raises SnapshotError when there is no snapshot. `union`: the default graph is the union of all graphs. With an
    `engine`, queries are answered there, where the snapshot's release was published. `siblings` are the figures of the
    processes that serve together.
    """
    found = snapshot if isinstance(snapshot, Snapshot) else open_snapshot(snapshot)
    return Application(found, union, limits, engine, siblings)
