"""A fault of each of the ten kinds, planted into the real record, is refused by the check of its kind.

What only answers can show, a missing mark or a false `none`, is planted in `tests/unit/test_exhaustive_check.py`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ahg_graph.shapes import Violation, check_shapes, format_term, load_shapes
from ahg_graph.sources.turtle import load_source, load_sources
from support.namespaces import ID, ONTOLOGY_GRAPH

PLANTED = Path(__file__).parent / "planted.ttl"
FAULTS = [
    (int(kind), node.rstrip(":"), sentence)
    for kind, node, sentence in (
        line.removeprefix("#! ").split(" ", 2)
        for line in PLANTED.read_text("utf-8").splitlines()
        if line.startswith("#! ")
    )
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def violations(home: Path) -> tuple[Violation, ...]:
    sources = load_sources(home)
    planted = load_source(home, PLANTED, "record", ONTOLOGY_GRAPH)
    assert [str(error) for error in planted.errors] == []
    return check_shapes(load_shapes(home), replace(sources, files=(*sources.files, planted)))


def test_every_kind_has_a_fault() -> None:
    assert {kind for kind, _, _ in FAULTS} == set(range(1, 11))


@pytest.mark.parametrize(("kind", "node", "sentence"), FAULTS, ids=lambda value: str(value)[:40])
def test_a_planted_fault_is_refused(kind: int, node: str, sentence: str, violations: tuple[Violation, ...]) -> None:
    found = [v.sentence for v in violations if format_term(v.subject).removeprefix("<").rstrip(">").endswith(node)]
    found += [v.sentence for v in violations if node in str(v.subject)]
    assert any(sentence in said for said in found), (kind, found)


def test_the_record_itself_has_none_of_them(violations: tuple[Violation, ...]) -> None:
    planted = [v for v in violations if "planted" in str(v.subject) or "planted" in v.sentence]
    others = [v for v in violations if v not in planted and v.severity == "violation"]
    assert [f"{format_term(v.subject)}: {v.sentence}" for v in others if ID in str(v.subject)] == []
