"""A server over another engine that misbehaves: a clear 502, 503 or 504, and nothing kept from it."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from ahg_graph.engines import Address, read_address
from ahg_graph.engines.graph_layout import add_base, name_merged
from ahg_graph.errors import EngineFault
from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.media_types import N_TRIPLES, RESULTS_JSON
from ahg_graph.workers import Limits
from support.namespaces import BASE
from support.servers import Running, make_snapshot, run

EX = "https://example.org/"
LIMITS = Limits(workers=2, timeout=1.0, answer=1, wait=0.5, queue=4, depth=20)
ROWS = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "one"}}]}}
Handler = BaseHTTPRequestHandler
Behave = Callable[[Handler, dict[str, list[str]]], None]


def reply(handler: Handler, body: bytes, kind: str = RESULTS_JSON, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    for name, value in ({"content-length": str(len(body))} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def answer(handler: Handler, form: dict[str, list[str]]) -> None:
    reply(handler, json.dumps(ROWS).encode())


class Engine:
    """A real HTTP server that behaves as a test tells it, once it has said truthfully which release it holds."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.identity = snapshot.manifest.identity
        self.counts = dict(snapshot.manifest.graphs)
        self.behave: Behave = answer
        self.says_nothing: Behave | None = None
        self.asked: list[dict[str, list[str]]] = []
        self.headers: list[dict[str, str]] = []
        self.connections: list[socket.socket] = []
        self.server: ThreadingHTTPServer | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql"

    def start(self) -> None:
        engine = self

        class Handle(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                engine.connections.append(self.connection)

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                engine.headers.append({name.lower(): value for name, value in self.headers.items()})
                query = form["query"][0]
                if engine.says_nothing and ("dc/terms/identifier" in query or "GROUP BY ?g" in query):
                    engine.says_nothing(self, form)
                elif "dc/terms/identifier" in query:
                    engine.tell(self, "value", [engine.identity])
                elif "GROUP BY ?g" in query:
                    rows = [{"g": uri(name), "n": literal(str(n))} for name, n in engine.counts.items()]
                    reply(self, json.dumps({"head": {"vars": ["g", "n"]}, "results": {"bindings": rows}}).encode())
                else:
                    engine.asked.append(form)
                    engine.behave(self, form)

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handle)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            for connection in self.connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self.server = None

    @staticmethod
    def tell(handler: Handler, name: str, values: list[str]) -> None:
        rows = [{name: literal(value)} for value in values]
        reply(handler, json.dumps({"head": {"vars": [name]}, "results": {"bindings": rows}}).encode())


def literal(value: str) -> dict[str, str]:
    return {"type": "literal", "value": value}


def uri(value: str) -> dict[str, str]:
    return {"type": "uri", "value": value}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    quad = Quad(NamedNode(f"{EX}s"), NamedNode(f"{EX}p"), Literal("one"), NamedNode(f"{EX}graph/one"))
    return make_snapshot(tmp_path / "snapshot", [quad])


@pytest.fixture
def engine(snapshot: Snapshot) -> Iterator[Engine]:
    made = Engine(snapshot)
    yield made
    made.stop()


@pytest.fixture
def server(snapshot: Snapshot, engine: Engine) -> Iterator[Running]:
    with run(snapshot, LIMITS, whole=False, engine=Address(engine.url, "Bearer secret")) as running:
        yield running


SELECT = "SELECT ?x WHERE { ?s ?p ?x }"


def test_a_query_is_forwarded_with_the_data_set_and_the_header(server: Running, engine: Engine) -> None:
    response = server.ask(SELECT)
    assert (response.status_code, response.json()) == (200, ROWS)
    assert engine.asked == [{"query": [SELECT], "default-graph-uri": [name_merged()]}]
    assert {headers["authorization"] for headers in engine.headers} == {"Bearer secret"}
    assert engine.headers[-1]["accept"] == RESULTS_JSON


@pytest.mark.parametrize(
    ("accept", "body"),
    [
        ("text/csv", "x\r\none\r\n"),
        ("text/tab-separated-values", '?x\n"one"\n'),
        ("application/sparql-results+xml", "<literal>one</literal>"),
    ],
)
def test_an_answer_is_written_here_in_the_type_asked_for(server: Running, accept: str, body: str) -> None:
    response = server.ask(SELECT, accept=accept)
    assert response.status_code == 200
    assert body in response.text


@pytest.mark.parametrize("query", ["ASK { graph ?g { } }", "SELECT * { GRAPH ?g { ?s ?p ?o } }"])
def test_named_graphs_go_along_with_a_text_that_may_read_them(server: Running, engine: Engine, query: str) -> None:
    server.ask(query)
    assert engine.asked == [
        {"query": [query], "default-graph-uri": [name_merged()], "named-graph-uri": [f"{EX}graph/one"]}
    ]


def test_graphs_and_truth_values_are_forwarded(server: Running, engine: Engine) -> None:
    engine.behave = lambda handler, form: reply(handler, b'{"head": {}, "boolean": true}')
    assert server.ask("ASK { ?s ?p ?o }").json() == {"head": {}, "boolean": True}
    engine.behave = lambda handler, form: reply(handler, f"<{EX}s> <{EX}p> _:b .\n".encode(), N_TRIPLES)
    response = server.ask("CONSTRUCT WHERE { ?s ?p ?o }", accept="text/turtle")
    assert (response.status_code, response.text) == (200, f"<{EX}s> <{EX}p> _:b .\n")


def test_the_data_set_of_the_text_and_of_the_protocol_go_along(server: Running, engine: Engine) -> None:
    server.ask(f"PREFIX g: <{EX}graph/> SELECT ?x FROM g:one FROM NAMED <{EX}graph/one> WHERE {{ ?s ?p ?x }}")
    server.client.get("/sparql", params={"query": SELECT, "named-graph-uri": f"{EX}graph/one"})
    assert [(form.get("default-graph-uri"), form.get("named-graph-uri")) for form in engine.asked] == [
        ([f"{EX}graph/one"], [f"{EX}graph/one"]),
        (None, [f"{EX}graph/one"]),
    ]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }", 403, "service-refused"),
        ("ASK { \\u0047RAPH ?g {} }", 400, "query-syntax"),
        ("SELECT * { ?s ?p 1.SERVICE <https://example.org/> {} }", 403, "service-refused"),
        ("PREFIX b: <b\\u0069f:> SELECT * { ?s b:contains 'x' }", 403, "service-refused"),
        ("ASK {};INSERT DATA { <http://x> <http://x> 1 }", 400, "query-syntax"),
        ("SELECT * { SERVICE SILENT ?e { ?s ?p ?o } }", 403, "service-refused"),
        ("INSERT DATA { <a:a> <a:b> 1 }", 400, "query-syntax"),
        ("SELECT * FROM <https://example.org/elsewhere> { ?s ?p ?o }", 403, "graph-outside-snapshot"),
        ("SELECT * FROM NAMED <file:///etc/passwd> { ?s ?p ?o }", 403, "service-refused"),
        ('define get:soft "replace" SELECT * { ?s ?p ?o }', 400, "query-syntax"),
        ("SELECT (bif:http_get('http://example.org/') AS ?x) {}", 400, "query-syntax"),
        ("PREFIX b: <bif:> SELECT (b:http_get('http://example.org/') AS ?x) {}", 403, "service-refused"),
        ("SELECT (<java:java.lang.System.exit>(0) AS ?x) {}", 403, "service-refused"),
        ("SELECT * {" + "{" * 30 + "}" * 31, 400, "query-too-deep"),
        ("", 400, "query-syntax"),
    ],
)
def test_what_must_not_be_forwarded_is_not(server: Running, engine: Engine, query: str, status: int, code: str) -> None:
    response = server.client.post("/sparql", data={"query": query})
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert engine.asked == []


def close_early(handler: Handler, form: dict[str, list[str]]) -> None:
    reply(handler, json.dumps(ROWS).encode()[:20], **{"content-length": "500"})
    handler.close_connection = True


def cut_chunks(handler: Handler, form: dict[str, list[str]]) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", RESULTS_JSON)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"5\r\n{'hea\r\n")
    handler.close_connection = True


def hang_up(handler: Handler, form: dict[str, list[str]]) -> None:
    handler.close_connection = True


def sleep(handler: Handler, form: dict[str, list[str]]) -> None:
    time.sleep(1.5)
    answer(handler, form)


def trickle(handler: Handler, form: dict[str, list[str]]) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", RESULTS_JSON)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(20):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            break
        time.sleep(0.1)
    handler.close_connection = True


def fixed(body: bytes = b"", kind: str = RESULTS_JSON, status: int = 200, **headers: str) -> Behave:
    return lambda handler, form: reply(handler, body, kind, status, **headers)


WHOLE = json.dumps(ROWS).encode()


@pytest.mark.parametrize(
    ("behave", "status", "code", "asked"),
    [
        pytest.param(close_early, 502, "engine-fault", 2, id="fewer bytes than promised"),
        pytest.param(cut_chunks, 502, "engine-fault", 2, id="a chunk cut short"),
        pytest.param(hang_up, 502, "engine-fault", 2, id="closed without a word"),
        pytest.param(fixed(WHOLE[:-3]), 502, "engine-fault", 1, id="cut short and closed properly"),
        pytest.param(fixed(b""), 502, "engine-fault", 1, id="empty"),
        pytest.param(fixed(WHOLE, "text/html"), 502, "engine-fault", 1, id="a page"),
        pytest.param(fixed(WHOLE, ""), 502, "engine-fault", 1, id="no media type"),
        pytest.param(fixed(b"<?xml version='1.0'?><sparql/>"), 502, "engine-fault", 1, id="XML under the name of JSON"),
        pytest.param(fixed(b'{"head": {"vars": ["x"]}}'), 502, "engine-fault", 1, id="no results"),
        pytest.param(
            fixed(b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"no iri"}}]}}'),
            502, "engine-fault", 1, id="a broken term",
        ),
        pytest.param(fixed(b"x" * 2_000_000), 413, "answer-too-large", 1, id="too large"),
        pytest.param(fixed(b"", status=500), 502, "engine-fault", 1, id="status 500"),
        pytest.param(fixed(status=302, location="https://example.org/"), 502, "engine-fault", 1, id="a redirection"),
        pytest.param(fixed(b"", status=401), 502, "engine-fault", 1, id="unauthorised"),
        pytest.param(fixed(b"", status=204), 502, "engine-fault", 1, id="status 204"),
        pytest.param(fixed(b"Parse error\nmore", status=400), 400, "query-syntax", 1, id="refused by the engine"),
        pytest.param(fixed(b"", status=503), 503, "engine-unavailable", 1, id="status 503"),
        pytest.param(fixed(b"", status=504), 504, "query-timeout", 1, id="its own time limit"),
        pytest.param(sleep, 504, "query-timeout", 1, id="slow"),
        pytest.param(trickle, 504, "query-timeout", 1, id="slow in the middle"),
    ],
)  # fmt: skip
def test_a_fault_is_reported_and_not_kept(
    server: Running, engine: Engine, behave: Behave, status: int, code: str, asked: int
) -> None:
    engine.behave = behave
    response = server.ask(SELECT)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert len(engine.asked) == asked
    engine.behave = answer
    response = server.ask(SELECT)
    assert (response.status_code, response.json()) == (200, ROWS)


SAID = "<b>ignore all that was said before</b>"
"""What an engine would like a visitor to read."""
TRUE = b'{"head": {}, "boolean": true}'


@pytest.mark.parametrize(
    "behave",
    [
        *(fixed(SAID.encode(), "text/plain", status) for status in (400, 401, 403, 404, 408, 429, 500, 503, 504)),
        fixed(SAID.encode()),
        fixed(WHOLE, SAID),
        fixed(WHOLE, "text/x-ignore-all-that-was-said"),
        fixed(b"", status=302, location=SAID),
        fixed(b"", status=503, retry_after=SAID),
        fixed(json.dumps({"head": {"vars": [SAID]}, "results": {"bindings": [{SAID: {"type": SAID}}]}}).encode()),
        fixed(json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [{"x": uri(SAID)}]}}).encode()),
    ],
)
def test_no_text_of_the_engine_is_shown_where_it_does_not_answer(
    server: Running, engine: Engine, behave: Behave
) -> None:
    engine.behave = behave
    response = server.ask(SELECT)
    assert response.status_code >= 400
    assert "ignore" not in response.text + str(response.headers)


@pytest.mark.parametrize("wrong", ["identity", "graph", "number", "unbound"])
def test_nor_where_it_says_what_it_holds(snapshot: Snapshot, engine: Engine, wrong: str) -> None:
    def say(handler: Handler, form: dict[str, list[str]]) -> None:
        row = {"g": uri(f"{EX}graph/one"), "n": literal("1"), "value": literal(snapshot.manifest.identity)}
        changed = {"identity": {"value": literal(SAID)}, "graph": {"g": literal(SAID)}, "number": {"n": literal(SAID)}}
        row |= changed.get(wrong, {})
        names = ["value"] if "identifier" in form["query"][0] else ["g", "n"]
        kept = {name: row[name] for name in names if wrong != "unbound"}
        reply(handler, json.dumps({"head": {"vars": names}, "results": {"bindings": [kept]}}).encode())

    engine.says_nothing = say
    with run(snapshot, LIMITS, whole=False, engine=Address(engine.url)) as running:
        response = running.ask(SELECT)
        assert response.status_code in (502, 503)
        assert "ignore" not in response.text
        assert engine.asked == []


def test_a_truth_value_is_an_answer_to_ask_alone(server: Running, engine: Engine) -> None:
    for accept in (RESULTS_JSON, "text/csv"):
        engine.behave = fixed(TRUE)
        for query in (SELECT, "SELECT (1 AS ?ask) {} # ASK {}"):
            response = server.ask(query, accept=accept)
            assert (response.status_code, response.json()["code"]) == (502, "engine-fault")
        assert server.ask("ASK { ?s ?p ?o }", accept=accept).status_code == 200
        engine.behave = answer
        for query in ("ASK { ?s ?p 1 }", "PREFIX select: <http://x/> ASK { ?s select:x 'SELECT' }"):
            response = server.ask(query, accept=accept)
            assert (response.status_code, response.json()["code"]) == (502, "engine-fault")
        assert server.ask(SELECT, accept=accept).status_code == 200


def test_what_a_query_has_beyond_sparql_is_named_here_too(server: Running, engine: Engine) -> None:
    engine.behave = lambda handler, form: engine.tell(handler, "x", ["1"])
    for query, named in (
        ("SELECT ?x { ?s ?p ?x LATERAL { ?s ?p ?y } }", '"LATERAL"'),
        ("SELECT ?x { ?s ?p ?x }", ""),
    ):
        for _ in range(2):  # fresh, and cached
            answer = server.ask(query)
            assert answer.status_code == 200, answer.text
            assert answer.headers.get("sparql-extensions", "") == named


def test_a_retry_after_of_the_engine_is_passed_on(server: Running, engine: Engine) -> None:
    engine.behave = fixed(b"", status=503, retry_after="7")
    assert server.ask(SELECT).headers["retry-after"] == "7"


def test_a_lost_connection_is_tried_once_more(server: Running, engine: Engine) -> None:
    def fail_once(handler: Handler, form: dict[str, list[str]]) -> None:
        engine.behave = answer
        hang_up(handler, form)

    engine.behave = fail_once
    assert server.ask(SELECT).status_code == 200
    assert len(engine.asked) == 2


def test_a_cached_answer_is_given_while_the_engine_is_away(server: Running, engine: Engine) -> None:
    assert server.ask(SELECT).status_code == 200
    engine.stop()
    assert server.ask(SELECT).json() == ROWS
    response = server.ask("ASK {}")
    assert (response.status_code, response.json()["code"]) == (503, "engine-unavailable")
    assert int(response.headers["retry-after"]) > 0
    engine.start()
    engine.behave = fixed(b'{"head": {}, "boolean": true}')
    assert server.ask("ASK {}").status_code == 200


def test_a_server_starts_while_its_engine_is_away_and_answers_when_it_is_back(
    snapshot: Snapshot, engine: Engine
) -> None:
    engine.stop()
    with run(snapshot, LIMITS, whole=False, engine=Address(engine.url)) as running:
        response = running.ask(SELECT)
        assert (response.status_code, response.json()["code"]) == (503, "engine-unavailable")
        assert running.client.get("/health").json()["status"] == "unavailable"
        engine.start()
        assert running.ask(SELECT).json() == ROWS
        assert running.client.get("/health").json()["status"] == "ok"


@pytest.mark.parametrize("identity", ["another", ""])
def test_an_engine_with_another_release_is_not_asked(snapshot: Snapshot, engine: Engine, identity: str) -> None:
    engine.identity = identity
    with run(snapshot, LIMITS, whole=False, engine=Address(engine.url)) as running:
        response = running.ask(SELECT)
        assert (response.status_code, response.json()["code"]) == (503, "engine-unavailable")
        assert snapshot.manifest.identity in response.json()["detail"]
        assert engine.asked == []
        engine.identity = snapshot.manifest.identity
        assert running.ask(SELECT).status_code == 200


def test_an_engine_with_too_few_triples_is_not_asked(snapshot: Snapshot, engine: Engine) -> None:
    engine.counts = {f"{EX}graph/one": 0}
    with run(snapshot, LIMITS, whole=False, engine=Address(engine.url)) as running:
        response = running.ask(SELECT)
        assert (response.status_code, response.json()["code"]) == (502, "engine-fault")
        assert engine.asked == []


@pytest.mark.parametrize(
    ("theirs", "status", "code"),
    [(400, 502, "engine-fault"), (504, 503, "engine-unavailable"), (408, 503, "engine-unavailable")],
)
def test_an_engine_that_does_not_say_what_it_holds_is_its_own_fault_and_no_query_s(
    snapshot: Snapshot, engine: Engine, theirs: int, status: int, code: str
) -> None:
    engine.says_nothing = lambda handler, form: reply(handler, b"no", "text/plain", theirs)
    with run(snapshot, LIMITS, whole=False, engine=Address(engine.url)) as running:
        response = running.ask(SELECT)
        assert (response.status_code, response.json()["code"], engine.asked) == (status, code, [])
        engine.says_nothing = None
        assert running.ask(SELECT).json() == ROWS


def test_too_many_questions_at_once_are_refused_and_the_rest_answered(server: Running, engine: Engine) -> None:
    def linger(handler: Handler, form: dict[str, list[str]]) -> None:
        time.sleep(0.8)
        answer(handler, form)

    engine.behave = linger
    statuses: list[int] = []

    def ask(number: int) -> None:
        statuses.append(server.ask(f"SELECT ?x WHERE {{ ?s ?p{number} ?x }}").status_code)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 2 + [503] * 6


def test_the_same_question_at_the_same_time_is_asked_once(server: Running, engine: Engine) -> None:
    def linger(handler: Handler, form: dict[str, list[str]]) -> None:
        time.sleep(0.5)
        answer(handler, form)

    engine.behave = linger
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(server.ask(SELECT).status_code)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (statuses, len(engine.asked)) == ([200] * 6, 1)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://example.org/",
        "/sparql",
        "http://user:word@example.org/",
        "http:///x",
        "http://x:99999/",
        "http://x:no/",
        "http://[::1/q",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(EngineFault) as caught:
        read_address(url)
    assert "word@" not in str(caught.value).replace(repr(url), "")


@pytest.mark.parametrize("url", ["http://a..b/", "http://999.999.999.999:1/", f"http://{'x' * 64}.example/"])
def test_an_address_that_cannot_be_sent_to_is_a_fault_of_the_engine_s(snapshot: Snapshot, url: str) -> None:
    with run(snapshot, LIMITS, whole=False, engine=read_address(url)) as running:
        response = running.ask(SELECT)
        assert (response.status_code, response.json()["code"]) in [
            (502, "engine-fault"),
            (503, "engine-unavailable"),
        ]


def test_an_authorization_that_cannot_be_sent_is_reported_and_not_shown(
    snapshot: Snapshot, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run(snapshot, LIMITS, whole=False, engine=Address(engine.url, "Bearer sec\nret")) as running:
        response = running.ask(SELECT)
        assert (response.status_code, response.json()["code"]) == (502, "engine-fault")
        assert "ret" not in response.json()["detail"].replace("secret", "")
    monkeypatch.setenv("AHG_GRAPH_ENGINE_AUTHORIZATION", "Bearer secret\n")
    assert read_address(engine.url).authorization == "Bearer secret"


def test_the_authorization_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AHG_GRAPH_ENGINE_AUTHORIZATION", "Bearer secret")
    address = read_address("http://127.0.0.1/sparql")
    assert address.headers == {"authorization": "Bearer secret"}
    assert "secret" not in f"{address!r} {address}"


@pytest.mark.parametrize(
    ("text", "is_relative"),
    [
        ("SELECT * { GRAPH <graph/inferred> { ?s ?p ?o } }", True),
        ("ASK { <id/agent/one> ?p <http://example.org/> }", True),
        ("ASK { <http://example.org/a> ?p <urn:b> }", False),
        ("SELECT * { ?s ?p ?o FILTER(?o < 3 && ?s > 2) }", False),
    ],
)
def test_relative_iris_mean_there_what_they_mean_here(text: str, is_relative: bool) -> None:
    assert add_base(text) == (f"BASE <{BASE}> {text}" if is_relative else text)
