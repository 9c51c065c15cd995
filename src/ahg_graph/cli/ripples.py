"""`ahg-graph ripples`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.cli.console import errors
from ahg_graph.cli.home_option import HomeOption
from ahg_graph.errors import BuildFailed


def ripples(
    document: Annotated[str, typer.Argument(help="Key of the document, such as M2.")],
    answer: Annotated[
        str | None, typer.Option("--answer", "-a", help="Short name of one that is answered, such as discrepancy:x.")
    ] = None,
    outcome: Annotated[
        str, typer.Option("--outcome", "-o", help="What became of it: recorded, where the record says more; unchanged.")
    ] = "unchanged",
    by: Annotated[str | None, typer.Option("--by", help="Who answers.")] = None,
    note: Annotated[str, typer.Option("--note", "-n", help="Why, in a sentence.")] = "",
    home: HomeOption = Path(),
) -> None:
    """List what a document touches of what was recorded before, and fail until each is answered.

    These are discrepancies that are open about things of which the document speaks, what was planned or undertaken, and
    undertakings that nothing follows up. An answer goes into data/reviews/.

    Example:  ahg-graph ripples M2      ahg-graph ripples M2 --answer meeting:session-03 --by "A. Reader" --note "..."
    """
    from ahg_graph.authoring.review_log import Entry, add_entry, today
    from ahg_graph.authoring.ripples import find_ripples, find_unanswered
    from ahg_graph.sources.turtle import load_sources

    sources = load_sources(home, "ontology", "register", "record")
    if sources.errors:
        raise BuildFailed(sources.errors)
    if answer is not None:
        if outcome not in ("recorded", "unchanged"):
            raise typer.BadParameter(f"{outcome} is no outcome; there are: recorded, unchanged")
        if not by or not note:
            raise typer.BadParameter("say who answers (--by) and why (--note)")
        known = {ripple.name for ripple in find_ripples(sources, document)}
        if answer not in known:
            raise typer.BadParameter(f"{document} does not touch {answer}; list what it does without --answer")
        add_entry(home, document, Entry("ripple", answer, outcome, by, today(), note))
    left = find_unanswered(home, sources, document)
    for ripple in left:
        typer.echo(f"{ripple.place}: {ripple.kind} {ripple.name}: {ripple.question}")
    total = len(find_ripples(sources, document))
    errors().print(f"{total - len(left)} of {total} answered", markup=False)
    if left:
        raise typer.Exit(1)
