"""What a query's tokens show without parsing it.

The engine's parser must not run in the process that serves: it recurses as deep as the text nests. A scan over the
tokens (SPARQL 1.1, section 19.8) is linear, and enough to know how deep a query nests and whether its answer may differ
from call to call. The engine's grammar lets keywords touch what is beside them (`1.SERVICE`, `GROUP BYRAND()`), and
only a parser knows whether `?a<?b#>` holds an IRI; so nothing that must hold depends on tokens alone.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ahg_graph.config.prefixes import find_usual_namespace
from ahg_graph.errors import QuerySyntaxError

BYTE_ORDER_MARK = "\ufeff"
"""What some editors put before a text; it is no part of it."""
_SPACE = r"[\x20\t\r\n]"
_TOKENS = r"""
    (?P<variable>[?$]\w++)
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
  | (?P<open>[{(\[])
  | (?P<close>[})\]])
  | (?P<name>(?:[^\W\d_][\w·-]*+(?:[.]++[\w·-]++){0,4}+)?:(?:(?:[\w:·-]|%[0-9A-Fa-f]{2}|\\[^\s])|[.](?![\s]|$))*+)
  | (?P<blank>_:\w(?:[\w·-]|[.](?=[\w·-]))*+)
  | (?P<word>[^\W\d]\w*+)
  | (?P<string>\"\"\"(?:\"{0,2}+(?!\")(?:[^\"\\]|\\.))*+\"\"\"
             | '''(?:'{0,2}+(?!')(?:[^'\\]|\\.))*+'''
             | "(?!"")(?:[^"\\\r\n]|\\[^\r\n])*+"
             | '(?!'')(?:[^'\\\r\n]|\\[^\r\n])*+')
  | (?P<broken>\"\"\".*+|'''.*+|["'][^\r\n]*+)
  | (?P<number>\d[\w.]*+)
  | (?P<comment>\#[^\r\n]*+)
  | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
  | (?P<mark>[|&=!*/+^%~,;]++|.)
"""
_TOKEN = re.compile(rf"(?P<space>{_SPACE}++) | {_TOKENS}", re.VERBOSE | re.DOTALL)
_WORD = re.compile(rf"{_SPACE}*+ (?: {_TOKENS} )", re.VERBOSE | re.DOTALL)
"""A token and the spaces before it; only for texts that do not end in a space."""
_QUERY_FORMS = frozenset({"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"})
_UPDATE_FORMS = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
_GRAPH_BEFORE = frozenset({"FROM", "NAMED"})
_MAY_VARY = re.compile(rf"(?:now|rand|uuid|bnode)(?:{_SPACE}|\#[^\r\n]*[\r\n])*\(", re.IGNORECASE)
"""What a text with a call of a function holds whose value differs from call to call; so may a string or a comment."""

_CONSTANT = re.compile(rb"""<[^<>"{}|^`\\\x00-\x20]*+>|"[^"\\\r\n]*+"|'[^'\\\r\n]*+'|:[\w:%.-]*+|#[^\r\n]*+""")
_CONSTRUCT = re.compile("construct", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (a group name of the grammar above), its text and its offset."""

    kind: str
    text: str
    start: int


class QuerySummary(NamedTuple):
    """What the tokens of one text show. It advises; what must not be missed, `query_checks` decides with the parser.

    `form` is the first keyword after the prologue, in capitals, or empty. `prologue` is the text before it. `graphs`
    are the names behind FROM and FROM NAMED as written, and `clauses` where each of those clauses begins and ends and
    whether it has NAMED. `volatile` says that two calls may have different answers; it is never false where they may.
    """

    form: str
    depth: int
    prologue: str
    graphs: tuple[str, ...] = ()
    clauses: tuple[tuple[int, int, bool], ...] = ()
    volatile: bool = False
    fingerprint: bytes = b""

    @property
    def is_update(self) -> bool:
        """Return whether the text begins as a SPARQL Update request."""
        return self.form in _UPDATE_FORMS


def tokenize(text: str) -> Iterator[Token]:
    """Yield every token of a text, spaces and comments included, in order; a stray character is a `mark`."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        assert kind is not None  # noqa: S101 - every alternative of the pattern is a named group
        yield Token(kind, match.group(), match.start())


def summarize_query(text: str, depth_limit: int | None = None) -> QuerySummary:
    """Scan a text once and return its summary; the scan stops as soon as `depth_limit` is passed."""
    form, prologue = "", text
    graphs: list[str] = []
    clauses: list[tuple[int, int, bool]] = []
    depth = deepest = 0
    makes_nodes = has_template = False
    template = 0  # depth of an open CONSTRUCT template, 0 outside
    before, begun = "", 0
    for match in _WORD.finditer(text.rstrip("\x20\t\r\n")):
        kind = match.lastgroup
        if kind is None or kind == "comment":
            continue
        word = match[kind]
        if kind == "word":
            if not (before == "FROM" and word.upper() == "NAMED"):
                begun = match.start(kind)
            before = word.upper()
            if not form and (before in _QUERY_FORMS or before in _UPDATE_FORMS):
                form, prologue = before, text[: match.start(kind)]
            continue
        if kind == "open":
            depth += 1
            if depth > deepest:
                deepest = depth
                if depth_limit is not None and depth > depth_limit:
                    break
            if form == "CONSTRUCT" and not has_template:
                # The first braces, also where one group is the template and the pattern (CONSTRUCT WHERE).
                template, has_template = depth, True
            makes_nodes = makes_nodes or (template > 0 and word != "{")
        elif kind == "close":
            if depth == template:
                template = 0
            depth = max(0, depth - 1)
        elif kind == "iri":
            # What looks like an IRI may be a comparison: then the brackets inside nest.
            depth += max(0, word.count("(") - word.count(")"))
            deepest = max(deepest, depth)
        elif kind == "blank":
            makes_nodes = makes_nodes or template > 0
        if kind in ("iri", "name") and before in _GRAPH_BEFORE and not depth:
            graphs.append(word)
            clauses.append((begun, match.end(), before == "NAMED"))
        before = ""
    return QuerySummary(
        form=form,
        depth=deepest,
        prologue=prologue,
        graphs=tuple(graphs),
        clauses=tuple(clauses),
        volatile=makes_nodes
        or _MAY_VARY.search(unescape(text)) is not None
        or (form != "CONSTRUCT" and _CONSTRUCT.search(text) is not None),
        fingerprint=write_fingerprint(text),
    )


def write_fingerprint(text: str) -> bytes:
    """Return a text without its digits and what its constants and comments are in particular.

    It tells kinds of query apart that take about the same time; nothing that must hold depends on it.
    """
    plain = text.encode("utf-8", "surrogatepass").translate(None, b"0123456789")
    return _CONSTANT.sub(b".", plain)


def unescape(text: str) -> str:
    """Return a text with its codepoint escapes read (SPARQL 1.1, section 19.2); what is no code point stays."""
    if "\\" not in text:
        return text

    def read(match: re.Match[str]) -> str:
        number = int(match[1] or match[2], 16)
        return chr(number) if number <= sys.maxunicode else match[0]

    return _ESCAPE.sub(read, text)


def find_undeclared_prefix(text: str) -> QuerySyntaxError | None:
    """Return the error for the first prefix that a text uses and does not declare, or None.

    Its message gives the IRI that the prefix usually stands for, where the project knows one.
    """
    declared: set[str] = set()
    before = ""
    for token in tokenize(text):
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if before == "PREFIX":
                declared.add(prefix)
            elif prefix not in declared:
                usual = find_usual_namespace(prefix)
                hint = f"; add PREFIX {prefix}: <{usual}>" if usual else ""
                line, column = locate(text, token.start)
                return QuerySyntaxError(f"the prefix {prefix}: is not declared{hint}", line, column)
        if token.kind not in {"space", "comment"}:
            before = token.text.upper() if token.kind == "word" else ""
    return None


def locate(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of an offset."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1
