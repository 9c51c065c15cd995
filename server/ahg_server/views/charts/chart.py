"""What a chart is: its data for the script that draws it, the same as a table, and the query behind both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ahg_graph.config.prefixes import ONT, PREFIXES
from ahg_graph.service.time_wording import Timespan
from ahg_graph.sparql.result_tables import ResultTable, parse_table
from ahg_graph.sparql.types import SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.presentation.term_presenter import TemplateContext

HEAD = f"PREFIX ahg: <{ONT}>\nPREFIX skos: <{PREFIXES['skos']}>\n"
Cells = Sequence[Sequence[TemplateContext]]


@dataclass(frozen=True)
class Chart:
    """One chart as its page shows it.

    `form` names the way of drawing (spans, matrix, network), `data` is what it draws, `columns` and `rows` say the same
    as a table, each cell a list of values; `key` explains the marks.
    """

    form: str
    title: str
    intro: str
    query: str
    data: Mapping[str, Any]
    columns: Sequence[str]
    rows: Sequence[Cells]
    key: Sequence[tuple[str, str]] = ()
    question: str | None = None
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.rows


async def select(context: SnapshotContext, query: str, client: str) -> ResultTable:
    """Return the rows of a chart's query."""
    return parse_table((await context.ask(SparqlQuery(query), client)).body)


def read_text(row: Mapping[str, Mapping[str, str]], name: str) -> str:
    """Return the text of a column, empty where it is unbound."""
    return row[name]["value"] if name in row else ""


def read_time(row: Mapping[str, Mapping[str, str]], *names: str) -> Timespan:
    """Return the bounds that four columns hold: start not before and not after, end not before and not after."""
    return Timespan(*(read_text(row, name) or None for name in names))


def show_text(text: str) -> list[TemplateContext]:
    """Return a cell of plain text."""
    return [{"text": text, "link": None, "when": ""}] if text else []


def show_thing(iri: str, text: str) -> list[TemplateContext]:
    """Return a cell that leads to a thing."""
    return [{"text": text, "link": urls.resource_url(iri, "html"), "when": ""}]


def write_span(time: Timespan) -> dict[str, str | None]:
    """Return bounds as the script reads them."""
    return {
        "from": time.start_not_before,
        "by": time.start_not_after,
        "until": time.end_not_before,
        "last": time.end_not_after,
    }
