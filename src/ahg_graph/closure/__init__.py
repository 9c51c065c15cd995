"""The closure of a graph under rules: what follows, what contradicts, and why.

Trivial triples are set aside by the rule that `trivia` states.
"""

from __future__ import annotations

from ahg_graph.closure.fixpoint import Closure, Statistics, close_generically, close_graph
from ahg_graph.closure.steps import Contradiction, Step
from ahg_graph.trivia import is_trivial

__all__ = [
    "Closure",
    "Contradiction",
    "Statistics",
    "Step",
    "close_generically",
    "close_graph",
    "is_trivial",
]
