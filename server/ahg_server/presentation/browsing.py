"""The lists to browse on the home page: things of a class, and the values of a column of a saved query's answer."""

from __future__ import annotations

import asyncio
from collections import Counter

from ahg_graph.errors import AhgGraphError
from ahg_graph.queries.model import SavedQuery
from ahg_graph.service.query_service import QueryService
from ahg_graph.sparql.result_tables import ResultTable
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.presentation.page_model import Browsing
from ahg_server.presentation.term_presenter import TemplateContext

_MOST = 80
"""Entries of a list."""


async def list_browsing(
    service: QueryService[SnapshotContext], lists: tuple[Browsing, ...], client: str
) -> list[TemplateContext]:
    """Return the lists that have entries."""
    found = await asyncio.gather(*(_list_entries(service, browsing, client) for browsing in lists))
    return [{"title": b.title, "entries": entries} for b, entries in zip(lists, found, strict=True) if entries]


async def _list_entries(
    service: QueryService[SnapshotContext], browsing: Browsing, client: str
) -> list[TemplateContext]:
    if browsing.of_class:
        things = service.names.list_things((browsing.of_class,), _MOST) or ()
        return [
            {"text": thing.label, "link": urls.resource(thing.iri), "count": None}
            for thing in sorted(things, key=lambda thing: (thing.label, thing.iri))
        ]
    try:
        query = service.catalogue.get_query(browsing.query)
        table = await service.answer(service.bind(query, {}), client)
    except AhgGraphError:
        return []
    return _count_values(service, browsing, query, table)[:_MOST]


def _count_values(
    service: QueryService[SnapshotContext], browsing: Browsing, query: SavedQuery, table: ResultTable
) -> list[TemplateContext]:
    """Return the values of a column, each with the number of rows: years in order, other values by their names."""
    column = next(column for column in query.columns if column.name == browsing.column)
    is_year = column.type == "date"
    labels = service.names.codes.get(column.scheme or "", {})
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for row in table.rows:
        if browsing.column in row:
            value = row[browsing.column]["value"]
            value = value[:4] if is_year else value
            counts[value] += 1
            names[value] = row.get(browsing.column + "Label", {}).get("value") or labels.get(value, value)
    entries = []
    for value in sorted(counts, key=lambda value: (names[value], value)):
        thing = service.names.get_thing(value)
        given = thing.slug if thing else value
        pairs = [(browsing.parameter, given), *([(browsing.until, given)] if browsing.until else [])]
        entries.append({"text": names[value], "link": urls.query(query.name, pairs), "count": counts[value]})
    return entries
