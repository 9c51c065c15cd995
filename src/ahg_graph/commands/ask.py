"""`ahg-graph ask`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ahg_graph.commands.answers import Ask, FormatOption, TimeoutOption, answer_question
from ahg_graph.commands.build import Home, Shelf, find_shelf

if TYPE_CHECKING:
    from ahg_graph.names import Names


def ask(
    name: Annotated[str | None, typer.Argument(help="Name of a saved query; without it, all are listed.")] = None,
    parameters: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE...", help="Its parameters; repeat a key to give a list.")
    ] = None,
    format: FormatOption = None,
    timeout: TimeoutOption = None,
    home: Home = Path(),
    snapshots: Shelf = None,
) -> None:
    """Ask a saved query.

    A thing may be given by its slug, its ISO code, its acronym, any of its recorded names, or its IRI.

    Examples:  ahg-graph ask members-on-date body=ahg date=2013-03-05      ahg-graph ask attendance meeting=ahg-som-05
    """
    from ahg_graph.binding import bind_query
    from ahg_graph.catalogue import load_catalogue
    from ahg_graph.snapshot import open_current

    catalogue = load_catalogue(home / "queries")
    if name is None:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True, style="bold")
        for query in catalogue.current.values():
            shown = " ".join(p.name if p.required else f"[{p.name}]" for p in query.parameters)
            grid.add_row(query.name, Text.assemble(query.summary, (f"  {shown}", "cyan")))
        Console().print(grid)
        return
    query = catalogue.get_query(name)
    given: dict[str, list[str]] = {}
    for parameter in parameters or ():
        key, equals, value = parameter.partition("=")
        if not equals:
            raise typer.BadParameter(f"{parameter!r} is not KEY=VALUE")
        given.setdefault(key, []).append(value)

    async def write(put: Ask) -> str:
        return bind_query(query, given, await _read_names(put, open_current(find_shelf(snapshots)).path)).text

    answer_question(write, snapshots, format, timeout)


async def _read_names(put: Ask, folder: Path) -> Names:
    """Return the names that the snapshot in a folder knows."""
    from ahg_graph.name_file import NAME, open_names
    from ahg_graph.names import CODES_QUERY, NAMES_QUERY, parse_codes, parse_names
    from ahg_graph.results import Question

    async def rows(text: str) -> list[tuple[str, str, str]]:
        found = json.loads(bytes((await put(Question(text))).body))
        first, second, third = found["head"]["vars"]
        return [
            (row[first]["value"], row[second]["value"], row.get(third, {"value": ""})["value"])
            for row in found["results"]["bindings"]
        ]

    codes = await rows(CODES_QUERY)
    if (folder / NAME).exists():
        return open_names(folder, parse_codes(codes))
    return parse_names(await rows(NAMES_QUERY), codes)
