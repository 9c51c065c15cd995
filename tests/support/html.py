"""Pages as a strict parser reads them: a page that is not well-formed HTML fails the test that reads it."""

from __future__ import annotations

from collections import Counter
from xml.etree.ElementTree import Element

import html5rdf

_TREE = html5rdf.getTreeBuilder("etree")


class Page:
    """One parsed page."""

    def __init__(self, text: str) -> None:
        self.root: Element = html5rdf.HTMLParser(_TREE, strict=True, namespaceHTMLElements=False).parse(text)
        repeated = [name for name, count in Counter(self.ids()).items() if count > 1]
        assert repeated == []

    def ids(self) -> list[str]:
        return [element.attrib["id"] for element in self.root.iter() if "id" in element.attrib]

    def text_of(self, tag: str) -> list[str]:
        return [read_text(element) for element in self.root.iter(tag)]

    def links(self) -> list[str]:
        return [e.attrib["href"] for e in self.root.iter("a") if "href" in e.attrib]

    def facts(self) -> dict[str, str]:
        """Return the facts of a thing's page: name to its first value with its marks."""
        pairs = ((div.find("dt"), div.find("dd")) for div in self.root.iter("div"))
        return {read_text(dt): read_text(dd) for dt, dd in pairs if dt is not None and dd is not None}

    def section(self, name: str) -> Element:
        """Return the section of a name: the end of its own page's address, the id of its heading, or its heading."""
        for section in self.root.iter("section"):
            heading = section.find("h2")
            named = (section.attrib.get("data-section"), section.attrib.get("aria-labelledby"))
            if name in named or (heading is not None and read_text(heading).startswith(name)):
                return section
        raise AssertionError(f"no section {name!r} among {self.text_of('h2')}")

    def rows(self, name: str) -> list[list[str]]:
        """Return the rows of the first table of a section as texts, evidence included."""
        table = next(self.section(name).iter("table"))
        body = table.find("tbody")
        assert body is not None
        return [[read_text(cell) for cell in row] for row in body.iter("tr")]


def read_text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
