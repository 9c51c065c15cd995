"""Who was at a meeting, and in which capacity, as the sentences of a document say it.

A capacity holds for the list of names that it stands by, not for the sentence. What is said of other meetings, of
members in general and of those who were absent is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ahg_graph.reading.agent_names import Agent, AgentNames
from ahg_graph.reading.attendance_groups import Meeting, find_capacity, read_group, share_capacity
from ahg_graph.reading.attendance_words import ABSENT, ACTIVE, LIST_HEADING, MEMBERSHIP, PASSIVE, TABLE_HEAD
from ahg_graph.reading.name_groups import ORGANISATION, Name, NameGroup, find_names, group_names
from ahg_graph.reading.part_builder import DocumentPart
from ahg_graph.reading.sentences import split_sentences
from ahg_graph.reading.verbs import opens_with_verb


@dataclass(frozen=True, slots=True)
class Attendance:
    """What a sentence says of one name: the agent that is meant, or None; the capacity, and the words that give it."""

    part: DocumentPart
    name: str
    agent: Agent | None
    capacity: str
    quote: str


@dataclass(frozen=True, slots=True)
class _Lead:
    """What was said before a list of names that stands in parts of its own: a heading or a sentence with a colon."""

    capacity: str
    quote: str


def find_attendances(parts: Sequence[DocumentPart], known: AgentNames) -> Iterator[Attendance]:
    """Yield who was there, each name once for each capacity, those that are not known included."""
    meeting = Meeting.read(parts)
    seen: set[tuple[str, str]] = set()
    agents: set[str] = set()
    for item in _find_all(parts, known, meeting):
        key = (item.agent.label if item.agent else item.name.lower(), item.capacity)
        if key in seen or (item.agent and item.agent.label in agents):
            continue
        seen.add(key)
        if item.agent:
            agents.add(item.agent.label)
        yield item


def find_memberships(
    parts: Sequence[DocumentPart], known: AgentNames
) -> Iterator[tuple[DocumentPart, tuple[str, ...]]]:
    """Yield the parts that say who belongs to a body, with the names: belonging is not attending."""
    for part in parts:
        for sentence in split_sentences(part.text):
            if MEMBERSHIP.search(sentence) and not ACTIVE.search(sentence):
                names = tuple(name.text for name in find_names(sentence, known) if name.agent)
                if len(names) > 1:
                    yield part, names


def _find_all(parts: Sequence[DocumentPart], known: AgentNames, meeting: Meeting) -> Iterator[Attendance]:
    leads: dict[str, _Lead] = {}
    section: _Lead | None = None
    annex, table = False, None
    for part in parts:
        if part.kind == "heading":
            match = LIST_HEADING.match(part.text)
            section = _Lead(find_capacity(match["who"]) or "participant", part.text) if match else None
            annex = bool(re.match(r"(?:annex|appendix)", part.text, re.IGNORECASE)) and match is None
            continue
        if part.kind in ("title", "signature-block", "entry", "note") or annex:
            continue
        if (
            part.kind == "table-row"
            and TABLE_HEAD.search(part.text)
            and not any(True for _ in known.iterate(part.text))
        ):
            table = _Lead("participant", part.text)
            continue
        table = table if part.kind == "table-row" else None
        lead = leads.get(part.parent or "") or table or section
        if lead and part.kind in ("bullet", "table-row", "paragraph") and _is_list_of_names(part, known):
            yield from _read_names(part, lead, known)
            continue
        for sentence in split_sentences(part.text):
            if sentence.endswith(":") and (found := _read_lead(sentence)):
                leads[part.slug] = found
            yield from _read_sentence(part, sentence, known, meeting)


def _read_lead(sentence: str) -> _Lead | None:
    """Return what a sentence that ends with a colon says of the names in the items under it."""
    if ABSENT.search(sentence) or MEMBERSHIP.search(sentence):
        return None
    if PASSIVE.search(sentence) or re.search(
        r"\b(?:attended|participated|took part|represented|present|joined|participants|delegations|attending)\b[^.]*:$",
        sentence,
        re.IGNORECASE,
    ):
        return _Lead(find_capacity(sentence) or "participant", sentence.rstrip(": "))
    return None


def _is_list_of_names(part: DocumentPart, known: AgentNames) -> bool:
    """Return whether a part is made of names alone."""
    names = find_names(part.text, known)
    rest = part.text
    for name in names:
        rest = rest.replace(part.text[name.start : name.end], " ")
    if re.match(r"\w+(?:ing|ed)\b", rest.strip()) or opens_with_verb(part.text):
        return False
    words = [
        word
        for word in re.findall(r"[a-zà-ÿ]{3,}", rest)
        if word
        not in (
            "the",
            "and",
            "from",
            "observer",
            "observers",
            "representative",
            "delegation",
            "member",
            "participant",
            "new",
        )
    ]
    return bool(names) and len(words) <= 2


def _read_names(part: DocumentPart, lead: _Lead, known: AgentNames) -> Iterator[Attendance]:
    label = re.match(r"[^:]{3,40}:", part.text)
    own = find_capacity(re.sub(r"\([^)]*\)", "", part.text))
    for name in find_names(part.text, known):
        if label and name.end <= label.end():
            continue
        if name.agent or name.text[0].isupper():
            capacity = find_capacity(name.said) or own or lead.capacity
            yield Attendance(part, name.text, name.agent, _say(name, capacity), lead.quote)


def _read_sentence(part: DocumentPart, sentence: str, known: AgentNames, meeting: Meeting) -> Iterator[Attendance]:
    if MEMBERSHIP.search(sentence) and not re.search(
        r"\b(?:attended|took part|participated|present|represented|followed|joined|seat)\b", sentence
    ):
        return
    plain = re.sub(
        r"\s*,\s*(?:which|who|whose|although|though|not yet|itself)\b(?![^,]*\b(?:attended|joined|"
        r"represented|took part)\b)[^,]*,(?=\s)",
        lambda m: " " * len(m[0]),
        sentence,
    )
    groups = group_names(plain, find_names(plain, known))
    claimed = ""
    previous: str | None = None
    for index, group in enumerate(groups):
        found = read_group(group, claimed, previous, meeting, first=index == 0, whole=plain)
        claimed, previous = (found.claimed, found.capacity) if found else ("", None)
        if found is None:
            continue
        kept = _choose_names(group)
        for name, capacity in share_capacity(group, found):
            if name in kept:
                yield Attendance(
                    part, name.text, name.agent, _say(name, find_capacity(name.said) or capacity), found.quote
                )


def _choose_names(group: NameGroup) -> list[Name]:
    """Return the names of a list that are of agents: known ones and what stands among them, organisations, offices."""
    known = any(name.agent for name in group.names)
    return [
        name
        for name in group.names
        if name.agent
        or known
        or name.is_office
        or ORGANISATION.search(name.text)
        or re.fullmatch(r"[A-Z]{3,}[A-Za-z-]*", name.text)
    ]


def _say(name: Name, capacity: str) -> str:
    return "officer" if name.is_office and name.agent is None and capacity == "participant" else capacity
