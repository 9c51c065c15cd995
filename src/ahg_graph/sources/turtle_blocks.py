"""A Turtle file as blocks of text: each statement with its terms as they are written, each comment, each gap.

The blocks put together are the file to the byte, so that what nobody changes stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WIDTH = 150
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<comment>\#[^\n]*)|(?P<text>\"{3}(?:[^"\\]|\\.|\"(?!\"\"))*\"{3}|"(?:[^"\\\n]|\\.)*")"""
    r"""|(?P<iri><[^<>\s]*>)|(?P<type>\^\^)|(?P<language>@[A-Za-z][\w-]*)"""
    r"""|(?P<number>[+-]?\d+(?:\.\d+)?(?![\w:]))|(?P<name>(?:[\w-]+(?:\.[\w-]+)*)?:(?:[\w:%/-]|\.(?=[\w:%-]))*|\w+)"""
    r"""|(?P<mark>[.;,\[\]()])"""
)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a file and the line where it begins; a statement has a subject and the terms of each predicate.

    `predicates` is empty for what is no statement, or one with blank nodes, lists or comments inside.
    """

    text: str
    line: int
    subject: str = ""
    predicates: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def is_gap(self) -> bool:
        """Whether it is white space or comments alone."""
        return not self.subject and not self.text.lstrip().lower().startswith(("@", "prefix"))


def split_blocks(text: str) -> list[Block]:
    """Return the blocks of a Turtle text; raises ValueError, with the line, where it has none."""
    blocks: list[Block] = []
    tokens: list[tuple[str, str]] = []
    start, at, line = 0, 0, 1

    def close(end: int) -> None:
        nonlocal start, line
        piece = text[start:end]
        if piece:
            blocks.append(_read_block(piece, line, tokens))
            line += piece.count("\n")
        start = end
        tokens.clear()

    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"line {text.count(chr(10), 0, at) + 1}: {text[at : at + 20]!r} cannot be read")
        kind = str(match.lastgroup)
        if kind in ("space", "comment") and not tokens:
            at = match.end()
            continue
        if not tokens:
            close(at)
        tokens.append((kind, match[0]))
        at = match.end()
        if kind == "mark" and match[0] == "." and _is_closed(tokens):
            close(at)
    if tokens:
        raise ValueError(f"line {line}: the statement has no end")
    close(len(text))
    return blocks


def _is_closed(tokens: list[tuple[str, str]]) -> bool:
    marks = [text for kind, text in tokens if kind == "mark"]
    return marks.count("[") == marks.count("]") and marks.count("(") == marks.count(")")


def _read_block(piece: str, line: int, tokens: list[tuple[str, str]]) -> Block:
    if not tokens or tokens[0][0] == "language" or tokens[0][1].lower() == "prefix":
        return Block(piece, line)
    subject = tokens[0][1]
    if any(kind == "comment" or (kind == "mark" and text in "[]()") for kind, text in tokens):
        return Block(piece, line, subject)
    predicates = tuple(_read_predicates([token for token in tokens[1:-1] if token[0] != "space"]))
    return Block(piece, line, subject, predicates)


def _read_predicates(tokens: list[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    predicate, objects, current = "", [], ""
    for kind, text in [*tokens, ("mark", ";")]:
        if kind == "mark":
            if current:
                objects.append(current)
            current = ""
            if text == ";":
                if predicate:
                    yield predicate, tuple(objects)
                predicate, objects = "", []
        elif not predicate:
            predicate = text
        else:
            current += text


def write_statement(subject: str, predicates: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return a statement in the one layout: a line for each predicate with its values, wrapped where they are many."""
    rows = [_wrap(predicate, objects) for predicate, objects in predicates]
    return f"{subject} " + " ;\n  ".join(rows) + " ."


def _wrap(predicate: str, objects: Sequence[str]) -> str:
    rows, row = [], predicate
    for number, value in enumerate(objects):
        piece = value + (" ," if number + 1 < len(objects) else "")
        if number and len(row) + len(piece) > _WIDTH:
            rows.append(row)
            row = "    " + piece
        else:
            row += " " + piece
    return "\n".join([*rows, row])
