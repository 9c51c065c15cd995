"""One question on its way through a pool, and the figures of all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field

from ahg_graph.errors import AhgGraphError
from ahg_graph.sparql.lexer import QuerySummary
from ahg_graph.sparql.types import SparqlQuery, SparqlResult
from ahg_graph.workers.runtime_history import QueryClass
from ahg_graph.workers.worker_process import WorkerProcess


@dataclass(slots=True, eq=False)
class Job:
    """A question, whose it is, how far it has come, and those who asked it."""

    question: SparqlQuery
    summary: QuerySummary
    key: Hashable
    client: str
    fingerprint: int
    pace: QueryClass
    timeout: float
    askers: list[asyncio.Future[SparqlResult]] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None
    worker: WorkerProcess | None = None
    started: float = 0.0
    losses: int = 0
    evictions: int = 0
    is_settled: bool = False

    @property
    def is_abandoned(self) -> bool:
        """Whether no one waits for the answer any more."""
        return all(asker.done() for asker in self.askers)

    def settle(self, outcome: SparqlResult | AhgGraphError) -> None:
        """Give every asker what became of the question; nothing happens the second time."""
        if self.timer:
            self.timer.cancel()
        self.worker = None
        self.is_settled = True
        for asker in self.askers:
            if asker.done():
                continue
            if isinstance(outcome, SparqlResult):
                asker.set_result(outcome)
            else:
                asker.set_exception(outcome)


@dataclass(frozen=True, slots=True)
class PoolStats:
    """A pool at one moment; `ends` counts the workers that were ended, by cause."""

    processes: int
    ready: int
    busy: int
    slow: int
    waiting: int
    ends: dict[str, int] = field(default_factory=dict)
