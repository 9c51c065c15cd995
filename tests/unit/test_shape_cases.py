"""Every shape has a good file, in which nothing breaks it, and a bad one, which breaks it as its first lines say.

A line `#! SUBJECT PATH SENTENCE` at the head of a bad file is one report; a dash stands for no path. The files speak
of the things in `world.ttl`. All good ones and all bad ones are checked together, since their things are their own.
"""

from collections import defaultdict
from pathlib import Path

import pytest

from ahg_graph.rdf.terms import NamedNode
from ahg_graph.shapes import Shapes, Violation, check_shapes, format_term, load_shapes
from ahg_graph.sources.turtle import Source, Sources, load_source, load_sources
from support.namespaces import ID, ONTOLOGY_GRAPH

HOME = Path(__file__).parents[2]
CASES = HOME / "tests" / "cases" / "shapes"
SH = "http://www.w3.org/ns/shacl#"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

Report = tuple[str, str, str]


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    loaded = load_shapes(HOME)
    assert loaded.errors == ()
    return loaded


@pytest.fixture(scope="module")
def ontology() -> tuple[Source, ...]:
    return load_sources(HOME).select("ontology")


def load_cases(kind: str) -> list[Source]:
    paths = [CASES / "world.ttl", *sorted(CASES.glob(f"*.{kind}.ttl"))]
    cases = [load_source(HOME, path, "record", ONTOLOGY_GRAPH) for path in paths]
    assert [str(error) for case in cases for error in case.errors] == []
    return cases


def list_shapes(shapes: Shapes) -> set[str]:
    node_shape = NamedNode(SH + "NodeShape")
    return {
        t.subject.value.rpartition("#")[2]
        for t in shapes.triples
        if t.predicate == TYPE and t.object == node_shape and isinstance(t.subject, NamedNode)
    }


def read_report(violation: Violation) -> Report:
    return (format_term(violation.subject).removeprefix(ID), violation.path or "-", violation.sentence)


def read_expected(case: Source) -> set[Report]:
    lines = [line.removeprefix("#! ") for line in case.text.splitlines() if line.startswith("#! ")]
    return {(subject, path, sentence) for subject, path, sentence in (line.split(" ", 2) for line in lines)}


def test_every_shape_has_both_files(shapes: Shapes) -> None:
    names = list_shapes(shapes)
    for kind in ("good", "bad"):
        assert {path.name.removesuffix(f".{kind}.ttl") for path in CASES.glob(f"*.{kind}.ttl")} == names


def test_good_files_conform(shapes: Shapes, ontology: tuple[Source, ...]) -> None:
    cases = load_cases("good")
    assert [str(violation) for violation in check_shapes(shapes, Sources((*ontology, *cases)))] == []


@pytest.fixture(scope="module")
def found(shapes: Shapes, ontology: tuple[Source, ...]) -> dict[str, list[Violation]]:
    by_file = defaultdict(list)
    for violation in check_shapes(shapes, Sources((*ontology, *load_cases("bad")))):
        assert violation.place is not None
        by_file[violation.place.path].append(violation)
    return by_file


@pytest.mark.parametrize("case", load_cases("bad"), ids=lambda case: Path(case.path).name.removesuffix(".bad.ttl"))
def test_bad_file_breaks_its_shape_as_it_says(case: Source, found: dict[str, list[Violation]]) -> None:
    assert {read_report(violation) for violation in found[case.path]} == read_expected(case)
    name = Path(case.path).name.removesuffix(".bad.ttl")
    assert {violation.shape for violation in found[case.path]} == (set() if name == "world.ttl" else {f"ahgs:{name}"})


def test_every_message_is_reached(shapes: Shapes, found: dict[str, list[Violation]]) -> None:
    messages = {t.object.value for t in shapes.triples if t.predicate.value == SH + "message"}
    plain = {message for message in messages if "{" not in message}
    reached = {violation.sentence for violations in found.values() for violation in violations}
    assert plain <= reached, sorted(plain - reached)
    for message in messages - plain:
        before, after = message.split("{")[0], message.split("}")[1]
        assert any(sentence.startswith(before) and sentence.endswith(after) for sentence in reached), message
