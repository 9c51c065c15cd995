"""A reply as the framework passes it on."""

from __future__ import annotations

from fastapi.responses import Response

from ahg_server.replies import Reply


def to_response(reply: Reply) -> Response:
    """Return the framework's response with exactly the headers of a reply."""
    response = Response(bytes(reply.body), reply.status)
    response.raw_headers = [*response.raw_headers, *reply.headers]
    return response
