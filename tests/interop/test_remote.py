"""The server over other engines: a release published there answers every saved query as the snapshot itself does."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ahg_graph.engines import Address
from ahg_graph.engines.bulk_export import write_bulk_export
from ahg_graph.engines.graph_layout import STAGED
from ahg_graph.engines.publish import Target, find_target, publish
from ahg_graph.errors import EngineFault, PublicationError
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.release import Release, make_release
from ahg_graph.snapshot import Snapshot
from ahg_graph.workers import Limits
from interop import provision
from interop.conftest import start
from interop.engines import FusekiEngine, HttpEngine, OxigraphEngine, VirtuosoEngine
from interop.test_matrix import DIFFERENCES
from support.comparison import XSD
from support.namespaces import GRAPH, INFERRED_GRAPH
from support.servers import Running, make_snapshot, run

HOME = Path(__file__).parents[2]
LIMITS = Limits(timeout=60, wait=60)
EX = "https://example.org/"
STORES = {OxigraphEngine: "/store", FusekiEngine: "/ds/data", VirtuosoEngine: "/sparql-graph-crud"}

pytestmark = pytest.mark.interop


@dataclass(frozen=True)
class Place:
    """An engine and its endpoints."""

    engine: HttpEngine
    target: Target

    def list_graphs(self) -> set[str]:
        rows = self.engine.ask("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")[1]
        return {name for (term,) in rows if term is not None and (name := term.value).startswith(GRAPH)}


@pytest.fixture(scope="module", params=STORES, ids=lambda kind: kind.name)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with start(request.param, tmp_path_factory.mktemp("engine")) as engine:
        yield Place(engine, find_target(Address(engine.url + STORES[request.param])))


@pytest.fixture(scope="module")
def embedded(real_snapshot: Snapshot) -> Iterator[Running]:
    with run(real_snapshot, LIMITS) as running:
        yield running


@pytest.fixture(scope="module")
def remote(place: Place, released: tuple[Path, Release], real_snapshot: Snapshot) -> Iterator[Running]:
    assert publish(released[0], place.target) == released[1]
    with run(real_snapshot, LIMITS, engine=place.target.query) as running:
        yield running


def is_alike(ours: Any, theirs: Any) -> bool:
    """Return whether two documents are the same, but for the form in which a truth value is written."""

    def write(document: Any) -> str:
        text = json.dumps(document, sort_keys=True)
        for number, word in (("1", "true"), ("0", "false")):
            start = f'"{XSD}boolean", "type": "literal", "value": '
            text = text.replace(f'{start}"{number}"', f'{start}"{word}"')
        return text

    return write(ours) == write(theirs)


def test_every_saved_query_is_answered_as_by_the_snapshot(place: Place, embedded: Running, remote: Running) -> None:
    different = set()
    for query in load_catalogue(HOME / "queries").current.values():
        path = f"/queries/{query.name}.{'nt' if query.is_graph else 'srj'}"
        ours, theirs = (running.client.get(path, params=dict(query.example)) for running in (embedded, remote))
        assert ours.status_code == 200
        assert theirs.status_code in (200, 502), theirs.text
        if theirs.status_code == 502 or (
            ours.content != theirs.content and (query.is_graph or not is_alike(ours.json(), theirs.json()))
        ):
            different.add(query.name)
    assert different == set(DIFFERENCES.get(place.engine.name, {}))


def test_evidence_pages_and_things_are_there(embedded: Running, remote: Running) -> None:
    for path in (
        "/queries/attendance.json?meeting=ahg-som-05&evidence=1",
        "/queries/members-on-date.html?body=ahg&date=2013-03-05",
        "/id/meeting/ahg-som-05.nt",
        "/health",
    ):
        ours, theirs = (running.client.get(path) for running in (embedded, remote))
        assert (ours.status_code, theirs.status_code) == (200, 200), (path, theirs.text)
        if path.endswith(".nt"):
            assert sorted(ours.text.splitlines()) == sorted(theirs.text.splitlines())
        elif ".json" in path:
            assert ours.json() == theirs.json()


def test_graphs_are_seen_by_name_and_nothing_else_is(embedded: Running, remote: Running) -> None:
    query = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    assert remote.ask(query).json() == embedded.ask(query).json()
    query = f"SELECT (COUNT(*) AS ?n) FROM <{INFERRED_GRAPH}> WHERE {{ ?s ?p ?o }}"
    assert remote.ask(query).json() == embedded.ask(query).json()
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    assert remote.ask(query).json() == embedded.ask(query).json()


def test_a_snapshot_loaded_by_the_engine_s_own_loader_is_served(
    real_snapshot: Snapshot, embedded: Running, tmp_path: Path
) -> None:
    """As a graph is that is too large for a release: streamed out, and loaded in bulk."""
    file = tmp_path / "all.nq"
    with file.open("wb") as stream:
        write_bulk_export(real_snapshot, stream)
    program = provision.provide_python(provision.OXIGRAPH) / "bin" / "oxigraph"
    subprocess.run([program, "load", "--location", tmp_path / "data", "--file", file], check=True, capture_output=True)
    with (
        start(OxigraphEngine, tmp_path) as engine,
        run(real_snapshot, LIMITS, engine=Address(engine.query_url)) as running,
    ):
        for path in ("/queries/members-on-date.srj?body=ahg&date=2013-03-05", "/queries/documents.srj"):
            assert running.client.get(path).json() == embedded.client.get(path).json()
        for query in (
            "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
            "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
        ):
            assert running.ask(query).json() == embedded.ask(query).json()


def test_a_second_release_replaces_the_first_whole(place: Place, tmp_path: Path) -> None:
    one = [Quad(NamedNode(EX + "s"), NamedNode(EX + "p"), Literal(n), NamedNode(f"{GRAPH}record/S{n}")) for n in (5, 7)]
    two = [Quad(NamedNode(EX + "s"), NamedNode(EX + "p"), Literal(7), NamedNode(f"{GRAPH}record/S7"))]
    for quads in (one, two):
        snapshot = make_snapshot(tmp_path / str(len(quads)), quads)
        release = make_release(snapshot, tmp_path / "releases", datetime(2013, 4, 2, tzinfo=UTC))
        publish(tmp_path / "releases" / release.identity, place.target)
        names = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
        assert place.list_graphs() == {*names, f"{GRAPH}all", f"{GRAPH}release"}
        with run(snapshot, LIMITS, engine=place.target.query) as running:
            found = running.ask("SELECT ?o WHERE { ?s ?p ?o } ORDER BY ?o").json()["results"]["bindings"]
        assert [row["o"]["value"] for row in found] == [str(quad.object.value) for quad in quads]  # type: ignore[union-attr]


def test_a_failed_publication_leaves_what_was_there(place: Place, tmp_path: Path) -> None:
    """The update endpoint is not there: everything is loaded and verified, and nothing is switched."""
    quads = [Quad(NamedNode(EX + "s"), NamedNode(EX + "p"), Literal(1), NamedNode(f"{GRAPH}record/S5"))]
    release = make_release(make_snapshot(tmp_path / "1", quads), tmp_path, datetime(2013, 4, 2, tzinfo=UTC))
    before = place.list_graphs()
    broken = replace(place.target, update=Address(place.engine.url + "/nowhere"))
    with pytest.raises(PublicationError, match=r"/nowhere .* 4"):
        publish(tmp_path / release.identity, broken)
    assert {name for name in place.list_graphs() if STAGED not in name} == before
    publish(tmp_path / release.identity, place.target)
    assert place.list_graphs() == {f"{GRAPH}record/S5", f"{GRAPH}all", f"{GRAPH}release"}


def test_an_engine_that_is_away_is_no_place_to_publish_to(released: tuple[Path, Release]) -> None:
    with pytest.raises(PublicationError, match=r"127\.0\.0\.1:9"):
        publish(released[0], find_target(Address("http://127.0.0.1:9/store")))


def test_endpoints_are_found_by_ending_or_named() -> None:
    found = find_target(Address("http://h/ds/data", "Basic x"))
    assert (found.update, found.query) == (
        Address("http://h/ds/update", "Basic x"),
        Address("http://h/ds/sparql", "Basic x"),
    )
    with pytest.raises(EngineFault):
        find_target(Address("http://h/other"))
    named = find_target(Address("http://h/other"), Address("http://h/u"), Address("http://h/q"))
    assert (named.update.url, named.query.url) == ("http://h/u", "http://h/q")
