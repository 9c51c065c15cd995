"""The language of a text."""

from __future__ import annotations

import re

SUPPORTED = ("en",)
"""Languages whose attendances and decisions are looked for."""

_MOST = 20_000
_FEWEST_WORDS = 4


def detect_language(text: str) -> str | None:
    """Return the language of a text as a BCP 47 tag, or None where there are too few words to tell.

    Names are left out as far as capitals show them: lists of states are alike in many languages.
    """
    words = re.findall(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)?", text[:_MOST])
    small = [word for word in words if not word[0].isupper()]
    chosen = small if len(small) >= _FEWEST_WORDS else words
    if len(chosen) < _FEWEST_WORDS:
        return None
    from py3langid import classify

    return str(classify(" ".join(chosen))[0])
