"""From what a client accepts to the media type it gets (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from ahg_graph.errors import BadParameter, NotAcceptable
from ahg_graph.sparql.media_types import (
    GRAPH_ALIASES,
    GRAPH_FORMATS,
    GRAPH_TYPES,
    HTML,
    JSON,
    RESULT_ALIASES,
    RESULT_FORMATS,
    RESULT_TYPES,
    XML_TYPES,
    Format,
    find_format,
    write_content_type,
)

_MOST_RANGES = 50
_PAGE_OR_JSON = MappingProxyType({"html": HTML, "json": JSON})


@dataclass(frozen=True, slots=True)
class Preference:
    """One range of an Accept header and its weight between 0 and 1."""

    kind: str
    subtype: str
    quality: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A media type to produce, and the name under which it is sent."""

    media_type: str
    name: str

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        return write_content_type(self.name)


@lru_cache(maxsize=512)
def parse_accept(header: str) -> tuple[Preference, ...]:
    """Return the ranges of an Accept header, the first fifty of them.

    Parts that are not well formed are left out, parameters do not count.
    """
    found = []
    for part in header.split(",", _MOST_RANGES)[:_MOST_RANGES]:
        value, *parameters = (piece.strip().lower() for piece in part.split(";"))
        kind, slash, subtype = value.partition("/")
        if value == "*":
            kind, slash, subtype = "*", "/", "*"
        quality = 1.0
        for parameter in parameters:
            name, _, number = parameter.partition("=")
            if name.strip() == "q":
                try:
                    quality = min(1.0, max(0.0, float(number)))
                except ValueError:
                    quality = 0.0
        if slash and kind and subtype:
            found.append(Preference(kind, subtype, quality))
    return tuple(found)


def choose(header: str | None, offered: Sequence[str], aliases: Mapping[str, str] | None = None) -> Choice | None:
    """Return the best of the offered media types, or None when none is acceptable.

    Among equals the more specific range wins, then the order of the offer, in which a page is last: it is for those who
    prefer it, as browsers do. No header accepts everything.
    """
    preferences = parse_accept(header or "*/*") or parse_accept("*/*")
    names = {**{name: name for name in offered}, **(aliases or {})}
    candidates = []
    for place, (name, media_type) in enumerate(sorted(names.items(), key=lambda pair: pair[0] == HTML)):
        quality, rank = _weigh(preferences, name)
        # An alias is only for those who name it.
        if quality > 0 and media_type in offered and (name == media_type or rank == 3):
            candidates.append((quality, rank, -place, name))
    if not candidates:
        return None
    name = max(candidates)[3]
    return Choice(names[name], name)


def require_choice(header: str | None, offered: Sequence[str], aliases: Mapping[str, str] | None = None) -> Choice:
    """Return what `choose` does; raises NotAcceptable when none is acceptable."""
    choice = choose(header, offered, aliases)
    if choice is None:
        raise NotAcceptable(tuple(offered))
    return choice


@lru_cache(maxsize=512)
def prefers_html(header: str | None) -> bool:
    """Return whether a client gets the page where there is data in every format too."""
    choice = choose(header, (HTML, JSON, *RESULT_TYPES.values(), *GRAPH_TYPES.values()), _NAMES)
    return choice is not None and choice.media_type == HTML


def takes_anything(header: str | None) -> bool:
    """Return whether a client prefers nothing: where nothing is asked it gets the form, since there is no data."""
    return all((range_.kind, range_.subtype) == ("*", "*") for range_ in parse_accept(header or "*/*"))


def choose_page_or_json(header: str | None, named: str | None) -> str:
    """Return the media type of a page or of JSON: the one that `format` names, or else the best by Accept.

    Raises BadParameter for a name of neither, and NotAcceptable.
    """
    if named:
        ending = find_ending(_PAGE_OR_JSON, (), named)
        if ending is None:
            raise BadParameter("format", f"{named!r} is neither html nor json", tuple(_PAGE_OR_JSON))
        return _PAGE_OR_JSON[ending]
    return require_choice(header, tuple(_PAGE_OR_JSON.values())).media_type


def find_ending(formats: Mapping[str, str], known: Sequence[Format], value: str) -> str | None:
    """Return the one of some endings that a value of `format` and its like means: itself, its media type, or a word
    that the table of formats has for it; `known` is the part of that table whose words count."""
    value = value.strip().lower()
    named = find_format(known, value)
    typed = (ending for ending, media_type in formats.items() if media_type == value.replace(" ", "+"))
    meant = (value, *typed, named.ending if named else "")
    return next((ending for ending in meant if ending in formats), None)


@lru_cache(maxsize=512)
def choose_formats(header: str | None, names: tuple[str, ...]) -> tuple[Choice | None, Choice | None]:
    """Return what to send for a table and for a graph; None where nothing fits.

    `names` are the values of `format` and its like; the first that means anything is obeyed, whatever the header
    says. With names that mean nothing, nothing fits.
    """
    for name in names:
        table, graph = find_format(RESULT_FORMATS, name), find_format(GRAPH_FORMATS, name)
        if table or graph:
            return _name(table), _name(graph)
    if names:
        return None, None
    table_choice = choose(header, tuple(RESULT_TYPES.values()), RESULT_ALIASES)
    return table_choice, choose(header, tuple(GRAPH_TYPES.values()), GRAPH_ALIASES)


_NAMES = {name: media for name, media in {**GRAPH_ALIASES, **RESULT_ALIASES}.items() if name not in (JSON, *XML_TYPES)}
"""What clients call the formats; the names for any kind of XML are left out, for browsers name them beside a page."""


def _name(known: Format | None) -> Choice | None:
    return Choice(known.media_type, known.media_type) if known else None


def _weigh(preferences: Sequence[Preference], name: str) -> tuple[float, int]:
    """Return the quality that the most specific matching range gives, and how specific it is: 3, 2, 1, or 0."""
    kind, _, subtype = name.partition("/")
    best = (0.0, 0)
    for preference in preferences:
        if preference.kind == kind and preference.subtype == subtype:
            rank = 3
        elif preference.kind == kind and preference.subtype == "*":
            rank = 2
        elif preference.kind == "*" and preference.subtype == "*":
            rank = 1
        else:
            continue
        if rank > best[1]:
            best = (preference.quality, rank)
    return best
