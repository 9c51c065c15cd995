"""Clauses that differ in their numbers alone, as one clause and a table: the engine takes long to read each clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ahg_graph.reasoning.rules.clauses import Argument, Clause, Condition, Goal

Numbers = tuple[int, ...]
_Part = tuple[str, tuple[str | None, ...], bool]

_MANY = 6
"""Clauses from which a table is worth its file."""


def share_constants(clauses: Iterable[Clause]) -> tuple[list[Clause], dict[str, list[Numbers]]]:
    """Return clauses that derive the same, and the rows of the tables that they need besides.

    Where many differ in their numbers alone, one stands for them: a premise binds variables to the numbers of each.
    """
    groups: dict[tuple[_Part, ...], list[tuple[Clause, Numbers]]] = {}
    for clause in clauses:
        renamed: dict[str, Argument] = {name: f"x{n}" for n, name in enumerate(clause.variables())}
        parts = list(_list_parts(clause, renamed))
        shape = tuple((name, tuple(a if isinstance(a, str) else None for a in found), no) for name, found, no in parts)
        numbers = tuple(a for _, found, _ in parts for a in found if isinstance(a, int))
        groups.setdefault(shape, []).append((clause, numbers))
    shared: list[Clause] = []
    tables: dict[str, list[Numbers]] = {}
    for shape, members in groups.items():
        columns = list(zip(*(numbers for _, numbers in members), strict=True))
        varying = [place for place, column in enumerate(columns) if len(set(column)) > 1]
        if len(members) < _MANY or not varying:
            shared += [clause for clause, _ in members]
            continue
        name = f"among{len(tables)}"
        tables[name] = list(dict.fromkeys(tuple(numbers[place] for place in varying) for _, numbers in members))
        shared.append(_generalise(members[0][0], shape, members[0][1], varying, name))
    return shared, tables


def _list_parts(clause: Clause, renamed: dict[str, Argument]) -> Iterator[tuple[str, tuple[Argument, ...], bool]]:
    for goal in (clause.head, *clause.body):
        found = goal.substitute(renamed)
        yield found.predicate, found.arguments, found.negated
    for condition in clause.conditions:
        compared = condition.substitute(renamed)
        yield compared.operator, (compared.left, compared.right), False


def _generalise(clause: Clause, shape: Sequence[_Part], numbers: Numbers, varying: Sequence[int], name: str) -> Clause:
    """Return a clause of a shape, with variables in the places of numbers that vary, bound by a table."""
    place = -1
    filled: list[tuple[str, tuple[Argument, ...], bool]] = []
    for word, pattern, negated in shape:
        arguments: list[Argument] = []
        for argument in pattern:
            if argument is not None:
                arguments.append(argument)
                continue
            place += 1
            arguments.append(f"k{varying.index(place)}" if place in varying else numbers[place])
        filled.append((word, tuple(arguments), negated))
    head, *body = (Goal(*part) for part in filled[: 1 + len(clause.body)])
    conditions = tuple(Condition(found[0], word, found[1]) for word, found, _ in filled[1 + len(clause.body) :])
    given = Goal(name, tuple(f"k{number}" for number in range(len(varying))))
    return Clause(clause.rule, head, (given, *body), conditions)
