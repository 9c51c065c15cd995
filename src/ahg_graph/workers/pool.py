"""A pool of worker processes, and who gets one when.

A query is quick until it has run for the time that `slow` gives. Slow queries hold at most all but one worker: one
that would be too many, or that has to make room for another client (`slow_places`), is ended and waits for its turn
among the slow, once; after that it is refused. So a plain question finds a worker free, or free within that time.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Hashable, Sequence
from pathlib import Path

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import (
    AhgGraphError,
    Overloaded,
    QueryTimeout,
    QueryTooDeep,
    WorkerLost,
)
from ahg_graph.sparql.lexer import QuerySummary
from ahg_graph.sparql.types import SparqlQuery, SparqlResult
from ahg_graph.workers.fair_queue import FairQueue
from ahg_graph.workers.jobs import Job, PoolStats
from ahg_graph.workers.lexer_pool import LexerPool
from ahg_graph.workers.limits import Limits, read_limits
from ahg_graph.workers.runtime_history import QueryClass, RuntimeHistory
from ahg_graph.workers.slow_places import choose_surplus, choose_yielding
from ahg_graph.workers.supervisor import WorkerSupervisor
from ahg_graph.workers.wire_format import WorkerOptions
from ahg_graph.workers.worker_process import WorkerProcess


class Pool:
    """Worker processes over one store; use it within one event loop, between `start` and `close`."""

    def __init__(
        self,
        store: Path,
        union: bool = True,
        limits: Limits | None = None,
        graphs: Sequence[str] = (),
        held: bool = False,
    ) -> None:
        """Make a pool over a folder of the engine's files, read into memory if `held`, or a file of TriG.

        In memory there are these `graphs`, and perhaps nothing in some.
        """
        self.limits = limits or read_limits()
        options = WorkerOptions(
            str(store), union, self.limits.memory, self.limits.answer, tuple(graphs), held, get_home().to_json()
        )
        self.is_held = held or not store.is_dir()
        size = self.limits.workers + self.limits.spares
        self._supervisor = WorkerSupervisor(options, size, self._finish, self._lose, self._dispatch)
        self._most_slow = max(1, self.limits.workers - 1)
        self._running: dict[WorkerProcess, Job] = {}
        self._line: FairQueue[Job] = FairQueue()
        self._history = RuntimeHistory()
        self._shared: dict[Hashable, Job] = {}
        self._lexer_pool = LexerPool(self.limits.depth)

    async def start(self, whole: bool = False) -> None:
        """Start the processes and return when the first is ready, or all that may work at once if the `whole` is asked.

        Raises SnapshotError when the first does not come up.
        """
        self._loop = asyncio.get_running_loop()
        await self._supervisor.start()
        while whole and self._supervisor.ready < self.limits.workers:
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        """End every process; what still waits or runs is refused."""
        closing = Overloaded("the server is shutting down")
        while (job := self._line.pop(with_slow=True)) is not None:
            self._settle(job, closing)
        running, self._running = self._running, {}
        await self._supervisor.close()
        for job in running.values():
            self._settle(job, closing)

    async def drain(self) -> None:
        """Wait until nothing runs or waits, then close."""
        while self._running or len(self._line):
            await asyncio.sleep(0.02)
        await self.close()

    async def ask(
        self, question: SparqlQuery, client: str = "", summary: QuerySummary | None = None, key: Hashable = None
    ) -> SparqlResult:
        """Return the answer, or raise the error of `errors` that says why there is none.

        Cancelling the call ends the work. `client` is the unit of fairness in the queue; `summary` saves a second scan.
        Calls with the same `key` at the same time are one question, and the work ends when the last of them is
        cancelled.
        """
        summary = summary or await self.scan(question.text)
        future: asyncio.Future[SparqlResult] = self._loop.create_future()
        job = self._shared.get(key) or self._take_in(question, client, summary, key)
        job.askers.append(future)
        self._enter(job)
        try:
            return await future
        except asyncio.CancelledError:
            if job.is_abandoned:
                self._abandon(job)
            raise

    def _take_in(self, question: SparqlQuery, client: str, summary: QuerySummary, key: Hashable) -> Job:
        """Return a new job; raises QueryTooDeep."""
        if summary.depth > self.limits.depth:
            raise QueryTooDeep(f"the query nests deeper than {self.limits.depth} levels")
        fingerprint = hash(summary.fingerprint)
        timeout = min(self.limits.timeout, question.timeout or math.inf)
        job = Job(question, summary, key, client, fingerprint, self._history.recall(fingerprint), timeout)
        if key is not None:
            self._shared[key] = job
        return job

    def _enter(self, job: Job) -> None:
        """Start a job that is new, or put it in the line."""
        if len(job.askers) > 1:
            return
        if (
            self._supervisor.idle
            and not self._line
            and len(self._running) < self.limits.workers
            and job.pace is not QueryClass.SLOW
        ):
            self._begin(job)
            return
        self._line.push(job)
        self._dispatch()
        if job.worker is None and not job.is_settled:
            self._keep_waiting(job)

    async def scan(self, text: str) -> QuerySummary:
        """Return a text's summary, for `ask`."""
        return await self._lexer_pool.scan(text)

    def measure(self) -> PoolStats:
        """Return the figures of this moment."""
        return PoolStats(
            processes=self._supervisor.present,
            ready=self._supervisor.ready,
            busy=len(self._running),
            slow=len(self._list_slow()),
            waiting=len(self._line),
            ends=dict(self._supervisor.ends),
        )

    def list_processes(self) -> list[int]:
        """Return the numbers of the processes that are ready, those at work first."""
        return [worker.pid for worker in (*self._running, *self._supervisor.idle)]

    def _finish(self, worker: WorkerProcess, outcome: SparqlResult | AhgGraphError) -> None:
        job = self._running.pop(worker)
        outcome = self.limits.explain(outcome)
        if job.pace is not QueryClass.SLOW or self._loop.time() - job.started < self.limits.slow:
            self._history.record(job.fingerprint, QueryClass.QUICK)
        self._settle(job, outcome)

    def _lose(self, worker: WorkerProcess, memory: bool) -> None:
        job = self._running.pop(worker, None)
        if job is None:
            return
        if memory:
            self._history.record(job.fingerprint, QueryClass.SLOW)
            self._settle(job, self.limits.describe_memory())
        elif worker.request_unread and not job.is_abandoned:
            self._return(job)  # it never began, so this is no loss of the query's
        elif job.losses or job.is_abandoned:
            self._settle(job, WorkerLost("the process that worked on the query ended without an answer, twice"))
        else:
            job.losses += 1
            self._return(job)

    def _end(self, worker: WorkerProcess, cause: str) -> None:
        self._running.pop(worker, None)
        self._supervisor.end(worker, cause)

    def _list_slow(self) -> list[Job]:
        return [job for job in self._running.values() if job.pace is QueryClass.SLOW]

    def _dispatch(self) -> None:
        while self._line and self._supervisor.idle and len(self._running) < self.limits.workers:
            # A slow one may begin where it leaves a process for a plain question.
            with_slow = len(self._list_slow()) < self._most_slow and len(self._supervisor.idle) >= min(
                2, self.limits.workers
            )
            job = self._line.pop(with_slow)
            if job is None:
                return
            self._begin(job)

    def _begin(self, job: Job) -> None:
        """Hand a job to the worker that was at work last."""
        worker = self._supervisor.take()
        if job.timer:
            job.timer.cancel()
        job.worker, job.started = worker, self._loop.time()
        self._running[worker] = job
        job.timer = self._loop.call_later(min(self.limits.slow, job.timeout), self._check_pace, job)
        worker.ask(job.question, job.summary)

    def _check_pace(self, job: Job) -> None:
        """Deal with a query that turned slow, or that reached its time limit."""
        worker = job.worker
        if worker is None:
            return
        elapsed = self._loop.time() - job.started
        if job.is_abandoned:
            self._end(worker, "disconnect")
            self._settle(job, Overloaded("the client no longer waits for the answer"))
        elif elapsed >= job.timeout - 0.001:
            self._history.record(job.fingerprint, QueryClass.SLOW)
            self._end(worker, "timeout")
            self._settle(job, QueryTimeout(f"the query ran longer than {job.timeout:g} s"))
        elif job.pace is not QueryClass.SLOW:
            job.pace = QueryClass.SLOW
            self._history.record(job.fingerprint, QueryClass.SLOW)
            self._line.demote(job.fingerprint)
            job.timer = self._loop.call_later(max(0.0, min(1.0, job.timeout) - elapsed), self._check_pace, job)
            if len(self._list_slow()) > self._most_slow:
                self._evict(choose_surplus(self._list_slow()))
        else:
            worker.lower_priority()
            job.timer = self._loop.call_later(job.timeout - elapsed, self._check_pace, job)
        self._dispatch()

    def _claim(self, job: Job, begun_before: float | None = None) -> None:
        """Let a slow job that waits have the place of another, where its client has a right to it."""
        slow = self._list_slow() if job.pace is QueryClass.SLOW else []
        if len(slow) >= self._most_slow and (yielding := choose_yielding(slow, job.client, begun_before)):
            self._evict(yielding)
            self._line.remove(job)
            self._line.push_back(job)
            self._dispatch()

    def _evict(self, job: Job) -> None:
        """End a slow query that has to make room, and let it wait for its turn, once."""
        if job.timer:
            job.timer.cancel()
        if job.worker:
            self._end(job.worker, "evicted")
        job.evictions += 1
        if job.evictions > 1:
            self._settle(job, Overloaded("more slow queries run than the server has workers for"))
        else:
            self._return(job)

    def _return(self, job: Job) -> None:
        """Put a job whose worker is gone back in the line."""
        if job.timer:
            job.timer.cancel()
        job.worker = None
        if job.is_abandoned:
            self._settle(job, Overloaded("the client no longer waits for the answer"))
            return
        self._line.push_back(job)
        self._keep_waiting(job)

    def _keep_waiting(self, job: Job) -> None:
        """Let a job wait; when the line is full, the one that is to go goes, and that may be this one."""
        job.timer = self._loop.call_later(self.limits.wait / 2, self._wait_on, job)
        if len(self._line) > self.limits.queue:
            surplus = self._line.evict()
            self._settle(surplus, Overloaded("too many queries wait for a worker"))
        if not job.is_settled:
            self._claim(job)

    def _wait_on(self, job: Job) -> None:
        """Let a job that has waited for half of its time have the place of one that has run for as long."""
        job.timer = self._loop.call_later(self.limits.wait / 2, self._expire, job)
        if job.worker is None and not job.is_settled:
            self._claim(job, self._loop.time() - self.limits.wait / 2)

    def _expire(self, job: Job) -> None:
        if job.worker is None and not job.is_settled:
            self._line.remove(job)
            self._settle(job, Overloaded(f"no worker came free within {self.limits.wait:g} s"))

    def _abandon(self, job: Job) -> None:
        """Stop the work on a job that no one waits for; one that began just now may finish, a process costs more."""
        if job.is_settled:
            return
        self._shared.pop(job.key, None)
        if job.worker is None:
            self._line.remove(job)
            self._settle(job, Overloaded("the client no longer waits for the answer"))
        elif self._loop.time() - job.started >= self.limits.slow:
            self._check_pace(job)

    def _settle(self, job: Job, outcome: SparqlResult | AhgGraphError) -> None:
        if self._shared.get(job.key) is job:
            del self._shared[job.key]
        job.settle(outcome)
