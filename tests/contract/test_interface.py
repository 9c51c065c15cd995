"""What docs promise to those who ask over HTTP, sentence by sentence, on the real graph.

Expected values are those of the published interface and of the specifications that it names, never of an answer.
What needs limits low enough to be reached is in `test_refusals`, what needs releases in `test_downloads`.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import yaml
from pyoxigraph import QueryResultsFormat

from ahg_graph.rdf.terms import RdfFormat
from ahg_graph.snapshot import Snapshot
from ahg_graph.workers import Limits
from support.comparison import read_graph, read_table
from support.namespaces import BASE, ID, ONT
from support.servers import Running, run

TABLE_TOOLS, GRAPH_TOOLS = ("pandas", "read.csv", "IMPORTDATA"), ("rdflib", "readLines")
TABLE = Path(__file__).parent / "queries" / "interface.yaml"
PROMISED: dict[str, dict[str, str]] = yaml.safe_load(TABLE.read_text("utf-8"))
NAMES = list(PROMISED)
WITH_ROWS = [name for name, promised in PROMISED.items() if "columns" in promised]
FIFTH = "?meeting=ahg-som-05"
SELECT, ASK = f"SELECT ?s WHERE {{ ?s a <{ONT}MeetingSeries> }} ORDER BY ?s LIMIT 3", "ASK { ?s ?p ?o }"
CONSTRUCT, DESCRIBE = "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3", f"DESCRIBE <{ID}agent/iom>"
JSON, SRJ, SRX = "application/json", "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV, HTML, TURTLE = "text/csv", "text/tab-separated-values", "text/html", "text/turtle"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NT, LD, RDFXML = "application/n-triples", "application/ld+json", "application/rdf+xml"
TRIG, NQ = "application/trig", "application/n-quads"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
WHY = f"/explain?subject={ID}agent/united-states&predicate={ONT.replace('#', '%23')}isOrWasMemberOf&object={ID}body/ahg"


@pytest.fixture(scope="module")
def graph(real_snapshot: Snapshot) -> Iterator[Running]:
    """The real graph; an answer may have 4 MiB."""
    with run(real_snapshot, Limits(answer=4)) as running:
        yield running


@dataclass(frozen=True)
class Sent:
    """A reply as it came over the wire."""

    status: int
    headers: httpx.Headers
    raw: bytes

    @property
    def body(self) -> bytes:
        """The body without its content coding."""
        return gzip.decompress(self.raw) if self.headers.get("content-encoding") == "gzip" else self.raw

    @property
    def kind(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0]


def send(graph: Running, path: str, method: str = "GET", **headers: str) -> Sent:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = graph.client.build_request(method, path, headers={"accept-encoding": "identity", **named})
    response = graph.client.send(request, stream=True)
    return Sent(response.status_code, response.headers, b"".join(response.iter_raw()))


def ask(graph: Running, query: str, accept: str = "*/*", **parameters: str) -> httpx.Response:
    return graph.client.get("/sparql", params={"query": query, **parameters}, headers={"accept": accept})


def refuse(response: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """Check a problem document (RFC 9457) and return it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert found["status"] == status and found["code"] and found["request"] and found["detail"]
    assert code is None or found["code"] == code
    return found


# --- The table of addresses -------------------------------------------------------------------------------------------

ADDRESSES = [
    ("/", "*/*", HTML), ("/", BROWSER, HTML),
    (f"/sparql?query={quote(SELECT)}", "*/*", SRJ), (f"/sparql?query={ASK}", "*/*", SRJ),
    (f"/sparql?query={CONSTRUCT}", "*/*", TURTLE), (f"/sparql?query={DESCRIBE}", "*/*", TURTLE),
    (f"/sparql?query={ASK}", BROWSER, HTML), (f"/sparql?query={ASK}&format=json", BROWSER, SRJ),
    ("/sparql", "*/*", TURTLE), ("/sparql", TURTLE, TURTLE), ("/sparql", RDFXML, RDFXML), ("/sparql", BROWSER, HTML),
    ("/queries", BROWSER, HTML), ("/queries", JSON, JSON), ("/queries.json", "*/*", JSON),
    *(("/queries", kind, kind) for kind in (TURTLE, NT, LD, RDFXML)),
    ("/queries/attendance", BROWSER, HTML), (f"/queries/attendance{FIFTH}", BROWSER, HTML),
    *((f"/queries/attendance{at}.{ending}{FIFTH}", "image/png", kind)
      for at in ("", "@1")
      for ending, kind in (("csv", CSV), ("tsv", TSV), ("srj", SRJ), ("srx", SRX), ("json", JSON), ("html", HTML))),
    ("/queries/attendance.rq", "image/png", "application/sparql-query"),
    *((f"/{thing}.{ending}", "image/png", kind)
      for thing in ("id/meeting/ahg-som-05", "id/doc/ahg-som-07-statement/p23b3", "id/agent/australia", "ont")
      for ending, kind in (("ttl", TURTLE), ("nt", NT), ("jsonld", LD), ("rdf", RDFXML), ("html", HTML))),
    (WHY, BROWSER, HTML), (WHY, JSON, JSON), (WHY, TURTLE, TURTLE),
    ("/search?q=UNHCR", BROWSER, HTML), ("/search?q=UNHCR", JSON, JSON),
    ("/downloads", BROWSER, HTML), ("/downloads", JSON, JSON),
    ("/.well-known/void", "*/*", TURTLE), ("/.well-known/sparql-examples", "*/*", TURTLE),
    ("/openapi.json", "*/*", JSON), ("/health", "*/*", JSON), ("/metrics", "*/*", "text/plain"),
]  # fmt: skip
CHANGING = ("/health", "/metrics")
PLAIN = sorted({path.partition("?")[0] for path, _, _ in ADDRESSES})


@pytest.mark.parametrize(("path", "accept", "kind"), ADDRESSES)
def test_an_address_answers_in_its_format_with_the_headers_of_every_answer(
    graph: Running, path: str, accept: str, kind: str
) -> None:
    for coding in ("identity", "gzip"):
        got = send(graph, path, accept=accept, accept_encoding=coding)
        assert (got.status, got.kind) == (200, kind)
        assert got.headers["etag"] == f'"{hashlib.sha256(got.raw).hexdigest()}"'
        assert set(got.headers["vary"].split(", ")) >= {"Accept", "Accept-Encoding"}
        assert got.headers["cache-control"]
        assert got.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in got.headers
        assert {"Link", "ETag", "Retry-After"} <= set(got.headers["access-control-expose-headers"].split(", "))
        assert {'rel="describedby"', 'rel="service-desc"'} <= {p.strip() for p in re.split("[;,]", got.headers["link"])}
        if path in CHANGING:
            continue
        head = send(graph, path, "HEAD", accept=accept, accept_encoding=coding)
        assert (head.status, head.raw) == (200, b"")
        for name in ("content-type", "content-length", "content-encoding", "etag", "link", "vary"):
            assert head.headers.get(name) == got.headers.get(name), name
        again = send(graph, path, accept=accept, accept_encoding=coding, if_none_match=got.headers["etag"])
        assert (again.status, again.raw, again.headers["etag"]) == (304, b"", got.headers["etag"])
        assert send(graph, path, accept=accept, accept_encoding=coding, if_none_match='"other"').status == 200
    assert got.body == send(graph, path, accept=accept).body or path in CHANGING


@pytest.mark.parametrize("path", PLAIN)
def test_a_wrong_method_is_a_405_with_allow_and_a_preflight_a_204(graph: Running, path: str) -> None:
    allowed = {"GET", "HEAD", "OPTIONS"} | ({"POST"} if path == "/sparql" else set())
    for method in {"PUT", "DELETE", "PATCH", "POST"} - allowed:
        response = graph.client.request(method, path)
        refuse(response, 405, "method-not-allowed")
        assert set(response.headers["allow"].split(", ")) == allowed
    asked = {"origin": "https://elsewhere.example", "access-control-request-method": "GET"}
    preflight = graph.client.options(path, headers=asked)
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "GET" in preflight.headers["access-control-allow-methods"]


@pytest.mark.parametrize("path", ["/queries", "/queries/attendance" + FIFTH, "/id/meeting/ahg-som-05", "/ont", WHY,
                                  f"/sparql?query={ASK}", f"/sparql?query={CONSTRUCT}", "/sparql", "/search?q=IOM",
                                  "/downloads", "/.well-known/void", "/.well-known/sparql-examples"])  # fmt: skip
def test_an_unacceptable_accept_is_a_406_that_lists_the_types(graph: Running, path: str) -> None:
    available = refuse(graph.client.get(path, headers={"accept": "image/png"}), 406, "not-acceptable")["available"]
    answers = {kind: graph.client.get(path, headers={"accept": kind}).status_code for kind in available}
    # Of a query to /sparql only its worker knows whether it gives a table or a graph.
    assert set(answers.values()) <= {200, 303} | ({406} if "query=" in path else set())
    assert {200, 303} & set(answers.values())


@pytest.mark.parametrize("path", ["/nothing", "/queries/nothing", "/queries/nothing.csv", "/queries/attendance.docx",
                                  "/queries/attendance@99.csv", "/id/meeting/ahg-som-99", "/id/meeting/ahg-som-99.ttl",
                                  "/id/nothing", "/downloads/nothing/x.ttl", "/redoc"])  # fmt: skip
def test_an_unknown_name_is_a_404(graph: Running, path: str) -> None:
    refuse(graph.client.get(path), 404)


@pytest.mark.parametrize("thing", ["id/meeting/ahg-som-05", "id/doc/ahg-som-07-statement/p23b3", "ont"])
@pytest.mark.parametrize(
    ("accept", "ending"),
    [(BROWSER, "html"), (HTML, "html"), (TURTLE, "ttl"), (NT, "nt"), (LD, "jsonld"), (RDFXML, "rdf"), ("*/*", "ttl"),
     (f"{HTML};q=0.5, {TURTLE}", "ttl"), (f"{HTML}, {TURTLE};q=0.5", "html"), (f"{TURTLE};q=0, {LD};q=0.1", "jsonld")],
)  # fmt: skip
def test_a_thing_leads_to_its_page_or_to_rdf(graph: Running, thing: str, accept: str, ending: str) -> None:
    response = graph.client.get(f"/{thing}", headers={"accept": accept})
    assert response.status_code == 303
    assert httpx.URL(response.headers["location"]).path == f"/{thing}.{ending}"
    assert "Accept" in response.headers["vary"]


def test_the_twins_of_a_thing_say_the_same(graph: Running) -> None:
    for thing in ("id/agent/iom", "ont"):
        found = {
            frozenset(str(triple) for triple in read_graph(send(graph, f"/{thing}.{ending}").body, syntax))
            for ending, syntax in (
                ("ttl", RdfFormat.TURTLE), ("nt", RdfFormat.N_TRIPLES),
                ("jsonld", RdfFormat.JSON_LD), ("rdf", RdfFormat.RDF_XML),
            )
            if thing != "ont"  # whose blank nodes have other names in each
        }  # fmt: skip
        assert len(found) == (thing != "ont")


def test_the_first_page_says_what_this_is_and_leads_to_the_questions(graph: Running) -> None:
    page = graph.client.get("/", headers={"accept": BROWSER}).text
    assert "Ad Hoc Group" in page and "/queries" in page
    led = set(re.findall(r'href="/queries/([a-z-]+)', page))
    assert led and led <= set(NAMES)
    figures = {int(number.replace(",", "")) for number in re.findall(r">\s*([0-9,]+)\s*<", page)}
    (meetings,) = ask(graph, f"SELECT (COUNT(DISTINCT ?m) AS ?n) {{ ?m a <{ONT}Meeting> }}").json()["results"][
        "bindings"
    ]
    assert int(meetings["n"]["value"]) in figures


@pytest.mark.parametrize("path", ["/", "/queries", f"/queries/attendance{FIFTH}", "/id/meeting/ahg-som-05.html",
                                  "/ont.html", WHY, "/search?q=IOM", "/downloads", "/sparql"])  # fmt: skip
def test_every_page_takes_errors_and_nothing_from_elsewhere(graph: Running, path: str) -> None:
    response = graph.client.get(path, headers={"accept": BROWSER})
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert re.search(r"report an error", response.text, re.IGNORECASE)
    tags = re.findall(r"<(?:script|img|iframe|link)\b[^>]*>", response.text)
    loaded = [tag for tag in tags if not re.search(r'rel="(?:alternate|about|canonical|describedby)"', tag)]
    assert loaded and not [tag for tag in loaded if re.search(r'(?:src|href)="(?:https?:)?//', tag)]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_query_has_question_form_answer_text_and_snippets(graph: Running, name: str) -> None:
    listed = {query["name"]: query for query in graph.client.get("/queries.json").json()}[name]
    page = graph.client.get(f"/queries/{name}", params=listed["example"], headers={"accept": BROWSER}).text
    assert listed["summary"].replace("'", "&#39;") in page or listed["summary"] in page
    assert "<form" in page or not listed["parameters"]
    assert all(f'name="{parameter["name"]}"' in page for parameter in listed["parameters"])
    is_graph = name not in WITH_ROWS
    assert "<table" in page and ("CONSTRUCT" if is_graph else "SELECT") in page
    assert all(word in page for word in ("curl", *(GRAPH_TOOLS if is_graph else TABLE_TOOLS)))
    assert is_graph == ("IMPORTDATA" not in page)


def test_the_text_of_a_query_runs_elsewhere_once_its_parameters_are_filled(graph: Running) -> None:
    text = graph.client.get("/queries/attendance.rq").text
    filled = text.replace("?_meeting_iri", f"<{ID}meeting/ahg-som-05>")
    assert ask(graph, filled, CSV).content == send(graph, f"/queries/attendance.csv{FIFTH}").body


# --- Formats ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [SELECT, ASK])
@pytest.mark.parametrize(
    ("accept", "kind"),
    [(SRJ, SRJ), (JSON, JSON), (SRX, SRX), (CSV, CSV), (TSV, TSV), ("*/*", SRJ), ("", SRJ),
     (f"{CSV};q=0.1, {SRX};q=0.9", SRX), (f"{SRJ};q=0, */*;q=0.5", SRX), (f"{HTML};q=0.4, {JSON}", JSON),
     (f"{CSV}; charset=utf-8; q=0.7, {TSV};q=0.6", CSV), ("TEXT/CSV", CSV)],
)  # fmt: skip
def test_tables_come_as_asked(graph: Running, query: str, accept: str, kind: str) -> None:
    response = ask(graph, query, accept)
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, kind)
    if kind in (JSON, SRJ, SRX, TSV) and query == SELECT:
        table = read_table(response.content, QueryResultsFormat.from_media_type(SRJ if kind == JSON else kind))
        assert not isinstance(table, bool) and (table[0], len(table[1])) == (["s"], 3)


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize(
    ("accept", "kind"), [(k, k) for k in (TURTLE, NT, LD, RDFXML, TRIG, NQ)] + [("*/*", TURTLE), ("", TURTLE)]
)
def test_graphs_come_as_asked(graph: Running, query: str, accept: str, kind: str) -> None:
    response = ask(graph, query, accept)
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, kind)
    syntax = RdfFormat.from_media_type(kind)
    assert syntax and len(read_graph(response.content, syntax)) >= 3


SPARQLWRAPPER = {
    "json": (SRJ, LD), "xml": (SRX, RDFXML), "csv": (CSV, None), "tsv": (TSV, None), "turtle": (None, TURTLE),
    "n3": (None, TURTLE), "rdf": (None, RDFXML), "rdf+xml": (None, RDFXML), "json-ld": (None, LD),
}  # fmt: skip
"""The values that SPARQLWrapper sends as `format`, `output` and `results`: what they mean for tables and for graphs."""


@pytest.mark.parametrize("name", SPARQLWRAPPER)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_sparqlwrapper_sends_is_understood(graph: Running, name: str, method: str) -> None:
    for query, kind in zip((SELECT, CONSTRUCT), SPARQLWRAPPER[name], strict=True):
        sent = {"query": query, "format": name, "output": name, "results": name}
        if method == "GET":
            response = graph.client.get("/sparql", params=sent, headers={"accept": "image/png"})
        else:
            response = graph.client.post("/sparql", data=sent, headers={"accept": "image/png"})
        if kind is None:
            refuse(response, 406)
        else:
            assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, kind)


@pytest.mark.parametrize("parameter", ["format", "output", "results"])
@pytest.mark.parametrize(("name", "kind"), [("xml", SRX), ("json", JSON), ("csv", CSV), ("tsv", TSV), ("srj", SRJ)])
def test_saved_queries_understand_them_too(graph: Running, parameter: str, name: str, kind: str) -> None:
    response = graph.client.get(f"/queries/attendance{FIFTH}&{parameter}={name}", headers={"accept": BROWSER})
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, kind)


# --- The protocol -----------------------------------------------------------------------------------------------------


def test_the_default_graph_is_the_union_and_the_description_says_so(graph: Running) -> None:
    sd = "http://www.w3.org/ns/sparql-service-description#"
    triples = read_graph(send(graph, "/sparql").body, RdfFormat.TURTLE)
    assert f"<{sd}UnionDefaultGraph>" in {str(t.object) for t in triples if t.predicate.value == f"{sd}feature"}
    described = {str(t.object)[1:-1] for t in triples if t.predicate.value == f"{sd}name"}
    found = ask(graph, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").json()["results"]["bindings"]
    assert described == {row["g"]["value"] for row in found}
    kept = "(register|reference)/[a-z0-9-]+|(record|words|texts)/(PR|S5|S7|P1|P8)|ontology|inferred|alignments|aligned"
    pattern = rf"{re.escape(BASE)}graph/({kept})"
    assert all(re.fullmatch(pattern, name) for name in described), described
    assert {f"{BASE}graph/record/{key}" for key in ("PR", "S5", "S7", "P1", "P8")} <= described
    assert {f"{BASE}graph/{name}" for name in ("ontology", "inferred", "alignments", "aligned")} <= described

    def count(text: str, **named: Any) -> int:
        rows = graph.client.get("/sparql", params={"query": text, **named}).json()["results"]["bindings"]
        return int(rows[0]["n"]["value"])

    default, each = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    distinct = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }"
    assert count(default) == count(distinct)
    one, two = f"{BASE}graph/record/S5", f"{BASE}graph/ontology"
    by_graph = {g: count(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{g}> {{ ?s ?p ?o }} }}") for g in (one, two)}
    assert count(default, **{"default-graph-uri": [one, two]}) == sum(by_graph.values())
    assert count(each, **{"named-graph-uri": [one, two]}) == sum(by_graph.values())
    assert count(each, **{"default-graph-uri": one}) == count(default, **{"named-graph-uri": one}) == 0


def test_asserted_and_inferred_triples_never_share_a_graph(graph: Running) -> None:
    inferred = f"<{BASE}graph/inferred>"
    shared = f"ASK {{ GRAPH {inferred} {{ ?s ?p ?o }} GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != {inferred}) }}"
    assert ask(graph, shared).json()["boolean"] is False


def test_requests_that_are_refused(graph: Running) -> None:
    client = graph.client
    found = refuse(ask(graph, "SELECT *\n{ ?s ?p }"), 400, "query-syntax")
    assert (found["line"], found["column"]) == (2, 9)  # the brace that stands where an object should
    assert "http://www.w3.org/2004/02/skos/core#" in refuse(ask(graph, "ASK { ?s skos:prefLabel ?o }"), 400)["detail"]
    refuse(ask(graph, "INSERT DATA { <a:b> <a:b> <a:b> }"), 400)
    for update in (
        client.post("/sparql", data={"update": "CLEAR ALL"}),
        client.post(
            "/sparql", content="CLEAR ALL", headers={"content-type": "application/sparql-update; charset=UTF-8"}
        ),
    ):
        refuse(update, 403)
    refuse(client.post("/sparql", content="ASK {}", headers={"content-type": "text/plain"}), 415)
    for kind in ("application/sparql-query; charset=UTF-8", "application/sparql-query;charset=utf-8"):
        assert client.post("/sparql", content=ASK, headers={"content-type": kind}).json()["boolean"] is True
    for length in (18_000, 60_000):  # the second is refused before it is read to its end
        refuse(ask(graph, f"{ASK} # {'x' * length}"), 414, "url-too-long")
    refuse(ask(graph, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), 403)
    for outside in ("file:///etc/passwd", f"{BASE}graph/record/S9"):
        assert outside in refuse(ask(graph, f"SELECT * FROM <{outside}> {{ ?s ?p ?o }}"), 403)["detail"]
        refuse(ask(graph, ASK, **{"default-graph-uri": outside}), 403)
    refuse(ask(graph, "ASK " + "{" * 300 + "}" * 300), 400, "query-too-deep")
    assert "4 MiB" in refuse(ask(graph, "SELECT * { ?s ?p ?o . ?t ?q ?o }"), 413, "answer-too-large")["detail"]
    refuse(ask(graph, SELECT, timeout="0"), 422, "bad-parameter")
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    response = ask(graph, slow, timeout="0.2")
    refuse(response, 504, "query-timeout")
    assert "retry-after" not in response.headers


def test_a_client_that_asks_too_often_gets_a_retry_after(
    real_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AHG_GRAPH_RATE", "2")
    with run(real_snapshot, Limits(workers=1, spares=0)) as limited:
        replies = [ask(limited, f"{ASK} # {number}\n LIMIT 1") for number in range(8)]
        refused = [reply for reply in replies if reply.status_code != 200]
        assert refused and replies[0].status_code == 200
        for reply in refused:
            refuse(reply, 429)
            assert int(reply.headers["retry-after"]) >= 1


# --- Saved queries ----------------------------------------------------------------------------------------------------

VALUES = [
    ("meetings-attended", "agent", [f"{ID}agent/australia", "australia", "AUS", "aus", "Aus", "Australia"]),
    ("meetings-attended", "agent", ["iom", "IOM", "Iom", "International Organization for Migration",
                                    "international organization for migration"]),
    ("attendance", "meeting", ["ahg-som-05", "AHG-SOM-05", f"{ID}meeting/ahg-som-05"]),
    ("bodies-within", "body", ["bali-process", "Bali Process", f"{ID}body/bali-process"]),
    ("names", "entity", ["aaptip", "AAPTIP", "AATIP", "Australia-Asia Program to Combat Trafficking in Persons"]),
    ("names", "entity", ["vrs-msrc", "VRS-MSRC"]),
    ("names", "entity", ["TEWG", "tewg", f"{ID}body/tewg"]),
    ("body-history", "body", ["tewg", "TEWG", "Tewg"]),
    ("meeting-series", "series", ["ahg-som", f"{ID}series/ahg-som"]),
    ("meetings", "kind", ["workshop", "Workshop", "WORKSHOP"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "parameter", "values"), VALUES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_thing_goes_by_any_of_its_names(graph: Running, query: str, parameter: str, values: list[str]) -> None:
    answers = {graph.client.get(f"/queries/{query}.csv", params={parameter: value}).content for value in values}
    (answer,) = answers
    assert answer.count(b"\r\n") > 1


@pytest.mark.parametrize("slug", ["bali-process", "ahg", "steering-group", "rso", "rilon", "tewg", "tip-working-group",
                                  "disruption-working-group"])  # fmt: skip
def test_the_bodies_have_their_slugs(graph: Running, slug: str) -> None:
    (label,) = ask(
        graph, f"SELECT ?label {{ <{ID}body/{slug}> <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }}"
    ).json()["results"]["bindings"]
    assert label["label"]["value"]


def test_the_series_have_their_slugs_and_ordinals(graph: Running) -> None:
    for series, last in (("ahg-som", 8), ("ministerial-conference", 5)):
        rows = graph.client.get("/queries/meeting-series.json", params={"series": series}).json()
        assert [(row["ordinal"], row["meeting"]) for row in rows] == [
            (number, f"{ID}meeting/{series}-{number:02}") for number in range(1, last + 1)
        ]
        chain = [None, *(row["meeting"] for row in rows), None]
        assert [(row["previous"], row["next"]) for row in rows] == list(zip(chain, chain[2:], strict=False))


WRONG = [
    ("attendance", {}, "meeting", None),
    ("attendance", {"meeting": "ahg-som-5"}, "meeting", "ahg-som-05"),
    ("meetings-attended", {"agent": "Austrlia"}, "agent", "australia"),
    ("names", {"entity": "Working Group"}, "entity", "tip-working-group"),
    ("attendance", {"meeting": "australia"}, "meeting", None),
    ("meetings", {"kind": "worksop"}, "kind", "workshop"),
    ("meetings", {"status": "cancelled"}, "status", None),
    ("meetings", {"knid": "workshop"}, "knid", "kind"),
    ("meetings", {"pagesize": "3"}, "pagesize", None),
    ("members-on-date", {"body": "ahg", "date": "2013-02-29"}, "date", None),
    ("members-on-date", {"body": "ahg", "date": "5/3/2013"}, "date", None),
    ("members-on-date", {"body": "ahg"}, "date", None),
    ("joined-between", {"body": "ahg", "from": "2012", "to": "2011"}, "to", None),
    ("attendance", {"meeting": "ahg-som-05", "evidence": "2"}, "evidence", None),
    ("attendance", {"meeting": "ahg-som-05", "pageSize": "0"}, "pageSize", None),
    ("attendance", {"meeting": "ahg-som-05", "timeout": "x"}, "timeout", None),
    ("attendance", {"meeting": "ahg-som-05", "labels": "xx"}, "labels", "en"),
    ("attendance", {"meeting": "ahg-som-05", "excel": "maybe"}, "excel", None),
]


@pytest.mark.parametrize(("query", "given", "parameter", "near"), WRONG)
def test_a_bad_parameter_is_a_422_that_names_it_with_what_is_near(
    graph: Running, query: str, given: dict[str, str], parameter: str, near: str | None
) -> None:
    found = refuse(graph.client.get(f"/queries/{query}.csv", params=given), 422, "bad-parameter")
    assert found["parameter"] == parameter
    assert near is None or any(candidate.startswith(near) for candidate in found["candidates"])


@pytest.mark.parametrize("name", NAMES)
def test_every_query_takes_the_reserved_names_and_no_others(graph: Running, name: str) -> None:
    listed = {query["name"]: query for query in graph.client.get("/queries.json").json()}[name]
    reserved = {"output": "json", "page": "1", "pageSize": "100000", "evidence": "0", "timeout": "5", "labels": "en",
                "release": graph.client.get("/health").json()["snapshot"]["identity"], "excel": "0"}  # fmt: skip
    assert not {parameter["name"] for parameter in listed["parameters"]} & {*reserved, "format", "results"}
    ending = "csv" if name in WITH_ROWS else "nt"
    plain = graph.client.get(f"/queries/{name}.{ending}", params=listed["example"])
    assert plain.status_code == 200
    optional = {p["name"]: "" for p in listed["parameters"] if not p["required"] and p["name"] not in listed["example"]}
    full = graph.client.get(f"/queries/{name}.{ending}", params={**listed["example"], **optional, **reserved})
    assert full.content == plain.content
    refuse(graph.client.get(f"/queries/{name}.{ending}", params={**listed["example"], "nothing": "1"}), 422)


def test_csv_is_for_spreadsheets(graph: Running) -> None:
    response = graph.client.get("/queries/names.csv", params={"entity": "ahg"})
    assert not response.content.startswith(b"\xef\xbb\xbf")
    assert response.content.count(b"\n") == response.content.count(b"\r\n") > 2
    assert re.fullmatch(r'attachment; filename="[a-z0-9.-]+\.csv"', response.headers["content-disposition"])
    excel = graph.client.get("/queries/names.csv", params={"entity": "ahg", "excel": "1"})
    assert excel.content == b"\xef\xbb\xbf" + response.content


def test_a_row_less_answer_says_which_of_three_it_is(graph: Running) -> None:
    for query, given, reason in (
        ("members-not-attending", {"meeting": "ahg-som-01"}, "silent"),
        ("meetings-between", {"series": "ahg-som", "after": "ahg-som-01", "before": "ahg-som-02"}, "none"),
        ("status-history", {"agent": "canada"}, "silent"),
        ("attendance", {"meeting": "ahg-som-02"}, "silent"),
        ("liaison-network-meetings", {"city": "canberra"}, "unmatched"),
    ):
        for ending in ("csv", "tsv", "srj", "srx", "json", "html"):
            response = graph.client.get(f"/queries/{query}.{ending}", params=given)
            assert response.status_code == 200
            assert response.headers["empty-answer"].partition(";")[0] == reason, (query, ending)
        assert json.loads(graph.client.get(f"/queries/{query}.json", params=given).content) == []


def test_paging_leads_through_the_whole(graph: Running) -> None:
    whole = graph.client.get(f"/queries/attendance.json{FIFTH}").json()
    path, found = f"/queries/attendance.json{FIFTH}&pageSize=5", []
    for _ in range(4):
        response = graph.client.get(path)
        found += response.json()
        led = re.findall(r'<([^>]*)>; rel="(first|prev|next|last)"', response.headers["link"])
        turns = {relation: url for url, relation in led}
        assert {"first", "last"} <= set(turns)
        path = turns.get("next", "")
    assert (found, path) == (whole, "")


def test_an_answer_leads_to_its_other_formats(graph: Running) -> None:
    kinds = {HTML, JSON, SRJ, SRX, CSV, TSV, XLSX}
    for ending, own in (("csv", CSV), ("json", JSON), ("html", HTML)):
        response = graph.client.get(f"/queries/attendance.{ending}{FIFTH}")
        found = re.findall(r'<([^>]*)>; rel="alternate"; type="([^"]+)"', response.headers["link"])
        led = {kind: url for url, kind in found}
        assert set(led) == kinds - {own}
        for kind, url in led.items():
            assert graph.client.get(url).headers["content-type"].partition(";")[0] == kind


def test_a_permalink_binds_an_answer_to_a_release(graph: Running) -> None:
    identity = graph.client.get("/health").json()["snapshot"]["identity"]
    plain = graph.client.get(f"/queries/attendance.csv{FIFTH}")
    assert graph.client.get(f"/queries/attendance.csv{FIFTH}&release={identity}").content == plain.content
    refuse(graph.client.get(f"/queries/attendance.csv{FIFTH}&release=0000"), 404)


def test_the_catalogue_is_described_in_every_form(graph: Running) -> None:
    sh = "http://www.w3.org/ns/shacl#"
    for path in ("/queries", "/.well-known/sparql-examples"):
        triples = read_graph(send(graph, path, accept=NT).body, RdfFormat.N_TRIPLES)
        executable = {t.subject for t in triples if str(t.object) == f"<{sh}SPARQLExecutable>"}
        assert len(executable) == len(NAMES)
        assert {
            t.subject for t in triples if t.predicate.value in (f"{sh}select", f"{sh}ask", f"{sh}construct")
        } == executable
    api = graph.client.get("/openapi.json").json()
    assert api["openapi"].startswith("3.1")
    for name in NAMES:
        operations = [
            operation
            for path, item in api["paths"].items()
            if re.fullmatch(rf"/queries/{name}(?:\.\{{?[a-z]+\}}?)?", path)
            for operation in item.values()
        ]
        assert len(operations) == 1, name
        own = {word.strip("[]") for word in PROMISED[name]["parameters"].split()}
        assert own <= {parameter.get("name") for parameter in operations[0]["parameters"]}
        assert all(
            word.strip("[]") in json.dumps(operations[0]) or word in json.dumps(api["components"])
            for word in PROMISED[name].get("columns", PROMISED[name].get("predicates", "")).split()
        )


# --- Every row of every answer ----------------------------------------------------------------------------------------

CODES = {
    "meetings.kind": "senior-officials-meeting ministerial-conference process-senior-officials-meeting "
    "expert-group-meeting working-group-meeting liaison-network-meeting workshop informal-meeting roundtable symposium "
    "forum commemorative-event other",
    "eventStatus": "held planned undertaken proposed",
    "known": "recorded mentioned implied",
    "capacity": "participant new-member observer officer",
    "agentKind": "state organisation body office person collective",
    "certainty": "certain possible",
    "status-history.status": "full-member observer invited accepted-invitation applicant",
    "role": "host co-host convenor co-chair offered-to-host",
    "contributions.kind": "cash in-kind secondment administrative-support",
    "tasks.act": "task direct",
}
ORDER = {key: place for place, key in enumerate(("PR", "S5", "S7", "P1", "P8"))}
LOCATORS = {
    "PR": r"(introduction|[A-Z].*), para \d( item [a-e])?|Annexure A, .+|heading .+|title|composition of the AHG|"
    r"closing note|signature block",
    "S5": r"para (\d|1[0-8])( bullet [1-6])?|title|heading .+",
    "S7": r"para (\d|1\d|2[0-5])( bullet (\d|1[01]))?|title|heading .+",
    "P1": r"agenda item [1-3]( bullet \d)?|objective [1-6]|[a-z]+",
    "P8": r"bullet [1-9]|2014 Workshops|[a-z]+",
}
OTHERS = {
    "meetings": [{}, {"status": "planned"}, {"from": "2011-10", "to": "2012"}],
    "meeting-series": [{"series": "ministerial-conference"}, {"series": "tewg"}],
    "attendance": [{"meeting": f"ahg-som-{n:02}"} for n in (1, 7, 8)],
    "attended-every-recorded-meeting": [],
    "members-not-attending": [{"meeting": "ahg-som-08"}, {"meeting": "ahg-som-05"}],
    "co-attendance": [{}],
    "members-on-date": [{"body": "ahg", "date": "2011"}, {"body": "ahg", "date": "2014-08-06"},
                        {"body": "bali-process", "date": "2013"}],
    "status-history": [{"agent": "UAE"}, {"agent": "PHL"}, {"agent": "AUS"}],
    "body-history": [{"body": "rso"}, {"body": "tewg"}],
    "decisions": [{}, {"about": "rso"}, {"addressee": "rso"}],
    "follow-up-chain": [{"of": "rso"}, {"of": "training-programme"}, {"of": "ahg"}],
    "undertakings-without-outcome": [{"meeting": f"ahg-som-{n:02}"} for n in (1, 7, 8)],
    "tasks": [{}],
    "proposals": [{}],
    "initiatives": [{}],
    "presentations": [{}],
    "hosts": [{}],
    "discrepancies": [{}],
    "names": [{"entity": "rilon"}, {"entity": "ahg"}, {"entity": "IOM"}],
    "evidence": [{"entity": "ahg"}, {"entity": "unodc"}],
    "search": [{"text": "a"}],
}  # fmt: skip


@pytest.mark.parametrize("name", WITH_ROWS)
def test_every_row_is_as_the_interface_says(graph: Running, name: str) -> None:
    listed = {query["name"]: query for query in graph.client.get("/queries.json").json()}[name]
    columns = PROMISED[name]["columns"].split()
    for given in [listed["example"], *OTHERS.get(name, [])]:
        response = graph.client.get(f"/queries/{name}.csv", params=given)
        head, *rows = csv.reader(io.StringIO(response.content.decode("utf-8"), newline=""), strict=True)
        assert head[: len(columns)] == columns
        records = graph.client.get(f"/queries/{name}.json", params=given).json()
        assert records and len(records) == len(rows), given
        keys = [tuple(record[column] for column in listed["key"]) for record in records]
        assert len(keys) == len(set(keys)), [key for key in keys if keys.count(key) > 1][:3]
        for record in records:
            assert list(record) == head
            check_row(name, record)


def check_row(name: str, row: dict[str, Any]) -> None:
    for column, value in row.items():
        if f"{column}Label" in row:
            assert bool(value) == bool(row[f"{column}Label"]), (column, row)
            assert value is None or value.startswith("https://"), (column, row)
        codes = CODES.get(f"{name}.{column}", CODES.get(column, ""))
        beyond = column not in PROMISED[name]["columns"].split()
        assert not codes or value in codes.split() or (value is None and beyond), (column, row)
        if column.endswith("Code") and value:
            assert row.get("agentKind") != "state" or re.fullmatch("[A-Z]{3}", value), row
        if column.endswith("Earliest") and value and row.get(latest := column.replace("Earliest", "Latest")):
            assert value <= row[latest], row
        if re.search("(Earliest|Latest)$", column) and value:
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", value)
        if column in ("subjects", "addressees", "proposers", "leads", "partners", "names") and value:
            parts = value.split("; ")
            assert parts == sorted(set(parts)), row
    if "locator" in row:
        documents, places = row["document"].split("; "), row["locator"].split("; ")
        assert len(documents) == len(places) > 0, row
        assert [ORDER[key] for key in documents] == sorted(ORDER[key] for key in documents), row
        cited = list(zip(documents, places, strict=True))
        assert len(set(cited)) == len(cited), row
        for key, place in cited:
            assert re.fullmatch(LOCATORS[key], place), (key, place)


def test_meetings_of_one_series_keep_its_order_between_two_meetings(graph: Running) -> None:
    def between(series: str, after: str, before: str) -> list[tuple[str, str]]:
        given = {"series": series, "after": after, "before": before}
        rows = graph.client.get("/queries/meetings-between.json", params=given).json()
        return [(row["meeting"].removeprefix(f"{ID}meeting/"), row["certainty"]) for row in rows]

    some = [("ahg-som-05", "certain"), ("ahg-som-06", "certain"), ("ahg-som-07", "certain")]
    assert between("ahg-som", "ministerial-conference-04", "ministerial-conference-05") == [
        ("ahg-som-04", "possible"),
        *some,
    ]
    assert between("ahg-som", "ahg-som-04", "ahg-som-08") == some
    assert between("ahg-som", "ahg-som-01", "ahg-som-04") == [("ahg-som-02", "certain"), ("ahg-som-03", "certain")]
    assert between("ahg-som", "ahg-som-02", "ahg-som-03") == []
    assert between("ahg-som", "ahg-som-05", "ahg-som-05") == []
    assert between("ahg-som", "ahg-som-07", "ahg-som-05") == []
    # The first two conferences have no dates; they come before the third, of 2009 or earlier.
    assert not {name for name, _ in between("ahg-som", "ministerial-conference-01", "ministerial-conference-02")} & {
        f"ahg-som-{number:02}" for number in range(4, 9)
    }
    assert between("ministerial-conference", "ahg-som-04", "ahg-som-08") == [
        ("ministerial-conference-04", "possible"), ("ministerial-conference-05", "certain"),
    ]  # fmt: skip
