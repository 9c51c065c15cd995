"""The verbs of acts: their forms, and the codes of acts that they stand for."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

VERBS = (
    "accept", "acknowledge", "activate", "adopt", "advise", "affirm", "agree", "appoint", "appreciate", "approve",
    "ask", "call-for", "call-on", "call-upon", "commend", "commit", "condemn", "confirm", "congratulate", "consider",
    "decide", "defer", "direct", "discuss", "elect", "emphasise", "encourage", "endorse", "entrust", "establish",
    "examine", "express-appreciation", "express-concern", "express-interest", "express-support", "grant", "highlight",
    "identify", "instruct", "intend", "invite", "look-forward", "mandate", "nominate", "note", "offer", "open",
    "plan", "pledge", "postpone", "propose", "reaffirm", "recall", "recognise", "recommend", "reiterate", "reinforce",
    "reject", "request", "resolve", "retain", "review", "seek", "set-up", "share", "stress", "suggest", "support",
    "take-note", "task", "thank", "underline", "underscore", "undertake", "urge", "welcome", "applaud", "authorise",
    "designate", "extend", "launch", "regret", "deplore", "concur", "reconfirm", "renew", "conclude-that",
    "exchange-views", "declare-that", "believe", "comment",
    "convey-thanks", "record-thanks", "extend-thanks", "place-thanks", "voice-concern", "reach-agreement",
    "give-approval", "pay-tribute", "appeal-to",
)  # fmt: skip
"""Base forms of the verbs by which a meeting acts; a dash parts the words of one verb."""

_CODES = {
    "ask": "request",
    "call-on": "call-for",
    "call-upon": "call-for",
    "thank": "express-appreciation",
    "take-note": "note",
    "set-up": "establish",
    "elect": "appoint",
    "designate": "appoint",
    "entrust": "task",
    "mandate": "task",
    "exchange-views": "discuss",
    "express-support": "support",
    "reconfirm": "reaffirm",
    "concur": "agree",
    "applaud": "commend",
    "conclude-that": "conclude",
    "declare-that": "declare",
}
"""Codes of acts that verbs of another name stand for."""

_BASES = {
    "convey-thanks": "express-appreciation",
    "record-thanks": "express-appreciation",
    "extend-thanks": "express-appreciation",
    "place-thanks": "express-appreciation",
    "voice-concern": "express-concern",
    "reach-agreement": "agree",
    "give-approval": "approve",
    "pay-tribute": "commend",
    "appeal-to": "call-for",
}
"""Expressions that say what another verb says."""

_PAST = {"undertake": "undertook", "give": "gave", "pay": "paid", "seek": "sought", "take": "took", "set": "set"}
_PARTICIPLE = {
    "undertake": "undertaken",
    "give": "given",
    "pay": "paid",
    "seek": "sought",
    "take": "taken",
    "set": "set",
}
_DOUBLED = frozenset(("regret", "commit", "defer", "plan", "set", "submit"))
_SPELLINGS = {
    "emphasise": ("emphasise", "emphasize"),
    "recognise": ("recognise", "recognize"),
    "authorise": ("authorise", "authorize"),
}
_TAILS = {
    "call-for": r"\s+for\b",
    "call-on": r"\s+on\b",
    "call-upon": r"\s+upon\b",
    "set-up": r"\s+up\b",
    "look-forward": r"\s+forward\b",
    "take-note": r"(?:\s+\w+){0,2}?\s+note\b",
    "exchange-views": r"\s+(?:\w+\s+)?views\b",
    "conclude-that": r"(?=\s+that\b)",
    "declare-that": r"(?=\s+that\b)",
    "express-concern": r"(?:\s+(?:\w+|and)){0,5}?\s+(?:concerns?|alarm|dismay|anxiety|worry)\b",
    "express-interest": r"(?:\s+(?:\w+|and)){0,3}?\s+(?:interest|wish|desire)\b",
    "express-support": r"(?:\s+(?:\w+|and)){0,4}?\s+support\b",
    "convey-thanks": r"(?:\s+(?:\w+|and)){0,4}?\s+(?:appreciation|gratitude|thanks)\b",
    "record-thanks": r"(?:\s+(?:\w+|and)){0,4}?\s+(?:appreciation|gratitude|thanks)\b",
    "extend-thanks": r"(?:\s+(?:\w+|and)){0,4}?\s+(?:appreciation|gratitude|thanks)\b",
    "place-thanks": r"\s+on record(?:\s+(?:\w+|and)){0,4}?\s+(?:appreciation|gratitude|thanks)\b",
    "voice-concern": r"(?:\s+(?:\w+|and)){0,3}?\s+concerns?\b",
    "reach-agreement": r"(?:\s+\w+)?\s+(?:agreement|consensus)\b",
    "give-approval": r"(?:\s+\w+){0,2}?\s+(?:approval|endorsement|consent)\b",
    "appeal-to": r"\s+(?:to|for)\b",
    "pay-tribute": r"(?:\s+\w+)?\s+tribute\b",
    "express-appreciation": r"(?:\s+(?:\w+|and)){0,4}?\s+(?:appreciation|gratitude|thanks|satisfaction)\b",
}
_NOT_FOLLOWED = {"note": r"(?!\s+(?:of|by)\b)", "call": "", "open": r"(?!\s+(?:to|for)\b)", "plan": "", "share": ""}


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of an act: its base form, the code of its act where there is one, and expressions for its forms."""

    base: str
    past: str
    present: str
    participle: str
    gerund: str


def _spell(base: str) -> tuple[str, ...]:
    return _SPELLINGS.get(base, (base,))


def _make_past(base: str) -> str:
    if base in _PAST:
        return _PAST[base]
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    return base + (base[-1] if base in _DOUBLED else "") + "ed"


def _make_gerund(base: str) -> str:
    if base.endswith("e") and not base.endswith("ee"):
        return base[:-1] + "ing"
    return base + (base[-1] if base in _DOUBLED else "") + "ing"


def _make_verb(name: str) -> Verb:
    word = name.split("-")[0]
    tail = _TAILS.get(name, _NOT_FOLLOWED.get(name, ""))
    bases = _spell(word)
    third = [base + ("es" if base.endswith(("s", "sh", "ch", "x")) else "s") for base in bases]

    def form(*words: str) -> str:
        return rf"(?:{'|'.join(words)})\b{tail}"

    participles = [_PARTICIPLE.get(base) or _make_past(base) for base in bases]
    return Verb(
        name,
        form(*(_make_past(base) for base in bases)),
        form(*bases, *third),
        form(*participles),
        form(*(_make_gerund(base) for base in bases)),
    )


ALL_VERBS = tuple(_make_verb(name) for name in VERBS)


def compile_forms(which: str) -> re.Pattern[str]:
    """Return an expression for one form (`past`, `present`, `participle`, `gerund`) of every verb, each a group."""
    ordered = sorted(ALL_VERBS, key=lambda verb: ("-" not in verb.base, verb.base))
    groups = "|".join(f"(?P<{verb.base.replace('-', '_')}>{getattr(verb, which)})" for verb in ordered)
    return re.compile(rf"(?<![\w-])(?:{groups})(?![\w-])", re.IGNORECASE)


def find_code(base: str, codes: Collection[str]) -> str | None:
    """Return the code of act that a verb stands for, among those that there are."""
    if base in codes:
        return base
    named = _CODES.get(base, base)
    return named if named in codes else None


def read_base(match: re.Match[str]) -> str:
    """Return the base form of the verb that was matched."""
    name = str(match.lastgroup).replace("_", "-")
    return _BASES.get(name, name)


FORMS: Mapping[str, re.Pattern[str]] = {
    which: compile_forms(which) for which in ("past", "present", "participle", "gerund")
}


def opens_with_verb(text: str) -> bool:
    """Return whether a text begins with a verb of an act, in whatever form."""
    return any(form.match(text) is not None for form in FORMS.values())
