"""Saved queries over HTTP: which addresses answer, in which formats, with which headers and errors."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import jsonschema
import pytest
import rdflib
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.model import RESERVED, SavedQuery
from ahg_graph.service.no_rows import NO_ROWS_REASONS
from ahg_server.http import urls
from support.namespaces import shorten
from support.servers import Running

HOME = Path(__file__).parents[3]
ID = "https://w3id.org/ahg-graph/id/"
SRX = "{http://www.w3.org/2005/sparql-results#}"
INTERFACE: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).parent / "interface.yaml").read_text("utf-8"))
CATALOGUE = list(load_catalogue(HOME / "queries").current.values())
QUERIES = [query for query in CATALOGUE if not query.is_graph]
GRAPHS = [query for query in CATALOGUE if query.is_graph]
ATTENDANCE = [column.name for query in QUERIES if query.name == "attendance" for column in query.columns]
"""Those that the interface promises, and what the file declares after them."""
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "srj": "application/sparql-results+json",
    "srx": "application/sparql-results+xml",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}
FIFTH = {"meeting": "ahg-som-05"}


def get(graph: Running, path: str, params: Any = None, **headers: str) -> httpx.Response:
    response = graph.client.get(path, params=params, headers=headers)
    assert response.status_code == 200, response.text
    return response


def problem(graph: Running, path: str, params: Any = None, **headers: str) -> dict[str, Any]:
    response = graph.client.get(path, params=params, headers=headers)
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert found["status"] == response.status_code
    return found


def read_rows(response: httpx.Response, kind: str) -> tuple[list[str], list[list[str | None]]]:
    """Return the columns and the rows as texts, None or the empty text where unbound."""
    if kind == "csv":
        columns, *rows = csv.reader(io.StringIO(response.content.decode("utf-8"), newline=""), strict=True)
        return columns, [list(row) for row in rows]
    if kind == "srj":
        found = response.json()
        columns = found["head"]["vars"]
        return columns, [[row.get(c, {}).get("value") for c in columns] for row in found["results"]["bindings"]]
    if kind == "srx":
        root = ElementTree.fromstring(response.content)
        columns = [variable.attrib["name"] for variable in root.iter(f"{SRX}variable")]
        cells = [{b.attrib["name"]: b[0].text or "" for b in r} for r in root.iter(f"{SRX}result")]
        return columns, [[row.get(column) for column in columns] for row in cells]
    assert kind == "json"
    records = response.json()
    texts = [
        [None if v is None else str(v).lower() if isinstance(v, bool) else str(v) for v in r.values()] for r in records
    ]
    return list(records[0]) if records else [], texts


def read_graph(response: httpx.Response) -> set[tuple[Any, ...]]:
    """Return the triples of an answer as another library reads them."""
    return set(rdflib.Graph().parse(data=response.content, format=response.headers["content-type"].partition(";")[0]))


@pytest.mark.parametrize("name", INTERFACE)
def test_a_query_has_its_parameters_and_columns(name: str) -> None:
    query = next(query for query in CATALOGUE if query.name == name)
    words = [p.name if p.required else f"[{p.name}]" for p in query.parameters]
    columns = INTERFACE[name].get("columns", "subject predicate object").split()
    assert words == INTERFACE[name]["parameters"].split()
    predicates = [shorten(p.iri) if p.required else f"[{shorten(p.iri)}]" for p in query.predicates]
    assert predicates == INTERFACE[name].get("predicates", "").split()
    assert [column.name for column in query.columns][: len(columns)] == columns


def test_no_query_is_outside_the_interface() -> None:
    assert {query.name for query in CATALOGUE} == set(INTERFACE)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_formats_say_the_same(graph: Running, query: SavedQuery) -> None:
    params = urls.to_pairs(query.example)
    columns = [column.name for column in query.columns]
    found = {}
    for kind in ("csv", "srj", "srx", "json"):
        response = get(graph, f"/queries/{query.name}.{kind}", params)
        assert response.headers["content-type"] == MEDIA_TYPES[kind]
        names, rows = read_rows(response, kind)
        assert names == columns
        found[kind] = [[cell or None for cell in row] for row in rows]
    assert len(found["csv"]) >= query.rows
    assert found["csv"] == found["srj"] == found["srx"] == found["json"]
    assert "empty-answer" not in response.headers


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_page_shows_every_row(graph: Running, query: SavedQuery) -> None:
    params = urls.to_pairs(query.example)
    rows = get(graph, f"/queries/{query.name}.json", params).json()
    page = get(graph, f"/queries/{query.name}", params, accept="text/html")
    assert page.headers["content-type"] == MEDIA_TYPES["html"]
    assert page.text.count('<tr id="row-') == len(rows)
    assert page.text == get(graph, f"/queries/{query.name}.html", params).text
    # A block of data is not run, and a module comes from a file of this server.
    assert not re.search(r'<script(?! type="application/json">| type="module" src="/)|<style', page.text)
    assert not re.search(r'\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?//', page.text)


def test_tsv_is_a_line_for_each_row(graph: Running) -> None:
    response = get(graph, "/queries/attendance.tsv", FIFTH)
    assert response.headers["content-type"] == MEDIA_TYPES["tsv"]
    head, *rows = response.text.removesuffix("\n").split("\n")
    assert head.split("\t") == [f"?{name}" for name in ATTENDANCE]
    assert len(rows) == len(get(graph, "/queries/attendance.json", FIFTH).json())
    assert rows[0].split("\t")[0] == f"<{ID}agent/afghanistan>"


def test_csv_is_what_spreadsheets_take(graph: Running) -> None:
    response = get(graph, "/queries/attendance.csv", FIFTH)
    assert response.content.startswith(b"agent,agentLabel,agentCode,")
    assert b"\n" not in response.content.replace(b"\r\n", b"")
    assert response.headers["content-disposition"] == 'attachment; filename="attendance-ahg-som-05.csv"'
    marked = get(graph, "/queries/attendance.csv", {**FIFTH, "excel": "1"})
    assert marked.content == b"\xef\xbb\xbf" + response.content
    assert get(graph, "/queries/attendance.csv", {**FIFTH, "excel": "0"}).content == response.content


def test_json_is_a_plain_list_of_typed_records(graph: Running) -> None:
    (first, *_) = get(graph, "/queries/meeting-series.json", {"series": "ahg-som"}).json()
    assert first == {
        "ordinal": 1,
        "meeting": f"{ID}meeting/ahg-som-01",
        "meetingLabel": "First Meeting of the AHG Senior Officials",
        "startEarliest": "2009-06-27",
        "startLatest": "2009-07-27",
        "placeLabel": "Bali",
        "known": "recorded",
        "previous": None,
        "next": f"{ID}meeting/ahg-som-02",
        "eventStatus": "held",
        "basis": "stated",
        "reason": None,
    }


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_head_has_the_headers_of_get(graph: Running, kind: str) -> None:
    path = f"/queries/attendance.{kind}"
    got = get(graph, path, FIFTH)
    head = graph.client.head(path, params=FIFTH)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "etag", "link", "vary"):
        assert head.headers.get(name) == got.headers.get(name)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "csv"), ("text/tab-separated-values", "tsv"), ("application/json", "json"),
        ("application/sparql-results+json", "srj"), ("application/sparql-results+xml", "srx"), ("text/html", "html"),
        ("*/*", "json"), ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/csv;q=0.5, application/json", "json"), ("text/*", "csv"),
    ],
)  # fmt: skip
def test_the_format_follows_accept(graph: Running, accept: str, kind: str) -> None:
    response = get(graph, "/queries/attendance", FIFTH, accept=accept)
    assert response.headers["content-type"] == MEDIA_TYPES[kind]
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize("name", ["format", "output", "results"])
@pytest.mark.parametrize(("value", "kind"), [("csv", "csv"), ("JSON", "json"), ("text/csv", "csv"), ("srj", "srj")])
def test_a_named_format_beats_accept_and_the_ending_beats_both(
    graph: Running, name: str, value: str, kind: str
) -> None:
    params = {**FIFTH, name: value}
    assert get(graph, "/queries/attendance", params, accept="text/html").headers["content-type"] == MEDIA_TYPES[kind]
    assert get(graph, "/queries/attendance.tsv", params).headers["content-type"] == MEDIA_TYPES["tsv"]


@pytest.mark.parametrize(("name", "value"), [("accept", "image/png"), ("accept", "text/turtle"), ("format", "pdf")])
def test_what_cannot_be_given_is_refused_with_what_can(graph: Running, name: str, value: str) -> None:
    if name == "accept":
        found = problem(graph, "/queries/attendance", FIFTH, accept=value)
    else:
        found = problem(graph, "/queries/attendance", {**FIFTH, name: value})
    assert (found["status"], found["code"]) == (406, "not-acceptable")
    assert set(found["available"]) == {media_type.partition(";")[0] for media_type in MEDIA_TYPES.values()}


def test_a_graph_cannot_be_made_of_rows(graph: Running) -> None:
    assert problem(graph, "/queries/attendance.ttl", FIFTH)["status"] == 406


@pytest.mark.parametrize(
    "path",
    ["/queries/attendances", "/queries/attendance.pdf", "/queries/attendance@2", "/queries/attendance@2.csv",
     "/queries/attendance@0.csv", "/queries/attendance@x", "/queries/Attendance", "/queries/..%2fqueries%2fattendance",
     "/queries/%00"],
)  # fmt: skip
def test_an_unknown_name_is_not_found(graph: Running, path: str) -> None:
    assert problem(graph, path, FIFTH)["status"] == 404


def test_a_version_answers_at_its_own_address(graph: Running) -> None:
    newest = get(graph, "/queries/attendance.csv", FIFTH)
    assert get(graph, "/queries/attendance@1.csv", FIFTH).content == newest.content


def test_the_text_of_a_query_is_its_file(graph: Running) -> None:
    response = get(graph, "/queries/attendance.rq")
    assert response.headers["content-type"] == "application/sparql-query; charset=utf-8"
    assert response.content == (HOME / "queries" / "attendance.rq").read_bytes()


@pytest.mark.parametrize(
    "value", [f"{ID}agent/united-states", "united-states", "USA", "usa", "US", "United States of America"]
)
def test_a_thing_goes_by_iri_slug_code_or_name(graph: Running, value: str) -> None:
    expected = get(graph, "/queries/meetings-attended.csv", {"agent": "united-states"}).content
    assert expected.count(b"\r\n") == 4
    assert get(graph, "/queries/meetings-attended.csv", {"agent": value}).content == expected


@pytest.mark.parametrize(
    ("path", "params", "parameter", "candidate"),
    [
        ("attendance.csv", {}, "meeting", None),
        ("attendance.csv", {"meeting": ""}, "meeting", None),
        ("attendance.csv", {"meeting": "ahg-som-09"}, "meeting", "ahg-som-0"),
        ("attendance.csv", {"meeting": "australia"}, "meeting", None),
        ("attendance.csv", {"meeting": ["ahg-som-05", "ahg-som-07"]}, "meeting", None),
        ("attendance.csv", {**FIFTH, "meetings": "x"}, "meetings", "meeting"),
        ("attendance.csv", {**FIFTH, "query": "SELECT * {}"}, "query", "meeting"),
        ("meetings.csv", {"kind": "workshops"}, "kind", "workshop"),
        ("meetings.csv", {"from": "2012-13"}, "from", None),
        ("meetings.csv", {"from": "2013", "to": "2012"}, "to", None),
        ("attendance.csv", {**FIFTH, "page": "0"}, "page", None),
        ("attendance.csv", {**FIFTH, "page": "2"}, "page", None),
        ("attendance.csv", {**FIFTH, "page": "9", "pageSize": "10"}, "page", None),
        ("attendance.csv", {**FIFTH, "pageSize": "-1"}, "pageSize", None),
        ("attendance.csv", {**FIFTH, "evidence": "yes"}, "evidence", "1"),
        ("attendance.csv", {**FIFTH, "labels": "de"}, "labels", "en"),
        ("attendance.csv", {**FIFTH, "timeout": "soon"}, "timeout", None),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_reported(
    graph: Running, path: str, params: dict[str, Any], parameter: str, candidate: str | None
) -> None:
    found = problem(graph, f"/queries/{path}", params)
    assert (found["status"], found["code"], found["parameter"]) == (422, "bad-parameter", parameter)
    assert not candidate or any(text.startswith(candidate) for text in found["candidates"])


def test_an_ambiguous_name_is_reported_with_its_candidates(graph: Running) -> None:
    found = problem(graph, "/queries/names.csv", {"entity": "Regional Support Office (RSO)"})
    assert found["status"] == 422 and found["parameter"] == "entity"


def test_the_page_says_what_is_wrong_and_what_is_near(graph: Running) -> None:
    response = graph.client.get("/queries/attendance", params={"meeting": "ahg-som-9"}, headers={"accept": "text/html"})
    assert (response.status_code, response.headers["content-type"]) == (422, MEDIA_TYPES["html"])
    assert 'aria-invalid="true"' in response.text
    assert 'href="/queries/attendance?meeting=ahg-som-01"' in response.text


def test_markup_in_a_value_stays_text(graph: Running) -> None:
    attack = '"><script>alert(1)</script>'
    response = graph.client.get("/queries/attendance", params={"meeting": attack}, headers={"accept": "text/html"})
    assert response.status_code == 422
    assert "<script>" not in response.text
    found = get(graph, "/queries/search", {"text": attack}, accept="text/html")
    assert "<script>" not in found.text


def test_an_empty_optional_parameter_counts_as_absent(graph: Running) -> None:
    everything = get(graph, "/queries/meetings.csv").content
    empty = get(graph, "/queries/meetings.csv", {"kind": "", "from": "", "status": ["", ""]})
    assert empty.content == everything


@pytest.mark.parametrize(
    ("path", "name", "values"),
    [
        ("meetings", "kind", ("workshop", "forum")), ("meetings", "status", ("planned", "proposed")),
        ("decisions", "act", ("agree", "endorse")), ("decisions", "meeting", ("ahg-som-05", "ahg-som-08")),
        ("decisions", "about", ("rso", "rilon")), ("decisions", "addressee", ("rso", "members")),
        ("tasks", "agent", ("rso", "ahg")), ("hosts", "agent", ("australia", "indonesia")),
        ("hosts", "meeting", ("ahg-som-05", "ahg-som-07")), ("proposals", "agent", ("australia", "indonesia")),
        ("proposals", "meeting", ("ahg-som-05", "ahg-som-07")), ("presentations", "agent", ("iom", "unodc")),
        ("presentations", "meeting", ("ahg-som-05", "ahg-som-07")), ("contributions", "agent", ("iom", "japan")),
        ("initiatives", "kind", ("system", "foundation-project")), ("co-attendance", "agent", ("iom", "unhcr")),
        ("progress", "of", ("policy-guides", "campaign-guidelines")), ("progress", "stage", ("proposed", "endorsed")),
        ("liaison-network-meetings", "city", ("colombo", "bangkok")),
        ("discrepancies", "entity", ("ahg-som-01", "ahg")),
    ],
)  # fmt: skip
def test_a_list_gives_the_union_of_its_values(graph: Running, path: str, name: str, values: tuple[str, str]) -> None:
    """Through what a decision bears on a thing (`through`) depends on all that is asked about."""

    def rows(*chosen: str) -> set[str]:
        records = get(graph, f"/queries/{path}.json", [(name, value) for value in chosen]).json()
        texts = [json.dumps({**record, "through": None}) for record in records]
        assert len(texts) == len(set(texts))
        return set(texts)

    first, second = rows(values[0]), rows(values[1])
    assert first - second and second - first
    assert rows(*values) == first | second


def test_every_list_has_a_test_of_its_union() -> None:
    (mark,) = [m for m in test_a_list_gives_the_union_of_its_values.pytestmark if m.name == "parametrize"]
    tested = {(path, name) for path, name, _ in mark.args[1]}
    assert tested == {(query.name, p.name) for query in CATALOGUE for p in query.parameters if p.is_list}


def test_a_page_of_an_answer_is_a_part_of_it(graph: Running) -> None:
    whole = get(graph, "/queries/attendance.json", FIFTH).json()
    pages = [get(graph, "/queries/attendance.json", {**FIFTH, "pageSize": "7", "page": str(n)}) for n in (1, 2, 3)]
    assert [row for page in pages for row in page.json()] == whole
    assert [len(page.json()) for page in pages] == [7, 7, 4]
    turns = [re.findall(r'<([^>]+)>; rel="(first|prev|next|last)"', page.headers["link"]) for page in pages]
    led = [{relation: get(graph, url).json() for url, relation in found} for found in turns]
    first, second, third = (page.json() for page in pages)
    assert led == [
        {"first": first, "next": second, "last": third},
        {"first": first, "prev": first, "next": third, "last": third},
        {"first": first, "prev": second, "last": third},
    ]
    for kind in ("csv", "srj", "srx"):
        part = get(graph, f"/queries/attendance.{kind}", {**FIFTH, "pageSize": "7", "page": "3"})
        assert [row[0] for row in read_rows(part, kind)[1]] == [row["agent"] for row in pages[2].json()]


def test_one_page_that_holds_all_is_the_whole(graph: Running) -> None:
    for kind in ("csv", "tsv", "srj", "srx", "json"):
        whole = get(graph, f"/queries/attendance.{kind}", FIFTH)
        assert get(graph, f"/queries/attendance.{kind}", {**FIFTH, "pageSize": "1000"}).content == whole.content


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_row_has_its_evidence(graph: Running, query: SavedQuery) -> None:
    params = [*urls.to_pairs(query.example), ("evidence", "1")]
    plain = get(graph, f"/queries/{query.name}.json", urls.to_pairs(query.example)).json()
    rows = get(graph, f"/queries/{query.name}.json", params).json()
    assert [{k: v for k, v in row.items() if k not in ("evidence", "proofs")} for row in rows] == plain
    for row in rows:
        assert len(row["proofs"]) == len(query.statements)
        for proof in row["proofs"]:
            assert proof["standing"] in ("asserted", "derived"), proof["statement"]
            assert proof["proof"]["rule"] if proof["standing"] == "derived" else proof["proof"]["positions"]
        assert row["evidence"], row
        for item in row["evidence"]:
            assert set(item) == {"part", "document", "locator", "node", "statement", "reason"}
            assert item["part"].startswith(f"{ID}doc/")
        if "locator" in row and query.name != "evidence":
            cited = set(zip(row["document"].split("; "), row["locator"].split("; "), strict=True))
            assert cited <= {(item["document"], item["locator"]) for item in row["evidence"]}, row


def test_evidence_in_a_table_is_a_column_of_its_own(graph: Running) -> None:
    response = get(graph, "/queries/attendance.csv", {**FIFTH, "evidence": "1"})
    columns, rows = read_rows(response, "csv")
    assert columns == [*ATTENDANCE, "evidence"]
    assert {row[-1] for row in rows} == {f"{ID}doc/ahg-som-05-statement/p1"}


@pytest.mark.parametrize(
    ("path", "params", "reason"),
    [
        ("status-history", {"agent": "canada"}, "silent"),
        ("attendance", {"meeting": "ahg-som-06"}, "silent"),
        ("members-not-attending", {"meeting": "ahg-som-06"}, "silent"),
        ("members-not-attending", {"meeting": "ahg-som-05", "body": "rso"}, "unmatched"),
        ("search", {"text": "no name holds this"}, "unmatched"),
        ("meetings", {"kind": "symposium", "from": "1999", "to": "2000"}, "unmatched"),
    ],
)
def test_an_empty_answer_says_why(graph: Running, path: str, params: dict[str, str], reason: str) -> None:
    for kind in ("csv", "tsv", "srj", "srx", "json"):
        response = get(graph, f"/queries/{path}.{kind}", params)
        assert response.headers["empty-answer"].partition(";")[0] == reason
    page = get(graph, f"/queries/{path}", params, accept="text/html").text
    assert NO_ROWS_REASONS[reason] in page and "<table>" not in page


def test_the_catalogue_lists_every_query(graph: Running) -> None:
    found = get(graph, "/queries.json").json()
    assert {query["name"] for query in found} == set(INTERFACE)
    assert found == get(graph, "/queries", accept="application/json").json()
    for query in found:
        promised = INTERFACE[query["name"]]
        assert query["form"] == ("graph" if "predicates" in promised else "select")
        columns = promised.get("columns", "subject predicate object").split()
        assert [c["name"] for c in query["columns"]][: len(columns)] == columns
        assert len(query["predicates"]) == len(promised.get("predicates", "").split())
        for address in query["answers"].values():
            assert graph.client.get(address, params=query["example"]).status_code == 200
        assert get(graph, query["url"], accept="text/html").status_code == 200
    page = get(graph, "/queries", accept="text/html").text
    assert all(f'href="/queries/{name}"' in page for name in INTERFACE)


def test_the_first_page_leads_to_answers(graph: Running) -> None:
    page = get(graph, "/", accept="text/html").text
    for path in set(re.findall(r'href="(/queries/[^"]+)"', page)):
        assert get(graph, path.replace("&amp;", "&"), accept="text/html").text.count('<tr id="row-') > 0


def test_the_description_has_an_operation_for_each_query(graph: Running) -> None:
    found = get(graph, "/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    operations = {path: methods["get"] for path, methods in found["paths"].items()}
    assert {f"/queries/{name}" for name in INTERFACE} == {p for p in operations if p.startswith("/queries/")}
    attendance = operations["/queries/attendance"]
    schema = attendance["responses"]["200"]["content"]["application/json"]["schema"]["items"]
    assert list(schema["properties"]) == ATTENDANCE
    kind = next(p for p in operations["/queries/meetings"]["parameters"] if p.get("name") == "kind")
    assert "workshop" in kind["schema"]["items"]["enum"]


SH = "http://www.w3.org/ns/shacl#"


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/.well-known/sparql-examples", "*/*"),
        ("/.well-known/sparql-examples", "application/rdf+xml"),
        ("/queries", "text/turtle"),
        ("/queries", "application/n-triples"),
    ],
)
def test_the_catalogue_as_rdf_holds_queries_that_answer(graph: Running, path: str, accept: str) -> None:
    response = get(graph, path, accept=accept)
    found = rdflib.Graph().parse(data=response.content, format=response.headers["content-type"].partition(";")[0])
    queries = {str(node) for node in found.subjects(rdflib.RDF.type, rdflib.URIRef(SH + "SPARQLExecutable"))}
    assert queries == {f"https://w3id.org/ahg-graph/queries/{name}" for name in INTERFACE}
    for query in CATALOGUE:
        node = rdflib.URIRef(f"https://w3id.org/ahg-graph/queries/{query.name}")
        assert str(found.value(node, rdflib.RDFS.comment)) == query.summary
        assert str(found.value(node, rdflib.URIRef("https://schema.org/target"))) == f"{graph.url}/sparql"
        kind, name = ("text/turtle", "construct") if query.is_graph else ("text/csv", "select")
        assert (node, rdflib.RDF.type, rdflib.URIRef(f"{SH}SPARQL{name.capitalize()}Executable")) in found
        text = str(found.value(node, rdflib.URIRef(SH + name)))
        answer = get(graph, "/sparql", {"query": text}, accept=kind)
        ours = get(graph, f"/queries/{query.name}", urls.to_pairs(query.example), accept=kind)
        if query.is_graph:
            assert read_graph(answer) == read_graph(ours)
        else:
            assert answer.content == ours.content


def test_the_description_is_valid(graph: Running) -> None:
    OpenAPIV31SpecValidator(get(graph, "/openapi.json").json()).validate()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_records_are_what_the_description_says(graph: Running, query: SavedQuery) -> None:
    document = get(graph, "/openapi.json").json()
    operation = document["paths"][f"/queries/{query.name}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    records = get(graph, f"/queries/{query.name}.json", urls.to_pairs(query.example)).json()
    jsonschema.validate(records, schema, format_checker=jsonschema.FormatChecker())
    examples = {p["name"]: p["example"] for p in operation["parameters"] if "example" in p}
    assert get(graph, f"/queries/{query.name}.json", examples).json() == records
    common = document["components"]["parameters"]
    examples |= {name: common[name]["example"] for name in ("pageSize", "labels")}
    shown = operation["responses"]["200"]["content"]["application/json"]["example"]
    assert shown and get(graph, f"/queries/{query.name}.json", examples).json() == shown


def test_the_description_names_every_common_parameter_and_header(graph: Running) -> None:
    document = get(graph, "/openapi.json").json()
    assert {p["name"] for p in document["components"]["parameters"].values()} | {
        "output",
        "results",
        "since",
    } == RESERVED
    headers = document["paths"]["/queries/meetings"]["get"]["responses"]["200"]["headers"]
    empty = get(graph, "/queries/status-history.json", {"agent": "canada"})
    assert {"release", "link", "empty-answer"} <= {name.lower() for name in headers} & set(empty.headers)


@pytest.mark.parametrize("labels", ["en", "EN", "en-AU", "de,en", "de, en;q=0.5", "de;q=0.9,*;q=0.1", "", " "])
def test_a_list_of_languages_that_takes_english_gets_english(graph: Running, labels: str) -> None:
    expected = get(graph, "/queries/attendance.csv", FIFTH)
    assert get(graph, "/queries/attendance.csv", {**FIFTH, "labels": labels}).content == expected.content


@pytest.mark.parametrize("labels", ["de", "de,ja", "en;q=0", "eng", "e n", "fr;en", "*;q=0", "fr,,en"])
def test_a_list_of_languages_without_names_is_refused_with_those_there_are(graph: Running, labels: str) -> None:
    found = problem(graph, "/queries/attendance.csv", {**FIFTH, "labels": labels})
    assert (found["status"], found["parameter"], found["candidates"][0]) == (422, "labels", "en")


def test_labels_are_in_the_language_asked_for_where_there_are_names_in_it(graph: Running) -> None:
    plain = get(graph, "/queries/attendance.json", FIFTH).json()
    french = get(graph, "/queries/attendance.json", {**FIFTH, "labels": "fr;q=0.9,en;q=0.1"}).json()
    label = {row["agentCode"]: row["agentLabel"] for row in french}
    assert (label["NZL"], label["LKA"]) == ("Nouvelle-Zélande", "Sri Lanka")
    organisations = {
        row["agent"].rpartition("/")[2]: row["agentLabel"] for row in french if row["agentKind"] != "state"
    }
    assert organisations == {
        "iom": "Organisation internationale pour les migrations",
        "unhcr": "Haut-Commissariat des Nations Unies pour les réfugiés",
        "unodc": "Office des Nations Unies contre la drogue et le crime",
    }
    without = [{**row, "agentLabel": ""} for row in plain]
    assert [{**row, "agentLabel": ""} for row in french] == without
    table = get(graph, "/queries/attendance.csv", {**FIFTH, "labels": "th", "pageSize": "5"}).text
    assert "ออสเตรเลีย" in table
    assert "xml:lang" in get(graph, "/queries/attendance.srj", {**FIFTH, "labels": "ar"}).text
