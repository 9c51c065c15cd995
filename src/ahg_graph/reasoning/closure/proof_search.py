"""Proofs found backwards from what was derived, over numbers, and chosen smallest first.

The rule engine says what follows; here each conclusion is traced anew to what was given, so that a conclusion without a
proof would show. All ways to conclude a fact in one step are found by unifying the clauses with it; among them the
smallest proof is chosen by Knuth's generalisation of Dijkstra's algorithm (1977), which never goes round in a circle: a
fact's proof uses only facts whose proofs are smaller.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import heappop, heappush
from types import MappingProxyType
from typing import NamedTuple

from ahg_graph.reasoning.closure.relation_tables import parse_name
from ahg_graph.reasoning.closure.term_dictionary import Row
from ahg_graph.reasoning.rules.clauses import Argument, Clause, Condition, Goal
from ahg_graph.reasoning.rules.static_analysis import TRIPLE

Fact = tuple[str, Row]
"""A predicate and a row of it."""

COMPARE: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {
        "=": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }
)


@dataclass(frozen=True, slots=True)
class Inference:
    """One step: the clause, the facts that it depends on in the order of its premises, and its variables' numbers."""

    clause: Clause
    premises: tuple[Fact, ...]
    bindings: Mapping[str, int]


class _Join(NamedTuple):
    """A premise to look up: its arguments that are known by then with their places, and the names that it binds."""

    predicate: str
    places: tuple[int, ...]
    known: tuple[Argument, ...]
    free: tuple[tuple[str, int], ...]


class _Plan:
    """The order in which to look up a clause's premises when its conclusion is known, the most bound first."""

    def __init__(self, clause: Clause) -> None:
        self.goals = tuple(goal for goal in clause.body if not goal.negated)
        self.denied = tuple(goal for goal in clause.body if goal.negated)
        settled = clause.settle()
        self.schema: tuple[Fact, ...] = tuple((goal.predicate, _ground(goal, {})) for goal in settled.schema)
        known = {argument for argument in clause.head.arguments if isinstance(argument, str)}
        rest = list(self.goals)
        steps: list[_Join] = []
        while rest:
            goal = min(rest, key=lambda g: sum(isinstance(a, str) and a not in known for a in g.arguments))
            rest.remove(goal)
            places = tuple(n for n, a in enumerate(goal.arguments) if isinstance(a, int) or a in known)
            free = tuple((a, n) for n, a in enumerate(goal.arguments) if isinstance(a, str) and a not in known)
            bound = tuple(goal.arguments[place] for place in places)
            steps.append(_Join(goal.predicate, places, bound, free))
            known.update(name for name, _ in free)
        self.steps = tuple(steps)


class Prover:
    """Finds proofs of facts; `given` are the tables that need none, `derived` those whose rows need one."""

    def __init__(
        self, clauses: Sequence[Clause], given: Mapping[str, Iterable[Row]], derived: Mapping[str, Iterable[Row]]
    ) -> None:
        self._tables_given, self._tables_derived = given, derived
        self._given: dict[str, dict[Row, None]] = {}
        self._rows: dict[str, dict[Row, None]] = {}
        self._concluding: dict[str, list[Clause]] = defaultdict(list)
        for clause in clauses:
            self._concluding[clause.head.predicate].append(clause)
        self._indexes: dict[tuple[str, tuple[int, ...]], dict[Row, list[Row]]] = {}
        self._chosen: dict[Fact, Inference] = {}
        self._costs: dict[Fact, int] = {}
        self._plans: dict[int, _Plan] = {}

    def is_given(self, fact: Fact) -> bool:
        """Return whether a fact needs no proof."""
        name, row = fact
        rows = self._given.get(name)
        if rows is None:
            rows = self._given[name] = dict.fromkeys(self._tables_given.get(name, ()))
        return row in rows

    def _find_rows(self, name: str) -> dict[Row, None]:
        """Return all rows of a predicate; tables are taken in when first asked for."""
        rows = self._rows.get(name)
        if rows is None:
            rows = dict.fromkeys(self._tables_given.get(name, ()))
            rows.update(dict.fromkeys(self._tables_derived.get(name, ())))
            self._rows[name] = rows
        return rows

    def prove(self, facts: Iterable[Fact]) -> Mapping[Fact, Inference]:
        """Return the inference of each fact and of each fact that it depends on; a fact without one has no proof."""
        self._choose(self._trace([fact for fact in facts if fact not in self._chosen]))
        return self._chosen

    def _trace(self, facts: Sequence[Fact]) -> dict[Fact, list[Inference]]:
        """Return, for the facts and all that they may depend on, every way to conclude them in one step."""
        ways: dict[Fact, list[Inference]] = {}
        queue = list(reversed(facts))
        while queue:
            fact = queue.pop()
            if fact in ways or fact in self._chosen or self.is_given(fact):
                continue
            ways[fact] = found = []
            for clause in self._concluding[fact[0]]:
                for inference in self._infer(clause, fact):
                    found.append(inference)
                    rest = [premise for premise in inference.premises if not self.is_given(premise)]
                    if not rest:
                        break
                    queue += reversed(rest)
        return ways

    def _infer(self, clause: Clause, fact: Fact) -> Iterator[Inference]:
        bindings: dict[str, int] = {}
        for argument, value in zip(clause.head.arguments, fact[1], strict=True):
            if (bindings.setdefault(argument, value) if isinstance(argument, str) else argument) != value:
                return
        plan = self._plans.get(id(clause))
        if plan is None:
            plan = self._plans[id(clause)] = _Plan(clause)
        for solution in self._solve(plan.steps, 0, bindings):
            if (not plan.denied or all(self._is_absent(goal, solution) for goal in plan.denied)) and (
                not clause.conditions or all(_holds(condition, solution) for condition in clause.conditions)
            ):
                premises = (*plan.schema, *[(goal.predicate, _ground(goal, solution)) for goal in plan.goals])
                if fact not in premises:
                    yield Inference(clause, premises, solution)

    def _is_absent(self, goal: Goal, bindings: Mapping[str, int]) -> bool:
        return _ground(goal, bindings) not in self._find_rows(goal.predicate)

    def _solve(self, steps: Sequence[_Join], at: int, bindings: dict[str, int]) -> Iterator[dict[str, int]]:
        """Yield what the variables can stand for so that all goals from a place on are rows."""
        while at < len(steps):
            step = steps[at]
            key = tuple([a if isinstance(a, int) else bindings[a] for a in step.known])
            if step.free:
                break
            if key not in self._find_rows(step.predicate):
                return
            at += 1
        else:
            yield bindings
            return
        for row in self._find(step.predicate, step.places, key):
            extended = dict(bindings)
            for name, place in step.free:
                if extended.setdefault(name, row[place]) != row[place]:
                    break
            else:
                yield from self._solve(steps, at + 1, extended)

    def _find(self, name: str, places: tuple[int, ...], key: Row) -> Iterable[Row]:
        index = self._indexes.get((name, places))
        if index is None:
            index = self._indexes[name, places] = defaultdict(list)
            for row in self._find_rows(name):
                index[tuple(row[place] for place in places)].append(row)
        return index.get(key, ())

    def _choose(self, ways: Mapping[Fact, Sequence[Inference]]) -> None:
        """Settle the smallest proof of each fact, the facts with the smallest proofs first."""
        cost: dict[Fact, int] = {}
        using: dict[Fact, list[tuple[Fact, int]]] = defaultdict(list)
        missing: dict[tuple[Fact, int], int] = {}
        heap: list[tuple[int, int, Fact, int]] = []
        order = 0

        def cost_of(premise: Fact) -> int:
            return self._cost(premise, cost)

        for fact, inferences in ways.items():
            for place, inference in enumerate(inferences):
                open_premises = {p for p in inference.premises if p in ways}
                missing[fact, place] = len(open_premises)
                for premise in open_premises:
                    using[premise].append((fact, place))
                if not open_premises:
                    order += 1
                    heappush(heap, (1 + sum(map(cost_of, inference.premises)), order, fact, place))
        while heap:
            total, _, fact, place = heappop(heap)
            if fact in cost:
                continue
            cost[fact] = total
            self._chosen[fact] = ways[fact][place]
            for other, way in using[fact]:
                missing[other, way] -= 1
                if not missing[other, way] and other not in cost:
                    order += 1
                    heappush(heap, (1 + sum(map(cost_of, ways[other][way].premises)), order, other, way))
        self._costs.update(cost)

    def _cost(self, fact: Fact, fresh: Mapping[Fact, int]) -> int:
        """Return the size of a fact's proof: 1 for a triple that is given, 0 for what stands behind the vocabulary."""
        if self.is_given(fact):
            return 1 if is_triple(fact[0]) else 0
        return fresh[fact] if fact in fresh else self._costs[fact]


@cache
def is_triple(name: str) -> bool:
    """Return whether the rows of a predicate are triples."""
    return name == TRIPLE or parse_name(name) is not None


def _holds(condition: Condition, bindings: Mapping[str, int]) -> bool:
    return COMPARE[condition.operator](_value(condition.left, bindings), _value(condition.right, bindings))


def _value(argument: Argument, bindings: Mapping[str, int]) -> int:
    return argument if isinstance(argument, int) else bindings[argument]


def _ground(goal: Goal, bindings: Mapping[str, int]) -> Row:
    return tuple([a if isinstance(a, int) else bindings[a] for a in goal.arguments])
