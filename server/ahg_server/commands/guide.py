"""`ahg-graph guide`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def guide(
    folder: Annotated[Path, typer.Argument(help="Folder to write the pages to; it is made if it is missing.")],
) -> None:
    """Write the guide as a site of its own: pages to open in a browser or to put on any web server.

    A server of the graph shows the same at `/guide`. The pages need no server: their search works from files too.

    Example:  ahg-graph guide build/guide
    """
    from ahg_server.presentation.guide_site import write_site

    typer.echo(f"{write_site(folder)} pages in {folder}; begin with {folder / 'index.html'}")
