"""`ahg-graph words`."""

from __future__ import annotations

from pathlib import Path

import typer

from ahg_graph.cli.home_option import HomeOption
from ahg_graph.cli.texts import FolderArgument, TextOption, load_record, load_texts, tell, tell_missing


def words(folder: FolderArgument, text: TextOption = None, home: HomeOption = Path()) -> None:
    """Write the words of each part of each document to data/words, each word once and sorted.

    A text is cut into the parts of the record where their numbers, bullets and headings stand. Where those do not tell,
    a file {key}.openings beside the text says in lines `slug: words` with which words each part opens; a text whose
    positions are kept in data/texts needs neither. Nothing of a text but its words enters the project. The exit
    code is 1 when a part was not found in its text.

    Example:  ahg-graph words ../texts      ahg-graph words ../texts --text M1=minutes.txt
    """
    from ahg_graph.sources.part_words import write_words

    complete = True
    for key, found in load_texts(load_record(home), folder, text):
        if found is None:
            continue
        cut = found.cut
        target = home / "data" / "words" / f"{key.lower()}.ttl"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(write_words(key, found.document, cut.texts), encoding="utf-8")
        for slug in cut.missing:
            tell_missing(found, slug)
        complete = complete and not cut.missing
        tell(f"{key}: words of {len(cut.texts)} of {len(found.slugs)} parts in {target}")
    if not complete:
        raise typer.Exit(1)
