"""The parts of a document's text: headings, numbered paragraphs, bullets, items, dated entries, paragraphs.

A text copied out of a PDF or a web page keeps little of its layout: blank lines may stand between all lines or none.
So a part begins where a line itself says so: by the next number in order, a bullet, a letter, a date, or by being a
heading. Other paragraphs are told apart by blank lines, or by lines that end early, whichever the text keeps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ahg_graph.reading.dates import read_leading_date
from ahg_graph.reading.headings import (
    has_sign,
    is_entry,
    is_place_and_date,
    is_titled,
    strip_sign,
)
from ahg_graph.reading.line_roles import NOTE, LineRoles
from ahg_graph.reading.marks import Mark
from ahg_graph.reading.numbering import Numbering, read_numbering
from ahg_graph.reading.page_furniture import Dropped, drop_furniture
from ahg_graph.reading.page_layout import PageLayout, measure_layout
from ahg_graph.reading.part_builder import DocumentPart, PartBuilder, take_mark
from ahg_graph.reading.source_lines import SourceLine, list_whole_words, read_lines

_SUBTITLE = re.compile(
    r"\b(?:statement|summary|report|communiqu[eé]|declaration|meeting|conclusions|record|minutes|outcome|session|round|"
    r"document|conference|consultations?|workshop|notes?|draft)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:was|were|is|are|has|have|met|held(?! (?:at|in|on)\b)|hosted|took|agreed|attended|will|gathered)\b"
)


@dataclass(frozen=True, slots=True)
class PartReading:
    """What was read of a text: its parts, the lines that belong to the page, and what is odd about its numbers."""

    parts: tuple[DocumentPart, ...]
    dropped: tuple[Dropped, ...]
    missing_numbers: tuple[tuple[int, str], ...]
    restarts: tuple[tuple[int, str], ...]


def parse_document_parts(text: str) -> tuple[DocumentPart, ...]:
    """Return the parts of a text in the order of reading; what comes before the first of them is the title."""
    return read_document_parts(text).parts


def read_document_parts(text: str) -> PartReading:
    """Return the parts of a text with what was left out and what is missing."""
    raw = read_lines(text)
    lines, dropped = drop_furniture(raw)
    layout = measure_layout(lines)
    numbering = read_numbering(text, lines, layout)
    reader = _Reader(lines, layout, numbering)
    parts = tuple(reader.read().finish(list_whole_words(lines)))
    missing = tuple((lines[gap.before].number, str(n)) for gap in numbering.gaps for n in gap.numbers)
    restarts = tuple((lines[i].number, numbering.paragraphs[i].name) for i in numbering.restarts)
    return PartReading(parts, tuple(dropped), missing, restarts)


class _Reader:
    """Puts lines to parts."""

    def __init__(self, lines: Sequence[SourceLine], layout: PageLayout, numbering: Numbering) -> None:
        self._lines, self._layout, self._numbering = lines, layout, numbering
        self._built = PartBuilder()
        self._roles = LineRoles(lines, layout, numbering, self._built)

    def read(self) -> PartBuilder:
        """Return the builder with all parts begun and filled."""
        at = self._read_title()
        for index in range(at, len(self._lines)):
            self._read_line(index, self._lines[index])
        return self._built

    def _read_title(self) -> int:
        """Begin the title and what stands beside it; return the first line of the body."""
        lines, spacing = self._lines, self._layout.spacing
        for index, line in enumerate(lines):
            text = strip_sign(line.text)
            block = self._roles.join_block(index)
            body = (
                index in self._numbering.paragraphs
                or (bool(self._numbering.marks[index]) and not has_sign(line.text))
                or text[:1] in "[|"
                or (index > 0 and self._is_body(block, line))
            )
            heads = index > 0 and index + 1 in self._numbering.paragraphs and not _SUBTITLE.search(text)
            if body or index > 8 or (heads and len(text.split()) < 5 and not is_place_and_date(text)):
                return index
            shown = replace(line, text=text)
            joins = (
                line.blanks == 0 or text.isupper() or (spacing == "spaced" and line.blanks <= self._layout.usual_blanks)
            )
            if index == 0:
                self._built.begin("title", "title", "title", shown)
            elif is_place_and_date(text) and not (joins and (line.blanks == 0 or text.isupper())):
                self._built.begin("place-and-date", "place and date", "title", shown)
            elif (self._built.last and self._built.last.slug == "place-and-date" and not text.isupper()) or (
                has_sign(line.text) and not line.text.startswith("# ") and not is_titled(text)
            ):
                return index
            elif joins or (has_sign(line.text) and index < 2 and _SUBTITLE.search(text)):
                self._built.go_on(shown)
            elif _SUBTITLE.search(text) and is_titled(text):
                self._built.begin("subtitle", "title, further line", "title", shown)
            elif line.blanks == 0 and self._built.last and self._built.last.slug == "subtitle":
                self._built.go_on(shown)
            else:
                return index
        return len(lines)

    def _is_body(self, block: str, line: SourceLine) -> bool:
        text = line.text
        if is_place_and_date(text) or text.isupper():
            return False
        return bool(
            block.endswith((".", ",", ";", ":", "!")) or len(block) > 120 or len(text) > 110 or _SENTENCE.search(block)
        )

    def _read_line(self, index: int, line: SourceLine) -> None:
        built, marks = self._built, self._numbering.marks[index]
        before = self._lines[index - 1] if index else None
        if self._is_unfinished(index):
            built.go_on(line)
        elif index in self._numbering.paragraphs:
            self._begin_numbered(index, line, self._numbering.paragraphs[index])
        elif index in self._numbering.lost:
            built.begin_numbered(self._numbering.lost[index], line, None, again=False)
            self._roles.lost_list = False
        elif self._roles.is_row(index):
            if not re.fullmatch(r"[|\s:+-]+", line.text):
                count = 1 + sum(draft.kind == "table-row" for draft in built.drafts)
                built.begin(f"row-{count}", f"row {count}", "table-row", replace(line, text=" ".join(line.columns)))
        elif self._roles.is_note(index, line):
            count = 1 + sum(draft.kind == "note" for draft in built.drafts)
            name = "note" if count == 1 else f"note {count}"
            mark = NOTE.match(line.text)
            text = (
                line.text
                if (line.text[0] == "[" and not line.text.startswith("[^")) or mark is None
                else line.text[mark.end() :]
            )
            built.begin(name.replace(" ", "-"), name, "note", replace(line, text=text), mark[1] if mark else None)
        elif item := self._roles.find_item(index, line, marks):
            built.begin_item(take_mark(line, item), item)
            self._roles.lost_list = False
        elif self._roles.is_lost_item(index, line):
            self._roles.lost_list = True
            built.begin_item(line, None)
        elif is_entry(line.text) and self._roles.begins(index, line, before, dated=True):
            found = read_leading_date(line.text)
            if found:
                built.begin_entry(found.start.isoformat(), found.text, line)
        elif built.last and built.last.kind == "signature-block" and self._roles.is_signature(index, line):
            built.go_on(line)
        elif self._roles.is_heading(index, line, marks):
            self._begin_heading(line, marks)
        elif self._roles.is_signature(index, line):
            built.begin("signatures", "signature block", "signature-block", line)
        elif self._roles.begins(index, line, before):
            self._roles.lost_list = False
            built.begin_unnumbered(line)
        else:
            built.go_on(line)

    def _is_unfinished(self, index: int) -> bool:
        """Return whether the part that is open has its number alone so far, or a bracket that is not closed."""
        last = self._built.last
        if last is None or index in self._numbering.paragraphs:
            return False
        alone = not any(line.text for line in last.lines)
        return alone or (last.lines[0].text.startswith("[") and not last.lines[-1].text.endswith(("]", "].")))

    def _begin_numbered(self, index: int, line: SourceLine, mark: Mark) -> None:
        rest = take_mark(line, mark)
        if mark.kind == "number" and index in self._numbering.headings:
            self._built.begin_heading(rest, 1, mark.printed)
        elif mark.kind == "decimal" and self._roles.is_heading_text(index, rest):
            self._built.begin_heading(rest, 2, mark.printed)
        else:
            name = mark.name if mark.kind == "decimal" else str(mark.value)
            self._built.begin_numbered(name, rest, mark.printed, again=index in self._numbering.repeated)
        self._roles.lost_list = False

    def _begin_heading(self, line: SourceLine, marks: Sequence[Mark]) -> None:
        level = len(line.text) - len(line.text.lstrip("#")) or 1
        section = next((mark for mark in marks if mark.kind == "section"), None)
        rest = take_mark(line, section) if section else replace(line, text=strip_sign(line.text))
        self._built.begin_heading(rest, level, section.printed if section else None)
        self._roles.lost_list = False
