"""The page of a saved query with the answer asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import BadParameter
from ahg_graph.service.passages import load_passages
from ahg_graph.service.query_answer import QueryAnswer
from ahg_graph.service.query_service import QueryService
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.responses import BufferedResponse
from ahg_server.presentation.resource_loader import load_summaries
from ahg_server.presentation.table_cells import ShownCell
from ahg_server.presentation.templating import render
from ahg_server.presentation.term_presenter import TermPresenter
from ahg_server.views.application_state import ApplicationState
from ahg_server.views.queries.page import describe_page, limit_page, needs_answer
from ahg_server.views.queries.request import SavedQueryRequest
from ahg_server.views.queries.responses import describe_answer


@dataclass(frozen=True, slots=True)
class PlainPage:
    """What a page says of the question in plain words that it answers: the text, its reading, and other readings."""

    text: str
    title: str
    others: list[ShownCell]


async def show_answer(
    state: ApplicationState,
    service: QueryService[SnapshotContext],
    query_request: SavedQueryRequest,
    client: str,
    address: str,
    asked: PlainPage | None = None,
) -> BufferedResponse:
    """Return the page of a saved query with its answer; `asked` is the question that it was read from."""
    answered, problem, display = None, None, None
    if needs_answer(query_request):
        try:
            answered = await service.ask(replace(query_request, page_size=limit_page(query_request)), client)
        except BadParameter as error:
            problem = error
    if answered is not None and query_request.query.is_graph:
        iris = {term["value"] for row in answered.table.rows for term in row.values() if term["type"] == "uri"}
        vocabulary = await state.get_vocabulary()
        display = TermPresenter(await load_summaries(service.engine, vocabulary, iris, client), vocabulary)
    found = [item for items in (answered.evidence if answered else ()) for item in items]
    passages = await load_passages(
        service.engine, service.run, (item.part for item in found), (item.node for item in found), client
    )
    shown = describe_page(service, query_request, answered, problem, address, display, passages)
    shown["has_changes"] = (await state.get_release_pool()).find_predecessor(service.identity) is not None
    base = get_home().base.rstrip("/")
    path = urls.query_path(query_request.query.name, query_request.query.version)
    shown["lasting"] = base + urls.join(path, query_request.pairs(release=service.identity, page=None, pageSize=None))
    shown["cited"] = (asked.title if asked else _title(query_request, answered), shown["lasting"])
    shown["asked"] = asked
    shown["is_served"] = service is await state.get_service()
    # The snippets hold the address by which this client came, so that a page with an answer is not cached for another.
    page = render("query.html", state.context, 422 if problem else 200, public=answered is None, **shown)
    if answered is None:
        return page
    turned = answered if query_request.page_size or answered.pages > 1 else None
    return page.add_headers(describe_answer(service, query_request, turned, answered.empty))


def _title(query_request: SavedQueryRequest, answered: QueryAnswer | None) -> str:
    """Return the question with the values that it was asked with."""
    given = answered.bound.values if answered else {}
    values = "; ".join(f"{name}: {', '.join(value.label for value in found)}" for name, found in given.items())
    return query_request.query.summary + (f" ({values})" if values else "")
