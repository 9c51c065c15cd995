"""`ahg-graph ask`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ahg_graph.commands.answers import Ask, FormatOption, TimeoutOption, answer_question
from ahg_graph.commands.build import Shelf
from ahg_graph.commands.home_option import Home

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

    Examples:  ahg-graph ask who-took-part session="First session"      ahg-graph ask who-took-part session=session-01
    """
    from ahg_graph.binding import bind_query
    from ahg_graph.catalogue import load_catalogue

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

    async def write(put: Ask, folder: Path) -> str:
        return bind_query(query, given, await _read_names(put, folder)).text

    answer_question(write, snapshots, format, timeout)


async def _read_names(put: Ask, folder: Path) -> Names:
    """Return the names that the snapshot in a folder knows."""
    from ahg_graph.name_file import list_name_queries, make_names
    from ahg_graph.records import parse_table
    from ahg_graph.results import Question

    return make_names(folder, *[parse_table((await put(Question(query))).body) for query in list_name_queries(folder)])
