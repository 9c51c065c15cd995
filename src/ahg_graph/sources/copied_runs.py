"""Runs of words that a record shares with the text of its document: summaries are in the curator's own words.

The texts are compared as they are read and nothing of them is kept. Names are quoted as they stand, so that a run that
lies within a recorded name, a label or a title does not count, nor does one that is a list of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ahg_graph.config.prefixes import ONT, PREFIXES, shorten
from ahg_graph.rdf.source_location import SourceLocation
from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.sources.text_normalization import strip_markup
from ahg_graph.sources.turtle import Source, Sources

_RUN = 8
_PLAIN = 3
"""Words of a run that must be plain ones: in lower case, and of some length."""
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_COMMENT = re.compile(r"^[ \t]*#+ ?(.*)$")
_NAMES = frozenset(
    (
        *(ONT + name for name in ("nameText", "acronym", "isoName", "locator", "partWords")),
        *(PREFIXES["skos"] + name for name in ("prefLabel", "altLabel", "hiddenLabel")),
        PREFIXES["dcterms"] + "title",
    )
)
_FUNCTION = frozenset(
    (
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "between",
        "by",
        "for",
        "from",
        "had",
        "has",
        "have",
        "in",
        "into",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "to",
        "was",
        "were",
        "which",
        "who",
        "will",
        "with",
        "within",
    )
)

Words = list[tuple[str, str]]
"""The words of a text, each in lower case and as it stands."""


@dataclass(frozen=True, slots=True)
class CopiedRun:
    """A run of words that stands in the text of a document too: where it is written, and which document it is."""

    place: SourceLocation
    document: str
    words: str
    about: str = ""

    def __str__(self) -> str:
        about = f"{self.about}: " if self.about else ""
        return f"{self.place}: {about}these words stand in {self.document} too; say it in your own: {self.words}"


def find_copied_runs(sources: Sources, texts: Mapping[str, str]) -> tuple[CopiedRun, ...]:
    """Return the runs that what is written shares with the texts of documents, by their keys: one for each literal."""
    names = {key for text in _list_names(sources) for key, _ in _list_runs(_split(text))}
    known: dict[tuple[str, ...], str] = {}
    for document, text in texts.items():
        for key, window in _list_runs(_split(strip_markup(text))):
            if key not in names and _is_prose(window):
                known.setdefault(key, document)
    return tuple(
        CopiedRun(place, known[key], _join(words, known, number), about)
        for source in sources.select("register", "record")
        for place, about, words in _list_written(source)
        for number, key in _find_first(words, known)
    )


def read_texts(folder: Path, keys: Mapping[str, object]) -> dict[str, str]:
    """Return the texts of documents in a folder, `{key}.txt` each; a document without a file is left out."""
    paths = {key: folder / f"{key.lower()}.txt" for key in keys}
    return {key: path.read_text(encoding="utf-8") for key, path in paths.items() if path.exists()}


def _find_first(words: Words, known: Mapping[tuple[str, ...], str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the first run that is known, with where it begins."""
    for number, (key, _) in enumerate(_list_runs(words)):
        if key in known:
            yield number, key
            return


def _join(words: Words, known: Mapping[tuple[str, ...], str], start: int) -> str:
    """Return the words from a known run on, as far as one known run follows the other."""
    end = start + _RUN
    while end < len(words) and tuple(word for word, _ in words[end - _RUN + 1 : end + 1]) in known:
        end += 1
    return " ".join(raw for _, raw in words[start:end])


def _list_written(source: Source) -> Iterator[tuple[SourceLocation, str, Words]]:
    """Yield each text and each run of comment lines that a file holds, with its place and what it is about."""
    for triple, line in zip(source.triples, source.lines, strict=True):
        value, subject = triple.object, triple.subject
        if isinstance(value, Literal) and triple.predicate.value not in _NAMES and isinstance(subject, NamedNode):
            about = f"{shorten(subject.value)} {shorten(triple.predicate.value)}"
            yield SourceLocation(source.path, line), about, _split(value.value)
    comment: Words = []
    began = 0
    for number, row in enumerate([*source.text.splitlines(), ""], 1):
        if found := _COMMENT.match(row):
            began = began if comment else number
            comment += _split(found[1])
        elif comment:
            yield SourceLocation(source.path, began), "", comment
            comment = []


def _list_names(sources: Sources) -> Iterator[str]:
    for triple in sources.triples("register", "record"):
        if triple.predicate.value in _NAMES and isinstance(triple.object, Literal):
            yield triple.object.value


def _split(text: str) -> Words:
    return [(match[0].lower().replace("’", "'"), match[0]) for match in _WORD.finditer(text)]


def _list_runs(words: Words) -> Iterator[tuple[tuple[str, ...], Words]]:
    for start in range(len(words) - _RUN + 1):
        window = words[start : start + _RUN]
        yield tuple(word for word, _ in window), window


def _is_prose(window: Words) -> bool:
    return sum(raw[0].islower() and word not in _FUNCTION for word, raw in window) >= _PLAIN
