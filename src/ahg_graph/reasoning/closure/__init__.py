"""The closure of a graph under rules: what follows, what contradicts, and why.

Trivial triples are set aside by the rule that `trivia` states.
"""

from __future__ import annotations

from ahg_graph.rdf.trivial_triples import is_trivial
from ahg_graph.reasoning.closure.closure import Closure, Statistics, close_generically, close_graph
from ahg_graph.reasoning.closure.proof_steps import Contradiction

__all__ = [
    "Closure",
    "Contradiction",
    "Statistics",
    "close_generically",
    "close_graph",
    "is_trivial",
]
