"""The cells of an answer on a page: a thing and its label are one cell, which leads to the thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ahg_graph.queries.model import Column
from ahg_server.http import urls

_LONG = 40  # letters from which a cell is given more room
ShownCell = dict[str, Any]


def lay_out(columns: Sequence[Column]) -> Iterator[tuple[Column, Column | None]]:
    """Yield the columns of the page: a thing and its label are one, the label leading to the thing."""
    by_name = {column.name: column for column in columns}
    for column in columns:
        if column.name.endswith("Label") and column.name.removesuffix("Label") in by_name:
            continue
        yield column, by_name.get(f"{column.name}Label")


def title_column(column: Column) -> str:
    """Return the name of a column as words: `startEarliest` becomes `start earliest`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column.name.removesuffix("Label")).lower()


def describe_cell(row: Mapping[str, Mapping[str, str]], column: Column, label: Column | None) -> ShownCell:
    """Return what a cell shows: a text, where it leads, and how it looks."""
    term = row.get(column.name)
    named = row.get(label.name) if label else None
    if term is None:
        return {"text": named["value"] if named else "", "link": None, "look": ""}
    is_thing = term["type"] == "uri"
    text = term["value"]
    if named is not None:
        text = named["value"]
    elif is_thing:
        text = text.rstrip("/").rpartition("/")[2]
    return {
        "text": text,
        "link": urls.resource(term["value"]) if is_thing else None,
        "look": "number" if column.type == "integer" else "long" if len(text) > _LONG else "",
    }
