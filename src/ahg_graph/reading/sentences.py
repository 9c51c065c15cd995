"""Sentences of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|H\.E|St|No|Nos|Art|Arts|para|paras|Ref|Rev|vs|etc|approx|U\.S|U\.K|"
    r"e\.g|i\.e|Amb|Gen|Lt|Col"
    r"|Hon|cf|Vol|p|pp|Jr|Sr)|\b[A-Z])\.$"
)
_BOUNDARY = re.compile(r"[.!?][”\"’')\]*\d]{0,3}\s+(?=[“\"‘'(\[]?[A-Z0-9À-Þ])")


def split_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text on one line; an abbreviation ends none."""
    start = 0
    for match in _BOUNDARY.finditer(text):
        before = text[start : match.start() + 1]
        if _ABBREVIATION.search(before):
            continue
        yield text[start : match.end()].strip()
        start = match.end()
    if text[start:].strip():
        yield text[start:].strip()
