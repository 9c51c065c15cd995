"""The processes of a pool: as many as configured, each replaced when it ends."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable

from ahg_graph.errors import AhgGraphError, SnapshotError
from ahg_graph.sparql.types import SparqlResult
from ahg_graph.workers.fork_server import ForkServer
from ahg_graph.workers.wire_format import WorkerOptions
from ahg_graph.workers.worker_process import WorkerProcess

_RESPAWN = 1.0  # seconds before another try when a process did not come up twice

log = logging.getLogger("ahg_graph.workers")

Outcome = Callable[[WorkerProcess, "SparqlResult | AhgGraphError"], None]
Loss = Callable[[WorkerProcess, bool], None]


class WorkerSupervisor:
    """Worker processes; `idle` are those that can be given a question, the one that was at work last at the end.

    `finish` is called with what a worker reports, `lose` with one that ended of itself and whether for want of memory,
    `change` after anything that may let work begin. `ends` counts the workers that ended, by cause.
    """

    def __init__(
        self, options: WorkerOptions, size: int, finish: Outcome, lose: Loss, change: Callable[[], None]
    ) -> None:
        self._fork_server, self._size = ForkServer(options), size
        self._finish, self._lose, self._change = finish, lose, change
        self.idle: list[WorkerProcess] = []
        self.ends: Counter[str] = Counter()
        self._busy: set[WorkerProcess] = set()
        self._starting: set[WorkerProcess] = set()
        self._failures = 0  # since the last process came up
        self._first: asyncio.Future[None] | None = None
        self._is_closing = False

    @property
    def ready(self) -> int:
        """The number of processes that have opened the store."""
        return len(self.idle) + len(self._busy)

    @property
    def present(self) -> int:
        """The number of processes, with those that are coming up."""
        return self.ready + len(self._starting)

    async def start(self) -> None:
        """Start the processes and return when the first is ready; raises SnapshotError when it does not come up."""
        self._first = asyncio.get_running_loop().create_future()
        self.fill()
        await self._first

    async def close(self) -> None:
        """End every process and wait until they are gone."""
        self._is_closing = True
        for worker in [*self.idle, *self._starting, *self._busy]:
            self.end(worker, "closed")
        self._fork_server.close()
        if self._first and not (self._first.done() and not self._first.cancelled()):
            self._fork_server.kill()  # it may be reading a large graph
        await asyncio.to_thread(self._fork_server.wait)

    def take(self) -> WorkerProcess:
        """Return the idle worker that was at work last; raises IndexError when there is none."""
        worker = self.idle.pop()
        self._busy.add(worker)
        return worker

    def end(self, worker: WorkerProcess, cause: str) -> None:
        """End a process and start another in its place."""
        self.ends[cause] += 1
        self._forget(worker)
        worker.kill()
        self.fill()

    def fill(self) -> None:
        """Start as many processes as are missing; where the system has no room for one, try again in a while."""
        if self._is_closing:
            return
        for _ in range(self._size - self.present):
            try:
                self._starting.add(WorkerProcess(self._fork_server, self._report))
            except OSError as error:
                log.error("a process cannot be started: %s", error)
                if self._first and not self._first.done():
                    self._first.set_exception(SnapshotError(f"no worker came up: {error}"))
                else:
                    asyncio.get_running_loop().call_later(_RESPAWN, self.fill)
                return

    def _report(self, worker: WorkerProcess, outcome: SparqlResult | AhgGraphError | None) -> None:
        if outcome is not None:
            self._busy.discard(worker)
            if worker.leaves or worker.is_low:
                self.end(worker, "retired")
            else:
                self.idle.append(worker)
            self._finish(worker, outcome)
        elif not worker.has_ended:
            self._starting.discard(worker)
            self.idle.append(worker)
            self._failures = 0
            if self._first and not self._first.done():
                self._first.set_result(None)
        elif worker in self._starting:
            self._fail_to_start(worker)
        else:
            self._forget(worker)
            self.fill()
            memory = worker.ran_out_of_memory()
            self.ends["memory" if memory else "lost"] += 1
            self._lose(worker, memory)
        self._change()

    def _fail_to_start(self, worker: WorkerProcess) -> None:
        self._starting.discard(worker)
        if self._first and not self._first.done():
            said = worker.read_errors() or self._fork_server.read_errors()
            reason = said.decode(errors="replace").strip().rpartition("\n")[2]
            self._first.set_exception(SnapshotError(f"no worker came up: {reason}"))
            return
        # Processes that were to come from a fork server that has ended fail together, and come up from the next.
        self._failures += 1
        asyncio.get_running_loop().call_later(_RESPAWN if self._failures > self._size else 0.0, self.fill)

    def _forget(self, worker: WorkerProcess) -> None:
        if worker in self.idle:
            self.idle.remove(worker)
        self._starting.discard(worker)
        self._busy.discard(worker)
