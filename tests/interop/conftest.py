"""A release of the real graph, every saved query with its example's values, and our own answers to them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from ahg_graph.queries.binding import bind_query
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.list_order import PLACES_QUERY, order_cells
from ahg_graph.queries.validation import read_index
from ahg_graph.rdf.terms import Literal, Term, Triple
from ahg_graph.release import Release, make_release
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.media_types import N_TRIPLES
from ahg_graph.sparql.memory_dataset import MemoryDataset, read_quads
from ahg_graph.sparql.result_tables import list_triples, parse_graph, parse_table
from ahg_graph.sparql.store import open_store
from ahg_graph.sparql.types import SparqlQuery
from interop.engines import Engine, Table, read_answer
from interop.provision import Unavailable
from support.comparison import Row

HOME = Path(__file__).parents[2]
Started = TypeVar("Started", bound=Engine)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the other engines alone unless they are asked for: they are fetched, and started, one after the other."""
    if os.environ.get("AHG_GRAPH_INTEROP") == "1":
        return
    reason = "other engines are fetched and started only with AHG_GRAPH_INTEROP=1"
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


@contextmanager
def start(kind: Callable[[Path], Started], folder: Path) -> Iterator[Started]:
    """Yield an engine that works in a folder, and end it; where it cannot be had, what asks for it is skipped."""
    try:
        engine = kind(folder)
    except Unavailable as error:
        pytest.skip(f"{getattr(kind, 'name', kind)}: {error}")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def released(real_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Release]:
    """The folder of a release of the real graph, and its record."""
    snapshots = tmp_path_factory.mktemp("releases")
    release = make_release(real_snapshot, snapshots, datetime(2013, 4, 2, tzinfo=UTC))
    return snapshots / release.identity, release


@pytest.fixture(scope="session")
def questions(real_snapshot: Snapshot) -> Mapping[str, str]:
    """Every saved query that answers with rows, with its example's values in place, by name: plain SPARQL."""
    return _fill(real_snapshot, is_graph=False)


@pytest.fixture(scope="session")
def graph_questions(real_snapshot: Snapshot) -> Mapping[str, str]:
    """The same of every saved query that answers with a graph."""
    return _fill(real_snapshot, is_graph=True)


def _fill(snapshot: Snapshot, *, is_graph: bool) -> Mapping[str, str]:
    index = read_index(MemoryDataset({quad.triple for quad in read_quads(snapshot.store)}).select)
    current = load_catalogue(HOME / "queries").current
    return {n: bind_query(q, q.example, index).text for n, q in current.items() if q.is_graph is is_graph}


@pytest.fixture(scope="session")
def graphs(real_snapshot: Snapshot, graph_questions: Mapping[str, str]) -> Mapping[str, set[Triple]]:
    """Our own answers to them."""
    store = open_store(real_snapshot.store)
    lines = {
        name: store.answer(SparqlQuery(text, results_type=None, graph_type=N_TRIPLES)).body
        for name, text in graph_questions.items()
    }
    return {name: set(list_triples(parse_graph(body))) for name, body in lines.items()}


@pytest.fixture(scope="session")
def order_lists(real_snapshot: Snapshot) -> Callable[[str, Table], Table]:
    """Put the members of lists in order in the answer to a saved query, as the service does: SPARQL leaves it open."""
    catalogue = load_catalogue(HOME / "queries").current
    body = bytes(open_store(real_snapshot.store).answer(SparqlQuery(PLACES_QUERY)).body)
    places = {(row[0], row[1]): (int(row[2]), int(row[3])) for row in parse_table(body).list_texts()}

    def order(name: str, table: Table) -> Table:
        columns, rows = table
        lists = catalogue[name].lists
        found: list[Row] = []
        for row in rows:
            texts = {column: term.value for column, term in zip(columns, row, strict=True) if isinstance(term, Literal)}
            ordered = order_cells(texts, lists, places)
            cells = zip(columns, row, strict=True)
            found.append(tuple(_put(ordered.get(column), term) if column in lists else term for column, term in cells))
        return columns, found

    return order


def _put(text: str | None, term: Term | None) -> Term | None:
    if text is None or not isinstance(term, Literal):
        return None
    return Literal(text, language=term.language) if term.language else Literal(text)


@pytest.fixture(scope="session")
def answers(real_snapshot: Snapshot, questions: Mapping[str, str]) -> Mapping[str, Table]:
    """Our own answers to the questions; tests/competency holds them against the documents."""
    store = open_store(real_snapshot.store)
    return {name: read_answer(bytes(store.answer(SparqlQuery(text)).body)) for name, text in questions.items()}
