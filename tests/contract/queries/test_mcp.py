"""Tools, resources and prompts, called by the official Python client of the protocol, by stdio and by HTTP."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from mcp import ClientSession, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ListPromptsResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams, PromptReference

from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.service.no_rows import NO_ROWS_REASONS
from ahg_server.http import urls
from ahg_server.views.mcp.descriptions import LONGEST_LIST
from ahg_server.views.mcp.messages import LONGEST_MESSAGE
from support.namespaces import CHECKOUT, ID
from support.servers import Running
from support.tools import Talk, call, call_whole, read_answer

QUERIES = load_catalogue(Path(__file__).parents[3] / "queries").current
PLACE = re.compile(r"(S5|S7|PR|P1|P8) \S.*")
OWN = {"ask", "describe", "explain", "sparql"}


def test_each_query_is_a_tool_described_by_its_question(talk: Talk) -> None:
    found: ListToolsResult = talk(lambda session: session.list_tools())
    assert len(found.model_dump_json(by_alias=True, exclude_none=True)) < LONGEST_LIST - 1000
    tools = {tool.name: tool for tool in found.tools}
    assert set(tools) == {*QUERIES, *OWN}
    for name, query in QUERIES.items():
        assert tools[name].description == query.summary
        inputs = tools[name].input_schema
        assert set(inputs["properties"]) == {*(p.name for p in query.parameters), "proofs", "cursor"}
        assert inputs.get("required", []) == [p.name for p in query.parameters if p.required]
        assert tools[name].output_schema is None
    assert "workshop" in tools["meetings"].input_schema["properties"]["kind"]["items"]["enum"]


@pytest.mark.parametrize("name", QUERIES)
def test_each_row_has_the_places_that_the_server_gives_as_a_reader_cites_them(
    talk: Talk, graph: Running, name: str
) -> None:
    query = QUERIES[name]
    example = {k: list(v) if query.find_parameter(k).is_list else v[0] for k, v in query.example.items()}
    (tool,) = (t for t in talk(lambda session: session.list_tools()).tools if t.name == name)
    jsonschema.validate(example, tool.input_schema)
    rows = call(talk, name, **example).content["rows"]
    assert all(PLACE.fullmatch(place) for row in rows for place in row["evidence"])
    assert not any("proofs" in row for row in rows)
    if query.is_graph:
        assert any(row["evidence"] for row in rows)
        return
    pairs = [*urls.to_pairs(query.example), ("evidence", "1")]
    by_http = graph.client.get(f"/queries/{name}.json", params=pairs).json()
    cited = [{f"{item['document']} {item['locator']}" for item in row["evidence"]} for row in by_http]
    assert [set(row["evidence"]) for row in rows] == cited[: len(rows)]


def test_proofs_come_when_they_are_asked_for(talk: Talk) -> None:
    (row,) = call(talk, "members-not-attending", meeting="ahg-som-07", proofs=True).content["rows"]
    (row_without,) = call(talk, "members-not-attending", meeting="ahg-som-07").content["rows"]
    assert row.pop("proofs") is not None
    assert row == row_without
    proofs = call(talk, "attendance", meeting="ahg-som-05", proofs=True).content["rows"][0]["proofs"]
    assert any("S5 para 1" in line for line in proofs)


def test_a_long_answer_goes_on_with_a_cursor(talk: Talk, graph: Running) -> None:
    first = call(talk, "decisions").content
    assert 0 < len(first["rows"]) < first["total"]
    assert "about" in first
    whole = call_whole(talk, "decisions").content
    expected = [row["decision"] for row in graph.client.get("/queries/decisions.json").json()]
    assert [row["decision"] for row in whole["rows"]] == expected
    assert first["total"] == len(expected)


def test_a_cursor_of_another_release_is_refused(talk: Talk) -> None:
    cursor = call(talk, "decisions").content["nextCursor"]
    number, _, release = cursor.partition("-")
    for wrong in (f"{number}-{release[::-1]}", "7", "x", f"99999-{release}"):
        found = call(talk, "decisions", cursor=wrong)
        assert (found.is_error, found.content["parameter"]) == (True, "cursor")


def test_an_empty_answer_says_why(talk: Talk) -> None:
    answer = call(talk, "status-history", agent="canada").content
    assert (answer["rows"], answer["empty"]) == ([], "silent")
    assert answer["reason"].startswith(NO_ROWS_REASONS["silent"])


def test_a_question_in_plain_words_is_answered_with_how_it_is_read(talk: Talk) -> None:
    found = call(talk, "ask", question="Who was absent from the 7th SOM?").content
    assert (found["query"], found["parameters"]) == ("members-not-attending", {"meeting": "ahg-som-07"})
    assert [row["agentLabel"] for row in found["rows"]] == ["India"]
    unknown = call(talk, "ask", question="What is the weather in Perth?").content
    assert unknown["query"] is None
    assert "rows" not in unknown


def test_a_thing_is_described(talk: Talk) -> None:
    found = call_whole(talk, "describe", "statements", entity="UNODC").content
    assert (found["iri"], found["label"]) == (f"{ID}agent/unodc", "United Nations Office on Drugs and Crime")
    assert "UNODC" in found["names"]
    attended = {s["value"] for s in found["statements"] if s["predicate"].endswith("#attended")}
    assert attended == {f"{ID}meeting/ahg-som-0{n}" for n in (1, 5, 7, 8)}
    decision = call(talk, "describe", entity=f"{ID}decision/s7-p10-1").content
    assert decision["evidence"] == ["S7 para 10"]


def test_a_statement_is_explained(talk: Talk) -> None:
    found = call(talk, "explain", subject="unodc", predicate="ahg:isOrWasMemberOf", object="body/ahg").content
    assert found["standing"] == "derived"
    assert any("P8" in line for line in found["lines"])


def test_any_query_is_answered(talk: Talk) -> None:
    prefix = "PREFIX ahg: <https://w3id.org/ahg-graph/ont#>"
    assert call(talk, "sparql", query=f"{prefix} ASK {{ ?x ahg:attended ?y }}").content["answer"] is True
    query = f"{prefix} SELECT ?x ?y {{ ?x ahg:attended ?y }} ORDER BY ?x ?y"
    found = call_whole(talk, "sparql", query=query).content
    assert found["columns"] == ["x", "y"]
    assert len(found["rows"]) == found["total"] == len({(row["x"], row["y"]) for row in found["rows"]})
    triples = call(talk, "sparql", query=f"{prefix} CONSTRUCT WHERE {{ <{ID}agent/unodc> ahg:attended ?y }}").content
    assert triples["total"] == 4
    too_long = "SELECT (GROUP_CONCAT(STR(?o)) AS ?all) { ?s a ?o }"
    assert call(talk, "sparql", query=too_long).content["code"] == "answer-too-large"


@pytest.mark.parametrize(
    ("name", "arguments", "code", "parameter"),
    [
        ("no-such-tool", {}, "unknown-name", None),
        ("attendance", {}, "bad-parameter", "meeting"),
        ("attendance", {"meeting": "ahg-som-99"}, "bad-parameter", "meeting"),
        ("attendance", {"meeting": 5}, "bad-parameter", "meeting"),
        ("attendance", {"meeting": "ahg-som-05", "proofs": "yes"}, "bad-parameter", "proofs"),
        ("attendance", {"meeting": "ahg-som-05", "cursor": 7}, "bad-parameter", "cursor"),
        ("describe", {"entity": "atlantis"}, "bad-parameter", "entity"),
        ("describe", {}, "bad-parameter", "entity"),
        ("explain", {"subject": "unodc", "predicate": "ahg:attended"}, "bad-parameter", "object"),
        ("ask", {}, "bad-parameter", "question"),
        ("sparql", {"query": "SELECT"}, "query-syntax", None),
        ("sparql", {"query": "SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }"}, "service-refused", None),
    ],
)
def test_a_wrong_call_is_reported_as_text(
    talk: Talk, name: str, arguments: dict[str, object], code: str, parameter: str | None
) -> None:
    found = call(talk, name, **arguments)
    assert found.is_error
    assert (found.content["code"], found.content.get("parameter")) == (code, parameter)


def test_documents_and_things_are_resources(talk: Talk) -> None:
    cursor, listed = None, {}
    while True:
        page = PaginatedRequestParams(cursor=cursor)
        part: ListResourcesResult = talk(lambda session, page=page: session.list_resources(params=page))
        assert len(part.model_dump_json(by_alias=True, exclude_none=True)) <= LONGEST_MESSAGE
        listed |= {resource.uri: resource.title for resource in part.resources}
        cursor = part.next_cursor
        if cursor is None:
            break
    assert list(listed)[: len(CHECKOUT.documents)] == [document.iri for document in CHECKOUT.documents]
    assert {f"{ID}meeting/ahg-som-07", f"{ID}agent/india", f"{ID}body/ahg"} <= set(listed)

    uri, pages = f"{ID}body/ahg", []
    while uri:
        (content,) = talk(lambda session, uri=uri: session.read_resource(uri)).contents
        assert len(json.dumps(content.text)) < LONGEST_MESSAGE
        pages.append(json.loads(content.text))
        uri = pages[-1].get("nextResource")
    assert len(pages) > 1
    assert sum(len(page["statements"]) for page in pages) == pages[0]["total"]
    with pytest.raises(MCPError, match="atlantis"):
        talk(lambda session: session.read_resource(f"{ID}body/atlantis"))
    (template,) = talk(lambda session: session.list_resource_templates()).resource_templates
    assert template.uri_template == f"{ID}{{kind}}/{{slug}}"


def test_worked_questions_are_prompts(talk: Talk) -> None:
    found: ListPromptsResult = talk(lambda session: session.list_prompts())
    worked = {name for name, query in QUERIES.items() if query.question}
    assert {prompt.name for prompt in found.prompts} == {*worked, "answer-with-sources", "check-a-claim"}
    (message,) = talk(lambda session: session.get_prompt("attendance", {"meeting": "7th SOM"})).messages
    assert message.content.text.startswith("Who attended the 7th SOM?")
    for name, given in (("attendance", {}), ("none", {}), ("check-a-claim", {"claim": " "})):
        with pytest.raises(MCPError):
            talk(lambda session, name=name, given=given: session.get_prompt(name, given))
    reference = PromptReference(name="attendance")
    completed = talk(lambda session: session.complete(reference, {"name": "meeting", "value": "Seventh Meeting"}))
    assert "Seventh Meeting of the AHG Senior Officials" in completed.completion.values


def test_the_same_is_had_by_http(graph: Running, talk: Talk) -> None:
    async def converse() -> tuple[Any, ...]:
        async with (
            streamable_http_client(graph.url + urls.MCP) as (reading, writing),
            ClientSession(reading, writing) as session,
        ):
            begun = await session.initialize()
            tools, found = await session.list_tools(), await session.call_tool("hosts", {"meeting": ["ahg-som-07"]})
            return begun, tools, found, await session.list_prompts()

    begun, tools, found, prompts = asyncio.run(converse())
    assert CHECKOUT.name in begun.instructions
    assert tools.tools == talk(lambda session: session.list_tools()).tools
    assert prompts.prompts == talk(lambda session: session.list_prompts()).prompts
    assert read_answer(found) == call(talk, "hosts", meeting=["ahg-som-07"])


def post(graph: Running, content: str = '{"jsonrpc":"2.0","id":1,"method":"ping"}', **headers: str) -> httpx.Response:
    sent = {"content-type": "application/json", "accept": "application/json, text/event-stream", **headers}
    return graph.client.post(urls.MCP, content=content, headers=sent)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:6274", 200),
        ("http://127.0.0.1", 200),
        ("http://[::1]:80", 200),
        ("http://example.org", 403),
        ("https://localhost.example.org", 403),
        ("null", 403),
        ("http://[", 403),
        ("", 403),
    ],
)
def test_pages_of_other_sites_are_refused(graph: Running, origin: str, status: int) -> None:
    answer = post(graph, origin=origin)
    assert answer.status_code == status
    assert answer.json().get("code") == (None if status == 200 else "origin-refused")


def test_pages_of_the_public_address_are_not(graph: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AHG_GRAPH_ADDRESS", "https://graph.example.org/ahg")
    assert post(graph, origin="https://graph.example.org").status_code == 200
    assert post(graph, origin="http://graph.example.org").status_code == 403


def test_messages_by_http_are_held_to_the_limits_of_all_requests(graph: Running) -> None:
    assert post(graph).json()["result"] == {}
    assert post(graph, "{" + " " * 2_000_000 + "}").status_code == 413
    assert post(graph, **{"content-type": "text/plain"}).status_code == 415
    assert post(graph, "{").status_code == 400
    for method in ("GET", "DELETE"):
        refused = graph.client.request(method, urls.MCP)
        assert (refused.status_code, refused.headers["allow"]) == (405, "POST, OPTIONS")
