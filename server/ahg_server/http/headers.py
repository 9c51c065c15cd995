"""The headers that every reply has."""

from __future__ import annotations

from ahg_server.http import urls
from ahg_server.http.content_security import FRAMED, make_content_security_policy
from ahg_server.http.responses import BufferedResponse

ALLOWED = b"GET, HEAD, POST, OPTIONS"
DEFAULT_HEADERS = (
    (b"vary", b"Accept, Accept-Encoding"),
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Link, ETag, Retry-After, Content-Disposition, X-Request-ID, Empty-Answer, Release, Release-Contract",
    ),
    (b"link", f'<{urls.VOID}>; rel="describedby", <{urls.OPENAPI}>; rel="service-desc"'.encode()),
    (b"content-security-policy", make_content_security_policy()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-cache"),
)
READ_ONLY = b"GET, HEAD, OPTIONS"
PREFLIGHT = (
    (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type, If-None-Match, X-Requested-With"),
    (b"access-control-max-age", b"86400"),
    (b"cache-control", b"public, max-age=86400"),
)


def complete(reply: BufferedResponse) -> BufferedResponse:
    """Return a reply with the headers that every reply has; a page that others may frame is not denied to them."""
    if FRAMED in (reply.find_header(b"content-security-policy") or b""):
        return reply.add_headers(tuple(header for header in DEFAULT_HEADERS if header[0] != b"x-frame-options"))
    return reply.add_headers(DEFAULT_HEADERS)
