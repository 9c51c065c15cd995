"""The page at `/sparql` for browsers: a plain form that answers on the page, over which scripts lay the editor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import orjson
from fastapi import FastAPI, Request
from fastapi.responses import Response

from ahg_graph.config.prefixes import get_home, is_term
from ahg_graph.errors import AhgGraphError, QuerySyntaxError, QueryTimeout
from ahg_graph.queries.name_resolver import find_near_words
from ahg_graph.service.query_service import QueryService
from ahg_graph.sparql.result_tables import Table, parse_table
from ahg_graph.sparql.types import Form, Question
from ahg_server.context.snapshot_context import Serving
from ahg_server.http import urls
from ahg_server.http.content_security import write_policy
from ahg_server.http.problems import UnknownThing, find_status
from ahg_server.http.requests import parse_parameters
from ahg_server.http.responses import Reply, to_response
from ahg_server.presentation.frontend_bundle import has_bundle
from ahg_server.presentation.resource_loader import read_items
from ahg_server.presentation.term_presenter import Display, Shown
from ahg_server.presentation.vocabulary import Vocabulary
from ahg_server.views.queries.routes import render

EDITOR_STYLES = ("zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk=",)
"""Hash of the style element that the results table adds for its columns, in the version that the lock file fixes."""

TERMS = urls.ONTOLOGY + "/terms.json"
_PATIENCE = 2.0  # seconds that a page waits for an answer; scripts and formats have the whole of the limit
_MOST_ROWS, _MOST_CHARACTERS = 200, 20_000


def register(framework: FastAPI, serving: Serving) -> None:
    """Add the routes of the editor and of what it completes."""
    get_service: Callable[[], Awaitable[QueryService[Serving]]] = framework.state.get_service
    get_vocabulary: Callable[[], Awaitable[Vocabulary]] = framework.state.get_vocabulary

    @framework.get(urls.SPARQL)
    @framework.get(urls.SPARQL + "/", include_in_schema=False)
    async def read_editor(request: Request) -> Response:
        parameters = parse_parameters(request.scope["query_string"])
        client = request.client.host if request.client else ""
        service, vocabulary = await get_service(), await get_vocabulary()
        text = parameters.find("query")
        example = parameters.find("example")
        result: Shown | None = None
        status = 200
        if text:
            result, status = await _answer(serving, vocabulary, text, client)
        elif example:
            text = write_example(service, example)
        shown: Shown = {
            "text": text or vocabulary.pages.first_query,
            "result": result,
            "runs": result is not None,
            "examples": [
                {"text": query.summary, "link": urls.add_query(urls.SPARQL, [("example", name)])}
                for name, query in service.catalogue.current.items()
            ],
            "base": get_home().base,
            "terms": TERMS,
            "here": "sparql",
        }
        page = render("editor.html", serving, status, public=has_bundle("editor.js"), **shown)
        policy = (b"content-security-policy", write_policy(EDITOR_STYLES))
        return to_response(Reply(page.status, (*page.headers, policy), page.body))

    @framework.get(TERMS)
    async def read_terms() -> Response:
        vocabulary = await get_vocabulary()
        terms = [
            {"iri": entry.iri, "label": entry.label, "definition": entry.definition}
            for entry in vocabulary.entries.values()
            if is_term(entry.iri)
        ]
        body = orjson.dumps({"prefixes": dict(get_home().prefixes), "terms": terms})
        headers = ((b"content-type", b"application/json"), (b"cache-control", b"public, no-cache"))
        return to_response(Reply(200, headers, body))


def write_example(service: QueryService[Serving], name: str) -> str:
    """Return the text of a saved query with the values of its example; raises UnknownThing."""
    query = service.catalogue.current.get(name)
    if query is None:
        near = find_near_words(name, service.catalogue.current)
        raise UnknownThing(f"there is no saved query {name!r}", near)
    return service.bind(query, query.example).text.strip() + "\n"


async def _answer(serving: Serving, vocabulary: Vocabulary, text: str, client: str) -> tuple[Shown, int]:
    """Return what the page shows of the answer to a query, or of why there is none, and the status."""
    try:
        answer = await serving.ask(Question(text, timeout=_PATIENCE), client)
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
    if answer.form is Form.ASK:
        return {"problem": None, "truth": orjson.loads(answer.body)["boolean"]}, 200
    if answer.form is Form.GRAPH:
        turtle = bytes(answer.body[:_MOST_CHARACTERS]).decode("utf-8", "ignore")
        return {"problem": None, "turtle": turtle, "is_whole": len(answer.body) <= _MOST_CHARACTERS}, 200
    table = parse_table(answer.body)
    display = Display(await read_items(serving, vocabulary, _list_things(table), client), vocabulary)
    rows = [
        [
            display.show_value(row[name]) if name in row else {"text": "", "link": None, "when": ""}
            for name in table.columns
        ]
        for row in table.rows[:_MOST_ROWS]
    ]
    return {"problem": None, "columns": table.columns, "rows": rows, "count": len(table.rows)}, 200


def _list_things(table: Table) -> Sequence[str]:
    shown = (term for row in table.rows[:_MOST_ROWS] for term in row.values())
    return sorted(
        {term["value"] for term in shown if term["type"] == "uri" and term["value"].startswith(get_home().id)}
    )
