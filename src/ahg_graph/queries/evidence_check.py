"""Whether each row of each example has what it rests on: a part of a document, and what it states in the graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ahg_graph.config.prefixes import expand, shorten
from ahg_graph.errors import BadParameter, CatalogueError, QueryError
from ahg_graph.queries.binding import BoundQuery, bind_query
from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.queries.validation import Row, Select, read_index
from ahg_graph.rdf.terms import NamedNode, Term


def check_evidence(catalogue: Catalogue, select: Select) -> Iterator[CatalogueError]:
    """Yield, for each query whose example has a row without evidence or proof, the first such row and how many."""
    names = read_index(select)
    for query in catalogue.current.values():
        if query.is_graph:
            continue
        try:
            bound = bind_query(query, query.example, names)
            rows = list(select(bound.text))
        except (BadParameter, QueryError):  # reported by what asks the examples
            continue
        if not rows:
            continue
        for what, bare in (
            ("evidence", _find_bare(bound, rows, select)),
            ("proof", _find_unproved(bound, rows, select)),
        ):
            if bare:
                shown = ", ".join(shorten(term.value) for term in bare[0].values() if isinstance(term, NamedNode))
                count = f"{len(bare)} of {len(rows)} rows of the example have no {what}"
                reason = f"{count}, the first of {shown or 'values alone'}; cite a part of a document (ahg:evidencedBy)"
                yield CatalogueError(query.path, 0, reason)


def _find_bare(bound: BoundQuery, rows: Sequence[Row], select: Select) -> list[Row]:
    """Return the rows for which no part of a document is found."""
    texts = [tuple(str(row.get(name) or "UNDEF") for name in bound.evidence_columns) for row in rows]
    asked = list(dict.fromkeys(texts))
    found = {int(str(getattr(row["evidenceRow"], "value", -1))) for row in select(bound.ask_evidence(asked))}
    return [row for row, text in zip(rows, texts, strict=True) if asked.index(text) not in found]


def _find_unproved(bound: BoundQuery, rows: Sequence[Row], select: Select) -> list[Row]:
    """Return the rows that state a triple that neither is recorded nor follows."""
    stated = {number: list(_list_statements(bound, row)) for number, row in enumerate(rows)}
    triples = dict.fromkeys(" ".join(map(str, triple)) for found in stated.values() for triple in found)
    if not triples:
        return []
    values = " ".join(f"({triple})" for triple in triples)
    query = f"SELECT ?s ?p ?o WHERE {{ VALUES (?s ?p ?o) {{ {values} }} FILTER NOT EXISTS {{ ?s ?p ?o }} }}"
    missing = {(row["s"], row["p"], row["o"]) for row in select(query)}
    return [rows[number] for number, found in stated.items() if missing.intersection(found)]


def _list_statements(bound: BoundQuery, row: Mapping[str, Term | None]) -> Iterator[tuple[Term, Term, Term]]:
    for pattern in bound.query.statements:
        terms = [_find_term(bound, row, word) for word in pattern]
        subject, predicate, value = terms
        if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and value is not None:
            yield subject, predicate, value


def _find_term(bound: BoundQuery, row: Mapping[str, Term | None], word: str) -> Term | None:
    if not word.startswith("?"):
        return NamedNode(expand(word))
    if word in bound.terms:
        found = bound.terms[word]
        return found[0] if len(found) == 1 else None
    return row.get(word[1:])
