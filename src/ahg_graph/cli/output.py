"""A query to the current snapshot, and the format of its answer: a table on a terminal, CSV when piped."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ahg_graph.cli.build import find_snapshot_folder
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
