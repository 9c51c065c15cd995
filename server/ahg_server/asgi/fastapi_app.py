"""The framework with every route registered. Imported only when the first request needs it: that takes a while."""

from __future__ import annotations

from typing import NoReturn

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ahg_graph import __version__
from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import BadParameter
from ahg_server.asgi.routes import REGISTERS
from ahg_server.context.snapshot_context import Serving
from ahg_server.http.problems import MethodNotAllowed, NotFound, RequestRefused


def make_framework(serving: Serving) -> FastAPI:
    """Return the framework with every route registered.

    Raises CatalogueError for saved queries that are not valid, and DisplayError for a display file that is wrong.
    """
    framework = FastAPI(
        title=get_home().title,
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    framework.add_exception_handler(HTTPException, _pass_http_error)
    framework.add_exception_handler(RequestValidationError, _pass_validation_error)
    for register in REGISTERS:
        register(framework, serving)
    return framework


def _pass_http_error(request: Request, error: Exception) -> NoReturn:
    """Raise the framework's refusal as one of ours, for the front to describe."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 404:
        raise NotFound(f"page not found: {request.url.path}") from None
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "GET")
        methods = ", ".join(sorted({*allowed.split(", "), "OPTIONS", *(["HEAD"] if "GET" in allowed else [])}))
        raise MethodNotAllowed(f"method {request.method} is not allowed here; use {methods}", allow=methods) from None
    raise RequestRefused(str(error.detail)) from None


def _pass_validation_error(request: Request, error: Exception) -> NoReturn:
    """Raise a parameter that fits no declared type as one of ours."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    raise BadParameter(str(first["loc"][-1]), str(first["msg"])) from None
