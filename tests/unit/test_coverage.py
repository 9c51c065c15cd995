"""Every part of every document bears something, or says why it does not."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

from ahg_graph.sources.coverage import measure_coverage
from ahg_graph.sources.turtle import load_sources
from support.homes import write_home_file

HOME = Path(__file__).parents[2]
AHG_GRAPH = Path(sys.executable).with_name("ahg-graph")
DOCUMENT = """@prefix ahg: <https://w3id.org/ahg-graph/ont#> .
@prefix doc: <https://w3id.org/ahg-graph/id/doc/> .
@prefix x: <https://w3id.org/ahg-graph/id/doc/x/> .
@prefix y: <https://w3id.org/ahg-graph/id/doc/y/> .
@prefix name: <https://w3id.org/ahg-graph/id/name/> .
"""
RECORD = """
doc:x a ahg:SourceDocument ; ahg:documentKey "X" ; ahg:documentOrder 2 .
doc:y a ahg:SourceDocument ; ahg:documentKey "Y" ; ahg:documentOrder 1 .
x:p2 a ahg:DocumentPart ; ahg:partOfDocument doc:x ; ahg:locator "para 2" ; ahg:partOrder 2 .
x:p10 a ahg:DocumentPart ; ahg:partOfDocument doc:x ; ahg:locator "para 10" ; ahg:partOrder 10 ;
  ahg:noFactReason "A courtesy."@en .
y:p1 a ahg:DocumentPart ; ahg:partOfDocument doc:y ; ahg:locator "para 1" ; ahg:partOrder 1 .
name:a a ahg:Name ; ahg:evidencedBy y:p1 , x:p2 .
name:b a ahg:Name ; ahg:evidencedBy y:p1 .
name:c ahg:evidencedBy y:p1 .
"""


def make_home(folder: Path, more: str = "") -> Path:
    record = folder / "data" / "record" / "x.ttl"
    record.parent.mkdir(parents=True)
    record.write_text(DOCUMENT + RECORD + more, encoding="utf-8")
    write_home_file(folder)
    return folder


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [AHG_GRAPH, "coverage", *arguments], capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"}
    )


def test_parts_come_in_order_with_what_is_based_on_them(tmp_path: Path) -> None:
    parts = measure_coverage(load_sources(make_home(tmp_path)))
    assert [(part.document, part.locator, dict(part.kinds), part.reason, part.is_covered) for part in parts] == [
        ("Y", "para 1", {"Name": 2, "thing": 1}, "", True),
        ("X", "para 2", {"Name": 1}, "", True),
        ("X", "para 10", {}, "A courtesy.", True),
    ]


def test_a_bare_part_is_named_and_the_exit_code_tells(tmp_path: Path) -> None:
    more = 'x:p3 a ahg:DocumentPart ; ahg:partOfDocument doc:x ; ahg:locator "para 3" ; ahg:partOrder 3 .\n'
    home = make_home(tmp_path, more)
    done = run("--home", home, "--missing")
    assert done.returncode == 1
    assert list(csv.reader(io.StringIO(done.stdout)))[1:] == [["X", "para 3", "0", ""]]
    first, second = done.stderr.splitlines()
    assert first.startswith("data/record/x.ttl:16: X para 3 ") and second.startswith("1 of 4 parts ")
    whole = run("--home", home, "--document", "y")
    assert (whole.returncode, whole.stderr) == (0, "all 1 parts accounted for\n")
    unknown = run("--home", home, "--document", "Z")
    assert unknown.returncode == 2
    assert unknown.stderr.startswith("[unknown-name] ") and unknown.stderr.endswith("X, Y\n")


def test_errors_are_reported_instead(tmp_path: Path) -> None:
    done = run("--home", make_home(tmp_path, "x:p4 a z:Part .\n"))
    assert done.returncode == 1
    assert done.stderr.startswith("data/record/x.ttl:16:8: The prefix z: has not been declared\n")


def test_the_record_is_complete() -> None:
    parts = measure_coverage(load_sources(HOME))
    assert {part.document for part in parts} >= {"PR", "S5", "S7", "P1", "P8"}
    assert [(part.document, part.locator) for part in parts if not part.is_covered] == []
