"""What a line of a text is: a heading, an item, a note, a row, a signature, or the beginning of a paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ahg_graph.reading.headings import has_sign, is_signature, is_titled, may_be_heading
from ahg_graph.reading.marks import Mark
from ahg_graph.reading.numbering import Numbering
from ahg_graph.reading.page_layout import PageLayout
from ahg_graph.reading.part_builder import PartBuilder
from ahg_graph.reading.source_lines import SourceLine

_LISTED = re.compile(r"(:|;|[;,] and|[;,] or|; et|; y)$")
_ITEM_END = re.compile(r"(;|[;,] and|[;,] or|,|; et|; y)$")
NOTE = re.compile(r"(\[\^\w+\]:?|[¹²³⁴⁵⁶⁷⁸⁹]|\*{1,3}|†|‡|Notes?:|NB:|N\.B\.)\s*(?=\S)")
_LISTS = re.compile(
    r"(?:annex\w*\s*\w{0,3}[\s.:–—-]*)?(?:list of )?(?:apologies|absent|participants|delegations|observers|attendees|"
    r"members|attendance|participation|participating \w+)$",
    re.IGNORECASE,
)
_STANDS_FIRST = re.compile(
    r"(?:annex\w*|appendix|attachment|enclosure|(?:list of )?(?:participants|delegations|observers|"
    r"attendees|members)|attendance|participation|participating \w+)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class LineRoles:
    """Tells what lines are, from the lines around them and the part that is open."""

    lines: Sequence[SourceLine]
    layout: PageLayout
    numbering: Numbering
    built: PartBuilder
    lost_list: bool = False

    def join_block(self, index: int) -> str:
        """Return a line with those that follow it without a blank line, or alone where blank lines tell nothing."""
        taken = [self.lines[index].text]
        if self.layout.spacing == "blocks":
            for line in self.lines[index + 1 : index + 12]:
                if line.blanks or line.new_page:
                    break
                taken.append(line.text)
        return " ".join(taken)

    def is_row(self, index: int) -> bool:
        """Return whether a line is a row of a table."""
        line = self.lines[index]
        if line.text.startswith("|"):
            return bool(line.columns) or bool(re.fullmatch(r"[|\s:+-]+", line.text))
        if self.numbering.marks[index]:
            return False
        near = [self.lines[i] for i in (index - 1, index + 1) if 0 <= i < len(self.lines)]
        return len(line.columns) > 1 and any(len(other.columns) == len(line.columns) for other in near)

    def is_note(self, index: int, line: SourceLine) -> bool:
        """Return whether a line begins a note: in brackets, or with the sign of a footnote that the text refers to."""
        if line.text.startswith("["):
            closed = line.text.endswith("]") or any(
                later.text.endswith("]") for later in self.lines[index + 1 : index + 8]
            )
            return line.text.startswith("[^") or (closed and (line.blanks > 0 or self.finished()))
        match = NOTE.match(line.text)
        if match is None or line.text.startswith(("**", "* *")):
            return False
        if match[1] in ("*", "†", "‡", "**", "***"):
            stars = [later for later in self.lines if later.text.startswith(match[1] + " ")]
            referred = any(f"{match[1]}" in earlier.text[1:] for earlier in self.lines[:index])
            return len(stars) == 1 and (referred or match[1] != "*")
        return True

    def find_item(self, index: int, line: SourceLine, marks: Sequence[Mark]) -> Mark | None:
        """Return the mark by which a line is an item of a list."""
        built = self.built
        for mark in marks:
            last = built.last_value(mark.style)
            if mark.kind == "bullet":
                if mark.style in "-–—−" and not self.may_be_bullet(index, line, mark):
                    continue
                return mark
            if (
                mark.kind == "roman"
                and built.last_value(mark.style.replace("i", "a")) == ord(mark.name.strip("().")[0]) - 97 > 0
                and len(mark.name.strip("().")) == 1
            ):
                continue
            if mark.kind in ("letter", "roman") and (
                mark.value == last + 1
                or (mark.value == 1 and _LISTED.search(built.text))
                or (last and mark.value == last + 2)
            ):
                if mark.value == 1 and last:
                    built.lists.clear()
                while built.last_value(mark.style) < mark.value - 1 and last:
                    self.skip(mark.style)
                return mark
            if (
                mark.kind == "number"
                and (mark.value == last + 1 if last else mark.value == 1)
                and (last or _LISTED.search(built.text))
            ):
                return mark
        return None

    def skip(self, style: str) -> None:
        """Count an item of the open list whose letter is missing."""
        for opened in self.built.lists:
            if opened.style == style:
                opened.count += 1

    def may_be_bullet(self, index: int, line: SourceLine, mark: Mark) -> bool:
        """Return whether a dash at the beginning of a line is the mark of a bullet, not one within a sentence."""
        if line.blanks or self.finished() or _LISTED.search(self.built.text) or self.built.lists:
            return True
        return sum(any(m.style == mark.style for m in marks) for marks in self.numbering.marks) > 1

    def finished(self) -> bool:
        """Return whether the part that is open has come to the end of a sentence."""
        text = self.built.text
        return not text or text.endswith((".", "!", "?", "”", '"', ")", "]", ";", ":")) or self.after_heading()

    def after_heading(self) -> bool:
        """Return whether a heading, the title or a signature block is open."""
        return self.built.last is not None and self.built.last.kind in (
            "heading",
            "title",
            "signature-block",
            "table-row",
        )

    def is_heading(self, index: int, line: SourceLine, marks: Sequence[Mark]) -> bool:
        """Return whether a line is a heading."""
        if has_sign(line.text):
            return True
        section = next((mark for mark in marks if mark.kind == "section"), None)
        if section and may_be_heading(line.text[section.length :]) and self.finished():
            return True
        return not marks and self.is_heading_text(index, line)

    def is_heading_text(self, index: int, line: SourceLine) -> bool:
        """Return whether a line is a heading by its words and by what stands around it."""
        if not may_be_heading(line.text) or index + 1 >= len(self.lines):
            return False
        following = self.lines[index + 1]
        if _LISTS.match(line.text) and (line.blanks or self.finished()):
            return True
        marked = index + 1 in self.numbering.paragraphs or bool(self.numbering.marks[index + 1])
        if following.goes_on_small and not marked:
            return False
        if self.lost_list and not self.finished():
            return False
        if self.count_short(index) > 2 and not _STANDS_FIRST.match(line.text):
            return False
        spacing, titled = self.layout.spacing, is_titled(line.text) or line.text.isupper()
        if not (self.finished() or (line.blanks and spacing == "blocks")) or self.built.text.endswith(":"):
            return False
        if spacing == "blocks":
            apart = line.blanks > 0 or self.after_heading() or line.new_page
            return apart and (following.blanks > 0 or marked or (titled and self.layout.would_fit(line, following)))
        if spacing == "lines":
            return len(line.text) < 90
        return self.layout.would_fit(line, following) and (titled or not self.after_heading())

    def count_short(self, index: int) -> int:
        """Return how many lines from here on are short and no sentences, one after the other, without marks."""
        count = 0
        for at in range(index, len(self.lines)):
            line = self.lines[at]
            if (
                count
                and self.layout.spacing in ("dense", "spaced")
                and not may_be_heading(line.text)
                and not line.blanks
            ):
                return count - 1
            if (
                not may_be_heading(line.text)
                or self.numbering.marks[at]
                or (at > index and _STANDS_FIRST.match(line.text))
            ):
                break
            after = self.lines[at + 1] if at + 1 < len(self.lines) else None
            tight = after and self.layout.spacing in ("dense", "spaced") and not self.layout.would_fit(line, after)
            if after and (tight or (after.goes_on_small and not after.blanks)):
                break
            count += 1
        return count

    def is_signature(self, index: int, line: SourceLine) -> bool:
        """Return whether a line signs the text, or goes on with what does."""
        rest = self.lines[index:]
        built = self.built
        if not built.drafts or built.last is None:
            return False
        if built.last.kind == "signature-block":
            return len(line.text) < 100 and not _STANDS_FIRST.match(line.text)
        if self.count_short(index) > 2 and self.finished() and not _STANDS_FIRST.match(line.text):
            return any(is_signature(later.text) for later in rest[: self.count_short(index)])
        if len(rest) > 14:
            return False
        short = all(len(later.text) < 100 and not later.text.endswith((";", ":")) for later in rest)
        sentence = any(
            re.search(r"[a-z]{3,}[^.]*\s\w+.*\.$", later.text) and len(later.text.split()) > 9 for later in rest
        )
        return short and not sentence and self.finished() and is_signature(line.text) and not line.text.endswith(".")

    def is_lost_item(self, index: int, line: SourceLine) -> bool:
        """Return whether a line is an item of a list whose marks were lost: after a colon, or after such an item."""
        built = self.built
        before = built.text
        if _LISTS.match(line.text):
            return False
        if built.last and built.last.kind == "heading" and self.count_short(index) > 1 and _LISTS.match(built.text):
            return True
        if not built.drafts or built.last is None or built.last.kind in ("heading", "title"):
            return False
        if line.indent and _LISTED.search(before) and (line.indent > built.last.lines[-1].indent or self.lost_list):
            return True
        apart = line.blanks > 0 or self.layout.spacing in ("lines", "dense")
        if self.lost_list:
            if _ITEM_END.search(before) and not before.endswith(","):
                return True
            open_end = not before.endswith((".", ":"))
            return apart and open_end and self.begins(index, line, self.lines[index - 1], listed=True)
        if not before.endswith(":") or not apart:
            return False
        block = self.join_block(index)
        if _ITEM_END.search(block) and not block.endswith(","):
            return True
        later = self.lines[index : index + 3]
        short = len(later) > 1 and all(
            len(item.text.split()) <= 14 and not re.search(r"[a-z]\.$", item.text) for item in later[:2]
        )
        return short and self.layout.spacing != "dense"

    def begins(
        self, index: int, line: SourceLine, before: SourceLine | None, *, dated: bool = False, listed: bool = False
    ) -> bool:
        """Return whether a line that has no mark begins a part of its own."""
        built, spacing = self.built, self.layout.spacing
        if before is None or not built.drafts or self.after_heading():
            return True
        if built.last and built.last.kind in ("note", "table-row"):
            return line.blanks > 0 or spacing in ("lines", "dense") or self.finished()
        small, ended = line.goes_on_small, self.finished() or _ITEM_END.search(built.text) is not None
        if dated:
            return ended and not small
        numbered = self.numbering.is_within(index)
        if line.new_page and not line.blanks:
            return not small and ended and not numbered and self.layout.would_fit(before, line)
        if line.new_page:
            return not small and ended and not numbered and (spacing == "lines" or self.layout.would_fit(before, line))
        if spacing == "lines":
            return not (small and not ended)
        if spacing == "blocks":
            if not line.blanks:
                return False
            return not (small and not ended) and (not numbered or ended or line.blanks > self.layout.usual_blanks)
        if small or not (ended or listed):
            return False
        if spacing == "spaced" and line.blanks > self.layout.usual_blanks and not numbered:
            return True
        return not numbered and self.layout.would_fit(before, line)
