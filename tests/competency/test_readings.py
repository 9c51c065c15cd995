"""The lists of what readers of the documents found: each fault is judged, and says what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

READINGS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "readings.yaml").read_text("utf-8"))
OUTCOMES = {"mended", "refused"}


def test_each_fault_is_judged_once_with_the_reason() -> None:
    names = [reading["id"] for reading in READINGS]
    assert len(names) == len(set(names)) > 100
    assert {reading["outcome"] for reading in READINGS} <= OUTCOMES
    assert [reading["id"] for reading in READINGS if not reading["why"] or not reading["kind"]] == []
