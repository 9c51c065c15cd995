"""The guide: the Markdown files of `docs/` as pages, with what a search finds them by.

In a checkout they are read where they are written; an installed package brings them with it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

GROUPS: Mapping[str, Sequence[str]] = {
    "Start": ("first-steps", "tutorial"),
    "How to": ("tables", "saved-queries", "reconciliation", "releases", "adding-a-document", "operating/README"),
    "Look up": ("glossary", "api", "settings", "figures"),
    "Understand": ("modelling", "architecture", "scaling", "interop", "decisions/README"),
}
"""The pages that the guide lists, by what a reader comes for; every other page is reached from one of them."""

DECISIONS = "decisions/README"
_MOST_FOUND = 20
_OUTSIDE = re.compile(r"[a-z]+:|#")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under one heading: its anchor, its title, and its words as plain text."""

    anchor: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page: its name is its address below that of the guide; `html` has its headings marked with anchors."""

    name: str
    title: str
    html: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that a search finds, and the words around the first that it was found by."""

    page: GuidePage
    section: Section
    excerpt: str


def find_guide() -> Path:
    """Return the folder of the guide: beside this package, or that of the checkout that it is in."""
    installed = Path(__file__).parents[1] / "guide"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "docs"


@cache
def list_names() -> tuple[str, ...]:
    """Return the names of all pages, those that the guide lists first."""
    listed = [name for names in GROUPS.values() for name in names]
    found = sorted(path.relative_to(find_guide()).with_suffix("").as_posix() for path in find_guide().rglob("*.md"))
    return (*listed, *(name for name in found if name not in listed))


@cache
def list_pictures() -> tuple[str, ...]:
    """Return the pictures of the guide, as pages name them."""
    return tuple(path.relative_to(find_guide()).as_posix() for path in sorted(find_guide().glob("pictures/*.png")))


@cache
def load_page(name: str) -> GuidePage | None:
    """Return a page, or None where there is none; its links lead to `name` of other pages, by `make_link`."""
    if name not in list_names():
        return None
    text = _list_decisions() if name == DECISIONS else (find_guide() / f"{name}.md").read_text(encoding="utf-8")
    tokens = _make_parser().parse(text)
    anchors = dict.fromkeys(["main", "find", "guide-find", "guide-hits"])
    sections: list[tuple[str, str, list[str]]] = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            title = _read_words(tokens[place + 1])
            anchor = _name_anchor(title, anchors)
            token.attrSet("id", anchor)
            sections.append((anchor, title, []))
        elif token.type in ("inline", "fence", "code_block") and sections:
            sections[-1][2].append(_read_words(token))
        for child in token.children or ():
            _turn_link(child, name)
    html = str(_make_parser().renderer.render(tokens, _make_parser().options, {}))
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace("</table>", "</table></div>")
    html = html.replace("<pre>", '<pre tabindex="0">')
    title = sections[0][1] if sections else name
    return GuidePage(name, title, html, tuple(Section(a, t, " ".join(words)) for a, t, words in sections))


def put_links(html: str, make_link: Callable[[str], str]) -> str:
    """Return a page with its links to other pages as `make_link` makes them of a name and an anchor."""
    return re.sub(r'(href|src)="guide:([^"]*)"', lambda match: f'{match[1]}="{make_link(match[2])}"', html)


def list_groups(make_link: Callable[[str], str], here: str = "") -> list[dict[str, Any]]:
    """Return the contents as a template shows them; `here` is the name of the page that has them beside it."""
    return [
        {
            "title": title,
            "pages": [
                {"title": page.title, "link": make_link(name), "current": name == here}
                for name in names
                if (page := load_page(name)) is not None
            ],
        }
        for title, names in GROUPS.items()
    ]


def name_section(page: GuidePage, section: Section) -> str:
    """Return the title of a section with that of its page."""
    return section.title if section.title == page.title else f"{page.title}: {section.title}"


def search_guide(text: str) -> list[Hit]:
    """Return the sections that have all words of a text, those first that have them in the title and often.

    Sections of the pages that the guide lists come before those of the others.
    """
    words = [word for word in re.findall(r"\w+", text.lower()) if word]
    listed = {name for names in GROUPS.values() for name in names}
    found: list[tuple[bool, int, int, Hit]] = []
    for place, page in enumerate(load_all()):
        for section in page.sections:
            title, body = f"{page.title} {section.title}".lower(), section.text.lower()
            counts = [10 * title.count(word) + body.count(word) for word in words]
            if words and all(counts):
                hit = Hit(page, section, _cut(section.text, words))
                found.append((page.name not in listed, -sum(counts), place, hit))
    found.sort(key=lambda each: each[:3])
    return [hit for *_, hit in found[:_MOST_FOUND]]


def load_all() -> Iterator[GuidePage]:
    """Yield every page."""
    for name in list_names():
        if (page := load_page(name)) is not None:
            yield page


@cache
def _make_parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _list_decisions() -> str:
    titles = [
        f"- [{path.read_text(encoding='utf-8').partition(chr(10))[0].lstrip('# ')}]({path.name})"
        for path in sorted((find_guide() / "decisions").glob("0*.md"))
    ]
    return "\n".join(["# Decisions", "", "Why things are as they are, one page for each choice.", "", *titles])


def _turn_link(token: Token, name: str) -> None:
    """Lead a link or a picture of a page to the guide; what is not in the guide is named and no link."""
    attribute = {"link_open": "href", "image": "src"}.get(token.type)
    target = str(token.attrGet(attribute) or "") if attribute else ""
    if not attribute or not target or _OUTSIDE.match(target):
        return
    path, _, anchor = target.partition("#")
    found = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)).removesuffix(".md")
    found = DECISIONS if found == "decisions" else found
    if found in list_names() or token.type == "image":
        token.attrSet(attribute, f"guide:{found}{'#' + anchor if anchor else ''}")
    else:
        token.attrs = {"title": f"{path}, in the project's source"}


def _read_words(token: Token) -> str:
    if not token.children:
        return token.content
    return "".join(" " if child.type == "softbreak" else child.content for child in token.children)


def _name_anchor(title: str, taken: dict[str, None]) -> str:
    anchor = base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "section"
    number = 1
    while anchor in taken:
        number += 1
        anchor = f"{base}-{number}"
    taken[anchor] = None
    return anchor


def _cut(text: str, words: Sequence[str]) -> str:
    place = min((at for word in words if (at := text.lower().find(word)) >= 0), default=0)
    start = max(0, place - 60)
    return ("..." if start else "") + text[start : start + 200].strip() + ("..." if start + 200 < len(text) else "")
