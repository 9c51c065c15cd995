"""One query after another is put to all engines, and their answers held against each other."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pyoxigraph import QueryResultsFormat

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.rdf.terms import Literal, NamedNode, Quad, RdfFormat, Term
from ahg_graph.sparql.types import QueryForm
from differential.data import sample, write_with_union
from differential.engines import Jena, Rdflib, TooSlow, answer_ours
from differential.queries import QueryMaker, read_vocabulary
from interop.engines import Refused
from support.comparison import XSD, is_same_graph, is_same_table, normalize, read_graph, read_table
from support.stores import make_store

_EXPLANATIONS = yaml.safe_load((Path(__file__).parent / "explanations.yaml").read_text(encoding="utf-8"))
_NUMBERS = re.compile(
    re.escape(XSD) + "(decimal|double|float|byte|short|int|long|(non(Posi|Nega)tive|negative|positive)?Integer|integer|"
    "unsigned(Byte|Short|Int|Long))"
)
_LARGEST = 200_000
"""Bytes of an answer that is compared: larger ones are cross products."""


@dataclass
class Report:
    """How many queries had which outcome, and those whose answers nobody can explain."""

    outcomes: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)


def compare(quads: list[Quad], seed: int, number: int, folder: Path) -> Report:
    """Put queries to a part of a graph; the same seed gives the same part and the same queries."""
    rng = random.Random(seed)
    data = sample(quads, rng)
    written = write_with_union(data)
    (folder / "data.trig").write_bytes(written)
    jena, rdflib, store = Jena(folder), Rdflib(written), make_store(data)
    report = Report()
    try:
        jena.load(folder / "data.trig")
        maker = QueryMaker(read_vocabulary(data, rng))
        for _ in range(number):
            query = maker.make()
            try:
                ours, form = answer_ours(store, query)
            except QuerySyntaxError as error:
                report.outcomes[f"refused: {re.sub('[?]_?[a-z0-9]+', '?x', error.reason)[:60]}"] += 1
                continue
            except TooSlow:
                report.outcomes["too slow"] += 1
                continue
            if len(ours) > _LARGEST:
                report.outcomes["too large"] += 1
                continue
            outcome = _hold_against(query, ours, form, (jena, rdflib))
            report.outcomes[outcome] += 1
            if outcome == "unexplained":
                report.unexplained.append(query)
    finally:
        jena.close()
    return report


def _hold_against(query: str, ours: bytes, form: QueryForm, others: tuple[Jena, Rdflib]) -> str:
    """Return which engine answers the same, or why none does."""
    answers: list[bytes] = []
    for engine in others:
        try:
            answers.append(engine.answer(query, form))
        except (Refused, TooSlow):
            continue
        try:
            if _is_same(ours, answers[-1], form):
                return f"as {engine.name}"
        except (SyntaxError, ValueError):
            answers.pop()  # rdflib writes some terms that are none
    if not answers:
        return "answered by us alone"
    for explanation in _EXPLANATIONS:
        if re.search(explanation["query"], query) and _is_explained(explanation["difference"], ours, answers, form):
            return f"explained: {explanation['name']}"
    return "unexplained"


def _is_same(ours: bytes, theirs: bytes, form: QueryForm) -> bool:
    if form is QueryForm.GRAPH:
        return is_same_graph(read_graph(ours, RdfFormat.N_TRIPLES), read_graph(theirs, RdfFormat.N_TRIPLES))
    return is_same_table(read_table(ours, QueryResultsFormat.JSON), read_table(theirs, QueryResultsFormat.JSON))


def _is_explained(difference: str, ours: bytes, answers: list[bytes], form: QueryForm) -> bool:
    if difference == "any":
        return True
    if difference == "forms" and form is not QueryForm.GRAPH:
        return any(_is_same_in_value(ours, answer) for answer in answers)
    rows = Counter(_list_rows(ours, form))
    for answer in answers:
        theirs = Counter(_list_rows(answer, form))
        if difference == "counts" and set(theirs) == set(rows):
            return True
        if difference == "fewer" and rows <= theirs:
            return True
    return False


def _is_same_in_value(ours: bytes, theirs: bytes) -> bool:
    """Return whether two tables are the same when a number is its value, whatever its form and datatype."""
    tables = [read_table(answer, QueryResultsFormat.JSON) for answer in (ours, theirs)]
    first, second = (
        table if isinstance(table, bool) else (table[0], [tuple(map(_to_value, row)) for row in table[1]])
        for table in tables
    )
    return is_same_table(first, second)


def _to_value(term: Term | None) -> Term | None:
    if not isinstance(term, Literal) or not _NUMBERS.fullmatch(term.datatype.value):
        return term
    try:
        value = float(term.value)
    except ValueError:
        return term
    return Literal(repr(value + 0.0), datatype=NamedNode(XSD + "double"))


def _list_rows(answer: bytes, form: QueryForm) -> Iterator[object]:
    if form is QueryForm.GRAPH:
        yield from map(str, read_graph(answer, RdfFormat.N_TRIPLES))
        return
    table = read_table(answer, QueryResultsFormat.JSON)
    if isinstance(table, bool):
        yield from [True] * table
        return
    order = sorted(range(len(table[0])), key=lambda index: table[0][index])
    for row in table[1]:
        yield tuple(str(normalize(row[index])) for index in order)
