"""A text with some parts written anew."""

from __future__ import annotations

from collections.abc import Iterable

from ahg_graph.sparql.grammar.tree import Span

Edit = tuple[Span, str]


def splice(text: str, span: Span, edits: Iterable[Edit]) -> str:
    """Return a part of a text in which smaller parts, that do not overlap, are replaced."""
    pieces: list[str] = []
    place = span.start
    for part, written in sorted(edits, key=lambda edit: (edit[0].start, edit[0].end)):
        pieces += (text[place : part.start], written)
        place = part.end
    pieces.append(text[place : span.end])
    return "".join(pieces)
