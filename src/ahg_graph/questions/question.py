"""A question as its words: what each stands for, how much it says, and which days and things it may name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass, field

from ahg_graph.queries.dates import DateSpan, find_span
from ahg_graph.queries.things import Mention, Things
from ahg_graph.queries.words import Lexicon, Word, load_english
from ahg_graph.questions.codes import Codes
from ahg_graph.questions.phrasings import WEAK

_QUOTED = re.compile(r"[\"“«]([^\"”»]+)[\"”»]|(?<!\w)['‘]([^'’]+)['’](?!\w)")
_CONJUNCTIONS = frozenset(("and", "or", "with"))
_ARTICLES = frozenset(("the", "a", "an", "its"))
_JOINTS = _CONJUNCTIONS | {"the", "both", "either"}
_BEING = frozenset(("is", "are", "was", "were", "been", "be"))
_AGAIN = 0.5
_BACKGROUND = 0.3
_UNKNOWN = 1.5
_DATED = 0.7


@dataclass(frozen=True)
class Question:
    """The words of a question by place; a weight of 0 is a word that says nothing.

    `telling` is how much each word tells a thing from others; `compounds` are the places of names and codes of several
    words.
    """

    words: tuple[Word, ...]
    canonical: tuple[str, ...]
    weights: tuple[float, ...]
    telling: tuple[float, ...]
    span: DateSpan | None
    mentions: tuple[Mention, ...]
    compounds: tuple[frozenset[int], ...]
    quoted: str
    _by_classes: dict[tuple[str, ...], tuple[Mention, ...]] = field(default_factory=dict, repr=False)

    def list_mentions(self, classes: tuple[str, ...]) -> tuple[Mention, ...]:
        """Return the things of these classes that words may mean; without classes all."""
        found = self._by_classes.get(classes)
        if found is None:
            found = tuple(mention for mention in self.mentions if mention.thing.is_one_of(classes))
            self._by_classes[classes] = found
        return found

    def are_joined(self, one: Set[int], other: Set[int]) -> bool:
        """Return whether nothing but `and` or `or` stands between two groups of words."""
        start, end = (max(one), min(other)) if max(one) < min(other) else (max(other), min(one))
        between = {word.folded for word in self.words[start + 1 : end]}
        return start < end and between <= _JOINTS and bool(between & _CONJUNCTIONS)

    def list_joined(self, first: Mention, others: Iterable[Mention]) -> list[Mention]:
        """Return a thing and those that the question joins to it, one by one, in the question's order."""
        found = [first]
        for mention in sorted(others, key=lambda other: (min(other.words), -len(other.words))):
            if self.are_joined(found[-1].words, mention.words):
                found.append(mention)
        return found

    def list_said_again(self, iri: str) -> frozenset[int]:
        """Return the places of all words that name a thing, by any of its names."""
        return frozenset(p for m in self.mentions if m.thing.iri == iri and m.fit >= _AGAIN for p in m.words)

    def find_other_name(self, taken: Set[int]) -> frozenset[int]:
        """Return the places of a whole name, or of a number, beside those taken."""
        named = (m.words for m in self.mentions if m.is_full and not m.words & taken)
        counted = (frozenset((p,)) for p, w in enumerate(self.words) if w.ordinal is not None and p not in taken)
        return next(named, next(counted, frozenset()))

    def must_explain(self, left: Collection[int]) -> bool:
        """Return whether words that a reading leaves over keep it from being sure: unknown, numbers, dates, names."""
        dated: Set[int] = self.span.words if self.span else frozenset()
        for place in left:
            word = self.words[place]
            if not word.known or word.ordinal is not None or word.folded.isdecimal() or place in dated:
                return True
        named = {p for p in left if self.weights[p] >= 1}
        return any(mention.is_full and mention.words <= named for mention in self.mentions)

    @property
    def speaks_back(self) -> bool:
        """Return whether the question may speak of something that was said before it."""
        if len(self.words) < 2 or self.words[-1].folded not in load_english().back:
            return False
        return self.words[-2].folded not in _BEING

    def find_before(self, places: Set[int]) -> str:
        """Return the word just before these places, an article between left aside; empty at the beginning."""
        place = min(places, default=0) - 1
        while place >= 0 and self.words[place].folded in _ARTICLES:
            place -= 1
        return self.words[place].folded if place >= 0 else ""


def prepare(text: str, lexicon: Lexicon, things: Things, codes: Codes, background: Set[str]) -> Question:
    """Return a question as its words; those that the whole graph is about say little."""
    english = load_english()
    words = tuple(lexicon.read(text))
    span = find_span(words)
    folded = [word.folded for word in words]
    dated: Set[int] = span.words if span else frozenset()
    mentions = tuple(things.find(words, span))
    quoted = _QUOTED.search(text)
    return Question(
        words,
        tuple(english.canonical(word.folded) for word in words),
        tuple(
            0.0
            if english.is_empty(folded, place) and not _is_code(words[place]) and place not in dated
            else _weigh(words[place], place in dated, background)
            for place in range(len(words))
        ),
        tuple(0.3 + 0.7 * things.weigh(word.stem) for word in words),
        span,
        mentions,
        tuple({m.words for m in mentions if m.is_full and len(m.words) > 1} | set(codes.find_compounds(words))),
        (quoted[1] or quoted[2]).strip() if quoted else "",
    )


def _weigh(word: Word, dated: bool, background: Set[str]) -> float:
    if dated:
        return _DATED
    if word.ordinal is None and word.folded in load_english().weak:
        return WEAK
    if not word.known:
        return _UNKNOWN
    return _BACKGROUND if word.stem in background else 1.0


def _is_code(word: Word) -> bool:
    return word.text.isupper() and len(word.text) > 1
