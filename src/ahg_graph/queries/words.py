"""The words of a question: split, brought to their stems, and put right where one is misspelt."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

import snowballstemmer
import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

_SPLIT = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_JOINED = re.compile(r"([a-z]{2,})0?(\d{1,2})")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_ONES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh")
ORDINALS = MappingProxyType({word: number for number, word in enumerate(_ONES, start=1)})
"""Ordinal numbers as words."""

_OPENING = 3
"""Words at the beginning of a question of which one may make it a request."""

MONTHS: Mapping[str, int] = MappingProxyType(
    {name.casefold(): n for names in (calendar.month_name, calendar.month_abbr) for n, name in enumerate(names) if name}
)
"""Months by name, whole or short."""

_NOT = re.compile(r"\b(did|do|does|is|are|was|were|has|have|had|could|would|wo|ca)n['’]?t\b", re.IGNORECASE)
_SHORTENED = re.compile(r"(?<=[a-z])['’](?:ll|re|ve|d|m)\b", re.IGNORECASE)

_SHORT = 4
"""Letters up to which a word is taken as it is written, if it is not one that says little."""

_LONG = 11
"""Letters from which a word may have two slips."""

_SPELLINGS = (
    (re.compile(r"is(?=(?:e|ed|es|er|ers|ing|ation|ations)$)"), "iz"),
    (re.compile(r"amme(?=s?$)"), "am"),
    (re.compile(r"(?<=pos)ia$"), "ium"),
)
"""British spellings, brought to the American ones."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question: as written, folded, its stem, and the number that it says as an ordinal.

    `known` is false for a word that neither the questions, the graph's names nor plain English have.
    """

    text: str
    folded: str
    stem: str
    ordinal: int | None = None
    known: bool = True


@dataclass(frozen=True)
class English:
    """What the language file says; `groups` leads from a word, and `stems` from a stem, to the name of its group.

    `together` leads from words that mean what one word means to that word, and `phrases` finds them.
    """

    ignored: frozenset[str]
    requests: frozenset[str]
    endings: frozenset[str]
    weak: frozenset[str]
    asking: frozenset[str]
    back: frozenset[str]
    groups: Mapping[str, str]
    stems: Mapping[str, str]
    together: Mapping[str, str]
    phrases: re.Pattern[str]

    def is_empty(self, words: Sequence[str], place: int) -> bool:
        """Return whether a folded word says nothing where it stands."""
        word = words[place]
        if word in self.endings and place == len(words) - 1:
            return False
        return word in self.ignored or (word in self.requests and place < _OPENING)

    def canonical(self, folded: str) -> str:
        """Return what stands for a folded word: its group, or its stem."""
        own = self.groups.get(folded)
        one = stem(folded)
        return own or self.stems.get(one, one)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the stem of a folded word; of an ordinal number `#` and the number."""
    number = read_ordinal(word)
    if number is not None:
        return f"#{number}"
    for spelling, plain in _SPELLINGS:
        word = spelling.sub(plain, word)
    return str(_stemmer().stemWord(word))


def read_ordinal(word: str) -> int | None:
    """Return the number that a folded word says as an ordinal."""
    digits = _ORDINAL.fullmatch(word)
    return int(digits[1]) if digits else ORDINALS.get(word)


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


@cache
def load_english() -> English:
    """Return the language file."""
    read = yaml.safe_load((files(__package__) / "english.yaml").read_text(encoding="utf-8"))
    groups: dict[str, str] = {}
    of_stem: dict[str, set[str]] = {}
    for group in (line.split() for line in read["same"]):
        for word in group:
            groups.setdefault(word, group[0])
            of_stem.setdefault(stem(word), set()).add(group[0])
    single = {one: min(found) for one, found in of_stem.items() if len(found) == 1}
    lists = ("ignored", "requests", "endings", "weak", "asking", "back")
    ignored, requests, endings, weak, asking, back = (frozenset(read[name].split()) for name in lists)
    together = {
        phrase.strip(): word.strip()
        for word, _, said in (line.partition("=") for line in read["together"])
        for phrase in said.split(",")
    }
    longest = sorted(map(re.escape, together), key=len, reverse=True)
    return English(
        ignored,
        requests,
        endings,
        weak,
        asking,
        back,
        MappingProxyType(groups),
        MappingProxyType(single),
        MappingProxyType(together),
        re.compile(rf"\b(?:{'|'.join(longest)})\b", re.IGNORECASE),
    )


def fold(text: str) -> str:
    """Return a text without differences of case, accents and apostrophes."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def split(text: str) -> list[str]:
    """Return the words of a text as written, `som7` and `SOM-07` as two, `didn't` too, the possessive left off."""
    words: list[str] = []
    text = _NOT.sub(r"\1 not", _SHORTENED.sub("", text))
    english = load_english()
    text = english.phrases.sub(lambda found: english.together[found[0].casefold()], text)
    for found in _SPLIT.findall(text):
        bare = re.sub(r"(?:['’]s|['’])$", "", found)
        joined = _JOINED.fullmatch(bare.casefold())
        words.extend((bare[: len(joined[1])], joined[2]) if joined else (bare,))
    return words


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of a text's words."""
    return tuple(stem(fold(word)) for word in split(text))


class Lexicon:
    """The words that a question may have; a word that is none of them is put right, or stays unknown."""

    def __init__(self, words: Iterable[str], names: Iterable[str], far: int = _LONG) -> None:
        self._far = far  # letters from which a word may have two slips
        english = load_english()
        self._common = sorted({*english.ignored, *english.requests, *english.weak, *ORDINALS})
        self._names = sorted({*names, *MONTHS})
        self._words = sorted({*words, *english.groups, *self._common, *self._names})
        self._known = frozenset(self._words)
        self._stems = frozenset(stem(word) for word in self._words)

    def read(self, text: str) -> list[Word]:
        """Return the words of a question."""
        return [self._read(written, place > 0) for place, written in enumerate(split(text))]

    def _read(self, written: str, inside: bool) -> Word:
        folded = fold(written)
        number = read_ordinal(folded)
        if number is not None:
            return Word(written, folded, stem(folded), number)
        if folded.isdecimal():
            return Word(written, folded, folded)
        found = self._put_right(folded, inside and written[0].isupper())
        meant = found or folded
        return Word(written, meant, stem(meant), read_ordinal(meant), found is not None)

    def _put_right(self, folded: str, is_name: bool) -> str | None:
        """Return a word as the lexicon has it: itself, one of its stem, or the nearest, of a name a name."""
        if folded in self._known or stem(folded) in self._stems:
            return folded
        if len(folded) < _SHORT:
            return None
        words = self._common if len(folded) == _SHORT else self._names if is_name else self._words
        most = 1 if len(folded) < self._far else 2
        near = process.extract(folded, words, scorer=OSA.distance, score_cutoff=most, limit=20)
        best = min(near, key=lambda n: (n[1], n[0][0] != folded[0], n[0]), default=None)
        return None if best is None or best[0][0] != folded[0] else str(best[0])
