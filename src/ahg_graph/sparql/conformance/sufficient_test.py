"""Whether a text holds anything that the engine might answer otherwise than SPARQL 1.1 has it.

Most texts hold nothing of the kind, and need not be parsed for it. What is looked for may also be a part of a name, a
string or a comment: then a text is parsed for nothing.
"""

from __future__ import annotations

import re

from ahg_graph.sparql.lexer import unescape

_IRI = re.compile(r"""<https?://[^<>"'{}|^`\\\x00-\x20]*+>""")
"""An IRI: in a query, two slashes after a colon stand nowhere else but in a string or a comment, where it ends too."""

_WORDS = (
    "graph", "group_concat", "regex", "replace", "bnode", "isnumeric", "strdt", "lateral", "triple(", "subject(",
    "predicate(", "object(", "langdir", "haslang", "adjust", "<<", "{|", "~", "+", "urn:x-ahg-graph",
)  # fmt: skip
_GAP = r"(?:\s|\#[^\n]*\n)*+"
_OPEN = r"(?:[\s(]|\#[^\n]*\n)*+"
_TAGGED = r"(?:[\"']|(?:if|coalesce|ucase|lcase|substr|strbefore|strafter|concat|replace|strlang|min|max|sample)\s*\()"
_BEFORE_STAR = re.compile(r"(?i)(?:select|distinct|reduced|\()\s*\Z")
_DAY = re.compile(r'"\d{4}-\d\d-\d\d"')
"""A day as a string, which holds nothing that matters."""
_PLUS = re.compile(r":[A-Za-z_][\w-]*\+|<>\+")
"""A name with a plus sign: a path of one step or more, which the engine answers alike; no name can be added to."""
_PLAIN_REGEX = re.compile(r"""(?i)regex\((?:[?$]\w+|str\([?$]\w+\)), ?"\^?[a-z0-9 ]+\$?"(?:, ?"i?")?\)""", re.ASCII)
"""A regular expression that is text, perhaps at the beginning or the end: every engine finds the same."""
_COMPARISON = r"str\([?$]\w+\) ?[<>=]+ ?\"[^\"\\]*\""
_PLAIN_COALESCE = re.compile(
    rf"(?i)coalesce\((?:str\([?$]\w+\), ?\"[^\"\\]*\"|{_COMPARISON}(?: (?:&&|\|\|) {_COMPARISON})*, ?(?:true|false))\)"
)
"""A string or a truth value in any case: no literal with a language."""
_AGGREGATES = ("count", "sum", "avg", "min", "max", "sample")
_PLAIN = r"(?:distinct\s*)?(?:[?$]\w+|str\([?$]\w+\)|\*)"
_AGGREGATE = re.compile(rf"(?i)(?:{'|'.join(_AGGREGATES)})\s*\((?!\s*{_PLAIN}\s*\))")
_COUNT_DIFFERENT = re.compile(r"(?i)\(\s*distinct\s*\*")
_RENAMED = re.compile(r"[?$](\w+)\s*\)\s*(?i:as)\s*[?$]\1\b")
_TRUTHS = ("true", "false")
_TRUTH = re.compile(r"\b(?!true\b|false\b)(?i:true|false)\b")
_PARTS = ("triple", "subject", "predicate", "object")
_LATER = re.compile(rf"(?i)(?:{'|'.join(_PARTS)})\s+\(")
_SIGNS = tuple(
    (sign, re.compile(rule))
    for sign, rule in (
        ("?", r"\?(?!\w)"),  # a path of length zero or one
        ("|", r"(?<!\|)\|(?!\|)"),  # alternatives
        ("^^", r'(?<!"\d{4}-\d\d-\d\d")\^\^'),  # a typed literal, but a day
        ("-", rf"[?$]\w++{_GAP}-|[)\"'>]{_GAP}-"),  # a difference
        (".", r":[\w:%\\-]*+\.[\w:%\\-]+\.[\w%\\-]"),  # a name with two dots
        ("(", rf"(?::[\w.%\\-]*+|>){_GAP}\("),  # a function by an IRI
        # what is taken for true or false and may have a language
        ("(", rf"(?i)(?:filter|having|if){_OPEN}(?:[?$]\w++{_GAP}[,)&|]|{_TAGGED})"),
        ("!", rf"(?i)!{_OPEN}(?:[?$]|{_TAGGED})"),
        ("&&", rf"(?i)&&{_OPEN}(?:[?$]\w++{_GAP}(?:[)&|,}}]|$)|{_TAGGED})|[?$]\w++{_GAP}&&"),
        ("||", rf"(?i)\|\|{_OPEN}(?:[?$]\w++{_GAP}(?:[)&|,}}]|$)|{_TAGGED})|[?$]\w++{_GAP}\|\|"),
    )
)
"""What is looked for, each beside a sign without which it is not there: that is found in no time."""
_NUMBER = re.compile(r"\d(?<=[^\w:.]\d)|\.(?=\d)")
"""Where a number may begin."""
_ODD_NUMBER = re.compile(r"(?<!\d)[^\w:.](?:0\d|\d*+\.\d|\d++[eE]|\d{18})")
"""A number that is not written as the engine writes it."""


def may_differ(text: str) -> bool:
    """Return whether the engine might answer a text otherwise; it is never false where it does."""
    plain = _IRI.sub("<>", unescape(text))
    if "^^" not in plain:
        plain = _DAY.sub('""', plain)
        if "+" in plain:
            plain = _PLUS.sub(":a", plain)
    lowered = plain.lower()
    if "regex" in lowered:
        plain = _PLAIN_REGEX.sub("true", plain)
        lowered = plain.lower()
    if "coalesce" in lowered:
        plain = _PLAIN_COALESCE.sub("false", plain)
    for word in _WORDS:
        if word in lowered:
            return True
    for sign, rule in _SIGNS:
        if sign in plain and rule.search(plain):
            return True
    if _NUMBER.search(plain) and _ODD_NUMBER.search(plain):
        return True
    place = -1
    while (place := plain.find("*", place + 1)) >= 0:
        if not _BEFORE_STAR.search(plain, max(0, place - 40), place):
            return True
    return (
        (any(word in lowered for word in _AGGREGATES) and _AGGREGATE.search(plain) is not None)
        or _COUNT_DIFFERENT.search(plain) is not None
        or _RENAMED.search(plain) is not None
        or (any(word in lowered for word in _PARTS) and _LATER.search(plain) is not None)
        or (any(plain.count(word) < lowered.count(word) for word in _TRUTHS) and _TRUTH.search(plain) is not None)
    )
