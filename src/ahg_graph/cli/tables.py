"""Rows on a screen: a table whose cells break between words or, where it is too narrow for that, one record a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ahg_graph.config.prefixes import shorten

_LONGEST_WORD = 28
"""Characters of a word that a column makes room for; an address, say, is longer, and is broken."""

_BETWEEN = 3  # characters that the table puts between two columns


def print_table(columns: Sequence[str], rows: Sequence[Mapping[str, Mapping[str, str]]]) -> None:
    """Print rows: an IRI that has its label beside it is left out, and so is a column that no row has a value in."""
    console = Console()
    shown = [column for column in columns if f"{column}Label" not in columns]
    cells = [{column: _show(row.get(column)) for column in shown} for row in rows]
    filled = [column for column in shown if not rows or any(row[column] for row in cells)]
    needed = {column: max(map(_measure, (column, *(row[column] for row in cells)))) for column in filled}
    if sum(needed.values()) + _BETWEEN * len(filled) + 1 <= console.width or not rows:
        _print_grid(console, needed, cells)
    else:
        _print_records(console, filled, cells)
    empty = [column for column in shown if column not in filled]
    console.print(f"{len(rows)} row{'s' if len(rows) != 1 else ''}", highlight=False)
    if empty:
        console.print(f"No value in any row: {', '.join(empty)}", style="dim", highlight=False)


def _print_grid(console: Console, needed: Mapping[str, int], cells: Sequence[Mapping[str, str]]) -> None:
    grid = Table(header_style="bold", box=SIMPLE_HEAD)
    for column, width in needed.items():
        grid.add_column(column, overflow="fold", min_width=width)
    for row in cells:
        grid.add_row(*(Text(row[column]) for column in needed))
    console.print(grid)


def _print_records(console: Console, columns: Sequence[str], cells: Sequence[Mapping[str, str]]) -> None:
    for row in cells:
        record = Table.grid(padding=(0, 1))
        record.add_column(style="bold", no_wrap=True, min_width=max(map(len, columns)))
        record.add_column(overflow="fold")
        for column in columns:
            if row[column]:
                record.add_row(column, Text(row[column]))
        console.print(record)
        console.print()


def _measure(text: str) -> int:
    return min(max(map(len, text.split()), default=0), _LONGEST_WORD)


def _show(term: Mapping[str, str] | None) -> str:
    if term is None:
        return ""
    return shorten(term["value"]) if term["type"] == "uri" else term["value"]
