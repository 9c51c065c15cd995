"""`ahg-graph edit`."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.cli.console import errors
from ahg_graph.cli.home_option import HomeOption
from ahg_graph.errors import BuildFailed

_OF = "record.sha256"


def edit(
    document: Annotated[str, typer.Argument(help="Key of the document, such as M2, or a file of the register.")],
    to: Annotated[
        Path | None, typer.Option("--to", help="Write the tables into this folder, which is made, and stop.")
    ] = None,
    back: Annotated[
        Path | None, typer.Option("--from", help="Write back what was changed in the tables of this folder.")
    ] = None,
    layout: Annotated[
        bool, typer.Option("--layout", help="Lay the record out anew; its triples stay the same.")
    ] = False,
    home: HomeOption = Path(),
) -> None:
    """Open a document's record as tables, and write back as Turtle what was changed in them.

    Parts, names, attendances, memberships and follow-ups are tables (.tsv), decisions and discrepancies cards (.txt),
    as the templates in ontology/templates say. What is not changed stays as it is, comments too. Without --to or --from
    the editor of $VISUAL or $EDITOR opens them. A file of the register is opened by its name, such as discrepancies.

    Example:  ahg-graph edit M2      ahg-graph edit M2 --to tables, and then  ahg-graph edit M2 --from tables
    """
    from ahg_graph.authoring.record_tables import lay_out, write_tables
    from ahg_graph.authoring.templates import load_templates

    name = f"{document.lower()}.ttl"
    path = home / "data" / "record" / name
    path = path if path.exists() else home / "data" / "register" / name
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise typer.BadParameter(f"cannot read {path}: {error.strerror}") from error
    if layout:
        _save(path, text, lay_out(text))
        return
    if back is not None:
        _write_back(home, path, text, back)
        return
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if to is None and not editor:
        raise typer.BadParameter("set $VISUAL or $EDITOR, or name a folder with --to and --from")
    folder = to or Path(tempfile.mkdtemp(prefix=f"{document.lower()}-"))
    folder.mkdir(parents=True, exist_ok=True)
    counts = write_tables(text, load_templates(home), folder)
    (folder / _OF).write_text(hashlib.sha256(text.encode()).hexdigest() + "\n", encoding="utf-8")
    shown = ", ".join(f"{count} {family}" for family, count in counts.items() if count)
    errors().print(f"{folder}: {shown or 'nothing that a template shows'}", markup=False)
    if to is None:
        files = sorted(str(each) for each in folder.iterdir() if each.name != _OF and each.stat().st_size)
        subprocess.run([*shlex.split(str(editor)), *files], check=True)
        _write_back(home, path, text, folder)


def _write_back(home: Path, path: Path, text: str, folder: Path) -> None:
    from ahg_graph.authoring.record_tables import read_back
    from ahg_graph.authoring.templates import load_templates
    from ahg_graph.config.home_file import read_home

    made_of = folder / _OF
    if made_of.exists() and made_of.read_text(encoding="utf-8").strip() != hashlib.sha256(text.encode()).hexdigest():
        raise typer.BadParameter(f"{path} has changed since {folder} was written; write it anew with --to")
    _save(path, text, read_back(text, load_templates(home), folder, read_home(home).prefixes))


def _save(path: Path, before: str, after: str) -> None:
    """Write a record that can be read, and say how many lines are others."""
    import difflib

    from ahg_graph.sources.turtle import parse_turtle

    slips = parse_turtle(after.encode(), str(path), blank_nodes=False)[2]
    if slips:
        raise BuildFailed(slips)
    lines = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:1] in "+-"]
    if after != before:
        path.write_text(after, encoding="utf-8", newline="")
    gone = sum(line.startswith("-") for line in lines)
    errors().print(f"{path}: {len(lines) - gone} lines added, {gone} removed", markup=False)
