"""The domain's own rules: each where it fires and where it stays silent, and what every rule file must say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ahg_graph.rdf.missing_premises import NegatedPremise
from ahg_graph.rdf.terms import Literal, NamedNode, Statement, Triple
from ahg_graph.reasoning.closure import Closure, close_generically, close_graph
from ahg_graph.reasoning.rules import Rule, find_rule_folder, load_rule_folder, load_rules
from support.namespaces import ONT

Read = Callable[[str], list[Triple]]
CASE = "https://example.org/as-of#"

EXPECTED = {
    "certainAt": {("a", "m1"), ("a", "assembly"), ("e2", "m1"), ("e2", "m2"), ("e2", "assembly")},
    "possibleAt": {
        ("a", "m2"),
        ("b", "m1"),
        ("b", "m2"),
        *((status, meeting) for status in ("c", "e1", "f1", "f2") for meeting in ("m1", "m2", "assembly")),
        ("d", "m2"),
        ("d", "assembly"),
        ("g", "rivals"),
    },
    "memberNotAttending": {("epsilon", "m1"), ("alpha", "assembly"), ("epsilon", "assembly")},
    "possibleMemberNotAttending": {("beta", "m1"), ("zeta", "m1"), ("zeta", "assembly")},
    "nextStatus": {("f1", "f2")},
    "laterStatus": {("e1", "e2"), ("f1", "f2")},
    "latestMandate": {("group", "second"), ("rival", "third")},
}


BOUNDS = {
    "first": ("2010-01-01", "2010-02-01", "2010-01-03", "2010-02-03"),
    "second": ("2010-01-03", "2011-05-01", "2010-01-03", "2011-05-01"),
    "third": ("2011-05-01", "2011-05-01", "2011-05-02", "2011-05-02"),
    "promised": ("2011-05-01", "2011-12-31", "2011-05-01", None),
    "proposed": ("2011-05-01", None, "2011-05-01", None),
    "planned": ("2011-05-01", None, "2011-05-01", None),
    "setup": ("2010-01-01", "2011-03-01", "2010-01-01", "2011-03-01"),
    "team-1": ("2010-01-01", "2011-03-01", "2010-01-01", "2011-03-01"),
    "team-2": ("2010-01-01", "2010-12-01", "2010-01-01", None),
    "local-setup": ("2010-01-01", None, "2010-01-01", None),
    "opened": ("2011-05-01", None, "2011-05-01", None),
    "told": (None, "2011-05-02", None, "2011-05-02"),
    "told-3": (None, "2012-06-01", None, "2012-06-01"),
    "woken": (None, "2009-07-01", None, "2009-07-01"),
    "waking": (None, "2009-07-01", None, None),
    "sleeper-1": (None, "2009-07-01", None, None),
}
"""The first and the last day on which each event of `bounds.ttl` can have started, and on which it can have ended."""

CHAINS = {
    "roster": {"list-asked", "agreed"},
    "drills": {"drills-asked", "agreed", "drilled", "thanked", "renamed"},
    "training": {"drills-asked", "offer", "agreed", "drilled", "thanked", "renamed"},
    "office": {"list-asked", "drills-asked", "offer", "agreed", "drilled", "thanked", "renamed"},
    "academy": {"drilled", "thanked", "renamed"},
    "list-asked": {"agreed"},
    "drills-asked": {"agreed", "drilled", "thanked", "renamed"},
    "offer": {"agreed", "drilled", "thanked", "renamed"},
    "agreed": {"drilled", "thanked", "renamed"},
    "drilled": {"thanked", "renamed"},
    "thanked": {"renamed"},
    "first": {"list-asked", "drills-asked", "agreed", "drilled", "thanked", "renamed"},
    "second": {"agreed", "drilled", "thanked", "renamed"},
    "third": {"drilled", "thanked", "renamed"},
}
"""What became of each thing of `chains.ttl`: a link that says what it carries goes on in the chains of that alone."""


@pytest.fixture(scope="module")
def rules() -> tuple[Rule, ...]:
    return load_rule_folder(find_rule_folder())


@pytest.mark.parametrize("name", EXPECTED)
def test_a_rule_concludes_what_its_definition_says_and_no_more(
    name: str, read_case: Read, rules: tuple[Rule, ...]
) -> None:
    found = {
        (str(t.subject.value).removeprefix(CASE), str(t.object.value).removeprefix(CASE))
        for t in close_graph(read_case("as-of.ttl"), rules).inferred
        if t.predicate == NamedNode(ONT + name)
    }
    assert found == EXPECTED[name]


@pytest.mark.parametrize("close", [close_graph, close_generically])
def test_bounds_are_the_closest_that_order_allows(
    close: Callable[..., Closure], read_case: Read, rules: tuple[Rule, ...]
) -> None:
    names = ("earliestStart", "latestStart", "earliestEnd", "latestEnd")
    found: dict[str, dict[str, str]] = {}
    for triple in close(read_case("bounds.ttl"), rules).inferred:
        name = triple.predicate.value.removeprefix(ONT)
        if name in names:
            bounds = found.setdefault(str(triple.subject.value).removeprefix(CASE), {})
            assert name not in bounds
            bounds[name] = triple.object.value
    assert {event: tuple(map(bounds.get, names)) for event, bounds in found.items()} == BOUNDS


@pytest.mark.parametrize("close", [close_graph, close_generically])
def test_a_chain_goes_on_with_its_own_matter(
    close: Callable[..., Closure], read_case: Read, rules: tuple[Rule, ...]
) -> None:
    found: dict[str, set[str]] = {}
    for triple in close(read_case("chains.ttl"), rules).inferred:
        if triple.predicate.value == ONT + "inChainOf":
            item, thing = (str(term.value).removeprefix(CASE) for term in (triple.subject, triple.object))
            found.setdefault(thing, set()).add(item)
    assert found == CHAINS


def test_an_event_that_starts_after_it_must_have_started_is_a_contradiction(
    read_case: Read, rules: tuple[Rule, ...]
) -> None:
    triples = read_case("bounds.ttl")
    late = Literal("2012-05-01", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date"))
    planted = Triple(NamedNode(CASE + "second"), NamedNode(ONT + "startNotBefore"), late)
    assert close_graph(triples, rules).contradictions == ()
    assert {c.rule for c in close_graph([*triples, planted], rules).contradictions} == {
        "bounds-start-clash",
        "bounds-end-clash",
    }


def test_domain_rules_close_alike_in_both_forms(read_case: Read, rules: tuple[Rule, ...]) -> None:
    triples = read_case("as-of.ttl")
    special, generic = close_graph(triples, rules, prove=True), close_generically(triples, rules, prove=True)
    assert special.inferred == generic.inferred
    assert set(special.inferred) <= {Triple(*statement) for statement in special.steps}
    assert set(generic.inferred) <= {Triple(*statement) for statement in generic.steps}


@pytest.mark.parametrize("close", [close_graph, close_generically])
def test_a_proof_shows_what_had_to_be_absent(
    close: Callable[..., Closure], read_case: Read, rules: tuple[Rule, ...]
) -> None:
    closure = close(read_case("as-of.ttl"), rules, prove=True)
    name = {rule.name: rule.sentence for rule in rules}

    def find(subject: str, predicate: str, value: str) -> tuple[set[NegatedPremise], tuple[Statement, ...]]:
        step = closure.steps[Statement(*map(NamedNode, (CASE + subject, ONT + predicate, CASE + value)))]
        return set(step.absences), step.premises

    def present(agent: str, meeting: str) -> NegatedPremise:
        one, other = NamedNode(CASE + agent), NamedNode(CASE + meeting)
        pattern = (one, NamedNode(ONT + "attended"), other)
        return NegatedPremise("present", (one, other), pattern, (("as-of-present", name["as-of-present"]),))

    def excluded(status: str, meeting: str) -> NegatedPremise:
        told = tuple((rule, name[rule]) for rule in ("as-of-not-yet", "as-of-no-longer"))
        return NegatedPremise("excluded", (NamedNode(CASE + status), NamedNode(CASE + meeting)), None, told)

    absences, premises = find("epsilon", "memberNotAttending", "m1")
    assert absences == {present("epsilon", "m1")}
    assert Statement(*map(NamedNode, (CASE + "list1", ONT + "closesListOf", CASE + "m1"))) in premises
    certain = NegatedPremise(
        "certainMember",
        (NamedNode(CASE + "beta"), NamedNode(CASE + "m1")),
        None,
        (("as-of-certain-member", name["as-of-certain-member"]),),
    )
    absences, _ = find("beta", "possibleMemberNotAttending", "m1")
    assert absences == {present("beta", "m1"), excluded("b", "m1"), certain}
    third = NamedNode(CASE + "third")
    followed = (("order-followed-mandate", name["order-followed-mandate"]),)
    assert find("rival", "latestMandate", "third")[0] == {
        NegatedPremise("followed", (third,), (third, NamedNode(ONT + "laterMandate"), None), followed)
    }
    assert find("a", "certainAt", "m1")[0] == set()


def test_every_domain_rule_has_its_own_identifier_and_an_authority() -> None:
    domain = [
        rule
        for path in find_rule_folder().glob("*.rls")
        if path.stem != "owl-rl"
        for rule in load_rules(path)
        if rule.body
    ]
    assert domain
    assert len({rule.name for rule in domain}) == len(domain)
    assert [rule.name for rule in domain if not rule.authority] == []
