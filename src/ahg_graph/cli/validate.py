"""`ahg-graph validate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.cli.console import errors, progress
from ahg_graph.cli.home_option import HomeOption
from ahg_graph.errors import BuildFailed


def validate(
    home: HomeOption = Path(),
    full: Annotated[
        bool, typer.Option("--full", help="Ask every saved query over every value that the graph has; takes minutes.")
    ] = False,
) -> None:
    """Check the sources as a build does, and write nothing.

    Example:  ahg-graph validate --home ../my-copy
    """
    from ahg_graph.build.validation import validate_home

    with progress() as report:
        examination = validate_home(home, report, full=full)
    for warning in examination.warnings:
        errors().print(f"warning: {warning}", markup=False)
    if examination.held_back:
        errors().print(
            f"{examination.held_back} more problems may appear once the syntax errors are corrected", markup=False
        )
    if examination.problems:
        raise BuildFailed(examination.problems)
    count = sum(len(source.triples) for source in examination.sources.files)
    typer.echo(f"{len(examination.sources.files)} files, {count} triples, no problems")
