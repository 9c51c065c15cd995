"""The terminals of SPARQL 1.1 (section 19.8), read one by one."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.sparql.characters import name_text
from ahg_graph.sparql.lexer import locate

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LETTER = _BASE + "_"
_MORE = "0-9\u00b7\u0300-\u036f\u203f\u2040"
_NAME = _LETTER + _MORE + r"\-"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_ESCAPE = r"\\[tbnrf\\\"']|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_PREFIX = rf"(?:[{_BASE}][{_NAME}]*+(?:[.]++[{_NAME}]++)*+)?+:"
_TERMINALS = rf"""
    (?P<variable>[?$][{_LETTER}0-9][{_LETTER}{_MORE}]*+)
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
  | (?P<name>{_PREFIX}(?:(?:[{_LETTER}:0-9]|{_ESCAPED})(?:[{_NAME}:]|{_ESCAPED}|[.]++(?=[{_NAME}:%\\]))*+)?+)
  | (?P<blank>_:[{_LETTER}0-9](?:[{_NAME}]|[.]++(?=[{_NAME}]))*+)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*+)
  | (?P<string>\"\"\"(?:\"{{0,2}}(?:[^\"\\]|{_ESCAPE}))*+\"\"\"
             | '''(?:'{{0,2}}(?:[^'\\]|{_ESCAPE}))*+'''
             | "(?!"")(?:[^"\\\r\n]|{_ESCAPE})*+" | '(?!'')(?:[^'\\\r\n]|{_ESCAPE})*+'
             | ""(?!") | ''(?!'))
  | (?P<double>(?:\d++[.]\d*+|[.]\d++|\d++)[eE][+-]?\d++)
  | (?P<decimal>\d*+[.]\d++)
  | (?P<integer>\d++)
  | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
  | (?P<mark>\^\^|&&|\|\||!=|<=|>=|<<|>>|\{{\||\|\}}|.)
"""
_TOKEN = re.compile(rf"(?:[\x20\t\r\n]++|\#[^\r\n]*+)*+(?:{_TERMINALS})", re.VERBOSE | re.DOTALL)
_OPERATOR = re.compile(r"<=|<")


class Token(NamedTuple):
    """A terminal, its kind and its place; at the end of the text the kind is `end`.

    `word` is a keyword in capitals, or a mark, and nothing for what is neither.
    """

    kind: str
    text: str
    start: int
    end: int
    word: str = ""


class TokenReader:
    """Reads a text token by token; `token` is the next one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.last = 0
        self.token = self._read(0)

    def _read(self, offset: int) -> Token:
        match = _TOKEN.match(self.text, offset)
        if match is None:
            return Token("end", "", len(self.text), len(self.text))
        kind = match.lastgroup or "mark"
        written = match[kind]
        word = written if kind == "mark" else written.upper() if kind == "word" else ""
        return Token(kind, written, match.start(kind), match.end(), word)

    def advance(self) -> Token:
        """Return the next token and go beyond it."""
        token = self.token
        self.last = token.end
        self.token = self._read(token.end)
        return token

    def peek(self) -> Token:
        """Return the token behind the next one."""
        return self._read(self.token.end)

    def split_comparison(self) -> None:
        """Read the next token as a comparison where it looks like an IRI: `?a<?b&&?c>?d`."""
        if self.token.kind == "iri":
            match = _OPERATOR.match(self.text, self.token.start)
            assert match  # noqa: S101 - an IRI begins with the sign
            self.token = Token("mark", match.group(), match.start(), match.end(), match.group())
        elif self.token.text == "<<":
            self.token = Token("mark", "<", self.token.start, self.token.start + 1, "<")

    def accept(self, *words: str) -> Token | None:
        """Go beyond the next token if it is one of these keywords or marks."""
        return self.advance() if self.token.word in words else None

    def expect(self, *words: str) -> Token:
        """Go beyond the next token, which must be one of these keywords or marks."""
        return self.accept(*words) or self.fail()

    def fail(self) -> NoReturn:
        """Raise QuerySyntaxError for the next token."""
        token = self.token
        if token.kind == "end":
            raise QuerySyntaxError("the query ends too early", *locate(self.text, len(self.text.rstrip())))
        raise QuerySyntaxError(f"unexpected {name_text(token.text[:40])}", *locate(self.text, token.start))
