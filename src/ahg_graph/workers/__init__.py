"""Killable processes that answer questions within limits of time and memory."""

from ahg_graph.workers.jobs import Asker, Figures, Job
from ahg_graph.workers.limits import Limits, read_limits
from ahg_graph.workers.pool import Pool

__all__ = ["Asker", "Figures", "Job", "Limits", "Pool", "read_limits"]
