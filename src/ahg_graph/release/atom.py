"""Atom feeds (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

from ahg_graph.sparql.media_types import ATOM

_NAMESPACE = "http://www.w3.org/2005/Atom"
_OUTSIDE_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold (section 2.2, Char); a literal may."""


@dataclass(frozen=True, slots=True)
class AtomEntry:
    """One entry; `id` is an IRI that never changes, `updated` a time in UTC, `link` the page that it speaks of."""

    id: str
    title: str
    text: str
    updated: str
    link: str


def write_feed(address: str, title: str, updated: str, entries: Iterable[AtomEntry]) -> bytes:
    """Return the feed as a document; `address` is the IRI of the page that it feeds; its own ends in `.atom`."""
    ElementTree.register_namespace("", _NAMESPACE)
    feed = ElementTree.Element(f"{{{_NAMESPACE}}}feed")
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", updated)
    _add(_add(feed, "author"), "name", "Maintainers of the graph")
    _add(feed, "link", rel="self", type=ATOM, href=f"{address}.atom")
    _add(feed, "link", rel="alternate", href=address)
    for entry in entries:
        node = _add(feed, "entry")
        _add(node, "id", entry.id)
        _add(node, "title", entry.title)
        _add(node, "updated", entry.updated)
        _add(node, "link", rel="alternate", href=entry.link)
        _add(node, "content", entry.text, type="text")
    ElementTree.indent(feed, " ")
    document = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{document}\n'.encode()


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", attributes)
    if text:
        child.text = _OUTSIDE_XML.sub("\ufffd", text)
    return child
