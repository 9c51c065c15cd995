"""Whether a verb in a clause is an act: by whom, in which form, beside which other verb."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ahg_graph.reading.subjects import Subject, is_meeting_agent
from ahg_graph.reading.verbs import FORMS, read_base

ADVERB = (
    r"(?:(?:also|further|furthermore|then|again|unanimously|strongly|warmly|jointly|fully|formally|"
    r"all|both|each|therefore|thus|in turn|moreover|accordingly|hereby|duly|provisionally|finally|"
    r"additionally|likewise|subsequently|once more|similarly|generally|broadly|particularly|"
    r"especially|in particular|firmly|deeply|sincerely|highly|next|first|now|once again|in principle|"
    r"by consensus|in addition|\w+ly)\s+)*"
)
_AND = re.compile(
    rf"(?:,\s*(?:and\s+|but\s+|or\s+)?|\s(?:and|but)\s+)(?:in so doing,?\s+|they\s+|it\s+|we\s+|"
    rf"to that end,?\s+|in this (?:regard|context|connection),?\s+)?{ADVERB}$",
    re.IGNORECASE,
)
PASSIVE = re.compile(rf"\b(?P<aux>was|were|is|are|have been|has been|being)\s+{ADVERB}$", re.IGNORECASE)
_SUBORDINATE = re.compile(
    r"\b(?:that|which|who|whom|whose|whether|how|what|why|if|because|since|where|when|as|than|after|before|until)\b",
    re.IGNORECASE,
)
_NOUN_NEXT = re.compile(r"^\s+(?:of|from|by|between|among|was|were|is|are|had|has|have|will)\b", re.IGNORECASE)
_STATE_ACTS = frozenset(("offer", "undertake", "commit", "pledge"))
_CHAIR_ACTS = frozenset(
    [
        "thank",
        "express-appreciation",
        "welcome",
        "invite",
        "note",
        "recall",
        "encourage",
        "urge",
        "propose",
        "suggest",
        "recommend",
        "request",
        "ask",
        "open",
        "conclude-that",
        "congratulate",
        "commend",
        "stress",
        "emphasise",
        "underline",
        "highlight",
        "reiterate",
        "reaffirm",
        "appreciate",
        "call-for",
        "call-on",
        "acknowledge",
        "agree",
        "undertake",
        "commit",
    ]
)


@dataclass(frozen=True, slots=True)
class Passive:
    """An act that a passive clause says: as written, by whom where it says so, and what it is about."""

    form: str
    actor: str | None
    subject: str


def may_act(subject: Subject, base: str, kind: str, form: str, after: str) -> bool:
    """Return whether a subject acts by a verb in this form."""
    if kind == "present" and not subject.may_be_present(form):
        return False
    if kind == "present" and _NOUN_NEXT.match(after) and base not in ("call-for", "look-forward"):
        return False
    if kind == "past" and re.match(r"\s+(?:by|in (?:19|20)\d\d)\b", after):
        return False
    if subject.kind == "meeting":
        return True
    if subject.kind == "chair":
        return base in _CHAIR_ACTS
    return subject.kind == "state" and base in _STATE_ACTS


def is_coordinated(gap: str, kind: str, tense: str, after: str, form: str) -> bool:
    """Return whether a verb stands beside the verb before it, with the same subject."""
    link = _AND.search(gap)
    if link is None or kind != tense:
        return False
    between = gap[: link.start()]
    opened = re.search(r"\b(?:and|,)\s*$", link[0].rstrip()) is None
    if kind == "past":
        if re.match(r"\s+(?:by|in (?:19|20)\d\d)\b", after):
            return False
        if not re.search(r"\band\b|\bbut\b", link[0]) and not re.match(
            r"\s+(?:that|to|the|a|an|its|their|with|for|on|of|all|this|these|members|states|participants|how|"
            r"some|\w+)\b",
            after,
        ):
            return False
        clause_that = re.search(r"\b(?:that|which|who|whether)\b", between)
        comma = link[0].lstrip().startswith(",")
        if (
            clause_that
            and not comma
            and re.search(r"\b(?:which|who)\b", between)
            and not re.search(r"\b(?:which|who)\b[^,]*,", between)
        ):
            return False
        return (
            not re.match(r"\s+[a-z]+(?:s|ed)?\s+(?:was|were|is|are|would|will)\b", after)
            or re.match(r"\s+that\b", after) is not None
        )
    if _NOUN_NEXT.match(after) and form.lower() not in ("look forward",):
        return False
    infinitive = re.search(r"\bto \w+$|\bto \w+ and\s*$", between)
    comma = link[0].lstrip().startswith(",")
    return comma or (not infinitive and not opened)


def read_passive(text: str, match: re.Match[str], passive: re.Match[str], *, has_act: bool) -> Passive | None:
    """Return the act that a passive sentence says: `The agenda was adopted`."""
    before, after = text[: passive.start()], text[match.end() :]
    aux = passive["aux"].lower()
    base = read_base(match)
    subject = before.strip()
    if not subject or aux == "being" or not FORMS["participle"].fullmatch(match[0]):
        return None
    if aux in ("have been", "has been") and not re.match(r"it$", subject, re.IGNORECASE):
        return None
    if aux in ("is", "are") and base not in (
        "plan",
        "agree",
        "intend",
        "request",
        "invite",
        "encourage",
        "urge",
        "ask",
        "call-on",
        "recommend",
        "propose",
        "suggest",
    ):
        return None
    inner = _SUBORDINATE.search(re.sub(r"^(?:As|When|After|Before|Since|Where|If)\b[^,]*,", "", subject))
    if (inner and not re.search(r"\b(?:which|who|that|as)\b[^,]*,\s*$|,\s*(?:which|who)\b[^,]*,", subject)) or (
        has_act
        and not re.search(
            r",\s*(?:and|while|but)\s+[^,]*$|;\s*[^,]*$|\s(?:and|but)\s+(?:(?:the|an?|all|"
            r"both)\s+)?(?:[\w'’-]+\s+){0,5}[\w'’-]+\s*$",
            before,
        )
    ):
        return None
    if base in ("welcome", "accept", "invite") and re.match(r"\s+(?:\w+\s+)?as\b", after):
        return None
    if base == "invite" and re.match(r"\s+(?:but\b|to (?:attend|participate|take part|join|the)\b)", after):
        return None
    agent = re.match(r"\s+(?:\w+\s+){0,2}?by\s+(?P<who>[^,;.]*)", after)
    if (
        agent
        and not re.match(
            r"(?:consensus|acclamation|all|both|the end|\d|early|late|mid|\w+ (?:19|20)\d\d|correspondence|"
            r"silence|unanimity|\w+ing\b)",
            agent["who"],
        )
        and not is_meeting_agent(agent["who"])
        and base != "open"
    ):
        return None
    if re.match(
        r"\s+(?:(?:\w+\s+)?(?:in|on|at) (?:\w+ )?(?:19|20)\d{2}|at the (?:first|second|third|fourth|"
        r"fifth|previous|last) )",
        after,
    ) and base not in ("plan", "defer", "postpone", "agree", "propose", "invite"):
        return None
    if re.match(r"(?:these|those|they|he|she)$", subject, re.IGNORECASE) and base not in (
        "invite",
        "encourage",
        "urge",
        "request",
        "ask",
    ):
        return None
    actor = agent["who"].strip() if agent and is_meeting_agent(agent["who"]) else None
    return Passive(f"{passive[0].strip()} {match[0]}", actor, subject)
