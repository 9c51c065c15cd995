"""Which things the words of a question name, in full or in part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from ahg_graph.queries.dates import DateSpan
from ahg_graph.queries.meetings import HELD, Meeting, Meetings
from ahg_graph.queries.named_entity import NamedEntity
from ahg_graph.queries.words import Word, load_english, split, stems
from ahg_graph.rdf.partial_dates import parse_date

FULL = 1.0
"""The fit of a name all of whose words stand in the question."""

SINGLE = 0.95
"""The fit of words that tell a meeting from all others of its series."""

_MAYBE = 0.15

PLACED = 0.93
"""The fit of a meeting that was held where the question says."""

SHARED = 0.5
"""The fit of words that many meetings share."""


_Days = tuple[str | None, str | None] | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing that words of a question may mean: their places, and how much of the name they are.

    `core` are the places that tell it from others of its series; another thing may share the rest.
    """

    thing: NamedEntity
    words: frozenset[int]
    fit: float
    core: frozenset[int]
    is_meeting: bool = False

    @property
    def is_statement(self) -> bool:
        """Return whether the thing is something said or done, and named after what it is about."""
        return self.thing.is_said

    def may_be(self, other: Mention) -> bool:
        """Return whether the words of another meeting stand in the names of this one too."""
        return self.is_meeting and other.is_meeting and self.words >= other.words and self.fit >= _MAYBE

    @property
    def is_full(self) -> bool:
        """Return whether a whole name stands in the question."""
        return self.fit >= FULL

    @property
    def is_sure(self) -> bool:
        """Return whether the words single the thing out."""
        return self.fit >= SINGLE


@dataclass(frozen=True, slots=True)
class _Name:
    thing: NamedEntity
    stems: tuple[str, ...]
    is_code: bool


class Things:
    """The named things of a graph, found by the words of a question."""

    def __init__(self, things: Iterable[NamedEntity], meetings: Meetings) -> None:
        self.meetings = meetings
        self.all = tuple(sorted(things, key=lambda thing: thing.iri))
        self._by_iri = {thing.iri: thing for thing in self.all}
        self._names: list[_Name] = []
        self._by_stem: dict[str, list[int]] = {}
        self._ignored = load_english().ignored
        self._faint = self._ignored | load_english().weak
        for thing in self.all:
            told: set[tuple[str, ...]] = set()
            for name in (*thing.names, *_join(thing), *meetings.series_names.get(thing.iri, ())):
                every = stems(name)
                key = tuple(s for s in every if s not in self._ignored) or every
                if not key or key in told:
                    continue
                told.add(key)
                for one in set(key):
                    self._by_stem.setdefault(one, []).append(len(self._names))
                self._names.append(_Name(thing, key, len(key) == 1 and name.isupper()))

    @property
    def words(self) -> Iterator[str]:
        """The words of all names."""
        for thing in self.all:
            for name in (*thing.names, *_join(thing)):
                yield from split(name)

    def is_named_by(self, thing: NamedEntity, words: Set[str]) -> bool:
        """Return whether a name of a thing has no other stems than these."""
        return any((own := set(stems(name)) - self._ignored) and own <= words for name in thing.names)

    def list_dated(self, span: DateSpan) -> list[NamedEntity]:
        """Return the meetings that were held within a span, at least in part."""
        first, last = _find_days(span) or (None, None)
        named = (self._by_iri.get(iri) for iri in self.meetings.by_iri if self.meetings.may_lie_in(iri, first, last))
        return [thing for thing in named if thing is not None]

    def weigh(self, stem: str) -> float:
        """Return how much a word tells a thing from others: 1 where one name has it, less where many do."""
        return 1 / (1 + len(self._by_stem.get(stem, ())) / 8)

    def find(self, words: Sequence[Word], span: DateSpan | None) -> list[Mention]:
        """Return the things that words of the question may mean, the fullest and longest first."""
        places: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            places.setdefault(word.stem, []).append(place)
        days = _find_days(span)
        touched = {number for one in places for number in self._by_stem.get(one, ())}
        best: dict[tuple[str, frozenset[int]], Mention] = {}
        for number in sorted(touched):
            mention = self._match(self._names[number], words, places, days)
            if mention is not None:
                key = (mention.thing.iri, mention.words)
                if key not in best or best[key].fit < mention.fit:
                    best[key] = mention
        found = [*best.values(), *self._find_meetings(words, span, days)]
        return sorted(found, key=lambda m: (-m.fit, -len(m.words), m.thing.iri))

    def _match(self, name: _Name, words: Sequence[Word], places: dict[str, list[int]], days: _Days) -> Mention | None:
        """Return the mention that a name's words make, those that stand together where one stands twice.

        A meeting that was on other days than the question names is not meant.
        """
        chosen: list[int] = []
        for one in name.stems:
            at = [place for place in places.get(one, ()) if place not in chosen]
            if at:
                chosen.append(min(at, key=lambda place: abs(place - chosen[-1]) if chosen else place))
        if not chosen:
            return None
        if not any(_may_name(words[place], name) for place in chosen):
            return None
        if len(chosen) < len(name.stems) and all(words[place].folded in self._faint for place in chosen):
            return None
        whole = sum(self.weigh(one) for one in name.stems)
        held = sum(self.weigh(words[place].stem) for place in set(chosen))
        fit = FULL if len(chosen) == len(name.stems) else 0.9 * held / whole
        meeting = self.meetings.by_iri.get(name.thing.iri)
        if meeting is not None and days and meeting.first and not self.meetings.may_lie_in(meeting.iri, *days):
            return None
        if meeting is not None and meeting.number is not None:
            if any(words[place].ordinal is not None for place in chosen):
                return None  # found by its number
            if meeting.stems.issuperset(name.stems):
                fit = min(fit, SHARED)
        return Mention(name.thing, frozenset(chosen), fit, frozenset(chosen), meeting is not None)

    def _find_meetings(self, words: Sequence[Word], span: DateSpan | None, days: _Days) -> list[Mention]:
        """Return the meetings that number, place, kind and days single out."""
        found: list[Mention] = []
        counted = {place: number for place in range(len(words)) if (number := _count(words, place)) is not None}
        near_by = {
            (place, meeting.series)
            for meeting in self.meetings.by_iri.values()
            for place, count in counted.items()
            if count == meeting.number and self._look_around(words, place, self._list_own(words, meeting))
        }
        headed = {series for _, series in near_by} or self._find_series(words)
        alone = counted.keys() - {place for place, _ in near_by}
        for iri, meeting in self.meetings.by_iri.items():
            thing = self._by_iri.get(iri)
            if thing is None:
                continue
            own = self._list_own(words, meeting)
            number = next((p for p, n in counted.items() if n == meeting.number), None)
            if number is not None:
                near = self._look_around(words, number, own)
                near = near or (
                    own if meeting.series in headed and number in alone and words[number].ordinal else set()
                )
                number = number if near else None
                own = near or own
            dated = span.words if span and days and self.meetings.may_lie_in(iri, *days) else frozenset()
            core = dated | (frozenset() if number is None else {number})
            if core and own:
                is_certain = number is not None or not days or self.meetings.lies_in(iri, *days)
                found.append(Mention(thing, frozenset(own | core), SINGLE if is_certain else PLACED, core, True))
            elif own:
                placed = meeting.status == HELD and any(words[p].stem in meeting.places for p in own)
                found.append(Mention(thing, frozenset(own), PLACED if placed else SHARED, frozenset(own), True))
        return found

    def _find_series(self, words: Sequence[Word]) -> set[str]:
        """Return the series that a question names in full."""
        said = {word.stem for word in words}
        return {n.thing.iri for n in self._names if n.thing.iri in self.meetings.series and said >= set(n.stems)}

    def _list_own(self, words: Sequence[Word], meeting: Meeting) -> set[int]:
        """Return the places of words that tell a meeting."""
        return {p for p, w in enumerate(words) if w.stem in meeting.stems and w.folded not in self._ignored}

    def _look_around(self, words: Sequence[Word], number: int, own: Set[int]) -> set[int]:
        """Return the places of a meeting's own words that nothing else parts from its number."""
        near: set[int] = set()
        for step in (1, -1):
            place = number + step
            while 0 <= place < len(words) and (
                place in own or words[place].folded in self._ignored or words[place].ordinal is not None
            ):
                if place in own:
                    near.add(place)
                place += step
        return near


def _find_days(span: DateSpan | None) -> _Days:
    """Return the first and the last day of a span, either of which may be open."""
    if span is None:
        return None
    return parse_date(span.first)[0] if span.first else None, parse_date(span.last)[1] if span.last else None


def _join(thing: NamedEntity) -> Iterator[str]:
    """Yield names of two words as one, as they are often written."""
    for name in thing.names:
        words = name.split()
        if len(words) == 2 and all(word.isalpha() for word in words):
            yield "".join(words)


def _count(words: Sequence[Word], place: int) -> int | None:
    """Return the number in a series that a word says: an ordinal, or a small number behind a word that is no month."""
    word = words[place]
    if word.ordinal is not None:
        return word.ordinal
    return int(word.folded) if word.folded.isdecimal() and len(word.folded) <= 2 and place else None


def _may_name(word: Word, name: _Name) -> bool:
    """Return whether a word alone names a thing: a code that is also a common word only in capitals."""
    english = load_english()
    common = word.folded in english.ignored or word.folded in english.weak
    common = common or english.canonical(word.folded) in english.groups
    return not common or (name.is_code and word.text.isupper())
