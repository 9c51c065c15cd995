"""The query operation of the SPARQL 1.1 Protocol, before FastAPI."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import quote

from ahg_graph.errors import NotAcceptable, UpdateRefused
from ahg_graph.sparql.media_types import (
    CSV,
    FORM,
    FORMAT_PARAMETERS,
    FORMATS,
    GRAPH_TYPES,
    RESULT_TYPES,
    SPARQL_QUERY,
    SPARQL_UPDATE,
    TSV,
)
from ahg_graph.sparql.types import QueryForm, SparqlQuery, SparqlResult
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.access_log import Note
from ahg_server.http.headers import list_descriptions, list_methods
from ahg_server.http.negotiation import Choice, choose_formats, prefers_html
from ahg_server.http.problems import RequestRefused, refuse_method
from ahg_server.http.requests import (
    Parameters,
    Receive,
    Scope,
    decode,
    find_header,
    find_media_type,
    has_body,
    parse_parameters,
    read_flag,
    read_timeout,
    read_typed_body,
)
from ahg_server.http.responses import BufferedResponse, Headers, answer_as_file
from ahg_server.presentation.csv_description import describe_table, link_metadata
from ahg_server.views.sparql.service_description import describe_service

_CSV_METADATA = "csvMetadata"
_MOST_LINKED = 2000
"""Characters of a query string that a header repeats; a proxy may refuse longer ones."""

PATHS = frozenset({urls.SPARQL, urls.SPARQL + "/"})
_NO_UPDATE = (
    "this endpoint takes no updates: the graph is built from files, and a change is a change of a file that is "
    "reviewed; see CONTRIBUTING"
)


async def read_parameters(scope: Scope, receive: Receive) -> Parameters:
    """Return the parameters of a request, a body of type application/sparql-query as `query`.

    A POST without a body has the query of its URL. Raises MethodNotAllowed, UnsupportedMediaType, UpdateRefused, and
    what `read_body` and `parse_parameters` raise.
    """
    parameters = parse_parameters(scope["query_string"])
    if "update" in parameters:
        raise UpdateRefused(_NO_UPDATE)
    if scope["method"] in {"GET", "HEAD"}:
        return parameters
    if scope["method"] != "POST":
        raise refuse_method(scope["method"], list_methods(scope["path"]))
    if "query" in parameters and not has_body(scope):
        return parameters
    if find_media_type(scope) == SPARQL_UPDATE:
        raise UpdateRefused(_NO_UPDATE)
    kind, body = await read_typed_body(scope, receive, (FORM, SPARQL_QUERY))
    if not body and "query" in parameters:
        return parameters
    if kind == SPARQL_QUERY:
        return Parameters((*parameters.pairs, ("query", decode(body))))
    parameters = Parameters((*parameters.pairs, *parse_parameters(body).pairs))
    if "update" in parameters:
        raise UpdateRefused(_NO_UPDATE)
    return parameters


def wants_page(scope: Scope, parameters: Parameters) -> bool:
    """Return whether the request is a browser's, which gets the editor unless it names a format."""
    if scope["method"] == "POST" or any(name in parameters for name in FORMAT_PARAMETERS):
        return False
    return prefers_html(find_header(scope, b"accept"))


async def answer(
    scope: Scope, parameters: Parameters, context: SnapshotContext, client: str, note: Note
) -> BufferedResponse:
    """Return the reply to a query, whose digest goes to the note, or the service description when there is none."""
    formats = parameters.list_given(*FORMAT_PARAMETERS)
    accept = find_header(scope, b"accept")
    query, timeout, excel = parameters.find("query"), read_timeout(parameters), read_flag(parameters, "excel")
    table, graph = choose_formats(accept, formats)
    describes = read_flag(parameters, _CSV_METADATA)
    if describes:
        table, graph = Choice(CSV, CSV), None
    if query is None:
        if scope["method"] == "POST":
            raise RequestRefused("there is no query: send it as the parameter query, or as the body")
        if graph is None:
            raise NotAcceptable(tuple(GRAPH_TYPES.values()))
        return describe_service(scope, context, graph)
    if table is None and graph is None:
        raise NotAcceptable((*RESULT_TYPES.values(), *GRAPH_TYPES.values()))
    question = SparqlQuery(
        text=query,
        default_graphs=parameters.list_given("default-graph-uri"),
        named_graphs=parameters.list_given("named-graph-uri"),
        results_type=table.media_type if table else None,
        graph_type=graph.media_type if graph else None,
        timeout=timeout,
    )
    found, lasting = context.look_up(question), True
    if found is None:
        summary = await context.scan(query)
        found, lasting = await context.ask(question, client, summary), not summary.volatile
    note.query = _digest(query)
    if describes:
        return _describe(scope, found)
    choice = graph if found.form is QueryForm.GRAPH else table
    assert choice is not None  # noqa: S101 - the worker refuses a form for which nothing is accepted
    reply = _make_reply(found.body, choice, lasting, excel, found.extensions)
    if choice.media_type == CSV and found.form is QueryForm.SELECT and scope["method"] != "POST":
        reply = _add_link(scope, reply)
    return reply


def _find_address(scope: Scope, *further: str) -> str:
    """Return the address of a request, without the wish for metadata, with further parameters."""
    pieces = quote(scope["query_string"], safe="!$%&'()*+,-./:;=?@[]_~").split("&")
    kept = (piece for piece in pieces if piece.partition("=")[0] != _CSV_METADATA)
    return f"{urls.SPARQL}?{'&'.join((*kept, *further))}"


def _add_link(scope: Scope, reply: BufferedResponse) -> BufferedResponse:
    """Return a reply with the link to what describes its columns, unless its address is too long for a header."""
    if len(scope["query_string"]) > _MOST_LINKED:
        return reply
    # Readers of CSV look at the first link of this kind alone.
    links = ", ".join((link_metadata(_find_address(scope, f"{_CSV_METADATA}=1")), *list_descriptions()))
    return BufferedResponse(reply.status, (*reply.headers, (b"link", links.encode())), reply.body)


def _describe(scope: Scope, found: SparqlResult) -> BufferedResponse:
    """Return what describes the CSV of a query: a column for each variable, of text, for any term may be its value."""
    if found.form is not QueryForm.SELECT:
        raise RequestRefused("only the rows of a SELECT have columns that metadata describe")
    names = bytes(found.body).partition(b"\r\n")[0].decode()
    columns = ({"titles": name, "datatype": "string"} for name in names.split(",") if name)
    return describe_table(_find_address(scope), "Answer to a SPARQL query", columns)


def _digest(text: str) -> str:
    """Return what the log says of a query: the same for the same."""
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()


def _write_list(texts: Sequence[str]) -> bytes:
    """Return texts as a list of strings in a header (RFC 9651, section 3); letters beyond ASCII are percent-encoded."""
    quoted = (quote(text, safe=" !#$%&'()*+,-./:;<=>?@[]^_`{|}~") for text in texts)
    return ", ".join(f'"{text}"' for text in quoted).encode()


def _make_reply(
    body: bytes | memoryview, choice: Choice, lasting: bool, excel: bool, extensions: Sequence[str] = ()
) -> BufferedResponse:
    """Return the reply with an answer; one that is `lasting` may be cached, `excel` wants a byte-order mark.

    A header names the `extensions` that the query uses.
    """
    headers: Headers = (
        (b"content-type", choice.content_type.encode()),
        (b"cache-control", b"public, no-cache" if lasting else b"no-store"),
    )
    if extensions:
        headers += ((b"sparql-extensions", _write_list(extensions)),)
    if choice.media_type in (CSV, TSV):
        name = f"answer.{FORMATS[choice.media_type].ending}"
        body, disposition = answer_as_file(bytes(body), choice.media_type, name, excel)
        headers += disposition
    return BufferedResponse(200, headers, body)
