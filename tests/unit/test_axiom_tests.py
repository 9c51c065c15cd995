"""Every axiom has a witness, and an axiom that the rules ignore is noticed."""

from pathlib import Path

import pytest

from ahg_graph.rdf.terms import NamedNode, Triple
from ahg_graph.reasoning.axiom_tests import AxiomTest, UnsatisfiableAxiom, check_axiom_tests, derive_axiom_tests
from ahg_graph.reasoning.rules import Rule, load_rule_folder
from ahg_graph.sources.turtle import load_sources, parse_turtle

HOME = Path(__file__).parents[2]
HEAD = """@prefix ahg: <https://w3id.org/ahg-graph/ont#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix status: <https://w3id.org/ahg-graph/id/status/> .
"""
AXIOMS = {
    "ahg:B rdfs:subClassOf ahg:A .": ["ahg:B rdfs:subClassOf ahg:A"],
    "ahg:A owl:equivalentClass ahg:B .": ["ahg:A rdfs:subClassOf ahg:B", "ahg:B rdfs:subClassOf ahg:A"],
    "ahg:p rdfs:subPropertyOf ahg:q .": ["ahg:p rdfs:subPropertyOf ahg:q"],
    "ahg:p owl:inverseOf ahg:q .": ["ahg:p owl:inverseOf ahg:q", "ahg:p owl:inverseOf ahg:q"],
    "ahg:p owl:propertyChainAxiom ( ahg:q ahg:r ahg:s ) .": ["ahg:p owl:propertyChainAxiom ( ahg:q ahg:r ahg:s )"],
    "ahg:p a owl:TransitiveProperty .": ["ahg:p a owl:TransitiveProperty"],
    "ahg:p a owl:SymmetricProperty .": ["ahg:p a owl:SymmetricProperty"],
    "ahg:p rdfs:domain ahg:A .": ["ahg:p rdfs:domain ahg:A"],
    "ahg:p rdfs:range ahg:A .": ["ahg:p rdfs:range ahg:A"],
    "ahg:A owl:equivalentClass [ a owl:Restriction ; owl:onProperty ahg:p ; owl:hasValue status:x ] .": [
        "ahg:A and ahg:p owl:hasValue status:x",
        "ahg:A and ahg:p owl:hasValue status:x",
    ],
    "[] a owl:Restriction ; owl:onProperty ahg:p ; owl:hasValue status:x ; rdfs:subClassOf ahg:A .": [
        "ahg:A and ahg:p owl:hasValue status:x"
    ],
    "ahg:p a owl:IrreflexiveProperty .": ["ahg:p a owl:IrreflexiveProperty"],
    "ahg:p a owl:AsymmetricProperty .": ["ahg:p a owl:AsymmetricProperty"],
    "ahg:A owl:disjointWith ahg:B .": ["ahg:A owl:disjointWith ahg:B"],
    "[] a owl:AllDisjointClasses ; owl:members ( ahg:A ahg:B ahg:C ) .": [
        "ahg:A owl:disjointWith ahg:B",
        "ahg:B owl:disjointWith ahg:C",
        "ahg:C owl:disjointWith ahg:A",
    ],
    "[] a owl:AllDifferent ; owl:distinctMembers ( status:x status:y status:z ) .": [
        "owl:AllDifferent ( status:x ... status:z )"
    ],
    "[] a owl:AllDifferent ; owl:members ( status:v status:w ) .": ["owl:AllDifferent ( status:v ... status:w )"],
    # Of two lists that overlap each must speak for itself.
    "[] a owl:AllDifferent ; owl:distinctMembers ( status:x status:y ) . "
    "[] a owl:AllDifferent ; owl:distinctMembers ( status:x status:y status:z ) .": [
        "owl:AllDifferent ( status:x ... status:y )",
        "owl:AllDifferent ( status:x ... status:z )",
    ],
}
HEEDED = frozenset(
    (
        *("rdfs:subClassOf", "owl:equivalentClass", "rdfs:subPropertyOf", "owl:inverseOf", "owl:propertyChainAxiom"),
        *("rdfs:domain", "rdfs:range", "owl:hasValue", "owl:onProperty", "owl:members", "owl:disjointWith"),
        "owl:distinctMembers",
    )
)
SILENT = frozenset(
    ("rdfs:label", "rdfs:isDefinedBy", "owl:versionInfo", "owl:versionIRI", "owl:priorVersion", "owl:deprecated")
)


def read(text: str) -> list[Triple]:
    triples, _, slips = parse_turtle((HEAD + text).encode(), "a.ttl")
    assert slips == []
    return triples


@pytest.fixture(scope="module")
def rules() -> tuple[Rule, ...]:
    return load_rule_folder(HOME / "ontology" / "rules")


@pytest.mark.parametrize(("text", "names"), AXIOMS.items(), ids=[names[0] for names in AXIOMS.values()])
def test_each_axiom_has_its_witness(text: str, names: list[str]) -> None:
    assert sorted(axiom_test.axiom for axiom_test in derive_axiom_tests(read(text))) == sorted(names)


@pytest.mark.slow
def test_every_axiom_is_applied(rules: tuple[Rule, ...]) -> None:
    assert check_axiom_tests(read("\n".join(AXIOMS).replace("ahg:A owl:equivalentClass ahg:B .", "")), rules) != ()
    for text in AXIOMS:
        assert check_axiom_tests(read(text), rules) == (), text


def test_no_axiom_is_applied_without_rules(rules: tuple[Rule, ...]) -> None:
    """With the rules for equality alone, every axiom is reported."""
    few = [rule for rule in rules if rule.name == "eq-ref"]
    for text, names in AXIOMS.items():
        found = check_axiom_tests(read(text), few)
        assert sorted(axiom_test.axiom for axiom_test in found) == sorted(names)
        assert all(isinstance(axiom_test, AxiomTest) for axiom_test in found)


@pytest.mark.parametrize(
    ("name", "axiom"),
    [
        ("prp-spo2", "ahg:p owl:propertyChainAxiom ( ahg:q ahg:r ahg:s )"),
        ("prp-trp", "ahg:p a owl:TransitiveProperty"),
        ("prp-asyp", "ahg:p a owl:AsymmetricProperty"),
        ("cax-adc", "ahg:A owl:disjointWith ahg:B"),
        ("eq-diff2", "owl:AllDifferent ( status:v ... status:w )"),
        ("eq-diff3", "owl:AllDifferent ( status:x ... status:z )"),
    ],
)
def test_a_rule_taken_out_is_noticed(rules: tuple[Rule, ...], name: str, axiom: str) -> None:
    rest = [rule for rule in rules if rule.name != name]
    assert len(rest) < len(rules)
    text = next(text for text, names in AXIOMS.items() if axiom in names and (name != "cax-adc" or "members" in text))
    assert axiom in {axiom_test.axiom for axiom_test in check_axiom_tests(read(text), rest)}


def test_an_axiom_that_nothing_can_use_is_named(rules: tuple[Rule, ...]) -> None:
    text = "ahg:p rdfs:domain ahg:A . ahg:p rdfs:domain ahg:B . ahg:A owl:disjointWith ahg:B ."
    misused = {UnsatisfiableAxiom("ahg:p rdfs:domain ahg:A"), UnsatisfiableAxiom("ahg:p rdfs:domain ahg:B")}
    assert set(check_axiom_tests(read(text), rules)) == misused


def test_the_ontology_uses_no_axiom_without_a_witness() -> None:
    """A term of OWL or RDFS that the ontology takes up must be made part of the canaries, or be known to be silent."""
    used = set()
    for triple in load_sources(HOME).triples("ontology"):
        for prefix, base in (
            ("owl:", "http://www.w3.org/2002/07/owl#"),
            ("rdfs:", "http://www.w3.org/2000/01/rdf-schema#"),
        ):
            if triple.predicate.value.startswith(base):
                used.add(prefix + triple.predicate.value.removeprefix(base))
    kinds = {
        triple.object.value.partition("owl#")[2]
        for triple in load_sources(HOME).triples("ontology")
        if triple.predicate.value.endswith("#type")
        and isinstance(triple.object, NamedNode)
        and "owl#" in triple.object.value
    }
    assert used <= HEEDED | SILENT
    assert kinds <= {
        *("Ontology", "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Restriction"),
        *("AllDisjointClasses", "TransitiveProperty", "SymmetricProperty", "AsymmetricProperty", "IrreflexiveProperty"),
        "AllDifferent",
    }
