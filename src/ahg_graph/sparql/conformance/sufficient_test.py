"""Whether a text holds anything that the engine might answer otherwise than SPARQL 1.1 has it.

Most texts hold nothing of the kind, and need not be parsed for it. What is looked for may also be a part of a name, a
string or a comment: then a text is parsed for nothing.
"""

from __future__ import annotations

import re

from ahg_graph.sparql.lexer import unescape

_WORDS = (
    "graph", "group_concat", "regex", "replace", "bnode", "isnumeric", "strdt", "lateral", "triple(", "subject(",
    "predicate(", "object(", "langdir", "haslang", "adjust", "<<", "{|", "~", "+", "urn:x-ahg-graph",
)  # fmt: skip
_GAP = r"(?:\s|\#[^\n]*\n)*+"
_BEFORE_STAR = re.compile(r"(?i)(?:select|distinct|reduced|\()\s*\Z")
_AGGREGATE = re.compile(r"(?i)(?:count|sum|avg|min|max|sample)\s*\((?!\s*(?:distinct\s*)?(?:[?$]\w+|\*)\s*\))")
_COUNT_DIFFERENT = re.compile(r"(?i)\(\s*distinct\s*\*")
_RENAMED = re.compile(r"[?$](\w+)\s*\)\s*(?i:as)\s*[?$]\1\b")
_TRUTH = re.compile(r"\b(?!true\b|false\b)(?i:true|false)\b")
_LATER = re.compile(r"(?i)(?:triple|subject|predicate|object)\s+\(")
_SIGNS = tuple(
    map(
        re.compile,
        (
            r"\?(?!\w)",  # a path of length zero or one
            r"(?<!\|)\|(?!\|)",  # alternatives
            r'(?<!"\d{4}-\d\d-\d\d")\^\^',  # a typed literal, but a day
            rf"[?$]\w++{_GAP}-|[)\"'>]{_GAP}-",  # a difference
            r"(?<!\d)[^\w:.](?:0\d|\d*+\.\d|\d++[eE]|\d{18})",  # a number that is not written as the engine writes it
            r":[\w:%\\-]*+\.[\w:%\\-]+\.[\w%\\-]",  # a name with two dots
            rf"(?::[\w.%\\-]*+|>){_GAP}\(",  # a function by an IRI
        ),
    )
)


def may_differ(text: str) -> bool:
    """Return whether the engine might answer a text otherwise; it is never false where it does."""
    plain = unescape(text)
    lowered = plain.lower()
    if any(word in lowered for word in _WORDS) or any(rule.search(plain) for rule in _SIGNS):
        return True
    place = -1
    while (place := plain.find("*", place + 1)) >= 0:
        if not _BEFORE_STAR.search(plain, max(0, place - 40), place):
            return True
    return (
        _AGGREGATE.search(plain) is not None
        or _COUNT_DIFFERENT.search(plain) is not None
        or _RENAMED.search(plain) is not None
        or _LATER.search(plain) is not None
        or (("true" in lowered or "false" in lowered) and _TRUTH.search(plain) is not None)
    )
