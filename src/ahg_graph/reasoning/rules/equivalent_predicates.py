"""Predicates that always say the same, their arguments perhaps the other way round: one of them stands for all.

Of a property and its inverse, or of two equivalent classes, each row of one is a row of the other. Deriving both costs
twice; deriving one and reading the other off it costs once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ahg_graph.reasoning.rules.clauses import Clause, Goal
from ahg_graph.reasoning.rules.program_pruning import Shape, find_components


@dataclass(frozen=True)
class Mirrors:
    """Predicates and those that stand for them: of each, which and, for each of its arguments, the place there."""

    sources: Mapping[str, tuple[str, Shape]]

    def rewrite(self, clauses: Sequence[Clause]) -> list[Clause]:
        """Return the clauses with each predicate replaced by the one that stands for it."""
        if not self.sources:
            return list(clauses)
        found = []
        for clause in clauses:
            head, body = self._rewrite(clause.head), tuple(map(self._rewrite, clause.body))
            if head not in body:
                found.append(Clause(clause.rule, head, body, clause.conditions, clause.settle))
        return found

    def _rewrite(self, goal: Goal) -> Goal:
        if goal.predicate not in self.sources:
            return goal
        source, shape = self.sources[goal.predicate]
        arguments = dict(zip(shape, goal.arguments, strict=True))
        return Goal(source, tuple(arguments[place] for place in range(len(shape))), goal.negated)


def find_mirrors(clauses: Sequence[Clause], has_rows: Callable[[str], bool]) -> Mirrors:
    """Return the predicates that always have the rows of another.

    Of predicates that imply each other one stands for the others: the one that has rows to start from. Where several
    have, or where one implies itself the other way round, they are left as they are.
    """
    implied: dict[str, list[tuple[str, Shape]]] = defaultdict(list)
    for clause in clauses:
        if len(clause.body) == 1 and not clause.conditions and not clause.body[0].negated:
            premise, head = clause.body[0].arguments, clause.head.arguments
            plain = all(isinstance(argument, str) for argument in premise) and len(set(premise)) == len(premise)
            if plain and len(head) == len(premise) and set(head) == set(premise):
                shape = tuple(premise.index(argument) for argument in head)
                implied[clause.body[0].predicate].append((clause.head.predicate, shape))
    members: dict[str, list[str]] = defaultdict(list)
    for name, component in find_components(implied).items():
        members[component].append(name)
    sources: dict[str, tuple[str, Shape]] = {}
    for names in members.values():
        filled = [name for name in names if has_rows(name)]
        if len(names) > 1 and len(filled) <= 1:
            sources.update(_orient((filled or names)[0], frozenset(names), implied))
    return Mirrors(sources)


def _orient(
    source: str, names: frozenset[str], implied: Mapping[str, Sequence[tuple[str, Shape]]]
) -> dict[str, tuple[str, Shape]]:
    """Return how each of some predicates mirrors one of them; nothing when one does so in two ways."""
    found: dict[str, Shape] = {}
    queue = [source]
    while queue:
        name = queue.pop()
        for other, shape in implied.get(name, ()):
            if other not in names:
                continue
            through = tuple(found[name][place] for place in shape) if name in found else shape
            if other not in found:
                found[other] = through
                queue.append(other)
            elif found[other] != through:
                return {}
    if found[source] != tuple(range(len(found[source]))):
        return {}
    return {name: (source, shape) for name, shape in found.items() if name != source}
