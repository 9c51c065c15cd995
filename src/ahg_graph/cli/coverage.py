"""`ahg-graph coverage`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ahg_graph.cli.console import errors
from ahg_graph.cli.home_option import Home
from ahg_graph.errors import BuildFailed, UnknownName


def coverage(
    home: Home = Path(),
    document: Annotated[
        str | None,
        typer.Option("--document", "-d", help="Key of one document, such as M1.", show_default="all"),
    ] = None,
    missing: Annotated[bool, typer.Option("--missing", help="Only parts with neither facts nor a reason.")] = False,
) -> None:
    """List, for each part of each document, the facts taken from it, or the reason why there are none.

    The exit code is 1 when a part has neither.

    Example:  ahg-graph coverage --document M1      ahg-graph coverage --missing
    """
    from ahg_graph.sources.coverage import measure_coverage
    from ahg_graph.sources.turtle import load_sources

    sources = load_sources(home)
    if sources.errors:
        raise BuildFailed(sources.errors)
    parts = measure_coverage(sources)
    if document and document.upper() not in (known := {part.document for part in parts}):
        raise UnknownName(f"there is no document {document}; there are: {', '.join(sorted(known))}")
    chosen = [part for part in parts if not document or part.document == document.upper()]
    bare = [part for part in chosen if not part.is_covered]
    rows = [
        (
            part.document,
            part.locator,
            str(sum(part.kinds.values())),
            ", ".join(f"{count} {kind}" for kind, count in part.kinds.items()) or part.reason,
        )
        for part in (bare if missing else chosen)
    ]
    header = ("document", "locator", "nodes", "facts, or why there are none")
    if sys.stdout.isatty():
        grid = Table(*header, header_style="bold", box=SIMPLE_HEAD)
        for row in rows:
            grid.add_row(*row)
        Console().print(grid)
    else:
        csv.writer(sys.stdout).writerows([header, *rows])
    for part in bare:
        errors().print(
            f"{part.place}: {part.document} {part.locator} has no facts; state some, or give ahg:noFactReason",
            markup=False,
        )
    summary = f"{len(bare)} of {len(chosen)} parts have neither facts nor a reason" if bare else ""
    errors().print(summary or f"all {len(chosen)} parts accounted for", markup=False)
    if bare:
        raise typer.Exit(1)
