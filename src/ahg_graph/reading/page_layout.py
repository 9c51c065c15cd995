"""How a text is laid out: where its lines were broken, and whether blank lines stand between all of them or some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ahg_graph.reading.source_lines import SourceLine

_SLACK = 0.93
_LONG = 170


@dataclass(frozen=True, slots=True)
class PageLayout:
    """What blank lines mean in a text, and how wide its lines are.

    `blocks`: blank lines stand between paragraphs. `lines`: each line is a paragraph. `spaced`: a blank line stands
    after every line. `dense`: there are none.
    """

    spacing: Literal["blocks", "lines", "spaced", "dense"]
    width: int
    usual_blanks: int

    def would_fit(self, line: SourceLine, following: SourceLine) -> bool:
        """Return whether the next word had room, so that the line was broken on purpose."""
        first = following.text.split()[0] if following.text else ""
        return len(line.text) + line.indent + 1 + len(first) <= self.width * _SLACK


def measure_layout(lines: Sequence[SourceLine]) -> PageLayout:
    """Return the layout of a text."""
    pairs = [(a, b) for a, b in pairwise(lines) if not b.new_page]
    lengths = sorted(line.indent + len(line.text) for line in lines) or [0]
    width = lengths[-1]
    if not pairs:
        return PageLayout("blocks", width, 1)
    apart = [pair for pair in pairs if pair[1].blanks]
    cut = [pair for pair in pairs if _is_cut(*pair)]
    share = len(apart) / len(pairs)
    blanks = sorted(b.blanks for _, b in apart)
    usual = blanks[len(blanks) // 2] if blanks else 0
    if width > _LONG and len(cut) <= 0.1 * len(pairs):
        return PageLayout("lines", width, usual)
    if share > 0.75 and len([pair for pair in cut if pair[1].blanks]) >= max(2, 0.12 * len(pairs)):
        return PageLayout("spaced", width, usual)
    if share < 0.04 or (share < 0.1 and len(lines) > 60):
        return PageLayout("dense", width, usual)
    return PageLayout("blocks", width, usual)


def _is_cut(line: SourceLine, following: SourceLine) -> bool:
    """Return whether a sentence plainly runs from one line to the next."""
    ended = line.is_finished or line.text.endswith((":", ";", ",")) or line.text.endswith(("; and", "; or", ", and"))
    return following.goes_on_small and not ended and following.text[1:2] not in (")", ".")
