"""`ahg-graph figures`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ahg_graph.cli.build import Shelf, find_shelf


def figures(
    page: Annotated[bool, typer.Option("--page", help="Write the Markdown page that docs/figures.md holds.")] = False,
    snapshots: Shelf = None,
) -> None:
    """Count what is in the current snapshot: triples, documents, things by kind, decisions by act.

    Examples:  ahg-graph figures      ahg-graph figures --page > docs/figures.md
    """
    from ahg_graph.build.statistics import count_figures, write_page
    from ahg_graph.snapshot import open_at_hand

    tables = count_figures(open_at_hand(find_shelf(snapshots)))
    if page:
        typer.echo(write_page(tables), nl=False)
        return
    for figure in tables:
        shown = Table(*figure.columns, title=figure.heading, title_justify="left", box=SIMPLE_HEAD)
        for row in figure.rows:
            shown.add_row(*row)
        Console().print(shown)
