"""What `ahg-graph ask NAME --help` shows, and what a shell completes after `ask`: queries, parameters, values."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.core import TyperCommand

if TYPE_CHECKING:
    from ahg_graph.queries.model import Parameter, SavedQuery
    from ahg_graph.queries.name_resolver import NameResolver

_MOST = 30
"""Values that are offered at once."""

_GIVEN = "ahg_graph.given"


class AskCommand(TyperCommand):
    """The command `ask`, whose help is that of the saved query that is named before `--help`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Remember the words of the command line: help is asked for before they are read."""
        ctx.meta[_GIVEN] = tuple(args)
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help of the command, or of a query."""
        name = next((word for word in ctx.meta.get(_GIVEN, ()) if not word.startswith("-")), "")
        if not name or " " in name:
            super().format_help(ctx, formatter)
            return
        from ahg_graph.queries.catalogue import find_query_folder, load_catalogue

        print_query_help(load_catalogue(find_query_folder()).find_query(name))


def print_query_help(query: SavedQuery) -> None:
    """Print what a saved query answers, what it takes, and how its example is asked."""
    console = Console(highlight=False)
    console.print(Text(query.summary, style="bold"))
    console.print(Text(query.description))
    console.print()
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(overflow="fold")
    for parameter in query.parameters:
        grid.add_row(parameter.name, _describe(parameter, query.example.get(parameter.name, ())))
    if query.parameters:
        console.print(grid)
        console.print()
    console.print(Text(f"Example:  {write_call(query.name, query.example)}"), soft_wrap=True)


def write_call(name: str, given: Mapping[str, Sequence[str]]) -> str:
    """Return the command line that asks a query with values."""
    values = [f"{key}={value}" for key, found in given.items() for value in found]
    return " ".join(("ahg-graph ask", name, *map(shlex.quote, values)))


def _describe(parameter: Parameter, example: Sequence[str]) -> str:
    required = parameter.required and parameter.default is None
    notes = ["required" if required else "optional", *(["may be repeated"] if parameter.is_list else [])]
    if parameter.values:
        notes.append(f"one of {', '.join(parameter.values)}")
    if example:
        notes.append(f"e.g. {example[0]}")
    return f"{parameter.description} ({'; '.join(notes)})"


def complete_name(ctx: typer.Context, args: list[str], incomplete: str) -> Iterator[tuple[str, str]]:
    """Yield the saved queries whose names begin so, each with its question."""
    from ahg_graph.queries.catalogue import find_query_folder, load_catalogue

    for query in load_catalogue(find_query_folder()).current.values():
        yield query.name, query.summary


def complete_value(ctx: typer.Context, args: list[str], incomplete: str) -> Iterator[tuple[str, str]]:
    """Yield the parameters of the query that is named, and after `NAME=` its values.

    Shells that break words at `=` (as bash does) give the name and the sign as words of their own.
    """
    from ahg_graph.queries.catalogue import find_query_folder, load_catalogue

    query = load_catalogue(find_query_folder()).current.get(str(ctx.params.get("name")))
    if query is None:
        return
    before = [str(word) for word in ctx.params.get("parameters") or ()]
    name, sign, begun = incomplete.partition("=")
    if sign and name:
        yield from ((f"{name}={value}", label) for value, label in _list_values(query, name, begun))
    elif len(before) > 1 and before[-1] == "=":
        yield from _list_values(query, before[-2], incomplete)
    elif before and query.find_parameter(before[-1]) and not incomplete:  # the sign itself is the word to complete
        yield from _list_values(query, before[-1], "")
    else:
        yield from ((f"{parameter.name}=", parameter.description) for parameter in query.parameters)


def _list_values(query: SavedQuery, name: str, begun: str) -> Iterator[tuple[str, str]]:
    parameter = query.find_parameter(name)
    if parameter is None:
        return
    names = _open_names()
    if parameter.values or names is None:
        yield from ((value, "") for value in parameter.values)
    elif parameter.scheme is not None:
        yield from names.codes.get(parameter.scheme, {}).items()
    elif parameter.type == "thing":
        things = names.list_things(parameter.classes, 20_000) or ()
        fitting = sorted((t.slug, t.label) for t in things if t.slug.startswith(begun))
        yield from fitting[: _MOST if begun else None]


def _open_names() -> NameResolver | None:
    """Return the names of the current snapshot, or None where there is none to complete from."""
    from ahg_graph.cli.build import find_snapshot_folder
    from ahg_graph.errors import AhgGraphError
    from ahg_graph.queries.name_resolver import has_names, open_names
    from ahg_graph.snapshot import open_at_hand

    try:
        folder: Path = open_at_hand(find_snapshot_folder(None)).path
        return open_names(folder) if has_names(folder) else None
    except AhgGraphError:
        return None
