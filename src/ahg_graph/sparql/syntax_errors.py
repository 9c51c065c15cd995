"""Where a query goes wrong, and in what words to say so.

The engine's parser reports where it looked ahead to, up to the length of a keyword past the place that a reader would
call wrong. So the place is found by trial: the first token with which the text is no longer the beginning of a query.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.sparql.characters import name_text
from ahg_graph.sparql.lexer import find_undeclared_prefix, locate, tokenize

Parse = Callable[[str], str | None]
"""Parses a text and returns the engine's message, or None when the text is a query."""

_POSITION = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?(.*)", re.DOTALL)
_LONGEST_KEYWORD = 20
_STOP = " " * _LONGEST_KEYWORD + "\x01" * _LONGEST_KEYWORD
_LONG_TEXT = 50_000  # beyond it the engine's own place must do
_KEYWORDS = (
    "SELECT", "CONSTRUCT", "DESCRIBE", "ASK", "WHERE", "FROM", "NAMED", "PREFIX", "BASE", "ORDER", "GROUP", "HAVING",
    "LIMIT", "OFFSET", "VALUES", "OPTIONAL", "FILTER", "UNION", "MINUS", "GRAPH", "BIND", "EXISTS", "DISTINCT",
    "REDUCED", "COUNT", "SAMPLE", "GROUP_CONCAT", "SEPARATOR", "REGEX", "BOUND", "STRLEN", "SUBSTR", "COALESCE",
)  # fmt: skip


def describe_syntax_error(message: str, text: str, parse: Parse) -> QuerySyntaxError:
    """Return the error for a text that the engine refused with a message; an undeclared prefix is named."""
    match = _POSITION.match(message)
    if match is None:
        return QuerySyntaxError(message)
    undeclared = find_undeclared_prefix(text) if "Prefix not found" in message else None
    if undeclared:
        return undeclared
    sentence = _find_sentence(match[3])
    if sentence or len(text) > _LONG_TEXT:
        return QuerySyntaxError(sentence or "not a SPARQL 1.1 query", int(match[1]), int(match[2]))
    offset, kind, word = _find_place(text, parse)
    if kind == "broken":
        return QuerySyntaxError("a string that is not closed", *locate(text, offset))
    reason = f"unexpected {name_text(word)}" if word else "the query ends too early"
    near = get_close_matches(word.upper(), _KEYWORDS, 1) if word.isalpha() and len(word) > 2 else []
    if near and near[0] != word.upper():
        reason += f"; is {near[0]} meant?"
    return QuerySyntaxError(reason, *locate(text, offset))


def _find_place(text: str, parse: Parse) -> tuple[int, str, str]:
    """Return offset, kind and text of the first token that cannot follow what is before it, or the end and nothing."""
    tokens = [token for token in tokenize(text) if token.kind not in {"space", "comment"}]
    low, high = 0, len(tokens)
    while low < high:  # the first `low` tokens are known to begin a query
        middle = (low + high + 1) // 2
        last = tokens[middle - 1]
        end = last.start + len(last.text)
        if is_beginning(text[:end], parse):
            low = middle
        else:
            high = middle - 1
    # The parser takes an open string for the beginning of a closed one.
    place = next((index for index, token in enumerate(tokens[:low]) if token.kind == "broken"), low)
    if place == len(tokens):
        return len(text.rstrip()), "", ""
    token = tokens[place]
    return token.start, token.kind, token.text if len(token.text) <= 40 else token.text[:40] + "..."


def is_beginning(part: str, parse: Parse) -> bool:
    """Return whether a query can begin like this: then the parser gets as far as what is put behind it."""
    message = parse(part + _STOP)
    match = _POSITION.match(message) if message else None
    if match is None:
        return True
    line, column = int(match[1]), int(match[2])
    stop = locate(part + _STOP, len(part) + _LONGEST_KEYWORD)
    return (line, column) >= stop


def _find_sentence(expected: str) -> str:
    """Return what the engine says in a sentence of its own, such as that a variable is unbound, or nothing."""
    for part in re.findall(r"[A-Z][A-Za-z?* ]+ [A-Za-z?* ]+", expected):
        if not part.isupper() and "Prefix not found" not in part:
            return str(part.strip())
    return ""
