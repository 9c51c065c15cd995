"""Lines that belong to the page and not to the text: page numbers, running heads, rules, captions, navigation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ahg_graph.reading.source_lines import SourceLine

_PAGE_NUMBER = re.compile(
    r"(?:(?:page|p\.|pg\.?)\s*)?[-–—|\[]*\s*\d{1,4}\s*[-–—|\]]*(?:\s*(?:/|of|\|)\s*\d{1,4})?", re.IGNORECASE
)
_ROMAN_PAGE = re.compile(r"[-–—\s]*[ivxl]{1,5}[-–—\s]*")
_RULE = re.compile(r"[-_=*~.•·–—+|:\s]{3,}")
_CAPTION = re.compile(
    r"!\[.*|.*\S+-min Image|(?:image|photo|picture|figure|caption|credit|"
    r"photograph)(?: \d+)?\s*[:©].*|\[(?:image|photo|logo)[^\]]*\]"
    r"|\S+\.(?:jpe?g|png|gif|webp)",
    re.IGNORECASE,
)
_NAVIGATION = re.compile(
    r"(?:home(?:\s*[>»/|›].*)?|skip to (?:main )?content|back to top|share(?: this(?: page)?)?|"
    r"print(?: this page)?|menu|search"
    r"|read more|previous|next|tweet|email|contact us|sitemap|log ?in|© .*|copyright .*|all rights reserved\.?|cookie.*"
    r"|you are here:.*|last updated:?.*|download(?: pdf)?)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:restricted|confidential|unofficial|unclassified|draft|final|advance copy|for official use|distr\b|limited)",
    re.IGNORECASE,
)
_STARTS = re.compile(r"\(?(?:\d{1,3}|[a-z])[.)]|[•●▪◦‣*–—·-]\s|#")
_SHORT = 90


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that was taken for page furniture, with the reason."""

    line: int
    text: str
    reason: str


def drop_furniture(lines: Sequence[SourceLine]) -> tuple[list[SourceLine], list[Dropped]]:
    """Return the lines of the text, and those that belong to the page.

    What follows a dropped line keeps no blank line before it where the page alone made the gap: `new_page` says so.
    """
    reasons = _find_page_numbers(lines)
    pages = set(reasons)
    for index, line in enumerate(lines):
        if index in reasons:
            continue
        if _RULE.fullmatch(line.text) and len(line.text) > 2:
            reasons[index] = "rule"
        elif _CAPTION.fullmatch(line.text):
            reasons[index] = "caption"
        elif _NAVIGATION.fullmatch(line.text) and len(line.text) < _SHORT:
            reasons[index] = "footer"
    _find_running_heads(lines, pages, reasons)
    kept: list[SourceLine] = []
    gap = False
    for index, line in enumerate(lines):
        reason = reasons.get(index)
        if reason is None:
            kept.append(replace(line, new_page=True) if gap and kept else line)
            gap = False
        else:
            gap = gap or reason in ("page-number", "running-header")
    dropped = [Dropped(lines[i].number, lines[i].text, reason) for i, reason in sorted(reasons.items())]
    return kept, dropped


def _find_page_numbers(lines: Sequence[SourceLine]) -> dict[int, str]:
    bare = [i for i, line in enumerate(lines) if _PAGE_NUMBER.fullmatch(line.text)]
    plain = [i for i in bare if lines[i].text.isdecimal()]
    if _are_numbers_of_paragraphs(lines, plain):
        bare = [i for i in bare if i not in plain]
    found = dict.fromkeys(bare, "page-number")
    for i, line in enumerate(lines):
        if line.new_page and _ROMAN_PAGE.fullmatch(line.text):
            found[i] = "page-number"
    return found


def _are_numbers_of_paragraphs(lines: Sequence[SourceLine], bare: Sequence[int]) -> bool:
    """Return whether numbers alone on a line count paragraphs: from 1 by one, each between whole sentences."""
    numbered = any(re.match(r"\(?\d{1,3}[.)](?:\s|$)", line.text) for line in lines)
    values = [int(lines[i].text) for i in bare]
    if numbered or len(values) < 2 or values != list(range(values[0], values[0] + len(values))) or values[0] != 1:
        return False
    between = all(
        i + 1 < len(lines)
        and not lines[i + 1].goes_on_small
        and (i == bare[0] or lines[i - 1].text.endswith((*".:;!?)", ";")))
        for i in bare
    )
    return between and bare[0] < len(lines) // 2 and bare[0] <= 6


def _find_running_heads(lines: Sequence[SourceLine], pages: set[int], reasons: dict[int, str]) -> None:
    """Add the lines that stand by page numbers or breaks again and again, or in one block with a page number."""
    keys = [re.sub(r"\d+", "#", line.text.lower()) for line in lines]
    often = Counter(keys)
    title = set(re.findall(r"\w+", " ".join(line.text.lower() for line in lines[:4])))
    for index, line in enumerate(lines):
        if index in reasons or index < 3 or len(line.text) > _SHORT or _STARTS.match(line.text):
            continue
        near = {index - 2, index - 1, index + 1, index + 2} & pages
        beside = {index - 1, index + 1} & pages
        at_break = line.new_page or (index + 1 < len(lines) and lines[index + 1].new_page) or bool(near)
        words = set(re.findall(r"\w+", line.text.lower()))
        alike = len(words & title) >= max(2, 0.6 * len(words)) and not line.text.endswith(".")
        cuts = index + 1 < len(lines) and lines[index + 1].goes_on_small and not lines[index - 1].is_finished
        if (
            (often[keys[index]] > 1 and len(line.text.split()) > 1 and (at_break or (cuts and not line.goes_on_small)))
            or (beside and (alike or _LABEL.match(line.text)))
            or (near and _stands_with_number(lines, index, pages))
        ):
            reasons[index] = "running-header"
    for index in list(reasons):
        if reasons[index] == "running-header":
            for other, key in enumerate(keys):
                if other > 2 and key == keys[index]:
                    reasons.setdefault(other, "running-header")


def _stands_with_number(lines: Sequence[SourceLine], index: int, pages: set[int]) -> bool:
    """Return whether a line is in a block of short lines, set off by blank lines, that holds a page number."""
    first = index
    while first > 0 and not lines[first].blanks and not lines[first].new_page:
        first -= 1
    last = index
    while last + 1 < len(lines) and not lines[last + 1].blanks and not lines[last + 1].new_page:
        last += 1
    block = range(first, last + 1)
    short = all(len(lines[i].text) < _SHORT and not lines[i].text.endswith((".", ";", ",")) for i in block)
    return first > 0 and last + 1 < len(lines) and len(block) <= 4 and short and bool(set(block) & pages)
