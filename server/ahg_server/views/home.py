"""`/`: the first page."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from ahg_graph.config.prefixes import get_home, is_term
from ahg_graph.errors import BadParameter
from ahg_graph.queries.model import SavedQuery
from ahg_graph.service.query_service import QueryService
from ahg_graph.service.time_wording import show_day
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.responses import BufferedResponse, to_response
from ahg_server.presentation.browsing import list_browsing
from ahg_server.presentation.dataset_markup import write_dataset
from ahg_server.presentation.templating import render
from ahg_server.presentation.term_presenter import TemplateContext
from ahg_server.presentation.vocabulary import Vocabulary
from ahg_server.views.application_state import Client, State

_FEW = 8
"""Figures and questions that the home page of a graph has whose display file names none."""

Figures = Sequence[tuple[str, str]]
"""Classes to be counted, each with the name of what is counted."""

router = APIRouter()


@router.get(urls.HOME)
async def read_home(state: State, client: Client) -> Response:
    """Return the first page."""
    service = await state.get_service()
    browse = await list_browsing(service, state.pages.browse, client)
    figures = state.pages.figures or _list_largest(state.context, await state.get_vocabulary())
    return to_response(_show_home(state.context, service, figures, state.pages.highlights, browse))


def _list_largest(context: SnapshotContext, vocabulary: Vocabulary) -> Figures:
    """Return the classes that have the most instances, with their names."""
    classes = context.snapshot.manifest.classes
    own = sorted((iri for iri in classes if is_term(iri)), key=lambda iri: (-classes[iri], iri))
    return [(iri, vocabulary.name(iri)) for iri in own[:_FEW]]


def _show_home(
    context: SnapshotContext,
    service: QueryService[SnapshotContext],
    figures: Figures,
    highlights: Sequence[str],
    browse: Sequence[TemplateContext],
) -> BufferedResponse:
    classes = context.snapshot.manifest.classes
    catalogue = service.catalogue
    shown = [name for name in highlights if name in catalogue.current] or list(catalogue.current)[:_FEW]
    return render(
        "home.html",
        context,
        here="home",
        figures=[{"label": label, "count": classes.get(iri, 0)} for iri, label in figures],
        highlights=[_describe_highlight(service, query) for query in map(catalogue.get_query, shown)],
        count=len(catalogue.current),
        browse=browse,
        documents=[{"key": d.key, "text": d.label, "link": urls.resource(d.iri)} for d in get_home().documents],
        dataset=write_dataset(context.identity),
    )


def _describe_highlight(service: QueryService[SnapshotContext], query: SavedQuery) -> dict[str, str]:
    """Return a query as its example asks it, or its summary and the values of the example."""
    pairs = urls.to_pairs(query.example)
    link = urls.query(query.name, pairs)
    try:
        values = service.bind(query, query.example).values if query.question else None
    except BadParameter:  # the graph may not have what the example names
        values = None
    if values is None:
        return {"question": query.summary, "example": ", ".join(map(" ".join, pairs)), "link": link}
    labels = {name: ", ".join(show_day(value.label) for value in found) for name, found in values.items()}
    return {"question": query.ask_example(labels), "example": "", "link": link}
