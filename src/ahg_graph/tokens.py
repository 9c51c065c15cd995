"""The tokens of a SPARQL 1.1 query (grammar section 19.8), enough to find a variable without mistaking a string.

White space and comments are tokens too, so that the texts of all tokens, joined, are the query again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ahg_graph.errors import QuerySyntaxError

_STRING = "|".join(
    (
        r"""'''(?:'{0,2}(?:[^'\\]|\\.))*'''""",
        r"""\"\"\"(?:"{0,2}(?:[^"\\]|\\.))*\"\"\"""",
        r"""'(?:[^'\\\n\r]|\\.)*'""",
        r'''"(?:[^"\\\n\r]|\\.)*"''',
    )
)
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\."
_PREFIX = r"(?:[^\W\d_](?:[\w.\-]*[\w\-])?)?"
_LOCAL = rf"(?:(?:[\w:]|{_ESCAPE})(?:(?:[\w:.\-]|{_ESCAPE})*(?:[\w:\-]|{_ESCAPE}))?)?"
_TOKEN = re.compile(
    rf"""
    (?P<space>[\x20\t\r\n]+)
  | (?P<comment>\#[^\r\n]*)
  | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
  | (?P<string>{_STRING})
  | (?P<variable>[?$]\w+)
  | (?P<langtag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<blank>_:\w(?:[\w.\-]*[\w\-])?)
  | (?P<name>{_PREFIX}:{_LOCAL})
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<mark>\^\^|&&|\|\||!=|<=|>=|[{{}}()\[\].,;*/+\-|^?!=<>])
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: its kind (`variable`, `string`, `iri`, `word`, `mark`...), its text, and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def is_blank(self) -> bool:
        """Whether the token carries no meaning: white space or a comment."""
        return self.kind in ("space", "comment")


def parse_tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of a query in order.

    Raises QuerySyntaxError at the first character that begins no token.
    """
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            line = text.count("\n", 0, position) + 1
            column = position - (text.rfind("\n", 0, position) + 1) + 1
            raise QuerySyntaxError(f"unexpected character {text[position]!r}", line, column)
        found.append(Token(match.lastgroup or "", match.group(), position))
        position = match.end()
    return tuple(found)


def line_of(text: str, position: int) -> int:
    """Return the line, counted from 1, of a position in a text."""
    return text.count("\n", 0, position) + 1


def find_groups(tokens: Sequence[Token]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield, for each variable, its index and the indexes of the opening braces around it, outermost first."""
    open_braces: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "mark" and token.text == "{":
            open_braces.append(index)
        elif token.kind == "mark" and token.text == "}" and open_braces:
            open_braces.pop()
        elif token.kind == "variable":
            yield index, tuple(open_braces)
