"""What a page may load and run: nothing from elsewhere, nothing inline (Content Security Policy Level 3)."""

from __future__ import annotations

from collections.abc import Iterable

FRAMED = b"frame-ancestors *"
"""What the policy of a page says that others may frame."""


def make_content_security_policy(styles: Iterable[str] = (), framed: bool = False) -> bytes:
    """Return the Content-Security-Policy header; `styles` are hashes of style elements that a page's scripts add.

    A page that is `framed` may be shown within the pages of others.
    """
    ancestors = FRAMED.decode() if framed else "frame-ancestors 'none'"
    style_sources = " ".join(("'self'", *(f"'sha256-{digest}'" for digest in styles)))
    return (
        f"default-src 'none'; script-src 'self'; style-src {style_sources}; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; form-action 'self'; base-uri 'none'; {ancestors}"
    ).encode()
