"""Parts being put together from lines: their names, what they hang on, and the lists that they are items of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ahg_graph.reading.marks import Mark
from ahg_graph.reading.source_lines import SourceLine, join_lines


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """One part: its slug and locator as docs/modelling.md gives them, its kind as a code, and its text on one line.

    `start` and `end` are offsets in the decoded text; `parent` is the slug of the part that an item hangs on.
    """

    slug: str
    locator: str
    kind: str
    text: str
    start: int = 0
    end: int = 0
    level: int | None = None
    parent: str | None = None
    marker: str | None = None
    lines: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class _Draft:
    slug: str
    locator: str
    kind: str
    lines: list[SourceLine]
    level: int | None = None
    parent: str | None = None
    marker: str | None = None


@dataclass(slots=True)
class _List:
    """A list that is open: the style and indent of its marks, its last item, and how items are named after it."""

    style: str
    indent: int
    count: int = 0
    item: str = ""
    slug: str = ""
    locator: str = ""


@dataclass(slots=True)
class PartBuilder:
    """Begins parts and goes on with them; knows the section, the paragraph and the lists that are open."""

    drafts: list[_Draft] = field(default_factory=list)
    section: tuple[str, str] = ("introduction", "introduction")
    paragraph: tuple[str, str] = ("", "")
    paragraph_slug: str | None = None
    unnumbered: int = 0
    number: str = ""
    lists: list[_List] = field(default_factory=list)

    @property
    def last(self) -> _Draft | None:
        """Return the part that was begun last."""
        return self.drafts[-1] if self.drafts else None

    @property
    def text(self) -> str:
        """Return the last line of the part that was begun last."""
        return self.drafts[-1].lines[-1].text if self.drafts else ""

    def go_on(self, line: SourceLine) -> None:
        """Add a line to the part that was begun last."""
        self.drafts[-1].lines.append(line)

    def begin(self, slug: str, locator: str, kind: str, line: SourceLine, marker: str | None = None) -> None:
        """Begin a part that is no item of a list."""
        self.drafts.append(_Draft(slug, locator, kind, [line], marker=marker))

    def begin_heading(self, line: SourceLine, level: int, marker: str | None = None) -> None:
        """Begin a heading, and with it a section."""
        name = line.text.rstrip(":")
        self.begin(f"heading-{make_slug(name)}", f"heading {name}", "heading", line, marker)
        self.drafts[-1].level = level
        self.section, self.paragraph, self.paragraph_slug = (make_slug(name), name), ("", ""), None
        self.unnumbered, self.number = 0, ""
        self.lists.clear()

    def begin_numbered(self, name: str, line: SourceLine, marker: str | None, *, again: bool) -> None:
        """Begin a paragraph that has a number; `again` where the numbers began anew, so that its section names it."""
        plain = name.replace(".", "-")
        where = (f"{self.section[0]}-", f"{self.section[1]}, ") if again else ("", "")
        self._begin_paragraph(f"{where[0]}p{plain}", f"{where[1]}para {name}", "", line, marker)
        self.number = name

    def begin_unnumbered(self, line: SourceLine) -> None:
        """Begin a paragraph that is named by its section, or by the numbered paragraph that it continues."""
        self.unnumbered += 1
        if self.number and self.paragraph_slug and "-p" not in self.paragraph_slug:
            slug, locator = f"p{self.number.replace('.', '-')}-{self.unnumbered + 1}", f"para {self.number}"
            self._begin_paragraph(slug, f"{locator}, paragraph {self.unnumbered + 1}", "", line, None, keep=True)
            return
        slug, name = self.section
        self._begin_paragraph(f"{slug}-p{self.unnumbered}", f"{name}, para {self.unnumbered}", "", line, None)

    def begin_entry(self, day: str, written: str, line: SourceLine) -> None:
        """Begin a dated entry."""
        slug, name = self.section
        self._begin_paragraph(f"{slug}-{day}", f"{name}, {written}", ",", line, None, kind="entry")

    def _begin_paragraph(
        self,
        slug: str,
        locator: str,
        comma: str,
        line: SourceLine,
        marker: str | None,
        *,
        kind: str = "paragraph",
        keep: bool = False,
    ) -> None:
        self.begin(slug, locator, kind, line, marker)
        self.paragraph, self.paragraph_slug = (slug, f"{locator}{comma} "), slug
        self.lists.clear()
        if not keep:
            self.unnumbered = self.unnumbered if not marker else 0

    def begin_item(self, line: SourceLine, mark: Mark | None) -> None:
        """Begin an item of a list; without a mark, of a list whose marks were lost."""
        style, kind = (mark.style, mark.kind) if mark else ("", "bullet")
        opened = self._open_list(style, line.indent)
        opened.count += 1
        depth = self.lists.index(opened)
        outer = self.lists[depth - 1] if depth else None
        base, where = (outer.slug, outer.locator) if outer else self.paragraph
        parent = outer.item if outer else self.paragraph_slug
        if kind == "bullet":
            nested = outer is not None and re.search(r"bullet [\d.]+$", where)
            opened.slug = f"{base}-{opened.count}" if nested else f"{base}b{opened.count}"
            opened.locator = f"{where}.{opened.count}" if nested else f"{where.rstrip()} bullet {opened.count}".strip()
        else:
            name = re.sub(r"[^\w]", "", mark.name) if mark else ""
            bare = where.rstrip()
            opened.slug = f"{base}-{name}" if outer or kind == "number" else f"{base}{name}"
            opened.locator = f"{bare} ({name})" if outer else f"{bare} item {name}".strip()
        opened.item = opened.slug
        self.drafts.append(
            _Draft(opened.slug, opened.locator, "bullet", [line], depth + 1, parent, mark.printed if mark else None)
        )

    def last_value(self, style: str) -> int:
        """Return how many items the open list of a style has; 0 where there is none."""
        return next((opened.count for opened in self.lists if opened.style == style), 0)

    def _open_list(self, style: str, indent: int) -> _List:
        for depth in range(len(self.lists) - 1, -1, -1):
            opened = self.lists[depth]
            deeper = indent > opened.indent + 1 and not style[:1].isalnum()
            if (
                opened.style == style
                and not deeper
                and (
                    depth == 0
                    or indent > self.lists[depth - 1].indent
                    or style[:1].isalnum()
                    or indent >= opened.indent
                )
            ):
                del self.lists[depth + 1 :]
                return opened
            if opened.style != style and not style[:1].isalnum() and indent + 1 < opened.indent and depth == 0:
                self.lists.clear()
        self.lists.append(_List(style, indent))
        return self.lists[-1]

    def finish(self, words: frozenset[str]) -> Iterator[DocumentPart]:
        """Yield the parts; a slug that comes again gets a number."""
        seen: dict[str, int] = {}
        for draft in self.drafts:
            count = seen[draft.slug] = seen.get(draft.slug, 0) + 1
            slug = draft.slug + (f"-{count}" if count > 1 else "")
            while count > 1 and slug in seen:
                count += 1
                slug = f"{draft.slug}-{count}"
            seen.setdefault(slug, 1)
            first, last = draft.lines[0], draft.lines[-1]
            yield DocumentPart(
                slug or "part",
                draft.locator + (f" ({count})" if count > 1 else ""),
                draft.kind,
                join_lines((line.text for line in draft.lines), words).strip(),
                first.start,
                last.end,
                draft.level,
                draft.parent,
                draft.marker,
                (first.number, last.number),
            )


def make_slug(name: str) -> str:
    """Return a name in lower case with dashes, without accents."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def take_mark(line: SourceLine, mark: Mark) -> SourceLine:
    """Return a line without its mark."""
    return replace(line, text=line.text[mark.length :].lstrip(), indent=line.indent)
