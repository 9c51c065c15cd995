"""From what went wrong to a status and a problem document (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from ahg_graph import errors
from ahg_graph.errors import AhgGraphError
from ahg_graph.sparql.media_types import PROBLEM
from ahg_server.http.responses import BufferedResponse

_STATUSES: dict[type[AhgGraphError], int] = {
    errors.QuerySyntaxError: 400,
    errors.QueryTooDeep: 400,
    errors.ServiceRefused: 403,
    errors.GraphRefused: 403,
    errors.UpdateRefused: 403,
    errors.UnknownName: 404,
    errors.NotAcceptable: 406,
    errors.ReleaseGone: 410,
    errors.AnswerTooLarge: 413,
    errors.BadParameter: 422,
    errors.RateExceeded: 429,
    errors.WorkerLost: 500,
    errors.EngineFault: 502,
    errors.EngineUnavailable: 503,
    errors.Overloaded: 503,
    errors.QueryTimeout: 504,
    errors.QueryMemory: 504,
}


class RequestRefused(AhgGraphError):
    """A request that HTTP or the SPARQL 1.1 Protocol does not allow; `headers` go with the reply."""

    status: ClassVar[int] = 400
    code = "bad-request"

    def __init__(self, reason: str, **headers: str) -> None:
        super().__init__(reason)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class MalformedHead(RequestRefused):
    """The head of a request can be read in two ways or in none; nothing that follows it is read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, connection="close")


class OriginRefused(RequestRefused):
    """The request comes from a page of another site, which may not use this address."""

    status = 403
    code = "origin-refused"


class MethodNotAllowed(RequestRefused):
    """The method is not one of those that Allow lists."""

    status = 405
    code = "method-not-allowed"


class NotFound(RequestRefused):
    """Nothing has that URL."""

    status = 404
    code = "not-found"


class SlowRequest(RequestRefused):
    """The body did not come in time."""

    status = 408
    code = "request-timeout"


class BodyTooLarge(RequestRefused):
    """The body is larger than the limit."""

    status = 413
    code = "body-too-large"


class UrlTooLong(RequestRefused):
    """The URL is longer than the limit."""

    status = 414
    code = "url-too-long"


class HeadTooLarge(RequestRefused):
    """The headers are larger than anyone needs."""

    status = 431
    code = "headers-too-large"


class UnsupportedMediaType(RequestRefused):
    """The body is of a type, or in an encoding, that is not read here."""

    status = 415
    code = "unsupported-media-type"


class UnknownThing(RequestRefused):
    """The graph knows nothing under that IRI; `candidates` are things with names like it, `links` their addresses."""

    status = 404
    code = errors.UnknownName.code

    def __init__(self, reason: str, candidates: Sequence[str] = (), links: Sequence[str | None] = ()) -> None:
        super().__init__(reason)
        self.candidates, self.links = tuple(candidates), tuple(links)


class ServerFault(RequestRefused):
    """A fault of the server; what it was is in the log."""

    status = 500
    code = "internal-error"

    def __init__(self) -> None:
        super().__init__("internal error; quote the request ID when reporting it")


def find_status(error: AhgGraphError) -> int:
    """Return the status of an error; 500 for one that no visitor can cause."""
    if isinstance(error, RequestRefused):
        return error.status
    return next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 500)


def refuse_method(method: str, allowed: str) -> MethodNotAllowed:
    """Return the error for a method that is not one of those allowed."""
    return MethodNotAllowed(f"method {method} is not allowed here; use {allowed}", allow=allowed)


def describe_problem(error: AhgGraphError, request_id: str) -> BufferedResponse:
    """Return the reply for an error: `code` is stable, `request` is what the log holds."""
    status = find_status(error)
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(error),
        "code": error.code,
        "request": request_id,
    }
    headers = [("content-type", PROBLEM), ("cache-control", "no-store")]
    if isinstance(error, errors.QuerySyntaxError) and error.line:
        document |= {"line": error.line, "column": error.column}
        document["detail"] = f"line {error.line}, column {error.column}: {error.reason}"
    elif isinstance(error, errors.BadParameter):
        document |= {"parameter": error.parameter, "candidates": list(error.candidates)}
    elif isinstance(error, errors.NotAcceptable):
        document["available"] = list(error.offered)
    elif isinstance(error, errors.Overloaded | errors.RateExceeded | errors.EngineUnavailable):
        headers.append(("retry-after", str(error.retry_after)))
    elif isinstance(error, UnknownThing | errors.UnknownRelease | errors.ReleaseGone):
        document["candidates"] = list(error.candidates)
    elif isinstance(error, RequestRefused):
        headers += [(name.lower(), value) for name, value in error.headers.items()]
    body = json.dumps(document, ensure_ascii=False).encode()
    return BufferedResponse(status, tuple((name.encode(), value.encode()) for name, value in headers), body)
