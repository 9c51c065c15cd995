"""The clauses over the data made ready for the rule engine, and run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import chain

from ahg_graph.rdf.terms import NamedNode
from ahg_graph.rdf.trivial_triples import TYPE, is_trivial
from ahg_graph.reasoning.closure.class_projections import fill_projection, set_projections_aside
from ahg_graph.reasoning.closure.disjointness import find_disjointness_contradictions, split_disjointness
from ahg_graph.reasoning.closure.literal_tables import Values
from ahg_graph.reasoning.closure.nemo import run_program
from ahg_graph.reasoning.closure.relation_tables import PredicateIndex, Relation, parse_name
from ahg_graph.reasoning.rules.clauses import Argument, Clause, Condition, Settled, write_clauses
from ahg_graph.reasoning.rules.constant_tables import share_constants
from ahg_graph.reasoning.rules.equivalent_predicates import find_equivalent_predicates
from ahg_graph.reasoning.rules.program_pruning import (
    CONTRADICTION,
    drop_idle,
    drop_redundant,
    drop_unreachable,
    drop_void,
    unfold,
)
from ahg_graph.reasoning.rules.specialisation import NotSpecialisable


class Derivation:
    """One run of the clauses on the data, with what the schema's closure added to it."""

    def __init__(
        self,
        graph: PredicateIndex,
        schema: Mapping[str, Relation],
        clauses: Sequence[Clause],
        values: Values,
        same: str,
        keep_trivial: bool,
    ) -> None:
        self._symbols, self._values, self._same, self._keep_trivial = graph.symbols, values, same, keep_trivial
        self._tables = {**graph.tables, **schema}
        filled = {name for name, table in self._tables.items() if len(table)} | {"literal", "hasDatatype", "day"}
        clauses = drop_void(self._reflexive(clauses))
        without = drop_unreachable([clause for clause in clauses if clause.rule.name != "dt-eq"], filled)
        if values.has_equal() or any(clause.head.predicate == same for clause in without) or same in filled:
            filled.add("value")
        clauses = drop_unreachable(clauses, filled)
        clauses = drop_idle(clauses, self._is_idle)
        clauses = drop_unreachable(clauses, filled)
        heads = {clause.head.predicate for clause in clauses}
        clauses = unfold(clauses, lambda name: name in heads and not is_output(name))
        self.clauses = tuple(drop_void(clauses))
        self.given: dict[str, Relation] = {}

    def _reflexive(self, clauses: Iterable[Clause]) -> list[Clause]:
        """Return the clauses so that they need no triple that says of a thing that it is the same as itself."""
        found: list[Clause] = []
        for clause in clauses:
            head, conditions = clause.head, clause.conditions
            if head.predicate == self._same:
                if head.arguments[0] == head.arguments[1]:
                    continue
                conditions = (*conditions, Condition(head.arguments[0], "!=", head.arguments[1]))
            found.append(Clause(clause.rule, head, clause.body, conditions, clause.settle))
            if head.predicate == self._same:
                continue
            for place, goal in enumerate(clause.body):
                if goal.predicate == self._same and not goal.negated:
                    found += self._identify(clause, place)
        return found

    def _identify(self, clause: Clause, place: int) -> list[Clause]:
        """Return the clause with the two things that a premise says are the same taken for one."""
        one, other = clause.body[place].arguments
        if isinstance(one, int) and isinstance(other, int):
            if one != other:
                return []
            names: dict[str, Argument] = {}
        else:
            names = {other: one} if isinstance(other, str) else {str(one): other}
        body = tuple(goal.substitute(names) for n, goal in enumerate(clause.body) if n != place)
        head = clause.head.substitute(names)
        if head in body:
            return []
        bound = {argument for goal in body if not goal.negated for argument in goal.arguments}
        if any(isinstance(argument, str) and argument not in bound for argument in head.arguments):
            raise NotSpecialisable(f"{clause.rule.name}: everything is the same as itself")
        return [
            Clause(
                clause.rule,
                head,
                body,
                tuple(condition.substitute(names) for condition in clause.conditions),
                cache(partial(_rename, clause, names)),
            )
        ]

    def _is_idle(self, clause: Clause) -> bool:
        """Return whether a conclusion is only intermediate: a step on the way, or a triple that is left out."""
        goal = clause.head
        if goal.predicate.startswith(CONTRADICTION):
            return False
        parsed = parse_name(goal.predicate)
        if parsed is None or any(
            g.predicate in _OF_LITERALS and g.arguments[0] == goal.arguments[0] for g in clause.body
        ):
            return True
        if self._keep_trivial:
            return False
        kind, number = parsed
        term = self._symbols.term(number)
        subject = goal.arguments[0]
        subject_term = self._symbols.term(subject) if isinstance(subject, int) else _SOMETHING
        if kind == "c":
            return is_trivial(subject_term, TYPE, term)
        value = goal.arguments[1]
        value_term = self._symbols.term(value) if isinstance(value, int) else _OTHER
        return is_trivial(subject_term, term, value_term)

    def derive(self) -> dict[str, Relation]:
        """Return the rows that follow and are not in the tables."""
        clauses, apart = split_disjointness(drop_redundant(self.clauses))
        mirrors = find_equivalent_predicates(clauses, lambda name: bool(self._tables.get(name)))
        clauses, projections = set_projections_aside(mirrors.rewrite(clauses))
        derived = self._run(clauses)

        def find(name: str) -> list[Relation]:
            return [table for table in (self._tables.get(name), self.given.get(name), derived.get(name)) if table]

        for name, filling in projections:
            table = fill_projection(filling, find, self._tables.get(name))
            if table:
                derived[name] = table
        for name, (source, shape) in mirrors.sources.items():
            table = Relation(len(shape))
            for rows in (self._distinct(source), derived.get(source)):
                if rows:
                    table.extend_by(rows, shape)
            if len(table):
                derived[name] = table

        def members(name: str) -> Sequence[int]:
            tables = find(name)
            return tables[0].cells if len(tables) == 1 else list(chain.from_iterable(t.cells for t in tables))

        size = len(self._symbols.things) + len(self._symbols.literals)
        return {**derived, **find_disjointness_contradictions(apart, members, size)}

    def _distinct(self, name: str) -> Relation | None:
        """Return the rows of a table that is given, each once."""
        table = self._tables.get(name)
        if table is None:
            return None
        rows = dict.fromkeys(table)
        return table if len(rows) == len(table) else Relation.of(table.width, rows)

    def _run(self, clauses: Sequence[Clause]) -> dict[str, Relation]:
        shared, constants = share_constants(clauses)
        program = [write_clauses(shared)]
        premises = {goal.predicate for clause in clauses for goal in clause.body}
        heads = {clause.head.predicate: len(clause.head.arguments) for clause in clauses}
        tables = {name: self._tables[name] for name in sorted(premises | heads.keys()) if name in self._tables}
        if "literal" in premises:
            self.given["literal"] = self._values.tabulate_literals()
        if "value" in premises:
            self.given["value"] = self._values.tabulate_values()
        if "day" in premises:
            self.given["day"] = self._values.tabulate_days()
        if "hasDatatype" in premises:
            checks = [goal for clause in clauses for goal in clause.body if goal.predicate == "hasDatatype"]
            numbers = {goal.arguments[1] for goal in checks}
            whole = any(isinstance(number, str) for number in numbers)
            wanted = None if whole else [number for number in numbers if isinstance(number, int)]
            self.given["hasDatatype"] = self._values.tabulate_datatypes(wanted)
        tables |= self.given
        tables |= {name: Relation.of(len(rows[0]), rows) for name, rows in constants.items()}
        outputs: dict[str, int] = {}
        new: dict[str, str] = {}
        for name, width in heads.items():
            known = len(tables.get(name, ()))
            if known > _FEW:
                # The engine finds what is new; that takes a rule and a second table, too dear for a small one.
                variables = ", ".join(f"?x{column}" for column in range(width))
                given = f"given_{name}"
                program.append(f"{name}({variables}) :- {given}({variables}) .")
                program.append(f"new_{name}({variables}) :- {name}({variables}), ~{given}({variables}) .")
                tables[given] = tables.pop(name)
                outputs[f"new_{name}"] = width
                new[f"new_{name}"] = name
            else:
                outputs[name] = width
        found = run_program("\n".join(program), tables, outputs)
        derived: dict[str, Relation] = {}
        for output, table in found.items():
            name = new.get(output, output)
            if output == name and len(tables.get(name, ())):
                given_rows = set(tables[name])
                table = Relation.of(table.width, (row for row in table if row not in given_rows))
            if len(table):
                derived.setdefault(name, Relation(table.width)).cells.extend(table.cells)
        return derived


_FEW = 2000
_OF_LITERALS = frozenset(("literal", "hasDatatype", "value"))
"""Tables whose first column holds literals, which are no subjects of triples."""


def _rename(clause: Clause, names: Mapping[str, Argument]) -> Settled:
    """Return what was settled of a clause some of whose variables were put for others."""
    schema, bindings = clause.settle()
    return Settled(schema, tuple((name, names.get(a, a) if isinstance(a, str) else a) for name, a in bindings))


_SOMETHING, _OTHER = NamedNode("urn:x:something"), NamedNode("urn:x:other")


def is_output(name: str) -> bool:
    """Return whether the rows of a predicate are triples or contradictions."""
    return parse_name(name) is not None or name.startswith(CONTRADICTION)
