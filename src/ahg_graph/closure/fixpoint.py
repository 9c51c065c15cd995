"""A graph closed under rules, with the contradictions kept apart from it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ahg_graph.closure.deduction import Deduction, deduce
from ahg_graph.closure.engine import run_program
from ahg_graph.closure.literals import Values
from ahg_graph.closure.symbols import Row, Symbols
from ahg_graph.closure.tables import Graph, Table, parse_name
from ahg_graph.closure.trivia import SAME, TYPE, is_trivial
from ahg_graph.rules import Rule
from ahg_graph.rules.program import write_program
from ahg_graph.rules.reduction import CONTRADICTION
from ahg_graph.rules.specialisation import NotSpecialisable
from ahg_graph.terms import Literal, NamedNode, Term, Triple


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Facts that cannot all hold: the rule that says so, its sentence, and the things that it names, in its order.

    Of contradictions that differ only in the order of the things, or in names for one thing, one is kept.
    """

    rule: str
    sentence: str
    culprits: tuple[Term, ...]

    def __str__(self) -> str:
        return f"{self.rule}: {self.sentence} {', '.join(map(str, self.culprits))}"


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many triples went in and came out, how many rules there were, and the seconds that closing took."""

    asserted: int
    inferred: int
    rules: int
    seconds: float


@dataclass(frozen=True)
class Closure:
    """What follows from a graph: triples that it does not assert, trivial ones set aside, ordered by their text."""

    inferred: tuple[Triple, ...] = field(repr=False)
    contradictions: tuple[Contradiction, ...]
    statistics: Statistics
    trivial: frozenset[Triple] = field(default=frozenset(), repr=False)


def close_graph(triples: Iterable[Triple], rules: Sequence[Rule]) -> Closure:
    """Return the closure of a graph under rules, made over to its schema where that can be done.

    Raises RuleError and ReasonerError.
    """
    start = time.perf_counter()
    asserted = frozenset(triples)
    graph = Graph(Symbols())
    graph.add(asserted)
    try:
        found = deduce(graph, rules)
    except NotSpecialisable:
        return close_generically(asserted, rules)
    symbols = graph.symbols
    inferred = [triple for triple in read_triples(found, symbols) if not is_trivial(*triple)]
    same = found.tables.get(f"p{symbols.number(SAME)}", ())
    stated = graph.tables.get(f"p{symbols.number(SAME)}", ())
    contradictions = read_contradictions(found.contradictions, [*same, *stated], symbols)
    inferred.sort(key=str)
    seconds = time.perf_counter() - start
    return Closure(
        tuple(inferred), contradictions, Statistics(len(asserted), len(inferred), len(found.clauses), seconds)
    )


def read_triples(found: Deduction, symbols: Symbols) -> Iterable[Triple]:
    """Yield the derived triples that RDF allows."""
    for name, table in found.tables.items():
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


def read_contradictions(
    found: Iterable[tuple[Rule, Row]], same: Iterable[Row], symbols: Symbols
) -> tuple[Contradiction, ...]:
    """Return contradictions as records, one for each set of things, ordered by their text.

    `same` gives the pairs of things that are the same.
    """
    first: dict[int, int] = {}
    for one, other in same:
        first[one] = min(first.get(one, one), other)
    distinct: dict[tuple[str, frozenset[int]], tuple[Rule, Row]] = {}
    for rule, row in sorted(found, key=lambda f: (-len(set(f[1])), [str(symbols.term(n)) for n in f[1]])):
        distinct.setdefault((rule.name, frozenset(first.get(n, n) for n in row)), (rule, row))
    records = [
        Contradiction(rule.name, rule.sentence, tuple(symbols.term(number) for number in row))
        for rule, row in distinct.values()
    ]
    return tuple(sorted(records, key=str))


def close_generically(triples: Iterable[Triple], rules: Sequence[Rule]) -> Closure:
    """Return the closure of a graph under rules as they stand, with the trivial triples that RDF allows.

    Slow, and the reference for `close_graph`. Raises RuleError and ReasonerError.
    """
    start = time.perf_counter()
    symbols = Symbols()
    asserted = set(symbols.rows(triples))
    values = Values(symbols)
    tables = {
        "triple": Table.of(3, sorted(asserted)),
        "literal": values.tabulate_literals(),
        "value": values.tabulate_values(),
        "zero": values.tabulate_counts(0, range(-len(symbols.literals), 0)),
        "one": values.tabulate_counts(1, range(-len(symbols.literals), 0)),
        "supported": values.tabulate_supported(),
        "hasDatatype": values.tabulate_datatypes(),
    }
    clashes = {
        head.predicate: (rule, len(head.terms))
        for rule in rules
        for head in rule.heads
        if head.predicate.startswith(CONTRADICTION)
    }
    program = write_program(rules, symbols.number)
    found = run_program(program, tables, {"triple": 3, **{name: width for name, (_, width) in clashes.items()}})
    inferred: list[Triple] = []
    trivial: list[Triple] = []
    for row in found["triple"]:
        if row not in asserted:
            subject, predicate, value = (symbols.term(number) for number in row)
            if not isinstance(subject, Literal) and isinstance(predicate, NamedNode):
                triple = Triple(subject, predicate, value)
                (trivial if is_trivial(subject, predicate, value) else inferred).append(triple)
    same = symbols.number(SAME)
    pairs = [(subject, value) for subject, predicate, value in found["triple"] if predicate == same]
    clashing = [(rule, row) for name, (rule, _) in clashes.items() for row in found[name]]
    contradictions = read_contradictions(clashing, pairs, symbols)
    inferred.sort(key=str)
    statistics = Statistics(len(asserted), len(inferred), len(rules), time.perf_counter() - start)
    return Closure(tuple(inferred), contradictions, statistics, frozenset(trivial))
