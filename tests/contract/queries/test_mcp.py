"""The saved queries as tools, called by a client of the Model Context Protocol over standard input and output."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from mcp.types import ListToolsResult

from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.service.no_rows import NO_ROWS_REASONS
from ahg_server.http import urls
from support.servers import Running
from support.tools import Talk, call

QUERIES = load_catalogue(Path(__file__).parents[3] / "queries").current
ID = "https://w3id.org/ahg-graph/id/"


def test_each_query_is_a_tool(talk: Talk) -> None:
    found: ListToolsResult = talk(lambda session: session.list_tools())
    tools = {tool.name: tool for tool in found.tools}
    assert set(tools) == {*QUERIES, "describe", "explain"}
    for name, query in QUERIES.items():
        assert (tools[name].title, tools[name].description) == (query.summary, query.description)
        inputs = tools[name].input_schema
        assert set(inputs["properties"]) == {*(p.name for p in query.parameters), "page", "pageSize"}
        assert inputs["required"] == [p.name for p in query.parameters if p.required]
    assert "workshop" in tools["meetings"].input_schema["properties"]["kind"]["items"]["enum"]


@pytest.mark.parametrize("name", QUERIES)
def test_a_tool_answers_as_the_server_does_with_evidence(talk: Talk, graph: Running, name: str) -> None:
    query = QUERIES[name]
    example = {k: list(v) if query.find_parameter(k).is_list else v[0] for k, v in query.example.items()}
    found = call(talk, name, **example, pageSize=1000)
    assert not found.is_error
    answer = found.structured_content
    if query.is_graph:
        lines = graph.client.get(f"/queries/{name}.nt", params=urls.to_pairs(query.example)).text
        assert answer["graph"] == lines
        assert all(row["evidence"] and len(row["proofs"]) == 1 for row in answer["rows"])
        rows = answer["rows"]
        assert [f"<{row['subject']}> <{row['predicate']}>" for row in rows] == [
            " ".join(line.split()[:2]) for line in lines.splitlines()
        ]
    else:
        pairs = [*urls.to_pairs(query.example), ("evidence", "1")]
        rows = graph.client.get(f"/queries/{name}.json", params=pairs).json()
    assert (answer["rows"], answer["total"], answer["pages"], answer["empty"]) == (rows, len(rows), 1, None)
    (tool,) = (t for t in talk(lambda session: session.list_tools()).tools if t.name == name)
    jsonschema.validate(answer, tool.output_schema)
    jsonschema.validate(example, tool.input_schema)


def test_a_page_says_that_it_is_one(talk: Talk) -> None:
    answer = call(talk, "attendance", meeting="ahg-som-05", pageSize=7, page=3).structured_content
    assert (len(answer["rows"]), answer["total"], answer["page"], answer["pages"]) == (4, 18, 3, 3)


def test_an_empty_answer_says_why(talk: Talk) -> None:
    answer = call(talk, "status-history", agent="canada").structured_content
    assert (answer["rows"], answer["empty"]) == ([], NO_ROWS_REASONS["silent"])


def test_a_thing_is_described(talk: Talk) -> None:
    found = call(talk, "describe", entity="UNODC").structured_content
    assert (found["iri"], found["label"]) == (f"{ID}agent/unodc", "United Nations Office on Drugs and Crime")
    assert "UNODC" in found["names"]
    attended = {s["value"] for s in found["statements"] if s["predicate"].endswith("#attended")}
    assert attended == {f"{ID}meeting/ahg-som-0{n}" for n in (1, 5, 7, 8)}


def test_a_statement_is_explained(talk: Talk) -> None:
    found = call(
        talk, "explain", subject="unodc", predicate="ahg:isOrWasMemberOf", object="body/ahg"
    ).structured_content
    assert found["standing"] == "derived"
    assert "P8" in json.dumps(found["proof"])


@pytest.mark.parametrize(
    ("name", "arguments", "code", "parameter"),
    [
        ("no-such-tool", {}, "unknown-name", None),
        ("attendance", {}, "bad-parameter", "meeting"),
        ("attendance", {"meeting": "ahg-som-99"}, "bad-parameter", "meeting"),
        ("attendance", {"meeting": 5}, "bad-parameter", "meeting"),
        ("attendance", {"meeting": "ahg-som-05", "page": 9, "pageSize": 10}, "bad-parameter", "page"),
        ("attendance", {"meeting": "ahg-som-05", "pageSize": "all"}, "bad-parameter", "pageSize"),
        ("describe", {"entity": "atlantis"}, "bad-parameter", "entity"),
        ("describe", {}, "bad-parameter", "entity"),
        ("explain", {"subject": "unodc", "predicate": "ahg:attended"}, "bad-parameter", "object"),
    ],
)
def test_a_wrong_call_is_reported(
    talk: Talk, name: str, arguments: dict[str, object], code: str, parameter: str | None
) -> None:
    found = call(talk, name, **arguments)
    assert found.is_error
    assert found.structured_content["code"] == code
    assert found.structured_content.get("parameter") == parameter
