"""The lines of a text as they are to be read: cleaned of what printing and copying left, each with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f"))
_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u1680\u2007\u202f\u3000\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009"), " "
)
_CLEAN: dict[int, str | None] = {**{ord(a): b for a, b in _LIGATURES.items()}, **_INVISIBLE, **_SPACES}
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_STRONG = re.compile(r"\*\*|__")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_]{2,}?)(?<=\S)\1(?![\w*])")
_ESCAPE = re.compile(r"\\(?=[^\w\s])")
_LINE = re.compile(r"[^\n\f\r\v\x85\u2028\u2029]*(\r\n|[\n\f\r\v\x85\u2028\u2029]|$)")

END = (".", "!", "?", "”", '"', "…", ")", "]")
"""What a line ends with where a sentence may end."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line that is not blank: its text, its indent, the blank lines before it and its place in the decoded file."""

    number: int
    start: int
    end: int
    indent: int
    text: str
    blanks: int
    new_page: bool = False
    columns: tuple[str, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Return whether a sentence may end with this line."""
        return self.text.endswith(END)

    @property
    def goes_on_small(self) -> bool:
        """Return whether the line begins in lower case, as the middle of a sentence does."""
        return self.text[:1].islower()


def clean_text(text: str) -> str:
    """Return a text on one line, NFC, without ligatures, soft hyphens, no-break spaces and marks of emphasis."""
    plain = _TAG.sub("", _ESCAPE.sub("", text.translate(_CLEAN)))
    plain = _EMPHASIS.sub(r"\2", _STRONG.sub("", plain))
    return " ".join(unicodedata.normalize("NFC", plain).split())


def read_lines(text: str) -> list[SourceLine]:
    """Return the lines of a text that are not blank, in order; a soft hyphen is kept where a line ends with it."""
    found: list[SourceLine] = []
    blanks, new_page = 0, False
    for number, match in enumerate(_LINE.finditer(text), 1):
        raw = match[0].rstrip("\n\f\r\v\x85\u2028\u2029")
        cleaned = clean_text(raw)
        bare = cleaned.replace("\u00ad", "")
        if bare:
            shown = bare + ("\u00ad" if cleaned.endswith("\u00ad") else "")
            wide = raw.translate(_CLEAN).expandtabs(4)
            indent = len(wide) - len(wide.lstrip())
            start = match.start() + len(raw) - len(raw.lstrip().lstrip("\ufeff"))
            end = match.start() + len(raw.rstrip())
            found.append(SourceLine(number, start, end, indent, shown, blanks, new_page, _read_columns(raw)))
            blanks, new_page = 0, False
        else:
            blanks += 1
        new_page = new_page or match[0].endswith("\f")
    return found


def _read_columns(raw: str) -> tuple[str, ...]:
    """Return the cells of a row of a table: between bars, tabs or wide gaps; nothing for another line."""
    line = raw.strip()
    if line.startswith("|") and line.endswith("|") and len(line) > 2:
        return tuple(clean_text(cell) for cell in line.strip("|").split("|"))
    cells = tuple(clean_text(cell) for cell in re.split(r"\t+|\s{3,}", line))
    return cells if len(cells) > 1 and len(cells[0]) > 3 and all(cells) else ()


_KEPT_FIRST = frozenset(
    [
        "all",
        "anti",
        "co",
        "counter",
        "cross",
        "decision",
        "ex",
        "follow",
        "high",
        "law",
        "long",
        "low",
        "mid",
        "multi",
        "non",
        "policy",
        "post",
        "pre",
        "self",
        "semi",
        "short",
        "well",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "first",
        "second",
        "third",
        "half",
        "sub",
        "vice",
        "evidence",
        "risk",
    ]
)
_KEPT_SECOND = re.compile(
    r"(?:making|up|term|based|led|level|wide|related|border|borders|makers?|holders?|building|sharing|year|day|week|"
    r"month|enforcement|known|being|free|specific|government|governmental|operat\w+|ordinat\w+|chairs?|chaired|hosted|"
    r"owned|friendly|called|sided|fold)\b"
)


def join_lines(lines: Iterable[str], words: frozenset[str] = frozenset()) -> str:
    """Return lines as one, words that were cut at the end of a line made whole.

    A hyphen stays where the word stands with it elsewhere (`words`), before a capital, and where it joins two words.
    """
    joined = ""
    for line in lines:
        if not joined:
            joined = line
        elif joined.endswith("\u00ad"):
            joined = joined[:-1] + line
        elif re.search(r"\w[-\u2010]$", joined) and line[:1].isalnum():
            joined = _join_cut_word(joined, line, words)
        elif re.search(r"\w/$", joined):
            joined += line
        else:
            joined = f"{joined} {line}"
    return joined.replace("\u00ad", "")


def _join_cut_word(before: str, line: str, words: frozenset[str]) -> str:
    first = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*(?=[-\u2010]$)", before)[-1]
    second = re.findall(r"^[^\W_]+", line)[0]
    if re.match(r"(?:and|or|to)\b", line):
        return f"{before} {line}"
    if (first + second).lower() in words:
        return before[:-1] + line
    known = f"{first}-{second}".lower() in words
    kept = known or not second[0].islower() or first.lower() in _KEPT_FIRST or bool(_KEPT_SECOND.match(line))
    return before[: None if kept else -1] + line


def list_whole_words(lines: Iterable[SourceLine]) -> frozenset[str]:
    """Return the words that stand whole within lines, hyphens kept, in lower case."""
    return frozenset(
        word.lower() for line in lines for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*(?![-\u00ad]$)", line.text)
    )


def without_mark(line: SourceLine, length: int) -> SourceLine:
    """Return a line without its first characters, a mark of that length."""
    rest = line.text[length:].lstrip()
    return replace(line, text=rest)
