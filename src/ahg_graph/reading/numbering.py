"""Which numbers at the beginning of lines count paragraphs, which count headings, and where one was lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ahg_graph.reading.headings import is_titled, may_be_heading
from ahg_graph.reading.marks import Gap, Mark, choose_numbered, read_marks
from ahg_graph.reading.page_layout import PageLayout
from ahg_graph.reading.source_lines import SourceLine


@dataclass(frozen=True, slots=True)
class Numbering:
    """The marks of each line, the lines whose number counts a paragraph, and what is odd about the numbers."""

    marks: Sequence[tuple[Mark, ...]]
    paragraphs: Mapping[int, Mark]
    headings: frozenset[int]
    lost: Mapping[int, str]
    gaps: tuple[Gap, ...]
    restarts: tuple[int, ...]
    repeated: frozenset[int]

    def is_within(self, index: int) -> bool:
        """Return whether numbered paragraphs stand before and after a line, so that it goes on with the one before."""
        numbered = [i for i in self.paragraphs if i not in self.headings]
        return bool(numbered) and min(numbered) < index


def read_numbering(text: str, lines: Sequence[SourceLine], layout: PageLayout) -> Numbering:
    """Return what the numbers of a text count; those after a colon count the items of a list."""
    rows = text.splitlines()
    raw = [text[text.rfind("\n", 0, line.start) + 1 : line.end] if rows else "" for line in lines]
    marks = [tuple(read_marks(line, row)) for line, row in zip(lines, raw, strict=True)]
    by_style: dict[str, list[tuple[int, Mark, bool]]] = defaultdict(list)
    for index, found in enumerate(marks):
        for mark in found:
            if mark.kind == "number":
                by_style[mark.style].append((index, mark, _may_restart(lines, index)))
    best: tuple[list[int], list[Gap], str] = ([], [], "")
    for style, candidates in by_style.items():
        chosen, gaps = choose_numbered(candidates)
        if _counts_paragraphs(lines, chosen, style) and (len(chosen), style != "1") > (len(best[0]), best[2] != "1"):
            best = (chosen, gaps, style)
    main = {index: next(m for m in marks[index] if m.kind == "number") for index in best[0]}
    headings = _find_numbered_headings(lines, main, layout, marks)
    decimals = {
        i: found[0] for i, found in enumerate(marks) if found and found[0].kind == "decimal" and _may_begin(lines, i)
    }
    values = [(index, mark.value) for index, mark in sorted(main.items())]
    restarts = tuple(index for (_, before), (index, value) in pairwise(values) if value <= before)
    repeated = frozenset(index for index, _ in values if restarts and index >= restarts[0])
    gaps = [gap for gap in best[1] if gap.after not in headings]
    lost = _find_lost(lines, marks, gaps, layout)
    return Numbering(marks, dict(sorted({**main, **decimals}.items())), headings, lost, tuple(gaps), restarts, repeated)


def _may_begin(lines: Sequence[SourceLine], index: int) -> bool:
    before = lines[index - 1] if index else None
    return (
        before is None
        or lines[index].blanks > 0
        or before.is_finished
        or before.text.endswith((":", ";"))
        or may_be_heading(before.text)
    )


def _may_restart(lines: Sequence[SourceLine], index: int) -> bool:
    """Return whether numbers may begin anew: after a heading, not after a colon, which begins a list."""
    before = lines[index - 1] if index else None
    if before is None:
        return True
    return (
        may_be_heading(before.text) and (lines[index].blanks > 0 or before.blanks > 0 or not before.is_finished)
    ) or before.text.startswith("#")


def _counts_paragraphs(lines: Sequence[SourceLine], chosen: Sequence[int], style: str) -> bool:
    if not chosen:
        return False
    before = lines[chosen[0] - 1].text if chosen[0] else ""
    wide = style == "1" and len(chosen) < 2
    return not wide and not (before.endswith(":") and len(chosen) < 8 and not before.isupper())


def _find_numbered_headings(
    lines: Sequence[SourceLine], main: Mapping[int, Mark], layout: PageLayout, marks: Sequence[Sequence[Mark]]
) -> frozenset[int]:
    """Return the numbered lines that are headings, where text stands between them that has no such number."""
    found = set()
    for index, mark in main.items():
        rest = lines[index].text[mark.length :]
        following = index + 1
        if not rest or following >= len(lines) or following in main or not may_be_heading(rest):
            continue
        after = lines[following]
        apart = after.blanks > 0 or layout.would_fit(lines[index], after)
        listed = any(m.kind == "bullet" for m in marks[following])
        if apart and not after.goes_on_small and not listed:
            found.add(index)
    return frozenset(found) if len(found) >= 0.5 * len(main) else frozenset()


def _find_lost(
    lines: Sequence[SourceLine], marks: Sequence[Sequence[Mark]], gaps: Sequence[Gap], layout: PageLayout
) -> dict[int, str]:
    """Return the lines where a paragraph begins whose number was lost: after a whole sentence, in the gap."""
    lost: dict[int, str] = {}
    for gap in gaps:
        options = []
        for index in range(gap.after + 1, gap.before):
            line, before = lines[index], lines[index - 1]
            whole = before.is_finished or may_be_heading(before.text)
            opens = not line.goes_on_small and line.text[:1].isalpha() and not marks[index]
            opens = opens and not (may_be_heading(line.text) and is_titled(line.text))
            if (
                whole
                and opens
                and not (layout.spacing == "blocks" and not line.blanks and not may_be_heading(before.text))
            ):
                options.append((not (line.blanks > 0 or layout.would_fit(before, line)), index))
        chosen = sorted(index for _, index in sorted(options)[: len(gap.numbers)])
        for number, index in zip(gap.numbers[-len(chosen) :] if chosen else (), chosen, strict=False):
            lost[index] = str(number)
    return lost
