"""The embedded engine as the project asks it, and what it says of a text that is no query."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahg_graph.errors import GraphRefused, NotAcceptable, QuerySyntaxError, ServiceRefused, SnapshotError
from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.sparql.media_types import CSV, N_TRIPLES
from ahg_graph.sparql.store import Store, open_store, write_store
from ahg_graph.sparql.types import QueryForm, SparqlQuery
from support.stores import make_store

EX = "https://example.org/"
QUADS = [
    Quad(NamedNode(f"{EX}s"), NamedNode(f"{EX}p"), Literal("one"), NamedNode(f"{EX}1")),
    Quad(NamedNode(f"{EX}s"), NamedNode(f"{EX}p"), Literal("two"), NamedNode(f"{EX}2")),
]


@pytest.fixture
def store() -> Store:
    return make_store(QUADS, [f"{EX}empty"])


def ask(store: Store, text: str, *default: str, named: tuple[str, ...] = ()) -> list[str]:
    question = SparqlQuery(text, default_graphs=default, named_graphs=named, results_type=CSV)
    return sorted(bytes(store.answer(question).body).decode().split()[1:])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?o { ?s ?p ?o }", ["one", "two"]),
        (f"SELECT ?o FROM <{EX}1> {{ ?s ?p ?o }}", ["one"]),
        (f"SELECT ?o FROM <{EX}empty> {{ ?s ?p ?o }}", []),
        (f"SELECT ?o FROM NAMED <{EX}1> {{ ?s ?p ?o }}", []),
        (f"SELECT ?o FROM NAMED <{EX}1> {{ GRAPH ?g {{ ?s ?p ?o }} }}", ["one"]),
        ("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", ["one", "two"]),
        (f"BASE <{EX}> SELECT ?o FROM <2> {{ ?s ?p ?o }}", ["two"]),
        (f"PREFIX e: <{EX}> SELECT ?o FROM e:2 {{ ?s ?p ?o }}", ["two"]),
    ],
)
def test_data_sets(store: Store, text: str, expected: list[str]) -> None:
    assert ask(store, text) == expected


def test_the_data_set_of_the_question_replaces_that_of_the_text(store: Store) -> None:
    text = f"SELECT ?o FROM <{EX}1> {{ ?s ?p ?o }}"
    assert ask(store, text, f"{EX}2") == ["two"]
    assert ask(store, text, f"{EX}1", f"{EX}2") == ["one", "two"]
    assert ask(store, text, named=(f"{EX}2",)) == []


def test_without_the_union_the_default_graph_is_its_own() -> None:
    assert ask(make_store(QUADS, union=False), "SELECT ?o { ?s ?p ?o }") == []


@pytest.mark.parametrize("name", [f"{EX}3", "file:///etc/passwd", "not an iri", ""])
def test_graphs_outside_are_refused(store: Store, name: str) -> None:
    with pytest.raises(GraphRefused):
        store.answer(SparqlQuery("ASK {}", named_graphs=(name,)))


def test_service_is_refused_before_it_is_asked(store: Store) -> None:
    with pytest.raises(ServiceRefused):
        store.answer(SparqlQuery("ASK { SERVICE SILENT <http://127.0.0.1:1/> {} }"))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ASK {}", QueryForm.ASK),
        ("SELECT * {}", QueryForm.SELECT),
        ("CONSTRUCT WHERE { ?s ?p ?o }", QueryForm.GRAPH),
        (f"DESCRIBE <{EX}s>", QueryForm.GRAPH),
    ],
)
def test_forms(store: Store, text: str, form: QueryForm) -> None:
    assert store.answer(SparqlQuery(text)).form is form


def test_a_form_for_which_nothing_is_accepted_is_refused_with_what_there_is(store: Store) -> None:
    with pytest.raises(NotAcceptable) as graph:
        store.answer(SparqlQuery("CONSTRUCT WHERE { ?s ?p ?o }", graph_type=None))
    assert N_TRIPLES in graph.value.offered
    with pytest.raises(NotAcceptable) as table:
        store.answer(SparqlQuery("ASK {}", results_type=None))
    assert CSV in table.value.offered


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("SELECT * { ?s ?p }", 1, 18, "unexpected }"),
        ("SELEKT * {}", 1, 1, "is SELECT meant?"),
        ("SELECT * {\n ?s ?p ?o }\nGRUOP BY ?x", 3, 1, "is GROUP meant?"),
        ("ASK { FILTER(?x == 1) }", 1, 17, "unexpected =="),
        ("ASK { ?s ?p 'a }", 1, 13, "not closed"),
        ("ASK {", 1, 6, "ends too early"),
        ("", 1, 1, "ends too early"),
        ("ASK {} ASK {}", 1, 8, "unexpected ASK"),
        ("ASK {\n\n FILTER(STRLEN(?x, ?y)) }", 3, 18, "unexpected ,"),
        ("SELECT * { ?s nobody:p ?o }", 1, 15, "nobody:"),
    ],
)
def test_a_bad_text_is_explained_with_its_place(store: Store, text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.answer(SparqlQuery(text))
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in caught.value.reason


@pytest.mark.parametrize(
    "text", ["SELECT (1 AS ?a) (2 AS ?a) {}", "SELECT ?x {} GROUP BY ?y", "ASK { FILTER(<x:f>(1)) }"]
)
def test_what_the_engine_says_in_words_is_passed_on(store: Store, text: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.answer(SparqlQuery(text))
    assert len(caught.value.reason.split()) > 3


def test_a_store_is_written_once_and_opened_read_only(tmp_path: Path) -> None:
    write_store(tmp_path / "store", QUADS, [f"{EX}empty"])
    store = open_store(tmp_path / "store")
    assert store.list_graphs() == (f"{EX}1", f"{EX}2", f"{EX}empty")
    assert ask(store, "SELECT ?o { ?s ?p ?o }") == ["one", "two"]


def test_no_store_is_a_snapshot_error(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(SnapshotError):
            open_store(path)
