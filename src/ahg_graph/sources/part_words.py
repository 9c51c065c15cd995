"""The words of each part of a document, each once and sorted, so that no sentence can be made of them.

The text is cut into the parts of the record by the slugs that `document_parts` reads from it, or by the words with
which a person says that each part opens. A part reaches to where the next one opens, so that no word of the text is
lost: what a missed part holds counts as the part before it, and the part is reported.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ahg_graph.config.prefixes import ONT
from ahg_graph.rdf.provenance_vocabulary import DOCUMENT_KEY, PART_OF_DOCUMENT, PART_ORDER, PART_WORDS
from ahg_graph.rdf.terms import Literal, NamedNode, Term
from ahg_graph.reading.document_parts import parse_document_parts
from ahg_graph.sources.text_normalization import normalize_text, strip_markup
from ahg_graph.sources.turtle import Sources

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_BROKEN = re.compile(r"(?<=\w)-\s+(?=\w)")
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_OPENING = re.compile(r"(?m)^(?!#)(\S+): +(\S.*)$")


@dataclass(frozen=True, slots=True)
class PartTexts:
    """The text of each part of a document by its slug; `missing` are the slugs that no text was found for.

    `whole` is the normalized text, `spans` where each part stands in it: from the first character to behind the last.
    """

    texts: Mapping[str, str]
    missing: tuple[str, ...]
    whole: str = field(default="", compare=False)
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False)


def list_part_slugs(sources: Sources) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Return, for the key of each document, its IRI and the slugs of its parts in the order of reading."""
    keys: dict[Term, str] = {}
    documents: dict[Term, Term] = {}
    orders: dict[Term, int] = {}
    for subject, predicate, value in sources.triples("register", "record"):
        if predicate.value == DOCUMENT_KEY:
            keys[subject] = str(value.value)
        elif predicate.value == PART_OF_DOCUMENT:
            documents[subject] = value
        elif predicate.value == PART_ORDER and isinstance(value, Literal):
            orders[subject] = int(value.value)
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for document, key in sorted(keys.items(), key=lambda item: item[1]):
        parts = sorted((part for part, whole in documents.items() if whole == document), key=lambda p: orders.get(p, 0))
        start = f"{document.value}/"
        found[key] = (str(document.value), tuple(str(part.value).removeprefix(start) for part in parts))
    return found


def read_openings(text: str) -> Mapping[str, str]:
    """Return the words with which each part opens, by its slug, from lines `slug: words`; `#` begins a comment."""
    return {slug: " ".join(words.split()) for slug, words in _OPENING.findall(text)}


def cut_text(text: str, slugs: Sequence[str], openings: Mapping[str, str] | None = None) -> PartTexts:
    """Return the text of each part; by the parser's slugs unless the words that they open with are given."""
    return _cut_by_openings(text, slugs, openings) if openings else _cut_by_parser(text, slugs)


def cut_at(text: str, slugs: Sequence[str], spans: Mapping[str, tuple[int, int]]) -> PartTexts:
    """Return the text of each part that stands at a known place of the normalized text."""
    whole = normalize_text(text)
    known = {slug: spans[slug] for slug in slugs if slug in spans}
    texts = {slug: whole[start:end] for slug, (start, end) in known.items()}
    return PartTexts(texts, tuple(slug for slug in slugs if slug not in known), whole, known)


def _cut_by_parser(text: str, slugs: Sequence[str]) -> PartTexts:
    known, current = set(slugs), slugs[0]
    whole, after = normalize_text(text), 0
    pieces: dict[str, list[str]] = defaultdict(list)
    spans: dict[str, tuple[int, int]] = {}
    for part in parse_document_parts(text):
        current = part.slug if part.slug in known else current
        pieces[current].append(part.text)
        piece = normalize_text(part.text)
        start = whole.find(piece, after)
        if piece and start >= 0:
            after = start + len(piece)
            spans[current] = (spans.get(current, (start, after))[0], after)
    texts = {slug: " ".join(pieces[slug]) for slug in slugs if slug in pieces}
    return PartTexts(texts, tuple(slug for slug in slugs if slug not in pieces), whole, spans)


def _cut_by_openings(text: str, slugs: Sequence[str], openings: Mapping[str, str]) -> PartTexts:
    whole = normalize_text(text)
    starts: list[tuple[str, int]] = []
    missing: list[str] = []
    after = 0
    for slug in slugs:
        start = whole.find(normalize_text(openings[slug]), after) if slug in openings else -1
        if start < 0:
            missing.append(slug)
            continue
        starts.append((slug, start))
        after = start + len(openings[slug])
    ends = [start for _, start in starts[1:]] + [len(whole)]
    first = starts[0][0] if starts else ""
    spans = {slug: (0 if slug == first else start, end) for (slug, start), end in zip(starts, ends, strict=True)}
    texts = {slug: whole[start:end] for slug, (start, end) in spans.items()}
    trimmed = {slug: (start, start + len(whole[start:end].rstrip())) for slug, (start, end) in spans.items()}
    return PartTexts(texts, tuple(missing), whole, trimmed)


def list_words(text: str) -> list[str]:
    """Return the words of a text, each once, in lower case and sorted: letters and digits, as a search splits them.

    A word with a hyphen is there whole and in its pieces, and so is one that lost the space before a capital letter.
    """
    whole = {match[0] for match in _WORD.finditer(_BROKEN.sub("-", strip_markup(text)))}
    pieces = {piece for word in whole for split in (word, _JOINED.sub("-", word)) for piece in split.split("-")}
    return sorted({word.lower() for word in whole | pieces})


def write_words(key: str, document: str, texts: Mapping[str, str]) -> str:
    """Return the words of a document's parts as Turtle; `document` is its IRI."""
    prefix = key.lower()
    lines = [
        f"@prefix ahg: <{ONT}> .",
        f"@prefix {prefix}: <{document}/> .",
        "",
        f"# The words of each part of {key}, each once and sorted. Made by `ahg-graph words`; do not edit by hand.",
        "",
    ]
    lines += [f'{prefix}:{slug} ahg:partWords "{" ".join(list_words(text))}" .' for slug, text in texts.items()]
    return "\n".join(lines) + "\n"


def read_words(sources: Sources) -> Mapping[NamedNode, tuple[str, ...]]:
    """Return the words of each part that the files of `data/words` give."""
    return {
        triple.subject: tuple(triple.object.value.split())
        for triple in sources.triples("words")
        if isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, Literal)
        and triple.predicate.value == PART_WORDS
    }
