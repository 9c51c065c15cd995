"""The wiring: snapshots, workers, framework and front make one ASGI application."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ahg_graph import __version__
from ahg_graph.errors import BadParameter
from ahg_graph.snapshot import Snapshot, open_snapshot
from ahg_graph.workers import Limits, read_limits
from ahg_server import links
from ahg_server.front import Front
from ahg_server.journal import Journal
from ahg_server.metrics import Metrics
from ahg_server.problems import MethodNotAllowed, NotFound, RequestRefused
from ahg_server.requests import Receive, Scope, Send
from ahg_server.routes import REGISTERS
from ahg_server.serving import Serving


class Application:
    """The ASGI application: it starts and closes the workers, and hands requests to the front in force."""

    def __init__(self, snapshot: Snapshot, union: bool = True, limits: Limits | None = None) -> None:
        self._union = union
        self._limits = limits or read_limits()
        self._metrics = Metrics()
        self._journal = Journal(self._metrics)
        self.front = self._make_front(snapshot)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event of the server."""
        if scope["type"] == "http":
            await self.front(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1003})

    async def start(self) -> None:
        """Start the workers; raises SnapshotError when they cannot open the store."""
        await self.front.serving.pool.start()

    async def close(self) -> None:
        """End the workers and write what is left of the log."""
        await self.front.serving.pool.close()
        self._journal.write()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.start()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            raise
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _make_front(self, snapshot: Snapshot) -> Front:
        serving = Serving(snapshot, self._union, self._limits, self._metrics)
        framework = make_framework(serving)
        has_editor = any(getattr(route, "path", None) == links.SPARQL for route in framework.routes)
        return Front(serving, framework, has_editor, self._journal)


def create_app(snapshot: Snapshot | Path, union: bool = True, limits: Limits | None = None) -> Application:
    """Return the application over a snapshot or its folder; the limits are those of the settings unless given.

    Raises SnapshotError when there is no snapshot. `union`: the default graph is the union of all graphs.
    """
    return Application(snapshot if isinstance(snapshot, Snapshot) else open_snapshot(snapshot), union, limits)


def make_framework(serving: Serving) -> FastAPI:
    """Return the framework with every route registered."""
    framework = FastAPI(
        title="Knowledge graph of the Bali Process Ad Hoc Group",
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
        raise NotFound(f"nothing is at {request.url.path}") from None
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "GET")
        methods = ", ".join(sorted({*allowed.split(", "), "OPTIONS", *(["HEAD"] if "GET" in allowed else [])}))
        raise MethodNotAllowed(f"{request.method} is not one of {methods}", allow=methods) from None
    raise RequestRefused(str(error.detail)) from None


def _pass_validation_error(request: Request, error: Exception) -> NoReturn:
    """Raise a parameter that fits no declared type as one of ours."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    raise BadParameter(str(first["loc"][-1]), str(first["msg"])) from None
