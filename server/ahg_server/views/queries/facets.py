"""By what a long answer can be narrowed: for each parameter that is not given, the values that its rows have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ahg_graph.queries.model import Column, Parameter
from ahg_graph.queries.name_resolver import NameResolver
from ahg_graph.service.query_answer import QueryAnswer
from ahg_server.http import urls
from ahg_server.presentation.table_cells import ShownCell
from ahg_server.views.queries.request import SavedQueryRequest

_LONG = 12  # rows from which an answer is offered in parts
_MOST = 15  # values of a facet


def list_facets(query_request: SavedQueryRequest, answered: QueryAnswer, names: NameResolver) -> list[ShownCell]:
    """Return each parameter with the values to choose from and the number of rows that have each."""
    if answered.total < _LONG or answered.pages > 1:
        return []
    columns = {column.name: column for column in query_request.query.columns}
    found = []
    for parameter in query_request.query.parameters:
        column = columns.get(parameter.facet or parameter.name)
        if column is None or parameter.required or parameter.type not in ("thing", "code"):
            continue
        if any(query_request.given.get(parameter.name, ())):
            continue
        values = list(_list_values(query_request, answered, names, parameter, column))
        if len(values) > 1:
            found.append({"name": parameter.name, "values": values[:_MOST], "more": len(values[_MOST:])})
    return found


def _list_values(
    query_request: SavedQueryRequest,
    answered: QueryAnswer,
    names: NameResolver,
    parameter: Parameter,
    column: Column,
) -> Iterator[ShownCell]:
    counts = Counter(
        text
        for row in answered.table.rows
        if column.name in row
        for text in dict.fromkeys(row[column.name]["value"].split("; "))  # a text of several names joins them so
    )
    is_exact = column.name.startswith(parameter.name)  # else the parameter finds more than the column names
    for text, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        label, value = text, text
        if parameter.type == "thing":
            thing = names.get_thing(text)
            named = (thing,) if thing else names.find_things(text, parameter.classes)
            if len(named) != 1:
                continue
            label, value = named[0].label, named[0].slug
        elif column.scheme:
            label = names.codes.get(column.scheme, {}).get(text, text)
        pairs = [*query_request.pairs(page=None, pageSize=None), (parameter.name, value)]
        link = urls.query(query_request.query.name, pairs, query_request.version)
        yield {"text": label, "link": link, "count": count if is_exact else None}
