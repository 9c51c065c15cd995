"""Which parts of the rules speak of the schema alone, and can be settled before the data is met.

A premise is static when only the schema can satisfy it: it uses a term of the RDF, RDFS or OWL vocabulary as predicate
(rdf:type, owl:sameAs and owl:differentFrom excepted), or as a class of axioms, or a predicate that static premises
define. An argument of another auxiliary predicate is static when every rule for it binds it by static premises.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahg_graph.rdf.terms import NamedNode, Variable
from ahg_graph.reasoning.rules.rule_parser import Atom, Rule, RuleTerm

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
TYPE = NamedNode(_RDF + "type")
SAME = NamedNode(_OWL + "sameAs")
_OF_DATA = frozenset((TYPE, SAME, *(NamedNode(_OWL + name) for name in ("differentFrom", "Thing", "Nothing"))))
TRIPLE = "triple"
TABLES = frozenset(("supported", "annotationProperty", "everything", "nothing", "zero", "one"))
"""Predicates without rules that the vocabulary alone fills."""


@dataclass(frozen=True)
class Division:
    """What of a set of rules is static."""

    predicates: frozenset[NamedNode]
    classes: frozenset[NamedNode]
    auxiliaries: frozenset[str]
    static_arguments: dict[str, frozenset[int]]

    def is_static(self, atom: Atom) -> bool:
        """Return whether only the schema can satisfy an atom."""
        if atom.predicate != TRIPLE:
            return atom.predicate in self.auxiliaries
        _, predicate, value = atom.terms
        return predicate in self.predicates or (predicate == TYPE and value in self.classes)


def _is_vocabulary(term: RuleTerm) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith((_RDF, _RDFS, _OWL)) and term not in _OF_DATA


def _variables(atoms: Iterable[Atom]) -> set[Variable]:
    return {term for atom in atoms for term in atom.terms if isinstance(term, Variable)}


def divide_rules(rules: Sequence[Rule]) -> Division:
    """Return what of the rules is static."""
    premises = [atom for rule in rules for atom in rule.body if atom.predicate == TRIPLE]
    predicates = frozenset(
        atom.terms[1] for atom in premises if _is_vocabulary(atom.terms[1]) and isinstance(atom.terms[1], NamedNode)
    )
    classes = frozenset(
        atom.terms[2]
        for atom in premises
        if atom.terms[1] == TYPE and _is_vocabulary(atom.terms[2]) and isinstance(atom.terms[2], NamedNode)
    )
    defining: dict[str, list[tuple[Rule, Atom]]] = {}
    for rule in rules:
        if rule.body:
            for head in rule.heads:
                if head.predicate != TRIPLE:
                    defining.setdefault(head.predicate, []).append((rule, head))
    static = set(defining)
    while True:
        division = Division(predicates, classes, frozenset(static | TABLES), {})
        loose = {
            name
            for name in static
            if not all(
                division.is_static(atom) and not atom.negated for rule, _ in defining[name] for atom in rule.body
            )
        }
        if not loose:
            break
        static -= loose
    arguments = {name: set(range(len(pairs[0][1].terms))) for name, pairs in defining.items() if name not in static}
    changed = True
    while changed:
        changed = False
        for name, places in arguments.items():
            for rule, head in defining[name]:
                bound = _variables(atom for atom in rule.body if division.is_static(atom))
                for atom in rule.body:
                    places_of = arguments.get(atom.predicate, set())
                    bound |= _variables([Atom("", tuple(atom.terms[place] for place in places_of))])
                for place in tuple(places):
                    term = head.terms[place]
                    if isinstance(term, Variable) and term not in bound:
                        places.discard(place)
                        changed = True
    return Division(
        predicates,
        classes,
        frozenset(static | TABLES),
        {name: frozenset(places) for name, places in arguments.items() if not name.startswith("contradiction_")},
    )


def stratify_rules(rules: Sequence[Rule]) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Return the rules that need no answer to what does not follow, and those that do, with all that serves them.

    The second must not conclude what their own negated premises depend on.
    """
    defining: dict[str, list[Rule]] = {}
    for rule in rules:
        for head in rule.heads:
            if rule.body and head.predicate != TRIPLE:
                defining.setdefault(head.predicate, []).append(rule)
    later = {atom.predicate for rule in rules for atom in rule.body if atom.negated and atom.predicate in defining}
    grown = True
    while grown:
        grown = False
        for rule in rules:
            names = {atom.predicate for atom in rule.heads + rule.body if atom.predicate in defining}
            if names & later and not names <= later:
                later |= names
                grown = True
    second = tuple(rule for rule in rules if any(atom.predicate in later for atom in rule.heads + rule.body))
    return tuple(rule for rule in rules if rule not in second), second
