"""What can be said of a query without reading its tokens, which is enough for most."""

from __future__ import annotations

from ahg_graph.sparql.lexer import QuerySummary, summarize_query, write_fingerprint

_TELLING = ("\\", "from", "construct", "now", "rand", "uuid", "bnode")
"""Without these, in any case, a text names no graph to ask, makes no node, calls nothing whose value varies, and has
no escape that could hide one of them."""


def take_in(text: str, depth_limit: int) -> QuerySummary:
    """Return a summary that serves as well as that of the tokens where the text is to be answered.

    A text that holds none of the telling letters and no more brackets than may nest has nothing in its summary but a
    depth that is not exceeded. Any other is read token by token.
    """
    letters = text.casefold()
    for word in _TELLING:
        if word in letters:
            return summarize_query(text, depth_limit)
    brackets = text.count("{") + text.count("(") + text.count("[")
    if brackets > depth_limit:
        return summarize_query(text, depth_limit)
    return QuerySummary(form="", depth=brackets, prologue="", fingerprint=write_fingerprint(text))
