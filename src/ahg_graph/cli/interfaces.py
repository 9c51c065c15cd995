"""`ahg-graph record-interfaces`."""

from __future__ import annotations

from pathlib import Path

import typer

from ahg_graph.cli.home_option import Home


def record_interfaces(home: Home = Path()) -> None:
    """Record the parameters and columns of every saved query, so that later changes to them are noticed.

    After that a build refuses a query that removes or changes any of them under the same version.

    Example:  ahg-graph record-interfaces
    """
    from ahg_graph.queries.catalogue import load_catalogue
    from ahg_graph.queries.compatibility import FILE, record_promises

    folder = home / "queries"
    catalogue = load_catalogue(folder)
    record_promises(folder, catalogue)
    typer.echo(f"{folder / FILE}: {len(catalogue.versions)} interfaces")
