"""A proposal for a record, checked line by line against the text: what holds, and a question for all else.

The proposal has the form of `new-record --format json`, from whomever it comes. Nothing is taken on trust: each part
must stand where it says, each name and verb as it is written there, each act be that of its verb.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ahg_graph.reading.agent_names import AgentNames
from ahg_graph.reading.verbs import FORMS, find_code, read_base
from ahg_graph.sources.text_normalization import normalize_text

CAPACITIES = {
    "participant": None,
    "observer": re.compile(r"observ", re.IGNORECASE),
    "new-member": re.compile(r"\bnew\b|\bjoin|welcom", re.IGNORECASE),
    "officer": re.compile(r"chair|secretar|rapporteur|coordinat|moderat|host", re.IGNORECASE),
}
"""Capacities, each with what the part must say for it; a participant is who is said to have been there."""
_PART_KINDS = frozenset(
    ("title", "heading", "paragraph", "bullet", "entry", "agenda-item", "signature-block", "note", "table-row")
)
_BINDING = frozenset(("undertaking", "commitment", "decision"))
_MODAL = re.compile(r"\b(could|may|might|should|would|can|encouraged to|invited to|if)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(not|no longer|never|without)\b|n['’]t\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_RUN = 8
_BEFORE = 40
"""Characters before a verb in which a word that changes its force stands."""


@dataclass(frozen=True)
class CheckedDraft:
    """What holds of a proposal, in its order, and a question for each line that does not."""

    parts: list[Mapping[str, Any]] = field(default_factory=list)
    attendances: list[Mapping[str, Any]] = field(default_factory=list)
    decisions: list[Mapping[str, Any]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def check_draft(
    proposal: Mapping[str, Any], text: str, known: AgentNames, codes: Collection[str], things: Collection[str]
) -> CheckedDraft:
    """Return what of a proposal holds against a text; `codes` are those of acts, `things` the IRIs in the register."""
    checked = CheckedDraft()
    parts: dict[str, Mapping[str, Any]] = {}
    orders: set[object] = set()
    for item in _list_items(proposal, "parts", checked):
        reasons = list(_check_part(item, text, parts, orders))
        _sort(checked.parts, checked, f"part {item.get('slug')}", item, reasons)
        if not reasons:
            parts[item["slug"]] = item
            orders.add(item.get("order"))
    seen: set[tuple[object, ...]] = set()
    for item in _list_items(proposal, "attendances", checked):
        reasons = list(_check_attendance(item, parts, known))
        same = ("attendance", item.get("agent"))
        if not reasons and same in seen:
            reasons = ["the agent is proposed twice; which capacity is it?"]
        seen.add(same)
        _sort(checked.attendances, checked, f"attendance of {item.get('name')}", item, reasons)
    for item in _list_items(proposal, "decisions", checked):
        reasons = list(_check_decision(item, parts, text, codes, things))
        name = f"decision in {item.get('part')} ({item.get('act') or item.get('verb')})"
        _sort(checked.decisions, checked, name, item, reasons)
    return checked


def _list_items(proposal: Mapping[str, Any], name: str, checked: CheckedDraft) -> Iterator[Mapping[str, Any]]:
    items = proposal.get(name, [])
    for number, item in enumerate(items if isinstance(items, list) else [], 1):
        if isinstance(item, dict):
            yield item
        else:
            checked.questions.append(f"{name} {number}: is no object")


def _sort(
    holding: list[Mapping[str, Any]], checked: CheckedDraft, name: str, item: Mapping[str, Any], reasons: list[str]
) -> None:
    if reasons:
        checked.questions.extend(f"{name}: {reason}" for reason in reasons)
    else:
        holding.append(item)


def _check_part(
    item: Mapping[str, Any], text: str, parts: Mapping[str, object], orders: Collection[object]
) -> Iterator[str]:
    slug, start, end = item.get("slug"), item.get("start"), item.get("end")
    if not isinstance(slug, str) or not re.fullmatch(r"[a-z0-9][a-z0-9-]*", slug):
        yield "a slug is small letters, digits and hyphens"
    elif slug in parts:
        yield "the slug is another part's too"
    if item.get("order") in orders or not isinstance(item.get("order"), int):
        yield "its place in the order of reading is missing, or another part's"
    if item.get("kind") not in _PART_KINDS:
        yield f"{item.get('kind')} is no kind of part; there are {', '.join(sorted(_PART_KINDS))}"
    if not isinstance(item.get("locator"), str) or not item["locator"]:
        yield "how does a reader cite it (locator)?"
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
        yield "its offsets are not in the text"
        return
    words, there = _list_words(str(item.get("text", ""))), _list_words(text[start:end])
    if not words or not _is_within(words, there) or len(there) > 1.3 * len(words) + 12:
        yield f"its words are not those of the text from {start} to {end}"


def _check_attendance(
    item: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]], known: AgentNames
) -> Iterator[str]:
    part = parts.get(str(item.get("part")))
    if part is None:
        yield f"there is no sound part {item.get('part')}"
        return
    name, said = str(item.get("name", "")), normalize_text(str(part["text"]))
    if not name or normalize_text(name) not in said:
        yield f"the name is not written so in {part['slug']}"
        return
    agent = known.find(name)
    if item.get("agent") is None:
        yield "whose name is it? No agent is given"
    elif agent is None or agent.iri != item["agent"]:
        means = agent.iri if agent and agent.iri else "no agent of the register"
        yield f"the name means {means}, and not {item['agent']}"
    capacity = item.get("capacity")
    if capacity not in CAPACITIES:
        yield f"in which capacity? There are {', '.join(CAPACITIES)}"
    elif (needed := CAPACITIES[str(capacity)]) and not needed.search(said):
        yield f"{part['slug']} does not say that it was there as {capacity}"
    elif capacity == "participant" and re.search(rf"{re.escape(name)}[^.;]*\bas (an )?observer", said):
        yield f"{part['slug']} says that it observed"


def _check_decision(
    item: Mapping[str, Any],
    parts: Mapping[str, Mapping[str, Any]],
    text: str,
    codes: Collection[str],
    things: Collection[str],
) -> Iterator[str]:
    part = parts.get(str(item.get("part")))
    if part is None:
        yield f"there is no sound part {item.get('part')}"
        return
    lead = parts.get(str(item.get("lead"))) if item.get("lead") else None
    if item.get("lead") and lead is None:
        yield f"there is no sound part {item['lead']} that leads"
    said = " ".join(normalize_text(str(each["text"])) for each in (lead, part) if each)
    act = item.get("act")
    if act not in codes:
        yield f"{act} is no code of an act"
        return
    places = [match for match in _find_verbs(said) if find_code(read_base(match), codes) == act]
    form = str(item.get("form") or "")
    if form and form.lower() not in said.lower():
        yield f"the verb is not written so: {form}"
    elif not places:
        yield f"no verb of the part is an act of {act}"
    else:
        before = said[max(0, places[0].start() - _BEFORE) : places[0].start()]
        clause = re.split(r"[.;:,]", before)[-1]
        if _NOT.search(clause):
            yield f"the text denies it: {clause.strip()} {places[0][0]}"
        elif item.get("force") in _BINDING and (modal := _MODAL.search(clause)):
            yield f"the text only says that it {modal[0]} be so, which does not bind"
    if (actor := item.get("actor")) and normalize_text(str(actor)) not in said:
        yield f"who acts is not written so: {actor}"
    concerns = item.get("concerns") or []
    if not isinstance(concerns, list):
        yield "what it concerns is no list of IRIs"
        concerns = []
    for concern in concerns:
        if concern not in things:
            yield f"{concern} is not in the register"
    yield from _check_summary(item, str(act), text)


def _check_summary(item: Mapping[str, Any], act: str, text: str) -> Iterator[str]:
    summary = item.get("summary")
    if not summary:
        return
    if not str(summary).lower().startswith(act.split("-")[0]):
        yield f"the summary does not begin with the act ({act}), so it may be stronger or weaker"
    words, there = _list_words(str(summary)), _list_words(text)
    runs = {tuple(there[at : at + _RUN]) for at in range(len(there) - _RUN + 1)}
    if any(tuple(words[at : at + _RUN]) in runs for at in range(len(words) - _RUN + 1)):
        yield f"the summary has {_RUN} words in a row of the text; say it in your own"


def _find_verbs(text: str) -> Iterator[re.Match[str]]:
    for form in FORMS.values():
        yield from form.finditer(text)


def _list_words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(normalize_text(re.sub(r"­|(?<=\w)-\s*\n\s*", "", text)))]


def _is_within(words: list[str], there: list[str]) -> bool:
    """Return whether words stand in others in their order."""
    rest = iter(there)
    return all(word in rest for word in words)
