"""The datatypes of OWL 2 RL: which value a literal has, and in which value spaces the value lies.

OWL 2 Profiles, section 4.2.1, names the datatypes; OWL 2 Structural Specification, section 4, and XML Schema 1.1
Part 2 their value spaces. Values differ by identity, not by equality: the two zeros of a float differ, and so
do two dateTimes with different time zone offsets.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Callable, Collection, Hashable
from fractions import Fraction
from functools import partial
from types import MappingProxyType

from ahg_graph.rdf.terms import Literal

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
ANY_LITERAL = "http://www.w3.org/2000/01/rdf-schema#Literal"

Value = tuple[str, Hashable]
"""The primitive value space and the value in it."""

_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
_START = (
    r"A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_INSIDE = _START + r"\-.0-9\u00b7\u0300-\u036f\u203f\u2040"
# Patterns are compiled when first met: the classes of XML names are wide, and most graphs hold none of them.
_TEXTS = {
    "string": r"[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*",
    "normalizedString": r"[\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*",
    "token": r"(?:[^\s]+(?: [^\s]+)*)?",
    "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "NMTOKEN": f"[:{_INSIDE}]+",
    "Name": f"[:{_START}][:{_INSIDE}]*",
    "NCName": f"[{_START}][{_INSIDE}]*",
}
_DATETIME = r"(-?(?:[1-9]\d{3,}|0\d{3}))-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?"
_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _integer(name: str, text: str) -> Value | None:
    low, high = _BOUNDS[name]
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        return None
    value = int(text)
    inside = (low is None or low <= value) and (high is None or value <= high)
    return ("real", Fraction(value)) if inside else None


def _decimal(text: str) -> Value | None:
    return ("real", Fraction(text)) if re.fullmatch(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", text) else None


def _binary(space: str, size: str, text: str) -> Value | None:
    special = {"INF": "inf", "+INF": "inf", "-INF": "-inf", "NaN": "nan"}
    if text in special:
        return (space, special[text])
    if not re.fullmatch(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?", text):
        return None
    try:
        rounded = struct.unpack(size, struct.pack(size, float(text)))[0]
    except OverflowError:
        rounded = float("-inf" if text.startswith("-") else "inf")
    return (space, str(rounded))


def _text(name: str, text: str) -> Value | None:
    ok = re.fullmatch(_TEXTS["string"], text) and re.fullmatch(_TEXTS[name], text)
    return ("text", (text, "")) if ok else None


def _plain(text: str) -> Value | None:
    body, at, tag = text.rpartition("@")
    well_formed = at and (not tag or re.fullmatch(_TEXTS["language"], tag))
    return ("text", (body, tag.lower())) if well_formed else None


def _boolean(text: str) -> Value | None:
    value = {"true": True, "1": True, "false": False, "0": False}.get(text)
    return None if value is None else ("boolean", value)


def _hex(text: str) -> Value | None:
    return ("hexBinary", text.lower()) if re.fullmatch(r"(?:[0-9a-fA-F]{2})*", text) else None


def _base64(text: str) -> Value | None:
    try:
        return ("base64Binary", base64.b64decode(text.replace(" ", ""), validate=True))
    except (binascii.Error, ValueError):
        return None


def _uri(text: str) -> Value | None:
    ok = re.fullmatch(_TEXTS["string"], text) and not re.search(r"[\s<>\"{}|\\^`]", text)
    return ("anyURI", text) if ok else None


def _datetime(zoned: bool, text: str) -> Value | None:
    match = re.fullmatch(_DATETIME, text)
    if match is None or (zoned and not match[7]):
        return None
    year, month, day, hour, minute = (int(part) for part in match.groups()[:5])
    second = Fraction(match[6])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not (1 <= month <= 12 and 1 <= day <= _MONTHS[month - 1] - (month == 2 and not leap)):
        return None
    if not ((hour < 24 and minute < 60 and second < 60) or (hour == 24 and minute == 0 and second == 0)):
        return None
    offset: int | None = None
    if match[7]:
        offset = 0 if match[7] == "Z" else int(match[7][:3]) * 60 + int(match[7][0] + match[7][4:])
        if abs(offset) > 14 * 60 or (match[7] != "Z" and int(match[7][4:]) > 59):
            return None
    if hour == 24:
        hour, day = 0, day + 1
        if day > _MONTHS[month - 1] - (month == 2 and not leap):
            day, month = 1, month + 1
        if month > 12:
            month, year = 1, year + 1
    return ("dateTime", (year, month, day, hour, minute, second, offset))


def _xml(text: str) -> Value | None:
    from xml.etree import ElementTree

    wrapped = f"<x>{text}</x>"
    try:
        canonical = ElementTree.canonicalize(wrapped)
    except ElementTree.ParseError:
        return None
    return ("xml", canonical)


_VALUES: dict[str, Callable[[str], Value | None]] = {
    **{XSD + name: partial(_integer, name) for name in _BOUNDS},
    **{XSD + name: partial(_text, name) for name in _TEXTS},
    XSD + "decimal": _decimal,
    XSD + "float": partial(_binary, "float", ">f"),
    XSD + "double": partial(_binary, "double", ">d"),
    XSD + "boolean": _boolean,
    XSD + "hexBinary": _hex,
    XSD + "base64Binary": _base64,
    XSD + "anyURI": _uri,
    XSD + "dateTime": partial(_datetime, False),
    XSD + "dateTimeStamp": partial(_datetime, True),
    RDF + "XMLLiteral": _xml,
    RDF + "PlainLiteral": _plain,
}

DATATYPES = MappingProxyType(dict.fromkeys((*_VALUES, ANY_LITERAL)))
"""The IRIs of the datatypes of OWL 2 RL, in a fixed order."""

_SPACES = {
    "float": "float",
    "double": "double",
    "boolean": "boolean",
    "hexBinary": "hexBinary",
    "base64Binary": "base64Binary",
    "anyURI": "anyURI",
}


def is_supported(literal: Literal) -> bool:
    """Return whether the literal's datatype is one whose values are known."""
    return bool(literal.language) or literal.datatype.value in _VALUES


def find_value(literal: Literal) -> Value | None:
    """Return the value of a literal; None when it is ill-typed or its datatype is not supported."""
    if literal.language:
        return ("text", (literal.value, literal.language.lower()))
    reader = _VALUES.get(literal.datatype.value)
    return reader(literal.value) if reader else None


def find_datatypes(value: Value, wanted: Collection[str] = DATATYPES) -> tuple[str, ...]:
    """Return the IRIs of the datatypes in whose value space the value lies, of all or of those wanted."""
    space, content = value
    found: list[str] = []
    if space == "real":
        assert isinstance(content, Fraction)  # noqa: S101  # what the space holds
        found.append(XSD + "decimal")
        if content.denominator == 1:
            for name, (low, high) in _BOUNDS.items():
                if (low is None or low <= content) and (high is None or content <= high):
                    found.append(XSD + name)
    elif space == "text":
        assert isinstance(content, tuple)  # noqa: S101  # what the space holds
        text, tag = content
        found.append(RDF + "PlainLiteral")
        if not tag:
            found += [XSD + name for name in _TEXTS if XSD + name in wanted and _text(name, text)]
    elif space == "dateTime":
        assert isinstance(content, tuple)  # noqa: S101  # what the space holds
        found += [XSD + "dateTime"] + [XSD + "dateTimeStamp"] * (content[6] is not None)
    elif space == "xml":
        found.append(RDF + "XMLLiteral")
    else:
        found.append(XSD + _SPACES[space])
    return tuple(iri for iri in (*found, ANY_LITERAL) if iri in wanted)
