"""The negated premises of a rule, as terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ahg_graph.rdf.missing_premises import NegatedPremise, Pattern
from ahg_graph.rdf.terms import NamedNode, Term, Variable
from ahg_graph.rdf.trivial_triples import TYPE
from ahg_graph.reasoning.closure.relation_tables import parse_name
from ahg_graph.reasoning.closure.term_dictionary import TermDictionary
from ahg_graph.reasoning.rules import Rule
from ahg_graph.reasoning.rules.clauses import Goal
from ahg_graph.reasoning.rules.rule_parser import RuleTerm
from ahg_graph.reasoning.rules.static_analysis import TRIPLE


class NegatedPremises:
    """Describes what does not hold when a negated premise does."""

    def __init__(self, rules: Sequence[Rule], symbols: TermDictionary) -> None:
        self._symbols = symbols
        self._concluding: dict[str, list[Rule]] = defaultdict(list)
        self._naming: dict[str, set[int]] = defaultdict(set)
        for rule in rules:
            atoms = (*rule.heads, *rule.body)
            named = {term for atom in atoms if atom.predicate == TRIPLE for term in atom.terms}
            for atom in atoms:
                places = (
                    place for place, term in enumerate(atom.terms) if term in named or isinstance(term, NamedNode)
                )
                self._naming[atom.predicate].update(places)
            for head in rule.heads:
                self._concluding[head.predicate].append(rule)

    def describe(self, goal: Goal, bindings: Mapping[str, int]) -> NegatedPremise:
        """Return what a negated premise says is not so, its variables standing for numbers."""
        row = [a if isinstance(a, int) else bindings[a] for a in goal.arguments]
        parsed = parse_name(goal.predicate)
        if parsed is not None or goal.predicate == TRIPLE:
            term = self._symbols.term
            terms = [term(number) for number in row]
            if parsed is not None:
                last = term(parsed[1])
                terms = [terms[0], TYPE, last] if parsed[0] == "c" else [terms[0], last, terms[1]]
            return NegatedPremise(TRIPLE, tuple(terms), (terms[0], terms[1], terms[2]), ())
        known = [name for name in self._naming if goal.predicate == name or goal.predicate.startswith(name + "_")]
        name = max(known, key=len, default=goal.predicate)
        naming = self._naming.get(name, ())
        terms = [self._symbols.term(number) for place, number in enumerate(row) if place in naming]
        rules = self._concluding.get(name, ())
        named = tuple(dict.fromkeys((rule.name, rule.sentence) for rule in rules))
        return NegatedPremise(name, tuple(terms), self._find_pattern(name, rules, row), named)

    def _find_pattern(self, name: str, rules: Sequence[Rule], row: Sequence[int]) -> Pattern | None:
        """Return the triple by which alone a predicate would hold of a row."""
        if len(rules) != 1 or len(rules[0].body) != 1 or rules[0].comparisons or len(rules[0].heads) != 1:
            return None
        (premise,), (head,) = rules[0].body, rules[0].heads
        if premise.predicate != TRIPLE or premise.negated or len(head.terms) != len(row):
            return None
        bound = dict(zip(head.terms, row, strict=True))

        def find(term: RuleTerm) -> Term | None:
            if isinstance(term, Variable):
                return self._symbols.term(bound[term]) if term in bound else None
            return term

        subject, predicate, value = map(find, premise.terms)
        return (subject, predicate, value)
