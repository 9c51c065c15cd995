"""A graph closed under rules, with the contradictions kept apart from it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ahg_graph.closure.engine import run_program
from ahg_graph.closure.literals import tabulate_literals
from ahg_graph.closure.symbols import Row, Symbols
from ahg_graph.closure.trivia import SAME, is_trivial
from ahg_graph.rules import Rule
from ahg_graph.rules.program import write_program
from ahg_graph.terms import Literal, NamedNode, Term, Triple

CONTRADICTION = "contradiction_"
"""How the predicates begin whose rows are contradictions."""


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
    trivial: int
    rules: int
    seconds: float


@dataclass(frozen=True)
class Closure:
    """What follows from a graph: triples that it does not assert, trivial ones set aside, ordered by their text."""

    inferred: tuple[Triple, ...] = field(repr=False)
    contradictions: tuple[Contradiction, ...]
    statistics: Statistics
    trivial: frozenset[Triple] = field(default=frozenset(), repr=False)


def close_graph(triples: Iterable[Triple], rules: Sequence[Rule], *, keep_trivial: bool = False) -> Closure:
    """Return the closure of a graph under rules, each applied as it stands.

    With `keep_trivial` the trivial triples that RDF allows are returned too, apart. Raises RuleError and
    ReasonerError.
    """
    start = time.perf_counter()
    symbols = Symbols()
    asserted = set(symbols.rows(triples))
    heads = {atom.predicate: rule for rule in rules for atom in rule.heads}
    clashes = {name: rule for name, rule in heads.items() if name.startswith(CONTRADICTION)}
    tables: dict[str, list[Row]] = {"triple": sorted(asserted)}
    tables |= tabulate_literals(range(len(symbols)), symbols)
    program = write_program(rules, symbols.number)
    found = run_program(program, tables, ("triple", *clashes))
    inferred: list[Triple] = []
    trivial: list[Triple] = []
    dropped = 0
    for row in found["triple"]:
        if row in asserted:
            continue
        subject, predicate, value = (symbols.term(number) for number in row)
        if not is_trivial(subject, predicate, value):
            inferred.append(_triple(subject, predicate, value))
            continue
        dropped += 1
        if keep_trivial and not isinstance(subject, Literal) and isinstance(predicate, NamedNode):
            trivial.append(_triple(subject, predicate, value))
    first = _representatives(found["triple"], symbols.number(SAME))
    distinct: dict[tuple[str, frozenset[int]], Row] = {}
    for name in clashes:
        for row in sorted(found[name], key=lambda row: (-len(set(row)), row)):
            distinct.setdefault((name, frozenset(first.get(number, number) for number in row)), row)
    contradictions = [
        Contradiction(clashes[name].name, clashes[name].sentence, tuple(symbols.term(number) for number in row))
        for (name, _), row in distinct.items()
    ]
    inferred.sort(key=str)
    contradictions.sort(key=str)
    statistics = Statistics(len(asserted), len(inferred), dropped, len(rules), time.perf_counter() - start)
    return Closure(tuple(inferred), tuple(contradictions), statistics, frozenset(trivial))


def _representatives(rows: Iterable[Row], same: int) -> dict[int, int]:
    """Return, for each term that others are the same as, the one of them with the lowest number."""
    first: dict[int, int] = {}
    for subject, predicate, value in rows:
        if predicate == same:
            first[subject] = min(first.get(subject, subject), value)
    return first


def _triple(subject: Term, predicate: Term, value: Term) -> Triple:
    return Triple(subject, predicate, value)  # type: ignore[arg-type]  # the callers have seen to it
