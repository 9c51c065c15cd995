"""The questions that the graph must answer, each against the whole answer that the documents give.

`questions.yaml` holds the questions that the interface numbers and their answers, read from the documents by a person;
`newcomers.yaml` those that it does not; `answers.yaml` those whose answers once fell short of the record. Each file
under `kinds/` holds cases of one kind of fault, so that it does not come back.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from ahg_graph.queries.binding import bind_query
from ahg_graph.queries.catalogue import Catalogue, load_catalogue
from ahg_graph.queries.name_resolver import NameResolver, open_names
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.media_types import N_TRIPLES
from ahg_graph.sparql.result_tables import parse_graph
from ahg_graph.sparql.store import Store, open_store
from ahg_graph.sparql.types import SparqlQuery
from support.namespaces import ID, PREFIXES, expand

HERE = Path(__file__).parent
QUESTIONS: list[Mapping[str, Any]] = yaml.safe_load((HERE / "questions.yaml").read_text("utf-8"))
ANSWERS: list[Mapping[str, Any]] = yaml.safe_load((HERE / "answers.yaml").read_text("utf-8"))
NEWCOMERS: list[Mapping[str, Any]] = yaml.safe_load((HERE / "newcomers.yaml").read_text("utf-8"))
KINDS: list[Mapping[str, Any]] = [
    case for file in sorted((HERE / "kinds").glob("*.yaml")) for case in yaml.safe_load(file.read_text("utf-8"))
]
PROLOGUE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
CATALOGUE_QUESTIONS = range(1, 41)

Cell = str | None
Row = tuple[Cell, ...]


def _select(store: Store, text: str) -> tuple[list[str], list[dict[str, str]]]:
    found = json.loads(bytes(store.answer(SparqlQuery(text)).body))
    rows = [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]
    return found["head"]["vars"], rows


@pytest.fixture(scope="module")
def store(real_snapshot: Snapshot) -> Store:
    return open_store(real_snapshot.store)


@pytest.fixture(scope="module")
def catalogue(home: Path) -> Catalogue:
    return load_catalogue(home / "queries")


@pytest.fixture(scope="module")
def names(real_snapshot: Snapshot) -> NameResolver:
    return open_names(real_snapshot.path)


def _read(cell: object) -> Cell:
    """Return what a cell of the file stands for: an IRI by its short name, a value by its text, null for none."""
    if cell is None:
        return None
    text = str(cell).lower() if isinstance(cell, bool) else str(cell)
    prefix, colon, local = text.partition(":")
    return expand(text) if colon and prefix in PREFIXES and local and " " not in text else text


def _answer(case: Mapping[str, Any], store: Store, catalogue: Catalogue, names: NameResolver) -> list[Row]:
    if "sparql" in case:
        text = PROLOGUE + case["sparql"]
    else:
        given = {key: value if isinstance(value, list) else [value] for key, value in case.get("with", {}).items()}
        text = bind_query(catalogue.get_query(case["ask"]), given, names).text
    if "ask" in case and catalogue.get_query(case["ask"]).is_graph:
        table = parse_graph(store.answer(SparqlQuery(text, results_type=None, graph_type=N_TRIPLES)).body)
        columns, rows = list(table.columns), [{n: t["value"] for n, t in row.items()} for row in table.rows]
    else:
        columns, rows = _select(store, text)
    assert set(case["columns"]) <= set(columns)
    return [tuple(row.get(column) for column in case["columns"]) for row in rows]


def _name(case: Mapping[str, Any]) -> str:
    return f"{case['number']:02} {case['question']}" if "number" in case else case["question"]


@pytest.mark.parametrize("case", [*QUESTIONS, *NEWCOMERS, *ANSWERS, *KINDS], ids=_name)
def test_the_answer_is_what_the_documents_say(
    case: Mapping[str, Any], store: Store, catalogue: Catalogue, names: NameResolver
) -> None:
    answer = Counter(_answer(case, store, catalogue, names))
    expected = Counter(tuple(map(_read, row)) for row in case["rows"])
    extra = Counter[Row]() if case.get("part") else answer - expected
    assert {"missing": expected - answer, "too many": extra} == {
        "missing": Counter(),
        "too many": Counter(),
    }
    for row in case.get("never", ()):
        start = tuple(map(_read, row))
        assert not [found for found in answer if _begins(found, start)]


def _begins(row: Row, start: Sequence[Cell]) -> bool:
    return all(wanted is None or cell == wanted for cell, wanted in zip(row, start, strict=False))


EVENT, DECISION = (re.compile(f"{ID}(?:{kinds})/") for kinds in ("meeting|event", "decision"))


def test_an_answer_that_shows_an_event_or_a_decision_has_its_status_or_act(
    store: Store, catalogue: Catalogue, names: NameResolver
) -> None:
    for name, query in catalogue.current.items():
        if query.is_graph:
            continue
        columns, rows = _select(store, bind_query(query, query.example, names).text)
        shown = {cell for row in rows for cell in row.values()}
        assert "eventStatus" in columns or "act" in columns or not any(map(EVENT.match, shown)), name
        assert "act" in columns or not any(map(DECISION.match, shown)), name


@pytest.mark.parametrize(
    ("kind", "slugs"),
    [
        ("body", "bali-process ahg steering-group rso rilon tewg tip-working-group disruption-working-group"),
        ("series", "ahg-som ministerial-conference"),
        ("meeting", " ".join(f"ahg-som-0{n}" for n in range(1, 9))),
        ("meeting", " ".join(f"ministerial-conference-0{n}" for n in range(1, 6))),
    ],
)
def test_a_slug_of_the_interface_stands_for_one_thing(kind: str, slugs: str, names: NameResolver) -> None:
    for slug in slugs.split():
        assert [thing.iri for thing in names.find_things(slug)] == [f"{ID}{kind}/{slug}"]


def test_every_question_of_the_interface_has_a_case() -> None:
    assert {case["number"] for case in QUESTIONS} == set(CATALOGUE_QUESTIONS)


def test_every_question_of_a_newcomer_is_a_saved_query(catalogue: Catalogue) -> None:
    assert {case["ask"] for case in NEWCOMERS} <= set(catalogue.current)
    assert {name for name, query in catalogue.current.items() if query.is_graph} <= {case["ask"] for case in NEWCOMERS}
