"""A proposal from anyone is checked line by line against the text; what does not hold is a question, not a fact."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ahg_graph.authoring.draft_checks import CheckedDraft, check_draft
from ahg_graph.authoring.draft_turtle import write_draft
from ahg_graph.sources.scaffold import read_act_codes, read_agents
from ahg_graph.sources.turtle import Sources, load_sources, parse_turtle

HOME = Path(__file__).parents[2]
TEXT = """1. The meeting was attended by Malaysia and the Maldives. Canada attended as an observer.

2. Ministers could agree to light the lamps. They noted that the harbour was dark and cold for many long winter nights.

3. They did not endorse the list of lamps.
"""
ID = "https://w3id.org/ahg-graph/id/"
LINES = TEXT.split("\n\n")


def part(number: int) -> dict[str, Any]:
    start = TEXT.index(LINES[number - 1]) + 3
    text = LINES[number - 1][3:].strip()
    shape = {"slug": f"p{number}", "kind": "paragraph", "locator": f"para {number}", "order": number}
    return {**shape, "text": text, "start": start, "end": start + len(text)}


def attendance(**changes: Any) -> dict[str, Any]:
    return {"name": "Malaysia", "agent": f"{ID}agent/malaysia", "capacity": "participant", "part": "p1", **changes}


def decision(**changes: Any) -> dict[str, Any]:
    return {"part": "p2", "act": "note", "verb": "note", "form": "noted", "actor": "They", **changes}


SOUND: dict[str, Any] = {
    "document": {"key": "L1", "slug": "lamps", "meeting": "lamps-01"},
    "parts": [part(1), part(2), part(3)],
    "attendances": [attendance(), attendance(name="Canada", agent=f"{ID}agent/canada", capacity="observer")],
    "decisions": [decision(summary="Note a lack of light.", concerns=[f"{ID}body/rso"])],
}


@pytest.fixture(scope="module")
def sources() -> Sources:
    return load_sources(HOME, "ontology", "register", "record")


def check(sources: Sources, proposal: dict[str, Any]) -> CheckedDraft:
    return check_draft(proposal, TEXT, read_agents(sources), read_act_codes(sources), {f"{ID}body/rso"})


def test_what_holds_is_written_and_nothing_is_asked(sources: Sources) -> None:
    checked = check(sources, SOUND)
    assert checked.questions == []
    written = write_draft("L1", SOUND["document"], checked, "proposal.json")
    triples, _, errors = parse_turtle(written.encode(), "l1.ttl", blank_nodes=False)
    assert errors == []
    assert {triple.subject.value.removeprefix(ID) for triple in triples} == {
        *(f"doc/lamps/p{number}" for number in (1, 2, 3)),
        "attendance/lamps-01-malaysia",
        "attendance/lamps-01-canada",
        "decision/l1-p2-1",
    }
    assert "ahg:asObserverAt meeting:lamps-01 ;" in written
    assert 'ahg:summary "Note a lack of light."@en ;' in written


@pytest.mark.parametrize(
    ("kind", "item", "question"),
    [
        ("parts", {**part(2), "start": 0, "end": 30}, "its words are not those of the text from 0 to 30"),
        ("parts", {**part(2), "end": 9999}, "its offsets are not in the text"),
        ("parts", {**part(2), "text": "Ministers agreed to light the lamps."}, "its words are not those"),
        ("parts", {**part(2), "kind": "verse"}, "verse is no kind of part; there are agenda-item, bullet"),
        ("attendances", attendance(name="Malasia"), "the name is not written so in p1"),
        ("attendances", attendance(name="Maldives"), f"the name means {ID}agent/maldives, and not {ID}agent/malaysia"),
        ("attendances", attendance(part="p3", capacity="participant"), "the name is not written so in p3"),
        ("attendances", attendance(part="p9"), "there is no sound part p9"),
        ("attendances", attendance(agent=None), "whose name is it?"),
        ("attendances", attendance(capacity="new-member"), "p1 does not say that it was there as new-member"),
        (
            "attendances",
            attendance(name="Canada", agent=f"{ID}agent/canada", capacity="participant"),
            "p1 says that it observed",
        ),
        ("decisions", decision(act="endorse", form=""), "no verb of the part is an act of endorse"),
        ("decisions", decision(act="shine"), "shine is no code of an act"),
        ("decisions", decision(form="notes"), "the verb is not written so: notes"),
        ("decisions", decision(part="p3", act="endorse", form="endorse"), "the text denies it: They did not endorse"),
        (
            "decisions",
            decision(act="agree", form="agree", actor="Ministers", force="undertaking"),
            "the text only says that it could be so",
        ),
        ("decisions", decision(actor="The Chair"), "who acts is not written so: The Chair"),
        ("decisions", decision(concerns=[f"{ID}body/none"]), f"{ID}body/none is not in the register"),
        ("decisions", decision(summary="Welcome the dark."), "the summary does not begin with the act (note)"),
        (
            "decisions",
            decision(summary="Note that the harbour was dark and cold for many long winter nights."),
            "the summary has 8 words in a row of the text",
        ),
    ],
)
def test_what_does_not_hold_is_a_question(sources: Sources, kind: str, item: dict[str, Any], question: str) -> None:
    proposal = copy.deepcopy(SOUND)
    if kind == "parts":
        proposal["parts"][1] = item
        proposal["decisions"] = []
    else:
        proposal[kind] = [item]
    checked = check(sources, proposal)
    assert item not in getattr(checked, kind)
    (told,) = checked.questions
    assert question in told


def test_what_rests_on_a_part_that_does_not_hold_is_not_written(sources: Sources) -> None:
    proposal = {**SOUND, "parts": [part(1), {**part(2), "end": 9999}, part(3)]}
    checked = check(sources, proposal)
    assert checked.decisions == []
    assert len(checked.questions) == 2


def test_the_command_writes_a_file_and_fails_while_there_are_questions(tmp_path: Path) -> None:
    (tmp_path / "l1.txt").write_text(TEXT, encoding="utf-8")
    proposal = {**SOUND, "decisions": [decision(act="endorse", form="")]}
    (tmp_path / "p.json").write_text(json.dumps(proposal), encoding="utf-8")
    command = [Path(sys.executable).with_name("ahg-graph"), "draft", "L1", "--from", tmp_path / "p.json"]
    command += ["--text", tmp_path / "l1.txt", "-o", tmp_path / "l1.ttl"]
    environment = {**os.environ, "COLUMNS": "200"}
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert done.stderr.endswith("5 lines hold, 1 questions\n")
    assert "#! decision in p2 (endorse): no verb of the part" in (tmp_path / "l1.ttl").read_text(encoding="utf-8")
    again = subprocess.run(command, cwd=HOME, capture_output=True, text=True, env=environment)
    assert again.returncode == 2
