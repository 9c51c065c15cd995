"""Which things a text may stand for, each with a score: what a reader chooses from who matches a table to the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ahg_graph.queries.name_resolver import NEAR, Match, NameResolver
from ahg_graph.queries.named_entity import NamedEntity, fold_name

FULL = 100.0
"""The score of a whole name."""

_STEP = 15.0
_MOST = 100  # things that are scored


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing, the name of it that fits, how well it does (0 to 100), and whether the text stands for it alone.

    One that is `near` has no name that holds the text, only one that is spelled alike.
    """

    thing: NamedEntity
    name: str
    score: float
    is_certain: bool
    is_near: bool


def find_candidates(names: NameResolver, text: str, classes: Sequence[str] = ()) -> list[Candidate]:
    """Return what a search for a text finds among the things of these classes, the best first.

    A whole name scores 100, and what only holds the text less, the less of the name it is; what is near in spelling
    comes where nothing holds it.
    """
    meant = names.find_things(text.strip(), classes)
    only = meant[0].iri if len(meant) == 1 else None
    found: list[Candidate] = []
    score = FULL
    for place, match in enumerate(names.search(text, _MOST, classes)):
        certain, near = match.thing.iri == only, match.rank == NEAR
        score = min(score, _score(match, text, place))
        found.append(Candidate(match.thing, match.name, score, certain, near))
    return found


def _score(match: Match, text: str, place: int) -> float:
    """Return a score by how well a name fits."""
    if match.rank == 0:
        return FULL
    if match.rank == NEAR:
        return max(1.0, _STEP + 5 - place)
    share = len(fold_name(text)) / max(1, len(match.name), len(fold_name(text)))
    return round(FULL - _STEP * match.rank - _STEP * (1 - share) - 1, 2)
