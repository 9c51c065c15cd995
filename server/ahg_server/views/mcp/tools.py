"""What each tool answers: the rows of a saved query with their evidence, a thing, a proof, or any query's result.

An answer is one JSON object. `total` says how much there is, so that a part is never taken for the whole, and
`nextCursor`, where there is more, is the `cursor` of the next call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import orjson
from mcp import types

from ahg_graph.errors import AhgGraphError, BadParameter
from ahg_graph.explanation.outline import outline, word_standing
from ahg_graph.explanation.term_resolution import PLACES
from ahg_graph.queries.model import SavedQuery
from ahg_graph.rdf import provenance_vocabulary as provenance
from ahg_graph.service.explaining import explain_texts
from ahg_graph.service.no_rows import word_no_rows
from ahg_graph.service.passages import Passages, load_passages
from ahg_graph.service.plain_questions import PlainReading, read_question
from ahg_graph.service.query_answer import QueryAnswer
from ahg_graph.service.query_request import QueryRequest
from ahg_graph.service.query_service import QueryService
from ahg_graph.sparql.media_types import N_TRIPLES, RESULTS_JSON
from ahg_graph.sparql.result_tables import ResultTable, parse_table
from ahg_graph.sparql.types import QueryForm, SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.views.application_state import ApplicationState
from ahg_server.views.mcp.descriptions import ASK, DESCRIBE, EXPLAIN, OTHERS, SPARQL, describe_query
from ahg_server.views.mcp.messages import LONGEST_MESSAGE, fill, measure, read_cursor, reply, reply_error

_MOST_ROWS = 200
"""Rows whose evidence is looked up for one message; fewer fit."""

_LONGEST_PROOFS = LONGEST_MESSAGE // 2
_LONGEST_PARAGRAPHS = LONGEST_MESSAGE // 4

_STATEMENTS = """SELECT ?predicate ?predicateLabel ?value ?valueLabel WHERE {{
  <{iri}> ?predicate ?value .
  OPTIONAL {{ ?predicate <http://www.w3.org/2000/01/rdf-schema#label> ?predicateLabel }}
  OPTIONAL {{ ?value <http://www.w3.org/2004/02/skos/core#prefLabel> ?valueLabel }}
}} ORDER BY ?predicate ?value"""
_SOURCES = f"""SELECT DISTINCT ?document ?place WHERE {{{{
  <{{iri}}> <{provenance.EVIDENCED_BY}> ?part .
  ?part <{provenance.LOCATOR}> ?place ; <{provenance.PART_OF_DOCUMENT}>/<{provenance.DOCUMENT_KEY}> ?document .
}}}} ORDER BY ?document ?place"""


@dataclass(frozen=True)
class Tools:
    """The tools over one snapshot, for one client: the key of fair queueing."""

    state: ApplicationState
    client: str

    async def list_all(self) -> list[types.Tool]:
        """Return every tool."""
        service = await self.state.get_service()
        queries = service.catalogue.current.values()
        return [*(describe_query(query, service.names) for query in queries), *OTHERS]

    async def call(self, name: str, arguments: Mapping[str, Any]) -> types.CallToolResult:
        """Return the answer of a tool, or what is wrong with the call."""
        own = {ASK.name: self._ask, DESCRIBE.name: self.describe, EXPLAIN.name: self._explain, SPARQL.name: self._query}
        try:
            service = await self.state.get_service()
            given = dict(arguments)
            first = read_cursor(given, service.identity)
            if name in own:
                return reply(await own[name](service, given, first))
            query = service.catalogue.get_query(name)
            proofs = _read_flag(given, "proofs")
            values = {key: _list_texts(key, value) for key, value in given.items()}
            return reply(await self._answer(service, query, values, first, proofs, {"question": query.summary}))
        except AhgGraphError as error:
            return reply_error(error)

    async def describe(
        self, service: QueryService[SnapshotContext], given: Mapping[str, Any], first: int
    ) -> dict[str, Any]:
        """Return what is recorded about the thing that `entity` names."""
        thing = service.names.resolve("entity", _read_text(given, "entity"))
        statements = (await service.select(_STATEMENTS.format(iri=thing.iri), self.client)).records()
        sources = (await service.select(_SOURCES.format(iri=thing.iri), self.client)).list_texts()
        head = {
            "iri": thing.iri,
            "label": thing.label,
            "names": list(thing.names),
            "classes": sorted(thing.classes),
            "evidence": [f"{document} {place}" for document, place in sources],
        }
        shown = [{key: value for key, value in each.items() if value is not None} for each in statements]
        return fill(head, "statements", shown[first:], first, len(shown), service.identity)

    async def _answer(
        self,
        service: QueryService[SnapshotContext],
        query: SavedQuery,
        given: Mapping[str, tuple[str, ...]],
        first: int,
        proofs: bool,
        head: dict[str, Any],
    ) -> dict[str, Any]:
        whole = await service.ask(QueryRequest(query=query, given=given), self.client)
        if not first:
            head |= {"about": query.description}
        if whole.empty:
            head |= {"empty": whole.empty, "reason": word_no_rows(query, whole.empty)}
        rows = ResultTable(whole.table.columns, whole.table.rows[first : first + _MOST_ROWS])
        part = await service.add_evidence(replace(whole, table=rows), self.client, proofs=proofs)
        parts = {item.part for found in part.evidence for item in found}
        passages = await load_passages(service.engine, service.run, parts, client=self.client)
        return fill(head, "rows", _list_rows(part, proofs, passages), first, whole.total, service.identity)

    async def _ask(self, service: QueryService[SnapshotContext], given: dict[str, Any], first: int) -> dict[str, Any]:
        text, proofs = _read_text(given, "question"), _read_flag(given, "proofs")
        answer = await read_question(service, await self.state.get_plain_questions(), text, self.client)
        others = list(map(_describe_reading, answer.others))
        if answer.meant is None:
            detail = "Not understood well enough to answer." + (" Call one of these instead." if others else "")
            return {"query": None, "detail": detail, "alternatives": others, "release": service.identity}
        head = {**_describe_reading(answer.meant), "alternatives": others}
        values = {name: tuple(found) for name, found in answer.meant.given.items()}
        return await self._answer(service, answer.meant.query, values, first, proofs, head)

    async def _explain(
        self, service: QueryService[SnapshotContext], given: Mapping[str, Any], first: int
    ) -> dict[str, Any]:
        texts = {place: _read_text(given, place) for place in PLACES}
        found = await service.run(partial(explain_texts, service.snapshot.path, service.names, texts))
        lines = [str(line) for line in outline(found)]
        citations = [c for leaf in (found.proof.leaves() if found.proof else ()) for c in leaf.citations]
        cited = {f"{c.document} {c.locator}": c.part for c in citations}
        passages = await load_passages(service.engine, service.run, cited.values(), client=self.client)
        head: dict[str, Any] = {
            "standing": found.standing,
            "detail": word_standing(found),
            "disputed": found.is_disputed,
        }
        texts = {place: passages.texts[part] for place, part in cited.items() if part in passages.texts}
        if texts and measure(texts) > _LONGEST_PROOFS:
            head["detail"] += " The paragraphs are too long for one message; ask for one of the premises."
        elif texts:
            head["paragraphs"] = texts
        return fill(head, "lines", lines[first:], first, len(lines), service.identity)

    async def _query(
        self, service: QueryService[SnapshotContext], given: Mapping[str, Any], first: int
    ) -> dict[str, Any]:
        question = SparqlQuery(_read_text(given, "query"), results_type=RESULTS_JSON, graph_type=N_TRIPLES)
        answer = await service.engine.ask(question, self.client)
        if answer.form is QueryForm.ASK:
            return {"answer": orjson.loads(answer.body)["boolean"], "release": service.identity}
        if answer.form is QueryForm.GRAPH:
            triples = bytes(answer.body).decode().splitlines()
            return fill({}, "triples", triples[first : first + _MOST_ROWS], first, len(triples), service.identity)
        table = parse_table(answer.body)
        rows = ResultTable(table.columns, table.rows[first : first + _MOST_ROWS]).records()
        head = {"columns": list(table.columns)}
        return fill(head, "rows", list(rows), first, len(table.rows), service.identity)


def _list_rows(part: QueryAnswer, proofs: bool, passages: Passages) -> list[dict[str, Any]]:
    """Return the rows with their evidence as a reader cites it, and their proofs as lines where these are asked for.

    The text of a paragraph, where the server has it, stands in the first row of a message that rests on it.
    """
    rows = []
    quoted: set[str] = set()
    for record, found, explanations in zip(part.table.records(), part.evidence, part.proofs, strict=True):
        row: dict[str, Any] = {**record, "evidence": list(dict.fromkeys(map(str, found)))}
        texts = {str(item): passages.texts[item.part] for item in found if item.part in passages.texts}
        if new := {place: text for place, text in texts.items() if place not in quoted}:
            too_long = measure(new) > _LONGEST_PARAGRAPHS
            row["paragraphs"] = "too long for one message; call `explain` with one statement" if too_long else new
            quoted.update(() if too_long else new)
        said = str(record.get("reason"))
        reasons = list(dict.fromkeys(item.reason for item in found if item.reason and item.reason not in said))
        if reasons:
            row["curatorsReasons"] = reasons
        if proofs:
            lines = [str(line) for explanation in explanations for line in outline(explanation)]
            too_long = measure(lines) > _LONGEST_PROOFS
            row["proofs"] = "too long for one message; call `explain` with the statement" if too_long else lines
        rows.append(row)
    return rows


def _describe_reading(reading: PlainReading) -> dict[str, Any]:
    values = {name: found[0] if len(found) == 1 else list(found) for name, found in reading.given.items()}
    return {"readAs": reading.title, "query": reading.query.name, "parameters": values}


def _read_text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadParameter(name, "is required, as a text")
    return value


def _read_flag(given: dict[str, Any], name: str) -> bool:
    value = given.pop(name, False)
    if not isinstance(value, bool):
        raise BadParameter(name, "must be true or false")
    return value


def _list_texts(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if not isinstance(value, str):
        raise BadParameter(name, "must be a text, or a list of texts")
    return (value,)
