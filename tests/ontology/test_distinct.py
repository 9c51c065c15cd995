"""What the ontology declares different: every pair of registered things of a class, save those that are open.

Open is a pair of candidates of a discrepancy. Each class is compared both ways: a pair that is missing would
let a wrong merge pass, a pair too many would close what the documents leave open.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pytest

from ahg_graph.rdf.terms import RdfFormat, Triple, parse
from support.namespaces import expand

ROOT = Path(__file__).parents[2]
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OWL = "http://www.w3.org/2002/07/owl#"
CLASSES = {
    "state": {"ahg:State"},
    "organisation": {"ahg:Organisation", "ahg:InternationalOrganisation"},
    "body": {"ahg:Body"},
    "meeting": {"ahg:Meeting"},
}

Pair = frozenset[str]


def _read(*paths: Path) -> list[Triple]:
    return [quad.triple for path in paths for quad in parse(path=str(path), format=RdfFormat.TURTLE)]


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def _pairs(things: Iterable[str]) -> set[Pair]:
    return {frozenset(pair) for pair in combinations(sorted(set(things)), 2)}


@pytest.fixture(scope="module")
def registered() -> dict[str, set[str]]:
    """The registered things by class."""
    types = [t for t in _read(*sorted((ROOT / "data" / "register").glob("*.ttl"))) if t.predicate.value == f"{RDF}type"]
    return {
        name: {_value(t.subject) for t in types if _value(t.object) in {expand(each) for each in classes}}
        for name, classes in CLASSES.items()
    }


@pytest.fixture(scope="module")
def declared() -> list[list[str]]:
    """The lists of things that are all different."""
    triples = _read(ROOT / "ontology" / "distinct.ttl")
    value = {(t.subject, t.predicate.value): t.object for t in triples}
    found = []
    for triple in triples:
        if triple.predicate.value != f"{OWL}distinctMembers":
            continue
        members, rest = [], triple.object
        while (rest, f"{RDF}first") in value:
            members.append(_value(value[rest, f"{RDF}first"]))
            rest = value[rest, f"{RDF}rest"]
        assert _value(rest) == f"{RDF}nil"
        found.append(members)
    return found


@pytest.fixture(scope="module")
def open_pairs() -> set[Pair]:
    """The pairs of candidates of a discrepancy."""
    about: dict[object, set[str]] = {}
    for t in _read(*sorted((ROOT / "data").glob("*/*.ttl"))):
        if t.predicate.value == expand("ahg:candidate"):
            about.setdefault(t.subject, set()).add(_value(t.object))
    return set().union(*(_pairs(things) for things in about.values()))


@pytest.mark.parametrize("name", CLASSES)
def test_every_pair_is_different_save_the_open_ones(
    name: str, registered: dict[str, set[str]], declared: list[list[str]], open_pairs: set[Pair]
) -> None:
    things = registered[name]
    expected = _pairs(things) - open_pairs
    assert expected
    found = set().union(*(_pairs(things.intersection(members)) for members in declared))
    assert expected - found == set()
    assert found - expected == set()


def test_every_list_holds_registered_things_of_one_class_each_once(
    registered: dict[str, set[str]], declared: list[list[str]]
) -> None:
    for members in declared:
        assert len(members) == len(set(members))
        assert any(things.issuperset(members) for things in registered.values())


def test_the_pairs_that_the_documents_leave_open_are_these(
    registered: dict[str, set[str]], open_pairs: set[Pair]
) -> None:
    assert {tuple(sorted(p)) for p in open_pairs if any(p <= things for things in registered.values())} == {
        tuple(sorted(expand(f"meeting:{each}") for each in pair))
        for pair in (
            ("rso-working-group-first", "rso-informal-2011-11-25"),
            ("rso-working-group-first", "rso-working-group-2012-04-18"),
            ("anniversary-event-2012", "anniversary-forum-trafficking"),
            ("workshop-untoc", "workshop-december-2012"),
            ("workshop-biometrics-proposed", "workshop-biometrics-2012"),
            ("workshop-biometrics-proposed", "workshop-biometrics-2013"),
            ("workshop-biometrics-proposed", "workshop-biometric-data-sharing-2014"),
            ("workshop-biometrics-2013", "workshop-biometric-data-sharing-2014"),
            ("workshop-airport-security-2013", "workshop-airport-security-2014"),
        )
    }
