"""What a page may load and run: nothing from elsewhere, nothing inline (Content Security Policy Level 3)."""

from __future__ import annotations

from collections.abc import Iterable


def write_policy(styles: Iterable[str] = ()) -> bytes:
    """Return the Content-Security-Policy header; `styles` are hashes of style elements that a page's scripts add."""
    style_sources = " ".join(("'self'", *(f"'sha256-{digest}'" for digest in styles)))
    return (
        f"default-src 'none'; script-src 'self'; style-src {style_sources}; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ).encode()
