"""What the rows of a saved query assert, each statement with its proof from the snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ahg_graph.config.prefixes import expand
from ahg_graph.explanation import Explanation, explain
from ahg_graph.queries.binding import BoundQuery
from ahg_graph.rdf.terms import NamedNode, Statement, Term, parse_term
from ahg_graph.service.explaining import open_proofs

Row = Mapping[str, Mapping[str, str]]


def find_proofs(snapshot: Path, bound: BoundQuery, rows: Sequence[Row]) -> list[tuple[Explanation, ...]]:
    """Return, for each row, the explanations of the statements that the query's header says it makes.

    A statement about a column that is unbound in a row is left out. Raises ReleaseGone for a release of which the
    proofs are not available.
    """
    if not bound.query.statements:
        return [() for _ in rows]
    return _explain(snapshot, [tuple(list_statements(bound, row)) for row in rows])


def list_statements(bound: BoundQuery, row: Row) -> Iterator[Statement]:
    """Yield the statements that a row makes."""
    for pattern in bound.query.statements:
        terms = [_find_term(bound, row, word) for word in pattern]
        subject, predicate, value = terms
        if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and value is not None:
            yield Statement(subject, predicate, value)


def _explain(snapshot: Path, rows: Sequence[tuple[Statement, ...]]) -> list[tuple[Explanation, ...]]:
    known: dict[Statement, Explanation] = {}
    with open_proofs(snapshot) as database:
        for statement in (statement for row in rows for statement in row):
            if statement not in known:
                known[statement] = explain(database, statement)
    return [tuple(known[statement] for statement in row) for row in rows]


def _find_term(bound: BoundQuery, row: Row, word: str) -> Term | None:
    """Return what a word of a statement stands for: a column, a parameter with one value, or a short name."""
    if not word.startswith("?"):
        return NamedNode(expand(word))
    if word in bound.terms:
        found = bound.terms[word]
        return found[0] if len(found) == 1 else None
    term = row.get(word[1:])
    return None if term is None else parse_term(term)
