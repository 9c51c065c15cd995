"""`ahg-graph release`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ahg_graph.cli.build import SnapshotsOption, find_snapshot_folder
from ahg_graph.cli.console import errors, progress
from ahg_graph.cli.home_option import HomeOption
from ahg_graph.config.paths import find_folder
from ahg_graph.errors import BuildFailed

if TYPE_CHECKING:
    from ahg_graph.snapshot import Snapshot

_ASKED = 6
"""Values of each parameter that the saved queries are asked with before a release."""

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
    full: Annotated[
        bool, typer.Option("--full", help="Ask the saved queries over every value first, and not over a sample.")
    ] = False,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", help="Draws the sample; the same seed the same one.", show_default="one of each snapshot's own"
        ),
    ] = None,
) -> None:
    """Write the current snapshot as files that any triple store loads, with hashes, descriptions and changes.

    First the saved queries are asked over values of the graph, the same for the same snapshot; a release is refused
    when an answer is not what the record says.

    The times are those of SOURCE_DATE_EPOCH or of the last commit, so that the same sources give the same bytes.

    Example:  ahg-graph release --since none
    """
    from ahg_graph.build.pipeline import read_time
    from ahg_graph.release import list_releases, make_release
    from ahg_graph.snapshot import open_at_hand
    from ahg_graph.snapshot.snapshot_store import WHOLE

    snapshot, folder = open_at_hand(find_snapshot_folder(snapshots)), find_release_folder(releases)
    if (home / "queries").is_dir() and (snapshot.path / WHOLE).is_file():
        _check_answers(
            home, snapshot, full=full, seed=int(snapshot.manifest.identity[:8], 16) if seed is None else seed
        )
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


def _check_answers(home: Path, snapshot: Snapshot, *, full: bool, seed: int) -> None:
    """Refuse a snapshot of which a saved query gives an answer that is not what the record says."""
    from ahg_graph.config.prefixes import get_home
    from ahg_graph.queries.catalogue import load_catalogue
    from ahg_graph.queries.exhaustive_check import Sample, check_all_answers
    from ahg_graph.rdf.terms import NamedNode
    from ahg_graph.sparql.memory_dataset import MemoryDataset, read_quads

    aligned = NamedNode(get_home().aligned_graph)  # which saved queries leave out
    dataset = MemoryDataset(quad.triple for quad in read_quads(snapshot.store) if quad.graph_name != aligned)
    sample = None if full else Sample(_ASKED, seed)
    with progress() as report:
        problems = check_all_answers(load_catalogue(home / "queries"), dataset.select, report, sample=sample)
    if problems:
        if sample:
            errors().print(f"asked {_ASKED} values of each parameter, drawn by --seed {seed}", markup=False)
        raise BuildFailed(problems)
