"""`ahg-graph coverage`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ahg_graph.cli.console import errors
from ahg_graph.cli.home_option import HomeOption
from ahg_graph.errors import BuildFailed, UnknownName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ahg_graph.sources.coverage import PartCoverage


def coverage(
    home: HomeOption = Path(),
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
    rows: list[tuple[str, ...]] = [
        (
            part.document,
            part.locator,
            str(sum(part.kinds.values())),
            ", ".join(f"{count} {kind}" for kind, count in part.kinds.items()) or part.reason,
        )
        for part in (bare if missing else chosen)
    ]
    read = _list_readers(home, chosen)
    if read:
        rows = [
            (*row, read.get(part.part.value, "")) for row, part in zip(rows, bare if missing else chosen, strict=True)
        ]
    header: tuple[str, ...] = (
        "document",
        "locator",
        "nodes",
        "facts, or why there are none",
        *(["read"] if read else []),
    )
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


def _list_readers(home: Path, parts: Sequence[PartCoverage]) -> dict[str, str]:
    """Return who read a part last, when and with what outcome, by the part's IRI; empty where no one read any."""
    from ahg_graph.authoring.part_review import list_notes
    from ahg_graph.config.prefixes import shorten

    notes = {key: list_notes(home, key) for key in {part.document for part in parts}}
    return {
        part.part.value: f"{entries[-1].outcome} by {entries[-1].by} on {entries[-1].on}"
        for part in parts
        if (entries := notes[part.document].get(shorten(part.part.value)))
    }
