"""Whether saved queries answer as the record does, asked over every value that the graph has.

Each parameter is asked alone with each of its values, and two optional ones together over a sample. Of every answer the
types, the codes and the key are checked, and three things that one example cannot show: a row that rests on what the
curator inferred says so in `basis`; an empty answer has nothing in the graph that would be evidence for a row; and two
parameters together give the rows that each gives alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ahg_graph.errors import BadParameter, CatalogueError, QueryError
from ahg_graph.queries.binding import BoundQuery, bind_query
from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.queries.model import Parameter, SavedQuery
from ahg_graph.queries.name_resolver import NameResolver
from ahg_graph.queries.validation import Row, Select, check_rows, read_index
from ahg_graph.sparql.lexer import tokenize

Given = Mapping[str, tuple[str, ...]]
Report = Callable[[str], None]
"""Told the name of each query as it begins."""

_MOST = 100_000  # things that a parameter is asked with; of a graph with more, none
_PAIRED = 7  # values of each of two parameters that are asked together
_DAYS = ("2008", "2009-07-01", "2011-05-10", "2011-10", "2012", "2013-03-05", "2015-06-30")
_WORDS = ("working group", "no such words")
INFERRED = "inferred"


def check_all_answers(catalogue: Catalogue, select: Select, report: Report = lambda name: None) -> list[CatalogueError]:
    """Return what the answers of every current query break, over every value of each parameter and pairs of some."""
    index = read_index(select)
    problems: list[CatalogueError] = []
    for query in sorted(catalogue.current.values(), key=lambda q: q.name):
        report(query.name)
        for given, reason in _check_query(query, select, index):
            shown = " ".join(f"{name}={','.join(values)}" for name, values in sorted(given.items()))
            problems.append(CatalogueError(query.path, 0, f"with {shown or 'no value'}, {reason}"))
    return problems


def list_values(parameter: Parameter, index: NameResolver) -> list[str]:
    """Return every value that the graph has for a parameter; of days and words a few that the record turns on."""
    if parameter.type == "thing":
        return sorted(thing.iri for thing in index.list_things(parameter.classes, _MOST) or ())
    if parameter.type == "code":
        return sorted(parameter.values or index.codes.get(parameter.scheme or "", {}))
    return list(_DAYS if parameter.type == "date" else _WORDS)


def _check_query(query: SavedQuery, select: Select, index: NameResolver) -> Iterator[tuple[Given, str]]:
    needed = {p.name: query.example[p.name] for p in query.parameters if p.required and p.name in query.example}
    whole = replace(query, rows=0)
    alone: dict[tuple[str, str], frozenset[tuple[str, ...]]] = {}
    for parameter in query.parameters:
        for value in list_values(parameter, index):
            given = {**needed, parameter.name: (value,)}
            try:
                bound = bind_query(query, given, index)
                rows = list(select(bound.text))
            except BadParameter:
                continue  # two dates in the wrong order
            except QueryError as error:
                yield given, f"the engine refuses the query: {error}"
                continue
            alone[parameter.name, value] = _read_keys(query, rows)
            for reason in check_rows(whole, rows, index):
                yield given, reason
            if not query.is_graph:
                yield from ((given, reason) for reason in _check_marks(bound, rows, select))
                if not rows and not _is_none(bound, select) and _has_evidence(bound, parameter, select):
                    yield given, "there are no rows, though the graph has evidence for one"
    if not query.is_graph:
        yield from _check_pairs(query, needed, alone, select, index)


def _check_pairs(
    query: SavedQuery,
    needed: Given,
    alone: Mapping[tuple[str, str], frozenset[tuple[str, ...]]],
    select: Select,
    index: NameResolver,
) -> Iterator[tuple[Given, str]]:
    """Yield each pair of values that together give other rows than each gives alone."""
    free = [p for p in query.parameters if not p.required and p.type != "date"]
    for one, other in itertools.combinations(free, 2):
        for left, right in itertools.product(_sample(one.name, alone), _sample(other.name, alone)):
            given = {**needed, one.name: (left,), other.name: (right,)}
            found = _read_keys(query, list(select(bind_query(query, given, index).text)))
            if found != alone[one.name, left] & alone[other.name, right]:
                yield given, "the two together give other rows than each alone"


def _sample(name: str, alone: Mapping[tuple[str, str], frozenset[tuple[str, ...]]]) -> list[str]:
    """Return some values of a parameter, those with rows first, spread over all."""
    values = sorted((value for asked, value in alone if asked == name), key=lambda v: (not alone[name, v], v))
    return values[:: max(1, len(values) // _PAIRED)]


def _read_keys(query: SavedQuery, rows: Sequence[Row]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(str(row.get(name)) for name in query.key) for row in rows)


def _check_marks(bound: BoundQuery, rows: Sequence[Row], select: Select) -> Iterable[str]:
    """Return the rows that a node with the curator's reason states, and that do not say so."""
    if not rows or "basis" not in rows[0]:
        return
    texts = [tuple(str(row.get(name) or "UNDEF") for name in bound.evidence_columns) for row in rows]
    told: dict[int, list[str | None]] = {}
    for found in select(bound.ask_evidence(texts)):
        place = int(_text(found["evidenceRow"]))
        if _text(found["evidenceNode"]) not in {_text(rows[place].get(name)) for name in ("item", "meeting")}:
            told.setdefault(place, []).append(_text(found.get("evidenceReason")) or None)
    for place, reasons in told.items():
        if all(reasons) and _text(rows[place].get("basis")) != INFERRED:
            key = " ".join(_text(rows[place].get(name)) for name in bound.query.key)
            yield f"the row {key} rests on what the curator infers, and `basis` does not say so"


def _is_none(bound: BoundQuery, select: Select) -> bool:
    if not bound.query.none:
        return False
    return any(True for _ in select(bound.ask_none().replace(" ASK {", " SELECT * WHERE {", 1)))


def _has_evidence(bound: BoundQuery, parameter: Parameter, select: Select) -> bool:
    """Whether the pattern of the evidence, which names the parameter, holds of something although there are no rows."""
    names = {token.text for token in tokenize(bound.query.evidence) if token.kind == "variable"}
    if parameter.variable not in names or bound.query.none:
        return False
    return any(True for _ in select(bound.ask_evidence([["UNDEF"] * len(bound.evidence_columns)])))


def _text(term: object) -> str:
    return "" if term is None else str(getattr(term, "value", term))
