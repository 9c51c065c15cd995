"""`ahg-graph new-record`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.cli.console import errors
from ahg_graph.cli.home_option import Home


def new_record(
    key: Annotated[str, typer.Argument(help="Key of the document, in capitals, such as M2.")],
    text: Annotated[Path, typer.Argument(help="File with the document's text, UTF-8.")],
    meeting: Annotated[
        str | None, typer.Option("--meeting", "-m", help="Slug of the meeting that it records, such as session-02.")
    ] = None,
    document: Annotated[
        str | None,
        typer.Option("--document", "-d", help="Slug of the document.", show_default="{meeting}-statement, or the key"),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; it must not exist.")] = None,
    home: Home = Path(),
) -> None:
    """Write the skeleton of a document's record: its parts, with attendances and decisions proposed in comments.

    Proposals are comments: read the document, correct each proposal and remove its comment mark.

    Example:  ahg-graph new-record M2 minutes.txt --meeting session-02 -o data/record/m2.ttl
    """
    from ahg_graph.sources.document_parts import parse_transcript
    from ahg_graph.sources.scaffold import find_attendances, read_agents, write_record
    from ahg_graph.sources.turtle import load_sources

    if not re.fullmatch(r"[A-Z][A-Z0-9]*", key):
        raise typer.BadParameter(f"{key!r} is not a document key; use capitals and digits, as in M2")
    if output and output.exists():
        raise typer.BadParameter(f"{output} exists already; name another file")
    try:
        parts = parse_transcript(text.read_text(encoding="utf-8"))
    except OSError as error:
        raise typer.BadParameter(f"cannot read {text}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{text} is not UTF-8") from error
    sources = load_sources(home)
    slug = document or (f"{meeting}-statement" if meeting else key.lower())
    record = write_record(key, slug, meeting, parts, sources, text.name)
    if output:
        output.write_text(record, encoding="utf-8")
    else:
        typer.echo(record, nl=False)
    found = list(find_attendances(parts, read_agents(sources)))
    for name in dict.fromkeys(item.name for item in found if item.agent is None):
        errors().print(f"not recognised: {name}", markup=False)
    known = len({item.agent for item in found if item.agent})
    errors().print(f"{len(parts)} parts, {known} agents recognised", markup=False)
