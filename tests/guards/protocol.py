"""Requests of the SPARQL 1.1 Protocol, well formed and not, and requests that HTTP itself does not allow."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode

from guards.exchanges import HOST, Request
from guards.listing import ACCEPTS, HTML, get

_QUERIES = {
    "select": "SELECT ?s ?n { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?n } ORDER BY ?s ?n LIMIT 20",
    "ask": "ASK { ?s ?p ?o }",
    "no": "ASK { ?s ?p 'nobody says this' }",
    "construct": "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c FILTER(isIRI(?s)) } ORDER BY ?s ?c LIMIT 20",
    "describe": "DESCRIBE <https://w3id.org/ahg-graph/id/agent/canada>",
    "empty": "SELECT ?s { ?s <x:y> ?o }",
    "one pattern": "SELECT ?o { <https://w3id.org/ahg-graph/id/agent/canada> ?p ?o } ORDER BY ?o",
    "terms": 'SELECT * { VALUES (?a ?b ?c) { (1 2.50 "x"@en) (<i:i> UNDEF true) ("<&>\\"\\n" \'t\\t\' 1e0) } }',
}  # fmt: skip
_REFUSED = {
    "syntax": "SELECT",
    "syntax in a line": "SELECT ?s {\n ?s ?p \n}",
    "service": "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
    "graph": "SELECT * FROM <http://x/> { ?s ?p ?o }",
    "update": "INSERT DATA { <a:a> <b:b> <c:c> }",
    "depth": "ASK { " + "{" * 300 + "}" * 300 + " }",
    "prefix": "SELECT * { ?s nope:p ?o }",
    "slow": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "large": "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 40000",
    "memory": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a ?d LIMIT 1",
}
FORM = "application/x-www-form-urlencoded"
TEXT = "application/sparql-query"


def list_operations() -> Iterator[Request]:
    """Yield query operations in their three forms, by every Accept and format, right and wrong."""
    for text in _QUERIES.values():
        target = f"/sparql?query={quote(text)}"
        yield from (get(target, accept=accept, times=2) for accept in ACCEPTS)
        yield Request(target)
        for name in (
            "json",
            "xml",
            "csv",
            "tsv",
            "srj",
            "srx",
            "ttl",
            "nt",
            "nq",
            "trig",
            "rdf",
            "jsonld",
            "html",
            "z",
        ):
            yield get(target, ("format", name))
            yield get(target, ("output" if len(name) % 2 else "results", name), accept=HTML)
        yield Request(target, (("accept-encoding", "gzip"),), times=2)
        yield Request(target, (), "HEAD")
        yield Request("/sparql", (("content-type", TEXT),), "POST", text.encode())
        yield Request("/sparql", (("content-type", FORM),), "POST", urlencode({"query": text}).encode())
        for more in (
            ("timeout", "1"),
            ("timeout", "x"),
            ("default-graph-uri", "http://x/"),
            ("named-graph-uri", "y:y"),
        ):
            yield get(target, more)
        yield get(target, ("default-graph-uri", "https://w3id.org/ahg-graph/graph/ontology"))
        yield get(target, ("query", text))
        yield get(target, accept=HTML)


def list_refused() -> Iterator[Request]:
    """Yield operations that are refused or meet a limit, and bodies that are not read."""
    for text in _REFUSED.values():
        for accept in ("", HTML, "application/json"):
            yield get(f"/sparql?query={quote(text)}", accept=accept)
        yield Request("/sparql", (("content-type", TEXT),), "POST", text.encode())
    query = _QUERIES["ask"].encode()
    for headers in (
        (), (("content-type", "text/plain"),), (("content-type", "multipart/form-data; boundary=x"),),
        (("content-type", TEXT), ("content-encoding", "gzip")), (("content-type", f"{TEXT}; charset=latin-1"),),
        (("content-type", "application/sparql-update"),), (("content-type", TEXT), ("expect", "100-continue")),
        (("content-type", "application/json"),), (("content-type", f"{FORM}; charset=utf-16"),),
    ):  # fmt: skip
        yield Request("/sparql", headers, "POST", query)
    for body in (b"query=%ff", b"query=a&query=b", b"update=x", b"", b"&&&", b"query=" + b"%20" * 100, b"a=b"):
        yield Request("/sparql", (("content-type", FORM),), "POST", body)
    yield Request("/sparql", (("content-type", TEXT),), "POST", b"\xff\xfe")
    yield Request("/sparql", (("content-type", TEXT),), "POST", b"ASK{}#" + b"x" * 2_000_000)
    yield Request("/sparql", (("content-type", FORM),), "POST", b"a=b&" * 1200)
    for target in ("/sparql?query=%ff%fe", "/sparql?query=%zz", "/sparql?query=", "/sparql?update=x", "/sparql?a=b",
                   "/%ff", "/%00", "//", "/a//b", "/..", "/./sparql", "/%2e%2e/etc/passwd", "/sparql?" + "a&" * 1100,
                   "/sparql?query=" + "x" * 20_000, "/search?q=" + "x" * 17_000, "/?x#y", "/sparql;a=b"):  # fmt: skip
        yield Request(target)
        yield get(target, accept=HTML)


def list_slow() -> Iterator[Request]:
    """Yield operations that run into the limit on time before any other."""
    yield get(f"/sparql?query={quote(_REFUSED['slow'])}")
    yield get(f"/sparql?query={quote(_REFUSED['slow'])}", accept=HTML)


def list_malformed() -> Iterator[Request]:
    """Yield bytes that are no request, or not plainly one."""
    host = f"host: {HOST}\r\n".encode()
    for start in (
        b"", b"\r\n", b"\r\n\r\n", b"\n\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/0.9\r\n\r\n", b"GET / HTTP/2.0\r\nhost: x\r\n\r\n", b"GET /\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"GET  / HTTP/1.1\r\nhost: x\r\n\r\n",
        b"get / HTTP/1.1\r\nhost: x\r\n\r\n", b"FOO / HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET nothing HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET http://x/health HTTP/1.1\r\nhost: x\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n",
        b"CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n", b"GET /\xff HTTP/1.1\r\nhost: x\r\n\r\n",
    ):  # fmt: skip
        yield Request(raw=start or b"\0\0\r\n\r\n")
    for lines in (
        b"host: x\r\nhost: y\r\n", b"host:\r\n", b"host: a b\r\n", b"host: \xff\r\n", b"host : x\r\n", b" host: x\r\n",
        host + b"content-length: -1\r\n", host + b"content-length: 1\r\ncontent-length: 2\r\n",
        host + b"content-length: 5\r\ntransfer-encoding: chunked\r\n", host + b"transfer-encoding: gzip, chunked\r\n",
        host + b"transfer-encoding: identity\r\n", host + b"x\r\n", host + b"x: a\0b\r\n", host + b"x: a\rb\r\n",
        host + b"a b: c\r\n", host + b"x: a\r\n folded\r\n", host + b"connection: close\r\n",
        host + b"connection: upgrade\r\nupgrade: websocket\r\n", host + b"connection: close, x\r\n",
        host + b"expect: nothing\r\n", host + b"te: trailers\r\n",
        host + b"accept: \xff\r\n",
        host + b"content-length: 0\r\n", host + b"".join(b"x-%d: %s\r\n" % (n, b"y" * 1000) for n in range(70)),
    ):  # fmt: skip
        for target in (b"/health", b"/sparql?query=ASK%7B%7D", b"/none"):
            yield Request(raw=b"GET " + target + b" HTTP/1.1\r\n" + lines + b"\r\n")
    post = b"POST /sparql HTTP/1.1\r\n" + host + b"content-type: application/sparql-query\r\n"
    for rest in (
        b"transfer-encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n", b"transfer-encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"transfer-encoding: chunked\r\n\r\n-1\r\n\r\n", b"content-length: x\r\n\r\nASK{}",
        b"content-length: 1e1\r\n\r\nASK{}",
        b"content-length: 99999999999999999999\r\n\r\nASK{}", b"content-length: 5\r\n\r\nASK{}", b"\r\n",
    ):  # fmt: skip
        yield Request(raw=post + rest)
    ask = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + host + b"\r\n"
    yield Request(raw=ask * 3)


def list_unfinished() -> Iterator[Request]:
    """Yield beginnings of requests that never end."""
    host = f"host: {HOST}\r\n".encode()
    yield Request(raw=b"GET / HTTP/1.1\r\n" + host)
    yield Request(raw=b"POST /sparql HTTP/1.1\r\n" + host + b"content-type: application/sparql-query\r\n"
                  b"content-length: 10\r\n\r\nASK")  # fmt: skip
    yield Request(raw=b"G")
    yield Request(raw=b"GET /sparql?query=" + b"a" * 40_000)
