"""Anything at all sent to the query operation: every reply is well formed, and the server is never at fault."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.workers import Limits
from support.servers import Running, make_snapshot, run

EX = "https://example.org/"
STATUSES = {200, 204, 304, 400, 403, 405, 406, 408, 413, 414, 415, 422, 503, 504}
WORDS = """
SELECT ASK CONSTRUCT DESCRIBE WHERE FROM NAMED { } ( ) [ ] * ?x ?y $z <http://x/a> <a> ex:b a . ; , | / ^ ! + - = < >
&& || 1 1.5 1e9 's' "s"@en \'\'\'l\'\'\' '1'^^ex:t _:b FILTER OPTIONAL UNION MINUS GRAPH SERVICE SILENT BIND AS VALUES
UNDEF EXISTS NOT COUNT HAVING LIMIT OFFSET DISTINCT REGEX BNODE() NOW() INSERT DATA \\ ' é
"""
PHRASES = ["PREFIX ex: <http://x/>", "BASE <http://b/>", "GROUP BY", "ORDER BY", "# c\n", '"', "\x00", "\ufeff"]
PIECES = WORDS.split() + PHRASES
queries = st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join) | st.text(max_size=60)
values = st.sampled_from(
    ["", "0", "csv", "json", "ttl", "1", "-1", "x", "text/csv", f"{EX}graph", "file:///etc/passwd"]
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "accept": st.sampled_from(["*/*", "text/csv", "text/turtle;q=0.1", ";;,=", "text/csv, */*;q=0"]),
        "content-type": st.sampled_from(
            [
                "application/sparql-query",
                "application/x-www-form-urlencoded",
                "application/sparql-update",
                "x",
                ";charset=",
            ]
        ),
        "if-none-match": st.sampled_from(["*", '"x"', "x"]),
        "accept-encoding": st.sampled_from(["gzip", "identity;q=0, *;q=0", "gzip;q=nan", "br"]),
    },
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    quads = [Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}n"), Literal(n), NamedNode(f"{EX}graph")) for n in range(20)]
    with run(make_snapshot(tmp_path_factory.mktemp("fuzz"), quads), Limits(timeout=1, memory=128)) as running:
        yield running


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(
    method=st.sampled_from(["GET", "GET", "POST", "HEAD", "OPTIONS", "PUT"]),
    query=queries,
    names=st.lists(
        st.sampled_from(
            ["query", "default-graph-uri", "named-graph-uri", "timeout", "format", "update", "using-graph-uri"]
        ),
        max_size=3,
    ),
    value=values,
    head=headers,
    in_body=st.booleans(),
)
def test_every_reply_is_well_formed(
    server: Running, method: str, query: str, names: list[str], value: str, head: dict[str, str], in_body: bool
) -> None:
    parameters = [("query", query), *((name, value) for name in names)]
    if method == "POST" and in_body:
        response = server.client.post("/sparql", content=query.encode(errors="replace"), headers=head)
    elif method == "POST":
        body = str(httpx.QueryParams(parameters)).encode()
        response = server.client.post("/sparql", content=body, headers=head)
    else:
        response = server.client.request(method, "/sparql", params=parameters, headers=head)
    check(response, method)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=80).map(lambda data: bytes(b for b in data if b > 32 and b not in b"#\x7f" and b < 127)))
def test_every_query_string_gets_a_well_formed_reply(server: Running, raw: bytes) -> None:
    url = httpx.URL(server.url).copy_with(raw_path=b"/sparql?" + raw)
    check(server.client.get(url), "GET")


def check(response: httpx.Response, method: str) -> None:
    assert response.status_code in STATUSES, response.text
    assert "x-request-id" in response.headers
    if response.status_code >= 400 and method != "HEAD":
        assert response.headers["content-type"] == "application/problem+json"
        problem = response.json()
        assert problem["status"] == response.status_code
        assert problem["request"] == response.headers["x-request-id"]
        assert problem["code"] != "internal-error"
    if response.status_code in {204, 304} or method == "HEAD":
        assert response.content == b""
    elif response.status_code == 200:
        assert response.content
