"""The clauses of a sentence that have a verb of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SPLIT = re.compile(
    r";\s+(?:and\s+)?|,?\s+(?:while|whereas)\s+|,\s+(?:and|but|yet|so)\s+(?=(?:the|a|an|they|it|we|"
    r"all|participants|members|ministers|officials|delegat\w+|both|[A-Z]\w+)\b(?!\s*,))"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause; `shares_subject` where it begins with its verb, so that the subject is that of the clause before."""

    text: str
    shares_subject: bool


def split_clauses(sentence: str) -> Iterator[Clause]:
    """Yield the clauses of a sentence; what follows a `that` stays with it up to a semicolon."""
    start = 0
    for match in _SPLIT.finditer(sentence):
        before = sentence[start : match.start()]
        hard = ";" in match[0] or "while" in match[0] or "whereas" in match[0]
        if (
            not hard
            and re.search(r"\b(?:that|whether|to|how|between|on|of|for)\b", before)
            and not re.match(
                r"(?:they|it|we|participants|members|ministers|officials|delegat\w+|the (?:meeting|participants|"
                r"members|ministers|officials|\w+ group|co-?chairs?|chair))\b",
                sentence[match.end() :],
                re.IGNORECASE,
            )
        ):
            continue
        yield Clause(before, start > 0)
        start = match.end()
    yield Clause(sentence[start:], start > 0)
