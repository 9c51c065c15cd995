"""The texts of documents in a folder outside the project, cut into the parts of the record in one way for all uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ahg_graph.sources.part_words import PartTexts, cut_at, cut_text, list_part_slugs, read_openings
from ahg_graph.sources.text_normalization import hash_text, normalize_text
from ahg_graph.sources.text_positions import read_positions
from ahg_graph.sources.turtle import Sources


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text of a document: its key, its IRI, the slugs of its parts, the file, and how it is cut."""

    key: str
    document: str
    slugs: tuple[str, ...]
    path: Path
    cut: PartTexts


def list_documents(sources: Sources) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Return the documents that have parts: key to IRI and slugs."""
    return {key: found for key, found in list_part_slugs(sources).items() if found[1]}


def load_text(sources: Sources, key: str, path: Path) -> DocumentText:
    """Read the text of a document and cut it.

    It is cut where a file `{key}.openings` beside it says, else where the positions that are kept of this very text
    say, else where its own numbers, bullets and headings do. Raises OSError and UnicodeDecodeError.
    """
    document, slugs = list_documents(sources)[key]
    text = path.read_text(encoding="utf-8")
    openings = find_openings(key, path)
    kept = read_positions(sources).get(document)
    if openings.exists():
        cut = cut_text(text, slugs, read_openings(openings.read_text(encoding="utf-8")))
    elif kept and kept.text_hash == hash_text(normalize_text(text)):
        cut = cut_at(text, slugs, {slug: (start, end) for slug, (start, end, _) in kept.parts.items()})
    else:
        cut = cut_text(text, slugs)
    return DocumentText(key, document, slugs, path, cut)


def find_openings(key: str, path: Path) -> Path:
    """Return where the file lies that says how the parts of a text open."""
    return path.with_name(f"{key.lower()}.openings")
