"""Literals of numbers: which lexical forms have a value (XML Schema 1.1, part 2)."""

from __future__ import annotations

import re

from ahg_graph.sparql.grammar.terms import XSD

_INTEGER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_DOUBLE = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN")
_BITS = {"byte": 7, "short": 15, "int": 31, "long": 63}
_RANGES: dict[str, tuple[int | None, int | None]] = {
    XSD + "integer": (None, None),
    XSD + "nonPositiveInteger": (None, 0),
    XSD + "negativeInteger": (None, -1),
    XSD + "nonNegativeInteger": (0, None),
    XSD + "positiveInteger": (1, None),
    **{XSD + name: (-(1 << bits), (1 << bits) - 1) for name, bits in _BITS.items()},
    **{XSD + "unsigned" + name.title(): (0, (1 << bits + 1) - 1) for name, bits in _BITS.items()},
}
"""The integer types, and the least and the greatest of each."""
INTEGERS = frozenset(_RANGES)
"""The IRIs of xsd:integer and the types derived from it."""


def is_numeric(lexical: str, datatype: str) -> bool:
    """Return whether a literal is a number (SPARQL 1.1, section 17.4.2.4)."""
    if datatype in _RANGES:
        if not _INTEGER.fullmatch(lexical):
            return False
        least, greatest = _RANGES[datatype]
        number = read_integer(lexical)
        return (least is None or number >= least) and (greatest is None or number <= greatest)
    if datatype == XSD + "decimal":
        return _DECIMAL.fullmatch(lexical) is not None
    return datatype in (XSD + "double", XSD + "float") and _DOUBLE.fullmatch(lexical) is not None


def is_well_typed(lexical: str, datatype: str) -> bool:
    """Return whether a literal has a value, if its datatype is one of numbers; of others nothing is said."""
    is_number = datatype in _RANGES or datatype in (XSD + "decimal", XSD + "double", XSD + "float")
    return not is_number or is_numeric(lexical, datatype)


def read_integer(lexical: str) -> int:
    """Return an integer, of any length."""
    digits = lexical.lstrip("+-0") or "0"
    if len(digits) > 40:  # larger than any bound of a type, and Python reads no more than 4300
        digits = "9" * 41
    return -int(digits) if lexical.startswith("-") else int(digits)
