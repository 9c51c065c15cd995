"""In which charts a thing is to be seen."""

from __future__ import annotations

from collections.abc import Iterator

from ahg_graph.queries.name_rows import is_named
from ahg_server.http import urls
from ahg_server.presentation.page_model import ChartLink, PageModel
from ahg_server.presentation.resource_loader import ResourceView


def list_charts(thing: ResourceView, pages: PageModel) -> list[dict[str, str]]:
    """Return text and address of every chart that shows a thing."""
    return [
        {
            "text": link.text,
            "link": urls.chart(link.chart, [(link.parameter, thing.iri)] if link.parameter else ()),
        }
        for link in _list_links(thing, pages)
        if _is_shown(thing, link)
    ]


def _list_links(thing: ResourceView, pages: PageModel) -> Iterator[ChartLink]:
    for iri, found in pages.charts.items():
        if iri in thing.classes:
            yield from found
    if any(map(is_named, thing.classes)):  # a chart takes what a reader may name, and no part of a document
        yield from pages.everywhere


def _is_shown(thing: ResourceView, link: ChartLink) -> bool:
    """Return whether the graph has what a chart draws of a thing."""
    if link.reached_by and not any(link.reached_by in node.sections for node in thing.nodes):
        return False
    return not link.nodes_have or any(f.predicate in link.nodes_have for node in thing.nodes for f in node.facts)
