"""`ahg-graph texts`, and how it and `words` find the texts of the documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ahg_graph.cli.console import errors
from ahg_graph.cli.home_option import HomeOption
from ahg_graph.errors import BuildFailed

if TYPE_CHECKING:
    from ahg_graph.sources.text_files import DocumentText
    from ahg_graph.sources.turtle import Sources

FolderArgument = Annotated[
    Path, typer.Argument(help="Folder with the documents' texts, UTF-8: {key}.txt, such as m1.txt.")
]
TextOption = Annotated[
    list[str] | None, typer.Option("--text", "-t", help="The file of one document, as KEY=FILE, such as M1=a.txt.")
]


def texts(
    folder: FolderArgument,
    text: TextOption = None,
    write: Annotated[bool, typer.Option("--write", help="Write positions and hashes to data/texts.")] = False,
    home: HomeOption = Path(),
) -> None:
    """Check the position and the hash of each part of each document against its text.

    Anyone who has the texts can so see that each locator leads to the words it was made from. No sentence is kept.
    The exit code is 1 when something differs, and so is a document without a text. With --write the files of data/texts
    are made anew.

    Example:  ahg-graph texts ../texts      ahg-graph texts ../texts --write
    """
    from ahg_graph.sources.text_positions import compare_positions, describe_positions, read_positions, write_positions

    sources = load_record(home)
    kept, locators = read_positions(sources), _list_locators(sources)
    complete = True
    for key, found in load_texts(sources, folder, text):
        if found is None:
            complete = False
            continue
        if write:
            missing = [slug for slug in found.slugs if slug not in found.cut.spans]
            for slug in missing:
                tell_missing(found, slug)
            target = home / "data" / "texts" / f"{key.lower()}.ttl"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(write_positions(key, found.document, describe_positions(found.cut)), encoding="utf-8")
            tell(f"{key}: positions of {len(found.cut.spans)} of {len(found.slugs)} parts in {target}")
            complete = complete and not missing
            continue
        if found.document not in kept:
            tell(f"{key}: no positions are kept; write them with --write")
            complete = False
            continue
        slugs = {slug: locators.get(f"{found.document}/{slug}", slug) for slug in found.slugs}
        differing = list(compare_positions(kept[found.document], found.cut.whole, slugs))
        for sentence in differing:
            tell(f"{key}: {sentence}")
        if not differing:
            tell(f"{key}: all {len(slugs)} parts are where they are said to be")
        complete = complete and not differing
    if not complete:
        raise typer.Exit(1)


def load_record(home: Path) -> Sources:
    """Return what the project says of documents and their parts; raises BuildFailed for syntax errors."""
    from ahg_graph.sources.turtle import load_sources

    sources = load_sources(home, "register", "record", "texts")
    if sources.errors:
        raise BuildFailed(sources.errors)
    return sources


def load_texts(
    sources: Sources, folder: Path, named: Sequence[str] | None
) -> Iterator[tuple[str, DocumentText | None]]:
    """Yield the text of each document that has parts, by key; None, and a word on it, for one that has no text."""
    from ahg_graph.sources.text_files import list_documents, load_text
    from ahg_graph.sources.text_folder import find_texts

    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder")
    documents = list_documents(sources)
    files = dict(find_texts(folder, documents))
    for given in named or ():
        key, _, name = given.partition("=")
        if key.upper() not in documents or not name:
            raise typer.BadParameter(f"{given!r} is not KEY=FILE with a key of {', '.join(documents)}")
        files[key.upper()] = folder / name
    for key in documents:
        if key not in files:
            tell(f"{key}: no text")
            yield key, None
            continue
        try:
            yield key, load_text(sources, key, files[key])
        except OSError as error:
            raise typer.BadParameter(f"cannot read {error.filename}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise typer.BadParameter(f"a text of {key} is not UTF-8") from error


def tell_missing(text: DocumentText, slug: str) -> None:
    """Say that a part was not found in its text, and what to do."""
    from ahg_graph.sources.text_files import find_openings

    openings = find_openings(text.key, text.path).name
    tell(f"{text.key}: {slug} was not found in {text.path.name}; say in {openings} how it opens")


def tell(sentence: str) -> None:
    """Print a sentence where progress and errors go."""
    errors().print(sentence, markup=False)


def _list_locators(sources: Sources) -> dict[str, str]:
    from ahg_graph.rdf.provenance_vocabulary import LOCATOR
    from ahg_graph.rdf.terms import Literal, NamedNode

    return {
        t.subject.value: t.object.value
        for t in sources.triples("record")
        if t.predicate.value == LOCATOR and isinstance(t.subject, NamedNode) and isinstance(t.object, Literal)
    }
