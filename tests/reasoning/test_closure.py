"""The closure against a second opinion, and what it says of contradictions and of bad input."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from ahg_graph.errors import RuleError
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Triple
from ahg_graph.reasoning.closure import close_generically, close_graph
from ahg_graph.reasoning.rules import Rule, parse_rules
from ahg_graph.sources.turtle import load_sources

Read = Callable[[str], list[Triple]]
Close = Callable[[Iterable[Triple]], tuple[set[Triple], int]]
HOME = Path(__file__).parents[2]
KEYS = "https://example.org/keys#"
CLASH = "https://example.org/contradictions#"
SAME = NamedNode("http://www.w3.org/2002/07/owl#sameAs")


def test_agrees_with_the_second_opinion(read_case: Read, owl_rl: tuple[Rule, ...], second_opinion: Close) -> None:
    triples = read_case("consortium.ttl")
    closure = close_graph(triples, owl_rl)
    theirs, errors = second_opinion(triples)
    assert theirs
    assert set(closure.inferred) == theirs
    assert (closure.contradictions, errors) == ((), 0)


def test_agrees_with_the_second_opinion_on_the_whole_graph(owl_rl: tuple[Rule, ...], second_opinion: Close) -> None:
    triples = list(load_sources(HOME).triples("ontology", "register", "record"))
    closure = close_graph(triples, owl_rl)
    theirs, errors = second_opinion(triples)
    assert theirs
    assert set(closure.inferred) == theirs
    assert (closure.contradictions, errors) == ((), 0)


@pytest.mark.parametrize("case", ["consortium.ttl", "contradictions.ttl", "keys.ttl", "meta.ttl", "self.ttl"])
def test_rules_made_over_to_the_schema_close_like_the_generic_ones(
    case: str, read_case: Read, owl_rl: tuple[Rule, ...]
) -> None:
    triples = read_case(case)
    special, generic = close_graph(triples, owl_rl, keep_trivial=True), close_generically(triples, owl_rl)
    assert special.inferred
    assert special.inferred == generic.inferred
    assert special.trivial == generic.trivial
    assert special.contradictions == generic.contradictions


def test_a_key_needs_a_shared_value_of_each_property(read_case: Read, owl_rl: tuple[Rule, ...]) -> None:
    closure = close_graph(read_case("keys.ttl"), owl_rl)
    same = {(t.subject.value, t.object.value) for t in closure.inferred if t.predicate == SAME}
    assert same == {
        (KEYS + one, KEYS + other) for one, other in (("a", "b"), ("b", "a"), ("tern", "erne"), ("erne", "tern"))
    }


def test_finds_each_contradiction_and_no_other(read_case: Read, owl_rl: tuple[Rule, ...]) -> None:
    closure = close_graph(read_case("contradictions.ttl"), owl_rl)
    found = {
        (c.rule, *sorted(str(t.value).removeprefix(CLASH) for t in c.culprits if not _anonymous(t)))
        for c in closure.contradictions
    }
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert found == {
        ("eq-diff1", "eqA", "eqB"),
        ("eq-diff2", "eqC", "eqD", "members"),
        ("eq-diff3", "distinct", "eqE", "eqG"),
        ("prp-irp", "irpA", "self"),
        ("prp-asyp", "asypA", "asypB", "oneWay"),
        ("prp-pdw", "left", "pdwA", "pdwB", "right"),
        ("prp-adp", "adpA", "adpB", "still", "up"),
        ("prp-npa1", "knows", "npaA", "npaB"),
        ("prp-npa2", "5", "npaC", "weighs"),
        ("cls-nothing2", "nobody"),
        ("cls-com", "Day", "Night", "comA"),
        ("cls-maxc1", "child", "maxA", "maxB"),
        ("cls-maxqc1", "maxC", "maxD", "offspring"),
        ("cls-maxqc2", "friend", "maxE", "maxF"),
        ("cax-dw", "Cat", "Dog", "dwA"),
        ("cax-adc", "Blue", "Red", "adcA"),
        ("dt-not-type", integer, "many"),
    }
    assert {c.rule for c in closure.contradictions} == {
        rule.name for rule in owl_rl for head in rule.heads if head.predicate.startswith("contradiction_")
    }


def _anonymous(term: object) -> bool:
    return isinstance(term, BlankNode) or (isinstance(term, NamedNode) and term.value.startswith("urn:skolem:"))


def test_keeps_literals_and_blank_nodes_as_they_are_written(owl_rl: tuple[Rule, ...]) -> None:
    size, count = NamedNode("urn:x:size"), NamedNode("urn:x:count")
    sub = NamedNode("http://www.w3.org/2000/01/rdf-schema#subPropertyOf")
    integer = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    node = BlankNode("someone")
    literals = [Literal("007", datatype=integer), Literal("seven", language="en-AU"), Literal('"\n\\\u00e9')]
    closure = close_graph([Triple(count, sub, size), *(Triple(node, count, value) for value in literals)], owl_rl)
    assert set(closure.inferred) == {Triple(node, size, value) for value in literals}


def test_equal_values_written_differently_are_one_value(owl_rl: tuple[Rule, ...]) -> None:
    a, b, number = NamedNode("urn:x:a"), NamedNode("urn:x:b"), NamedNode("urn:x:number")
    short, long = (
        Literal(text, datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")) for text in ("7", "07")
    )
    closure = close_graph([Triple(a, number, short), Triple(b, number, long)], owl_rl)
    assert set(closure.inferred) == {Triple(a, number, long), Triple(b, number, short)}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("triple(?x, ?p, ?y) :- ", "t.rls:1: "),
        ('%%% S.\n#[name("n")]\ntriple(?x, ?p, ?y) :- triple(?x, ?p, ?z) .', "t.rls:3: ?y "),
        ("triple(?x, ?p, ?x) :- triple(?x, ?p, ?x) .", "t.rls:1: "),
        ("a(x:y) .", "t.rls:1: "),
        ("a(1) .\n\na(1, 2) .", "t.rls:3: a "),
        ("~a(1) .", "t.rls:1: "),
        ("a(1) . {", "t.rls:1: "),
    ],
)
def test_a_rule_file_with_an_error_is_refused_with_its_line(text: str, place: str) -> None:
    with pytest.raises(RuleError) as error:
        parse_rules(text, "t.rls")
    assert str(error.value).startswith(place)


def test_a_program_that_the_engine_refuses_is_a_rule_error() -> None:
    text = """
%%% What is related to something that is not good is good, which is no order of evaluation.
#[name("n")]
good(?x) :- triple(?x, <urn:x:p>, ?y), ~good(?y) .
%%% What is good is marked.
#[name("m")]
triple(?x, <urn:x:q>, ?x) :- good(?x) .
"""
    a, p = NamedNode("urn:x:a"), NamedNode("urn:x:p")
    with pytest.raises(RuleError):
        close_graph([Triple(a, p, a)], parse_rules(text, "t.rls"))


def test_a_class_disjoint_with_itself_has_no_members(owl_rl: tuple[Rule, ...]) -> None:
    empty, thing = NamedNode("urn:x:Empty"), NamedNode("urn:x:thing")
    disjoint = NamedNode("http://www.w3.org/2002/07/owl#disjointWith")
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    (clash,) = close_graph([Triple(empty, disjoint, empty), Triple(thing, kind, empty)], owl_rl).contradictions
    assert (clash.rule, clash.culprits) == ("cax-dw", (thing, empty, empty))
