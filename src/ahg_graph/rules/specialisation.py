"""Rules made over to a schema: every premise that the schema settles is settled, the rest is left to the data.

`Specialiser.schema_clauses` are the rules that stay within the schema, with one clause `bindN` for each other rule
that collects how the schema satisfies its static premises; `specialise` turns those findings into clauses over the
data. Both forms close alike; a rule that cannot be made over raises NotSpecialisable.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahg_graph.rules.division import SAME, TRIPLE, TYPE, Division, divide_rules
from ahg_graph.rules.goals import Argument, Clause, Condition, Goal, encode, name_number
from ahg_graph.rules.syntax import Atom, Comparison, Rule, RuleTerm
from ahg_graph.terms import Term, Variable

Row = tuple[int, ...]


class NotSpecialisable(Exception):  # no error: the generic form takes over
    """A rule would need a class or a property that only the data knows."""


@dataclass(frozen=True)
class Use:
    """What the data uses: the numbers of its properties and classes, and the pairs that it says are the same."""

    properties: Collection[int]
    classes: Collection[int]
    same: Collection[tuple[int, int]]


class Specialiser:
    """Makes rules over to whatever schema is met; `number` gives the number that stands for a term."""

    def __init__(self, rules: Sequence[Rule], number: Callable[[Term], int]) -> None:
        self._number = number
        self._type, self._same = number(TYPE), number(SAME)
        self._division = divide_rules(rules)
        self.static_properties = frozenset(map(number, self._division.predicates))
        self.static_classes = frozenset(map(number, self._division.classes))
        self._facts = tuple(rule for rule in rules if not rule.body)
        self._within: list[Rule] = []
        self._others: list[Rule] = []
        for rule in rules:
            if rule.body:
                static = all(map(self._division.is_static, rule.body + rule.heads))
                (self._within if static else self._others).append(rule)

    @property
    def division(self) -> Division:
        """What of the rules is static."""
        return self._division

    def _argument(self, term: RuleTerm) -> Argument:
        return encode(term, self._number)

    def _goal(self, atom: Atom, bindings: Mapping[str, Argument]) -> Goal:
        """Return an atom as a goal; a triple's predicate, and its class if it gives one, must be bound."""
        arguments = [self._argument(term) for term in atom.terms]
        arguments = [bindings.get(a, a) if isinstance(a, str) else a for a in arguments]
        if atom.predicate == TRIPLE:
            subject, predicate, value = arguments
            if predicate == self._type and isinstance(value, int):
                return Goal(f"c{name_number(value)}", (subject,), atom.negated)
            if predicate == self._type or isinstance(predicate, str):
                raise NotSpecialisable(str(atom))
            return Goal(f"p{name_number(predicate)}", (subject, value), atom.negated)
        folded = self._division.static_arguments.get(atom.predicate)
        if folded is None:
            return Goal(atom.predicate, tuple(arguments), atom.negated)
        names, rest = [atom.predicate], []
        for place, argument in enumerate(arguments):
            if place not in folded:
                rest.append(argument)
            elif isinstance(argument, int):
                names.append(name_number(argument))
            else:
                raise NotSpecialisable(str(atom))
        return Goal("_".join(names), tuple(rest), atom.negated)

    def _condition(self, comparison: Comparison, bindings: Mapping[str, Argument]) -> Condition:
        left, right = self._argument(comparison.left), self._argument(comparison.right)
        return Condition(left, comparison.operator, right).substitute(bindings)

    def _static_atoms(self, rule: Rule) -> tuple[Atom, ...]:
        return tuple(atom for atom in rule.body if self._division.is_static(atom))

    def schema_clauses(self) -> Iterator[Clause]:
        """Yield the facts, the rules that stay within the schema, and the clauses that collect bindings."""
        for rule in self._facts:
            for head in rule.heads:
                yield Clause(rule, self._goal(head, {}), ())
        for rule in self._within:
            body = tuple(self._goal(atom, {}) for atom in rule.body)
            conditions = tuple(self._condition(comparison, {}) for comparison in rule.comparisons)
            names = dict.fromkeys(a for goal in body for a in goal.arguments if isinstance(a, str))
            for head in rule.heads:
                yield Clause(rule, self._goal(head, {}), body, conditions, (), tuple((n, n) for n in names))
        for place, rule in enumerate(self._others):
            if atoms := self._static_atoms(rule):
                body = tuple(self._goal(atom, {}) for atom in atoms)
                yield Clause(rule, Goal(f"bind{place}", Clause(rule, body[0], body).variables()), body)

    def specialise(self, found: Mapping[str, Iterable[Row]], use: Use) -> list[Clause]:
        """Return the clauses over the data for what the schema's clauses found.

        `found` gives the rows of each `bindN`. Raises NotSpecialisable.
        """
        closed: list[Clause] = []
        opened: list[tuple[Rule, dict[str, Argument]]] = []
        for place, rule in enumerate(self._others):
            for bindings in self._bindings(rule, found.get(f"bind{place}", ())):
                if any(self._open(atom, bindings) for atom in rule.heads + rule.body):
                    opened.append((rule, bindings))
                else:
                    closed += self._clauses(rule, bindings)
        heads = {clause.head.predicate for clause in closed}
        named = {kind: {int(n[1:].replace("m", "-")) for n in heads if _is_vertical(n, kind)} for kind in "pc"}
        targets = {pair[1] for pair in use.same}
        properties = sorted({*use.properties, *named["p"], *(targets if opened else ())})
        classes = sorted({*use.classes, *named["c"], *(targets if opened else ())})
        if opened:
            whole = Use(properties, classes, use.same)
            for rule, bindings in opened:
                for complete in self._enumerate(rule, bindings, whole):
                    closed += self._clauses(rule, complete)
        return closed

    def _bindings(self, rule: Rule, rows: Iterable[Row]) -> Iterator[dict[str, Argument]]:
        atoms = self._static_atoms(rule)
        if not atoms:
            yield {}
            return
        body = tuple(self._goal(atom, {}) for atom in atoms)
        names = Clause(rule, body[0], body).variables()
        for row in rows:
            yield dict(zip(names, row, strict=True))

    def _open(self, atom: Atom, bindings: Mapping[str, Argument]) -> str | None:
        """Return the variable that stands for a property or a class not yet known, if there is one."""
        if atom.predicate != TRIPLE or self._division.is_static(atom):
            return None
        _, predicate, value = (self._argument(term) for term in atom.terms)
        predicate = bindings.get(predicate, predicate) if isinstance(predicate, str) else predicate
        value = bindings.get(value, value) if isinstance(value, str) else value
        if isinstance(predicate, str):
            return predicate
        return value if predicate == self._type and isinstance(value, str) else None

    def _enumerate(self, rule: Rule, bindings: dict[str, Argument], use: Use) -> Iterator[dict[str, Argument]]:
        """Yield the bindings extended so that every property and class is known."""
        opened = next(((atom, name) for atom in rule.body + rule.heads if (name := self._open(atom, bindings))), None)
        if opened is None:
            yield bindings
            return
        atom, name = opened
        is_class = self._argument(atom.terms[1]) != name
        members = use.classes if is_class else [*use.properties, self._type]
        for other in rule.body:
            if other.predicate == TRIPLE and self._argument(other.terms[1]) == self._same:
                first, second = self._argument(other.terms[0]), self._argument(other.terms[2])
                if first == name and isinstance(second, str):
                    known = set(members)
                    for one, same in use.same:
                        if one in known and (second not in bindings or bindings[second] == same):
                            yield from self._enumerate(rule, {**bindings, name: one, second: same}, use)
                    return
        if atom not in rule.body:
            raise NotSpecialisable(f"{rule.name}: {name}")
        for member in members:
            yield from self._enumerate(rule, {**bindings, name: member}, use)

    def _clauses(self, rule: Rule, bindings: dict[str, Argument]) -> Iterator[Clause]:
        static = self._static_atoms(rule)
        body = tuple(self._goal(atom, bindings) for atom in rule.body if atom not in static)
        conditions = tuple(self._condition(comparison, bindings) for comparison in rule.comparisons)
        schema = tuple(self._goal(atom, bindings) for atom in static)
        names = dict.fromkeys(term.value for atom in rule.body for term in atom.terms if isinstance(term, Variable))
        known = tuple((name, bindings.get(name, name)) for name in names)
        for head in rule.heads:
            yield Clause(rule, self._goal(head, bindings), body, conditions, schema, known)


def _is_vertical(predicate: str, kind: str) -> bool:
    return predicate[0] == kind and predicate[1:].removeprefix("m").isdigit()
