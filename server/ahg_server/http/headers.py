"""The headers that every reply has."""

from __future__ import annotations

from functools import lru_cache

from ahg_server.http import urls
from ahg_server.http.content_security import FRAMED, make_content_security_policy
from ahg_server.http.responses import BufferedResponse, Headers

_TAKING_FORMS = frozenset({urls.SPARQL, urls.SPARQL + "/", urls.RECONCILE, "*"})
_FIXED: Headers = (
    (b"vary", b"Accept, Accept-Encoding"),
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Link, ETag, Retry-After, Content-Disposition, X-Request-ID, Empty-Answer, Release, Release-Contract, "
        b"SPARQL-Extensions",
    ),
    (b"content-security-policy", make_content_security_policy()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-cache"),
)
PREFLIGHT = (
    (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type, If-None-Match, X-Requested-With"),
    (b"access-control-max-age", b"86400"),
    (b"cache-control", b"public, max-age=86400"),
)


def list_methods(path: str) -> str:
    """Return the methods that a path has, as the header Allow lists them."""
    if path == urls.MCP:
        return "POST, OPTIONS"
    return "GET, HEAD, POST, OPTIONS" if path in _TAKING_FORMS else "GET, HEAD, OPTIONS"


def list_descriptions() -> list[str]:
    """Return the links of every reply: to what describes the data and the service (RFC 8288)."""
    return [
        f'<{urls.address(urls.VOID)}>; rel="describedby"',
        f'<{urls.address(urls.OPENAPI)}>; rel="service-desc"',
    ]


def complete(reply: BufferedResponse) -> BufferedResponse:
    """Return a reply with the headers that every reply has; a page that others may frame is not denied to them."""
    may_be_framed = FRAMED in (reply.find_header(b"content-security-policy") or b"")
    return reply.add_headers(_make_default_headers(urls.PREFIX.get(), may_be_framed))


@lru_cache(maxsize=64)
def _make_default_headers(prefix: str, may_be_framed: bool) -> Headers:
    fixed = (header for header in _FIXED if not may_be_framed or header[0] != b"x-frame-options")
    return ((b"link", ", ".join(list_descriptions()).encode()), *fixed)
