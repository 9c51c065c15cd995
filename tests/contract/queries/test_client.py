"""The client: the same answers and the same errors from a snapshot here and from a server."""

from __future__ import annotations

import asyncio
import datetime
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib

from ahg_graph import open_graph
from ahg_graph.client import Graph, Triples
from ahg_graph.errors import BadParameter, QueryError, QuerySyntaxError, SnapshotError, UnknownName
from ahg_graph.snapshot import Snapshot
from support.servers import Running

Attempt = Callable[[Graph], object]


@pytest.fixture(params=["local", "remote"])
def client(request: pytest.FixtureRequest, real_snapshot: Snapshot, graph: Running) -> Graph:
    return open_graph(real_snapshot.path if request.param == "local" else graph.url)


def test_both_give_the_same_answers(real_snapshot: Snapshot, graph: Running) -> None:
    local, remote = open_graph(real_snapshot.path), open_graph(graph.url + "/")
    assert dict(local.queries) == dict(remote.queries)
    assert local.release == remote.release == real_snapshot.manifest.identity
    for ask in (
        lambda g: g.ask("attendance", meeting="ahg-som-05"),
        lambda g: g.ask("members-on-date", body="AHG", date=2013),
        lambda g: g.ask("meetings", kind=["workshop", "forum"], from_="2012", to=None),
        lambda g: g.ask("documents"),
        lambda g: g.ask("membership-graph", body="AHG", date=2013),
        lambda g: g.select(
            "SELECT ?s ?o { ?s a ?o FILTER(isIRI(?s)) } ORDER BY ?s ?o LIMIT 10"
        ),  # blank nodes have no order
    ):
        assert ask(local) == ask(remote)
        assert len(ask(local)) > 0


def test_an_answer_is_typed_records(client: Graph) -> None:
    answer = client.ask("meeting-series", series="ahg-som")
    assert answer.columns[:3] == ("ordinal", "meeting", "meetingLabel")
    assert [record["ordinal"] for record in answer] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert answer.records[0]["previous"] is None


def test_a_graph_is_its_triples_and_their_text(client: Graph) -> None:
    answer = client.ask("membership-graph", body="ahg", date="2011-03-29")
    assert isinstance(answer, Triples)
    assert answer.columns == ("subject", "predicate", "object")
    read = rdflib.Graph().parse(data=answer.ntriples, format="nt")
    assert {tuple(str(term) for term in triple) for triple in read} == {tuple(r.values()) for r in answer}
    assert len(read) == len(answer) == len(answer.ntriples.splitlines())
    assert list(answer.frame().columns) == list(answer.columns)


def test_an_answer_is_a_data_frame(client: Graph) -> None:
    frame = client.ask("meeting-series", series="ahg-som").frame()
    assert list(frame.columns)[:2] == ["ordinal", "meeting"]
    assert frame["ordinal"].dtype == "Int64"
    assert frame["startEarliest"].iloc[4].date() == datetime.date(2011, 10, 12)
    assert frame["previous"].isna().sum() == 1
    assert client.ask("status-history", agent="canada").frame().shape == (0, 12)


@pytest.mark.parametrize(
    ("attempt", "kind"),
    [
        (lambda g: g.ask("no-such-query"), UnknownName),
        (lambda g: g.ask("attendance"), BadParameter),
        (lambda g: g.ask("attendance", meeting="ahg-som-99"), BadParameter),
        (lambda g: g.ask("attendance", meeting="ahg-som-05", venue="x"), BadParameter),
        (lambda g: g.select("SELECT * WHERE"), QuerySyntaxError),
        (lambda g: g.select("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"), QueryError),
    ],
)
def test_both_raise_the_same_errors(
    real_snapshot: Snapshot, graph: Running, attempt: Attempt, kind: type[Exception]
) -> None:
    raised = []
    for client in (open_graph(real_snapshot.path), open_graph(graph.url)):
        with pytest.raises(kind) as caught:
            attempt(client)
        raised.append((type(caught.value), vars(caught.value).get("parameter"), vars(caught.value).get("candidates")))
    assert raised[0] == raised[1]


def test_each_row_comes_with_its_evidence_and_its_proofs(client: Graph) -> None:
    answer = client.ask("members-on-date", body="ahg", date="2013-03-05", evidence=True)
    assert answer.columns[-2:] == ("evidence", "proofs")
    assert all(record["evidence"][0]["document"] and record["proofs"][0]["standing"] for record in answer)
    assert list(answer.frame().columns) == list(answer.columns)


def test_a_graph_comes_with_the_evidence_of_its_triples(client: Graph) -> None:
    plain, told = (client.ask("membership-graph", body="ahg", date="2011-03-29", evidence=e) for e in (False, True))
    assert isinstance(plain, Triples)
    assert isinstance(told, Triples)
    assert set(plain.ntriples.splitlines()) < set(told.ntriples.splitlines())


def test_it_answers_where_an_event_loop_runs(client: Graph) -> None:
    async def ask() -> int:
        return len(client.ask("attendance", meeting="ahg-som-05", evidence=True))

    assert asyncio.run(ask()) == 18


def test_an_address_that_nothing_answers_is_reported() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(QueryError, match="cannot be reached"):
        open_graph(f"http://127.0.0.1:{port}").ask("documents")


def test_a_folder_that_is_no_snapshot_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError):
        open_graph(tmp_path)
