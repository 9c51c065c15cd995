"""`ahg-graph words`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.cli.console import errors
from ahg_graph.cli.home_option import HomeOption
from ahg_graph.errors import BuildFailed


def words(
    folder: Annotated[Path, typer.Argument(help="Folder with the documents' texts, UTF-8: {key}.txt, such as m1.txt.")],
    text: Annotated[
        list[str] | None, typer.Option("--text", "-t", help="The file of one document, as KEY=FILE, such as M1=a.txt.")
    ] = None,
    home: HomeOption = Path(),
) -> None:
    """Write the words of each part of each document to data/words, each word once and sorted.

    A text is cut into the parts of the record where their numbers, bullets and headings stand. Where those do not tell,
    a file {key}.openings beside the text says in lines `slug: words` with which words each part opens. Neither file
    enters the project. The exit code is 1 when a part was not found in its text.

    Example:  ahg-graph words ../texts      ahg-graph words ../texts --text M1=minutes.txt
    """
    from ahg_graph.sources.part_words import cut_text, find_texts, list_part_slugs, read_openings, write_words
    from ahg_graph.sources.turtle import load_sources

    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder")
    sources = load_sources(home, "register", "record")
    if sources.errors:
        raise BuildFailed(sources.errors)
    documents = {key: found for key, found in list_part_slugs(sources).items() if found[1]}
    files = dict(find_texts(folder, documents))
    for given in text or ():
        key, _, name = given.partition("=")
        if key.upper() not in documents or not name:
            raise typer.BadParameter(f"{given!r} is not KEY=FILE with a key of {', '.join(documents)}")
        files[key.upper()] = folder / name
    complete = True
    for key, (document, slugs) in documents.items():
        if key not in files:
            errors().print(f"{key}: no text", markup=False)
            continue
        path = files[key]
        opened = folder / f"{key.lower()}.openings"
        try:
            openings = read_openings(opened.read_text(encoding="utf-8")) if opened.exists() else None
            cut = cut_text(path.read_text(encoding="utf-8"), slugs, openings)
        except OSError as error:
            raise typer.BadParameter(f"cannot read {error.filename}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise typer.BadParameter(f"a text of {key} is not UTF-8") from error
        target = home / "data" / "words" / f"{key.lower()}.ttl"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(write_words(key, document, cut.texts), encoding="utf-8")
        for slug in cut.missing:
            errors().print(
                f"{key}: {slug} was not found in {path.name}; say in {opened.name} how it opens", markup=False
            )
        complete = complete and not cut.missing
        errors().print(f"{key}: words of {len(cut.texts)} of {len(slugs)} parts in {target}", markup=False)
    if not complete:
        raise typer.Exit(1)
