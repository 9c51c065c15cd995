"""Look-ups: queries of one triple pattern about one thing, answered without a worker.

Such queries are the larger part of what public endpoints are asked, and what they cost is known beforehand: the engine
finds the thing and goes through its own triples. No text that may nest, repeat, filter, sort or join is taken for one,
so that none can keep the process that serves; all others are the workers'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ahg_graph.errors import AhgGraphError
from ahg_graph.results import CSV, RESULTS_JSON, Answer, Question
from ahg_graph.store import Store, open_store
from ahg_graph.syntax import Outline

_SPACE = r"[\x20\t\r\n]"
_GAP = rf"(?:{_SPACE}++|\#[^\r\n]*+[\r\n])*+"
_IRI = r"<[^<>\"{}|^`\\\x00-\x20]++>"
_NAME = r"(?:[A-Za-z][A-Za-z0-9-]*+)?:[A-Za-z0-9][A-Za-z0-9_-]*+"
_VARIABLE = r"[?$][A-Za-z][A-Za-z0-9_]*+"
_LITERAL = rf"\"[^\"\\\r\n]*+\"(?:@[A-Za-z]++(?:-[A-Za-z0-9]++)*+|\^\^(?:{_IRI}|{_NAME}))?+"
_LOOKUP = re.compile(
    rf"""
    (?P<prologue>(?:{_GAP}(?i:PREFIX){_SPACE}++(?:[A-Za-z][A-Za-z0-9-]*+)?:{_SPACE}*+{_IRI})*+{_GAP})
    (?:(?P<ask>(?i:ASK)) | (?i:SELECT)(?:{_SPACE}*+\*|(?:{_SPACE}++{_VARIABLE})++)) {_SPACE}*+
    (?:(?i:WHERE){_SPACE}*+)?+
    \{{{_SPACE}*+
      (?:{_IRI}|{_NAME}) {_SPACE}++
      (?:{_IRI}|{_NAME}|{_VARIABLE}|a) {_SPACE}++
      (?:{_IRI}|{_NAME}|{_VARIABLE}|{_LITERAL}) {_SPACE}*+
      (?:\.{_SPACE}*+)?+
    \}}{_SPACE}*+
    """,
    re.VERBOSE,
)
_MOST = 2000
"""Triples that the thing with the most may have: the answer takes a few milliseconds then."""
_DEGREE = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(?n) LIMIT 1"


class Lookups:
    """A graph held in memory for look-ups alone."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, text: str, results_type: str = RESULTS_JSON) -> Answer | None:
        """Return the answer to a look-up, or None for any other query and for one that is not well formed.

        A wrong query gets its explanation from the workers.
        """
        match = _LOOKUP.fullmatch(text)
        if match is None:
            return None
        outline = Outline("ASK" if match["ask"] else "SELECT", 1, match["prologue"], False, (), False, text, "")
        try:
            return self._store.answer(Question(text, results_type=results_type), outline)
        except AhgGraphError:
            return None


def load_lookups(path: Path, union: bool = True, graphs: Sequence[str] = ()) -> Lookups | None:
    """Read a file of TriG; None when a thing has too many triples. Raises SnapshotError."""
    store = open_store(path, union, graphs)
    found = bytes(store.answer(Question(_DEGREE, results_type=CSV)).body).split()
    return Lookups(store) if len(found) < 2 or int(found[1]) <= _MOST else None
