"""The language of names: a list of preferences, as `labels=` gives it, held against those that the graph has."""

from __future__ import annotations

import re

from ahg_graph.errors import BadParameter

LANGUAGES = ("en",)
"""Languages of preferred names; the shapes of the ontology let a snapshot have no others."""

_RANGE = re.compile(
    r"(?P<range>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:\s*;\s*q=(?P<weight>0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?"
)


def choose_language(text: str) -> str:
    """Return the language for a list of ranges (`fr`, `fr,en`, `en-AU;q=0.8,*`), by the lookup of RFC 4647.

    An empty text prefers nothing. Raises BadParameter when it is no such list, or when no name is in any of its
    languages.
    """
    if not text.strip():
        return LANGUAGES[0]
    wanted: list[tuple[float, str]] = []
    for piece in text.split(","):
        match = _RANGE.fullmatch(piece.strip())
        if match is None:
            raise BadParameter("labels", f"{piece.strip()!r} is not a language tag; write a list as `fr,en`", LANGUAGES)
        wanted.append((float(match["weight"] or 1), match["range"].lower()))
    for _, tag in sorted((pair for pair in wanted if pair[0] > 0), key=lambda pair: -pair[0]):
        if tag == "*":
            return LANGUAGES[0]
        while tag:
            if tag in LANGUAGES:
                return tag
            tag = tag.rpartition("-")[0]
    known = ", ".join(LANGUAGES)
    shown = f"labels are available only in {known}; {text!r} does not include it"
    raise BadParameter("labels", shown, (*LANGUAGES, *(f"{text},{language}" for language in LANGUAGES)))
