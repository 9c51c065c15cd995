"""Which thing a reader means: every thing of a snapshot by its IRI, slug, code, acronym and recorded names.

NAMES_QUERY asks a snapshot for the rows, CODES_QUERY for the closed lists; parse_names makes the index of their
answers. Matching folds case, white space, apostrophes and dashes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rapidfuzz import fuzz, process

from ahg_graph.namespaces import ID, ONT

NAMES_QUERY = f"""
PREFIX ahg: <{ONT}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT DISTINCT ?thing ?tier ?name WHERE {{
  {{ ?thing a ?class . FILTER(STRSTARTS(STR(?class), STR(ahg:))) BIND(STR(?class) AS ?name) BIND("class" AS ?tier) }}
  UNION {{ ?thing ahg:isoCode|ahg:isoCode2|ahg:acronym|ahg:documentKey ?name BIND("code" AS ?tier) }}
  UNION {{ ?thing skos:prefLabel ?name BIND("label" AS ?tier) }}
  UNION {{ ?thing skos:altLabel|skos:hiddenLabel|ahg:isoName ?name BIND("name" AS ?tier) }}
  UNION {{ ?node ahg:nameOf ?thing ; ahg:nameText ?name BIND("name" AS ?tier) }}
  FILTER(ISIRI(?thing) && STRSTARTS(STR(?thing), "{ID}"))
}}
"""
"""Rows of thing, tier (class, code, label or name) and name; the classes include the inferred ones."""

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
"""Classes of the things that a reader may mean; statuses, attendances and other nodes are reached through them."""

_FOLDED = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-"})
_TIERS = ("slug", "code", "label", "name")


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
        return not self.classes.isdisjoint(classes or NAMED)

    def __str__(self) -> str:
        return f"{self.slug} ({self.label})"


@dataclass(frozen=True)
class NameIndex:
    """The things and code lists of one snapshot; `by_tier` is tier -> folded name -> IRIs."""

    things: Mapping[str, Thing]
    by_tier: Mapping[str, Mapping[str, tuple[str, ...]]]
    codes: Mapping[str, Mapping[str, str]]

    def find_things(self, value: str, classes: Sequence[str] = ()) -> tuple[Thing, ...]:
        """Return the things of these classes that a value stands for, sorted by slug; more than one is ambiguous.

        An IRI beats a slug, a slug a code, a code a preferred label, and that any other name. Of things that share it
        in one of these ways, one that has it in another too is meant.
        """
        exact = self.things.get(value)
        if exact is not None:
            return (exact,) if exact.is_one_of(classes) else ()
        folded = fold_name(value)
        for tier in _TIERS:
            found = [self.things[iri] for iri in self.by_tier[tier].get(folded, ())]
            fitting = sorted((t for t in found if t.is_one_of(classes)), key=lambda t: t.iri)
            if fitting:
                twice = [
                    t for t in fitting if any(t.iri in self.by_tier[o].get(folded, ()) for o in _TIERS if o != tier)
                ]
                return tuple(twice if len(twice) == 1 else fitting)
        return ()

    def find_near(self, value: str, classes: Sequence[str] = (), limit: int = 5) -> tuple[Thing, ...]:
        """Return the things of these classes whose names are nearest in spelling, the nearest first."""
        folded = fold_name(value[:200])
        names: dict[str, str] = {}
        for tier in _TIERS:
            for name, iris in self.by_tier[tier].items():
                names.update({f"{iri} {name}": name for iri in iris if self.things[iri].is_one_of(classes)})
        names = dict(sorted(names.items()))  # what is equally near comes in the order of its IRI
        best = process.extract(folded, names, scorer=fuzz.WRatio, limit=limit * 4, score_cutoff=60)
        ranked = dict.fromkeys(key.partition(" ")[0] for _, _, key in best)
        return tuple(self.things[iri] for iri in list(ranked)[:limit])

    def find_code(self, value: str, scheme: str) -> str | None:
        """Return the code of a list that a value stands for: the code or its label, in any case."""
        folded = fold_name(value)
        for code, label in self.codes.get(scheme, {}).items():
            if folded in (fold_name(code), fold_name(label)):
                return code
        return None


def fold_name(name: str) -> str:
    """Return a name without differences of case, white space, apostrophes and dashes."""
    return " ".join(unicodedata.normalize("NFKC", name).translate(_FOLDED).casefold().split())


def find_near_words(value: str, words: Iterable[str], limit: int = 5) -> tuple[str, ...]:
    """Return the words nearest in spelling, the nearest first; all of them when there are few."""
    choices = list(words)
    if len(choices) <= limit:
        return tuple(choices)
    return tuple(
        w for w, _, _ in process.extract(value[:200], choices, scorer=fuzz.WRatio, limit=limit, score_cutoff=50)
    )


def parse_names(names: Iterable[tuple[str, str, str]], codes: Iterable[tuple[str, str, str]]) -> NameIndex:
    """Return the index of the rows that NAMES_QUERY and CODES_QUERY give: thing, tier, name; list, code, label."""
    classes: dict[str, set[str]] = {}
    labels: dict[str, str] = {}
    others: dict[str, set[str]] = {}
    by_tier: dict[str, dict[str, set[str]]] = {tier: {} for tier in _TIERS}
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
        if kinds.isdisjoint(NAMED):
            continue
        path = iri.removeprefix(ID)
        slug = path.partition("/")[2] or path
        label = labels.get(iri, slug)
        known = tuple(dict.fromkeys((label, *sorted(others.get(iri, ())))))
        things[iri] = Thing(iri, slug, label, frozenset(kinds), known)
        by_tier["slug"].setdefault(fold_name(slug), set()).add(iri)
        by_tier["slug"].setdefault(fold_name(path), set()).add(iri)
    lists: dict[str, dict[str, str]] = {}
    for scheme, code, label in codes:
        lists.setdefault(scheme, {})[code] = label or code
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
        MappingProxyType({scheme: MappingProxyType(dict(sorted(found.items()))) for scheme, found in lists.items()}),
    )
