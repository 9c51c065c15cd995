"""The one reason why a document cannot be read."""

from __future__ import annotations


class UnreadableText(ValueError):
    """A file holds no text that can be read; the message says why and what to do."""
