"""What a meeting did, as the sentences of a document say it: each act with its verb, its part and who acted.

Taken are acts of the meeting: active and passive, in the past or present tense, and the items of a list under a verb.
Not taken: what stands in a clause with `that`, what was done before or by others, and adjectives.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ahg_graph.reading.acting import ADVERB, PASSIVE, is_coordinated, may_act, read_passive
from ahg_graph.reading.agent_names import AgentNames
from ahg_graph.reading.clauses import Clause, split_clauses
from ahg_graph.reading.part_builder import DocumentPart
from ahg_graph.reading.sentences import split_sentences
from ahg_graph.reading.subjects import Subject, find_subject
from ahg_graph.reading.verbs import FORMS, find_code, opens_with_verb, read_base

_FREE_GERUND = frozenset(
    [
        "recall",
        "recognise",
        "note",
        "take-note",
        "reaffirm",
        "welcome",
        "acknowledge",
        "emphasise",
        "stress",
        "underline",
        "underscore",
        "express-concern",
        "express-appreciation",
        "appreciate",
        "reiterate",
        "highlight",
        "affirm",
        "commend",
        "consider",
        "condemn",
        "believe",
        "regret",
        "deplore",
    ]
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One act: part, code (None where the verb has none), verb, as written, the part that leads, actor and object."""

    part: DocumentPart
    act: str | None
    verb: str
    form: str
    lead: str | None
    actor: str | None
    object: str | None
    sure: bool


def find_decisions(parts: Sequence[DocumentPart], codes: Collection[str], known: AgentNames) -> Iterator[Decision]:
    """Yield the acts of a meeting in the order of reading."""
    leads: dict[str, list[Decision]] = {}
    subjects: dict[str, Subject] = {}
    standing: Subject | None = None
    item_parents = {part.parent for part in parts if part.parent}
    for part in parts:
        if part.kind in ("heading", "title", "note", "signature-block", "table-row"):
            continue
        lead = leads.get(part.parent or "")
        subject = subjects.get(part.parent or "") or (standing if opens_with_verb(part.text) else None)
        found = list(_read_part(part, codes, known, subject, is_item=subject is not None))
        standing = _read_standing(part) or standing
        if lead and not _has_own_subject(part, found):
            for act in lead:
                yield Decision(part, act.act, act.verb, "", act.part.slug, act.actor, _cut_object(part.text), act.sure)
            continue
        is_lead = part.slug in item_parents and not part.text.rstrip().endswith((".", ";", "!", "?"))
        if is_lead:
            last = list(split_sentences(part.text))[-1]
            led = [act for act in found if act.form in last]
            if led:
                leads[part.slug] = led[-1:]
            elif named := _read_named_act(last):
                leads[part.slug] = [_make(part, named, "", codes, None, "", sure=True)]
            elif opening := _read_standing(part) or find_subject(
                re.sub(rf"{ADVERB}$", "", last.rstrip(": ") + " ").strip(), known
            ):
                subjects[part.slug] = opening
            found = [act for act in found if act not in led[-1:]]
        yield from found


_NAMED_ACTS = {
    "recommendation": "recommend",
    "decision": "decide",
    "commitment": "commit",
    "request": "request",
    "proposal": "propose",
    "undertaking": "undertake",
    "pledge": "pledge",
    "conclusion": "agree",
    "agreement": "agree",
    "action": "agree",
    "suggestion": "suggest",
    "outcome": "agree",
}


def _read_named_act(lead: str) -> str | None:
    """Return the verb of an act that a lead says by a noun: `The following recommendations were made:`."""
    match = re.search(
        rf"\b({'|'.join(_NAMED_ACTS)})s?\b[^.:]*\b(?:made|taken|reached|agreed|adopted|issued|follow|"
        rf"following|are|were|below)\b"
        rf"|\b(?:following|these|made|took|reached|issued|put forward|formulated|"
        rf"submitted)\b[^.:]*\b({'|'.join(_NAMED_ACTS)})s?\b",
        lead,
        re.IGNORECASE,
    )
    return _NAMED_ACTS[(match[1] or match[2]).lower()] if match else None


def _read_standing(part: DocumentPart) -> Subject | None:
    """Return the subject that stands before all the parts that follow: `We, the Ministers of ..., meeting in ...,`."""
    if not part.text.endswith((",", ":")):
        return None
    if re.match(r"We\b", part.text):
        return Subject("We", "meeting", plural=True)
    match = re.match(
        (
            r"(The )?(Ministers|Heads|Participants|Delegations|Members|Representatives|States|Parties|Leaders|"
            r"Officials)\b"
        ),
        part.text,
    )
    if match and not any(form.search(part.text) for form in (FORMS["past"], FORMS["present"])):
        return Subject(match[0], "meeting", plural=True)
    single = re.match(
        (
            r"The (?:[A-Z]\w+ ){0,5}(?:Conference|Meeting|Committee|Commission|Council|Assembly|Forum|Group|"
            r"Board|Plenary)\b"
        ),
        part.text,
    )
    if single and not any(form.search(part.text) for form in (FORMS["past"], FORMS["present"])):
        return Subject(single[0], "meeting", plural=False)
    return None


def _has_own_subject(part: DocumentPart, found: Sequence[Decision]) -> bool:
    """Return whether an item under a lead verb is a sentence of its own, with a subject that acts."""
    return (
        bool(found)
        and bool(re.match(r"(?:The|They|We|Participants|Members|Ministers|Officials|Delegat\w+|A|An|It)\b", part.text))
        and found[0].actor is not None
    )


def _read_part(
    part: DocumentPart, codes: Collection[str], known: AgentNames, subject: Subject | None, *, is_item: bool
) -> Iterator[Decision]:
    text = re.sub(r"\[\^\w+\]|(?<=[a-z.])[*†‡]+", "", part.text)
    for position, sentence in enumerate(split_sentences(text)):
        opened: Subject | None = subject if position == 0 and is_item else None
        if position == 0 and (gerund := _read_recital(sentence)):
            base, form, rest = gerund
            yield _make(part, base, form, codes, None, rest, sure=True)
            continue
        for clause in split_clauses(sentence):
            found, opened = _read_clause(part, clause, codes, known, opened)
            yield from found


def _read_recital(sentence: str) -> tuple[str, str, str] | None:
    """Return the verb of a recital, which begins with its gerund: `Recalling ...,`."""
    match = re.match(rf"(?:Also |Further |And |Deeply |{ADVERB})?", sentence)
    start = match.end() if match else 0
    found = FORMS["gerund"].match(sentence, start)
    ended = sentence.endswith((",", ";", "and"))
    if found and (ended or not re.search(r",\s+(?:the\s+)?(?:\w+\s+){0,3}\w+ed\b", sentence)):
        base = read_base(found)
        return (base, found[0], sentence[found.end() :]) if base in _FREE_GERUND or ended else None
    return None


def _read_clause(
    part: DocumentPart, clause: Clause, codes: Collection[str], known: AgentNames, opened: Subject | None
) -> tuple[list[Decision], Subject | None]:
    """Return the acts of a clause, and its subject for the clauses that share it."""
    text = clause.text
    found: list[Decision] = []
    subject, tense, last_end = opened if clause.shares_subject or opened else None, "", 0
    if subject and not clause.shares_subject and not _opens_with_verb(text):
        subject = None
    at = 0
    while match := _next_verb(text, at):
        at = match.end()
        before = text[: match.start()]
        form, base = match[0], read_base(match)
        gap = before[last_end:] if found else before
        kind = "past" if FORMS["past"].fullmatch(form) else "present"
        passive = PASSIVE.search(before)
        if passive:
            if act := read_passive(text, match, passive, has_act=bool(found)):
                found.append(_make(part, base, act.form, codes, act.actor, act.subject, sure=True))
                last_end, tense = match.end(), "past"
            continue
        if found and subject:
            if is_coordinated(gap, kind, tense, text[match.end() :], form):
                found.append(_make(part, base, form, codes, subject.text, text[match.end() :], sure=subject.is_meeting))
                last_end = match.end()
            continue
        if found:
            continue
        here = find_subject(re.sub(rf"{ADVERB}$", "", before).rstrip(), known) if before.strip() else subject
        if here is None and subject and not before.strip():
            here = subject
        if here is None and not found and before.strip() and (led := _find_leading(before, known)):
            here, begun = led
            if may_act(here, base, kind, form, text[match.end() :]) and is_coordinated(
                before[begun:], kind, "past", text[match.end() :], form
            ):
                subject, tense, last_end = here, kind, match.end()
                found.append(_make(part, base, form, codes, here.text, text[match.end() :], sure=here.is_meeting))
            continue
        if here is None or not may_act(here, base, kind, form, text[match.end() :]):
            continue
        subject, tense, last_end = here, kind, match.end()
        found.append(_make(part, base, form, codes, here.text, text[match.end() :], sure=here.is_meeting))
    return [act for act in found if act is not None], subject if found else opened


_OTHER_FINITE = re.compile(
    r"\s(?P<verb>heard|received|met|held|took|gave|made|had|saw|spoke|began|went|came|were|was|did|drew|set|put|"
    r"(?!need|agreed|indeed|hundred|proceed|succeed)[a-z]{2,}ed)\s"
)


def _find_leading(before: str, known: AgentNames) -> tuple[Subject, int] | None:
    """Return the subject of a clause whose first verb is no act, and where that verb ends."""
    match = _OTHER_FINITE.search(before)
    if match is None or re.search(r"\b(?:that|which|who|whether)\b", before[: match.start()]):
        return None
    subject = find_subject(re.sub(rf"{ADVERB}$", "", before[: match.start()] + " ").strip(), known)
    return (subject, match.end()) if subject and subject.kind != "state" else None


def _opens_with_verb(text: str) -> bool:
    """Return whether a clause begins with a verb of an act, adverbs aside."""
    start = re.match(rf"\s*{ADVERB}", text, re.IGNORECASE)
    at = start.end() if start else 0
    return any(FORMS[which].match(text, at) is not None for which in ("past", "present"))


def _next_verb(text: str, at: int) -> re.Match[str] | None:
    options = [match for which in ("past", "present", "participle") if (match := FORMS[which].search(text, at))]
    return min(options, key=lambda match: (match.start(), -match.end()), default=None)


def _make(
    part: DocumentPart, base: str, form: str, codes: Collection[str], actor: str | None, rest: str, *, sure: bool
) -> Decision:
    return Decision(part, find_code(base, codes), base, form, None, actor, _cut_object(rest), sure)


def _cut_object(text: str) -> str | None:
    """Return the first words of what an act is about, up to the end of its clause."""
    words = re.split(r"[;:]|\.\s|\.$", text.strip(" ,.;:"))[0].split()
    return " ".join(words[:12]).strip(" ,") or None
