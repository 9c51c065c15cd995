"""The FastAPI application: a router for each family of URLs, and one state that the routes ask for.

A route asks the graph by `await state.context.ask(SparqlQuery(...), client)` and lets the errors of `ahg_graph.errors`
pass: the dispatcher turns them into problem documents. A response whose Cache-Control says `public` must depend on
nothing but the URL, the Accept and Accept-Encoding headers and the snapshot: it is cached, and the next one who asks
gets it without a call of the route. ETag, 304, HEAD, compression, CORS and security headers are added by the
dispatcher.
"""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from ahg_graph import __version__
from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import BadParameter
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.headers import list_methods
from ahg_server.http.problems import NotFound, RequestRefused, refuse_method
from ahg_server.http.requests import Scope
from ahg_server.http.responses import redirect, to_response
from ahg_server.views import crawlers, health, home
from ahg_server.views.application_state import ApplicationState
from ahg_server.views.charts import routes as charts
from ahg_server.views.downloads import routes as downloads
from ahg_server.views.explanations import routes as explanations
from ahg_server.views.guide import routes as guide
from ahg_server.views.mcp import endpoint as mcp
from ahg_server.views.ontology import published
from ahg_server.views.ontology import routes as ontology
from ahg_server.views.queries import ask, changes
from ahg_server.views.queries import routes as queries
from ahg_server.views.reconciliation import routes as reconciliation
from ahg_server.views.resources import routes as resources
from ahg_server.views.search import routes as search
from ahg_server.views.sparql import editor, graph_store
from ahg_server.views.static_files import FOLDER, WholeFiles

ROUTERS: tuple[APIRouter, ...] = (
    ask.router,
    charts.router,
    changes.router,
    crawlers.router,
    downloads.router,
    editor.router,
    graph_store.router,
    explanations.router,
    guide.router,
    health.router,
    home.router,
    mcp.router,
    ontology.router,
    published.router,
    queries.router,
    reconciliation.router,
    resources.router,
    search.router,
)
"""The routers; no path belongs to two routes, so that their order does not matter."""


def make_fastapi_app(context: SnapshotContext) -> FastAPI:
    """Return the application over a snapshot.

    Raises CatalogueError for saved queries that are not valid, and DisplayError for a display file that is wrong.
    """
    app = FastAPI(title=get_home().title, version=__version__, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.shared = ApplicationState(context)
    app.add_exception_handler(HTTPException, _pass_http_error)
    app.add_exception_handler(RequestValidationError, _pass_validation_error)
    for router in ROUTERS:
        app.include_router(router)
    app.router.redirect_slashes = False  # it would name the host as the proxy in front calls it
    app.mount(urls.STATIC, WholeFiles(directory=FOLDER), name="static")
    return app


def _pass_http_error(request: Request, error: Exception) -> Response:
    """Raise FastAPI's refusal as one of ours, for the dispatcher to describe; lead from `/queries/` to `/queries`."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 404:
        path = request.scope["path"].rstrip("/")
        if path != request.scope["path"] and _is_route({**request.scope, "path": path}):
            query = request.scope["query_string"].decode("latin-1")
            return to_response(redirect(307, urls.address(quote(path)) + (f"?{query}" if query else "")))
        raise NotFound(f"page not found: {request.url.path}") from None
    if error.status_code == 405:
        raise refuse_method(request.method, list_methods(request.scope["path"])) from None
    raise RequestRefused(str(error.detail)) from None


def _is_route(scope: Scope) -> bool:
    return any(route.matches(scope)[0] is Match.FULL for router in ROUTERS for route in router.routes)


def _pass_validation_error(request: Request, error: Exception) -> NoReturn:
    """Raise a parameter that fits no declared type as one of ours."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    raise BadParameter(str(first["loc"][-1]), str(first["msg"])) from None
