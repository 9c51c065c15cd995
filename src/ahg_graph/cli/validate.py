"""`ahg-graph validate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ahg_graph.cli.console import errors, progress
from ahg_graph.cli.home_option import HomeOption
from ahg_graph.errors import BuildFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ahg_graph.authoring.quick_check import QuickCheck
    from ahg_graph.authoring.whole_check import WholeCheck
    from ahg_graph.sources.turtle import Sources


def validate(
    home: HomeOption = Path(),
    watch: Annotated[
        bool,
        typer.Option("--watch", "-w", help="Go on, and check what was saved as soon as it is saved; Ctrl-C ends it."),
    ] = False,
    texts: Annotated[
        Path | None,
        typer.Option(
            "--texts",
            "-t",
            help="Folder with the documents' texts, {key}.txt each: what is written is compared with them as well.",
            show_default="AHG_GRAPH_TEXTS",
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Ask every saved query over every value that the graph has; takes minutes.")
    ] = False,
) -> None:
    """Check the sources as a build does, and write nothing.

    With --texts, a run of eight words that a document has too is refused; nothing of the texts is kept.

    With --watch, each time that a file is saved its syntax, its codes and names and the shapes of what changed are
    checked at once, and then the whole.

    Example:  ahg-graph validate --home ../my-copy
    """
    from ahg_graph.build.validation import validate_home

    if watch:
        _watch(home, full)
        return
    with progress() as report:
        examination = validate_home(home, report, full=full)
    for warning in examination.warnings:
        errors().print(f"warning: {warning}", markup=False)
    if examination.held_back:
        errors().print(
            f"{examination.held_back} more problems may appear once the syntax errors are corrected", markup=False
        )
    problems = [*examination.problems, *_compare(examination.sources, texts)]
    if problems:
        raise BuildFailed(problems)
    count = sum(len(source.triples) for source in examination.sources.files)
    typer.echo(f"{len(examination.sources.files)} files, {count} triples, no problems")


def _compare(sources: Sources, folder: Path | None) -> Sequence[object]:
    """Return the runs of words that what is written shares with the texts, where there are any."""
    from ahg_graph.config.prefixes import get_home
    from ahg_graph.config.settings import read_setting
    from ahg_graph.sources.copied_runs import find_copied_runs, read_texts

    folder = folder or (Path(setting) if (setting := str(read_setting("texts"))) else None)
    if folder is None:
        return ()
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder")
    return find_copied_runs(sources, read_texts(folder, {document.key: None for document in get_home().documents}))


def _watch(home: Path, full: bool) -> None:
    """Check what is saved, at once and then whole, until interrupted."""
    import gc

    from ahg_graph.authoring.quick_check import QuickCheck
    from ahg_graph.authoring.whole_check import WholeCheck

    quick, whole = QuickCheck(home), WholeCheck(home, full)
    gc.collect()
    gc.freeze()  # what was read is there to stay
    typer.echo(f"watching {len(quick.watched.sources.files)} files")
    whole.start()
    try:
        _tell(quick, whole)
    finally:
        whole.stop()


def _tell(quick: QuickCheck, whole: WholeCheck) -> None:
    """Print what is wrong each time that something is saved."""
    import time

    for changes in quick.watched.wait(lambda: _show_whole(whole)):
        whole.stop()
        began = time.perf_counter()
        problems = quick.check(changes)
        saved = ", ".join(source.path for pair in changes if (source := pair[1] or pair[0])) or "settings or rules"
        warnings = [problem for problem in problems if getattr(problem, "severity", "violation") != "violation"]
        for problem in problems:
            typer.echo(f"warning: {problem}" if problem in warnings else str(problem))
        number = len(problems) - len(warnings)
        count = f"{number} problem{'s' if number != 1 else ''}" if number else "no problems so far"
        typer.echo(f"{saved}: {count} ({time.perf_counter() - began:.1f} s)")
        whole.start()


def _show_whole(whole: WholeCheck) -> bool:
    """Print what the check of the whole has found, once it has; never ends the watch."""
    for line in whole.take_lines():
        typer.echo(line)
    return False
