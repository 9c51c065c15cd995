"""Where each part of a document stands in its text, and the hashes by which anyone who has the text can check it.

No sentence is kept. A position is a `TextPositionSelector` of the Web Annotation Data Model: characters of the
normalized text, the first of them 0, the end left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ahg_graph.config.prefixes import ONT
from ahg_graph.rdf.provenance_vocabulary import TEXT_HASH
from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.rdf.vocabulary import OA
from ahg_graph.sources.part_words import PartTexts
from ahg_graph.sources.text_normalization import NORMALIZATION, hash_text
from ahg_graph.sources.turtle import Sources

NORMALIZATION_PROPERTY = ONT + "textNormalization"
_SELECTOR, _START, _END = OA + "hasSelector", OA + "start", OA + "end"


@dataclass(frozen=True, slots=True)
class TextPositions:
    """What the project keeps of a document's text: its hash, and for each part by slug the position and the hash."""

    text_hash: str
    parts: Mapping[str, tuple[int, int, str]]


def describe_positions(cut: PartTexts) -> TextPositions:
    """Return what there is to keep of a text that was cut into its parts."""
    parts = {slug: (start, end, hash_text(cut.whole[start:end])) for slug, (start, end) in cut.spans.items()}
    return TextPositions(hash_text(cut.whole), parts)


def compare_positions(kept: TextPositions, whole: str, slugs: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for whatever a normalized text does not bear out; `slugs` is slug to locator of every part."""
    if hash_text(whole) != kept.text_hash:
        yield "the text is another one: its hash differs"
    for slug, locator in slugs.items():
        if slug not in kept.parts:
            yield f"{slug} ({locator}): no position is kept"
            continue
        start, end, expected = kept.parts[slug]
        if end > len(whole):
            yield f"{slug} ({locator}): the text ends before its position, at character {len(whole)}"
        elif hash_text(whole[start:end]) != expected:
            yield f"{slug} ({locator}): characters {start} to {end} are not the part that was hashed"


def write_positions(key: str, document: str, positions: TextPositions) -> str:
    """Return the positions and hashes of a document's parts as Turtle; `document` is its IRI."""
    prefix = key.lower()
    lines = [
        f"@prefix ahg: <{ONT}> .",
        f"@prefix oa: <{OA}> .",
        f"@prefix {prefix}: <{document}/> .",
        "",
        f"# Where each part of {key} stands in its text. Made by `ahg-graph texts --write`; do not edit by hand.",
        "",
        f'<{document}> ahg:textHash "{positions.text_hash}" ;',
        f'  ahg:textNormalization "{NORMALIZATION}"@en .',
        "",
    ]
    for slug, (start, end, digest) in positions.parts.items():
        selector = f"<{document}/{slug}/position>"
        lines += [
            f'{prefix}:{slug} ahg:textHash "{digest}" ; oa:hasSelector {selector} .',
            f"{selector} a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} .",
        ]
    return "\n".join(lines) + "\n"


def read_positions(sources: Sources) -> Mapping[str, TextPositions]:
    """Return what is kept of each document's text, by the IRI of the document."""
    hashes: dict[str, str] = {}
    selectors: dict[str, str] = {}
    bounds: dict[str, dict[str, int]] = {}
    for triple in sources.triples("texts"):
        if not isinstance(triple.subject, NamedNode):
            continue
        subject, name, value = triple.subject.value, triple.predicate.value, triple.object
        if name == TEXT_HASH and isinstance(value, Literal):
            hashes[subject] = value.value
        elif name == _SELECTOR and isinstance(value, NamedNode):
            selectors[subject] = value.value
        elif name in (_START, _END) and isinstance(value, Literal):
            bounds.setdefault(subject, {})[name] = int(value.value)
    found: dict[str, dict[str, tuple[int, int, str]]] = {}
    for part, selector in selectors.items():
        document, _, slug = part.rpartition("/")
        place = bounds.get(selector, {})
        if part in hashes and place.keys() == {_START, _END}:
            found.setdefault(document, {})[slug] = (place[_START], place[_END], hashes[part])
    return {
        document: TextPositions(hashes[document], found.get(document, {}))
        for document in hashes
        if document not in selectors
    }
