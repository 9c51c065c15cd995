"""Which thing a reader means: a value's exact readings, what is near it, and what a search finds, by one ranking.

A value is an IRI, a slug, a code or acronym, or any recorded name of a thing. Matching folds case, white space,
apostrophes and dashes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ahg_graph.errors import BadParameter
from ahg_graph.queries.meetings import MEETINGS_QUERY, read_meetings
from ahg_graph.queries.name_database import NAME, NameDatabase, hold_names, open_file
from ahg_graph.queries.name_rows import CODES_QUERY, NAMES_QUERY, Row, Select
from ahg_graph.queries.named_entity import NamedEntity, fold_name
from ahg_graph.queries.things import SINGLE, Things
from ahg_graph.queries.word_search import WordSearch

LONGEST = 200
"""Characters of a search that count."""

SAID, ALL_WORDS, NEAR = 3, 4, 5
"""The ranks of what words single out, of what has a name with all of them, and of what is only spelled alike."""

MOST_THINGS = 20_000
"""Named things of a graph up to which they are found by words; of a larger one, by beginnings and spelling."""

_CODE = 3  # characters of the longest codes of states

_SLIPS = 2
_MOST_NEAR = 8  # of those that a search shows


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that a text may mean, the matching name, and how well: 0 is the whole name, NEAR only near it."""

    thing: NamedEntity
    name: str
    rank: int


class NameResolver:
    """The things of one snapshot by their names; `codes` is list -> code -> label."""

    def __init__(self, file: NameDatabase) -> None:
        self._file = file
        self.codes: Mapping[str, Mapping[str, str]] = file.codes

    @cached_property
    def by_words(self) -> WordSearch | None:
        """What finds things by words; None for a graph that names too many to look at them all."""
        things = self.list_things((), MOST_THINGS)
        return None if things is None else WordSearch(Things(things, read_meetings(self._file.list_meetings())))

    def get_thing(self, iri: str) -> NamedEntity | None:
        """Return the thing of an IRI, if a reader may mean it."""
        return self._file.get_thing(iri)

    def list_things(self, classes: Sequence[str], most: int) -> Sequence[NamedEntity] | None:
        """Return the things of these classes in no order, or None when there are more than `most`."""
        return self._file.list_things(classes, most)

    def resolve(self, place: str, value: str, classes: Sequence[str] = ()) -> NamedEntity:
        """Return the one thing of these classes that a value stands for.

        Raises BadParameter for the `place` that has the value, with the readings of an ambiguous one or what is nearest
        to one that is unknown.
        """
        found = self.find_things(value, classes)
        if len(found) == 1:
            return found[0]
        if found:
            shown = [self._tell(thing, classes) for thing in found]
            raise BadParameter(place, f"{value!r} is ambiguous; give the slug or IRI", shown)
        wanted = " or ".join(c.rpartition("#")[2] for c in classes) or "thing"
        others = self.find_things(value)
        if others:
            reason = f"{value!r} is not a {wanted} but {others[0].slug} ({others[0].label})"
        else:
            reason = f"no {wanted} is known as {value!r}; expected an IRI, a slug, a code or a recorded name"
        raise BadParameter(place, reason, [self._tell(t, classes) for t in self.find_near(value, classes)])

    def _tell(self, thing: NamedEntity, classes: Sequence[str]) -> str:
        """Return a thing by its slug, or by its IRI where another has the slug too."""
        return str(thing) if self.find_things(thing.slug, classes) == (thing,) else f"{thing.iri} ({thing.label})"

    def find_things(self, value: str, classes: Sequence[str] = ()) -> tuple[NamedEntity, ...]:
        """Return the things of these classes that a value stands for, sorted by label; more than one is ambiguous.

        An IRI beats a slug, a slug a code, a code a preferred label, and that any other name. Of things that share it
        in one of these ways, one that has it in another too is meant.
        """
        exact = self._file.get_thing(value) if ":" in value else None
        if exact is not None:
            return (exact,) if exact.is_one_of(classes) else ()
        bearers = self._file.entities_by_tier(fold_name(value))
        for tier, found in bearers.items():
            fitting = sorted((t for t in found if t.is_one_of(classes)), key=lambda t: (t.label, t.iri))
            if fitting:
                others = {thing.iri for other, things in bearers.items() if other != tier for thing in things}
                twice = [thing for thing in fitting if thing.iri in others]
                return tuple(twice if len(twice) == 1 else fitting)
        return ()

    def search(self, text: str, limit: int = 50, classes: Sequence[str] = ()) -> list[Match]:
        """Return the things of these classes whose names hold a text, the best first; where none, those near it."""
        text = text[:LONGEST]
        found = self._rank(text, classes)
        return (found or self._rank_near(text, classes, _MOST_NEAR))[:limit]

    def find_near(self, value: str, classes: Sequence[str] = (), limit: int = 5) -> tuple[NamedEntity, ...]:
        """Return what a search finds among the things of these classes, and then those whose names are near."""
        value = value[:LONGEST]
        found = {match.thing.iri: match.thing for match in self._rank(value, classes)[:limit]}
        if len(found) < limit:
            for match in self._rank_near(value, classes, limit):
                found.setdefault(match.thing.iri, match.thing)
        return tuple(found.values())[:limit]

    def find_code(self, value: str, scheme: str) -> str | None:
        """Return the code of a list that a value stands for: the code or its label, in any case."""
        folded = fold_name(value)
        for code, label in self.codes.get(scheme, {}).items():
            if folded in (fold_name(code), fold_name(label)):
                return code
        return None

    def _rank(self, text: str, classes: Sequence[str]) -> list[Match]:
        """Return the things that a text stands for, then those with the code, then those with a name that holds it."""
        wanted = fold_name(text)
        if not wanted:
            return []
        meant = {thing.iri: _match(thing, wanted, 0) for thing in self.find_things(text.strip(), classes)}
        coded = {
            t.iri: _match(t, wanted, 0) for t in self._file.entities_by_tier(wanted)["code"] if t.is_one_of(classes)
        }
        held = (_match(t, wanted) for t in self._file.candidates_containing(wanted) if t.is_one_of(classes))
        others = {match.thing.iri: match for match in held if match.rank < NEAR}
        for found in self.by_words.find(text, classes) if self.by_words else ():
            if found.is_said:
                rank = SAID if found.fit >= SINGLE else ALL_WORDS
                known = others.get(found.thing.iri)
                if known is None or known.rank > rank:
                    others[found.thing.iri] = Match(found.thing, known.name if known else found.thing.label, rank)
        others |= coded
        rest = [match for iri, match in others.items() if iri not in meant]
        rest.sort(key=_place)
        return [*meant.values(), *rest]

    def _rank_near(self, text: str, classes: Sequence[str], limit: int) -> list[Match]:
        """Return the things that words may mean as they are or put right; among too many, by spelling alone."""
        if self.by_words is not None:
            likely = [found.thing for found in self.by_words.find(text, classes)] or self._find_slugs(text, classes)
            return [Match(thing, thing.label, NEAR) for thing in likely[:limit]]
        folded = fold_name(text)
        # What is equally near comes in the order of its IRI. A code is near no text that merely holds its letters.
        near = sorted(self._file.candidates_near(folded, classes))
        names = {(iri, name): name for iri, name in near if len(name) > _CODE or len(folded) < 2 * len(name)}
        best = process.extract(folded, names, scorer=fuzz.WRatio, limit=limit * 4, score_cutoff=60)
        ranked = list(dict.fromkeys(iri for _, _, (iri, _) in best))[:limit]
        return [Match(thing, thing.label, NEAR) for iri in ranked if (thing := self._file.get_thing(iri))]

    def _find_slugs(self, text: str, classes: Sequence[str]) -> list[NamedEntity]:
        """Return the things whose slugs are a slip or two from a word."""
        folded = fold_name(text)
        things = {thing.slug: thing for thing in self.list_things(classes, MOST_THINGS) or ()}
        near = process.extract(folded, sorted(things), scorer=OSA.distance, score_cutoff=_SLIPS, limit=_MOST_NEAR)
        return [things[slug] for slug, slips, _ in near if slips < len(folded) / 2]


def open_names(folder: Path) -> NameResolver:
    """Return the names of a snapshot from its file; raises SnapshotError when there is none of this format."""
    return NameResolver(open_file(folder))


def load_names(folder: Path, select: Select) -> NameResolver:
    """Return the names of a snapshot from its file, or where it has none from the answers of what reads its graph."""
    if has_names(folder):
        return open_names(folder)
    names, codes = (((r[0], r[1], r[2]) for r in select(query)) for query in (NAMES_QUERY, CODES_QUERY))
    return parse_names(names, codes, select(MEETINGS_QUERY))


def has_names(folder: Path) -> bool:
    """Return whether a snapshot has the file; one that was built before builds wrote it, or a bare release, has not."""
    return (folder / NAME).exists()


def parse_names(names: Iterable[Row], codes: Iterable[Row], meetings: Iterable[Sequence[str]] = ()) -> NameResolver:
    """Return the names of the rows that NAMES_QUERY, CODES_QUERY and MEETINGS_QUERY give."""
    return NameResolver(hold_names(names, codes, meetings))


def read_candidate(text: str) -> str:
    """Return the value to give in place of a wrong one, of a candidate that BadParameter lists with its label."""
    return re.sub(r" \(.*\)$", "", text, flags=re.DOTALL)


def _match(thing: NamedEntity, wanted: str, rank: int | None = None) -> Match:
    """Return the name of a thing that fits a folded text best, with how well, or the rank that it has anyway."""
    ranked = [
        (found, len(name), name) for name in thing.names if (found := rank_name(fold_name(name), wanted)) is not None
    ]
    best, _, name = min(ranked, default=(NEAR, 0, thing.label))
    return Match(thing, name, best if rank is None else rank)


def rank_name(name: str, wanted: str) -> int | None:
    """Return how well a folded name holds a folded text, 0 for the whole name, or None when it does not."""
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if re.search(rf"\b{re.escape(wanted)}", name):
        return 2
    return ALL_WORDS if all(re.search(rf"\b{re.escape(word)}", name) for word in wanted.split()) else None


def _place(match: Match) -> tuple[object, ...]:
    """Return where what is found stands: what was said or happened about a thing comes behind the thing."""
    late = match.rank > 0 and (match.thing.is_said or match.thing.is_event)
    return late, match.rank, len(match.name), match.thing.label, match.thing.iri


def find_near_words(value: str, words: Iterable[str], limit: int = 5) -> tuple[str, ...]:
    """Return the words nearest in spelling, the nearest first; all of them when there are few."""
    choices = list(words)
    if len(choices) <= limit:
        return tuple(choices)
    return tuple(
        w for w, _, _ in process.extract(value[:LONGEST], choices, scorer=fuzz.WRatio, limit=limit, score_cutoff=50)
    )
