"""What is known of an expression's value before it is evaluated."""

from __future__ import annotations

from ahg_graph.sparql.conformance.date_arithmetic import TEMPORAL
from ahg_graph.sparql.grammar.terms import STRING, XSD
from ahg_graph.sparql.grammar.tree import Expression, TermKind

_NUMERIC_CALLS = frozenset(
    ["STRLEN", "ABS", "CEIL", "FLOOR", "ROUND", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "RAND"]
)
_NUMERIC_TYPES = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))
_STRING_CALLS = frozenset(
    ["STR", "LANG", "ENCODE_FOR_URI", "TZ", "MD5", "SHA1", "SHA256", "SHA384", "SHA512", "STRUUID"]
)
_OF_THE_FIRST = frozenset(("UCASE", "LCASE", "SUBSTR", "STRBEFORE", "STRAFTER", "REPLACE"))
"""Functions whose value has the language of the first argument."""
_OF_ANY = frozenset(("COALESCE", "CONCAT", "MIN", "MAX", "SAMPLE"))
"""Those whose value may have the language of any."""
_OF_TERMS = frozenset(
    (
        "STR",
        "BOUND",
        "SAMETERM",
        "LANG",
        "ISIRI",
        "ISURI",
        "ISBLANK",
        "ISLITERAL",
        "ISNUMERIC",
        "COALESCE",
        "IRI",
        "URI",
    )
)
"""Functions of terms, which need no value."""


def asks_for_truth(expression: Expression, number: int) -> bool:
    """Return whether an operator takes an operand for true or false."""
    return expression.op in ("||", "&&", "!") or (expression.name == "IF" and expression.op == "call" and number == 0)


def may_have_language(expression: Expression) -> bool:
    """Return whether the value of an expression may be a literal with a language."""
    inner = strip(expression)
    if inner.term:
        return inner.op == "term" and (inner.term.kind is TermKind.VARIABLE or bool(inner.term.language))
    if inner.name == "IF":
        return any(map(may_have_language, inner.parts[1:]))
    if inner.name in _OF_THE_FIRST:
        return may_have_language(inner.parts[0])
    return inner.name == "STRLANG" or (inner.name in _OF_ANY and any(map(may_have_language, inner.parts)))


def asks_for_value(expression: Expression, number: int) -> bool:
    """Return whether an operator asks for the value of an operand; others take the term."""
    if expression.op == "call":
        return number == 0 if expression.name == "IF" else expression.name not in _OF_TERMS
    if expression.op == "aggregate":
        return expression.name in ("SUM", "AVG")
    return expression.op != "()"


def gives_terms(expression: Expression) -> bool:
    """Return whether the value of an expression may be a term of the graph or the query as it is."""
    inner = strip(expression)
    if inner.op == "call":
        return inner.name in ("IF", "COALESCE", "STRDT")
    return inner.op == "term" or (inner.op == "aggregate" and inner.name in ("SAMPLE", "MIN", "MAX"))


def find_kind(expression: Expression) -> str:
    """Return `number` or `date` where an expression has no other value, else nothing."""
    inner = strip(expression)
    if inner.op in ("*", "NEG", "POS"):
        return "number"
    if inner.op == "+":
        kinds = {find_kind(part) for part in inner.parts}
        return "number" if "number" in kinds else "date" if "date" in kinds else ""
    if inner.op == "term" and inner.term:
        datatype = inner.term.datatype
        return "number" if datatype in _NUMERIC_TYPES else "date" if datatype in TEMPORAL else ""
    if inner.op == "call":
        return "number" if inner.name in _NUMERIC_CALLS else "date" if inner.name in ("NOW", "TIMEZONE") else ""
    if inner.op == "function":
        return "number" if inner.name in _NUMERIC_TYPES else "date" if inner.name in TEMPORAL else ""
    return "number" if inner.op == "aggregate" and inner.name == "COUNT" else ""


def quote(text: str) -> str:
    """Return a string as SPARQL writes it."""
    signs = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
    return '"' + "".join(signs.get(sign, sign) for sign in text) + '"'


def strip(expression: Expression) -> Expression:
    """Return an expression without the brackets around it."""
    while expression.op == "()":
        expression = expression.parts[0]
    return expression


def is_string(expression: Expression) -> bool:
    """Return whether the value, if there is one, is a plain string."""
    inner = strip(expression)
    return inner.op == "call" and inner.name in _STRING_CALLS


def find_string(expression: Expression) -> str | None:
    """Return the characters of a plain string in the text, or None for any other expression."""
    term = strip(expression).term
    return term.value if term and term.kind is TermKind.LITERAL and term.datatype == STRING else None
