"""A query to the current snapshot, and its answer on the screen: a table on a terminal, CSV when piped."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ahg_graph.cli.build import find_snapshot_folder
from ahg_graph.config.prefixes import shorten
from ahg_graph.sparql import media_types
from ahg_graph.sparql.media_types import FORMATS

if TYPE_CHECKING:
    from ahg_graph.snapshot import Snapshot
    from ahg_graph.workers import Pool


class Format(StrEnum):
    """What an answer can be written as; a table is for reading."""

    TABLE = "table"
    CSV = FORMATS[media_types.CSV].ending
    TSV = FORMATS[media_types.TSV].ending
    JSON = "json"
    RESULTS_JSON = FORMATS[media_types.RESULTS_JSON].ending
    RESULTS_XML = FORMATS[media_types.RESULTS_XML].ending
    TURTLE = FORMATS[media_types.TURTLE].ending
    N_TRIPLES = FORMATS[media_types.N_TRIPLES].ending
    JSON_LD = FORMATS[media_types.JSON_LD].ending
    RDF_XML = FORMATS[media_types.RDF_XML].ending


FormatOption = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="Format of the answer.", show_default="table on a terminal, CSV when piped"),
]
TimeoutOption = Annotated[
    float | None, typer.Option("--timeout", min=0.1, help="Time limit in seconds.", show_default="AHG_GRAPH_TIMEOUT")
]


def choose_format(format: Format | None) -> Format:
    """Return the format that is meant where none is said."""
    return format or (Format.TABLE if sys.stdout.isatty() else Format.CSV)


@asynccontextmanager
async def open_pool(snapshots: Path | None, timeout: float | None) -> AsyncIterator[tuple[Pool, Snapshot]]:
    """Give a worker process over the current snapshot, which is ended at the limit of time or memory."""
    from ahg_graph.snapshot import open_at_hand
    from ahg_graph.workers import Pool, read_limits

    limits = replace(read_limits(), workers=1, spares=0, wait=60.0)
    snapshot = open_at_hand(find_snapshot_folder(snapshots))
    pool = Pool(snapshot.store, limits=replace(limits, timeout=timeout) if timeout else limits)
    try:
        await pool.start()
        yield pool, snapshot
    finally:
        await pool.close()


def write_out(body: bytes | memoryview) -> None:
    """Write bytes to standard output."""
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()


def print_table(columns: Sequence[str], rows: Sequence[Mapping[str, Mapping[str, str]]]) -> None:
    """Print rows as a table: an IRI that has its label beside it is left out."""
    console = Console()
    shown = [column for column in columns if f"{column}Label" not in columns]
    grid = Table(header_style="bold", box=SIMPLE_HEAD)
    for column in shown:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(_show(row.get(column))) for column in shown))
    console.print(grid)
    console.print(f"{len(rows)} row{'s' if len(rows) != 1 else ''}")


def _show(term: Mapping[str, str] | None) -> str:
    if term is None:
        return ""
    return shorten(term["value"]) if term["type"] == "uri" else term["value"]
