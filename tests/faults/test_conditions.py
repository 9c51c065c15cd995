"""Conditions, parts, codings and methods at every kind of address (RFC 9110): each reply agrees with its GET."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from ahg_graph.snapshot import Snapshot
from support.servers import Running, run

QUERIES = (
    "ASK {}",
    "SELECT * { ?s ?p ?o } LIMIT 300",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 300",
    "DESCRIBE <https://w3id.org/ahg-graph/id/meeting/ahg-som-05>",
)
LASTING = (
    *(f"/sparql?query={quote(query)}" for query in QUERIES), "/sparql", "/", "/queries", "/queries.json",
    "/queries/meetings", "/queries/documents.rq", "/queries/meetings@1.csv",
    *(f"/queries/meetings.{ending}" for ending in ("csv", "json", "html", "srj", "tsv", "srx")),
    *(f"/id/meeting/ahg-som-05.{ending}" for ending in ("ttl", "html", "jsonld", "nt", "rdf")),
    "/ont.ttl", "/ont.html", "/explain", "/ask", "/search", "/search?q=iom", "/downloads", "/openapi.json",
    "/.well-known/void", "/.well-known/sparql-examples", "/static/style.css", "/static/icon.svg",
)  # fmt: skip
"""Addresses whose reply is the same as long as the snapshot is."""
OTHERS = (
    "/sparql?query=ASK%7B", "/queries/nothing", "/queries/attendance.csv", "/id/meeting/none", "/id/meeting/ahg-som-05",
    "/nothing", "/static/nothing.css", "/downloads/current",
)  # fmt: skip
"""Addresses that redirect or refuse."""
PASSING = {"date", "x-request-id"}


@pytest.fixture(scope="module")
def server(real_snapshot: Snapshot) -> Iterator[Running]:
    with run(real_snapshot) as running:
        yield running


def fetch(server: Running, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and the body as it was sent, coded or not."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with server.client.stream(method, path, headers=named) as response:
        body = b"".join(response.iter_raw())
    return response.status_code, {n: v for n, v in response.headers.items() if n not in PASSING}, body


@pytest.mark.parametrize("path", [*LASTING, *OTHERS])
def test_head_has_the_headers_of_get(server: Running, path: str) -> None:
    for accept in ("*/*", "text/html", "text/turtle"):
        for coding in ("identity", "gzip"):
            get = fetch(server, "GET", path, accept=accept, accept_encoding=coding)
            assert fetch(server, "HEAD", path, accept=accept, accept_encoding=coding) == (*get[:2], b"")
            assert get[0] in {200, 303, 307, 400, 404, 406, 422}


@pytest.mark.parametrize("path", LASTING)
def test_the_tag_is_of_the_bytes_sent_and_conditions_are_met(server: Running, path: str) -> None:
    tags = set()
    for coding in ("identity", "gzip"):
        status, headers, body = fetch(server, "GET", path, accept_encoding=coding)
        tag = headers["etag"]
        assert (status, tag) == (200, f'"{hashlib.sha256(body).hexdigest()}"')
        tags.add((tag, headers.get("content-encoding")))
        for method in ("GET", "HEAD"):
            for condition in ("*", tag, f"W/{tag}", f'"x",{tag} , "y"'):
                told = fetch(server, method, path, accept_encoding=coding, if_none_match=condition)
                assert (told[0], told[1]["etag"], told[2]) == (304, tag, b""), condition
                assert not {"content-type", "content-encoding"} & set(told[1])
            for condition in ('"x"', "", "x", tag.strip('"')):
                told = fetch(server, method, path, accept_encoding=coding, if_none_match=condition)
                assert told == (200, headers, body if method == "GET" else b""), condition
    assert len({tag for tag, _ in tags}) == len(tags)


@pytest.mark.parametrize("path", [*LASTING, *OTHERS])
@pytest.mark.parametrize(
    "headers",
    [
        {"range": "bytes=0-9"}, {"range": "bytes=999999999-"}, {"range": "bytes=-1,0-,5-2"}, {"range": "x"},
        {"range": "bytes=0-1", "if_range": '"x"'}, {"if_modified_since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"if_modified_since": "x"}, {"if_unmodified_since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ],
)  # fmt: skip
def test_no_part_and_no_date_is_heeded(server: Running, path: str, headers: dict[str, str]) -> None:
    """Ranges may be passed over (RFC 9110, 14.2), and what has no date has none to compare."""
    for coding in ("identity", "gzip"):
        whole = fetch(server, "GET", path, accept_encoding=coding)
        told = fetch(server, "GET", path, accept_encoding=coding, **headers)
        assert told[:2] == whole[:2]
        assert whole[0] != 200 or told[2] == whole[2]


@pytest.mark.parametrize("path", [*LASTING, *OTHERS])
def test_allow_is_the_same_wherever_it_is_said(server: Running, path: str) -> None:
    options = server.client.options(path)
    assert (options.status_code, options.content) == (204, b"")
    allowed = set(options.headers["allow"].split(", "))
    assert set(options.headers["access-control-allow-methods"].split(", ")) == allowed
    for method in {"PUT", "DELETE", "PATCH", "PROPFIND", "TRACE", "POST"} - allowed:
        refused = server.client.request(method, path)
        assert refused.status_code in {404, 405}, refused.text
        assert refused.status_code == 404 or set(refused.headers["allow"].split(", ")) == allowed


def test_a_query_whose_answer_changes_is_never_reported_as_unchanged(server: Running) -> None:
    path = f"/sparql?query={quote('SELECT (NOW() AS ?now) (RAND() AS ?r) {}')}"
    first = server.client.get(path)
    again = server.client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content != again.content


def test_many_clients_hold_many_codings(server: Running) -> None:
    """What an Accept-Encoding means, by its weights (RFC 9110, 12.5.3)."""
    path = f"/sparql?query={quote(QUERIES[1])}"
    for accepted, coded in (
        ("gzip", True), ("*", True), ("GZIP", True), ("gzip;q=0", False), ("gzip;q=0.001", True), ("br", False),
        ("br, gzip;q=0.1", True), ("*;q=0", False), ("identity, *;q=0", False), ("", False), ("gzip;q=x", False),
        ("x-gzip", False), ("notgzip", False), ("gzip;q=0, *", False), (",".join(["x"] * 5000), False),
    ):  # fmt: skip
        _, headers, _ = fetch(server, "GET", path, accept_encoding=accepted)
        assert (headers.get("content-encoding") == "gzip") is coded, accepted


def test_an_accept_of_sixty_kilobytes_is_read_or_refused(server: Running) -> None:
    for accept, statuses in (
        ("a/b;q=0.1," * 6000, {406}), ("text/csv," + "a/b;q=0.1," * 6000, {200}), ("a/b," * 20_000, {431}),
    ):  # fmt: skip
        response = server.client.get("/sparql", params={"query": "ASK {}"}, headers={"accept": accept})
        assert response.status_code in statuses
