"""What tells one meeting from another in a question: its number, its series, its kind, its place, its days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ahg_graph.queries.words import stems
from ahg_graph.rdf.vocabulary import ONT

MEETINGS_QUERY = f"""
PREFIX ahg: <{ONT}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?meeting ?series ?number ?status ?first ?last ?sort ?word WHERE {{
  ?meeting a ahg:Meeting .
  OPTIONAL {{ ?meeting ahg:inSeries ?series }}
  OPTIONAL {{ ?meeting ahg:seriesOrdinal ?number }}
  OPTIONAL {{ ?meeting ahg:eventStatus/skos:notation ?status }}
  OPTIONAL {{ ?meeting ahg:earliestStart ?first }}
  OPTIONAL {{ ?meeting ahg:latestEnd ?last }}
  OPTIONAL {{
    {{ ?meeting ahg:heldIn/skos:prefLabel ?word BIND("place" AS ?sort) }}
    UNION {{ ?meeting ahg:kind/skos:prefLabel ?word }}
    UNION {{ ?meeting ahg:inSeries/(skos:prefLabel|skos:altLabel|skos:hiddenLabel) ?word }}
    UNION {{ ?meeting ahg:inSeries ?s . ?n ahg:nameOf ?s ; ahg:nameText ?word }}
    UNION {{ ?meeting ahg:meetingOf/(skos:prefLabel|ahg:acronym) ?word BIND("body" AS ?sort) }}
  }}
}}
ORDER BY ?meeting ?word
"""
"""Rows of a meeting, its series, number, status, first and last day, and a word or name that tells it.

The word is of the sort `place` or `body` where it names where the meeting was held or whose it is.
"""

HELD = "held"
_DAYS = 5  # that a meeting may take


@dataclass
class Meeting:
    """A meeting by what a question may say of it; `stems` are those of all words that tell it, its places too."""

    iri: str
    series: str = ""
    number: int | None = None
    status: str = ""
    first: str = ""
    last: str = ""
    stems: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Meetings:
    """The meetings of a graph by IRI, and names that series have from the bodies that meet in them."""

    by_iri: Mapping[str, Meeting]
    series_names: Mapping[str, Sequence[str]]

    @property
    def series(self) -> frozenset[str]:
        """The series that meetings are in."""
        return frozenset(meeting.series for meeting in self.by_iri.values() if meeting.series)

    def may_lie_in(self, iri: str, first: str | None, last: str | None) -> bool:
        """Return whether a meeting whose days are known lies in a span, at least in part."""
        meeting = self.by_iri[iri]
        return bool(meeting.first and meeting.last) and not (
            (first is not None and meeting.last < first) or (last is not None and meeting.first > last)
        )

    def lies_in(self, iri: str, first: str | None, last: str | None) -> bool:
        """Return whether a meeting certainly lies in a span, or is a matter of some days that begin or end in it."""
        meeting = self.by_iri[iri]
        inside = (first is None or meeting.first >= first) and (last is None or meeting.last <= last)
        return inside or (date.fromisoformat(meeting.last) - date.fromisoformat(meeting.first)).days <= _DAYS


def read_meetings(rows: Iterable[Sequence[str]]) -> Meetings:
    """Return the meetings of the rows of MEETINGS_QUERY."""
    found: dict[str, Meeting] = {}
    names: dict[str, set[str]] = {}
    for iri, series, number, status, first, last, sort, word in rows:
        meeting = found.setdefault(iri, Meeting(iri))
        meeting.series = meeting.series or series
        meeting.number = meeting.number if meeting.number is not None else int(number) if number else None
        meeting.status, meeting.first, meeting.last = status, first, last
        meeting.stems.update(stems(word))
        if sort == "place":
            meeting.places.update(stems(word))
        elif sort == "body" and series:
            names.setdefault(series, set()).add(f"{word} meetings")
    return Meetings(found, {series: tuple(sorted(told)) for series, told in names.items()})
