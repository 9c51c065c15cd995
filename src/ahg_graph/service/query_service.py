"""Saved queries answered from one snapshot: values resolved by its names, rows with their evidence.

The service waits only for its engine, and for `run` where it reads the proofs: over an engine that answers at once and
`call_at_once` it never suspends, and `engine.finish` drives it without an event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Generic, TypeVar

import orjson

from ahg_graph.errors import BadParameter
from ahg_graph.explanation import Explanation
from ahg_graph.queries.binding import BoundQuery, bind_query
from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.queries.list_order import PLACES_QUERY, order_terms
from ahg_graph.queries.meetings import MEETINGS_QUERY
from ahg_graph.queries.model import SavedQuery
from ahg_graph.queries.name_resolver import NameResolver, has_names, open_names, parse_names
from ahg_graph.queries.name_rows import CODES_QUERY, NAMES_QUERY
from ahg_graph.service.engine import Run, SparqlEngine
from ahg_graph.service.evidence import Evidence, cite_part, find_evidence
from ahg_graph.service.graph_writer import order_for_reading
from ahg_graph.service.label_languages import (
    LANGUAGE,
    LANGUAGES_QUERY,
    ask_names,
    negotiate_language,
    translate,
)
from ahg_graph.service.no_rows import NONE, SILENT, UNMATCHED, takes_words
from ahg_graph.service.query_answer import QueryAnswer
from ahg_graph.service.query_request import QueryRequest
from ahg_graph.service.row_proofs import find_proofs
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.json_ld import load_context
from ahg_graph.sparql.media_types import CSV, N_TRIPLES, RESULT_TYPES, RESULTS_JSON, TSV
from ahg_graph.sparql.result_tables import ResultTable, parse_graph, parse_table
from ahg_graph.sparql.types import SparqlQuery

Engine = TypeVar("Engine", bound=SparqlEngine)


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """An answer as bytes, and why it has no rows; `answer` is None where the engine wrote it."""

    body: bytes
    empty: str | None
    answer: QueryAnswer | None


@dataclass(frozen=True)
class QueryService(Generic[Engine]):
    """A catalogue, a snapshot, what answers for it, and the names that it knows."""

    engine: Engine
    snapshot: Snapshot
    catalogue: Catalogue
    names: NameResolver
    run: Run = asyncio.to_thread
    places: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict, compare=False)
    """Where each place of a document stands in citing order; read when the first list is put in order."""

    @property
    def identity(self) -> str:
        """The identity of the snapshot."""
        return self.snapshot.manifest.identity

    def bind(self, query: SavedQuery, given: Mapping[str, Sequence[str]]) -> BoundQuery:
        """Return a query with values; raises BadParameter."""
        return bind_query(query, given, self.names)

    async def select(self, text: str, client: str = "", timeout: float | None = None) -> ResultTable:
        """Return the rows of a SELECT query."""
        return parse_table((await self.engine.ask(SparqlQuery(text, timeout=timeout), client)).body)

    async def answer(self, bound: BoundQuery, client: str = "", timeout: float | None = None) -> ResultTable:
        """Return the rows of a bound query, lists in order, of a graph its triples in a fixed order."""
        if not bound.query.is_graph:
            return await self._order_lists(bound, await self.select(bound.text, client, timeout), client)
        question = SparqlQuery(bound.text, results_type=None, graph_type=N_TRIPLES, timeout=timeout)
        return parse_graph((await self.engine.ask(question, client)).body)

    async def ask(self, request: QueryRequest, client: str = "") -> QueryAnswer:
        """Return the rows asked for, with their evidence when that is asked for too.

        Raises BadParameter, the QueryErrors of the engine, and ReleaseGone for proofs that are not available.
        """
        bound = self.bind(request.query, request.given)
        language = await self.choose_language(request, client)
        whole = await self.answer(bound, client, request.timeout)
        if request.for_reading and request.query.is_graph:
            whole = order_for_reading(whole, bound)
        total = len(whole.rows)
        answer = QueryAnswer(request, bound, whole, total)
        if not total:
            return replace(answer, empty=await self.explain_no_rows(bound, client, request.timeout))
        if request.page > answer.pages:
            raise BadParameter("page", f"there are {answer.pages} pages of {request.page_size} {request.unit}")
        if request.page_size:
            first = (request.page - 1) * request.page_size
            answer = replace(answer, table=ResultTable(whole.columns, whole.rows[first : first + request.page_size]))
        if request.evidence:
            answer = await self.add_evidence(answer, client)
        text = "" if language == LANGUAGE else ask_names(answer.table, request.query, language)
        if text:
            found = await self.select(text, client, request.timeout)
            names = {row["thing"]["value"]: row["label"]["value"] for row in found.rows}
            answer = replace(answer, table=translate(answer.table, request.query, names, language))
        return answer

    async def add_evidence(self, answer: QueryAnswer, client: str = "", *, proofs: bool = True) -> QueryAnswer:
        """Return an answer with the places that support each of its rows, and their proofs if wanted."""
        timeout = answer.request.timeout
        evidence = await find_evidence(self.engine, answer.bound, answer.table, client, timeout)
        found: list[tuple[Explanation, ...]] = [() for _ in answer.table.rows]
        if proofs:
            found = await self.run(partial(find_proofs, self.snapshot.path, answer.bound, answer.table.rows))
        return replace(answer, evidence=tuple(evidence), proofs=tuple(found))

    async def choose_language(self, request: QueryRequest, client: str = "") -> str:
        """Return the language of the labels of an answer; raises BadParameter. A graph has preferred names alone."""
        if not request.labels.strip() or request.query.is_graph:
            return negotiate_language(request.labels)
        found = await self.select(LANGUAGES_QUERY, client, request.timeout)
        return negotiate_language(request.labels, [row["language"]["value"] for row in found.rows])

    async def write(
        self, request: QueryRequest, media_type: str, client: str = "", cite: Callable[[Evidence], str] = cite_part
    ) -> WrittenAnswer:
        """Return an answer in a data format: the engine's own bytes for a whole table, else what is written here.

        `cite` is how a table of rows names the places that support a row.
        """
        language = await self.choose_language(request, client)
        engine_writes = media_type in RESULT_TYPES.values() and not (request.page_size or request.evidence)
        engine_writes = engine_writes and language == LANGUAGE and not request.query.lists
        if request.query.is_graph or not engine_writes:
            answer = await self.ask(request, client)
            return WrittenAnswer(answer.write(media_type, cite, load_context(self.snapshot.path)), answer.empty, answer)
        bound = self.bind(request.query, request.given)
        question = SparqlQuery(bound.text, results_type=media_type, timeout=request.timeout)
        body = bytes((await self.engine.ask(question, client)).body)
        empty = await self.explain_no_rows(bound, client, request.timeout) if _has_no_rows(body, media_type) else None
        return WrittenAnswer(body, empty, None)

    async def _order_lists(self, bound: BoundQuery, table: ResultTable, client: str) -> ResultTable:
        lists = bound.query.lists
        if not lists or not table.rows:
            return table
        if not self.places:
            found = await self.select(PLACES_QUERY, client)
            self.places.update(((r[0], r[1]), (int(r[2]), int(r[3]))) for r in found.list_texts())
        return ResultTable(table.columns, tuple(order_terms(row, lists, self.places) for row in table.rows))

    async def explain_no_rows(self, bound: BoundQuery, client: str = "", timeout: float | None = None) -> str:
        """Return why a bound query has no rows: a key of NO_ROWS_REASONS."""
        query = bound.query
        if query.none:
            question = SparqlQuery(bound.ask_none(), results_type=RESULTS_JSON, timeout=timeout)
            answer = await self.engine.ask(question, client)
            if orjson.loads(answer.body)["boolean"]:
                return NONE
        if takes_words(query):
            return UNMATCHED
        if not bound.values.keys() <= query.needed:
            given = {name: [v.given for v in found] for name, found in bound.values.items() if name in query.needed}
            if (await self.answer(self.bind(query, given), client, timeout)).rows:
                return UNMATCHED
        return SILENT


async def open_query_service(
    engine: Engine, snapshot: Snapshot, catalogue: Catalogue, run: Run = asyncio.to_thread
) -> QueryService[Engine]:
    """Return the service over an engine that answers, after opening the snapshot's names.

    Where a snapshot has no file of them, as a release without its snapshot, the engine is asked for all.
    """
    if has_names(snapshot.path):
        names = open_names(snapshot.path)
    else:
        asked = (NAMES_QUERY, CODES_QUERY, MEETINGS_QUERY)
        rows = [parse_table((await engine.ask(SparqlQuery(query))).body).list_texts() for query in asked]
        named, codes = (((row[0], row[1], row[2]) for row in found) for found in rows[:2])
        names = parse_names(named, codes, rows[2])
    return QueryService(engine, snapshot, catalogue, names, run)


def _has_no_rows(body: bytes, media_type: str) -> bool:
    if media_type in (CSV, TSV):
        return body.count(b"\n") == 1
    return not parse_table(body).rows if media_type == RESULTS_JSON else b"<result>" not in body
