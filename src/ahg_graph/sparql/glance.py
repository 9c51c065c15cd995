"""What can be said of a query without reading its tokens, which is enough for most."""

from __future__ import annotations

import re

from ahg_graph.sparql.lexer import QuerySummary, summarize_query, write_fingerprint

_TELLING = ("\\", "from", "now", "rand", "uuid", "bnode")
"""Without these, in any case, a text names no graph to ask, calls nothing whose value varies, and has no escape that
could hide one of them."""
_CONSTRUCT = re.compile(r"(?:\s*(?:prefix\s+[a-z0-9-]*:|base)\s*<[^<>\s]*>)*+\s*construct\b")
"""The beginning of a text, in small letters, whose form is CONSTRUCT."""


def take_in(text: str, depth_limit: int) -> QuerySummary:
    """Return a summary that serves as well as that of the tokens where the text is to be answered.

    A text that holds none of the telling letters, no template that might make nodes and no more brackets than may nest
    has nothing in its summary but a depth that is not exceeded. Any other is read token by token.
    """
    letters = text.casefold()
    for word in _TELLING:
        if word in letters:
            return summarize_query(text, depth_limit)
    inner = text.count("(") + text.count("[")
    brackets = text.count("{") + inner
    makes_nothing = not inner and "_:" not in text and _CONSTRUCT.match(letters)
    if brackets > depth_limit or ("construct" in letters and not makes_nothing):
        return summarize_query(text, depth_limit)
    return QuerySummary(form="", depth=brackets, prologue="", fingerprint=write_fingerprint(text))
