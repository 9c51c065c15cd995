"""What there is to ask a server for, learnt from the server: its saved queries, its things, its pages, its releases."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from guards.exchanges import HOST, OWN_TAG, Reply, Request

Get = Callable[[str, str], Reply]
"""GET of a target with an Accept header."""

Record = dict[str, Any]
Pairs = list[tuple[str, str]]

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ANY = "*/*"
ACCEPTS = (
    "", ANY, HTML, "text/html", "application/json", "text/csv", "text/tab-separated-values", "text/turtle",
    "application/sparql-results+json", "application/sparql-results+xml", "application/ld+json", "application/rdf+xml",
    "application/n-triples", "application/trig", "application/n-quads", "application/xml", "text/*;q=0.5, text/csv;q=0",
    "application/x-turtle", "image/png", "text/html;q=0.2, text/turtle", "nonsense", "*/*;q=0",
)  # fmt: skip
ENDINGS = ("html", "ttl", "nt", "jsonld", "rdf", "trig", "nq", "json", "csv", "tsv", "srj", "srx", "rq", "txt")
_STATED = ("format", "output", "results")
_LINKS = re.compile(rb"""(?:href|src|action|data-[a-z-]+)=["']([^"'<>]+)["']""")
_HEADER_LINK = re.compile(r"<([^>]+)>")
_FEW = 3


def get(target: str, *pairs: tuple[str, str], accept: str = ANY, times: int = 1) -> Request:
    """Return a GET, with a query string made of pairs."""
    query = urlencode(pairs, quote_via=quote)
    joined = f"{target}{'&' if '?' in target else '?'}{query}" if query else target
    return Request(joined, (("accept", accept),) if accept else (), times=times)


def list_saved_queries(ask: Get, releases: list[str]) -> Iterator[Request]:
    """Yield requests for every saved query: each format, part and release, with values right, wrong and rare."""
    queries: list[Record] = json.loads(ask("/queries.json", ANY).content)
    values = _Values(ask)
    yield from (get(f"/queries{ending}") for ending in ("", ".json", ".html", "/", "/none", "/none.csv", "/A%20b"))
    for query in queries:
        example: Pairs = [(name, value) for name, found in query["example"].items() for value in found]
        yield from _ask_each_format(query, example, releases)
        yield from _ask_wrongly(query, example)
        for parameter in query["parameters"]:
            others = [pair for pair in example if pair[0] != parameter["name"]]
            yield get(f"{query['url']}.csv", *others)
            for value in values.list_for(parameter):
                yield get(f"{query['url']}.json", *others, (parameter["name"], value))
                yield get(query["url"], *others, (parameter["name"], value), accept=HTML)


def _ask_each_format(query: Record, example: Pairs, releases: list[str]) -> Iterator[Request]:
    url = query["url"]
    for ending, address in query["answers"].items():
        yield get(address, *example, times=2)
        for more in ((("evidence", "1"),), (("pageSize", "2"),), (("pageSize", "2"), ("page", "2"), ("evidence", "1"))):
            yield get(address, *example, *more)
        for identity in releases:
            yield get(address, *example, ("release", identity))
        yield get(url, *example, (_STATED[len(ending) % 3], ending))
        yield Request(_join(address, example), (("accept-encoding", "gzip"),), "HEAD")
    for accept in ACCEPTS:
        yield get(url, *example, accept=accept)
    for version in (*query["versions"], 99):
        yield get(f"{url}@{version}", *example, accept=HTML)
        yield get(f"{url}@{version}.csv", *example)
    yield get(f"{url}.csv", *example, ("excel", "1"))
    for ending in ("", ".json", ".csv", ".html", ".ttl", ".nope"):
        yield get(f"{url}/changes{ending}", *example, accept=HTML if not ending else ANY)
    for identity in releases:
        yield get(f"{url}/changes.json", *example, ("since", identity))
    yield get("/sparql", ("example", query["name"]), accept=HTML)


def _ask_wrongly(query: Record, example: Pairs) -> Iterator[Request]:
    url, ending = query["url"], ".json" if "json" in query["answers"] else ".ttl"
    for pair in (
        ("zzz", "1"), ("page", "0"), ("page", "2"), ("pageSize", "x"), ("pageSize", "0"), ("evidence", "2"),
        ("excel", "x"), ("timeout", "x"), ("timeout", "-1"), ("labels", "zz"), ("labels", "fr"), ("format", "zzz"),
        ("release", "0123456789abcdef"), ("release", "a/b"), ("since", "0123456789abcdef"), ("format", "html"),
    ):  # fmt: skip
        yield get(url if pair[0] == "format" else url + ending, *example, pair)
    yield get(url + ending, *example, ("pageSize", "1"), ("page", "99999"))
    for parameter in query["parameters"]:
        name = parameter["name"]
        others = [pair for pair in example if pair[0] != name]
        for value in ("Atlantis", "", "Indonezia", "2013-13-45", "<x>", 'a"} DROP ALL #', "http://[x", "x" * 300):
            yield get(url + ending, *others, (name, value))
        yield get(url, *others, (name, "Indonezia"), accept=HTML)
        yield get(url + ending, *example, (name, "Canada"))


class _Values:
    """Values for parameters: some things of each class that a parameter takes, some days, every listed code."""

    def __init__(self, ask: Get) -> None:
        self._ask = ask
        self._known: dict[str, list[str]] = {}

    def list_for(self, parameter: Record) -> list[str]:
        """Return some values for a parameter that it may take."""
        if parameter["type"] == "date":
            return ["1990", "2009-06", "2013-03-05", "2030-12-31"]
        if parameter["values"]:
            return list(parameter["values"])
        return [iri for kind in parameter["classes"][:2] for iri in self._list_things(kind)]

    def _list_things(self, kind: str) -> list[str]:
        if kind not in self._known:
            rows = select(self._ask, f"SELECT DISTINCT ?s {{ ?s a <{kind}> FILTER(isIRI(?s)) }} ORDER BY ?s")
            step = max(1, len(rows) // _FEW)
            self._known[kind] = [row["s"] for row in rows[::step][:_FEW]]
        return self._known[kind]


def select(ask: Get, query: str) -> list[dict[str, str]]:
    """Return the rows of a SELECT as values without their kinds."""
    target = f"/sparql?{urlencode({'query': query}, quote_via=quote)}"
    document = json.loads(ask(target, "application/sparql-results+json").content)
    return [{name: term["value"] for name, term in row.items()} for row in document["results"]["bindings"]]


def list_things(ask: Get) -> Iterator[Request]:
    """Yield requests for one thing or two of every class and kind of address, in every format and by every Accept."""
    rows = select(ask, "SELECT DISTINCT ?c ?s { ?s a ?c FILTER(isIRI(?s)) } ORDER BY ?c ?s")
    rows += select(ask, "SELECT DISTINCT ?c ?s { GRAPH ?s { ?a ?b ?e } BIND(?s AS ?c) }")
    bases = Counter(match[0] for row in rows if (match := re.match(r"https?://[^/]+/[^/]+/", row["s"])))
    base = bases.most_common(1)[0][0]
    met: Counter[str] = Counter()
    chosen: dict[str, None] = {}
    for row in rows:
        path = "/" + row["s"].removeprefix(base)
        if row["s"].startswith(base) and "#" not in path:
            kind = "/".join(path.split("/")[:3])
            met[row["c"]] += 1
            met[kind] += 1
            if met[row["c"]] <= 2 or met[kind] <= _FEW:
                chosen[quote(path, safe="/:@-._~")] = None
    for number, path in enumerate([*chosen, "/ont", "/id/agent/atlantis", "/graph/none", "/id", "/graph"]):
        yield from (get(path, accept=accept) for accept in (ANY, HTML, "text/turtle", "application/ld+json"))
        if number % 7 == 0:
            yield from (get(path, accept=accept) for accept in ACCEPTS)
        for ending in ENDINGS[:5] if number % 7 else ENDINGS:
            yield get(f"{path}.{ending}", times=2 if number % 3 == 0 else 1)
    terms = select(ask, "SELECT DISTINCT ?c ?s { VALUES ?c { <http://www.w3.org/2002/07/owl#Class> } ?s a ?c }")
    for row in terms[:40]:
        if "#" in row["s"]:
            name = row["s"].partition("#")[2]
            yield get(f"/ont/{name}")
            yield get(f"/ont/{name}", accept=HTML)


def crawl(ask: Get, depth: int, most: int) -> Iterator[Request]:
    """Yield a GET of every address linked from home within so many steps, at most so many of one kind."""
    known: set[str] = {"/"}
    kinds: Counter[str] = Counter()
    edge = ["/"]
    for step in range(depth + 1):
        following: list[str] = []
        for target in edge:
            yield get(target, accept=HTML, times=2)
            yield get(target)
            if step == depth:
                continue
            for found in find_links(ask(target, HTML), target):
                kind = _classify(found)
                if found not in known and kinds[kind] < most:
                    known.add(found)
                    kinds[kind] += 1
                    following.append(found)
        edge = following


def find_links(reply: Reply, target: str) -> Iterator[str]:
    """Yield the addresses on the same server that a reply links to, in order, without their fragments."""
    content = reply.content if "html" in reply.find("content-type") else b""
    found = [unescape(match.decode("utf-8", "replace")) for match in _LINKS.findall(content)]
    found += _HEADER_LINK.findall(reply.find("link")) + ([reply.find("location")] if reply.find("location") else [])
    for text in found:
        try:
            parts = urlsplit(urljoin(f"http://{HOST}{target}", text.strip()))
        except ValueError:
            continue
        if parts.netloc == HOST and parts.scheme == "http":
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            if address.isascii() and address.isprintable() and " " not in address:
                yield address


def _classify(target: str) -> str:
    """Return the kind of an address: its first two steps, its ending and the names of its parameters."""
    parts = urlsplit(target)
    steps = parts.path.split("/")
    names = sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair)
    ending = steps[-1].rpartition(".")[2] if "." in steps[-1] else ""
    return f"{'/'.join(steps[:3] if steps[1] != 'queries' else steps[:2])} {ending} {' '.join(names)}"


def list_pages(ask: Get, releases: list[str]) -> Iterator[Request]:
    """Yield requests for the addresses of the service itself, in every format, and for every file of the releases."""
    for path in (
        "/", "/health", "/metrics", "/openapi.json", "/.well-known/void", "/.well-known/sparql-examples", "/queries",
        "/downloads", "/downloads.json", "/downloads.atom", "/downloads/none", "/ont", "/search", "/explain",
        "/pictures", "/sparql", "/sparql/", "/static/style.css", "/static/none", "/robots.txt", "/favicon.ico", "/none",
    ):  # fmt: skip
        yield from (get(path, accept=accept) for accept in ACCEPTS)
        for method in ("HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE"):
            yield Request(path, (("accept", ANY),), method)
        yield Request(path, (("accept-encoding", "gzip"),), times=2)
        yield Request(path, (("if-none-match", "*"),))
        yield Request(path, (("if-none-match", '"none", W/"other"'),))
    for text in ("training", "Indonezia", "zzzzqqqq", "", "a", "%", "x" * 500, "الأردن", "UNHCR"):
        for accept in (HTML, "application/json", ANY):
            yield get("/search", ("q", text), accept=accept)
    for identity in (*releases, "0123456789abcdef"):
        release = f"/downloads/{identity}"
        reply = ask(f"{release}/release.json", ANY)
        files = [file["name"] for file in json.loads(reply.content)["files"]] if reply.status == 200 else []
        for name in (
            "",
            "/changes",
            "/SHA256SUMS",
            "/release.json",
            "/none",
            "/..%2f",
            *(f"/{file}" for file in files),
        ):
            yield get(release + name)
            yield get(release + name, accept=HTML)
            yield Request(release + name, (), "HEAD")
        for name in files[:3]:
            yield Request(f"{release}/{name}", (("range", "bytes=0-99"),))
            yield Request(f"{release}/{name}", (("accept-encoding", "gzip"),))


def list_explanations(ask: Get) -> Iterator[Request]:
    """Yield requests for proofs: of stated, inferred, disputed and false statements, well and badly put."""
    rows = select(
        ask,
        "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER(isIRI(?s) && !CONTAINS(STR(?g), '/ontology')) } "
        "ORDER BY MD5(CONCAT(STR(?s), STR(?p), STR(?o))) LIMIT 60",
    )
    for row in rows:
        iri = re.match(r"https?://\S+$", row["o"])
        pairs = (("subject", row["s"]), ("predicate", row["p"]), ("object", row["o"] if iri else f'"{row["o"]}"'))
        yield get("/explain", *pairs, accept=HTML)
        yield get("/explain", *pairs, accept="application/json")
        yield get("/explain", *pairs, ("format", "ttl"))
    for pairs in (
        (("subject", "atlantis"), ("predicate", "act"), ("object", "act:agree")),
        (("subject", "canada"),),
        (("subject", "canada"), ("predicate", "isOrWasMemberOf"), ("object", "body:ahg")),
        (("subject", "united-states"), ("predicate", "isOrWasMemberOf"), ("object", "body:ahg")),
        (("subject", "united-states"), ("predicate", "none"), ("object", "body:ahg")),
        (("subject", "united-states"), ("predicate", "act"), ("object", '"unclosed')),
    ):
        for ending in ("", "html", "json", "ttl", "nt", "jsonld", "zzz"):
            yield get("/explain", *pairs, *((("format", ending),) if ending else ()))
        yield get("/explain", *pairs, accept=HTML)


def list_conditional(requests: Iterable[Request]) -> Iterator[Request]:
    """Yield requests again on the condition that the reply is another than the one that the same server gave before."""
    for request in requests:
        for headers in (
            (("if-none-match", OWN_TAG),),
            (("if-none-match", f"W/{OWN_TAG}"), ("accept-encoding", "gzip")),
        ):
            yield replace(request, headers=(*request.headers, *headers), times=1)
            yield replace(request, headers=(*request.headers, *headers), times=1, method="HEAD")


def _join(address: str, pairs: Pairs) -> str:
    return f"{address}?{urlencode(pairs, quote_via=quote)}" if pairs else address
