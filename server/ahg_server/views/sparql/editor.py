"""The page at `/sparql` for browsers: a plain form that answers on the page, over which scripts lay the editor."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import AhgGraphError, QuerySyntaxError, QueryTimeout
from ahg_graph.queries.name_resolver import find_near_words
from ahg_graph.service.query_service import QueryService
from ahg_graph.sparql.result_tables import ResultTable, parse_table
from ahg_graph.sparql.types import QueryForm, SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.content_security import make_content_security_policy
from ahg_server.http.problems import UnknownThing, find_status
from ahg_server.http.requests import parse_parameters
from ahg_server.http.responses import BufferedResponse, to_response
from ahg_server.presentation.frontend_bundle import has_bundle
from ahg_server.presentation.resource_loader import load_summaries
from ahg_server.presentation.templating import render
from ahg_server.presentation.term_presenter import TemplateContext, TermPresenter
from ahg_server.presentation.vocabulary import Vocabulary
from ahg_server.views.application_state import Client, State

EDITOR_STYLES = ("zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk=",)
"""Hash of the style element that the results table adds for its columns, in the version that the lock file fixes."""

_PATIENCE = 2.0  # seconds that a page waits for an answer; scripts and formats have the whole of the limit
_MOST_ROWS, _MOST_CHARACTERS = 200, 20_000


router = APIRouter()


@router.get(urls.SPARQL)
@router.get(urls.SPARQL + "/", include_in_schema=False)
async def read_editor(request: Request, state: State, client: Client) -> Response:
    """Return the page on which queries are written."""
    parameters = parse_parameters(request.scope["query_string"])
    service, vocabulary = await state.get_service(), await state.get_vocabulary()
    text = parameters.find("query")
    example = parameters.find("example")
    result: TemplateContext | None = None
    status = 200
    if text:
        question = SparqlQuery(
            text,
            default_graphs=parameters.list_given("default-graph-uri"),
            named_graphs=parameters.list_given("named-graph-uri"),
            timeout=_PATIENCE,
        )
        result, status = await _answer(state.context, vocabulary, question, client)
    elif example:
        text = write_example(service, example)
    shown: TemplateContext = {
        "text": text or vocabulary.pages.first_query,
        "result": result,
        "runs": result is not None,
        "examples": [
            {"text": query.summary, "link": urls.address(urls.SPARQL, [("example", name)])}
            for name, query in service.catalogue.current.items()
        ],
        "base": get_home().base,
        "terms": urls.address(urls.TERMS),
        "here": "sparql",
    }
    # What a page shows of an answer may be of the moment: a time limit, NOW(), RAND().
    is_lasting = result is None and has_bundle("editor.js")
    page = render("editor.html", state.context, status, public=is_lasting, **shown)
    policy = (b"content-security-policy", make_content_security_policy(EDITOR_STYLES))
    return to_response(BufferedResponse(page.status, (*page.headers, policy), page.body))


def write_example(service: QueryService[SnapshotContext], name: str) -> str:
    """Return the text of a saved query with the values of its example; raises UnknownThing."""
    query = service.catalogue.current.get(name)
    if query is None:
        near = find_near_words(name, service.catalogue.current)
        raise UnknownThing(f"there is no saved query {name!r}", near)
    return service.bind(query, query.example).text.strip() + "\n"


async def _answer(
    context: SnapshotContext, vocabulary: Vocabulary, question: SparqlQuery, client: str
) -> tuple[TemplateContext, int]:
    """Return what the page shows of the answer to a query, or of why there is none, and the status."""
    try:
        answer = await context.ask(question, client)
    except QuerySyntaxError as error:
        place = f"line {error.line}, column {error.column}: " if error.line else ""
        return {"problem": f"{place}{error.reason}"}, 400
    except QueryTimeout:
        return {
            "problem": f"This takes longer than the {_PATIENCE:g} seconds that a page waits. Ask for a format: then "
            "the whole of the time limit is yours."
        }, 200
    except AhgGraphError as error:
        return {"problem": str(error)}, find_status(error)
    if answer.form is QueryForm.ASK:
        return {"problem": None, "truth": orjson.loads(answer.body)["boolean"]}, 200
    if answer.form is QueryForm.GRAPH:
        turtle = bytes(answer.body[:_MOST_CHARACTERS]).decode("utf-8", "ignore")
        return {"problem": None, "turtle": turtle, "is_whole": len(answer.body) <= _MOST_CHARACTERS}, 200
    table = parse_table(answer.body)
    display = TermPresenter(await load_summaries(context, vocabulary, _list_things(table), client), vocabulary)
    rows = [
        [
            display.show_value(row[name]) if name in row else {"text": "", "link": None, "when": ""}
            for name in table.columns
        ]
        for row in table.rows[:_MOST_ROWS]
    ]
    return {"problem": None, "columns": table.columns, "rows": rows, "count": len(table.rows)}, 200


def _list_things(table: ResultTable) -> Sequence[str]:
    shown = (term for row in table.rows[:_MOST_ROWS] for term in row.values())
    return sorted(
        {term["value"] for term in shown if term["type"] == "uri" and term["value"].startswith(get_home().id)}
    )
