"""`ahg-graph review`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ahg_graph.cli.console import errors
from ahg_graph.cli.home_option import HomeOption
from ahg_graph.errors import BuildFailed

if TYPE_CHECKING:
    from ahg_graph.sources.turtle import Sources


def review(
    document: Annotated[str, typer.Argument(help="Key of the document, such as M2.")],
    by: Annotated[str | None, typer.Option("--by", help="Who reads; needed to accept or to note.")] = None,
    texts: Annotated[
        Path | None,
        typer.Option("--texts", "-t", help="Folder with the documents' texts.", show_default="AHG_GRAPH_TEXTS"),
    ] = None,
    part: Annotated[str | None, typer.Option("--part", "-p", help="One part by its locator or slug.")] = None,
    show: Annotated[bool, typer.Option("--show", help="Show all parts, ask nothing.")] = False,
    home: HomeOption = Path(),
) -> None:
    """Walk through a document part by part: its text, and what the record says of it; accept it, or note what is wrong.

    Answers: a accepts, n and a sentence notes, empty leaves it for later, q ends. They go into data/reviews/, and a
    part is asked about again when the record says something else of it. The exit code is 1 until all are accepted.

    Example:  ahg-graph review M2 --by "A. Reader" --texts ../texts
    """
    from ahg_graph.authoring.part_review import list_notes, list_reviews, list_unread
    from ahg_graph.authoring.review_log import Entry, add_entry, today
    from ahg_graph.sources.turtle import load_sources

    sources = load_sources(home)
    if sources.errors:
        raise BuildFailed(sources.errors)
    if not show and not by:
        raise typer.BadParameter("say who reads (--by), or only look (--show)")
    key = document.upper()
    reviews = list(list_reviews(sources, key, _read_texts(sources, key, texts)))
    chosen = [each for each in reviews if part in (None, each.locator, each.name, each.name.partition(":")[2])]
    if not chosen:
        raise typer.BadParameter(f"{key} has no part {part}")
    notes = list_notes(home, key)
    for each in chosen if show or part else list_unread(home, chosen, key):
        typer.echo(f"\n{key} {each.locator}")
        typer.echo(f"  | {each.text or '(no text at hand)'}")
        for sentence in each.sentences or ("nothing is said of it, and not why",):
            typer.echo(f"  {sentence}")
        for entry in notes.get(each.name, ()):
            typer.echo(f"  -- {entry.outcome} by {entry.by} on {entry.on} {entry.note}".rstrip())
        if show:
            continue
        answer = typer.prompt("a, n SENTENCE, q", default="", show_default=False).strip()
        if answer == "q":
            break
        if answer == "a" or answer.startswith("n "):
            outcome, note = ("accepted", "") if answer == "a" else ("note", answer[2:])
            add_entry(home, key, Entry("part", each.name, outcome, by or "", today(), note, each.digest))
    left = list_unread(home, reviews, key)
    errors().print(f"{len(reviews) - len(left)} of {len(reviews)} parts accepted", markup=False)
    if left:
        raise typer.Exit(1)


def _read_texts(sources: Sources, key: str, folder: Path | None) -> dict[str, str]:
    """Return the texts of a document's parts by slug, where the folder has its text."""
    from ahg_graph.config.settings import read_setting
    from ahg_graph.sources.text_files import load_text

    folder = folder or (Path(setting) if (setting := str(read_setting("texts"))) else None)
    path = folder / f"{key.lower()}.txt" if folder else None
    return dict(load_text(sources, key, path).cut.texts) if path and path.exists() else {}
