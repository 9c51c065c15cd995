"""The option `--home`, which every command takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
import typer.main

from ahg_graph.config.paths import HOME_FILE, choose_home, find_home


def _choose(context: typer.Context, folder: Path) -> Path:
    """Return the home folder at hand, which is the one that was named, if one was."""
    source = context.get_parameter_source("home")
    if source is None or source.name == "DEFAULT":
        return find_home()
    choose_home(folder)
    return folder


Home = Annotated[
    Path,
    typer.Option(
        "--home",
        help=f"Home folder: the one that holds {HOME_FILE}, ontology/, data/ and queries/.",
        show_default="this folder, else that of the package",
        callback=_choose,
    ),
]


def _take(home: Home = Path()) -> None:
    """Stand in for a command that takes the home, so that its option can be made."""


def make_home_option() -> Any:
    """Return the option for a command that does not take the home itself."""
    single = typer.Typer(add_completion=False)
    single.command("home")(_take)
    option = next(parameter for parameter in typer.main.get_command(single).params if parameter.name == "home")
    option.expose_value = False
    return option
