"""Saved queries answered from one snapshot: values resolved by its names, rows with what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from ahg_graph.binding import BoundQuery, bind_query
from ahg_graph.catalogue import Catalogue
from ahg_graph.interface import SavedQuery
from ahg_graph.name_file import list_name_queries, make_names
from ahg_graph.names import Names
from ahg_graph.records import Table, parse_graph, parse_table, write_term
from ahg_graph.results import Question
from ahg_graph.sparql.media_types import N_TRIPLES, RESULTS_JSON
from ahg_server.serving import Serving

NONE, SILENT, UNMATCHED = "none", "silent", "unmatched"
EMPTINESS = {
    NONE: "The sources say that there are none.",
    SILENT: "The sources are silent: no document records any.",
    UNMATCHED: "Nothing matches these values; with fewer of them there are rows.",
}
"""Why an answer has no rows, as a code and as a sentence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place that a row rests on: the part's IRI, its document and key, the place in it, and what rests there."""

    node: str
    part: str
    source: str
    document: str
    locator: str
    statement: str | None
    reason: str | None


@dataclass(frozen=True)
class Desk:
    """A catalogue, a snapshot being served, and the names that the snapshot knows."""

    serving: Serving
    catalogue: Catalogue
    names: Names

    def bind(self, query: SavedQuery, given: Mapping[str, Sequence[str]]) -> BoundQuery:
        """Return a query with values; raises BadParameter."""
        return bind_query(query, given, self.names)

    async def select(self, text: str, client: str, timeout: float | None = None) -> Table:
        """Return the rows of a SELECT query."""
        answer = await self.serving.ask(Question(text, timeout=timeout), client)
        return parse_table(answer.body)

    async def answer(self, bound: BoundQuery, client: str, timeout: float | None = None) -> Table:
        """Return the rows of a bound query, of a graph its triples in a fixed order."""
        if not bound.query.is_graph:
            return await self.select(bound.text, client, timeout)
        asked = Question(bound.text, results_type=None, graph_type=N_TRIPLES, timeout=timeout)
        return parse_graph((await self.serving.ask(asked, client)).body)

    async def find_evidence(self, bound: BoundQuery, table: Table, client: str) -> list[tuple[Evidence, ...]]:
        """Return what each row of a bound query's table rests on, in the order of the rows."""
        columns = bound.evidence_columns
        texts = [tuple(write_term(row[name]) if name in row else "UNDEF" for name in columns) for row in table.rows]
        asked = list(dict.fromkeys(texts))
        by_row: list[dict[Evidence, None]] = [{} for _ in asked]
        for row in (await self.select(bound.ask_evidence(asked), client)).rows if asked else ():
            found = {name: term["value"] for name, term in row.items()}
            item = Evidence(
                node=found["evidenceNode"],
                part=found["evidencePart"],
                source=found["evidenceOf"],
                document=found["evidenceSource"],
                locator=found["evidencePlace"],
                statement=found.get("evidenceStatement"),
                reason=found.get("evidenceReason"),
            )
            by_row[int(found["evidenceRow"])][item] = None
        rested = dict(zip(asked, map(tuple, by_row), strict=True))
        return [rested[text] for text in texts]

    async def explain_emptiness(self, bound: BoundQuery, client: str) -> str:
        """Return why a bound query has no rows: `none`, `silent` or `unmatched`."""
        query = bound.query
        if query.none:
            answer = await self.serving.ask(Question(bound.ask_none(), results_type=RESULTS_JSON), client)
            if orjson.loads(answer.body)["boolean"]:
                return NONE
        if any(p.type == "text" and p.required for p in query.parameters):
            return UNMATCHED
        needed = {p.name for p in query.parameters if p.required}
        if not bound.values.keys() <= needed:
            given = {name: [v.given for v in found] for name, found in bound.values.items() if name in needed}
            if (await self.answer(self.bind(query, given), client)).rows:
                return UNMATCHED
        return SILENT


async def open_desk(serving: Serving, catalogue: Catalogue) -> Desk:
    """Return the desk of a snapshot whose workers are up, after opening the file of its names or reading them all."""

    folder = serving.snapshot.path
    tables = [parse_table((await serving.ask(Question(query))).body) for query in list_name_queries(folder)]
    return Desk(serving, catalogue, make_names(folder, *tables))
