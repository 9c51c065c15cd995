"""The places in the documents that support a row."""

from __future__ import annotations

from dataclasses import dataclass

from ahg_graph.queries.binding import BoundQuery
from ahg_graph.service.engine import SparqlEngine
from ahg_graph.sparql.result_tables import ResultTable, parse_table, write_term
from ahg_graph.sparql.types import SparqlQuery


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place that supports a row: the part's IRI, its document and key, the place in it and the node it supports."""

    node: str
    part: str
    source: str
    document: str
    locator: str
    statement: str | None
    reason: str | None

    def to_json(self) -> dict[str, str | None]:
        """Return the place as plain values."""
        return {
            "part": self.part,
            "document": self.document,
            "locator": self.locator,
            "node": self.node,
            "statement": self.statement,
            "reason": self.reason,
        }

    def __str__(self) -> str:
        return f"{self.document} {self.locator}"


def cite_part(item: Evidence) -> str:
    """Return the IRI of the part, by which programs find it; people get `str(item)`."""
    return item.part


async def find_evidence(
    engine: SparqlEngine, bound: BoundQuery, table: ResultTable, client: str, timeout: float | None = None
) -> list[tuple[Evidence, ...]]:
    """Return the evidence of each row of a bound query's table, in the order of the rows."""
    columns = bound.evidence_columns
    texts = [tuple(write_term(row[name]) if name in row else "UNDEF" for name in columns) for row in table.rows]
    rows_asked = list(dict.fromkeys(texts))
    by_row: list[dict[Evidence, None]] = [{} for _ in rows_asked]
    if rows_asked:
        answer = await engine.ask(SparqlQuery(bound.ask_evidence(rows_asked), timeout=timeout), client)
        for row in parse_table(answer.body).rows:
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
    by_text = dict(zip(rows_asked, map(tuple, by_row), strict=True))
    return [by_text[text] for text in texts]
