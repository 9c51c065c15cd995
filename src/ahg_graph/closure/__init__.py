"""The closure of a graph under rules: what follows, what contradicts, and why.

Trivial triples are set aside by the rule that `closure.trivia` states.
"""

from __future__ import annotations

from ahg_graph.closure.fixpoint import Closure, Statistics, close_generically, close_graph
from ahg_graph.closure.steps import Contradiction, Statement, Step
from ahg_graph.closure.trivia import is_trivial

__all__ = [
    "Closure",
    "Contradiction",
    "Statement",
    "Statistics",
    "Step",
    "close_generically",
    "close_graph",
    "is_trivial",
]
