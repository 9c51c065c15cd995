"""Who gives up a place among the slow queries: each client has its share, and none holds one for longer than others
can wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ahg_graph.workers.jobs import Job


def choose_surplus(running: Sequence[Job]) -> Job:
    """Return the one that is too many: the newest of the client that has the most."""
    counts = Counter(job.client for job in running)
    return max(running, key=lambda job: (counts[job.client], job.started))


def choose_yielding(running: Sequence[Job], client: str, begun_before: float | None = None) -> Job | None:
    """Return the one that makes room for a client that waits, or None.

    That is one of a client with at least two places more, the newest; or else, of those that began before a moment, the
    one that has run for longest, if its client has more places than the one that waits.
    """
    counts = Counter(job.client for job in running)
    surplus = choose_surplus(running) if running else None
    if surplus is not None and counts[surplus.client] >= counts[client] + 2:
        return surplus
    if begun_before is None:
        return None
    held = [job for job in running if job.started <= begun_before and counts[job.client] > counts[client]]
    return min(held, key=lambda job: job.started, default=None)
