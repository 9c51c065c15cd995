"""A second reading, part by part: the text, and in plain sentences what the record takes from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ahg_graph.authoring.record_index import RecordIndex
from ahg_graph.authoring.review_log import Entry, read_log
from ahg_graph.config.prefixes import shorten
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.sources.turtle import Sources


@dataclass(frozen=True, slots=True)
class PartReview:
    """One part: its short name and locator, its text where there is one, and what the record says of it.

    `digest` changes when the record says something else: what was accepted is read again then.
    """

    name: str
    locator: str
    text: str
    sentences: tuple[str, ...]
    digest: str


def list_reviews(sources: Sources, key: str, texts: Mapping[str, str]) -> Iterator[PartReview]:
    """Yield the parts of a document in the order of reading, with the texts by slug; raises UnknownName."""
    index = RecordIndex(sources)
    document = index.find_document(key)
    for part in index.list_parts(document):
        told: list[str] = []
        for node in index.list_resting(part):
            told += index.tell(node)
        if not told and (reason := index.read(part, "noFactReason")):
            told = [f"no fact is taken from it: {reason}"]
        slug = part.value.removeprefix(f"{document.value}/")
        locator = index.read(part, "locator")
        yield PartReview(shorten(part.value), locator, texts.get(slug, ""), tuple(told), _hash(part, told))


def list_unread(home: Path, reviews: Sequence[PartReview], key: str) -> list[PartReview]:
    """Return the parts that no one has accepted as the record has them now."""
    accepted = {entry.subject: entry.digest for entry in _list_parts(home, key) if entry.outcome == "accepted"}
    return [review for review in reviews if accepted.get(review.name) != review.digest]


def list_notes(home: Path, key: str) -> dict[str, list[Entry]]:
    """Return what was said of each part, by its short name."""
    found: dict[str, list[Entry]] = {}
    for entry in _list_parts(home, key):
        found.setdefault(entry.subject, []).append(entry)
    return found


def _list_parts(home: Path, key: str) -> list[Entry]:
    return [entry for entry in read_log(home, key) if entry.kind == "part"]


def _hash(part: NamedNode, told: Sequence[str]) -> str:
    return hashlib.sha256("\n".join([part.value, *told]).encode()).hexdigest()[:16]
