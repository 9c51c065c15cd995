"""Clauses made fewer without changing what follows: the unreachable, the idle and the redundant are left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache, partial

from ahg_graph.reasoning.rules.clauses import Argument, Clause, Goal, Settled

CONTRADICTION = "contradiction_"


def drop_unreachable(clauses: Sequence[Clause], filled: Collection[str]) -> list[Clause]:
    """Return the clauses whose positive premises can all have rows, when only the tables `filled` have any."""
    reached = set(filled)
    waiting: dict[str, list[int]] = defaultdict(list)
    missing: list[int] = []
    ready: list[int] = []
    for place, clause in enumerate(clauses):
        needed = {goal.predicate for goal in clause.body if not goal.negated} - reached
        missing.append(len(needed))
        for name in needed:
            waiting[name].append(place)
        if not needed:
            ready.append(place)
    kept: set[int] = set()
    while ready:
        place = ready.pop()
        kept.add(place)
        name = clauses[place].head.predicate
        if name not in reached:
            reached.add(name)
            for other in waiting[name]:
                missing[other] -= 1
                if not missing[other]:
                    ready.append(other)
    return [clause for place, clause in enumerate(clauses) if place in kept]


def drop_idle(clauses: Sequence[Clause], is_idle: Callable[[Clause], bool]) -> list[Clause]:
    """Return the clauses that lead to something: one for which `is_idle` is false, or a premise of one.

    A clause does not count as leading to one that asks for its premise not to hold.
    """
    concluding: dict[str, list[int]] = defaultdict(list)
    for place, clause in enumerate(clauses):
        concluding[clause.head.predicate].append(place)
    queue = [place for place, clause in enumerate(clauses) if not is_idle(clause)]
    kept = set(queue)
    while queue:
        using = clauses[queue.pop()]
        denied = {goal.predicate for goal in using.body if goal.negated}
        for goal in using.body:
            for place in concluding[goal.predicate]:
                if place in kept or (denied and _is_denied(clauses[place], goal, using)):
                    continue
                kept.add(place)
                queue.append(place)
    return [clause for place, clause in enumerate(clauses) if place in kept]


def _is_denied(clause: Clause, goal: Goal, using: Clause) -> bool:
    """Return whether `using` asks that what makes `clause` conclude its premise `goal` does not hold."""
    names = {f: a for f, a in zip(clause.head.arguments, goal.arguments, strict=True) if isinstance(f, str)}
    premises = {(inner.predicate, inner.substitute(names).arguments) for inner in clause.body}
    return any(other.negated and (other.predicate, other.arguments) in premises for other in using.body)


def drop_void(clauses: Iterable[Clause]) -> list[Clause]:
    """Return the clauses but those that conclude one of their own premises."""
    return [clause for clause in clauses if clause.head not in clause.body]


def unfold(clauses: Sequence[Clause], is_auxiliary: Callable[[str], bool]) -> list[Clause]:
    """Return the clauses with each auxiliary predicate that one clause defines replaced by that clause's body."""
    defining: dict[str, list[Clause]] = defaultdict(list)
    for clause in clauses:
        if is_auxiliary(clause.head.predicate):
            defining[clause.head.predicate].append(clause)
    denied = {goal.predicate for clause in clauses for goal in clause.body if goal.negated}
    single = {name: rules[0] for name, rules in defining.items() if len(rules) == 1 and name not in denied}
    for name in list(single):
        if _leads_to(name, name, single):
            del single[name]
    kept: list[Clause] = []
    for clause in clauses:
        if clause.head.predicate not in single:
            while (unfolded := _unfold_once(clause, single)) is not clause:
                clause = unfolded
            kept.append(clause)
    return kept


def _leads_to(start: str, target: str, single: dict[str, Clause]) -> bool:
    queue, met = [start], {start}
    while queue:
        for goal in single[queue.pop()].body:
            if goal.predicate == target:
                return True
            if goal.predicate in single and goal.predicate not in met:
                met.add(goal.predicate)
                queue.append(goal.predicate)
    return False


def _unfold_once(clause: Clause, single: dict[str, Clause]) -> Clause:
    for place, goal in enumerate(clause.body):
        definition = single.get(goal.predicate)
        if definition is None or goal.negated:
            continue
        used = len(clause.variables())
        names: dict[str, Argument] = {name: f"{name}_{used}" for name in definition.variables()}
        for formal, actual in zip(definition.head.arguments, goal.arguments, strict=True):
            if isinstance(formal, str):
                names[formal] = actual
            elif formal != actual:
                return clause
        return Clause(
            clause.rule,
            clause.head,
            (
                *clause.body[:place],
                *(inner.substitute(names) for inner in definition.body),
                *clause.body[place + 1 :],
            ),
            (*clause.conditions, *(condition.substitute(names) for condition in definition.conditions)),
            cache(partial(_join, clause, definition)),
        )
    return clause


def _join(clause: Clause, definition: Clause) -> Settled:
    """Return what was settled of a clause that a definition was put into."""
    outer, inner = clause.settle(), definition.settle()
    return Settled((*outer.schema, *inner.schema), outer.bindings)


Shape = tuple[int, ...]
"""For each argument of a conclusion, its place in the premise."""


def drop_redundant(clauses: Sequence[Clause]) -> list[Clause]:
    """Return the clauses but those of one premise whose conclusion follows in two steps of others.

    An implication is left out only when a predicate strictly between its ends gives the same; ends and middle lie in
    different cycles of implication, so that what remains still leads from each premise to each conclusion.
    """
    edges: dict[tuple[str, str, Shape], None] = {}
    simple: dict[int, tuple[str, str, Shape]] = {}
    for place, clause in enumerate(clauses):
        if len(clause.body) != 1 or clause.conditions or clause.body[0].negated:
            continue
        premise = clause.body[0].arguments
        distinct = len(set(premise)) == len(premise) and all(isinstance(a, str) for a in premise)
        if distinct and all(argument in premise for argument in clause.head.arguments):
            shape = tuple(premise.index(argument) for argument in clause.head.arguments)
            simple[place] = (clause.body[0].predicate, clause.head.predicate, shape)
            edges[simple[place]] = None
    after: dict[str, list[tuple[str, Shape]]] = defaultdict(list)
    for source, target, shape in edges:
        after[source].append((target, shape))
    component = find_components(after)
    redundant: set[tuple[str, str, Shape]] = set()
    for source, steps in after.items():
        for middle, first in steps:
            if component.get(middle, middle) == component.get(source, source):
                continue
            for target, second in after.get(middle, ()):
                if component.get(target, target) != component.get(middle, middle):
                    shape = tuple(first[place] for place in second)
                    if (source, target, shape) in edges:
                        redundant.add((source, target, shape))
    return [clause for place, clause in enumerate(clauses) if simple.get(place) not in redundant]


def find_components(after: dict[str, list[tuple[str, Shape]]]) -> dict[str, str]:
    """Return for each predicate on a cycle of implications one that stands for the cycle (Tarjan's algorithm)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    standing: set[str] = set()
    component: dict[str, str] = {}
    for root in list(after):
        if root in order:
            continue
        work = [(root, iter(after[root]))]
        order[root] = low[root] = len(order)
        stack.append(root)
        standing.add(root)
        while work:
            node, steps = work[-1]
            for target, _ in steps:
                if target not in order:
                    order[target] = low[target] = len(order)
                    stack.append(target)
                    standing.add(target)
                    work.append((target, iter(after.get(target, ()))))
                    break
                if target in standing:
                    low[node] = min(low[node], order[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    while True:
                        member = stack.pop()
                        standing.discard(member)
                        component[member] = node
                        if member == node:
                            break
    return component
