"""The ways to ask that saved queries state: words, with places for values."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

from ahg_graph.queries.model import SavedQuery
from ahg_graph.queries.words import fold, load_english, split

_CHOICE = re.compile(r"\(([^()]*)\)")
_PLACE = re.compile(r"\{(\w+)\}")
ANY = "_"
"""The place of a name that no parameter takes: `did {_} attend {meeting}`."""

AT = frozenset(("at", "in", "of", "from", "by", "during"))
"""Words that say alike that something was so at a meeting."""

ABOUT = frozenset(("about", "on", "concerning", "regarding"))
PREPOSITIONS = ABOUT | {"at", "by", "for", "from", "in", "of", "to", "with"}
"""Words that say what a name that follows is to a question; the first say that it is its subject."""

WEAK = 0.25
"""The weight of a word that says little."""


_MARK = 0.8
_OFTEN = 0.3


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to ask a query: what stands for its words, and the parameters that it has places for, in order.

    `before` are the words just before those places.
    """

    query: SavedQuery
    words: frozenset[str]
    places: tuple[str, ...]
    before: tuple[str, ...]


class Phrasings:
    """All ways to ask, and how much each word says."""

    def __init__(self, queries: Iterable[SavedQuery]) -> None:
        self.all = tuple(phrasing for query in queries for phrasing in read_phrasings(query))
        self._counts: dict[str, set[str]] = {}
        for phrasing in self.all:
            for one in phrasing.words:
                self._counts.setdefault(one, set()).add(phrasing.query.name)
        self._total = len({phrasing.query.name for phrasing in self.all})
        self._weights: Mapping[str, float] = {one: self._reckon(one) for one in self._counts}
        self._marks = self._find_marks()

    @property
    def words(self) -> frozenset[str]:
        """The words of all phrasings, folded."""
        queries = {phrasing.query.name: phrasing.query for phrasing in self.all}
        return frozenset(fold(word) for query in queries.values() for text in query.ask for word in split(text))

    def weigh(self, one: str, query: str = "") -> float:
        """Return how much a stem says: little for one that many queries have, and more where it marks this one."""
        return _MARK if (one, query) in self._marks else self._weights.get(one, 1.0)

    def has(self, query: str, one: str) -> bool:
        """Return whether some way to ask a query has this word."""
        return query in self._counts.get(one, ())

    def knows(self, one: str) -> bool:
        """Return whether a way to ask has this word, and it says something."""
        return self._weights.get(one, 0.0) > WEAK

    def _find_marks(self) -> frozenset[tuple[str, str]]:
        """Return the words that say little, but stand in so many ways to ask one query that they mark it."""
        ways: dict[str, int] = {}
        held: dict[tuple[str, str], int] = {}
        for phrasing in self.all:
            ways[phrasing.query.name] = ways.get(phrasing.query.name, 0) + 1
            for one in phrasing.words:
                held[one, phrasing.query.name] = held.get((one, phrasing.query.name), 0) + 1
        often = {pair for pair, n in held.items() if n >= _OFTEN * ways[pair[1]]}
        alone = {one for one, _ in often if sum(one == other for other, _ in often) == 1}
        return frozenset(pair for pair in often if pair[0] in alone and self._weights[pair[0]] <= WEAK)

    def _reckon(self, one: str) -> float:
        english = load_english()
        if one in english.weak:
            return WEAK
        return 0.4 + log(self._total / len(self._counts[one])) / log(self._total)


def read_phrasings(query: SavedQuery) -> list[Phrasing]:
    """Return the ways to ask a query, each choice `(a|b)` made in every way."""
    found: dict[tuple[frozenset[str], tuple[str, ...]], Phrasing] = {}
    for text in query.ask:
        for plain in expand(text):
            places = tuple(_PLACE.findall(plain))
            before = tuple(match[1] or "" for match in re.finditer(r"(?:(\w+) )?\{", plain))
            words = canonical(plain)
            found.setdefault((words, places), Phrasing(query, words, places, before))
    return list(found.values())


def expand(text: str) -> list[str]:
    """Return the texts that a phrasing with choices stands for."""
    pieces = _CHOICE.split(text)
    choices = [piece.split("|") if number % 2 else [piece] for number, piece in enumerate(pieces)]
    return [" ".join(" ".join(chosen).split()) for chosen in itertools.product(*choices)]


def canonical(text: str) -> frozenset[str]:
    """Return what stands for each word of a way to ask that says something, places left out."""
    english = load_english()
    words = [fold(word) for word in split(_PLACE.sub(" x ", text))]
    kept = [place for place in range(len(words)) if not english.is_empty(words, place) and words[place] != "x"]
    return frozenset(english.canonical(words[place]) for place in kept)
