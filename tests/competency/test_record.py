"""The record as it is written down, part by part, against what a second reader found in the documents.

Each file under `record/` covers parts of one document. A part stands there with all its decisions: the act, what it
concerns (what it establishes included), who takes it, and to whom it is addressed (who is tasked included).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ahg_graph.rdf.terms import Term
from ahg_graph.sources.turtle import load_sources
from support.namespaces import shorten

FOLDER = Path(__file__).parent / "record"
READINGS: list[Mapping[str, Any]] = [
    {**reading, "document": file.stem}
    for file in sorted(FOLDER.glob("*.yaml"))
    for reading in yaml.safe_load(file.read_text("utf-8"))
]

Names = tuple[str, ...]
Act = tuple[str, Names, Names, Names]
Record = Mapping[str, Mapping[str, set[str]]]


@pytest.fixture(scope="module")
def record(home: Path) -> Record:
    """What is asserted in data/: subject to property to objects, all by their short names."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for subject, predicate, value in load_sources(home).triples("register", "record"):
        found[_shorten(subject)][_shorten(predicate)].add(_shorten(value))
    return found


def _shorten(term: Term) -> str:
    return shorten(str(getattr(term, "value", term)))


def _sort(*groups: Iterable[str]) -> Names:
    return tuple(sorted({name for group in groups for name in group}))


def _acts_on(part: str, record: Record) -> list[Act]:
    return [
        (
            ", ".join(sorted(properties["ahg:act"])),
            _sort(properties["ahg:concerns"], properties["ahg:establishes"]),
            _sort(properties["ahg:takenBy"]),
            _sort(properties["ahg:addressedTo"], properties["ahg:tasks"]),
        )
        for properties in record.values()
        if "ahg:act" in properties and part in properties["ahg:evidencedBy"]
    ]


def _read(decision: Mapping[str, Any]) -> Act:
    unknown = set(decision) - {"act", "concerns", "by", "to"}
    assert not unknown, f"a decision has no {sorted(unknown)}"
    return (
        f"act:{decision['act']}",
        _sort(decision["concerns"]),
        _sort(decision.get("by", ())),
        _sort(decision.get("to", ())),
    )


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading["part"])
def test_a_part_has_the_decisions_that_the_document_gives_it(reading: Mapping[str, Any], record: Record) -> None:
    expected = Counter(map(_read, reading["decisions"]))
    found = Counter(_acts_on(reading["part"], record))
    assert {"missing": expected - found, "too many": found - expected} == {"missing": Counter(), "too many": Counter()}


def test_a_reading_names_a_part_of_its_document_once_and_only_things_that_are_registered(record: Record) -> None:
    parts = [reading["part"] for reading in READINGS]
    named = {
        name
        for reading in READINGS
        for decision in reading["decisions"]
        for name in (*decision["concerns"], *decision.get("by", ()), *decision.get("to", ()))
    }
    assert not [part for part, count in Counter(parts).items() if count > 1]
    assert not [reading["part"] for reading in READINGS if not reading["part"].startswith(f"{reading['document']}:")]
    assert not [part for part in parts if "ahg:DocumentPart" not in record[part]["rdf:type"]]
    assert not [name for name in named if name not in record]


def test_an_agent_that_a_document_names_takes_part_in_something(record: Record) -> None:
    agents = {name for name in record if name.startswith(("agent:", "body:"))}
    elsewhere = [
        properties
        for properties in record.values()
        if not {"ahg:Name", "ahg:Claim"}.intersection(properties["rdf:type"])
    ]
    named = {value for properties in elsewhere for values in properties.values() for value in values}
    assert agents - named == set()
