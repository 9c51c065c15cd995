"""`ahg-graph new-record`."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ahg_graph.cli.console import errors
from ahg_graph.cli.home_option import HomeOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ahg_graph.reading.document_reading import DocumentReading


class RecordFormat(StrEnum):
    """What the command writes."""

    TURTLE = "turtle"
    JSON = "json"


def new_record(
    key: Annotated[str, typer.Argument(help="Key of the document, in capitals, such as M2.")],
    text: Annotated[Path, typer.Argument(help="File with the document: text (UTF-8), HTML, DOCX or PDF.")],
    meeting: Annotated[
        str | None, typer.Option("--meeting", "-m", help="Slug of the meeting that it records, such as session-02.")
    ] = None,
    document: Annotated[
        str | None,
        typer.Option("--document", "-d", help="Slug of the document.", show_default="{meeting}-statement, or the key"),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; it must not exist.")] = None,
    form: Annotated[
        RecordFormat,
        typer.Option("--format", "-f", help="turtle: the skeleton; json: all that was read, with its places."),
    ] = RecordFormat.TURTLE,
    parts: Annotated[
        bool, typer.Option("--parts", help="Show each line of the text beside the part it belongs to.")
    ] = False,
    home: HomeOption = Path(),
) -> None:
    """Write the skeleton of a document's record: its parts, with attendances and decisions proposed in comments.

    Proposals are comments: read the document, correct each proposal and remove its comment mark. What could not be read
    is said: names, verbs and numbers that are not known or missing, and a language other than English.

    Example:  ahg-graph new-record M2 minutes.txt --meeting session-02 -o data/record/m2.ttl
    """
    import orjson

    from ahg_graph.authoring.ripples import find_touched
    from ahg_graph.reading.document_reading import read_document
    from ahg_graph.reading.file_formats import read_text
    from ahg_graph.reading.json_report import make_report
    from ahg_graph.reading.unreadable import UnreadableText
    from ahg_graph.sources.register_proposals import propose_register
    from ahg_graph.sources.scaffold import read_act_codes, read_agents, write_record
    from ahg_graph.sources.turtle import load_sources

    if not re.fullmatch(r"[A-Z][A-Z0-9]*", key):
        raise typer.BadParameter(f"{key!r} is not a document key; use capitals and digits, as in M2")
    if output and output.exists():
        raise typer.BadParameter(f"{output} exists already; name another file")
    try:
        content = text.read_bytes()
        found = read_text(text.name, content)
    except OSError as error:
        raise typer.BadParameter(f"cannot read {text}: {error.strerror}") from error
    except UnreadableText as error:
        raise typer.BadParameter(f"cannot read {text}: {error}") from error
    sources = load_sources(home, "ontology", "register", "record")
    reading = read_document(found.text, read_agents(sources), read_act_codes(sources), found.problem)
    slug = document or (f"{meeting}-statement" if meeting else key.lower())
    if parts:
        written = "\n".join(_show_parts(reading)) + "\n"
    elif form is RecordFormat.JSON:
        report = make_report(reading, key, slug, meeting, text.name, hashlib.sha256(content).hexdigest())
        written = orjson.dumps(report, option=orjson.OPT_INDENT_2).decode() + "\n"
    else:
        proposed = list(propose_register(sources, reading, key, slug, meeting))
        touched = [f"#! {each.kind} {each.name} ({each.place})" for each in find_touched(sources, found.text)]
        if touched:
            told = f"# By the names in the text. When the record is written: ahg-graph ripples {key}"
            proposed += ["", "######## What it may touch", "", told, *touched]
        written = write_record(key, slug, meeting, reading, text.name, proposed)
    if output:
        output.write_text(written, encoding="utf-8")
    else:
        typer.echo(written, nl=False)
    _tell(reading)


def _show_parts(reading: DocumentReading) -> Iterator[str]:
    """Yield the lines of the text, each with the part that begins there, `|` where it goes on, `x` where left out."""
    lines = reading.text.splitlines()
    begins = {part.lines[0]: part for part in reversed(reading.parts)}
    inside = {number for part in reading.parts for number in range(part.lines[0], part.lines[1] + 1)}
    left_out = {item.line: item.reason for item in reading.dropped}
    for number, line in enumerate(lines, 1):
        part = begins.get(number)
        name = (
            f"{part.slug} ({part.kind})"
            if part
            else f"x {left_out[number]}"
            if number in left_out
            else "|" * (number in inside)
        )
        yield f"{name[:44]:44}  {line.rstrip()}".rstrip()


def _tell(reading: DocumentReading) -> None:
    """Print what was not read, each once, and how much was."""
    for message in dict.fromkeys(item.message for item in reading.problems):
        errors().print(message, markup=False)
    known = len({item.agent.label for item in reading.attendances if item.agent})
    errors().print(f"{len(reading.parts)} parts, {known} agents recognised", markup=False)
