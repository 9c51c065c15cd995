"""The limits of a pool of workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from ahg_graph.config.settings import read_setting, read_share
from ahg_graph.errors import AhgGraphError, AnswerTooLarge, QueryMemory

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one pool, in the units of the settings of the same names."""

    workers: int = 4
    spares: int = 1
    slow: float = 0.1
    queue: int = 100
    wait: float = 5.0
    timeout: float = 10.0
    memory: int = 512
    answer: int = 64
    depth: int = 200

    def explain(self, outcome: Outcome) -> Outcome | AhgGraphError:
        """Return an outcome, with the words for it where it is an error that one of the limits made."""
        if isinstance(outcome, AnswerTooLarge):
            return self.describe_size()
        return self.describe_memory() if isinstance(outcome, QueryMemory) else outcome

    def describe_memory(self) -> QueryMemory:
        """Return what is said of a query that needed more memory."""
        return QueryMemory(f"the query needed more than {self.memory} MiB of memory")

    def describe_size(self) -> AnswerTooLarge:
        """Return what is said of an answer that is larger, with the ways round the limit."""
        return AnswerTooLarge(
            f"the answer is larger than {self.answer} MiB; ask for parts of it (LIMIT and OFFSET, or page and pageSize "
            "of a saved query), or take the whole graph from /downloads"
        )


def read_limits() -> Limits:
    """Return the limits that the settings give."""
    return Limits(
        workers=max(1, read_share("workers")),
        spares=read_share("spares"),
        slow=float(read_setting("slow")),
        queue=read_share("queue"),
        wait=float(read_setting("wait")),
        timeout=float(read_setting("timeout")),
        memory=int(read_setting("memory")),
        answer=int(read_setting("answer")),
        depth=int(read_setting("depth")),
    )
