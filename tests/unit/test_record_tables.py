"""A record is opened as tables and cards and written back: what nobody changed stays to the byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ahg_graph.authoring.record_tables import lay_out, read_back, write_tables
from ahg_graph.authoring.templates import Template, load_templates
from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import BuildError
from ahg_graph.rdf.terms import Triple
from ahg_graph.sources.turtle import parse_turtle
from ahg_graph.sources.turtle_blocks import split_blocks

HOME = Path(__file__).parents[2]
RECORDS = [*sorted((HOME / "data" / "record").glob("*.ttl")), HOME / "data" / "register" / "discrepancies.ttl"]
S7 = (HOME / "data" / "record" / "s7.ttl").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def templates() -> tuple[Template, ...]:
    return load_templates(HOME)


def triples(text: str) -> Counter[Triple]:
    found, lines, errors = parse_turtle(text.encode(), "data/record/x.ttl", blank_nodes=False)
    assert errors == []
    assert len(found) == len(lines)
    return Counter(found)


def comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.lstrip().startswith("#")]


def edit(folder: Path, templates: tuple[Template, ...], name: str, old: str, new: str) -> str:
    """Return S7 after a change in one of its tables."""
    write_tables(S7, templates, folder)
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")
    return read_back(S7, templates, folder, get_home().prefixes)


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_nothing_is_lost_both_ways(path: Path, templates: tuple[Template, ...], tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "".join(block.text for block in split_blocks(text)) == text
    counts = write_tables(text, templates, tmp_path)
    assert sum(counts.values()) > 50
    assert read_back(text, templates, tmp_path, get_home().prefixes) == text


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_the_layout_has_the_same_triples_and_comments(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    laid = lay_out(text)
    assert triples(laid) == triples(text)
    assert comments(laid) == comments(text)
    assert lay_out(laid) == laid


def test_every_thing_of_a_family_is_in_its_table(templates: tuple[Template, ...], tmp_path: Path) -> None:
    counts = write_tables(S7, templates, tmp_path)
    for template in templates:
        assert counts[template.family] == S7.count(f" a {template.kind} ;"), template.family


def test_a_changed_cell_changes_its_line_alone(templates: tuple[Template, ...], tmp_path: Path) -> None:
    old, new = "ahg-som-07-malaysia\tmalaysia\tahg-som-07\t\t", "ahg-som-07-malaysia\tmalaysia\t\tahg-som-07\t"
    after = edit(tmp_path, templates, "attendances.tsv", old, new)
    gone, come = set(S7.splitlines()) - set(after.splitlines()), set(after.splitlines()) - set(S7.splitlines())
    assert (len(S7.splitlines()), gone) == (len(after.splitlines()), set())
    assert come == set()  # both lines stand elsewhere too
    assert triples(after) - triples(S7) == Counter(
        parse_turtle(
            (
                b"@prefix ahg: <https://w3id.org/ahg-graph/ont#> .\n"
                b"<https://w3id.org/ahg-graph/id/attendance/ahg-som-07-malaysia> ahg:asObserverAt "
                b"<https://w3id.org/ahg-graph/id/meeting/ahg-som-07> ."
            ),
            "x.ttl",
        )[0]
    )


def test_a_new_row_stands_behind_the_row_before_it(templates: tuple[Template, ...], tmp_path: Path) -> None:
    row = "ahg-som-07-australia\taustralia\tahg-som-07\t\t\t\ts7:p1\n"
    after = edit(tmp_path, templates, "attendances.tsv", row, f"{row}ahg-som-07-fiji\tfiji\t\tahg-som-07\t\t\ts7:p1\n")
    written = """
attendance:ahg-som-07-fiji a ahg:Attendance ;
  ahg:attendanceOf agent:fiji ;
  ahg:asObserverAt meeting:ahg-som-07 ;
  ahg:evidencedBy s7:p1 .
"""
    assert after.replace(written, "", 1) == S7
    assert after.index("attendance:ahg-som-07-australia a") < after.index(written)


def test_a_row_that_is_gone_takes_its_statement_and_one_gap(templates: tuple[Template, ...], tmp_path: Path) -> None:
    row = "ahg-som-07-australia\taustralia\tahg-som-07\t\t\t\ts7:p1\n"
    after = edit(tmp_path, templates, "attendances.tsv", row, "")
    assert len(triples(S7)) - len(triples(after)) == 4
    assert after.count("\n\n\n") == S7.count("\n\n\n")
    assert comments(after) == comments(S7)


def test_a_card_is_written_as_a_statement(templates: tuple[Template, ...], tmp_path: Path) -> None:
    card = """s7-p4-9; at: ahg-som-07; by: agent:the-meeting; act: note; evidence: s7:p4
  concerns: body:ahg | postholding:none
  says: Note that "all" is well.

s7-p4-1; """
    after = edit(tmp_path, templates, "decisions.txt", "s7-p4-1; ", card)
    written = """decision:s7-p4-9 a ahg:Decision ;
  ahg:takenAt meeting:ahg-som-07 ;
  ahg:takenBy agent:the-meeting ;
  ahg:act act:note ;
  ahg:concerns body:ahg , postholding:none ;
  ahg:summary "Note that \\"all\\" is well."@en ;
  ahg:evidencedBy s7:p4 .
"""
    assert written in after
    assert "@prefix postholding: <https://w3id.org/ahg-graph/id/post-holding/> .\n" in after
    assert len(triples(after)) == len(triples(S7)) + 8


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("attendances.tsv", "ahg-som-07-australia\t", "ahg-som-07-malaysia\t", "ahg-som-07-malaysia is on line"),
        ("attendances.tsv", "ahg-som-07-australia\t", "\t", "attendances.tsv:3: a row needs an id"),
        ("decisions.txt", "s7-p4-1; at: ", "s7-p4-1; where: ", "there is no where; there are act, addressed to"),
        ("decisions.txt", "s7-p4-1; at: ", "s7-p4-1; at ", "write NAME: VALUE"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_line(
    templates: tuple[Template, ...], tmp_path: Path, name: str, old: str, new: str, told: str
) -> None:
    with pytest.raises(BuildError) as refused:
        edit(tmp_path, templates, name, old, new)
    assert f"{name}:" in str(refused.value)
    assert told in str(refused.value)


@pytest.mark.slow
def test_the_command_opens_the_editor_and_writes_back(tmp_path: Path) -> None:
    for part in ("ontology/templates", "data/record"):
        shutil.copytree(HOME / part, tmp_path / part)
    shutil.copy(HOME / "graph.toml", tmp_path)
    command = [Path(sys.executable).with_name("ahg-graph"), "edit", "S7"]
    script = "import sys; p = [f for f in sys.argv[1:] if 'attendances' in f][0]; t = open(p).read(); "
    script += "open(p, 'w').write(t.replace('som-07-malaysia\\tmalaysia', 'som-07-malaysia\\tmaldives'))"
    environment = {**os.environ, "VISUAL": f'{sys.executable} -c "{script}"', "COLUMNS": "200"}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert done.stderr.endswith("data/record/s7.ttl: 1 lines added, 1 removed\n"), done.stderr
    stale = subprocess.run([*command, "--to", "t"], cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert stale.returncode == 0
    with (tmp_path / "data/record/s7.ttl").open("a", encoding="utf-8") as file:
        file.write("# more\n")
    stale = subprocess.run([*command, "--from", "t"], cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert stale.returncode == 2
    assert "has changed since" in stale.stderr
