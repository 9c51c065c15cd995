"""Canary inferences: a witness for every axiom of the ontology, so that an axiom the reasoner ignores is noticed.

For each axiom a few invented individuals are given facts from which the axiom alone draws one more; that fact must be
in the closure. Axioms that forbid get witnesses that break them; those must come out as contradictions. Individuals
are never shared between witnesses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ahg_graph.config.prefixes import PREFIXES, shorten
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Term, Triple
from ahg_graph.reasoning.closure import close_graph
from ahg_graph.reasoning.rules import Rule

OWL, RDF, RDFS, XSD = (PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))
INDIVIDUAL = "urn:canary:"
TYPE = NamedNode(RDF + "type")

Subject = NamedNode | BlankNode


@dataclass(frozen=True, slots=True)
class AxiomTest:
    """One axiom's witness: from `given`, `expected` must follow; when it is None, a contradiction must.

    The contradiction must name the `culprit`, or the subject of the first fact where none is given.
    """

    axiom: str
    given: tuple[Triple, ...]
    expected: Triple | None
    culprit: Term | None = None

    def __str__(self) -> str:
        return f"the axiom {self.axiom} has no effect: the reasoner ignores it"


@dataclass(frozen=True, slots=True)
class UnsatisfiableAxiom:
    """An axiom that no fact can use without a contradiction."""

    axiom: str

    def __str__(self) -> str:
        return f"the axiom {self.axiom} contradicts the others: whatever uses it is a contradiction"


class _Ontology:
    """The ontology's triples, for reading axioms off them."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._values: dict[tuple[Subject, str], list[Term]] = defaultdict(list)
        self._pairs: dict[str, list[tuple[Subject, Term]]] = defaultdict(list)
        self._stated: dict[Term | Triple | None, list[Triple]] = defaultdict(list)
        for triple in triples:
            subject, predicate, value = triple
            self._stated[subject].append(triple)
            self._values[subject, predicate.value].append(value)
            self._pairs[predicate.value].append((subject, value))

    def pairs(self, predicate: str) -> list[tuple[Subject, Term]]:
        """Return subject and object of every triple with the predicate."""
        return self._pairs[predicate]

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """Return the objects for a subject and a predicate."""
        return [] if isinstance(subject, Literal) else self._values[subject, predicate]

    def describe(self, thing: Term | None) -> Iterator[Triple]:
        """Yield what is stated of an axiom that is a thing of its own, with its list; of each thing once."""
        following = [thing]
        while following:
            for triple in self._stated.pop(following.pop(), ()):
                yield triple
                if isinstance(triple.object, BlankNode):
                    following.append(triple.object)

    def items(self, head: Term) -> list[Term]:
        """Return the members of an RDF list."""
        members: list[Term] = []
        while head != NamedNode(RDF + "nil"):
            members.extend(self.values(head, RDF + "first")[:1])
            rest = self.values(head, RDF + "rest")
            if not rest:
                break
            head = rest[0]
        return members

    def instances(self, kind: str) -> list[NamedNode]:
        """Return the named things of an OWL kind such as `TransitiveProperty`."""
        kind_node = NamedNode(OWL + kind)
        return [s for s, o in self.pairs(RDF + "type") if o == kind_node and isinstance(s, NamedNode)]

    def is_data(self, prop: Term) -> bool:
        """Return whether a property takes literals."""
        return NamedNode(OWL + "DatatypeProperty") in self.values(prop, RDF + "type")


class _TestBuilder:
    """Makes canaries, with individuals of their own."""

    def __init__(self, ontology: _Ontology) -> None:
        self._ontology = ontology
        self._count = 0
        self.axiom_tests: list[AxiomTest] = []

    def fresh(self) -> NamedNode:
        """Return an individual that nothing else uses."""
        self._count += 1
        return NamedNode(f"{INDIVIDUAL}{self._count}")

    def value(self, prop: Term) -> Term:
        """Return a value that a property may take: an individual, or a literal of its range."""
        if not self._ontology.is_data(prop):
            return self.fresh()
        ranges = [r.value for r in self._ontology.values(prop, RDFS + "range") if isinstance(r, NamedNode)]
        if XSD + "integer" in ranges:
            return Literal("1", datatype=NamedNode(XSD + "integer"))
        return Literal("canary")

    def add(self, axiom: str, *given: Triple, expected: Triple | None, culprit: Term | None = None) -> None:
        """Add a canary."""
        self.axiom_tests.append(AxiomTest(axiom, given, expected, culprit))


def derive_axiom_tests(triples: Iterable[Triple]) -> tuple[AxiomTest, ...]:
    """Return a canary for every axiom of an ontology that a reasoner for OWL 2 RL must heed.

    Covered are the axioms between named classes and properties, `owl:hasValue`, property chains, characteristics,
    disjointness by list, and lists of different things.
    """
    ontology = _Ontology(triples)
    witnesses = _TestBuilder(ontology)
    _witness_classes(ontology, witnesses)
    _witness_properties(ontology, witnesses)
    _witness_prohibitions(ontology, witnesses)
    return tuple(witnesses.axiom_tests)


def check_axiom_tests(triples: Iterable[Triple], rules: Sequence[Rule]) -> tuple[AxiomTest | UnsatisfiableAxiom, ...]:
    """Return the canaries of an ontology that a closure under the rules ignores, and what contradicts without cause.

    `triples` are those of the ontology alone. The canaries are closed together, but for those that say that two things
    are the same: where anything is, each axiom holds of more, which takes several times as long. These are closed
    beside the axioms that they are for, which must have their effect alone.
    """
    ontology = list(triples)
    axiom_tests = derive_axiom_tests(ontology)
    alone = [axiom_test for axiom_test in axiom_tests if axiom_test.culprit]
    together = [axiom_test for axiom_test in axiom_tests if not axiom_test.culprit]
    axioms = _Ontology(ontology)
    known: set[Triple] = set()
    blamed: set[Term | Triple] = set()
    for group, stated in (together, ontology), (alone, [t for c in alone for t in axioms.describe(c.culprit)]):
        given = [triple for axiom_test in group for triple in axiom_test.given]
        closure = close_graph([*stated, *given], rules)
        known.update(given, closure.inferred)
        blamed.update(culprit for contradiction in closure.contradictions for culprit in contradiction.culprits)
    silent = [c for c in axiom_tests if (c.expected not in known if c.expected else _find_culprit(c) not in blamed)]
    misuses = [c for c in axiom_tests if c.expected and blamed.intersection(_individuals(c))]
    return (*silent, *(UnsatisfiableAxiom(axiom_test.axiom) for axiom_test in misuses))


def _find_culprit(axiom_test: AxiomTest) -> Term | Triple:
    return axiom_test.culprit or axiom_test.given[0].subject


def _individuals(axiom_test: AxiomTest) -> Iterator[NamedNode]:
    for triple in axiom_test.given:
        for term in triple:
            if isinstance(term, NamedNode) and term.value.startswith(INDIVIDUAL):
                yield term


def _triple(subject: Term, predicate: Term, value: Term) -> Triple:
    if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode):
        raise TypeError(f"not a subject and a predicate: {subject} {predicate}")
    return Triple(subject, predicate, value)


def _axiom(*parts: object) -> str:
    return " ".join(shorten(part.value) if isinstance(part, NamedNode) else str(part) for part in parts)


def _witness_classes(ontology: _Ontology, witnesses: _TestBuilder) -> None:
    both_ways = ontology.pairs(OWL + "equivalentClass")
    implications = [*ontology.pairs(RDFS + "subClassOf"), *both_ways, *((b, a) for a, b in both_ways)]
    for lower, upper in implications:
        if isinstance(lower, NamedNode) and isinstance(upper, NamedNode):
            thing = witnesses.fresh()
            witnesses.add(
                _axiom(lower, "rdfs:subClassOf", upper),
                _triple(thing, TYPE, lower),
                expected=_triple(thing, TYPE, upper),
            )
        for first, second in ((lower, upper), (upper, lower)):
            for value in ontology.values(first, OWL + "hasValue"):
                if not isinstance(second, NamedNode):
                    continue
                (prop,) = ontology.values(first, OWL + "onProperty")
                thing = witnesses.fresh()
                facts = [_triple(thing, prop, value), _triple(thing, TYPE, second)]
                given, expected = facts if first == lower else reversed(facts)
                name = _axiom(second, "and", prop, "owl:hasValue", value)
                witnesses.add(name, given, expected=expected)


def _witness_properties(ontology: _Ontology, witnesses: _TestBuilder) -> None:
    for lower, upper in ontology.pairs(RDFS + "subPropertyOf"):
        a, b = witnesses.fresh(), witnesses.value(lower)
        name = _axiom(lower, "rdfs:subPropertyOf", upper)
        witnesses.add(name, _triple(a, lower, b), expected=_triple(a, upper, b))
    for one, other in ontology.pairs(OWL + "inverseOf"):
        if isinstance(one, NamedNode):
            for p, q in ((one, other), (other, one)):
                a, b = witnesses.fresh(), witnesses.fresh()
                name = _axiom(one, "owl:inverseOf", other)
                witnesses.add(name, _triple(a, p, b), expected=_triple(b, q, a))
    for prop, head in ontology.pairs(OWL + "propertyChainAxiom"):
        steps = ontology.items(head)
        things = [witnesses.fresh() for _ in range(len(steps) + 1)]
        given = [_triple(a, step, b) for a, step, b in zip(things, steps, things[1:], strict=False)]
        name = _axiom(prop, "owl:propertyChainAxiom (", *steps, ")")
        witnesses.add(name, *given, expected=_triple(things[0], prop, things[-1]))
    for prop in ontology.instances("TransitiveProperty"):
        a, b, c = witnesses.fresh(), witnesses.fresh(), witnesses.fresh()
        given = [_triple(a, prop, b), _triple(b, prop, c)]
        witnesses.add(_axiom(prop, "a owl:TransitiveProperty"), *given, expected=_triple(a, prop, c))
    for prop in ontology.instances("SymmetricProperty"):
        a, b = witnesses.fresh(), witnesses.fresh()
        name = _axiom(prop, "a owl:SymmetricProperty")
        witnesses.add(name, _triple(a, prop, b), expected=_triple(b, prop, a))
    for place, at in (("domain", 0), ("range", 1)):
        for prop, kind in ontology.pairs(RDFS + place):
            if isinstance(kind, NamedNode) and not (at and ontology.is_data(prop)):
                pair = (witnesses.fresh(), witnesses.value(prop))
                name = _axiom(prop, f"rdfs:{place}", kind)
                witnesses.add(name, _triple(pair[0], prop, pair[1]), expected=_triple(pair[at], TYPE, kind))


def _witness_prohibitions(ontology: _Ontology, witnesses: _TestBuilder) -> None:
    for prop in ontology.instances("IrreflexiveProperty"):
        a = witnesses.fresh()
        witnesses.add(_axiom(prop, "a owl:IrreflexiveProperty"), _triple(a, prop, a), expected=None)
    for prop in ontology.instances("AsymmetricProperty"):
        a, b = witnesses.fresh(), witnesses.fresh()
        given = [_triple(a, prop, b), _triple(b, prop, a)]
        witnesses.add(_axiom(prop, "a owl:AsymmetricProperty"), *given, expected=None)
    for one, other in [*ontology.pairs(OWL + "disjointWith"), *_list_disjoint(ontology)]:
        a = witnesses.fresh()
        given = [_triple(a, TYPE, one), _triple(a, TYPE, other)]
        witnesses.add(_axiom(one, "owl:disjointWith", other), *given, expected=None)
    for axiom, members in _list_different(ontology):
        # No individual can be added to a closed list: its ends are said to be the same, and the list itself is blamed.
        given = [_triple(members[0], NamedNode(OWL + "sameAs"), members[-1])]
        name = _axiom("owl:AllDifferent (", members[0], "...", members[-1], ")")
        witnesses.add(name, *given, expected=None, culprit=axiom)


def _list_disjoint(ontology: _Ontology) -> Iterator[tuple[Term, Term]]:
    """Yield neighbours in each list of disjoint classes, and first with last: all pairs would be hundreds."""
    for axiom, head in ontology.pairs(OWL + "members"):
        if NamedNode(OWL + "AllDisjointClasses") in ontology.values(axiom, RDF + "type"):
            members = ontology.items(head)
            yield from zip(members, [*members[1:], members[0]], strict=True)


def _list_different(ontology: _Ontology) -> Iterator[tuple[Term, list[Term]]]:
    """Yield each list of different individuals that has two at least: its axiom and its members."""
    for axiom, head in [*ontology.pairs(OWL + "members"), *ontology.pairs(OWL + "distinctMembers")]:
        members = ontology.items(head)
        if len(members) > 1 and NamedNode(OWL + "AllDifferent") in ontology.values(axiom, RDF + "type"):
            yield axiom, members
