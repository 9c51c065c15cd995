"""`ahg-graph query`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.commands.answers import Ask, FormatOption, TimeoutOption, answer_question
from ahg_graph.commands.build import Shelf


def query(
    query: Annotated[str, typer.Argument(metavar="FILE_OR_TEXT", help="A file of SPARQL, `-`, or the query itself.")],
    format: FormatOption = None,
    timeout: TimeoutOption = None,
    snapshots: Shelf = None,
) -> None:
    """Ask the current snapshot a SPARQL 1.1 query.

    The default graph is the union of all graphs.

    Examples:  ahg-graph query question.rq      ahg-graph query 'SELECT * { ?s ?p ?o } LIMIT 5' -f csv
    """
    text = _read_text(query)

    async def write(ask: Ask, folder: Path) -> str:
        return text

    answer_question(write, snapshots, format, timeout)


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
