"""What a new document touches is answered one by one, and what it says is read again part by part."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.homes import add_documents, copy_home

AHG_GRAPH = Path(sys.executable).with_name("ahg-graph")
CASES = Path(__file__).parents[1] / "cases"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = add_documents(copy_home(tmp_path_factory.mktemp("ninth")), "ninth")
    (home / "texts").mkdir()
    shutil.copy(CASES / "ninth" / "statement.txt", home / "texts" / "s9.txt")
    register = home / "data" / "register" / "open.ttl"
    register.write_text(
        """@prefix ahg: <https://w3id.org/ahg-graph/ont#> .
@prefix discrepancy: <https://w3id.org/ahg-graph/id/discrepancy/> .
@prefix discrepancykind: <https://w3id.org/ahg-graph/id/discrepancy-kind/> .
@prefix initiative: <https://w3id.org/ahg-graph/id/initiative/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

discrepancy:whose-luggage a ahg:Discrepancy ;
  skos:prefLabel "Whose luggage it is"@en ;
  ahg:kind discrepancykind:silence ;
  ahg:discrepancyAbout initiative:lost-luggage-list .
""",
        encoding="utf-8",
    )
    return home


def run(home: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(
        [AHG_GRAPH, *arguments], cwd=home, capture_output=True, text=True, input=typed, env=environment
    )


def test_a_ripple_fails_until_it_is_answered(home: Path) -> None:
    first = run(home, "ripples", "S9")
    assert first.returncode == 1
    (line,) = [line for line in first.stdout.splitlines() if "discrepancy:whose-luggage" in line]
    assert line.startswith("data/register/open.ttl:7: discrepancy discrepancy:whose-luggage: ")
    assert "meeting:luggage-workshop-1" not in first.stdout  # what the document itself promises is no question to it
    names = [line.split(": ")[1].split(" ")[1] for line in first.stdout.splitlines()]
    unsigned = run(home, "ripples", "S9", "--answer", names[0])
    assert unsigned.returncode == 2
    unknown = run(home, "ripples", "S9", "--answer", "place:nowhere", "--by", "A. Reader", "--note", "No.")
    assert unknown.returncode == 2
    for number, name in enumerate(names, 1):
        done = run(home, "ripples", "S9", "--answer", name, "--by", "A. Reader", "--note", "It does not say.")
        assert done.stderr == f"{number} of {len(names)} answered\n"
        assert done.returncode == (0 if number == len(names) else 1)
    rows = (home / "data" / "reviews" / "s9.tsv").read_text(encoding="utf-8").splitlines()
    assert rows[0].split("\t")[:5] == ["kind", "subject", "outcome", "by", "on"]
    assert len([row for row in rows if row.startswith("ripple\t")]) == len(names)


def test_a_part_is_shown_with_its_text_and_accepted_or_noted(home: Path) -> None:
    answers = "a\nn the second name is missing\n" + "a\n" * 6
    done = run(home, "review", "S9", "--by", "A. Reader", "--texts", "texts", typed=answers)
    assert "S9 title\n  | NINTH MEETING OF AD HOC GROUP SENIOR OFFICIALS" in done.stdout
    assert "  | Sri Lanka opened the day and thanked all who had come.\n" in done.stdout
    assert "decision:s9-p2-1 (decision)\n    taken at: Ninth Meeting of the AHG Senior Officials\n" in done.stdout
    assert "    act: open\n" in done.stdout
    assert (done.returncode, done.stderr) == (1, "7 of 8 parts accepted\n")
    again = run(home, "review", "S9", "--by", "B. Reader", "--texts", "texts", typed="a\n")
    assert (again.returncode, again.stderr) == (0, "8 of 8 parts accepted\n")
    assert "S9 title" not in again.stdout
    assert "-- note by A. Reader on " in again.stdout
    rows = run(home, "coverage", "--document", "S9").stdout.splitlines()
    assert rows[0].endswith(",read")
    assert [",accepted by " in row for row in rows[1:]] == [True] * 8


def test_a_part_is_read_again_when_the_record_says_something_else(home: Path) -> None:
    record = home / "data" / "record" / "s9.ttl"
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace('ahg:summary "Open the meeting."@en', 'ahg:summary "Open it."@en'), encoding="utf-8")
    done = run(home, "review", "S9", "--by", "A. Reader", typed="q\n")
    assert "S9 para 2\n" in done.stdout
    assert (done.returncode, done.stderr) == (1, "7 of 8 parts accepted\n")
    record.write_text(text, encoding="utf-8")
