"""`ahg-graph settings`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ahg_graph.config.settings import SETTINGS, is_shared, read_setting


def settings(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page docs/settings.md.")] = False,
) -> None:
    """List the settings: the variable that sets each, its current value and its default.

    Example:  AHG_GRAPH_TIMEOUT=5 ahg-graph settings
    """
    if markdown:
        typer.echo(write_page(), nl=False)
        return
    grid = Table("variable", "value", "default", "meaning", header_style="bold", box=None)
    for setting in SETTINGS.values():
        grid.add_row(setting.variable, str(read_setting(setting.name)), str(setting.default), setting.help)
    Console().print(grid)


def write_page() -> str:
    """Return the text of docs/settings.md."""
    shared = "; divided among the server processes"
    rows = [
        f"| `{s.variable}` | `{s.default}` | {s.help}{shared if is_shared(s.name) else ''} |" for s in SETTINGS.values()
    ]
    return "\n".join(
        (
            "# Settings",
            "",
            "Settings are environment variables, read each time they are needed. This page is printed by",
            "`ahg-graph settings --markdown`; without the option the current values are shown.",
            "",
            "| variable | default | meaning |",
            "|---|---|---|",
            *rows,
            "",
        )
    )
