"""What the command line does for those who read and type: tables, records, help of a query, completion, `--open`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ahg_graph.cli.app import make_app
from ahg_graph.cli.tables import print_table
from ahg_graph.errors import UnknownName
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.snapshot import Snapshot

HOME = Path(__file__).parents[2]
WORDS = "The list gives states and organisations one by one and leaves no opening for more"


def invoke(*arguments: str, **variables: str) -> Result:
    return CliRunner(env={"COLUMNS": "100", **variables}).invoke(make_app(), arguments)


def draw(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(width))
    row = {name: {"type": "literal", "value": value} for name, value in (("state", "Afghanistan"), ("reason", WORDS))}
    row["agent"] = {"type": "uri", "value": "https://w3id.org/ahg-graph/id/agent/afghanistan"}
    print_table(("agent", "state", "organisation", "reason"), [row, row])
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_a_table_breaks_between_words_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    lines = draw(capsys, monkeypatch, width)
    assert max(map(len, lines)) <= width
    assert set(WORDS.split()) <= set(" ".join(lines).split())
    assert lines[2].split() == ["agent", "state", "reason"] or lines[1].split() == ["agent", "state", "reason"]
    assert lines[-2:] == ["2 rows", "No value in any row: organisation"]


def test_a_narrow_table_becomes_records(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line.rstrip() for line in draw(capsys, monkeypatch, 40)]
    assert max(map(len, lines)) <= 40
    assert set(WORDS.split()) <= set(" ".join(lines).split())
    assert [line.split()[0] for line in lines if line and not line.startswith(" ")][:6] == [
        *("agent", "state", "reason") * 2
    ]


def test_the_help_of_a_query_has_its_parameters_and_its_example() -> None:
    shown = invoke("ask", "members-on-date", "--help")
    query = load_catalogue(HOME / "queries").current["members-on-date"]
    assert shown.exit_code == 0
    words = " ".join(shown.stdout.split())
    assert query.summary in words
    assert query.description.strip().split(". ")[0] in words
    assert "(required; e.g. 2013-03-05)" in words
    assert "Example: ahg-graph ask members-on-date body=ahg date=2013-03-05" in words
    assert "KEY=VALUE" in invoke("ask", "--help").stdout


@pytest.mark.parametrize("more", [[], ["--help"]])
def test_a_slip_in_the_name_of_a_query_is_met_with_near_ones(real_snapshot: Snapshot, more: list[str]) -> None:
    done = invoke("ask", "attendence", *more, AHG_GRAPH_SNAPSHOTS=str(real_snapshot.path.parent))
    assert isinstance(done.exception, UnknownName)
    assert "did you mean attendance" in str(done.exception)


@pytest.mark.parametrize(
    ("words", "place", "expected"),
    [
        ("ahg-graph ask mem", 2, ["members-not-attending", "members-on-date", "membership-graph"]),
        ("ahg-graph ask members-on-date ", 3, ["body=", "date="]),
        ("ahg-graph ask attendance meeting = ahg-som-0", 5, [f"ahg-som-0{n}" for n in range(1, 9)]),
        ("ahg-graph ask attendance meeting=ahg-som-07", 3, ["meeting=ahg-som-07"]),
        ("ahg-graph ask meetings kind=works", 3, ["kind=workshop"]),
        ("ahg-graph ask nothing ", 3, []),
        ("ahg-graph valid", 1, ["validate"]),
    ],
)
def test_a_shell_completes_queries_parameters_and_values(
    real_snapshot: Snapshot, words: str, place: int, expected: list[str]
) -> None:
    asked = {"COMP_WORDS": words, "COMP_CWORD": str(place), "_AHG_GRAPH_COMPLETE": "complete_bash"}
    environment = {**os.environ, **asked, "AHG_GRAPH_SNAPSHOTS": str(real_snapshot.path.parent)}
    command = Path(sys.executable).with_name("ahg-graph")
    done = subprocess.run([command], env=environment, cwd=HOME, capture_output=True, text=True)
    assert (done.stdout.split(), done.stderr) == (expected, "")


def test_the_page_of_an_answer_is_opened(real_snapshot: Snapshot, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n', encoding="utf-8")
    browser.chmod(0o755)
    call = [Path(sys.executable).with_name("ahg-graph"), "ask", "--snapshots", str(real_snapshot.path.parent), "--open"]
    environment = {**os.environ, "BROWSER": f"{browser} %s"}
    question = [*call, "members-not-attending", "meeting=7th & last"]
    failed = subprocess.run(question, env=environment, cwd=HOME, capture_output=True, text=True)
    assert (failed.returncode, failed.stderr.split()[0]) == (2, "[bad-parameter]")
    question[-1] = "meeting=ahg-som-07"
    nowhere = subprocess.run(question, env=environment, cwd=HOME, capture_output=True, text=True)
    assert (nowhere.returncode, nowhere.stderr.split()[0]) == (6, "[no-server]")
    environment["AHG_GRAPH_ADDRESS"] = "https://graph.example.org/ahg"
    done = subprocess.run(question, env=environment, cwd=HOME, capture_output=True, text=True)
    expected = "https://graph.example.org/ahg/queries/members-not-attending?meeting=ahg-som-07\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, "", expected)
    assert (tmp_path / "opened").read_text(encoding="utf-8") == expected
