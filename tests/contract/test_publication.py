"""Publishing into an engine that misbehaves: nothing is switched, and what was there is left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import NamedNode as Name
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

from ahg_graph.engines import Address
from ahg_graph.engines.graph_layout import STAGED
from ahg_graph.engines.publish import find_target, publish
from ahg_graph.errors import PublicationError, ReleaseError
from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.release import Release, make_release
from support.namespaces import GRAPH
from support.servers import make_snapshot

EX = "https://example.org/"
Reply = tuple[int, str, bytes, int]
"""Status, media type, body, and the length that is promised."""


def whole(body: bytes = b"", kind: str = "text/plain", status: int = 200) -> Reply:
    return status, kind, body, len(body)


class Engine:
    """A real store behind the two protocols; `spoil` may change a reply, by what was asked for."""

    def __init__(self) -> None:
        self.store = Store()
        self.spoil: Callable[[str, Reply], Reply | None] = lambda what, reply: reply
        self.authorizations: set[str | None] = set()
        engine = self

        class Handle(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                engine.authorizations.add(self.headers.get("authorization"))
                reply = engine.reply(self.command, self.path, body)
                if reply is None:
                    return
                status, kind, found, promised = reply
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(promised))
                self.end_headers()
                self.wfile.write(found)

            do_GET = do_PUT = do_POST = answer  # noqa: N815 - named by the class above

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handle)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/store"

    def reply(self, method: str, path: str, body: bytes) -> Reply | None:
        """Return what is sent, or None to close the connection; what is spoilt by a status is not done."""
        parts = urlsplit(path)
        what = {"/query": "query", "/update": "update"}.get(parts.path, method.lower())
        if what == "update" and b"INSERT" in body:
            what = "switch"
        refused = self.spoil(what, whole())
        if refused is None or refused[0] >= 300:
            return refused
        if what == "query":
            found = self.store.query(parse_qs(body.decode())["query"][0])
            assert isinstance(found, QuerySolutions)
            data = found.serialize(format=QueryResultsFormat.JSON)
            return self.spoil(what, whole(data or b"", "application/sparql-results+json"))
        if what in ("update", "switch"):
            self.store.update(body.decode())
            return self.spoil(what, whole())
        graph = Name(parse_qs(parts.query)["graph"][0])
        if what == "put":
            self.store.remove_graph(graph)
            self.store.load(body, RdfFormat.TURTLE, to_graph=graph)
            return self.spoil(what, whole())
        data = self.store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
        return self.spoil(what, whole(data or b"", "application/n-triples"))

    def show(self) -> dict[str, int]:
        """Return the numbers of triples of the graphs that are not empty."""
        names = [graph for graph in self.store.named_graphs() if isinstance(graph, Name)]
        counts = {graph.value: len(list(self.store.quads_for_pattern(None, None, None, graph))) for graph in names}
        return {name: number for name, number in counts.items() if number}


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.server.shutdown()
    made.server.server_close()


def make(folder: Path, numbers: list[int]) -> tuple[Path, Release]:
    quads = [
        Quad(NamedNode(EX + "s"), NamedNode(EX + "p"), Literal(n), NamedNode(f"{GRAPH}record/S5")) for n in numbers
    ]
    release = make_release(make_snapshot(folder / "snapshot", quads), folder, datetime(2013, 4, 2, tzinfo=UTC))
    return folder / release.identity, release


def test_a_release_lies_in_the_engine_whole_and_replaces_what_was_there(engine: Engine, tmp_path: Path) -> None:
    target = find_target(Address(engine.url, "Bearer secret"))
    for numbers in ([1, 2], [3]):
        folder, release = make(tmp_path / str(numbers), numbers)
        assert publish(folder, target) == release
        assert engine.show() == {f"{GRAPH}record/S5": len(numbers), f"{GRAPH}all": len(numbers), f"{GRAPH}release": 4}
    assert engine.authorizations == {"Bearer secret"}


def only(what: str, spoil: Callable[[Reply], Reply | None]) -> Callable[[str, Reply], Reply | None]:
    return lambda asked, reply: spoil(reply) if asked == what else reply


def change(status: int, kind: str, body: bytes, promised: int) -> Reply:
    return whole(body.replace(b'"7"', b'"8"'), kind, status)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(only("query", lambda r: None), "", id="closed without a word"),
        pytest.param(only("query", lambda r: whole(r[2], "text/html")), "not answer with", id="a page for an answer"),
        pytest.param(only("query", lambda r: whole(r[2][:-3], r[1])), "", id="an answer cut short"),
        pytest.param(only("put", lambda r: whole(b"full\nmore", status=500)), "500$", id="PUT refused"),
        pytest.param(only("put", lambda r: None), "", id="lost while loading"),
        pytest.param(only("put", lambda r: whole(status=302)), "302", id="a redirection"),
        pytest.param(only("get", lambda r: (r[0], r[1], r[2][:-9], r[3])), "", id="fewer bytes than promised"),
        pytest.param(only("get", lambda r: whole(r[2][:-9], r[1])), "", id="cut short"),
        pytest.param(only("get", lambda r: whole(b"", r[1])), "", id="empty"),
        pytest.param(only("get", lambda r: change(*r)), "", id="a value changed"),
        pytest.param(only("get", lambda r: whole(r[2], "text/html")), "text/html", id="wrongly typed"),
        pytest.param(only("get", lambda r: whole(r[2], "no type")), "no media type$", id="typed by what is no type"),
        pytest.param(only("get", lambda r: whole(b"#" * (65 * 2**20), r[1])), "larger than", id="more than can be"),
        pytest.param(only("query", lambda r: whole(b'"secret', r[1])), "results.json$", id="what is no answer"),
        pytest.param(only("switch", lambda r: whole(status=503)), "503", id="the switch refused"),
    ],
)  # fmt: skip
def test_a_fault_leaves_what_was_there(
    engine: Engine, tmp_path: Path, spoil: Callable[[str, Reply], Reply | None], said: str
) -> None:
    target = find_target(Address(engine.url))
    publish(make(tmp_path / "old", [1, 2])[0], target)
    before = engine.show()
    folder, _ = make(tmp_path / "new", [7])
    engine.spoil = spoil
    with pytest.raises(PublicationError, match=said or None):
        publish(folder, target)
    assert {name: number for name, number in engine.show().items() if STAGED not in name} == before
    engine.spoil = lambda what, reply: reply
    publish(folder, target)
    assert engine.show() == {f"{GRAPH}record/S5": 1, f"{GRAPH}all": 1, f"{GRAPH}release": 4}


def test_triples_lost_by_the_switch_are_reported(engine: Engine, tmp_path: Path) -> None:
    def lose(what: str, reply: Reply) -> Reply:
        if what == "switch":
            engine.store.remove_graph(Name(f"{GRAPH}record/S5"))
        return reply

    engine.spoil = lose
    with pytest.raises(PublicationError, match="record/S5>"):
        publish(make(tmp_path, [7])[0], find_target(Address(engine.url)))


def test_a_damaged_release_is_not_sent(engine: Engine, tmp_path: Path) -> None:
    folder, _ = make(tmp_path, [7])
    (folder / "all.trig").write_bytes(b"")
    with pytest.raises(ReleaseError, match=r"all\.trig"):
        publish(folder, find_target(Address(engine.url)))
    assert engine.authorizations == set()
