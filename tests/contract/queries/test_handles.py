"""What people call a thing is the same thing at every door: search, parameters, command line, tools, reconciliation."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from ahg_graph.cli.app import make_app
from ahg_graph.errors import BadParameter
from ahg_graph.queries.name_resolver import NameResolver, open_names, read_candidate
from ahg_graph.snapshot import Snapshot
from support.namespaces import ID, ONT
from support.servers import Running
from support.tools import Talk, call

CASES = yaml.safe_load((Path(__file__).parents[2] / "competency" / "handles.yaml").read_text(encoding="utf-8"))
TEXTS = [case["text"] for case in CASES]
MOST = 5


@pytest.fixture(scope="module")
def names(real_snapshot: Snapshot) -> NameResolver:
    return open_names(real_snapshot.path)


@pytest.fixture(scope="module")
def found(names: NameResolver) -> dict[str, list[str]]:
    """The things that the owner of names finds, for each text."""
    return {text: [match.thing.iri for match in names.search(text, MOST)] for text in TEXTS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_the_thing_meant_is_found_first(found: dict[str, list[str]], case: dict[str, str]) -> None:
    assert found[case["text"]][0] == ID + case["thing"]


def test_a_search_finds_them_in_that_order(graph: Running, found: dict[str, list[str]]) -> None:
    shown = {}
    for text in TEXTS:
        answer = graph.client.get("/search", params={"q": text, "format": "json", "limit": str(MOST)}).json()
        shown[text] = [thing["iri"] for thing in answer["things"]]
    assert shown == found


def test_reconciliation_finds_them_in_that_order(graph: Running, found: dict[str, list[str]]) -> None:
    batch = {str(n): {"query": text, "limit": MOST} for n, text in enumerate(TEXTS)}
    answer = graph.client.post("/reconcile", data={"queries": json.dumps(batch)}).json()
    shown = {text: [ID + one["id"] for one in answer[str(n)]["result"]] for n, text in enumerate(TEXTS)}
    assert shown == found


def test_a_parameter_takes_the_first_or_offers_it(
    graph: Running, names: NameResolver, found: dict[str, list[str]]
) -> None:
    def read(text: str) -> list[str]:
        answer = graph.client.get("/queries/evidence.json", params={"entity": text})
        return [] if answer.status_code == 200 else [read_candidate(one) for one in answer.json()["candidates"]]

    _check(names, found, read)


def test_a_tool_takes_the_first_or_offers_it(talk: Talk, names: NameResolver, found: dict[str, list[str]]) -> None:
    def read(text: str) -> list[str]:
        answer: Any = call(talk, "describe", entity=text)
        return [read_candidate(one) for one in answer.content["candidates"]] if answer.is_error else []

    _check(names, found, read)


def test_the_command_line_offers_the_first(
    real_snapshot: Snapshot, names: NameResolver, found: dict[str, list[str]]
) -> None:
    for text in [text for text in TEXTS if not names.find_things(text)][::6]:
        folder = str(real_snapshot.path.parent)
        done = CliRunner().invoke(make_app(), ["ask", "evidence", f"entity={text}", "--snapshots", folder])
        assert isinstance(done.exception, BadParameter)
        assert [_identify(names, one) for one in done.exception.candidates][: len(found[text])] == found[text]


def _check(names: NameResolver, found: dict[str, list[str]], read: Callable[[str], list[str]]) -> None:
    """What is refused is refused with what a search finds; what is taken stands for what a search finds first."""
    for text in TEXTS:
        offered = [_identify(names, one) for one in read(text)]
        meant = [thing.iri for thing in names.find_things(text)]
        assert offered[: len(found[text])] == ([] if len(meant) == 1 else found[text]), text
        assert len(meant) != 1 or meant == found[text][:1], text


def _identify(names: NameResolver, candidate: str) -> str:
    (thing,) = names.find_things(read_candidate(candidate))
    return thing.iri


@pytest.mark.parametrize("text", ["aland", "fice", "ndones"])
def test_nothing_is_found_inside_a_word(names: NameResolver, text: str) -> None:
    assert [match for match in names.search(text) if text in match.thing.label.casefold()] == []


def test_a_slip_is_one_of_a_word_and_not_of_a_whole_name(names: NameResolver) -> None:
    found = names.find_near("smugling", [ONT + "Agent"])
    assert [thing for thing in found if "smuggling" not in " ".join(thing.names).casefold()] == []


def test_bodies_come_before_what_happened_to_them(names: NameResolver) -> None:
    for text in ("office", "working group", "network", "RILON", "steering"):
        late = [match.thing.is_event or match.thing.is_said for match in names.search(text) if match.rank]
        assert late == sorted(late), text


def test_no_thing_is_titled_by_its_slug(names: NameResolver) -> None:
    assert [thing.iri for thing in names.list_things((), 100_000) or () if thing.label == thing.slug] == []
