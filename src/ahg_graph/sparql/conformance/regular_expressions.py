"""Regular expressions of XPath (Functions and Operators, section 7.6.1) in the engine's dialect.

The two share most of their signs, and not the meaning of all: `\\s`, `\\w`, `#`, `&&` and `$1a` differ.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SPACE = r"\x{20}\x{9}\x{A}\x{D}"
_NAME_START = r":\p{L}\p{Nl}_"
_NAME = rf"{_NAME_START}\-.\x{{B7}}\p{{Mn}}\p{{Mc}}\p{{Nd}}"
_SETS = {
    "s": (_SPACE, False),
    "d": (r"\p{Nd}", False),
    "w": (r"\p{P}\p{Z}\p{C}", True),
    "i": (_NAME_START, False),
    "c": (_NAME, False),
}
"""What the letters of sets stand for, and whether it is what they leave out."""
_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
_ITSELF = frozenset("\\|.?*+(){}-[]^$")
_CATEGORY = re.compile(r"\{(L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?)\}")
_BLOCK = re.compile(r"\{Is[A-Za-z0-9-]+\}")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{(\d+)(?:,(\d*))?\})\??")
_FLAGS = frozenset("smix")


class PatternRefused(Exception):
    """A pattern, its flags or its replacement is none of XPath's, or the engine does not know it; says why."""


def check_flags(flags: str) -> str:
    """Return flags for the engine; raises PatternRefused."""
    for flag in flags:
        if flag not in _FLAGS:
            raise PatternRefused(f"{flag!r} is not one of the flags s, m, i, x")
    return "".join(sorted(set(flags) - {"x"}))


@lru_cache(maxsize=1024)
def translate_pattern(pattern: str, flags: str = "") -> str:
    """Return the engine's expression for one of XPath; raises PatternRefused."""
    return _Translator(pattern, "x" in flags).translate()


def translate_replacement(text: str) -> str:
    """Return the engine's text for a replacement (section 7.6.3); raises PatternRefused."""

    def read(match: re.Match[str]) -> str:
        if match[1]:
            return "${" + match[1] + "}"
        if match[2]:
            return "$$" if match[2] == "$" else match[2]
        raise PatternRefused("in a replacement $ stands before a number, and \\ before $ or \\")

    return re.sub(r"\$(\d)|\\([$\\])|[$\\]", read, text)


class PatternUnknown(PatternRefused):
    """A pattern is one of XPath's, and the engine does not know it."""


class _Translator:
    """Reads one expression from the left."""

    def __init__(self, pattern: str, has_gaps: bool) -> None:
        self._pattern, self._has_gaps = pattern, has_gaps
        self._place = 0

    def translate(self) -> str:
        found = self._read_alternatives()
        if self._place < len(self._pattern):
            raise PatternRefused("a bracket closes that none has opened")
        return found

    def _peek(self, *, in_class: bool = False) -> str:
        while (
            self._has_gaps and not in_class and self._pattern[self._place : self._place + 1] in {" ", "\t", "\n", "\r"}
        ):
            self._place += 1
        return self._pattern[self._place : self._place + 1]

    def _take(self) -> str:
        found = self._pattern[self._place : self._place + 1]
        if not found:
            raise PatternRefused("it ends too early")
        self._place += 1
        return found

    def _read_alternatives(self) -> str:
        written: list[str] = []
        while (sign := self._peek()) and sign != ")":
            if sign == "|":
                self._take()
                written.append("|")
                continue
            atom = self._read_atom(self._take())
            self._peek()
            match = _QUANTIFIER.match(self._pattern, self._place)
            if match:
                if match[2] and int(match[2]) < int(match[1]):
                    raise PatternRefused(f"{match.group()} asks for fewer than it must have")
                if atom in "^$":
                    raise PatternRefused(f"{atom} cannot be repeated")
                self._place = match.end()
            written.append(atom + (match.group() if match else ""))
        return "".join(written)

    def _read_atom(self, sign: str) -> str:
        if sign == "(":
            if self._peek() == "?":
                raise PatternRefused("(? is no group of XPath 2.0")
            inner = self._read_alternatives()
            if self._peek() != ")":
                raise PatternRefused("a bracket is not closed")
            self._take()
            return f"({inner})"
        if sign == "[":
            return self._read_class()
        if sign in "^$.":
            return sign
        if sign == "\\":
            return self._read_escape()
        if sign in "?*+{}]":
            raise PatternRefused(f"{sign} has nothing to repeat, or must be written \\{sign}")
        return _write(sign)

    def _read_escape(self) -> str:
        sign = self._take()
        if sign.isdigit():
            raise PatternUnknown(f"the engine does not know back-references such as \\{sign}")
        single = self._read_single(sign)
        return _write(single) if single else f"[{self._read_set(sign)}]"

    def _read_single(self, sign: str) -> str:
        return _SINGLE.get(sign, sign if sign in _ITSELF else "")

    def _read_set(self, sign: str) -> str:
        """Return the members of a class for an escape that stands for many characters."""
        if sign.lower() in _SETS:
            members, is_complement = _SETS[sign.lower()]
            return members if is_complement == sign.isupper() else f"[^{members}]"
        if sign in "pP":
            if match := _CATEGORY.match(self._pattern, self._place):
                self._place = match.end()
                return f"\\{sign}{match.group()}"
            if match := _BLOCK.match(self._pattern, self._place):
                raise PatternUnknown(f"the engine does not know blocks such as \\{sign}{match.group()}")
            raise PatternRefused(f"\\{sign} needs a category such as \\{sign}{{L}}")
        raise PatternRefused(f"\\{sign} is no escape of XPath")

    def _read_class(self) -> str:
        is_negated = self._peek(in_class=True) == "^"
        if is_negated:
            self._take()
        members: list[str] = []
        taken = ""
        first = True
        while True:
            sign = self._take()
            if sign == "]":
                if first:
                    raise PatternRefused("[] has no members")
                break
            if sign == "-" and self._peek(in_class=True) == "[" and not first:
                self._take()
                taken = self._read_class()
                if self._take() != "]":
                    raise PatternRefused("what is taken away stands last in its class")
                break
            members.append(self._read_member(sign, first))
            first = False
        found = f"[{'^' if is_negated else ''}{''.join(members)}]"
        return f"[{found}--{taken}]" if taken else found

    def _read_member(self, sign: str, first: bool) -> str:
        if sign == "[":
            raise PatternRefused("[ inside a class must be written \\[")
        if sign == "\\":
            escaped = self._take()
            single = self._read_single(escaped)
            if not single:
                return self._read_set(escaped)
            sign = single
        elif sign == "-" and not first and self._peek(in_class=True) not in ("]", ""):
            raise PatternRefused("- inside a class must be written \\-")
        ahead = self._pattern[self._place : self._place + 2]
        if ahead[:1] != "-" or ahead in ("-]", "-["):
            return _write(sign)
        self._take()
        last = self._take()
        if last == "\\":
            last = self._read_single(self._take())
        if not last or last < sign:
            raise PatternRefused("the end of a range comes before its beginning")
        return f"{_write(sign)}-{_write(last)}"


def _write(sign: str) -> str:
    return sign if sign.isalnum() and sign.isascii() else f"\\x{{{ord(sign):X}}}"
