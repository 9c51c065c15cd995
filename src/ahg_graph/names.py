"""Which thing a reader means: every thing of a snapshot by its IRI, slug, code, acronym and recorded names.

NAMES_QUERY asks a snapshot for the rows, CODES_QUERY for the closed lists; parse_names makes the index of their
answers. Matching folds case, white space, apostrophes and dashes.
"""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rapidfuzz import fuzz, process

from ahg_graph.namespaces import ONT, get_home

_PREFIXES = f"""
PREFIX ahg: <{ONT}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_OURS = "FILTER(ISIRI(?thing) && STRSTARTS(STR(?thing), STR(<id/>)))"
_PATTERNS = (
    ("code", "?thing ahg:isoCode|ahg:isoCode2|ahg:acronym|ahg:documentKey ?name"),
    ("label", "?thing skos:prefLabel ?name"),
    ("name", "?thing skos:altLabel|skos:hiddenLabel|ahg:isoName ?name"),
    ("name", "?node ahg:nameOf ?thing ; ahg:nameText ?name"),
)
NAMES_QUERY = f"""{_PREFIXES}
SELECT DISTINCT ?thing ?tier ?name WHERE {{
  {{ ?thing a ?class . FILTER(STRSTARTS(STR(?class), STR(ahg:)) || STRSTARTS(STR(?class), STR(<ont#>)))
     BIND(STR(?class) AS ?name) BIND("class" AS ?tier) }}
  {" ".join(f'UNION {{ {pattern} BIND("{tier}" AS ?tier) }}' for tier, pattern in _PATTERNS)}
  {_OURS}
}}
"""
"""Rows of thing, tier (class, code, label or name) and name; the classes include the inferred ones."""

NAME_QUERIES = tuple(
    (tier, f"{_PREFIXES} SELECT ?thing ?name WHERE {{ {pattern} {_OURS} }}") for tier, pattern in _PATTERNS
)
"""Tier and query of thing and name: the same rows without the classes, some more than once."""

CODES_QUERY = f"""
PREFIX ahg: <{ONT}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?list ?code ?label WHERE {{
  ?item ahg:inCodeList ?list ; skos:notation ?code . OPTIONAL {{ ?item skos:prefLabel ?label }}
}}
"""
"""Rows of list, code and label."""

NAMED = frozenset(
    ONT + name
    for name in (
        *("Agent", "Place", "Event", "MeetingSeries", "Initiative", "LegalInstrument", "Topic", "Document"),
        *("Decision", "Proposal", "Mandate", "Discrepancy"),
    )
)
"""Classes of the platform of which a reader may mean the instances; statuses and others are reached through them."""


def is_named(kind: str) -> bool:
    """Say whether a reader may mean the instances of a class: one of NAMED, or one that the home itself defines."""
    own = get_home().terms
    return kind in NAMED or (own != ONT and kind.startswith(own))


_FOLDED = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-"})
TIERS = ("slug", "code", "label", "name")


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing as a reader may mean it; `names` are its recorded names, preferred label first."""

    iri: str
    slug: str
    label: str
    classes: frozenset[str]
    names: tuple[str, ...]

    def is_one_of(self, classes: Sequence[str]) -> bool:
        """Whether the thing has one of the classes; with no classes to choose from, whether it is anything named."""
        return not self.classes.isdisjoint(classes) if classes else any(map(is_named, self.classes))

    def __str__(self) -> str:
        return f"{self.slug} ({self.label})"


class Names(ABC):
    """The things of one snapshot by their names, wherever these are kept; `codes` is list -> code -> label."""

    codes: Mapping[str, Mapping[str, str]]

    @abstractmethod
    def get_thing(self, iri: str) -> Thing | None:
        """Return a thing that a reader may mean."""

    @abstractmethod
    def list_bearers(self, folded: str) -> Mapping[str, Sequence[Thing]]:
        """Return tier -> the things that have a folded name in it."""

    @abstractmethod
    def list_holding(self, folded: str) -> Iterable[Thing]:
        """Return the things that may have a name which holds a folded text, or all its words; more do no harm."""

    @abstractmethod
    def list_spellings(self, folded: str, classes: Sequence[str]) -> Iterable[tuple[str, str]]:
        """Return the IRIs and folded names that may be near a folded one, of things of these classes."""

    @abstractmethod
    def list_things(self, classes: Sequence[str], most: int) -> Sequence[Thing] | None:
        """Return the things of these classes in no order, or None when there are more than `most`."""

    def find_things(self, value: str, classes: Sequence[str] = ()) -> tuple[Thing, ...]:
        """Return the things of these classes that a value stands for, sorted by slug; more than one is ambiguous.

        An IRI beats a slug, a slug a code, a code a preferred label, and that any other name. Of things that share it
        in one of these ways, one that has it in another too is meant.
        """
        exact = self.get_thing(value)
        if exact is not None:
            return (exact,) if exact.is_one_of(classes) else ()
        bearers = self.list_bearers(fold_name(value))
        for tier, found in bearers.items():
            fitting = sorted((t for t in found if t.is_one_of(classes)), key=lambda t: t.iri)
            if fitting:
                others = {thing.iri for other, things in bearers.items() if other != tier for thing in things}
                twice = [thing for thing in fitting if thing.iri in others]
                return tuple(twice if len(twice) == 1 else fitting)
        return ()

    def find_near(self, value: str, classes: Sequence[str] = (), limit: int = 5) -> tuple[Thing, ...]:
        """Return the things of these classes whose names are nearest in spelling, the nearest first."""
        folded = fold_name(value[:200])
        # What is equally near comes in the order of its IRI.
        names = {(iri, name): name for iri, name in sorted(self.list_spellings(folded, classes))}
        best = process.extract(folded, names, scorer=fuzz.WRatio, limit=limit * 4, score_cutoff=60)
        ranked = dict.fromkeys(iri for _, _, (iri, _) in best)
        return tuple(thing for iri in list(ranked)[:limit] if (thing := self.get_thing(iri)))

    def find_code(self, value: str, scheme: str) -> str | None:
        """Return the code of a list that a value stands for: the code or its label, in any case."""
        folded = fold_name(value)
        for code, label in self.codes.get(scheme, {}).items():
            if folded in (fold_name(code), fold_name(label)):
                return code
        return None


@dataclass(frozen=True)
class NameIndex(Names):
    """All names of a snapshot in memory; `by_tier` is tier -> folded name -> IRIs."""

    things: Mapping[str, Thing]
    by_tier: Mapping[str, Mapping[str, tuple[str, ...]]]
    codes: Mapping[str, Mapping[str, str]]

    def get_thing(self, iri: str) -> Thing | None:
        """Return a thing that a reader may mean."""
        return self.things.get(iri)

    def list_bearers(self, folded: str) -> Mapping[str, Sequence[Thing]]:
        """Return tier -> the things that have a folded name in it."""
        return {tier: [self.things[iri] for iri in self.by_tier[tier].get(folded, ())] for tier in TIERS}

    def list_holding(self, folded: str) -> Iterable[Thing]:
        """Return all things: there are few."""
        return self.things.values()

    def list_spellings(self, folded: str, classes: Sequence[str]) -> Iterable[tuple[str, str]]:
        """Return every name of the things of these classes."""
        fitting = {iri for iri, thing in self.things.items() if thing.is_one_of(classes)}
        return {
            (iri, name) for tier in TIERS for name, iris in self.by_tier[tier].items() for iri in iris if iri in fitting
        }

    def list_things(self, classes: Sequence[str], most: int) -> Sequence[Thing] | None:
        """Return the things of these classes in no order, or None when there are more than `most`."""
        found = [thing for thing in self.things.values() if thing.is_one_of(classes)]
        return found if len(found) <= most else None


def fold_name(name: str) -> str:
    """Return a name without differences of case, white space, apostrophes and dashes."""
    return " ".join(unicodedata.normalize("NFKC", name).translate(_FOLDED).casefold().split())


def split_iri(iri: str) -> tuple[str, str]:
    """Return a thing's slug, and the slug with the kind before it."""
    path = iri.removeprefix(get_home().id)
    return path.partition("/")[2] or path, path


def find_near_words(value: str, words: Iterable[str], limit: int = 5) -> tuple[str, ...]:
    """Return the words nearest in spelling, the nearest first; all of them when there are few."""
    choices = list(words)
    if len(choices) <= limit:
        return tuple(choices)
    return tuple(
        w for w, _, _ in process.extract(value[:200], choices, scorer=fuzz.WRatio, limit=limit, score_cutoff=50)
    )


def parse_codes(codes: Iterable[tuple[str, str, str]]) -> Mapping[str, Mapping[str, str]]:
    """Return list -> code -> label, of the rows that CODES_QUERY gives."""
    lists: dict[str, dict[str, str]] = {}
    for scheme, code, label in codes:
        lists.setdefault(scheme, {})[code] = label or code
    return MappingProxyType({scheme: MappingProxyType(dict(sorted(found.items()))) for scheme, found in lists.items()})


def parse_names(names: Iterable[tuple[str, str, str]], codes: Iterable[tuple[str, str, str]]) -> NameIndex:
    """Return the index of the rows that NAMES_QUERY and CODES_QUERY give: thing, tier, name; list, code, label."""
    classes: dict[str, set[str]] = {}
    labels: dict[str, str] = {}
    others: dict[str, set[str]] = {}
    by_tier: dict[str, dict[str, set[str]]] = {tier: {} for tier in TIERS}
    for iri, tier, name in names:
        if tier == "class":
            classes.setdefault(iri, set()).add(name)
            continue
        by_tier[tier].setdefault(fold_name(name), set()).add(iri)
        if tier == "label":
            labels[iri] = min(name, labels.get(iri, name))
        others.setdefault(iri, set()).add(name)
    things: dict[str, Thing] = {}
    for iri, kinds in classes.items():
        if not any(map(is_named, kinds)):
            continue
        slug, path = split_iri(iri)
        label = labels.get(iri, slug)
        known = tuple(dict.fromkeys((label, *sorted(others.get(iri, ())))))
        things[iri] = Thing(iri, slug, label, frozenset(kinds), known)
        by_tier["slug"].setdefault(fold_name(slug), set()).add(iri)
        by_tier["slug"].setdefault(fold_name(path), set()).add(iri)
    return NameIndex(
        MappingProxyType(things),
        MappingProxyType(
            {
                tier: MappingProxyType(
                    {name: tuple(iri for iri in iris if iri in things) for name, iris in found.items()}
                )
                for tier, found in by_tier.items()
            }
        ),
        parse_codes(codes),
    )
