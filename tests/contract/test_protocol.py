"""The query operation of the SPARQL 1.1 Protocol: ways to ask, formats, headers."""

from __future__ import annotations

import gzip
import hashlib
import json

import httpx
import pytest
from pyoxigraph import QueryResultsFormat

from ahg_graph.rdf.terms import Literal, NamedNode, RdfFormat, Triple
from support.comparison import is_same_graph, is_same_table, read_csv, read_graph, read_table
from support.servers import Running

EX = "https://example.org/"
LABEL = f"SELECT ?x ?label {{ ?x <{EX}label> ?label }}"
GRAPH = f"CONSTRUCT {{ ?x <{EX}label> ?label }} WHERE {{ ?x <{EX}label> ?label }}"
ROWS = (["x", "label"], [(NamedNode(f"{EX}0"), Literal("zéro", language="fr"))])
TRIPLES = [Triple(NamedNode(f"{EX}0"), NamedNode(f"{EX}label"), Literal("zéro", language="fr"))]


def read_rows(response: httpx.Response) -> object:
    assert response.status_code == 200, response.text
    table = read_table(response.content, QueryResultsFormat.JSON)
    assert not isinstance(table, bool)
    names, rows = table
    order = [names.index(name) for name in ROWS[0]]
    return ROWS[0], [tuple(row[index] for index in order) for row in rows]


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_three_ways_to_ask(server: Running, path: str) -> None:
    get = server.client.get(path, params={"query": LABEL})
    form = server.client.post(path, data={"query": LABEL})
    direct = server.client.post(path, content=LABEL, headers={"content-type": "application/sparql-query"})
    assert [read_rows(response) for response in (get, form, direct)] == [ROWS] * 3


def test_a_charset_in_the_content_type_is_fine(server: Running) -> None:
    for kind, body in (
        ("application/sparql-query; charset=UTF-8", LABEL.encode()),
        ("application/x-www-form-urlencoded; charset=utf-8", httpx.QueryParams({"query": LABEL}).__str__().encode()),
    ):
        response = server.client.post("/sparql", content=body, headers={"content-type": kind})
        assert read_rows(response) == ROWS


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.6", "application/sparql-results+xml"),
        ("text/csv;q=0, text/*", "text/tab-separated-values"),
        ("application/*;q=0.1, text/csv", "text/csv"),
        ("text/turtle, application/sparql-results+json;q=0.1", "application/sparql-results+json"),
    ],
)
@pytest.mark.parametrize("query", [LABEL, "ASK {}"])
def test_formats_of_tables(server: Running, query: str, accept: str, media_type: str) -> None:
    response = server.ask(query, accept=accept)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    name = media_type.replace("application/json", "application/sparql-results+json")
    syntax = QueryResultsFormat.from_media_type(name)
    if query == "ASK {}":
        assert response.text in {"true", '{"head":{},"boolean":true}'} or "<boolean>true</boolean>" in response.text
    elif media_type == "text/csv":
        assert read_csv(response.content) == (["x", "label"], [(Literal(f"{EX}0"), Literal("zéro"))])
    else:
        assert is_same_table(ROWS, read_table(response.content, syntax))


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/turtle"),
        ("application/n-triples", "application/n-triples"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"),
        ("text/csv, application/n-triples;q=0.2", "application/n-triples"),
    ],
)
def test_formats_of_graphs(server: Running, accept: str, media_type: str) -> None:
    response = server.ask(GRAPH, accept=accept)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    syntax = RdfFormat.from_media_type("application/ld+json" if media_type == "application/json" else media_type)
    assert syntax is not None
    assert is_same_graph(TRIPLES, read_graph(response.content, syntax))


@pytest.mark.parametrize(
    ("parameters", "media_type"),
    [
        ({"format": "csv"}, "text/csv"),
        ({"output": "xml"}, "application/sparql-results+xml"),
        ({"results": "json"}, "application/sparql-results+json"),
        ({"format": "json", "output": "json", "results": "json"}, "application/sparql-results+json"),
        ({"format": "text/tab-separated-values"}, "text/tab-separated-values"),
    ],
)
def test_a_named_format_beats_accept(server: Running, parameters: dict[str, str], media_type: str) -> None:
    response = server.client.get(
        "/sparql", params={"query": LABEL, **parameters}, headers={"accept": "text/html, text/turtle"}
    )
    assert response.headers["content-type"].partition(";")[0] == media_type


def test_csv_is_as_the_specification_says(server: Running) -> None:
    response = server.ask(LABEL, accept="text/csv")
    assert response.content == f"x,label\r\n{EX}0,zéro\r\n".encode()
    assert response.headers["content-disposition"] == 'attachment; filename="answer.csv"'
    excel = server.client.get("/sparql", params={"query": LABEL, "format": "csv", "excel": "1"})
    assert excel.content == b"\xef\xbb\xbf" + response.content


def test_data_set_of_the_protocol_and_of_the_text(server: Running) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"

    def ask(text: str, **parameters: str) -> int:
        response = server.client.get("/sparql", params={"query": text, **parameters})
        assert response.status_code == 200, response.text
        return int(response.json()["results"]["bindings"][0]["n"]["value"])

    one, two = f"{EX}graph/one", f"{EX}graph/two"
    assert ask(count.format("")) == 2001
    assert ask(count.format(f"FROM <{one}>")) == 2000
    assert ask(count.format(f"FROM <{one}> FROM <{two}>")) == 2001
    assert ask(count.format(f"FROM NAMED <{one}>")) == 0
    assert ask(count.format(""), **{"default-graph-uri": two}) == 1
    assert ask(count.format(f"FROM <{one}>"), **{"default-graph-uri": two}) == 1
    assert ask(count.format(""), **{"named-graph-uri": two}) == 0
    assert ask(f"PREFIX g: <{EX}graph/> SELECT (COUNT(*) AS ?n) FROM NAMED g:two {{ GRAPH ?g {{ ?s ?p ?o }} }}") == 1


def test_a_relative_iri_is_relative_to_the_base_of_the_graph(server: Running) -> None:
    response = server.ask("SELECT (<id/agent/iom> AS ?x) {}")
    assert response.json()["results"]["bindings"][0]["x"]["value"] == "https://w3id.org/ahg-graph/id/agent/iom"


def test_head_is_get_without_the_body(server: Running) -> None:
    get = server.ask(LABEL)
    head = server.client.head("/sparql", params={"query": LABEL})
    assert (head.status_code, head.content) == (200, b"")
    same = ("content-type", "content-length", "etag", "vary", "cache-control", "link")
    assert {name: head.headers[name] for name in same} == {name: get.headers[name] for name in same}


def test_etag_is_of_the_bytes_sent_and_304_works(server: Running) -> None:
    query = f"SELECT ?x ?n {{ ?x <{EX}number> ?n }}"
    etags = []
    for coding in ("identity", "gzip"):
        request = server.client.build_request(
            "GET", "/sparql", params={"query": query}, headers={"accept-encoding": coding}
        )
        response = server.client.send(request, stream=True)
        raw = b"".join(response.iter_raw())
        assert response.headers.get("content-encoding", "identity") == coding
        assert response.headers["etag"] == f'"{hashlib.sha256(raw).hexdigest()}"'
        assert response.headers["content-length"] == str(len(raw))
        assert "Accept-Encoding" in response.headers["vary"] and "Accept" in response.headers["vary"].split(", ")
        assert len(json.loads(gzip.decompress(raw) if coding == "gzip" else raw)["results"]["bindings"]) == 2000
        etags.append(response.headers["etag"])
        for condition, status in (
            (etags[-1], 304), (f'"x", W/{etags[-1]}', 304), ("*", 304), ('"x"', 200),
        ):  # fmt: skip
            headers = {"accept-encoding": coding, "if-none-match": condition}
            again = server.client.get("/sparql", params={"query": query}, headers=headers)
            assert again.status_code == status, condition
            assert again.headers["etag"] == etags[-1]
            assert status == 200 or again.content == b""
    assert etags[0] != etags[1]


def test_cors(server: Running) -> None:
    preflight = server.client.options(
        "/sparql",
        headers={
            "origin": "https://elsewhere.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        },
    )
    assert preflight.status_code == 204
    assert preflight.content == b""
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Content-Type" in preflight.headers["access-control-allow-headers"]
    for response in (server.ask("ASK {}"), server.ask("ASK {"), server.client.get("/nothing")):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers
        exposed = response.headers["access-control-expose-headers"]
        assert {"Link", "ETag", "Retry-After"} <= set(exposed.split(", "))


def test_links_and_security_headers_are_on_every_reply(server: Running) -> None:
    for response in (
        server.ask("ASK {}"),
        server.ask("ASK {"),
        server.client.get("/nothing"),
        server.client.get("/health"),
    ):
        assert 'rel="describedby"' in response.headers["link"]
        assert 'rel="service-desc"' in response.headers["link"]
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "server" not in response.headers


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("ASK { ?s ?p ?o LATERAL { ?s ?p ?x } }", '"LATERAL"'),
        ("SELECT (?a - ?b AS ?c) { VALUES (?a ?b) { (2 1) } }", '"arithmetic with dates, times and durations"'),
        ("SELECT (<http://www.w3.org/2001/XMLSchema#date>('2020-01-01') AS ?x) {}", "XMLSchema#date"),
        ("ASK { ?s ?p ?o }", ""),
        ("SELECT (1 + 1 AS ?x) {}", ""),
    ],
)
def test_what_a_query_has_beyond_sparql_is_named(server: Running, query: str, named: str) -> None:
    for _ in range(2):  # fresh, and cached
        response = server.ask(query)
        assert response.status_code == 200
        found = response.headers.get("sparql-extensions", "")
        assert named in found if named else not found
        assert "SPARQL-Extensions" in response.headers["access-control-expose-headers"].split(", ")


def test_the_description_names_the_extensions(server: Running) -> None:
    response = server.client.get("/sparql", headers={"accept": "application/n-triples"})
    triples = read_graph(response.content, RdfFormat.N_TRIPLES)
    features = [t.object for t in triples if t.predicate.value.endswith("#languageExtension")]
    names = {t.object.value for t in triples if t.subject in features and isinstance(t.object, Literal)}
    assert {"LATERAL", "triple terms", "arithmetic with dates, times and durations"} <= names


def test_a_query_may_begin_with_a_byte_order_mark(server: Running) -> None:
    bodies = [
        server.client.post(
            "/sparql", content=text.encode(), headers={"content-type": "application/sparql-query", "accept": "text/csv"}
        )
        for text in ("SELECT (1 AS ?x) {}", "\ufeffSELECT (1 AS ?x) {}")
    ]
    assert [body.status_code for body in bodies] == [200, 200]
    assert bodies[0].content == bodies[1].content


def test_what_may_change_is_not_kept_and_what_may_not_is(server: Running) -> None:
    random = "SELECT (RAND() AS ?x) (NOW() AS ?now) {}"
    answers = {server.ask(random).text for _ in range(3)}
    assert len(answers) == 3
    assert server.ask(random).headers["cache-control"] == "no-store"
    assert server.ask(LABEL).headers["cache-control"] == "public, no-cache"
    assert server.ask("ASK {").headers["cache-control"] == "no-store"


def test_a_blank_node_of_a_template_is_new_each_time(server: Running) -> None:
    query = f"CONSTRUCT {{ ?x <{EX}p> [] }} WHERE {{ ?x <{EX}label> ?y }}"
    assert len({server.ask(query, accept="application/n-triples").text for _ in range(3)}) == 3


def test_texts_that_differ_in_a_string_only_are_different_queries(server: Running) -> None:
    first = server.ask('SELECT ("a b" AS ?x) {} # one')
    again = server.ask('SELECT   ("a b" AS ?x)\n{} # two')
    other = server.ask('SELECT ("a  b" AS ?x) {} # one')
    assert first.content == again.content
    assert other.json()["results"]["bindings"][0]["x"]["value"] == "a  b"


def test_health_says_the_snapshot_and_every_limit(server: Running) -> None:
    health = server.client.get("/health").json()
    assert health["status"] == "ok"
    assert health["snapshot"]["identity"] == server.application.dispatcher.context.identity
    assert health["snapshot"]["triples"] == 2001
    assert {"timeout", "memory", "answer", "depth", "body", "url", "queue", "wait", "connections", "rate"} <= set(
        health["limits"]
    )
    limits = server.application.dispatcher.context.limits
    assert {name: health["limits"][name] for name in ("timeout", "memory", "answer")} == {
        "timeout": limits.timeout,
        "memory": limits.memory,
        "answer": limits.answer,
    }


def test_metrics_count_the_requests(server: Running) -> None:
    def read(name: str) -> float:
        lines = server.client.get("/metrics").text.splitlines()
        return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    name = 'ahg_graph_requests_total{route="/sparql",status="400"}'
    server.ask("ASK {")
    before = read(name)
    server.ask("ASK {")
    server.ask("ASK {")
    assert read(name) == before + 2
    assert read("ahg_graph_snapshot_triples") == 2001


def test_service_description_and_void(server: Running) -> None:
    sd, void = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
    triples = read_graph(server.client.get("/sparql").content, RdfFormat.TURTLE)
    objects = {(t.predicate.value, str(t.object)) for t in triples}
    assert (f"{sd}endpoint", f"<{server.url}/sparql>") in objects
    assert (f"{sd}feature", f"<{sd}UnionDefaultGraph>") in objects
    names = {t.object for t in triples if t.predicate.value == f"{sd}name"}
    assert names == {NamedNode(f"{EX}graph/one"), NamedNode(f"{EX}graph/two")}
    counts = {str(t.object) for t in triples if t.predicate.value == f"{void}triples"}
    assert counts == {str(Literal(n)) for n in (2001, 2000, 1)}
    data = read_graph(
        server.client.get("/.well-known/void", headers={"accept": "application/n-triples"}).content, RdfFormat.N_TRIPLES
    )
    assert {str(t.object) for t in data if t.predicate.value == f"{void}sparqlEndpoint"} == {f"<{server.url}/sparql>"}
