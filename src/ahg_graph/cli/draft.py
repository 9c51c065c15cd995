"""`ahg-graph draft`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.cli.console import errors
from ahg_graph.cli.home_option import HomeOption
from ahg_graph.errors import BuildFailed


def draft(
    document: Annotated[str, typer.Argument(help="Key of the document, in capitals, such as M2.")],
    proposal: Annotated[
        Path, typer.Option("--from", "-f", help="File with the proposal, as `new-record --format json` writes it.")
    ],
    text: Annotated[
        Path, typer.Option("--text", "-t", help="File with the document: text (UTF-8), HTML, DOCX or PDF.")
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; it must not exist.")] = None,
    home: HomeOption = Path(),
) -> None:
    """Check a structured proposal against the text, and write only what holds; the rest are questions.

    The proposal may come from a colleague or from a program. Parts must stand where it says, names and verbs be written
    so, acts be those of their verbs, and summaries be in other words than the text's. Decisions may have `summary`,
    `concerns` (IRIs) and `force` besides. The exit code is 1 while there are questions.

    Example:  ahg-graph draft M2 --from proposal.json --text minutes.txt -o data/record/m2.ttl
    """
    from ahg_graph.authoring.draft_checks import check_draft
    from ahg_graph.authoring.draft_turtle import write_draft
    from ahg_graph.rdf.terms import NamedNode
    from ahg_graph.reading.file_formats import read_text
    from ahg_graph.reading.unreadable import UnreadableText
    from ahg_graph.sources.scaffold import read_act_codes, read_agents
    from ahg_graph.sources.turtle import load_sources

    if output and output.exists():
        raise typer.BadParameter(f"{output} exists already; name another file")
    try:
        found = json.loads(proposal.read_text(encoding="utf-8"))
        words = read_text(text.name, text.read_bytes()).text
    except OSError as error:
        raise typer.BadParameter(f"cannot read {error.filename}: {error.strerror}") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise typer.BadParameter(f"{proposal} is no JSON: {error}") from error
    except UnreadableText as error:
        raise typer.BadParameter(f"cannot read {text}: {error}") from error
    if not isinstance(found, dict):
        raise typer.BadParameter(f"{proposal} holds no object")
    sources = load_sources(home, "ontology", "register", "record")
    if sources.errors:
        raise BuildFailed(sources.errors)
    things = {t.subject.value for t in sources.triples("register") if isinstance(t.subject, NamedNode)}
    checked = check_draft(found, words, read_agents(sources), read_act_codes(sources), things)
    about = found.get("document") if isinstance(found.get("document"), dict) else {}
    written = write_draft(document.upper(), dict(about or {}), checked, proposal.name)
    if output:
        output.write_text(written, encoding="utf-8")
    else:
        typer.echo(written, nl=False)
    for question in checked.questions:
        errors().print(question, markup=False)
    held = len(checked.parts) + len(checked.attendances) + len(checked.decisions)
    errors().print(f"{held} lines hold, {len(checked.questions)} questions", markup=False)
    if checked.questions:
        raise typer.Exit(1)
