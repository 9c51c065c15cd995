"""The records of decisions: each has a number of its own, and none is left out."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = sorted(int(path.name.partition("-")[0]) for path in FOLDER.glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
