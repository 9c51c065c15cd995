"""A question put to the snapshot in force, and its answer on the screen: a table on a terminal, CSV when piped."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ahg_graph.commands.build import find_shelf
from ahg_graph.namespaces import shorten
from ahg_graph.results import Answer, Form, Question
from ahg_graph.sparql.media_types import CSV, GRAPH_TYPES, RESULT_TYPES, RESULTS_JSON, TURTLE

Ask = Callable[[Question], Awaitable[Answer]]
Write = Callable[[Ask, Path], Awaitable[str]]
"""Writes the text of a query, for which it may ask others first and look into the snapshot's folder."""


class Format(StrEnum):
    """What an answer can be written as; a table is for reading."""

    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    RESULTS_JSON = "srj"
    RESULTS_XML = "srx"
    TURTLE = "ttl"
    N_TRIPLES = "nt"
    JSON_LD = "jsonld"
    RDF_XML = "rdf"


FormatOption = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="Format of the answer.", show_default="table on a terminal, CSV when piped"),
]
TimeoutOption = Annotated[
    float | None, typer.Option("--timeout", min=0.1, help="Seconds to run at most.", show_default="AHG_GRAPH_TIMEOUT")
]


def answer_question(write: Write, snapshots: Path | None, format: Format | None, timeout: float | None) -> None:
    """Put a query to the snapshot in force and print the answer; raises the errors of `Pool.ask`.

    The query runs in a worker process, which is ended at the limit of time or memory.
    """
    shown = format or (Format.TABLE if sys.stdout.isatty() else Format.CSV)
    table = shown is Format.TABLE
    chosen = bool(format) and not table
    results_type = RESULTS_JSON if table else RESULT_TYPES.get(shown.value, None if chosen else CSV)
    graph_type = GRAPH_TYPES.get(shown.value, None if chosen else TURTLE)
    import asyncio

    answer = asyncio.run(_ask(write, find_shelf(snapshots), timeout, results_type, graph_type))
    print_answer(answer, table)


async def _ask(
    write: Write, shelf: Path, timeout: float | None, results_type: str | None, graph_type: str | None
) -> Answer:
    from ahg_graph.snapshot import open_current
    from ahg_graph.workers import Pool, read_limits

    limits = replace(read_limits(), workers=1, spares=0, wait=60.0)
    snapshot = open_current(shelf)
    pool = Pool(snapshot.store, limits=replace(limits, timeout=timeout) if timeout else limits)
    try:
        await pool.start()
        text = await write(pool.ask, snapshot.path)
        return await pool.ask(Question(text, results_type=results_type, graph_type=graph_type))
    finally:
        await pool.close()


def print_answer(answer: Answer, table: bool) -> None:
    """Print an answer's bytes, or its rows as a table: an IRI that has its label beside it is left out."""
    if not table or answer.form is Form.GRAPH:
        sys.stdout.buffer.write(answer.body)
        sys.stdout.buffer.flush()
        return
    found = json.loads(bytes(answer.body))
    console = Console()
    if answer.form is Form.ASK:
        console.print("yes" if found["boolean"] else "no")
        return
    columns, rows = found["head"]["vars"], found["results"]["bindings"]
    shown = [column for column in columns if f"{column}Label" not in columns]
    grid = Table(header_style="bold", box=SIMPLE_HEAD)
    for column in shown:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(_show(row.get(column))) for column in shown))
    console.print(grid)
    console.print(f"{len(rows)} row{'s' if len(rows) != 1 else ''}")


def _show(term: dict[str, str] | None) -> str:
    if term is None:
        return ""
    return shorten(term["value"]) if term["type"] == "uri" else term["value"]
