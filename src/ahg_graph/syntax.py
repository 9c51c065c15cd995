"""What a query's tokens tell without parsing it.

The engine's parser must not run in the process that serves: it recurses as deep as the text nests. A scan over the
tokens (SPARQL 1.1, section 19.8) is linear, and enough to know how deep a query nests, which graphs and endpoints it
names, whether its answer may differ from call to call, and whether two texts are the same query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.namespaces import find_usual_namespace

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
_PLAIN_PROLOGUE = re.compile(
    rf"(?:{_SPACE}*+(?i:PREFIX){_SPACE}++[A-Za-z][A-Za-z0-9]*+:{_SPACE}*+<[^<>\"{{}}|^`\\\x00-\x20()]*+>)++"
)
"""Declarations of prefixes as nearly everyone writes them: the same ones come again and again."""

_QUERY_FORMS = frozenset({"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"})
_UPDATE_FORMS = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
_GRAPH_BEFORE = frozenset({"FROM", "NAMED"})
_IRI_BEFORE = _GRAPH_BEFORE | {"BASE", "PREFIX IRI"}
_SCHEME = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*):")
_SERVICE_ANYWHERE = re.compile(r"\bservice\b", re.IGNORECASE)
_SHAPES = {"string": ".", "iri": ".", "name": ".", "number": ".", "language": ".", "variable": "?"}
_CLINGING = frozenset({"mark", "number"})
"""Kinds of token that mean another thing side by side than apart: `<=`, `1 .5`; of `- 5` the engine keeps the space."""
_VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (a group name of the grammar above), its text and its offset."""

    kind: str
    text: str
    start: int


class Outline(NamedTuple):
    """What the tokens of one text tell.

    `form` is the first keyword after the prologue, in capitals, or empty. `prologue` is the text before it.
    `graphs` are the FROM and FROM NAMED names as written. `key` is the text less comments and spaces outside strings
    and IRIs, but with what parts a mark or number from another: equal keys mean the same query. `shape` is the same
    without the names and constants.
    `volatile` says that two calls may have different answers.
    """

    form: str
    depth: int
    prologue: str
    has_service: bool
    graphs: tuple[str, ...]
    volatile: bool
    key: str
    shape: str

    @property
    def is_update(self) -> bool:
        """Say whether the text begins as a SPARQL Update request."""
        return self.form in _UPDATE_FORMS


def tokenize(text: str) -> Iterator[Token]:
    """Yield every token of a text, spaces and comments included, in order; a stray character is a `mark`."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        assert kind is not None  # noqa: S101 - every alternative of the pattern is a named group
        yield Token(kind, match.group(), match.start())


def read_outline(text: str, depth_limit: int | None = None) -> Outline:
    """Scan a text once and return its outline; the scan stops as soon as `depth_limit` is passed.

    `?a<?b#>` reads as an IRI where a name may stand and as a comparison where an operand precedes it; only a parser
    can tell. A text with such a token gets the careful reading of both: it is not kept, and SERVICE counts wherever
    it stands.
    """
    form, prologue, start = "", text, 0
    graphs: list[str] = []
    keys: list[str] = []
    shape: list[str] = []
    prefixes: set[str] = set()
    if plain := _PLAIN_PROLOGUE.match(text):
        words, shapes, names = _read_plain_prologue(plain.group())
        start = plain.end()
        keys += words
        shape += shapes
        prefixes |= names
    depth = deepest = 0
    service = volatile = doubtful = has_template = False
    template = 0  # depth of an open CONSTRUCT template, 0 outside
    before = ""
    end = -1  # of the token before, where it may cling to the next
    for match in _WORD.finditer(text.rstrip("\x20\t\r\n"), start):
        kind = match.lastgroup
        if kind is None or kind == "comment":
            continue
        word = match[kind]
        if kind in _CLINGING:
            if end < 0:
                keys.append(word)
            else:
                keys[-1] += text[end : match.end()]
            end = match.end()
        else:
            keys.append(word)
            end = -1
        shape.append(_SHAPES.get(kind, word))
        if kind == "word":
            before = word.upper()
            if not form and (before in _QUERY_FORMS or before in _UPDATE_FORMS):
                form, prologue = before, text[: match.start(kind)]
            service = service or before == "SERVICE"
            volatile = volatile or before in _VOLATILE
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
            volatile = volatile or (template > 0 and word != "{")
        elif kind == "close":
            if depth == template:
                template = 0
            depth = max(0, depth - 1)
        elif kind == "iri":
            if before in _GRAPH_BEFORE and not depth:
                graphs.append(word)
            # What looks like an IRI may be a comparison: then the brackets inside nest.
            depth += max(0, word.count("(") - word.count(")"))
            deepest = max(deepest, depth)
            if before not in _IRI_BEFORE:
                scheme = _SCHEME.match(word)
                doubtful = doubtful or scheme is None or scheme.group(1) in prefixes
        elif kind == "name":
            if before == "PREFIX":
                prefixes.add(word[:-1])
            elif before in _GRAPH_BEFORE and not depth:
                graphs.append(word)
        elif kind == "blank":
            volatile = volatile or template > 0
        before = "" if before != "PREFIX" else "PREFIX IRI"
    if doubtful:
        service = service or _SERVICE_ANYWHERE.search(text) is not None
    return Outline(
        form=form,
        depth=deepest,
        prologue=prologue,
        has_service=service,
        graphs=tuple(graphs),
        volatile=volatile or doubtful,
        key=text if doubtful else " ".join(keys),
        shape=" ".join(shape),
    )


@lru_cache(maxsize=256)
def _read_plain_prologue(text: str) -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """Return the tokens of declarations of prefixes, their shapes, and the prefixes."""
    tokens = [token for token in tokenize(text) if token.kind != "space"]
    words = tuple(token.text for token in tokens)
    shapes = tuple(_SHAPES.get(token.kind, token.text) for token in tokens)
    return words, shapes, frozenset(token.text[:-1] for token in tokens if token.kind == "name")


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
