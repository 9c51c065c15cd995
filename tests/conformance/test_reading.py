"""Texts in the layouts that web pages, PDFs and word processors leave, against what a careful reader marks in them.

AHG_GRAPH_CONFORMANCE names the folder that holds `reading/reading_exam.py`, which grades the command, and its texts.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

_VARIABLE = "AHG_GRAPH_CONFORMANCE"
FOLDER = Path(os.environ.get(_VARIABLE, "/nowhere")) / "reading"
COMMAND = Path(sys.executable).with_name("ahg-graph")
LEAST = {"parts": 97.0, "agent": 95.0, "capacity": 92.0, "decision": 85.0}
"""The least F1 of each measure, in per cent."""

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{_VARIABLE} names no folder with reading/"),
]


def test_texts_are_read_as_a_careful_reader_does(home: Path, tmp_path: Path) -> None:
    graded = subprocess.run(
        [sys.executable, FOLDER / "reading_exam.py", COMMAND, home, "--save", tmp_path, "-v"],
        capture_output=True,
        text=True,
    )
    assert graded.returncode == 0, graded.stdout + graded.stderr
    total = graded.stdout.splitlines()[-1]
    found = {name: float(value) for name, value in re.findall(r"(\w+) [\d.]+/[\d.]+/([\d.]+)", total)}
    assert {name: found[name] for name, least in LEAST.items() if found[name] < least} == {}, graded.stdout
    schema = json.loads((FOLDER / "new-record.schema.json").read_text(encoding="utf-8"))
    reports = sorted(tmp_path.glob("*.out.json"))
    assert len(reports) == len(list((FOLDER / "texts").glob("*.txt")))
    for path in reports:
        report = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.validate(report, schema)
        text = (FOLDER / "texts" / path.name.replace(".out.json", ".txt")).read_text(encoding="utf-8")
        for part in report["parts"]:
            first = re.findall(r"\w+", part["text"])[0]
            assert first[:3] in text[part["start"] : part["end"]], (path.name, part["slug"])
