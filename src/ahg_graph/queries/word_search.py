"""Things found by the words of a text: in any order, by number, place or day, put right where one is misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahg_graph.queries.dates import DateSpan, find_span
from ahg_graph.queries.named_entity import NamedEntity
from ahg_graph.queries.things import Mention, Things
from ahg_graph.queries.words import Lexicon, Word, fold, load_english

_PART = 0.4
"""The least part of a text that a thing near it explains, if no whole name of it stands in the text."""

_FAR = 7
"""Letters from which a word may be two slips from a name's."""


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that words of a text may mean; `share` is how much of the text they are, `fit` how much of the name.

    `is_said` says that they are all of the text, as it is written.
    """

    thing: NamedEntity
    share: float
    fit: float
    is_said: bool


class WordSearch:
    """Finds the things of a graph by words."""

    def __init__(self, things: Things) -> None:
        self.things = things
        self._lexicon = Lexicon((), map(fold, things.words), far=_FAR)
        self._ignored = load_english().ignored

    def find(self, text: str, classes: Sequence[str]) -> list[Found]:
        """Return what a text may mean of the things of these classes, the likeliest first."""
        words = self._lexicon.read(text)
        span = find_span(words)
        every = (*self.things.find(words, span), *self._find_dated(span))
        mentions = [m for m in every if m.thing.is_one_of(classes) and (m.is_full or not m.thing.is_unnamed)]
        weights = self._weigh(words)
        whole = sum(weights) or 1
        is_written = all(word.known and fold(word.text) == word.folded for word in words)
        said: dict[str, list[Mention]] = {}
        for mention in mentions:
            said.setdefault(mention.thing.iri, []).append(mention)
        found = []
        for each in said.values():
            places = frozenset[int]().union(*(mention.words for mention in each))
            share = sum(weights[place] for place in places) / whole
            fit = max(mention.fit for mention in each)
            if share >= _PART or any(mention.is_full for mention in each):
                found.append(Found(each[0].thing, round(share, 3), round(fit, 3), is_written and share > 0.999))
        return sorted(found, key=_rank)

    def _weigh(self, words: Sequence[Word]) -> list[float]:
        """Return how much each word says; none where others say something."""
        telling = [0.0 if w.folded in self._ignored else 0.3 + 0.7 * self.things.weigh(w.stem) for w in words]
        return telling if any(telling) else [1.0] * len(words)

    def _find_dated(self, span: DateSpan | None) -> Iterable[Mention]:
        """Yield the meetings that were on the days that a text names."""
        if span is None:
            return
        for thing in self.things.list_dated(span):
            yield Mention(thing, span.words, 1.0, span.words, True)


def _rank(found: Found) -> tuple[object, ...]:
    label = found.thing.label
    return -found.share, found.thing.is_said, -found.fit, found.thing.is_event, len(label), label, found.thing.iri
