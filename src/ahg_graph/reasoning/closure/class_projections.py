"""Leaf classes, from which nothing follows: filled from one column of other tables after the fixpoint.

The domain or the range of a property types every thing in a column. Where no rule asks for the class, taking the
column costs less than having the engine join, sort and compare it.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from ahg_graph.reasoning.closure.relation_tables import Table, parse_name
from ahg_graph.reasoning.rules.clauses import Clause


def set_projections_aside(clauses: Sequence[Clause]) -> tuple[list[Clause], list[tuple[str, list[Clause]]]]:
    """Return the clauses without those of classes that are only filled from columns, and these by class.

    A class comes after those that it is filled from.
    """
    concluding: dict[str, list[Clause]] = defaultdict(list)
    users: dict[str, set[str]] = defaultdict(set)
    for clause in clauses:
        concluding[clause.head.predicate].append(clause)
        for goal in clause.body:
            users[goal.predicate].add(clause.head.predicate)
    aside: dict[str, list[Clause]] = {}
    queue = [name for name in concluding if not users[name]]
    while queue:
        name = queue.pop()
        if not all(map(_is_projection, concluding[name])):
            continue
        aside[name] = concluding[name]
        for source in {clause.body[0].predicate for clause in concluding[name]}:
            users[source].discard(name)
            if not users[source] and source in concluding and source not in aside:
                queue.append(source)
    rest = [clause for clause in clauses if clause.head.predicate not in aside]
    return rest, list(reversed(aside.items()))


def _is_projection(clause: Clause) -> bool:
    premise, head = clause.body[0] if clause.body else None, clause.head
    return (
        (parse_name(head.predicate) or " ")[0] == "c"
        and premise is not None
        and len(clause.body) == 1
        and parse_name(premise.predicate) is not None
        and not clause.conditions
        and not premise.negated
        and all(isinstance(argument, str) for argument in (*premise.arguments, *head.arguments))
        and len(set(premise.arguments)) == len(premise.arguments)
    )


def fill_projection(clauses: Iterable[Clause], find: Callable[[str], Iterable[Table]], given: Table | None) -> Table:
    """Return the new members of a class; `find` gives the tables of a predicate, each with rows of its own."""
    members: set[int] = set()
    for clause in clauses:
        place = clause.body[0].arguments.index(clause.head.arguments[0])
        for table in find(clause.body[0].predicate):
            members.update(table.cells[place :: table.width])
    if given is not None:
        members.difference_update(given.cells)
    return Table(1, array("q", sorted(members)))
