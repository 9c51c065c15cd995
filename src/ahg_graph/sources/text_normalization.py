"""One text the same for everyone who has it: what hashes and positions of a document's text are taken of."""

from __future__ import annotations

import hashlib
import re
import unicodedata

NORMALIZATION = (
    "Two asterisks, two underscores, tags in angle brackets, and number signs that open a line with the blanks around "
    "them are taken out, then Unicode Normalization Form C is applied, each run of white space is made one space and "
    "none is left at either end; characters are counted as Unicode code points, and hashes are taken of UTF-8."
)
"""What `normalize_text` does, for those who do it themselves."""

_MARKUP = re.compile(r"\*\*|__|<[^>]*>|(?m:^[ \t]*#+[ \t])")


def strip_markup(text: str) -> str:
    """Return a text without the marks that Markdown and HTML put around its words."""
    return _MARKUP.sub("", text)


def normalize_text(text: str) -> str:
    """Return a text as NORMALIZATION says, on one line."""
    return " ".join(unicodedata.normalize("NFC", strip_markup(text)).split())


def hash_text(normalized: str) -> str:
    """Return the SHA-256 of a normalized text, as 64 hexadecimal digits in lower case."""
    return hashlib.sha256(normalized.encode()).hexdigest()
