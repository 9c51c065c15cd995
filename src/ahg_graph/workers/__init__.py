"""Killable processes that answer questions within limits of time and memory."""

from ahg_graph.workers.pool import Figures, Limits, Pool, read_limits, scan

__all__ = ["Figures", "Limits", "Pool", "read_limits", "scan"]
