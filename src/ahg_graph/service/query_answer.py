"""The part of an answer that was asked for, and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ahg_graph.explanation import Explanation
from ahg_graph.explanation.serialization import to_json
from ahg_graph.queries.binding import BoundQuery
from ahg_graph.service.evidence import Evidence, cite_part
from ahg_graph.service.graph_writer import write_graph
from ahg_graph.service.query_request import QueryRequest
from ahg_graph.sparql.json_ld import Context
from ahg_graph.sparql.media_types import JSON, XLSX
from ahg_graph.sparql.result_tables import ResultTable, write_records
from ahg_graph.sparql.results_writer import write_table


@dataclass(frozen=True)
class QueryAnswer:
    """The rows of a request, with the evidence of each where that was asked for; `total` counts the rows of the whole.

    `empty` is the code of the reason why the whole has no rows (a key of NO_ROWS_REASONS).
    """

    request: QueryRequest
    bound: BoundQuery
    table: ResultTable
    total: int
    evidence: tuple[tuple[Evidence, ...], ...] = ()
    proofs: tuple[tuple[Explanation, ...], ...] = ()
    empty: str | None = None

    @property
    def pages(self) -> int:
        """How many pages the whole has."""
        size = self.request.page_size
        return max(1, -(-self.total // size)) if size else 1

    def turns(self) -> list[tuple[str, int]]:
        """Return relation and number of the pages that this one leads to."""
        page, last = self.request.page, self.pages
        found = [("first", 1), ("prev", page - 1), ("next", page + 1), ("last", last)]
        return [(rel, n) for rel, n in found if 1 <= n <= last] if self.request.page_size else []

    @property
    def columns(self) -> tuple[str, ...]:
        """The keys of each record, in order."""
        return (*self.table.columns, *(("evidence", "proofs") if self.request.evidence else ()))

    def records(self) -> list[dict[str, Any]]:
        """Return one mapping for each row, with its evidence and proofs when these were asked for."""
        rows: list[dict[str, Any]] = [dict(record) for record in self.table.records()]
        if self.request.evidence:
            for row, found, proofs in zip(rows, self.evidence, self.proofs, strict=True):
                row["evidence"] = [item.to_json() for item in found]
                row["proofs"] = [to_json(explanation) for explanation in proofs]
        return rows

    def write(
        self, media_type: str, cite: Callable[[Evidence], str] = cite_part, context: Context | None = None
    ) -> bytes:
        """Return the answer in a data format; `cite` is how a table of rows names a place, `context` is JSON-LD's.

        Raises ValueError or KeyError for a media type that is none.
        """
        if media_type == JSON and not self.request.query.is_graph:
            return write_records(self.columns, self.records())
        if self.request.query.is_graph:
            return write_graph(self.table, media_type, self.evidence, self.proofs, context)
        table = self.add_places(cite) if self.request.evidence else self.table
        if media_type == XLSX:
            from ahg_graph.sparql.workbook import write_workbook  # it takes a while to load, and few ask for it

            return write_workbook(table)
        return write_table(table, media_type)

    def add_places(self, cite: Callable[[Evidence], str]) -> ResultTable:
        """Return the table with the places that support each row as one more column, each place once."""
        texts = ("; ".join(dict.fromkeys(map(cite, found))) for found in self.evidence)
        rows = self.table.rows
        return ResultTable(
            (*self.table.columns, "evidence"),
            tuple({**r, "evidence": {"type": "literal", "value": t}} for r, t in zip(rows, texts, strict=True)),
        )
