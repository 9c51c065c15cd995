"""Rules over numbers, with one predicate for each property and each class.

A triple whose predicate is the number 7 is the goal `p7(s, o)`; a triple that gives something the class 9 is `c9(s)`.
A negative number is written with `m` for its sign.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from ahg_graph.rdf.terms import Literal, Term, Variable
from ahg_graph.reasoning.rules.rule_parser import Atom, Rule, RuleTerm, is_integer

Argument = int | str
"""A number, or the name of a variable."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A predicate over numbers and variables."""

    predicate: str
    arguments: tuple[Argument, ...]
    negated: bool = False

    def substitute(self, bindings: Mapping[str, Argument]) -> Goal:
        """Return the goal with the variables replaced that are bound."""
        arguments = tuple(bindings.get(a, a) if isinstance(a, str) else a for a in self.arguments)
        return Goal(self.predicate, arguments, self.negated)

    def __str__(self) -> str:
        arguments = ", ".join(f"?{a}" if isinstance(a, str) else str(a) for a in self.arguments)
        return f"{'~' * self.negated}{self.predicate}({arguments})"


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of numbers and variables."""

    left: Argument
    operator: str
    right: Argument

    def substitute(self, bindings: Mapping[str, Argument]) -> Condition:
        """Return the condition with the variables replaced that are bound."""
        left, right = (bindings.get(a, a) if isinstance(a, str) else a for a in (self.left, self.right))
        return Condition(left, self.operator, right)

    def __str__(self) -> str:
        left, right = (f"?{a}" if isinstance(a, str) else str(a) for a in (self.left, self.right))
        return f"{left} {self.operator} {right}"


class Settled(NamedTuple):
    """What the schema settled of a rule: the static premises that it satisfied, and the rule's variables.

    Variables are as they are in the clause: numbers where the schema bound them.
    """

    schema: tuple[Goal, ...] = ()
    bindings: tuple[tuple[str, Argument], ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One conclusion of a rule, with what is left of its premises; `settle` works out the rest, for proofs."""

    rule: Rule
    head: Goal
    body: tuple[Goal, ...]
    conditions: tuple[Condition, ...] = ()
    settle: Callable[[], Settled] = Settled

    def variables(self) -> tuple[str, ...]:
        """Return the variables of the positive body, in the order of their first use."""
        found = dict.fromkeys(a for goal in self.body if not goal.negated for a in goal.arguments if isinstance(a, str))
        return tuple(found)


def name_number(number: int) -> str:
    """Return a number as part of a name."""
    return f"m{-number}" if number < 0 else str(number)


def write_clauses(clauses: Iterable[Clause]) -> str:
    """Return clauses in the engine's notation, those with one body joined into one rule."""
    grouped: dict[str, dict[str, None]] = {}
    for clause in clauses:
        renamed: dict[str, Argument] = {name: f"x{n}" for n, name in enumerate(clause.variables())}
        body = [goal.substitute(renamed) for goal in clause.body]
        parts = [*map(str, body), *(str(condition.substitute(renamed)) for condition in clause.conditions)]
        grouped.setdefault(", ".join(parts), {})[str(clause.head.substitute(renamed))] = None
    lines: list[str] = []
    for premises, heads in grouped.items():
        if premises:
            lines.append(f"{', '.join(heads)} :- {premises} .")
        else:
            lines += [f"{head} ." for head in heads]
    return "\n".join(lines)


def clauses_of(rules: Iterable[Rule], number: Callable[[Term], int]) -> Iterator[Clause]:
    """Yield the clauses of rules unchanged, triples left as rows of `triple`."""

    def goal(atom: Atom) -> Goal:
        return Goal(atom.predicate, tuple(encode(term, number) for term in atom.terms), atom.negated)

    for rule in rules:
        body = tuple(map(goal, rule.body))
        conditions = tuple(
            Condition(encode(c.left, number), c.operator, encode(c.right, number)) for c in rule.comparisons
        )
        names = dict.fromkeys(a for g in body for a in g.arguments if isinstance(a, str))
        for head in rule.heads:
            yield Clause(rule, goal(head), body, conditions, partial(Settled, (), tuple((n, n) for n in names)))


def encode(term: RuleTerm, number: Callable[[Term], int]) -> Argument:
    """Return a rule's term as an argument: a variable's name, an xsd:integer as it counts, or a term's number."""
    if isinstance(term, Variable):
        return term.value
    if isinstance(term, Literal) and is_integer(term):
        return int(term.value)
    return number(term)
