"""`ahg-graph query`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.cli.build import SnapshotsOption
from ahg_graph.cli.console import errors
from ahg_graph.cli.output import (
    Format,
    FormatOption,
    TimeoutOption,
    choose_format,
    open_pool,
    write_out,
)
from ahg_graph.cli.tables import print_table


def query(
    query: Annotated[str, typer.Argument(metavar="FILE_OR_TEXT", help="A file of SPARQL, `-`, or the query itself.")],
    format: FormatOption = None,
    timeout: TimeoutOption = None,
    snapshots: SnapshotsOption = None,
) -> None:
    """Ask the current snapshot a SPARQL 1.1 query.

    The default graph is the union of all graphs.

    Examples:  ahg-graph query question.rq      ahg-graph query 'SELECT * { ?s ?p ?o } LIMIT 5' -f csv
    """
    import asyncio

    asyncio.run(_answer(_read_text(query), format, timeout, snapshots))


async def _answer(text: str, format: Format | None, timeout: float | None, snapshots: Path | None) -> None:
    import orjson

    from ahg_graph.sparql.media_types import CSV, GRAPH_TYPES, RESULT_TYPES, RESULTS_JSON, TURTLE
    from ahg_graph.sparql.result_tables import parse_table, write_records
    from ahg_graph.sparql.types import QueryForm, SparqlQuery

    shown = choose_format(format)
    read = shown in (Format.TABLE, Format.JSON)
    chosen = format is not None and shown is not Format.TABLE
    results_type = RESULTS_JSON if read else RESULT_TYPES.get(shown.value, None if chosen else CSV)
    graph_type = GRAPH_TYPES.get(shown.value, None if chosen else TURTLE)
    async with open_pool(snapshots, timeout) as (pool, _):
        answer = await pool.ask(SparqlQuery(text, results_type=results_type, graph_type=graph_type))
    if answer.extensions:
        errors().print(f"beyond SPARQL 1.1: {', '.join(answer.extensions)}", style="dim", markup=False)
    if not read or answer.form is QueryForm.GRAPH:
        write_out(answer.body)
    elif answer.form is QueryForm.ASK:
        found = orjson.loads(answer.body)["boolean"]
        typer.echo(json.dumps(found) if shown is Format.JSON else "yes" if found else "no")
    else:
        table = parse_table(answer.body)
        if shown is Format.TABLE:
            print_table(table.columns, table.rows)
        else:
            write_out(write_records(table.columns, table.records()))


def _read_text(given: str) -> str:
    """Return the text that is meant: standard input for `-`; what was given, if it has words; else a file's text."""
    if given == "-":
        return sys.stdin.read()
    if len(given.split()) > 1 and not Path(given).is_file():
        return given
    path = Path(given)
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{given!r} is neither a query nor a readable file ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{given!r} is not UTF-8") from error
