"""The text of a DOCX file, with headings, and with the numbers and bullets that Word draws and does not store."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from ahg_graph.reading.unreadable import UnreadableText

_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def read_docx(content: bytes) -> str:
    """Return the text of a document: a blank line between paragraphs, a row of a table between bars."""
    try:
        document = Document(io.BytesIO(content))
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise UnreadableText("the DOCX file is damaged; open it in a word processor and save it again") from error
    numbers = _Numbers(document)
    lines: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                cells = list(dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells))
                lines.append("| " + " | ".join(cells) + " |")
            lines.append("")
        elif isinstance(block, Paragraph):
            text = re.sub(r"[ \t]+", " ", block.text).strip()
            if text:
                lines += [_read_sign(block) + numbers.draw(block) + text, ""]
    return "\n".join(lines)


def _read_sign(paragraph: Paragraph) -> str:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if style == "Title":
        return "# "
    match = re.fullmatch(r"Heading (\d)", style)
    return "#" * min(6, int(match[1]) + 1) + " " if match else ""


class _Numbers:
    """Counts the numbered paragraphs of each list as Word does: by list and level."""

    def __init__(self, document: Any) -> None:
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0] * 9)
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        abstract = {item.get(qn("w:abstractNumId")): item for item in root.findall(qn("w:abstractNum"))}
        for number in root.findall(qn("w:num")):
            name = number.get(qn("w:numId"))
            linked = number.find(qn("w:abstractNumId"))
            for level, form, text, start in _read_levels(
                abstract.get(linked.get(qn("w:val")) if linked is not None else "")
            ):
                self._levels[name, level] = (form, text, start)

    def draw(self, paragraph: Paragraph) -> str:
        """Return the number or bullet of a paragraph with what parts it from the text; nothing where it has none."""
        found = _find_numbering(paragraph)
        if found is None or found not in self._levels:
            return ""
        name, level = found
        form, text, start = self._levels[found]
        if form == "bullet":
            return "  " * (level + 1) + "\u2022 "
        counts = self._counts[name]
        counts[level] = counts[level] + 1 if counts[level] else start
        counts[level + 1 :] = [0] * (8 - level)

        def write(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            return _write_number(counts[at] or 1, self._levels.get((name, at), (form, "", 1))[0])

        return re.sub(r"%(\d)", write, text) + " "


def _read_levels(element: Any) -> Iterator[tuple[int, str, str, int]]:
    for level in element.findall(qn("w:lvl")) if element is not None else ():
        values = {}
        for name in ("numFmt", "lvlText", "start"):
            child = level.find(qn(f"w:{name}"))
            values[name] = child.get(qn("w:val")) if child is not None else None
        yield (
            int(level.get(qn("w:ilvl"))),
            values["numFmt"] or "decimal",
            values["lvlText"] or "%1.",
            int(values["start"] or 1),
        )


def _find_numbering(paragraph: Paragraph) -> tuple[str, int] | None:
    """Return the list and level of a paragraph, its own or that of its style."""
    sources: list[Any] = [paragraph._p.pPr]
    style = paragraph.style
    while style is not None:
        sources.append(style.element.pPr)
        style = style.base_style
    for properties in sources:
        numbering = properties.numPr if properties is not None else None
        if numbering is not None and numbering.numId is not None:
            level = numbering.ilvl.val if numbering.ilvl is not None else 0
            return (str(numbering.numId.val), level) if numbering.numId.val else None
    return None


def _write_number(value: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(96 + (value - 1) % 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman, rest = "", value
        for worth, sign in _ROMAN:
            while rest >= worth:
                roman, rest = roman + sign, rest - worth
        return roman if form == "lowerRoman" else roman.upper()
    return str(value)
