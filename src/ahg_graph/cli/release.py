"""`ahg-graph release`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.cli.build import SnapshotsOption, find_snapshot_folder
from ahg_graph.cli.home_option import HomeOption
from ahg_graph.config.paths import find_folder

ReleasesOption = Annotated[
    Path | None,
    typer.Option("--releases", help="Folder that holds the releases.", show_default="AHG_GRAPH_RELEASES"),
]


def find_release_folder(releases: Path | None) -> Path:
    """Return the folder of releases: as called, else as the settings say."""
    return releases or find_folder("releases")


def release(
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            help="Release to compare with: its identity or its folder; `none` for no comparison.",
            show_default="the newest other release",
        ),
    ] = None,
    home: HomeOption = Path(),
    snapshots: SnapshotsOption = None,
    releases: ReleasesOption = None,
) -> None:
    """Write the current snapshot as files that any triple store loads, with hashes, descriptions and changes.

    The times are those of SOURCE_DATE_EPOCH or of the last commit, so that the same sources give the same bytes.

    Example:  ahg-graph release --since none
    """
    from ahg_graph.build.pipeline import read_time
    from ahg_graph.release import list_releases, make_release
    from ahg_graph.snapshot import open_at_hand

    snapshot, folder = open_at_hand(find_snapshot_folder(snapshots)), find_release_folder(releases)
    before: Path | None = None
    if since is None:
        others = [found for found in list_releases(folder) if found.identity != snapshot.manifest.identity]
        before = folder / others[0].identity if others else None
    elif since != "none":
        before = Path(since) if Path(since).is_dir() else folder / since
    made = make_release(snapshot, folder, read_time(home), before)
    size = sum(file.size for file in made.files)
    compared = f", with the changes since {made.since}" if made.since else ""
    typer.echo(f"{folder / made.identity}: {len(made.files)} files, {size / 1e6:.1f} MB{compared}")
