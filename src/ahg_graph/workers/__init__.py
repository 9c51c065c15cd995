"""Killable processes that answer questions within limits of time and memory."""

from ahg_graph.workers.jobs import Job, PoolStats
from ahg_graph.workers.lexer_pool import LexerPool
from ahg_graph.workers.limits import Limits, read_limits
from ahg_graph.workers.pool import Pool

__all__ = ["Job", "LexerPool", "Limits", "Pool", "PoolStats", "read_limits"]
