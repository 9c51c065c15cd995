"""The marks that lines begin with: numbers, letters, bullets, signs of headings and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ahg_graph.reading.source_lines import SourceLine

_BULLET = re.compile(
    r"[\u2022\u25cf\u25aa\u25e6\u2023\u25cb\u25a0\u25a1\u25ba\u2043\u2219\uf000-\uf0ff*\u2013\u2014\u00b7\u2212>»✓➢+-]\s+(?=\S)"
)
_LETTER_O = re.compile(r"o\s+(?=[A-Za-z])")
_NUMBER = re.compile(r"(?:para(?:graph)?\.?\s+)?(\(?)(\d{1,3})([.)]{1,2}|(?=\s|$))(?:\s+|$)", re.IGNORECASE)
_WIDE_NUMBER = re.compile(r"\s*(\d{1,3})(?:\s{2,}|\t)\S")
_DECIMAL = re.compile(r"(\d{1,2}(?:\.\d{1,2})+)[.)]?(?:\s+|$)")
_LETTER = re.compile(r"(\(?)([a-z])([.)])(?:\s+|$)")
_ROMAN = re.compile(r"(\(?)([ivx]{1,5})([.)])(?:\s+|$)")
_SECTION = re.compile(r"(?:([IVX]{1,5})[.):]|([A-Z])[.)])\s+(?=\S)")
_ROMAN_VALUES = {
    name: value
    for value, name in enumerate(
        [
            "i",
            "ii",
            "iii",
            "iv",
            "v",
            "vi",
            "vii",
            "viii",
            "ix",
            "x",
            "xi",
            "xii",
            "xiii",
            "xiv",
            "xv",
            "xvi",
            "xvii",
            "xviii",
            "xix",
            "xx",
        ],
        1,
    )
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: its kind (number, decimal, letter, roman, section, bullet), style, value, and its length in the line."""

    kind: str
    style: str
    value: int
    name: str
    length: int

    @property
    def printed(self) -> str:
        """Return the mark as printed."""
        return self.name


def read_marks(line: SourceLine, raw: str) -> Iterator[Mark]:
    """Yield what the beginning of a line may be, the likeliest first; `raw` is the line as it stands in the file."""
    text = line.text
    if match := _DECIMAL.match(text):
        last = int(match[1].rpartition(".")[2])
        yield Mark("decimal", "1.1", last, match[1], match.end())
        return
    if match := _NUMBER.match(text):
        wide = _WIDE_NUMBER.match(raw)
        if match[3]:
            yield Mark("number", f"{match[1]}1{match[3]}", int(match[2]), match[0].strip(), match.end())
        elif text == match[2] or wide:
            yield Mark("number", "1", int(match[2]), match[2], match.end())
        return
    if (match := _ROMAN.match(text)) and match[2] in _ROMAN_VALUES:
        yield Mark("roman", f"{match[1]}i{match[3]}", _ROMAN_VALUES[match[2]], match[0].strip(), match.end())
    if match := _LETTER.match(text):
        yield Mark("letter", f"{match[1]}a{match[3]}", ord(match[2]) - 96, match[0].strip(), match.end())
        return
    if match := _BULLET.match(text):
        yield Mark("bullet", text[0], 0, text[0], match.end())
    elif line.indent and (match := _LETTER_O.match(text)):
        yield Mark("bullet", "o", 0, "o", match.end())
    elif match := _SECTION.match(text):
        roman = (match[1] or "").lower()
        value = _ROMAN_VALUES.get(roman, 0) if match[1] else ord(match[2]) - 64
        yield Mark("section", "I" if match[1] else "A", value, match[0].strip(), match.end())


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that are missing between two marked lines."""

    after: int
    before: int
    numbers: tuple[int, ...]


def choose_numbered(candidates: Sequence[tuple[int, Mark, bool]]) -> tuple[list[int], list[Gap]]:
    """Return which of the lines with numbers of one style count paragraphs, and the gaps between them.

    A candidate is a line, its mark, and whether the count may begin anew there (after a heading, or a whole sentence).
    """
    chosen: list[int] = []
    gaps: list[Gap] = []
    current, last_line = 0, -1
    values = [mark.value for _, mark, _ in candidates]
    for position, (line, mark, may_restart) in enumerate(candidates):
        value, later = mark.value, values[position + 1 :]
        if current == 0 and not chosen:
            accepted = value == 1 or (later[:1] == [value + 1] and 1 not in later)
        elif value == current + 1:
            accepted = True
        elif value == 1 and may_restart and (later[:1] == [2] or not later):
            accepted = current != 1 or later[:1] == [2]
        elif current + 1 < value <= current + 3:
            before_restart = later[: later.index(1)] if 1 in later else later
            accepted = current + 1 not in before_restart
            if accepted:
                gaps.append(Gap(last_line, line, tuple(range(current + 1, value))))
        else:
            accepted = False
        if accepted:
            chosen.append(line)
            current, last_line = value, line
    return chosen, gaps
