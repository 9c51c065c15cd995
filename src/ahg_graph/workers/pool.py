"""A pool of worker processes, and who gets one when.

A query is quick until it has run for the time that `slow` gives. Slow queries hold at most all but one worker: the
query that would be one too many, or rather the newest of the client that has the most, is ended and waits for its
turn among the slow, once; after that it is refused. So a plain question finds a worker free, or free within that time.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Hashable
from pathlib import Path

from ahg_graph.errors import (
    AhgGraphError,
    AnswerTooLarge,
    Overloaded,
    QueryMemory,
    QueryTimeout,
    QueryTooDeep,
    SnapshotError,
    WorkerLost,
)
from ahg_graph.results import Answer, Question
from ahg_graph.syntax import Outline, read_outline
from ahg_graph.worker import Options
from ahg_graph.workers.handle import Worker
from ahg_graph.workers.history import History, Pace
from ahg_graph.workers.jobs import Figures, Job
from ahg_graph.workers.limits import Limits, read_limits
from ahg_graph.workers.line import Line

_LONG_TEXT = 16 * 1024  # characters; longer texts are scanned in a thread, one at a time
_RESPAWN = 1.0  # seconds before another try when a process did not come up


class Pool:
    """Worker processes over one store; use it within one event loop, between `start` and `close`."""

    def __init__(self, store: Path, union: bool = True, limits: Limits | None = None) -> None:
        self.limits = limits or read_limits()
        self._options = Options(str(store), union, self.limits.memory, self.limits.answer)
        self._most_slow = max(1, self.limits.workers - 1)
        self._idle: list[Worker] = []
        self._starting: set[Worker] = set()
        self._running: dict[Worker, Job] = {}
        self._ended: set[Worker] = set()
        self._line: Line[Job] = Line()
        self._history = History()
        self._ends: Counter[str] = Counter()
        self._first: asyncio.Future[None] | None = None
        self._shared: dict[Hashable, Job] = {}
        self._scanning = asyncio.Semaphore(1)
        self._closing = False

    async def start(self, whole: bool = False) -> None:
        """Start the processes and return when the first is ready, or all that may work at once if the `whole` is asked.

        Raises SnapshotError when the first does not come up.
        """
        self._loop = asyncio.get_running_loop()
        self._first = self._loop.create_future()
        self._fill()
        await self._first
        while whole and len(self._idle) + len(self._running) < self.limits.workers:
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        """End every process; what still waits or runs is refused."""
        self._closing = True
        while (job := self._line.pop(with_slow=True)) is not None:
            job.settle(Overloaded("the server is shutting down"))
        for worker, job in list(self._running.items()):
            self._end(worker, "closed")
            job.settle(Overloaded("the server is shutting down"))
        for worker in [*self._idle, *self._starting]:
            self._end(worker, "closed")
        for worker in self._ended:
            await asyncio.to_thread(worker.wait)

    async def drain(self) -> None:
        """Wait until nothing runs or waits, then close."""
        while self._running or len(self._line):
            await asyncio.sleep(0.02)
        await self.close()

    async def ask(
        self, question: Question, client: str = "", outline: Outline | None = None, key: Hashable = None
    ) -> Answer:
        """Return the answer, or raise the error of `errors` that says why there is none.

        Cancelling the call ends the work. `client` is whom the line is fair to; `outline` saves a second scan. Calls
        with the same `key` at the same time are one question, and the work ends when the last of them is cancelled.
        """
        job = self._shared.get(key)
        if job is None:
            job = self._take_in(question, client, outline or await self.scan(question.text), key)
        else:
            job.askers += 1
        try:
            return await asyncio.shield(job.future)
        except asyncio.CancelledError:
            job.askers -= 1
            if not job.askers:
                self._abandon(job)
            raise

    def _take_in(self, question: Question, client: str, outline: Outline, key: Hashable) -> Job:
        if outline.depth > self.limits.depth:
            raise QueryTooDeep(f"the query nests deeper than {self.limits.depth} levels")
        shape = hash(outline.shape)
        timeout = min(self.limits.timeout, question.timeout or math.inf)
        future: asyncio.Future[Answer] = self._loop.create_future()
        job = Job(question, outline, key, client, shape, self._history.recall(shape), timeout, future)
        if key is not None:
            self._shared[key] = job
            future.add_done_callback(lambda _: self._shared.pop(key, None))
        self._line.push(job)
        self._dispatch()
        if job.worker is None and not future.done():
            self._keep_waiting(job)
        return job

    async def scan(self, text: str) -> Outline:
        """Return a text's outline, for `ask`."""
        if len(text) < _LONG_TEXT:
            return read_outline(text, self.limits.depth)
        async with self._scanning:
            return await asyncio.to_thread(read_outline, text, self.limits.depth)

    def measure(self) -> Figures:
        """Return the figures of this moment."""
        return Figures(
            processes=len(self._idle) + len(self._starting) + len(self._running),
            ready=len(self._idle) + len(self._running),
            busy=len(self._running),
            slow=self._count_slow(),
            waiting=len(self._line),
            ends=dict(self._ends),
        )

    def list_processes(self) -> list[int]:
        """Return the numbers of the processes that are ready, those at work first."""
        return [worker.pid for worker in (*self._running, *self._idle)]

    # ---- Processes ------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Start as many processes as are missing."""
        if self._closing:
            return
        present = len(self._idle) + len(self._starting) + len(self._running)
        for _ in range(self.limits.workers + self.limits.spares - present):
            self._starting.add(Worker(self._options, self._report))

    def _report(self, worker: Worker, outcome: Answer | AhgGraphError | None) -> None:
        if outcome is not None:
            self._finish(worker, outcome)
        elif not worker.has_ended:
            self._starting.discard(worker)
            self._idle.append(worker)
            if self._first and not self._first.done():
                self._first.set_result(None)
        else:
            self._lose(worker)
        self._dispatch()

    def _finish(self, worker: Worker, outcome: Answer | AhgGraphError) -> None:
        job = self._running.pop(worker)
        if isinstance(outcome, AnswerTooLarge):
            outcome = AnswerTooLarge(
                f"the answer is larger than {self.limits.answer} MiB; ask for parts of it (LIMIT and OFFSET, or page "
                "and pageSize of a saved query), or take the whole graph from /downloads"
            )
        elif isinstance(outcome, QueryMemory):
            outcome = self._describe_memory()
        if job.pace is not Pace.SLOW or self._loop.time() - job.started < self.limits.slow:
            self._history.record(job.shape, Pace.QUICK)
        if worker.leaves or worker.is_low:
            self._end(worker, "retired")
        else:
            self._idle.append(worker)
        job.settle(outcome)

    def _lose(self, worker: Worker) -> None:
        """Deal with a process that ended of itself."""
        if worker in self._starting:
            self._starting.discard(worker)
            if self._first and not self._first.done():
                reason = worker.read_errors().decode(errors="replace").strip().rpartition("\n")[2]
                self._first.set_exception(SnapshotError(f"no worker came up: {reason}"))
            else:
                self._loop.call_later(_RESPAWN, self._fill)
            worker.wait()
            return
        if worker in self._idle:
            self._idle.remove(worker)
        job = self._running.pop(worker, None)
        self._fill()
        memory = worker.ran_out_of_memory()
        worker.wait()
        self._ends["memory" if memory else "lost"] += 1
        if job is None:
            return
        if memory:
            self._history.record(job.shape, Pace.SLOW)
            job.settle(self._describe_memory())
        elif job.losses or job.abandoned:
            job.settle(WorkerLost("the process that worked on the query ended without an answer, twice"))
        else:
            job.losses += 1
            self._return(job)

    def _describe_memory(self) -> QueryMemory:
        return QueryMemory(f"the query needed more than {self.limits.memory} MiB of memory")

    def _end(self, worker: Worker, cause: str) -> None:
        """End a process for a reason of ours and start another in its place."""
        self._ends[cause] += 1
        if worker in self._idle:
            self._idle.remove(worker)
        self._starting.discard(worker)
        self._running.pop(worker, None)
        worker.kill()
        self._ended = {other for other in self._ended if not other.is_gone} | {worker}
        self._fill()

    # ---- Jobs -----------------------------------------------------------------------------------------------------

    def _count_slow(self) -> int:
        return sum(job.pace is Pace.SLOW for job in self._running.values())

    def _dispatch(self) -> None:
        while self._idle and len(self._running) < self.limits.workers:
            job = self._line.pop(with_slow=self._count_slow() < self._most_slow)
            if job is None:
                return
            worker = self._idle.pop()
            if job.timer:
                job.timer.cancel()
            job.worker, job.started = worker, self._loop.time()
            self._running[worker] = job
            job.timer = self._loop.call_later(min(self.limits.slow, job.timeout), self._check_pace, job)
            worker.ask(job.question, job.outline)

    def _check_pace(self, job: Job) -> None:
        """Deal with a query that turned slow, or that reached its time limit."""
        worker = job.worker
        if worker is None:
            return
        elapsed = self._loop.time() - job.started
        if job.abandoned:
            self._end(worker, "disconnect")
            job.settle(Overloaded("nobody waits for the answer"))
            job.future.exception()
        elif elapsed >= job.timeout - 0.001:
            self._history.record(job.shape, Pace.SLOW)
            self._end(worker, "timeout")
            job.settle(QueryTimeout(f"the query ran longer than {job.timeout:g} s"))
        elif job.pace is not Pace.SLOW:
            job.pace = Pace.SLOW
            self._history.record(job.shape, Pace.SLOW)
            self._line.slow_down(job.shape)
            job.timer = self._loop.call_later(max(0.0, min(1.0, job.timeout) - elapsed), self._check_pace, job)
            if self._count_slow() > self._most_slow:
                self._evict()
        else:
            worker.lower_priority()
            job.timer = self._loop.call_later(job.timeout - elapsed, self._check_pace, job)
        self._dispatch()

    def _evict(self) -> None:
        """End the newest slow query of the client that has the most of them."""
        slow = [job for job in self._running.values() if job.pace is Pace.SLOW]
        counts = Counter(job.client for job in slow)
        job = max(slow, key=lambda job: (counts[job.client], job.started))
        if job.timer:
            job.timer.cancel()
        if job.worker:
            self._end(job.worker, "evicted")
        job.evictions += 1
        if job.evictions > 1:
            job.settle(Overloaded("more slow queries run than the server has workers for"))
        else:
            self._return(job)

    def _return(self, job: Job) -> None:
        """Put a job whose worker is gone back in the line."""
        if job.timer:
            job.timer.cancel()
        job.worker = None
        if job.abandoned:
            job.settle(Overloaded("nobody waits for the answer"))
            job.future.exception()
            return
        self._line.push_back(job)
        self._keep_waiting(job)

    def _keep_waiting(self, job: Job) -> None:
        """Let a job wait; when the line is full, the one that is to go goes, and that may be this one."""
        job.timer = self._loop.call_later(self.limits.wait, self._expire, job)
        if len(self._line) > self.limits.queue:
            surplus = self._line.pop_surplus()
            surplus.settle(Overloaded("too many queries wait for a worker"))

    def _expire(self, job: Job) -> None:
        if job.worker is None and not job.future.done():
            self._line.remove(job)
            job.settle(Overloaded(f"no worker came free within {self.limits.wait:g} s"))

    def _abandon(self, job: Job) -> None:
        """Stop the work on a job that nobody waits for; one that began just now may finish, a process costs more."""
        self._shared.pop(job.key, None)
        job.abandoned = True
        if job.future.done():
            return
        if job.worker is None:
            self._line.remove(job)
            job.settle(Overloaded("nobody waits for the answer"))
            job.future.exception()
        elif self._loop.time() - job.started >= self.limits.slow:
            self._check_pace(job)
