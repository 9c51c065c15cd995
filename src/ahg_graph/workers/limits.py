"""The limits of a pool of workers."""

from __future__ import annotations

from dataclasses import dataclass

from ahg_graph.config.settings import read_setting
from ahg_graph.errors import AnswerTooLarge, QueryMemory


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
        workers=max(1, int(read_setting("workers"))),
        spares=int(read_setting("spares")),
        slow=float(read_setting("slow")),
        queue=int(read_setting("queue")),
        wait=float(read_setting("wait")),
        timeout=float(read_setting("timeout")),
        memory=int(read_setting("memory")),
        answer=int(read_setting("answer")),
        depth=int(read_setting("depth")),
    )
