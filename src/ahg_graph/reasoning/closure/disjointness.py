"""Classes of which nothing is a member of two, looked through for what is.

As clauses for the rule engine these would be as many as the pairs of classes, and reading a rule costs the engine more
than running it. Nothing follows from a contradiction, so that they can wait until all else is derived.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Sequence

from ahg_graph.reasoning.closure.relation_tables import Table, parse_name
from ahg_graph.reasoning.rules.clauses import Clause
from ahg_graph.reasoning.rules.program_pruning import CONTRADICTION


def set_apart(clauses: Sequence[Clause]) -> tuple[list[Clause], list[Clause]]:
    """Return the clauses without those that say that nothing is a member of two classes, and these."""
    rest: list[Clause] = []
    apart: list[Clause] = []
    for clause in clauses:
        (apart if _is_apart(clause) else rest).append(clause)
    return rest, apart


def _is_apart(clause: Clause) -> bool:
    return (
        clause.head.predicate.startswith(CONTRADICTION)
        and len(clause.body) == 2
        and not clause.conditions
        and all((parse_name(goal.predicate) or " ")[0] == "c" and not goal.negated for goal in clause.body)
        and len({goal.arguments for goal in clause.body}) == 1
        and len({goal.predicate for goal in clause.body}) == 2
        and isinstance(clause.body[0].arguments[0], str)
    )


def find_clashes(clauses: Sequence[Clause], members: Callable[[str], Sequence[int]], size: int) -> dict[str, Table]:
    """Return what contradicts, by predicate, of clauses that were set apart.

    `members` gives the members of a class, of which there are `size` at most, counted from both ends.
    """
    if not clauses:
        return {}
    names = sorted({goal.predicate for clause in clauses for goal in clause.body})
    met = array("i", bytes(4 * size))
    several: set[int] = set()
    for place, name in enumerate(names, 1):
        for thing in members(name):
            if not met[thing]:
                met[thing] = place
            elif met[thing] != place:
                several.add(thing)
    found: dict[str, Table] = {}
    if not several:
        return found
    classes: dict[str, set[int]] = defaultdict(set)
    for name in names:
        classes[name] = several.intersection(members(name))
    for clause in clauses:
        one, other = (classes[goal.predicate] for goal in clause.body)
        arguments = clause.head.arguments
        rows = [tuple(thing if isinstance(a, str) else a for a in arguments) for thing in sorted(one & other)]
        if rows:
            found.setdefault(clause.head.predicate, Table(len(arguments))).extend(rows)
    return found
