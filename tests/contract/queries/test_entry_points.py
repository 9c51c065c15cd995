"""Every door to the saved queries gives the same answers: HTTP, pages, command line, client here and there, and MCP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ahg_graph import open_graph
from ahg_graph.cli.app import make_app
from ahg_graph.client import Graph, Triples
from ahg_graph.errors import AhgGraphError, BadParameter
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.model import SavedQuery
from ahg_graph.service.no_rows import NO_ROWS_REASONS
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.result_tables import parse_graph
from ahg_server.http import urls
from support.html import Page, read_text
from support.servers import Running
from support.tools import Talk, call_whole

HOME = Path(__file__).parents[3]
QUERIES = load_catalogue(HOME / "queries").current
Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Found:
    """What a door gives: records, or the lines of a graph; why there are none; or what is wrong."""

    records: list[dict[str, Any]] | None = None
    graph: list[str] | None = None
    empty: str | None = None
    wrong: tuple[str, str | None, tuple[str, ...]] | None = None


Door = Callable[[str, Given, bool], Found]


def is_graph(name: str) -> bool:
    return name in QUERIES and QUERIES[name].is_graph


def ask_http(graph: Running, name: str, given: Given, evidence: bool) -> Found:
    ending = "nt" if is_graph(name) else "json"
    pairs = [*urls.to_pairs(given), *([("evidence", "1")] if evidence else [])]
    response = graph.client.get(f"/queries/{name}.{ending}", params=pairs)
    if response.status_code != 200:
        problem = response.json()
        return Found(wrong=(problem["code"], problem.get("parameter"), tuple(problem.get("candidates", ()))))
    empty = response.headers.get("empty-answer", "").partition(";")[0] or None
    if is_graph(name):
        return Found(graph=sorted(response.text.splitlines()), empty=empty)
    return Found(records=response.json(), empty=empty)


def read_error(error: AhgGraphError) -> Found:
    if isinstance(error, BadParameter):
        return Found(wrong=(error.code, error.parameter, error.candidates))
    return Found(wrong=(error.code, None, ()))


def ask_client(client: Graph, name: str, given: Given, evidence: bool) -> Found:
    try:
        answer = client.ask(name, evidence=evidence, **{key: list(values) for key, values in given.items()})
    except AhgGraphError as error:
        return read_error(error)
    if isinstance(answer, Triples):
        return Found(graph=sorted(answer.ntriples.splitlines()), empty=answer.empty)
    records = [dict(record) for record in answer]
    assert all(tuple(record) == answer.columns for record in records)
    return Found(records=records, empty=answer.empty)


def ask_command(snapshots: Path, name: str, given: Given, evidence: bool) -> Found:
    call = ["ask", name, *(f"{key}={value}" for key, value in urls.to_pairs(given))]
    call += ["-f", "nt" if is_graph(name) else "json", "--snapshots", str(snapshots)]
    done = CliRunner().invoke(make_app(), [*call, *(["--evidence"] if evidence else [])])
    if isinstance(done.exception, AhgGraphError):
        return read_error(done.exception)
    assert (done.exit_code, done.exception) == (0, None)
    said = re.fullmatch(r"\[(\w+)\] (.*)\n", done.stderr)
    assert done.stderr == "" or said is not None, done.stderr
    if said:
        assert said[2] == NO_ROWS_REASONS[said[1]]
    empty = said[1] if said else None
    if is_graph(name):
        return Found(graph=sorted(done.stdout.splitlines()), empty=empty)
    return Found(records=json.loads(done.stdout), empty=empty)


def ask_tool(talk: Talk, name: str, given: Given, evidence: bool) -> Found:
    query = QUERIES.get(name)
    arguments = {}
    for key, values in given.items():
        parameter = query.find_parameter(key) if query else None
        arguments[key] = list(values) if parameter and parameter.is_list else values[0]
    found = call_whole(talk, name, **arguments)
    answer = found.content
    if found.is_error:
        return Found(wrong=(answer["code"], answer.get("parameter"), tuple(answer.get("candidates", ()))))
    empty = answer.get("empty")
    assert answer["total"] == len(answer["rows"])
    added = ("evidence", "curatorsReasons")
    rows = [{key: value for key, value in row.items() if key not in added} for row in answer["rows"]]
    return Found(records=rows, empty=empty)


@pytest.fixture(params=["command", "local", "remote", "tool"])
def door(request: pytest.FixtureRequest, real_snapshot: Snapshot, graph: Running) -> Door:
    """Each door but HTTP, which the others are held against."""
    if request.param == "command":
        return lambda *asked: ask_command(real_snapshot.path.parent, *asked)
    if request.param == "tool":
        talk: Talk = request.getfixturevalue("talk")
        return lambda *asked: ask_tool(talk, *asked)
    client = open_graph(real_snapshot.path if request.param == "local" else graph.url)
    return lambda *asked: ask_client(client, *asked)


def read_rows(graph: Running, name: str, given: Given) -> list[dict[str, Any]]:
    """Return the rows of an answer by HTTP, of a graph its triples as records."""
    if not is_graph(name):
        return ask_http(graph, name, given, False).records or []
    lines = graph.client.get(f"/queries/{name}.nt", params=urls.to_pairs(given)).content
    return [dict(record) for record in parse_graph(lines).records()]


@pytest.mark.parametrize("name", QUERIES)
def test_examples_are_answered_alike(request: pytest.FixtureRequest, graph: Running, door: Door, name: str) -> None:
    given = QUERIES[name].example
    for evidence in (False, True):
        expected = ask_http(graph, name, given, evidence)
        assert expected.records or expected.graph
        found = door(name, given, evidence)
        if "tool" in request.node.name:
            expected = Found(records=read_rows(graph, name, given))
        assert found == expected


@pytest.mark.parametrize(
    ("name", "given", "empty"),
    [
        ("meetings-between", {"series": ["ahg-som"], "after": ["ahg-som-05"], "before": ["ahg-som-06"]}, "none"),
        ("status-history", {"agent": ["canada"]}, "silent"),
        ("members-not-attending", {"meeting": ["ahg-som-06"]}, "silent"),
        ("members-not-attending", {"meeting": ["ahg-som-05"], "body": ["rso"]}, "unmatched"),
        ("meetings", {"kind": ["symposium"], "from": ["1999"], "to": ["2000"]}, "unmatched"),
    ],
)
@pytest.mark.parametrize("evidence", [False, True])
def test_answers_without_rows_say_why_alike(
    graph: Running, door: Door, name: str, given: Given, empty: str, evidence: bool
) -> None:
    assert ask_http(graph, name, given, evidence) == Found(records=[], empty=empty)
    assert door(name, given, evidence) == Found(records=[], empty=empty)


@pytest.mark.parametrize(
    ("name", "given", "parameter"),
    [
        ("attendance", {}, "meeting"),
        ("attendance", {"meeting": ["ahg-som-99"]}, "meeting"),
        ("attendance", {"meeting": ["indonesia"]}, "meeting"),
        ("attendance", {"meeting": ["ahg-som-05"], "venue": ["x"]}, "venue"),
        ("names", {"entity": ["2013"]}, "entity"),
        ("meetings", {"kind": ["worksop"]}, "kind"),
        ("members-on-date", {"body": ["ahg"], "date": ["soon"]}, "date"),
        ("membership-graph", {"body": ["Ad Hock Group"], "date": ["2013"]}, "body"),
    ],
)
def test_wrong_values_are_refused_alike(graph: Running, door: Door, name: str, given: Given, parameter: str) -> None:
    expected = ask_http(graph, name, given, False)
    assert expected.wrong is not None
    assert expected.wrong[:2] == ("bad-parameter", parameter)
    assert door(name, given, False) == expected


def test_an_ambiguous_value_is_refused_alike(graph: Running, door: Door) -> None:
    given = {"entity": [find_ambiguous(graph)]}
    expected = ask_http(graph, "names", given, False)
    assert expected.wrong is not None
    assert len(expected.wrong[2]) > 1
    assert door("names", given, False) == expected


def find_ambiguous(graph: Running) -> str:
    """Return a text that several things have for a name, and nothing for a slug or a code."""
    query = "SELECT ?name (COUNT(DISTINCT ?thing) AS ?n) { ?x ahg:nameOf ?thing ; ahg:nameText ?name } GROUP BY ?name"
    text = f"PREFIX ahg: <https://w3id.org/ahg-graph/ont#> {query} HAVING(COUNT(DISTINCT ?thing) > 1) ORDER BY ?name"
    for row in graph.ask(text, accept="application/sparql-results+json").json()["results"]["bindings"]:
        name: str = row["name"]["value"]
        wrong = ask_http(graph, "names", {"entity": [name]}, False).wrong
        if wrong and wrong[1] == "entity":
            return name
    raise AssertionError("no name of the graph is ambiguous")


def test_a_query_that_there_is_not_is_refused_alike(graph: Running, door: Door) -> None:
    assert ask_http(graph, "no-such-query", {}, False).wrong == ("unknown-name", None, ())
    assert door("no-such-query", {}, False).wrong == ("unknown-name", None, ())


@pytest.mark.parametrize("name", ["format", "page", "release", "timeout"])
def test_what_means_something_to_every_url_is_no_parameter_of_a_query(
    graph: Running, real_snapshot: Snapshot, name: str
) -> None:
    found = [
        ask_client(open_graph(place), "attendance@1", {"meeting": ["ahg-som-05"], name: ["1"]}, False)
        for place in (real_snapshot.path, graph.url)
    ]
    assert found[0] == found[1]
    assert found[0].wrong is not None
    assert found[0].wrong[:2] == ("bad-parameter", name)


def write_cells(query: SavedQuery, record: Mapping[str, Any]) -> list[str]:
    """Return the texts of a record's cells on a page, where a thing and its label are one."""
    cells = []
    for column in query.columns:
        if column.name.endswith("Label") and column.name.removesuffix("Label") in record:
            continue
        value = record[column.name]
        text = record.get(f"{column.name}Label")
        if text is None:
            text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            text = text.rstrip("/").rpartition("/")[2] if column.type == "iri" else text
        cells.append(" ".join(text.split()))
    return cells


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_shows_the_rows_and_their_evidence(graph: Running, name: str) -> None:
    query = QUERIES[name]
    pairs = [*urls.to_pairs(query.example), ("evidence", "1"), ("pageSize", "10000")]
    page = Page(graph.client.get(f"/queries/{name}", params=pairs, headers={"accept": "text/html"}).text)
    rows = [row for row in page.root.iter("tr") if row.attrib.get("id", "").startswith("row-")]
    if query.is_graph:
        lines = graph.client.get(f"/queries/{name}.nt", params=urls.to_pairs(query.example)).text.splitlines()
        assert len(rows) == len(lines)
        return
    records = ask_http(graph, name, query.example, True).records
    assert records is not None
    assert [[read_text(cell) for cell in row] for row in rows] == [write_cells(query, record) for record in records]
    shown = [{read_text(a) for a in row.iter("a") if a.find("code") is None} for row in list_evidence(page)]
    rested = [{f"{item['document']}, {item['locator']}" for item in record["evidence"]} for record in records]
    assert shown == [places for places in rested if places]


@pytest.mark.parametrize(("format", "separator"), [("csv", ","), ("tsv", "\t")])
def test_the_command_line_names_places_as_people_do(real_snapshot: Snapshot, format: str, separator: str) -> None:
    call = ["ask", "attendance", "meeting=ahg-som-05", "--evidence", "-f", format]
    done = CliRunner().invoke(make_app(), [*call, "--snapshots", str(real_snapshot.path.parent)])
    heading, *rows = done.stdout.splitlines()
    assert heading.split(separator)[-1].strip("?") == "evidence"
    assert {row.split(separator)[-1].strip('"') for row in rows} == {"S5 para 1"}


def list_evidence(page: Page) -> list[Any]:
    return [row for row in page.root.iter("tr") if row.attrib.get("class") == "evidence"]


@pytest.mark.parametrize("value", ["ahg-som-99", "indonesia"])
def test_a_page_offers_the_same_candidates(graph: Running, value: str) -> None:
    expected = ask_http(graph, "attendance", {"meeting": [value]}, False).wrong
    response = graph.client.get("/queries/attendance", params={"meeting": value}, headers={"accept": "text/html"})
    assert response.status_code == 422
    (problem,) = (p for p in Page(response.text).root.iter("p") if p.attrib.get("role") == "alert")
    assert expected is not None
    assert tuple(read_text(a) for a in problem.iter("a")) == expected[2]
