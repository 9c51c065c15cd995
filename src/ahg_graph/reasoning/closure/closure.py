"""A graph closed under rules, with the contradictions kept apart from it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ahg_graph.rdf.derivation_step import DerivationStep
from ahg_graph.rdf.terms import Literal, NamedNode, Statement, Term, Triple
from ahg_graph.rdf.trivial_triples import SAME, TYPE, is_trivial
from ahg_graph.reasoning.closure.literal_tables import Values
from ahg_graph.reasoning.closure.nemo import run_program
from ahg_graph.reasoning.closure.proof_search import Prover
from ahg_graph.reasoning.closure.proof_steps import Contradiction, read_contradictions, read_steps
from ahg_graph.reasoning.closure.relation_tables import PredicateIndex, Relation, parse_name
from ahg_graph.reasoning.closure.schema_specialised import Deduction, deduce
from ahg_graph.reasoning.closure.term_dictionary import TermDictionary
from ahg_graph.reasoning.rules import Rule
from ahg_graph.reasoning.rules.clauses import Clause, clauses_of
from ahg_graph.reasoning.rules.program import write_program
from ahg_graph.reasoning.rules.program_pruning import CONTRADICTION
from ahg_graph.reasoning.rules.specialisation import NotSpecialisable
from ahg_graph.reasoning.rules.static_analysis import TRIPLE, stratify_rules


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many triples went in and came out, how many rules there were, and the seconds that closing took."""

    asserted: int
    inferred: int
    rules: int
    seconds: float


@dataclass(frozen=True)
class Closure:
    """What follows from a graph: triples that it does not assert, trivial ones set aside, ordered by their text.

    `steps` gives, where proofs were asked for, the last step of the proof of each inferred triple and of each statement
    that such a proof depends on and the graph does not assert.
    """

    inferred: tuple[Triple, ...] = field(repr=False)
    contradictions: tuple[Contradiction, ...]
    statistics: Statistics
    steps: Mapping[Statement, DerivationStep] = field(default_factory=dict, repr=False)
    trivial: frozenset[Triple] = field(default=frozenset(), repr=False)


def close_graph(
    triples: Iterable[Triple], rules: Sequence[Rule], *, prove: bool = False, keep_trivial: bool = False
) -> Closure:
    """Return the closure of a graph under rules, specialised to its schema where possible.

    With `prove` each inferred triple comes with its proof; contradictions always do. With `keep_trivial` the trivial
    triples that RDF allows are returned too, apart. Raises RuleError and ReasonerError.
    """
    start = time.perf_counter()
    asserted = dict.fromkeys(triples)
    graph = PredicateIndex(TermDictionary())
    graph.add(asserted)
    try:
        found = deduce(graph, rules, keep_trivial=keep_trivial)
    except NotSpecialisable:
        return close_generically(asserted, rules, prove=prove)
    symbols = graph.symbols
    inferred: list[Triple] = []
    trivial: list[Triple] = []
    for triple in read_triples(found.tables, symbols):
        (trivial if is_trivial(*triple) else inferred).append(triple)
    contradictions, _ = find_contradictions(found, graph, rules)
    steps = read_steps(inferred, _prover(found, graph.tables), symbols, rules, generic=False) if prove else {}
    inferred.sort(key=str)
    statistics = Statistics(len(asserted), len(inferred), len(found.clauses), time.perf_counter() - start)
    if keep_trivial:
        named = [symbols.term(parsed[1]) for name in found.tables if (parsed := parse_name(name))]
        trivial += _reflect([*asserted, *inferred, *trivial], named)
    return Closure(
        tuple(inferred), contradictions, statistics, steps, frozenset(trivial if keep_trivial else ()) - asserted.keys()
    )


def _reflect(triples: Iterable[Triple], terms: Iterable[Term]) -> list[Triple]:
    """Return that everything in some triples, and some terms beside, is the same as itself, but for literals."""
    found = dict.fromkeys(term for triple in triples for term in triple)
    if found:
        found.update(dict.fromkeys((*terms, SAME)))
    return [Triple(term, SAME, term) for term in found if not isinstance(term, Literal)]


def find_contradictions(
    found: Deduction, graph: PredicateIndex, rules: Sequence[Rule], *, limit: int | None = None
) -> tuple[tuple[Contradiction, ...], int]:
    """Return contradictions as records, with proofs for no more than a limit, and how many there are."""
    if not found.contradictions:
        return (), 0
    same = f"p{graph.symbols.number(SAME)}"
    pairs = [*found.tables.get(same, ()), *graph.tables.get(same, ())]
    return read_contradictions(found.contradictions, _prover(found, graph.tables), pairs, graph.symbols, rules, limit)


def _prover(found: Deduction, asserted: Mapping[str, Relation]) -> Prover:
    derived = {**found.tables, **found.steps, **found.contradictions}
    return Prover(found.clauses, {**asserted, **found.given}, derived)


def read_triples(tables: Mapping[str, Relation], symbols: TermDictionary) -> Iterable[Triple]:
    """Yield the rows that are triples and that RDF allows."""
    for name, table in tables.items():
        kind, number = parse_name(name) or ("", 0)
        term = symbols.term(number)
        if kind == "p" and isinstance(term, NamedNode):
            for subject, value in table:
                if subject >= 0:
                    yield Triple(symbols.term(subject), term, symbols.term(value))  # type: ignore[arg-type]
        elif kind == "c":
            for (subject,) in table:
                if subject >= 0:
                    yield Triple(symbols.term(subject), TYPE, term)  # type: ignore[arg-type]


def _run_strata(
    rules: Sequence[Rule], stated: Mapping[str, Relation], given: Mapping[str, Relation], symbols: TermDictionary
) -> dict[str, Relation]:
    """Return all that the rules derive, those that ask what does not follow run on what the others found."""
    first, second = stratify_rules(rules)
    found = _run(first, {**stated, **given}, symbols)
    while second:
        known = set(found[TRIPLE])
        concluding = [
            replace(
                rule, heads=tuple(replace(h, predicate="concluded") if h.predicate == TRIPLE else h for h in rule.heads)
            )
            for rule in second
        ]
        later = _run(concluding, {**given, TRIPLE: found[TRIPLE]}, symbols)
        concluded = set(later.pop(_CONCLUDED, ()))
        found |= later
        if concluded <= known:
            break
        found |= _run(first, {**given, TRIPLE: Relation.of(3, sorted(known | concluded))}, symbols)
    return found


_CONCLUDED = "concluded"


def _run(rules: Sequence[Rule], tables: Mapping[str, Relation], symbols: TermDictionary) -> dict[str, Relation]:
    widths = {head.predicate: len(head.terms) for rule in rules for head in rule.heads}
    return run_program(write_program(rules, symbols.number), tables, widths)


def close_generically(triples: Iterable[Triple], rules: Sequence[Rule], *, prove: bool = False) -> Closure:
    """Return the closure of a graph under rules unchanged, with the trivial triples that RDF allows.

    Slow, and the reference for `close_graph`. Raises RuleError and ReasonerError.
    """
    start = time.perf_counter()
    symbols = TermDictionary()
    asserted = dict.fromkeys(symbols.rows(triples))
    stated = {TRIPLE: Relation.of(3, asserted)}
    values = Values(symbols)
    given = {
        "literal": values.tabulate_literals(),
        "value": values.tabulate_values(),
        "zero": values.tabulate_counts(0, range(-len(symbols.literals), 0)),
        "one": values.tabulate_counts(1, range(-len(symbols.literals), 0)),
        "supported": values.tabulate_supported(),
        "hasDatatype": values.tabulate_datatypes(),
        "day": values.tabulate_days(),
    }
    found = _run_strata(rules, stated, given, symbols)
    inferred: list[Triple] = []
    trivial: list[Triple] = []
    for row in found[TRIPLE]:
        if row not in asserted:
            subject, predicate, value = (symbols.term(number) for number in row)
            if row[0] >= 0 and isinstance(predicate, NamedNode):
                triple = Triple(subject, predicate, value)  # type: ignore[arg-type]
                (trivial if is_trivial(subject, predicate, value) else inferred).append(triple)
    same = symbols.number(SAME)
    pairs = [(subject, value) for subject, predicate, value in found[TRIPLE] if predicate == same]
    clashing = {name: table for name, table in found.items() if name.startswith(CONTRADICTION) and len(table)}
    steps = {name: table for name, table in found.items() if name != TRIPLE and name not in clashing}
    clauses: tuple[Clause, ...] = tuple(clauses_of(rules, symbols.number))
    deduction = Deduction({TRIPLE: found[TRIPLE]}, clashing, clauses, given, steps)
    prover = _prover(deduction, stated)
    contradictions, _ = read_contradictions(clashing, prover, pairs, symbols, rules)
    proofs = read_steps(inferred, prover, symbols, rules, generic=True) if prove else {}
    inferred.sort(key=str)
    statistics = Statistics(len(asserted), len(inferred), len(rules), time.perf_counter() - start)
    return Closure(tuple(inferred), contradictions, statistics, proofs, frozenset(trivial))
