"""`--open`: a page of a server that runs on this machine, or of the public one, in the reader's browser."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

from ahg_graph.cli.console import errors, fail_with
from ahg_graph.config.settings import read_setting


def open_page(snapshots: Path, path: str, given: Mapping[str, Sequence[str]]) -> None:
    """Open a page in the browser, and print its address; fails where no server serves these snapshots."""
    from ahg_graph.snapshot.instances import list_servers

    running = next(iter(list_servers(snapshots)), None)
    address = str(read_setting("address")) or (running.url if running else "")
    if not address:
        fail_with("no-server", "no server is running: start one with `ahg-graph serve`, then try again")
    pairs = [(name, value) for name, values in given.items() for value in values]
    query = f"?{urlencode(pairs, quote_via=quote)}" if pairs else ""
    url = f"{address.rstrip('/')}{path}{query}"
    errors().print(url, markup=False)
    if not webbrowser.open(url):
        errors().print("no browser could be opened: open this address yourself", markup=False)
