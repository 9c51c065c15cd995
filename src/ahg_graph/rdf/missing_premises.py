"""What is not recorded and does not follow, where a conclusion depends on just that."""

from __future__ import annotations

from dataclasses import dataclass

from ahg_graph.rdf.terms import Term

Pattern = tuple[Term | None, Term | None, Term | None]
"""A triple with None for whatever may be in a place."""


@dataclass(frozen=True, slots=True)
class NegatedPremise:
    """A premise that something is not so: the name it has in the rules, and the things that it is about.

    `pattern` is the triple that the graph neither records nor entails, where one triple would do; otherwise it is None.
    `rules` are those by which it would be so, each with its identifier and its sentence.
    """

    name: str
    terms: tuple[Term, ...]
    pattern: Pattern | None
    rules: tuple[tuple[str, str], ...]
