"""Rules specialised to a schema: every premise that the schema settles is settled, the rest is left to the data.

`Specialiser.schema_clauses` are the rules that stay within the schema, with one clause `bindN` for each other rule
that collects how the schema satisfies its static premises; `specialise` turns those findings into clauses over the
data. Both forms close alike; a rule that cannot be specialised raises NotSpecialisable.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from ahg_graph.rdf.terms import Term
from ahg_graph.reasoning.rules.clauses import Argument, Clause, Condition, Goal, Settled, encode, name_number
from ahg_graph.reasoning.rules.rule_parser import Atom, Rule
from ahg_graph.reasoning.rules.static_analysis import SAME, TRIPLE, TYPE, Division, divide_rules

Row = tuple[int, ...]


class NotSpecialisable(Exception):  # no error: the generic form takes over
    """A rule would need a class or a property that only the data knows."""


@dataclass(frozen=True)
class Use:
    """What the data uses: the numbers of its properties and classes, and the pairs of these that it says are the same.

    `sameness` tells whether the data says of anything that it is the same as another.
    """

    properties: Collection[int]
    classes: Collection[int]
    same: Collection[tuple[int, int]]
    sameness: bool = True


@dataclass(frozen=True, slots=True)
class _Part:
    """An atom with its terms as arguments."""

    predicate: str
    arguments: tuple[Argument, ...]
    negated: bool
    is_static: bool
    folded: frozenset[int] | None


class _Prepared:
    """A rule taken apart once: its parts, its conditions, and its variables in the order of its body."""

    def __init__(self, rule: Rule, division: Division, number: Callable[[Term], int]) -> None:
        def part(atom: Atom) -> _Part:
            arguments = tuple(encode(term, number) for term in atom.terms)
            folded = division.static_arguments.get(atom.predicate)
            return _Part(atom.predicate, arguments, atom.negated, division.is_static(atom), folded)

        self.rule = rule
        self.heads = tuple(map(part, rule.heads))
        self.body = tuple(map(part, rule.body))
        self.static = tuple(atom for atom in self.body if atom.is_static)
        self.dynamic = tuple(atom for atom in self.body if not atom.is_static)
        self.conditions = tuple(
            Condition(encode(c.left, number), c.operator, encode(c.right, number)) for c in rule.comparisons
        )
        self.names = tuple(dict.fromkeys(a for atom in self.body for a in atom.arguments if isinstance(a, str)))
        self.bound = tuple(dict.fromkeys(a for atom in self.static for a in atom.arguments if isinstance(a, str)))
        self.is_within = bool(self.body) and not self.dynamic and all(head.is_static for head in self.heads)


class Specialiser:
    """Specialises rules to a schema; `number` gives the number that stands for a term."""

    def __init__(self, rules: Sequence[Rule], number: Callable[[Term], int]) -> None:
        division = divide_rules(rules)
        self._type, self._same = number(TYPE), number(SAME)
        self.static_properties = frozenset(map(number, division.predicates))
        self.static_classes = frozenset(map(number, division.classes))
        prepared = [_Prepared(rule, division, number) for rule in rules]
        self._facts = tuple(rule for rule in prepared if not rule.body)
        self._within = tuple(rule for rule in prepared if rule.is_within)
        self._others = tuple(rule for rule in prepared if rule.body and not rule.is_within)

    def schema_clauses(self) -> Iterator[Clause]:
        """Yield the facts, the rules that stay within the schema, and the clauses that collect bindings."""
        for prepared in self._facts:
            for head in prepared.heads:
                yield Clause(prepared.rule, self._goal(head, {}), ())
        for prepared in self._within:
            body = tuple(self._goal(part, {}) for part in prepared.body)
            settle = partial(Settled, (), tuple((name, name) for name in prepared.names))
            for head in prepared.heads:
                yield Clause(prepared.rule, self._goal(head, {}), body, prepared.conditions, settle)
        for place, prepared in enumerate(self._others):
            if prepared.static:
                body = tuple(self._goal(part, {}) for part in prepared.static)
                yield Clause(prepared.rule, Goal(f"bind{place}", prepared.bound), body)

    def specialise(self, found: Mapping[str, Iterable[Row]], use: Use) -> list[Clause]:
        """Return the clauses over the data for what the schema's clauses found.

        `found` gives the rows of each `bindN`. Rules that start from sameness are left out where there can be none.
        Raises NotSpecialisable.
        """
        closed: list[Clause] = []
        opened: list[tuple[_Prepared, dict[str, Argument]]] = []
        same = f"p{name_number(self._same)}"
        from_sameness = [any(part.arguments[1:2] == (self._same,) for part in r.dynamic) for r in self._others]
        for later in (False, True):
            if later and not use.sameness and all(clause.head.predicate != same for clause in closed):
                break
            for place, prepared in enumerate(self._others):
                if from_sameness[place] is not later:
                    continue
                for bindings in self._bindings(prepared, found.get(f"bind{place}", ())):
                    if any(self._open(part, bindings) for part in prepared.heads + prepared.dynamic):
                        opened.append((prepared, bindings))
                    else:
                        closed += self._clauses(prepared, bindings)
        if opened:
            whole = self._widen(use, closed)
            for prepared, bindings in opened:
                for complete in self._enumerate(prepared, bindings, whole):
                    closed += self._clauses(prepared, complete)
        return closed

    def _widen(self, use: Use, clauses: Iterable[Clause]) -> Use:
        """Return the properties and classes in use together with those that clauses conclude and their equals."""
        heads = {clause.head.predicate for clause in clauses}
        named = {kind: {int(n[1:].replace("m", "-")) for n in heads if _is_vertical(n, kind)} for kind in "pc"}
        targets = {pair[1] for pair in use.same}
        properties = sorted({*use.properties, *named["p"], *targets})
        return Use(properties, sorted({*use.classes, *named["c"], *targets}), use.same)

    def _bindings(self, prepared: _Prepared, rows: Iterable[Row]) -> Iterator[dict[str, Argument]]:
        if not prepared.static:
            yield {}
            return
        for row in rows:
            yield dict(zip(prepared.bound, row, strict=True))

    def _goal(self, part: _Part, bindings: Mapping[str, Argument]) -> Goal:
        """Return an atom as a goal; a triple's predicate, and its class if it gives one, must be bound."""
        arguments = [bindings.get(a, a) if isinstance(a, str) else a for a in part.arguments]
        if part.predicate == TRIPLE:
            subject, predicate, value = arguments
            if predicate == self._type and isinstance(value, int):
                return Goal(f"c{name_number(value)}", (subject,), part.negated)
            if predicate == self._type or isinstance(predicate, str):
                raise NotSpecialisable(f"{part.predicate}{part.arguments}")
            return Goal(f"p{name_number(predicate)}", (subject, value), part.negated)
        if part.folded is None:
            return Goal(part.predicate, tuple(arguments), part.negated)
        names, rest = [part.predicate], []
        for place, argument in enumerate(arguments):
            if place not in part.folded:
                rest.append(argument)
            elif isinstance(argument, int):
                names.append(name_number(argument))
            else:
                raise NotSpecialisable(f"{part.predicate}{part.arguments}")
        return Goal("_".join(names), tuple(rest), part.negated)

    def _open(self, part: _Part, bindings: Mapping[str, Argument]) -> str | None:
        """Return the variable that stands for a property or a class not yet known, if there is one."""
        if part.predicate != TRIPLE or part.is_static:
            return None
        _, predicate, value = part.arguments
        if isinstance(predicate, str):
            predicate = bindings.get(predicate, predicate)
            if isinstance(predicate, str):
                return predicate
        if predicate != self._type or isinstance(value, int):
            return None
        return None if isinstance(bindings.get(value), int) else value

    def _enumerate(self, prepared: _Prepared, bindings: dict[str, Argument], use: Use) -> Iterator[dict[str, Argument]]:
        """Yield the bindings extended so that every property and class is known."""
        parts = prepared.dynamic + prepared.heads
        opened = next(((part, name) for part in parts if (name := self._open(part, bindings))), None)
        if opened is None:
            yield bindings
            return
        part, name = opened
        members = use.classes if part.arguments[1] != name else [*use.properties, self._type]
        for other in prepared.dynamic:
            if other.predicate == TRIPLE and other.arguments[1] == self._same:
                first, _, second = other.arguments
                if first == name and isinstance(second, str):
                    known = set(members)
                    for one, same in use.same:
                        if one in known and bindings.get(second, same) == same:
                            yield from self._enumerate(prepared, {**bindings, name: one, second: same}, use)
                    return
        if part not in prepared.dynamic:
            raise NotSpecialisable(f"{prepared.rule.name}: {name}")
        for member in members:
            yield from self._enumerate(prepared, {**bindings, name: member}, use)

    def _clauses(self, prepared: _Prepared, bindings: dict[str, Argument]) -> Iterator[Clause]:
        body = tuple([self._goal(part, bindings) for part in prepared.dynamic])
        conditions = tuple([condition.substitute(bindings) for condition in prepared.conditions])
        settle = cache(partial(self._settle, prepared, bindings))
        for head in prepared.heads:
            yield Clause(prepared.rule, self._goal(head, bindings), body, conditions, settle)

    def _settle(self, prepared: _Prepared, bindings: dict[str, Argument]) -> Settled:
        schema = tuple(self._goal(part, bindings) for part in prepared.static)
        return Settled(schema, tuple((name, bindings.get(name, name)) for name in prepared.names))


def _is_vertical(predicate: str, kind: str) -> bool:
    return predicate[0] == kind and predicate[1:].removeprefix("m").isdigit()
