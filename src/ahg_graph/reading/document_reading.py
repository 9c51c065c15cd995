"""A document read: its parts, and all that is proposed of it, with what could not be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ahg_graph.reading.agent_names import AgentNames
from ahg_graph.reading.attendances import Attendance, find_attendances, find_memberships
from ahg_graph.reading.dates import DateSpan, find_dates
from ahg_graph.reading.decisions import Decision, find_decisions
from ahg_graph.reading.document_parts import PartReading, read_document_parts
from ahg_graph.reading.language import SUPPORTED, detect_language
from ahg_graph.reading.page_furniture import Dropped
from ahg_graph.reading.part_builder import DocumentPart
from ahg_graph.reading.unread import find_unread_verbs

_LONG_TEXT = 1500
_LONG_PART = 5000


@dataclass(frozen=True, slots=True)
class Problem:
    """What a curator has to look at: a code, a message, and the part or line that it is about."""

    code: str
    message: str
    part: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """All that was read of a text; attendances and decisions are proposals."""

    text: str
    language: str | None
    parts: tuple[DocumentPart, ...]
    attendances: tuple[Attendance, ...]
    memberships: tuple[tuple[DocumentPart, tuple[str, ...]], ...]
    decisions: tuple[Decision, ...]
    dates: tuple[tuple[DocumentPart, DateSpan], ...]
    dropped: tuple[Dropped, ...]
    problems: tuple[Problem, ...]

    @property
    def is_supported(self) -> bool:
        """Return whether attendances and decisions were looked for."""
        return self.language is None or self.language in SUPPORTED


def read_document(text: str, known: AgentNames, codes: Collection[str], problem: str | None = None) -> DocumentReading:
    """Read a text; `codes` are those of acts, `problem` what its file was found odd about."""
    read = read_document_parts(text)
    language = detect_language(" ".join(part.text for part in read.parts))
    supported = language is None or language in SUPPORTED
    attendances = tuple(find_attendances(read.parts, known)) if supported else ()
    memberships = tuple(find_memberships(read.parts, known)) if supported else ()
    decisions = tuple(find_decisions(read.parts, codes, known)) if supported else ()
    problems = [Problem("encoding", problem)] if problem else []
    problems += _find_problems(text, read, language, supported)
    if supported:
        problems += _find_unread(read.parts, attendances, decisions, known)
    dates = tuple((part, span) for part in read.parts for span in find_dates(part.text))
    return DocumentReading(
        text, language, read.parts, attendances, memberships, decisions, dates, read.dropped, tuple(problems)
    )


def _find_problems(text: str, read: PartReading, language: str | None, supported: bool) -> Iterator[Problem]:
    if not supported:
        yield Problem(
            "language", f"the text is not in English but in the language {language}: only its parts and dates were read"
        )
    for line, number in read.missing_numbers:
        yield Problem(
            "number-missing", f"no paragraph has the number {number}; the next number is in line {line}", line=line
        )
    for line, number in read.restarts:
        yield Problem("number-restarts", f"the numbers begin again with {number} in line {line}", line=line)
    if len(read.parts) < 3 and len(text) > _LONG_TEXT:
        yield Problem(
            "few-parts",
            f"{len(text)} characters became {len(read.parts)} parts: the text keeps no layout to tell them by",
        )
    for part in read.parts:
        if len(part.text) > _LONG_PART and len(read.parts) > 2:
            yield Problem(
                "few-parts", f"{part.locator} holds {len(part.text)} characters: it may be several parts", part.slug
            )


def _find_unread(
    parts: Sequence[DocumentPart], attendances: Sequence[Attendance], decisions: Sequence[Decision], known: AgentNames
) -> Iterator[Problem]:
    for item in attendances:
        if item.agent is None:
            yield Problem("name-unknown", f"not recognised: {item.name}", item.part.slug)
        elif item.agent.source == "iso":
            yield Problem("name-unknown", f"not in the register: {item.name} ({item.agent.code})", item.part.slug)
    for act in decisions:
        if act.act is None:
            yield Problem("verb-unknown", f"no code of act for: {act.verb}", act.part.slug)
    for part, verb in find_unread_verbs(parts, known):
        yield Problem("verb-unknown", f"not known as an act: {verb}", part.slug)
    spoken = {item.part.slug for item in attendances}
    for part in parts:
        if (
            part.slug not in spoken
            and re.search(r"\b(?:attended by|were represented|participated|in attendance)\b", part.text)
            and any(True for _ in known.iterate(part.text))
        ):
            yield Problem("name-unknown", "speaks of attending, and no name in it was proposed", part.slug)
