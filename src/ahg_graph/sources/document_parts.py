"""The parts of a document's text: headings, numbered paragraphs, bullets, items, dated entries, paragraphs.

A text copied out of a PDF or a web page keeps little of its layout: blank lines may stand between all lines or none.
So a part begins where a line itself says so: by the next number in order, a bullet, a letter, a date, or by being a
heading. Other paragraphs are distinguished by blank lines, where not every line has one after it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

_NUMBER = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
_BULLET = re.compile(r"[\u2022\u25cf\u25aa\u25e6\u2023\uf000-\uf0ff*\u2013\u2014-]\s+(?=\S)")
_LETTER = re.compile(r"\(?([a-z])\)\s+(?=\S)")
_DATE = re.compile(r"(?:(\d{1,2})\s*[-\u2013]\s*)?(\d{1,2})\s+([A-Z][a-z]+)\s+(\d{4})\b")
_HEADING = re.compile(r"#{1,6}\s+")
_LISTED = re.compile(r"(:|;|; and|; or)$")
_EMPHASIS = re.compile(r"\*\*|__|<[^>]*>")
_END = (".", ";", ":", "?", "!", "\u201d", '."')
_SMALL = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "with")
)


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """One part: its slug and locator as docs/modelling.md gives them, its kind as a code, and its text on one line."""

    slug: str
    locator: str
    kind: str
    text: str


def parse_document_parts(text: str) -> tuple[DocumentPart, ...]:
    """Return the parts of a text in the order of reading; what comes before the first of them is the title."""
    reader = _Reader()
    raw = [_EMPHASIS.sub("", line) for line in text.splitlines()]
    lines = [line.strip() for line in raw]
    filled = [line for line in lines if line]
    spaced = len(lines) - len(filled) > 0.8 * len(filled)
    before = ""
    for position, line in enumerate(lines):
        if not line:
            if not spaced:
                reader.end_paragraph()
            continue
        following = next((later for later in lines[position + 1 :] if later), "")
        reader.read(line, before, following, indented=raw[position][:1].isspace())
        before = line
    return tuple(reader.finish())


class _Reader:
    """Puts lines to parts; `_open` is the part that a plain line goes on with."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, str, str, list[str]]] = []
        self._number = 0
        self._bullet = 0
        self._paragraph = 0
        self._above = ("", "")
        self._heading = ("introduction", "introduction")
        self._is_open = False

    def read(self, line: str, before: str, following: str, *, indented: bool) -> None:
        """Take the next line; `before` and `following` are the lines around it that are not blank.

        An indented line after a colon or a semicolon is a bullet whose mark was lost.
        """
        goes_on = self._is_open and not before.endswith(_END)
        if (match := _NUMBER.match(line)) and int(match[1]) == self._number + 1:
            self._number += 1
            self._begin(f"p{self._number}", f"para {self._number}", "paragraph", line[match.end() :])
            self._above, self._bullet = (f"p{self._number}", f"para {self._number} "), 0
        elif (match := _BULLET.match(line)) or (indented and _LISTED.search(before)):
            self._bullet += 1
            slug, locator = self._above
            body = line[match.end() :] if match else line
            self._begin(f"{slug}b{self._bullet}", f"{locator}bullet {self._bullet}", "bullet", body)
        elif match := _LETTER.match(line):
            slug, locator = self._above
            self._begin(f"{slug}{match[1]}", f"{locator}item {match[1]}", "bullet", line[match.end() :])
        elif (entry := _read_date(line)) is not None and not goes_on:
            day, written = entry
            slug, name = self._heading
            self._begin(f"{slug}-{day}", f"{name}, {written}", "entry", line)
            self._above, self._bullet = (f"{slug}-{day}", f"{name}, {written}, "), 0
        elif _is_heading(line, goes_on, following, started=bool(self._number or self._paragraph)):
            name = _HEADING.sub("", line).rstrip(":")
            self._begin(f"heading-{make_slug(name)}", f"heading {name}", "heading", name)
            self._heading, self._above = (make_slug(name), name), ("", "")
            self._paragraph = self._bullet = 0
            self._is_open = False
        elif not self._parts:
            self._begin("title", "title", "title", _HEADING.sub("", line))
        elif len(self._parts) == 1 and (_HEADING.match(line) or line.isupper()):
            self._parts[0][3].append(_HEADING.sub("", line))
        elif self._is_open:
            self._parts[-1][3].append(line)
        else:
            self._paragraph += 1
            slug, name = self._heading
            self._begin(f"{slug}-p{self._paragraph}", f"{name}, para {self._paragraph}", "paragraph", line)
            self._above, self._bullet = (f"{slug}-p{self._paragraph}", f"{name}, para {self._paragraph} "), 0

    def end_paragraph(self) -> None:
        """Take a blank line: a paragraph without a number ends, and so does the title."""
        if self._parts and not (self._number and self._parts[-1][0].startswith(f"p{self._number}")):
            self._is_open = False

    def finish(self) -> Iterator[DocumentPart]:
        """Yield the parts; a slug that comes again gets a number."""
        seen: dict[str, int] = {}
        for slug, locator, kind, lines in self._parts:
            count = seen[slug] = seen.get(slug, 0) + 1
            again = f" ({count})" if count > 1 else ""
            yield DocumentPart(slug + (f"-{count}" if count > 1 else ""), locator + again, kind, " ".join(lines))

    def _begin(self, slug: str, locator: str, kind: str, text: str) -> None:
        self._parts.append((slug, locator, kind, [text]))
        self._is_open = True


def make_slug(name: str) -> str:
    """Return a name in lower case with dashes, without accents."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _read_date(line: str) -> tuple[str, str] | None:
    """Return the first day of an entry's date, and the date as written, when the line begins with one."""
    match = _DATE.match(line)
    if match is None:
        return None
    try:
        day = datetime.strptime(f"{match[1] or match[2]} {match[3]} {match[4]}", "%d %B %Y").date()
    except ValueError:
        return None
    return day.isoformat(), match[0]


def _is_heading(line: str, goes_on: bool, following: str, *, started: bool) -> bool:
    """Return whether a line is a heading: short, in capitals or title case, and between complete sentences."""
    if _HEADING.match(line):
        return started
    words = line.split()
    titled = all(word[0].isupper() or word.lower() in _SMALL or not word[0].isalpha() for word in words)
    begins = bool(_NUMBER.match(following)) or following[:1].isupper()
    short = len(words) <= 8 and not line.endswith(_END) and not line.endswith(",")
    return started and short and titled and begins and not goes_on
