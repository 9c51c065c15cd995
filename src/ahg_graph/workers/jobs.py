"""One question on its way through a pool, and the figures of all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field

from ahg_graph.errors import AhgGraphError
from ahg_graph.results import Answer, Question
from ahg_graph.syntax import Outline
from ahg_graph.workers.handle import Worker
from ahg_graph.workers.history import Pace


@dataclass(slots=True, eq=False)
class Job:
    """A question, whose it is, how far it has come, and the future that its outcome goes to."""

    question: Question
    outline: Outline
    key: Hashable
    client: str
    shape: int
    pace: Pace
    timeout: float
    future: asyncio.Future[Answer]
    timer: asyncio.TimerHandle | None = None
    worker: Worker | None = None
    started: float = 0.0
    askers: int = 1
    losses: int = 0
    evictions: int = 0
    abandoned: bool = False

    def settle(self, outcome: Answer | AhgGraphError) -> None:
        """Give the asker what became of the question; nothing happens the second time."""
        if self.timer:
            self.timer.cancel()
        self.worker = None
        if self.future.done():
            return
        if isinstance(outcome, Answer):
            self.future.set_result(outcome)
        else:
            self.future.set_exception(outcome)


@dataclass(frozen=True, slots=True)
class Figures:
    """A pool at one moment; `ends` counts the workers that were ended, by cause."""

    processes: int
    ready: int
    busy: int
    slow: int
    waiting: int
    ends: dict[str, int] = field(default_factory=dict)
