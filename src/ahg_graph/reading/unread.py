"""Verbs of a meeting that are not known as acts, so that a curator is told of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ahg_graph.reading.agent_names import AgentNames
from ahg_graph.reading.part_builder import DocumentPart
from ahg_graph.reading.sentences import split_sentences
from ahg_graph.reading.subjects import find_subject
from ahg_graph.reading.verbs import FORMS

_FINITE = re.compile(
    r"\b(?!need|speed|proceed|succeed|exceed|feed|seed|indeed|hundred|agreed\b)([a-z]{3,}ed|held|gave|"
    r"made|took|heard|met|set|drew|saw|began|chose)\b"
)
_PLAIN = frozenset(
    [
        "attended",
        "participated",
        "met",
        "held",
        "represented",
        "gathered",
        "convened",
        "received",
        "heard",
        "gave",
        "made",
        "took",
        "had",
        "began",
    ]
)


def find_unread_verbs(parts: Sequence[DocumentPart], known: AgentNames) -> Iterator[tuple[DocumentPart, str]]:
    """Yield the parts in which a meeting does something by a verb that is not among the known ones."""
    for part in parts:
        if part.kind in ("heading", "title", "note", "signature-block"):
            continue
        for sentence in split_sentences(part.text):
            match = _FINITE.search(sentence)
            if match is None or match[1] in _PLAIN or FORMS["past"].match(sentence, match.start()):
                continue
            subject = find_subject(
                re.sub(r"(?:\b(?:also|then|further|\w+ly)\s+)*$", "", sentence[: match.start()]), known
            )
            if subject and subject.kind == "meeting":
                yield part, match[1]
