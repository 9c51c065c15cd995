"""Killable processes that answer questions within limits of time and memory."""

from ahg_graph.workers.jobs import Figures, Job
from ahg_graph.workers.lexer_pool import Scanner
from ahg_graph.workers.limits import Limits, read_limits
from ahg_graph.workers.pool import Pool

__all__ = ["Figures", "Job", "Limits", "Pool", "Scanner", "read_limits"]
