"""What the endpoint refuses: status, problem document, and that the next query is answered.

The limits are those of `conftest`: 2 s, 128 MiB, answers of 1 MiB.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from support.servers import Running

EX = "https://example.org/"
QUERY = {"content-type": "application/sparql-query"}
PLAIN = f"SELECT ?label {{ ?x <{EX}label> ?label }}"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"


@pytest.fixture(autouse=True)
def answers_afterwards(server: Running) -> Iterator[None]:
    """After each refusal a plain question, new each time, is answered, and right."""
    yield
    fresh = f"{PLAIN} # {time.monotonic()}\n LIMIT {time.monotonic_ns()}"
    response = server.ask(fresh)
    assert response.status_code == 200, response.text
    assert [row["label"]["value"] for row in response.json()["results"]["bindings"]] == ["zéro"]


def check(response: httpx.Response, status: int, code: str, **members: object) -> dict[str, object]:
    """Check the problem document (RFC 9457) and return it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    problem = response.json()
    assert {"type", "title", "status", "detail", "code", "request"} <= set(problem)
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["request"] == response.headers["x-request-id"]
    assert {name: problem[name] for name in members} == members
    return problem


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("ASK {", 1, 6),
        ("SELECT * {\n  ?s ?p\n}", 3, 1),
        ("SELEKT * {}", 1, 1),
        ("SELECT ?x { ?x skos:prefLabel ?y }", 1, 16),
        ("", 1, 1),
    ],
)
def test_a_bad_query_is_a_400_with_its_place(server: Running, query: str, line: int, column: int) -> None:
    response = server.client.post("/sparql", content=query, headers=QUERY)
    check(response, 400, "query-syntax", line=line, column=column)


def test_an_undeclared_prefix_is_named_with_its_usual_iri(server: Running) -> None:
    problem = check(server.ask("SELECT * { ?x skos:prefLabel ?y }"), 400, "query-syntax")
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" in str(problem["detail"])
    problem = check(server.ask("SELECT * { ?x foaf:knows ?y }"), 400, "query-syntax")
    assert "PREFIX foaf: <http://xmlns.com/foaf/0.1/>" in str(problem["detail"])
    problem = check(server.ask("SELECT * { ?x nobody:knows ?y }"), 400, "query-syntax")
    assert "nobody:" in str(problem["detail"]) and "PREFIX" not in str(problem["detail"])


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <a> <b> <c> }", "PREFIX a: <b>\n# c\nDELETE WHERE { ?s ?p ?o }", "clear all"]
)
def test_an_update_sent_as_a_query_is_a_400(server: Running, text: str) -> None:
    check(server.ask(text), 400, "query-syntax")
    check(server.client.post("/sparql", content=text, headers=QUERY), 400, "query-syntax")


def test_an_update_is_a_403_that_says_how_the_graph_is_changed(server: Running) -> None:
    update = "INSERT DATA { <https://example.org/0> <https://example.org/label> 'x' }"
    for response in (
        server.client.post("/sparql", data={"update": update}),
        server.client.post("/sparql", content=update, headers={"content-type": "application/sparql-update"}),
        server.client.get("/sparql", params={"update": update}),
        server.client.post("/sparql", data={"update": update, "query": "ASK {}"}),
    ):
        check(response, 403, "update-refused")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
        "SELECT * { service?x{ ?s ?p ?o } }",
        "ASK { { SELECT * { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } } } }",
        # The comparison looks like an IRI, and the rest of its line like a string that hides the call.
        'PREFIX e: <x:> ASK { BIND(1 AS ?a) FILTER(?a<e:b#>"""\n ) SERVICE <http://127.0.0.1:{port}/> {} #"""\n }',
        'ASK { BIND(1 AS ?a) FILTER(?a<?b#>"""\n || true) SERVICE SILENT <http://127.0.0.1:{port}/> {} #"""\n }',
    ],
)
def test_another_endpoint_is_never_asked(server: Running, query: str) -> None:
    with listening() as (port, calls):
        check(server.ask(query.replace("{port}", str(port))), 403, "service-refused")
        time.sleep(0.05)
        assert calls == []


def test_the_word_service_elsewhere_is_no_service(server: Running) -> None:
    for query in (
        'ASK { FILTER("SERVICE <http://x/> {}" != "") }',
        "ASK { } # SERVICE <http://x/> {}",
        "SELECT ?service { BIND(<http://x/SERVICE> AS ?service) }",
        "PREFIX service: <http://x/> ASK { FILTER(service:service != 1) }",
    ):
        assert server.ask(query).status_code == 200, query


@pytest.mark.parametrize("graph", ["file:///etc/passwd", "http://127.0.0.1:1/data.ttl", f"{EX}graph/three"])
def test_a_graph_outside_the_snapshot_is_refused(server: Running, graph: str) -> None:
    named = {"named-graph-uri": graph, "query": "ASK {}"}
    default = {"default-graph-uri": [f"{EX}graph/one", graph], "query": "ASK {}"}
    for response in (
        server.ask(f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}"),
        server.ask(f"SELECT * FROM <{EX}graph/one> FROM NAMED <{graph}> {{ ?s ?p ?o }}"),
        server.client.get("/sparql", params=named),
        server.client.get("/sparql", params=default),
        server.client.post("/sparql", data=named),
    ):
        problem = check(response, 403, "graph-outside-snapshot")
        assert graph in str(problem["detail"])


@pytest.mark.parametrize("accept", ["image/png", "text/turtle", "application/x-nothing;q=0.9, text/csv;q=0"])
def test_an_unacceptable_accept_is_a_406_that_lists_the_types(server: Running, accept: str) -> None:
    problem = check(server.ask(PLAIN, accept=accept), 406, "not-acceptable")
    available = problem["available"]
    assert isinstance(available, list)
    assert {"application/sparql-results+json", "text/csv"} <= set(available)


def test_a_format_that_does_not_fit_the_form_is_a_406(server: Running) -> None:
    check(server.client.get("/sparql", params={"query": PLAIN, "format": "turtle"}), 406, "not-acceptable")
    construct = "CONSTRUCT WHERE { ?s ?p ?o }"
    problem = check(server.client.get("/sparql", params={"query": construct, "format": "csv"}), 406, "not-acceptable")
    assert "text/turtle" in problem["available"]  # type: ignore[operator]
    check(server.client.get("/sparql", params={"query": PLAIN, "format": "nonsense"}), 406, "not-acceptable")


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "application/sparql-query; charset=utf-16",
    ],
)
def test_a_wrong_content_type_is_a_415(server: Running, kind: str | None) -> None:
    headers = {"content-type": kind} if kind else {}
    check(server.client.post("/sparql", content=b"ASK {}", headers=headers), 415, "unsupported-media-type")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_wrong_method_is_a_405_with_allow(server: Running, method: str) -> None:
    response = server.client.request(method, "/sparql", params={"query": "ASK {}"})
    check(response, 405, "method-not-allowed")
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


def test_an_unknown_path_is_a_404(server: Running) -> None:
    check(server.client.get("/nothing/here"), 404, "not-found")


@pytest.mark.parametrize(
    "raw", ["query=ASK%7B%ff%7D", "query=ASK%7B%7", "query=ASK%7B%zz%7D", "%ff=1", "query=ASK{}&x=%c3%28"]
)
def test_malformed_encoding_is_a_400(server: Running, raw: str) -> None:
    check(server.client.get(f"/sparql?{raw}"), 400, "bad-request")
    form = {"content-type": "application/x-www-form-urlencoded"}
    check(server.client.post("/sparql", content=raw, headers=form), 400, "bad-request")


def test_a_body_that_is_not_utf8_is_a_400(server: Running) -> None:
    check(
        server.client.post("/sparql", content='ASK { ?s ?p "\xe9" }'.encode("latin-1"), headers=QUERY),
        400,
        "bad-request",
    )


def test_two_queries_in_one_request_are_a_400(server: Running) -> None:
    check(server.client.get("/sparql?query=ASK%7B%7D&query=ASK%7B%7D"), 400, "bad-request")
    check(server.client.post("/sparql?query=ASK%7B%7D", content="ASK {}", headers=QUERY), 400, "bad-request")
    check(server.client.post("/sparql", data={"other": "1"}), 400, "bad-request")


@pytest.mark.parametrize("timeout", ["soon", "-1", "0", "nan", "inf"])
def test_a_bad_timeout_is_a_422_that_names_the_parameter(server: Running, timeout: str) -> None:
    response = server.client.get("/sparql", params={"query": "ASK {}", "timeout": timeout})
    check(response, 422, "bad-parameter", parameter="timeout")


def test_a_url_too_long_is_a_414_that_points_to_post(server: Running) -> None:
    query = f"ASK {{}} # {'x' * 20_000}"
    check(server.ask(query), 414, "url-too-long")
    assert server.client.post("/sparql", data={"query": query}).status_code == 200


def test_a_body_too_large_is_a_413(server: Running) -> None:
    query = f"ASK {{}} # {'x' * 1_100_000}"
    check(server.client.post("/sparql", content=query, headers=QUERY), 413, "body-too-large")

    def stream() -> Iterator[bytes]:
        for _ in range(110):
            yield b"# " + b"x" * 10_000 + b"\n"

    check(server.client.post("/sparql", content=stream(), headers=QUERY), 413, "body-too-large")


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * 10_000 + "}" * 10_000,
        "ASK { FILTER(" + "(" * 100_000 + "1" + ")" * 100_000 + ") }",
        "ASK { ?s ?p " + "[ ?p " * 300 + "1" + "]" * 300 + " }",
        "ASK { ?s " + "(" * 300 + "<a:b>" + ")" * 300 + " ?o }",
        "ASK " + "{" * 10_000,
    ],
)
def test_deep_nesting_is_a_400_before_any_worker_sees_it(server: Running, query: str) -> None:
    ended = server.application.dispatcher.context.pool.measure().ends
    response = server.client.post("/sparql", content=query, headers=QUERY)
    assert "200" in str(check(response, 400, "query-too-deep")["detail"])
    assert server.application.dispatcher.context.pool.measure().ends == ended


def test_brackets_in_strings_and_comments_are_no_nesting(server: Running) -> None:
    query = "ASK { FILTER('" + "{" * 300 + '\' != """' + "(" * 300 + '""") } # ' + "[" * 300
    assert server.client.post("/sparql", content=query, headers=QUERY).json() == {"head": {}, "boolean": True}


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
        f"SELECT * {{ {CROSS} . FILTER(?c + ?f + ?i + ?l = -1) }}",
        "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i "
        'FILTER REGEX(CONCAT(STR(?a), STR(?d), STR(?g)), "(a*)*(b*)*(c*)*(d*)*z$") }',
        "ASK { ?s " + "/".join(["<x:p>"] * 3000) + " ?o }",
    ],
)
def test_a_runaway_query_is_a_504_in_its_time(server: Running, query: str) -> None:
    response = server.client.post("/sparql", content=query, headers=QUERY)
    check(response, 504, "query-timeout")
    assert "retry-after" not in response.headers


def test_a_time_limit_can_be_shortened_and_not_lengthened(server: Running) -> None:
    query = f"SELECT (COUNT(*) AS ?many) {{ {CROSS} }}"
    short = server.client.get("/sparql", params={"query": query, "timeout": "0.3"})
    assert "0.3 s" in str(check(short, 504, "query-timeout")["detail"])
    long = server.client.get("/sparql", params={"query": query, "timeout": "60"})
    assert "2 s" in str(check(long, 504, "query-timeout")["detail"])


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(?f) ?a",
        "SELECT (GROUP_CONCAT(CONCAT(?l, ?l, ?l, ?l)) AS ?x) { ?a ?b ?c BIND('" + "x" * 100_000 + "' AS ?l) }",
        "ASK { BIND('xxxx' AS ?v0) "
        + " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(30))
        + " FILTER(STRLEN(?v30) > 1) }",
        "SELECT DISTINCT ?a ?d { ?a ?b ?c . ?d ?e ?f } ORDER BY ?d",
    ],
)
def test_a_memory_bomb_is_a_504_of_its_own(server: Running, query: str) -> None:
    response = server.client.post("/sparql", content=query, headers=QUERY)
    assert "128 MiB" in str(check(response, 504, "query-memory")["detail"])
    assert "retry-after" not in response.headers


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv"])
def test_an_answer_too_large_is_a_413_that_names_the_limit(server: Running, accept: str) -> None:
    detail = str(
        check(server.ask("SELECT * { ?a ?b ?c . ?d ?e ?f }", accept=accept), 413, "answer-too-large")["detail"]
    )
    assert "1 MiB" in detail


def test_a_killed_worker_is_not_noticed(server: Running) -> None:
    pool = server.application.dispatcher.context.pool
    for process in pool.list_processes():
        os.kill(process, signal.SIGKILL)
    assert server.ask(f"{PLAIN} # killed while idle").status_code == 200


def test_a_worker_killed_at_work_is_asked_again_once(server: Running) -> None:
    # Runs for about half a second: long enough to be found at work, within the time limit even when begun again.
    query = "SELECT (COUNT(*) AS ?lost) { ?a ?b ?c . ?d ?e ?f . FILTER(?c < 400 && ?f < 1000) }"
    first = server.ask(query)
    assert first.status_code == 200
    with asking(server, f"{query} LIMIT 1") as replies:
        kill_at_work(server, 1)
    assert [reply.status_code for reply in replies] == [200]
    assert replies[0].content == first.content
    with asking(server, query.replace("?c < 400", "?c < 1000")) as replies:  # long enough to be found at work twice
        kill_at_work(server, 2)
    check(replies[0], 500, "worker-lost")


def test_a_client_that_goes_ends_the_work(server: Running) -> None:
    pool = server.application.dispatcher.context.pool
    ended = pool.measure().ends.get("disconnect", 0)
    with pytest.raises(httpx.ReadTimeout):
        server.client.get("/sparql", params={"query": f"SELECT (COUNT(*) AS ?gone) {{ {CROSS} }}"}, timeout=0.5)
    deadline = time.monotonic() + 1
    while pool.measure().busy and time.monotonic() < deadline:
        time.sleep(0.01)
    assert pool.measure().busy == 0
    assert pool.measure().ends["disconnect"] == ended + 1


def test_more_than_fits_is_a_503_with_retry_after_and_plain_questions_are_answered(server: Running) -> None:
    queries = [f"SELECT (COUNT(*) AS ?flood{n}) {{ {CROSS} }}" for n in range(20)]
    replies: list[httpx.Response] = []

    def ask(query: str) -> None:
        with httpx.Client(base_url=server.url, timeout=60) as client:
            replies.append(client.get("/sparql", params={"query": query}))

    threads = [threading.Thread(target=ask, args=(query,)) for query in queries]
    for thread in threads:
        thread.start()
    for number in range(20):
        assert server.ask(f"{PLAIN} LIMIT {number + 1}").status_code == 200
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert {reply.status_code for reply in replies} == {503, 504}
    for reply in replies:
        if reply.status_code == 503:
            check(reply, 503, "overloaded")
            assert int(reply.headers["retry-after"]) > 0


@contextmanager
def listening() -> Iterator[tuple[int, list[object]]]:
    """Listen on a free port of the loopback address and note every connection."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.01)
        stop = threading.Event()

        def accept() -> None:
            while not stop.is_set():
                try:
                    connection, address = listener.accept()
                except TimeoutError:
                    continue
                connection.close()
                calls.append(address)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1], calls
        finally:
            stop.set()
            thread.join()


@contextmanager
def asking(server: Running, query: str) -> Iterator[list[httpx.Response]]:
    """Ask beside the block; the reply is there at its end."""
    replies: list[httpx.Response] = []

    def ask() -> None:
        with httpx.Client(base_url=server.url, timeout=60) as client:
            replies.append(client.get("/sparql", params={"query": query}))

    thread = threading.Thread(target=ask)
    thread.start()
    yield replies
    thread.join()


def kill_at_work(server: Running, times: int) -> None:
    """Kill the process that is at work, so many times."""
    pool = server.application.dispatcher.context.pool
    killed: set[int] = set()
    deadline = time.monotonic() + 10
    while len(killed) < times and time.monotonic() < deadline:
        busy = pool.measure().busy
        process = pool.list_processes()[0]
        if busy and process not in killed:
            os.kill(process, signal.SIGKILL)
            killed.add(process)
        time.sleep(0.01)
    assert len(killed) == times
