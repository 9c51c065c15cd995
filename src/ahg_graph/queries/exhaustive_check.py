"""Whether saved queries answer as the record does, asked over every value that the graph has.

Each parameter is asked alone with each of its values, and two optional ones together over a sample. Of every answer the
types, the codes and the key are checked, and three things that one example cannot show: a row that rests on what the
curator inferred says so in `basis`; an empty answer has nothing in the graph that would be evidence for a row; and two
parameters together give the rows that each gives alone. Several processes ask, each a share of the values; they are
copies of the one that calls, so that the graph is read once.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from ahg_graph.config.prefixes import ONT
from ahg_graph.errors import BadParameter, CatalogueError, QueryError
from ahg_graph.queries.binding import BoundQuery, bind_query
from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.queries.model import Parameter, SavedQuery
from ahg_graph.queries.name_resolver import NameResolver
from ahg_graph.queries.validation import Row, Select, check_rows, read_index
from ahg_graph.sparql.lexer import tokenize

Given = Mapping[str, tuple[str, ...]]
Report = Callable[[str], None]
"""Told how far the check has come."""
Keys = frozenset[tuple[str, ...]]
_T = TypeVar("_T")
_R = TypeVar("_R")

_MOST = 100_000  # things that a parameter is asked with; of a graph with more, none
_PAIRED, _FEW_PAIRED = 7, 3  # values of each of two parameters that are asked together, of all and of a sample
_SHARE = 40  # values that a process asks before it takes others
_DAYS = ("2008", "2009-07-01", "2011-05-10", "2011-10", "2012", "2013-03-05", "2015-06-30")
_WORDS = ("working group", "no such words")
INFERRED = "inferred"


@dataclass(frozen=True)
class Sample:
    """How many values of each parameter are asked, and the seed that draws them; another seed draws others."""

    size: int
    seed: int

    def draw(self, values: Sequence[str]) -> list[str]:
        """Return some of the values, or all where there are no more."""
        if len(values) <= self.size:
            return list(values)
        return sorted(random.Random(self.seed).sample(list(values), self.size))  # noqa: S311  # nothing secret


@dataclass(frozen=True)
class _Task:
    """Values of one parameter of one query, each asked alone; without a parameter, pairs of all."""

    query: str
    parameter: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class _Asker:
    """What every process knows: the queries, the graph, its names, and what the curator infers only a part of."""

    catalogue: Catalogue
    select: Select
    index: NameResolver
    partly: frozenset[str]


_asker: _Asker | None = None


def check_all_answers(
    catalogue: Catalogue,
    select: Select,
    report: Report = lambda name: None,
    *,
    sample: Sample | None = None,
    processes: int | None = None,
) -> list[CatalogueError]:
    """Return what the answers of every current query break, over every value of each parameter and pairs of some.

    With a sample, over as many values. `processes` is how many ask; as many as there are processors where it is None.
    """
    global _asker  # what copies of this process find
    index = read_index(select)
    tasks = list(_list_tasks(catalogue, index, sample))
    partly = frozenset(_text(row["node"]) for row in select(f"SELECT ?node {{ ?node <{ONT}reasonAbout> ?property }}"))
    _asker = _Asker(catalogue, select, index, partly)
    problems: list[tuple[str, Given, str]] = []
    alone: dict[tuple[str, str], dict[str, Keys]] = {}
    count = processes or os.cpu_count() or 1
    try:
        for number, (task, found, keys) in enumerate(_run(_ask_alone, tasks, count), start=1):
            report(f"asking saved queries: {number} of {len(tasks)} shares")
            problems += [(task.query, given, reason) for given, reason in found]
            alone.setdefault((task.query, task.parameter), {}).update(keys)
        pairs = list(_list_pairs(catalogue, alone, _FEW_PAIRED if sample else _PAIRED))
        for together in _run(_ask_pairs, pairs, count):
            problems += together
    finally:
        _asker = None
    return [
        CatalogueError(catalogue.current[name].path, 0, f"with {_word(given)}, {reason}")
        for name, given, reason in sorted(problems, key=lambda p: (p[0], _word(p[1]), p[2]))
    ]


def _run(ask: Callable[[_T], _R], tasks: Sequence[_T], processes: int) -> Iterator[_R]:
    """Yield what a function returns for each task, in any order, from copies of this process."""
    if processes == 1 or len(tasks) <= 1:
        yield from map(ask, tasks)
        return
    with multiprocessing.get_context("fork").Pool(min(processes, len(tasks))) as pool:
        yield from pool.imap_unordered(ask, tasks)


def _word(given: Given) -> str:
    return " ".join(f"{name}={','.join(values)}" for name, values in sorted(given.items())) or "no value"


def list_values(parameter: Parameter, index: NameResolver) -> list[str]:
    """Return every value that the graph has for a parameter; of days and words a few that the record turns on."""
    if parameter.type == "thing":
        return sorted(thing.iri for thing in index.list_things(parameter.classes, _MOST) or ())
    if parameter.type == "code":
        return sorted(parameter.values or index.codes.get(parameter.scheme or "", {}))
    return list(_DAYS if parameter.type == "date" else _WORDS)


def _list_tasks(catalogue: Catalogue, index: NameResolver, sample: Sample | None) -> Iterator[_Task]:
    for name, query in sorted(catalogue.current.items()):
        for parameter in query.parameters:
            values = list_values(parameter, index)
            drawn = sample.draw(values) if sample else values
            for start in range(0, len(drawn), _SHARE):
                yield _Task(name, parameter.name, tuple(drawn[start : start + _SHARE]))


def _fill_needed(query: SavedQuery) -> dict[str, tuple[str, ...]]:
    return {p.name: query.example[p.name] for p in query.parameters if p.name in query.needed & query.example.keys()}


def _get_asker() -> _Asker:
    if _asker is None:
        raise RuntimeError("asked outside a check")
    return _asker


def _ask_alone(task: _Task) -> tuple[_Task, list[tuple[Given, str]], dict[str, Keys]]:
    asker = _get_asker()
    query = asker.catalogue.current[task.query]
    parameter = next(p for p in query.parameters if p.name == task.parameter)
    needed, whole = _fill_needed(query), replace(query, rows=0)
    found: list[tuple[Given, str]] = []
    keys: dict[str, Keys] = {}
    for value in task.values:
        given = {**needed, parameter.name: (value,)}
        try:
            bound = bind_query(query, given, asker.index)
            rows = list(asker.select(bound.text))
        except BadParameter:
            continue  # two dates in the wrong order
        except QueryError as error:
            found.append((given, f"the engine refuses the query: {error}"))
            continue
        keys[value] = _read_keys(query, rows)
        found += [(given, reason) for reason in check_rows(whole, rows, asker.index)]
        if not query.is_graph:
            found += [(given, reason) for reason in _check_marks(bound, rows, asker)]
            if not rows and not _is_none(bound, asker.select) and _has_evidence(bound, parameter, asker.select):
                found.append((given, "there are no rows, though the graph has evidence for one"))
    return task, found, keys


_Pair = tuple[str, str, str, str, str, Keys]
"""A query, two of its parameters, a value of each, and the rows that both give alone."""


def _list_pairs(
    catalogue: Catalogue, alone: Mapping[tuple[str, str], Mapping[str, Keys]], count: int
) -> Iterator[list[_Pair]]:
    for name, query in sorted(catalogue.current.items()):
        free = [p.name for p in query.parameters if not p.required and p.type != "date" and not query.is_graph]
        for one, other in itertools.combinations(free, 2):
            first, second = alone.get((name, one), {}), alone.get((name, other), {})
            for left in _spread(first, count):
                yield [(name, one, left, other, right, first[left] & second[right]) for right in _spread(second, count)]


def _ask_pairs(pairs: Sequence[_Pair]) -> list[tuple[str, Given, str]]:
    """Return each pair of values that together give other rows than each gives alone."""
    asker = _get_asker()
    found: list[tuple[str, Given, str]] = []
    for name, one, left, other, right, expected in pairs:
        query = asker.catalogue.current[name]
        given = {**_fill_needed(query), one: (left,), other: (right,)}
        if _read_keys(query, list(asker.select(bind_query(query, given, asker.index).text))) != expected:
            found.append((name, given, "the two together give other rows than each alone"))
    return found


def _spread(alone: Mapping[str, Keys], count: int) -> list[str]:
    """Return about as many values of a parameter, those with rows first, spread over all."""
    values = sorted(alone, key=lambda value: (not alone[value], value))
    return values[:: max(1, len(values) // count)]


def _read_keys(query: SavedQuery, rows: Sequence[Row]) -> Keys:
    return frozenset(tuple(str(row.get(name)) for name in query.key) for row in rows)


def _check_marks(bound: BoundQuery, rows: Sequence[Row], asker: _Asker) -> Iterable[str]:
    """Return the rows that a node with the curator's reason states, and that do not say so."""
    doubtful = [row for row in rows if _text(row.get("basis")) != INFERRED]
    if not doubtful or "basis" not in doubtful[0]:
        return
    texts = [tuple(str(row.get(name) or "UNDEF") for name in bound.evidence_columns) for row in doubtful]
    told: dict[int, list[str | None]] = {}
    for found in asker.select(bound.ask_evidence(texts)):
        place = int(_text(found["evidenceRow"]))
        if _text(found["evidenceNode"]) not in {_text(doubtful[place].get(name)) for name in ("item", "meeting")}:
            reason = None if _text(found["evidenceNode"]) in asker.partly else _text(found.get("evidenceReason"))
            told.setdefault(place, []).append(reason or None)
    for place, reasons in told.items():
        if all(reasons):
            key = " ".join(_text(doubtful[place].get(name)) for name in bound.query.key)
            yield f"the row {key} rests on what the curator infers, and `basis` does not say so"


def _is_none(bound: BoundQuery, select: Select) -> bool:
    if not bound.query.none:
        return False
    return any(True for _ in select(bound.ask_none().replace(" ASK {", " SELECT * WHERE {", 1)))


@cache
def _name_variables(evidence: str) -> frozenset[str]:
    return frozenset(token.text for token in tokenize(evidence) if token.kind == "variable")


def _has_evidence(bound: BoundQuery, parameter: Parameter, select: Select) -> bool:
    """Whether the pattern of the evidence, which names the parameter, holds of something although there are no rows."""
    if parameter.variable not in _name_variables(bound.query.evidence) or bound.query.none:
        return False
    return any(True for _ in select(bound.ask_evidence([["UNDEF"] * len(bound.evidence_columns)])))


def _text(term: object) -> str:
    return "" if term is None else str(getattr(term, "value", term))
