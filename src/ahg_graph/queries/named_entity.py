"""A named thing as a reader may mean it, and how its names and its IRI are folded and split."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ahg_graph.config.prefixes import ONT, get_home
from ahg_graph.queries.name_rows import STATEMENTS, is_named

_FOLDED = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-"})


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """A thing as a reader may mean it; `names` are its recorded names, preferred label first."""

    iri: str
    slug: str
    label: str
    classes: frozenset[str]
    names: tuple[str, ...]

    def is_one_of(self, classes: Sequence[str]) -> bool:
        """Whether the thing has one of the classes; with no classes to choose from, whether it is anything named."""
        return not self.classes.isdisjoint(classes) if classes else any(map(is_named, self.classes))

    @property
    def is_unnamed(self) -> bool:
        """Whether the thing has no name but its slug."""
        return self.names == (self.slug,)

    @property
    def is_said(self) -> bool:
        """Whether the thing was said or done, and is named after what it is about."""
        return not self.classes.isdisjoint(STATEMENTS)

    @property
    def is_collective(self) -> bool:
        """Whether the thing is a group of agents that are not named."""
        return ONT + "Collective" in self.classes

    @property
    def is_event(self) -> bool:
        """Whether the thing is what happened to another, and no meeting."""
        return ONT + "Event" in self.classes and ONT + "Meeting" not in self.classes

    def __str__(self) -> str:
        return f"{self.slug} ({self.label})"


def fold_name(name: str) -> str:
    """Return a name without differences of case, white space, apostrophes and dashes."""
    return " ".join(unicodedata.normalize("NFKC", name).translate(_FOLDED).casefold().split())


def split_iri(iri: str) -> tuple[str, str]:
    """Return a thing's slug, and the slug with the kind before it."""
    path = iri.removeprefix(get_home().id)
    return path.partition("/")[2] or path, path
