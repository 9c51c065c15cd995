"""Texts for people, in which nothing is invisible."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zs", "Zl", "Zp"})
_PLAIN = re.compile(r"[\x20-\x7e]*")


def name_text(text: str) -> str:
    """Return a text to be quoted: what cannot be seen, and a lone sign beyond ASCII, is named by its code point."""
    if _PLAIN.fullmatch(text):
        return text
    if len(text) == 1:
        return _name(text) if unicodedata.category(text) in _UNSEEN else f"{text} ({_name(text)})"
    return "".join(f"[{_name(s)}]" if s != " " and unicodedata.category(s) in _UNSEEN else s for s in text)


def _name(sign: str) -> str:
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()
