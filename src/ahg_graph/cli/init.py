"""`ahg-graph init`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.config.starter import BASE, create_home


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make; it must not exist, or be empty.")],
    base: Annotated[str, typer.Option("--base", metavar="IRI", help="What every IRI of the graph starts with.")] = BASE,
) -> None:
    """Make a home folder to start from: small, invented and commented; it validates, builds, serves and answers.

    Example:  ahg-graph init my-graph --base https://graph.example/
    """
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+/", base):
        raise typer.BadParameter(f"{base!r} is no base; give an http(s) IRI that ends with /", param_hint="--base")
    create_home(folder, base)
    typer.echo(f"{folder}: made; now: cd {folder} && ahg-graph build && ahg-graph serve")
