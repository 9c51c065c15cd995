"""`ahg-graph ask`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ahg_graph.cli.build import SnapshotsOption, find_snapshot_folder
from ahg_graph.cli.console import errors
from ahg_graph.cli.home_option import HomeOption
from ahg_graph.cli.output import (
    Format,
    FormatOption,
    TimeoutOption,
    choose_format,
    open_pool,
    write_out,
)
from ahg_graph.cli.query_help import AskCommand, complete_name, complete_value, write_call
from ahg_graph.cli.tables import print_table

if TYPE_CHECKING:
    from ahg_graph.queries.catalogue import Catalogue
    from ahg_graph.queries.model import SavedQuery
    from ahg_graph.service.plain_questions import PlainReading
    from ahg_graph.service.query_service import QueryService
    from ahg_graph.workers import Pool


COMMAND_CLASS = AskCommand
"""What makes the command of the function `ask`."""


def ask(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A saved query by name, or a question in plain words; without it, all are listed.",
            autocompletion=complete_name,
        ),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KEY=VALUE...",
            help="Its parameters; repeat a key to give a list.",
            autocompletion=complete_value,
        ),
    ] = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Add the places in the documents for each row; in JSON with proofs.")
    ] = False,
    open_in_browser: Annotated[
        bool, typer.Option("--open", help="Open the answer's page in a browser, from a server that is running.")
    ] = False,
    format: FormatOption = None,
    timeout: TimeoutOption = None,
    home: HomeOption = Path(),
    snapshots: SnapshotsOption = None,
) -> None:
    """Ask a saved query, by its name or in plain words.

    A question in plain words is read as a saved query with its values; standard error says which, and what else may be
    meant. A thing may be given by its slug, its ISO code, its acronym, any of its recorded names, or its IRI. Of an
    answer without rows, standard error says why it has none. `ahg-graph ask NAME --help` describes one query.

    Examples:  ahg-graph ask who-took-part session="First session"      ahg-graph ask who-took-part session=session-01
    ahg-graph ask "Who took part in the first session?"
    """
    from ahg_graph.queries.catalogue import load_catalogue

    catalogue = load_catalogue(home / "queries")
    if name is None:
        _list_queries(catalogue)
        return
    given: dict[str, list[str]] = {}
    for parameter in parameters or ():
        key, equals, value = parameter.partition("=")
        if not equals:
            raise typer.BadParameter(f"{parameter!r} is not KEY=VALUE")
        given.setdefault(key, []).append(value)
    import asyncio

    if open_in_browser:
        from ahg_graph.cli.browsing import open_page

        folder = find_snapshot_folder(snapshots)
        query, values = asyncio.run(_choose(catalogue, name, given, timeout, snapshots))
        open_page(folder, f"/queries/{query.name}", values)
        return
    empty = asyncio.run(_answer(catalogue, name, given, evidence, format, timeout, snapshots))
    if empty:
        from ahg_graph.service.no_rows import word_no_rows

        errors().print(f"[{empty}] {word_no_rows(catalogue.find_query(name), empty)}", markup=False)


def _list_queries(catalogue: Catalogue) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="bold")
    for query in catalogue.current.values():
        shown = " ".join(p.name if p.required else f"[{p.name}]" for p in query.parameters)
        grid.add_row(query.name, Text.assemble(query.summary, (f"  {shown}", "cyan")))
    Console().print(grid)


async def _choose(
    catalogue: Catalogue, name: str, given: Mapping[str, Sequence[str]], timeout: float | None, snapshots: Path | None
) -> tuple[SavedQuery, Mapping[str, Sequence[str]]]:
    """Return what is asked, without asking it; raises UnknownName, and BadParameter for values that it refuses."""
    from ahg_graph.service.query_service import open_query_service

    async with open_pool(snapshots, timeout) as (pool, snapshot):
        service = await open_query_service(pool, snapshot, catalogue)
        query, values = await _find(service, name, given)
        service.bind(query, values)
        return query, values


async def _answer(
    catalogue: Catalogue,
    name: str,
    given: Mapping[str, Sequence[str]],
    evidence: bool,
    format: Format | None,
    timeout: float | None,
    snapshots: Path | None,
) -> str | None:
    """Print an answer and return why it has no rows, where it has none."""
    from ahg_graph.service.query_request import QueryRequest
    from ahg_graph.service.query_service import open_query_service

    async with open_pool(snapshots, timeout) as (pool, snapshot):
        service = await open_query_service(pool, snapshot, catalogue)
        query, given = await _find(service, name, given)
        media_type = _choose_media_type(query, format)
        request = QueryRequest(query=query, given=given, evidence=evidence)
        if media_type is not None:
            readable = choose_format(format) in (Format.CSV, Format.TSV)
            written = await (
                service.write(request, media_type, cite=str) if readable else service.write(request, media_type)
            )
            write_out(written.body)
            return written.empty
        answer = await service.ask(request)
        table = answer.add_places(str) if evidence else answer.table
        print_table(table.columns, table.rows)
        return answer.empty


async def _find(
    service: QueryService[Pool], name: str, given: Mapping[str, Sequence[str]]
) -> tuple[SavedQuery, Mapping[str, Sequence[str]]]:
    """Return the query that is named, or that a question in plain words is read as, with its values."""
    if " " in name.strip() and not given:
        return await _read(service, name)
    return service.catalogue.find_query(name), given


async def _read(service: QueryService[Pool], text: str) -> tuple[SavedQuery, Mapping[str, Sequence[str]]]:
    """Return what a question in plain words is read as; raises UnknownName with what may be meant."""
    from ahg_graph.errors import UnknownName
    from ahg_graph.service.plain_questions import open_plain_questions, read_question

    answer = await read_question(service, await open_plain_questions(service), text)
    if answer.meant is None:
        others = "".join(f"\n  {_write(reading)}" for reading in answer.others)
        hint = f"what may be meant:{others}" if others else "`ahg-graph ask` lists what can be asked"
        raise UnknownName(f"not sure what is asked; {hint}")
    errors().print(f"I read this as: {answer.meant.title}\n  {_write(answer.meant)}", markup=False)
    return answer.meant.query, answer.meant.given


def _write(reading: PlainReading) -> str:
    """Return the command line that asks a reading."""
    return write_call(reading.query.name, reading.given)


def _choose_media_type(query: SavedQuery, format: Format | None) -> str | None:
    """Return the media type of an answer, None for a table on the screen; raises NotAcceptable."""
    from ahg_graph.errors import NotAcceptable
    from ahg_graph.sparql.media_types import JSON, RESULT_TYPES, TRIPLE_TYPES, TURTLE

    shown = choose_format(format)
    if query.is_graph:
        if format is None or shown is Format.TABLE:
            return TURTLE
        offered = dict(TRIPLE_TYPES)
    elif shown is Format.TABLE:
        return None
    else:
        offered = {Format.JSON.value: JSON, **RESULT_TYPES}
    if shown.value not in offered:
        raise NotAcceptable(tuple(offered.values()))
    return offered[shown.value]
