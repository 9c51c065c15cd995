"""Steps of proofs in terms: what was concluded, by which rule, from which statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ahg_graph.config.prefixes import shorten
from ahg_graph.rdf.derivation_step import DerivationStep
from ahg_graph.rdf.missing_premises import NegatedPremise
from ahg_graph.rdf.terms import NamedNode, Statement, Term, Triple, Variable
from ahg_graph.rdf.trivial_triples import TYPE
from ahg_graph.reasoning.closure.missing_premises import NegatedPremises
from ahg_graph.reasoning.closure.proof_search import Fact, Inference, Prover, is_triple
from ahg_graph.reasoning.closure.relation_tables import Relation, parse_name
from ahg_graph.reasoning.closure.term_dictionary import TermDictionary
from ahg_graph.reasoning.rules import Rule
from ahg_graph.reasoning.rules.clauses import name_number
from ahg_graph.reasoning.rules.program_pruning import CONTRADICTION
from ahg_graph.reasoning.rules.static_analysis import TRIPLE


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Facts that cannot all hold: the rule that says so, its sentence, and the things that it names, in its order.

    `premises` are the statements that clash; `steps` the proof of each that is not asserted. Of contradictions that
    differ only in the order of the things, or in names for one thing, one is kept.
    """

    rule: str
    sentence: str
    culprits: tuple[Term, ...]
    premises: tuple[Statement, ...] = ()
    steps: tuple[tuple[Statement, DerivationStep], ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.rule}: {self.sentence} {', '.join(map(_word, self.culprits))}"]
        proofs = dict(self.steps)
        lines += self._lines(self.premises, proofs, 1)
        return "\n".join(lines)

    def _lines(
        self, statements: Iterable[Statement], proofs: Mapping[Statement, DerivationStep], depth: int
    ) -> Iterator[str]:
        for statement in statements:
            step = proofs.get(statement)
            words = " ".join(map(_word, statement))
            yield "  " * depth + f"{words}  [{step.rule if step else 'asserted'}]"
            if step:
                yield from self._lines(step.premises, proofs, depth + 1)


def _word(term: Term) -> str:
    return shorten(term.value) if isinstance(term, NamedNode) else str(term)


class _Reader:
    """Turns facts over numbers into statements and steps."""

    def __init__(self, prover: Prover, symbols: TermDictionary, rules: Sequence[Rule]) -> None:
        self._prover, self._symbols = prover, symbols
        self._absences = NegatedPremises(rules, symbols)
        self._contradicting = {head.predicate: rule for rule in rules for head in rule.heads}
        self._chosen: Mapping[Fact, Inference] = {}

    def statement(self, fact: Fact) -> Statement:
        name, row = fact
        if name == TRIPLE:
            return Statement(*(self._symbols.term(number) for number in row))
        kind, number = parse_name(name) or ("", 0)
        term = self._symbols.term(number)
        if kind == "c":
            return Statement(self._symbols.term(row[0]), TYPE, term)
        return Statement(self._symbols.term(row[0]), term, self._symbols.term(row[1]))

    def step(self, fact: Fact) -> tuple[DerivationStep, list[Fact]]:
        """Return the step that concludes a fact, and the facts among its premises that are triples."""
        inference = self._chosen[fact]
        premises = list(dict.fromkeys(self._triples(inference)))
        rule = inference.clause.rule
        naming = _naming_variables(rule)
        settled = inference.clause.settle().bindings
        known = {name: inference.bindings.get(a) if isinstance(a, str) else a for name, a in settled}
        bindings = tuple((name, self._symbols.term(n)) for name, n in known.items() if name in naming and n is not None)
        statements = tuple(map(self.statement, premises))
        absences = tuple(dict.fromkeys(self._list_absences(inference)))
        return DerivationStep(rule.name, rule.sentence, rule.authority, bindings, statements, absences), premises

    def _list_absences(self, inference: Inference) -> Iterator[NegatedPremise]:
        """Yield what the step needs to be absent, and what its premises of auxiliary predicates do."""
        for goal in inference.clause.body:
            if goal.negated:
                yield self._absences.describe(goal, inference.bindings)
        for premise in inference.premises:
            if not is_triple(premise[0]) and not self._prover.is_given(premise):
                yield from self._list_absences(self._chosen[premise])

    def _triples(self, inference: Inference) -> Iterator[Fact]:
        """Yield the premises that are triples, those of auxiliary predicates replaced by what they depend on."""
        for premise in inference.premises:
            if is_triple(premise[0]):
                yield premise
            elif not self._prover.is_given(premise):
                yield from self._triples(self._chosen[premise])

    def steps(self, facts: Iterable[Fact]) -> dict[Statement, DerivationStep]:
        """Return the steps of the proofs of facts, those that a step depends on after it."""
        queue = list(facts)
        self._chosen = self._prover.prove(queue)
        queue.reverse()
        found: dict[Fact, DerivationStep] = {}
        while queue:
            fact = queue.pop()
            if fact not in found and not self._prover.is_given(fact):
                found[fact], premises = self.step(fact)
                queue += reversed(premises)
        return {self.statement(fact): step for fact, step in found.items()}

    def name(self, fact: Fact) -> Contradiction:
        """Return a contradiction without its proof."""
        rule = self._contradicting[fact[0]]
        return Contradiction(rule.name, rule.sentence, tuple(self._symbols.term(number) for number in fact[1]))

    def contradiction(self, fact: Fact) -> Contradiction:
        self._chosen = self._prover.prove([fact])
        step, premises = self.step(fact)
        culprits = tuple(self._symbols.term(number) for number in fact[1])
        return Contradiction(step.rule, step.sentence, culprits, step.premises, tuple(self.steps(premises).items()))


@cache
def _naming_variables(rule: Rule) -> frozenset[str]:
    """Return the names of a rule's variables that stand for terms."""
    return frozenset(
        term.value
        for atom in (*rule.heads, *rule.body)
        if atom.predicate == TRIPLE or atom.predicate.startswith(CONTRADICTION)
        for term in atom.terms
        if isinstance(term, Variable)
    )


def read_steps(
    triples: Iterable[Triple], prover: Prover, symbols: TermDictionary, rules: Sequence[Rule], *, generic: bool
) -> dict[Statement, DerivationStep]:
    """Return the steps of the proofs of triples; `generic` when the prover's rows are triples unchanged."""
    kind = symbols.number(TYPE)
    facts: list[Fact] = []
    for triple in triples:
        subject, predicate, value = map(symbols.number, triple)
        if generic:
            facts.append((TRIPLE, (subject, predicate, value)))
        elif predicate == kind:
            facts.append((f"c{name_number(value)}", (subject,)))
        else:
            facts.append((f"p{name_number(predicate)}", (subject, value)))
    return _Reader(prover, symbols, rules).steps(facts)


def read_contradictions(
    found: Mapping[str, Relation],
    prover: Prover,
    same: Iterable[tuple[int, ...]],
    symbols: TermDictionary,
    rules: Sequence[Rule],
    limit: int | None = None,
) -> tuple[tuple[Contradiction, ...], int]:
    """Return contradictions as records, one for each set of things, and how many there are.

    Ordered by their text; with a limit, only the first so many have their proof. `same` gives the pairs of things that
    are the same.
    """
    first: dict[int, int] = {}
    for one, other in same:
        first[one] = min(first.get(one, one), other)
    facts: list[Fact] = [(name, row) for name, table in found.items() for row in table]
    facts.sort(key=lambda fact: (-len(set(fact[1])), [str(symbols.term(number)) for number in fact[1]]))
    distinct: dict[tuple[str, frozenset[int]], Fact] = {}
    for name, row in facts:
        distinct.setdefault((name, frozenset(first.get(number, number) for number in row)), (name, row))
    reader = _Reader(prover, symbols, rules)
    chosen = sorted(distinct.values(), key=lambda fact: (fact[0], [str(symbols.term(number)) for number in fact[1]]))
    proved = tuple(reader.contradiction(fact) for fact in chosen[:limit])
    return (*proved, *(reader.name(fact) for fact in chosen[len(proved) :])), len(chosen)
