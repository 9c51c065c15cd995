"""What follows from a graph, over numbers: the rules made over to its schema, and run on its data.

The schema is closed first; the rules that it settles are specialised to it and run on the data. Where the data adds to
the schema (a property found transitive, two classes found to be the same), that is added and the data closed again,
until nothing is added. A rule that cannot be made over leaves the whole graph to the generic form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ahg_graph.closure.engine import run_program
from ahg_graph.closure.literals import Values
from ahg_graph.closure.tables import Graph, Table, parse_name
from ahg_graph.rules import Rule
from ahg_graph.rules.goals import Argument, Clause, Condition, Settled, write_clauses
from ahg_graph.rules.reduction import CONTRADICTION, drop_idle, drop_redundant, drop_unreachable, drop_void, unfold
from ahg_graph.rules.specialisation import NotSpecialisable, Specialiser, Use
from ahg_graph.terms import NamedNode
from ahg_graph.trivia import SAME, TYPE, is_trivial

Progress = Callable[[str], None]
"""Called with what is being done."""


@dataclass(frozen=True)
class Deduction:
    """What was derived: new rows by table and, by its predicate, what contradicts.

    `clauses`, `given` and `steps` are for finding proofs: the clauses that were run, the tables beside the graph that
    they start from, and the rows of predicates that are only steps on the way.
    """

    tables: Mapping[str, Table]
    contradictions: Mapping[str, Table]
    clauses: tuple[Clause, ...]
    given: Mapping[str, Table]
    steps: Mapping[str, Table]


def deduce(
    graph: Graph, rules: Sequence[Rule], progress: Progress = lambda _: None, *, keep_trivial: bool = False
) -> Deduction:
    """Return what follows from a graph, most trivial triples left out unless they are to be kept.

    That everything is the same as itself is left out always. Raises NotSpecialisable, RuleError and ReasonerError.
    """
    symbols = graph.symbols
    specialiser = Specialiser(rules, symbols.number)
    same_name = f"p{symbols.number(SAME)}"
    values = Values(symbols)
    static = {f"p{n}" for n in specialiser.static_properties} | {f"c{n}" for n in specialiser.static_classes}
    schema = {name: Table(table.width, table.cells[:]) for name, table in graph.tables.items() if name in static}
    same = set(_proper_pairs(graph.tables.get(same_name)))
    while True:
        progress("closing the schema")
        settled = _close_schema(specialiser, schema, values)
        schema = settled.tables
        progress("closing the data")
        named = [parsed for name in (*graph.tables, *schema) if (parsed := parse_name(name))]
        used = {kind: {number for k, number in named if k == kind} for kind in "pc"}
        sameness = bool(same) or same_name in graph.tables or values.has_equal()
        clauses = specialiser.specialise(settled.bindings, Use(used["p"], used["c"], sorted(same), sameness))
        run = _Run(graph, schema, clauses, values, same_name, keep_trivial)
        derived = run.derive()
        added = False
        for name in static & derived.keys():
            before = len(set(schema.get(name, ())))
            schema.setdefault(name, Table(derived[name].width)).extend(derived[name])
            added = added or len(set(schema[name])) > before
        vocabulary = used["p"] | used["c"] | specialiser.static_properties | specialiser.static_classes
        relevant = {pair for pair in _proper_pairs(derived.get(same_name)) if pair[0] in vocabulary}
        if not added and relevant <= same:
            break
        same |= relevant
    tables = {name: table for name, table in derived.items() if parse_name(name)}
    for name, table in schema.items():
        fresh = set(table).difference(graph.tables.get(name, ()))
        if fresh:
            fresh.update(tables.get(name, ()))
            tables[name] = Table.of(table.width, sorted(fresh))
    return Deduction(
        tables,
        {name: table for name, table in derived.items() if name.startswith(CONTRADICTION)},
        (*settled.clauses, *run.clauses),
        {**settled.given, **run.given},
        {**settled.steps, **{name: table for name, table in derived.items() if not _is_output(name)}},
    )


def _proper_pairs(table: Table | None) -> Iterable[tuple[int, int]]:
    return ((one, other) for one, other in table or () if one != other)


@dataclass(frozen=True)
class _Schema:
    """The closed schema: its tables, how it binds each `bindN`, and what proofs need."""

    tables: dict[str, Table]
    bindings: dict[str, Table]
    clauses: tuple[Clause, ...]
    given: dict[str, Table]
    steps: dict[str, Table]


def _close_schema(specialiser: Specialiser, schema: Mapping[str, Table], values: Values) -> _Schema:
    literals = {cell for table in schema.values() for cell in table.cells if cell < 0}
    given = {
        "supported": values.tabulate_supported(),
        "zero": values.tabulate_counts(0, literals),
        "one": values.tabulate_counts(1, literals),
    }
    tables = {**schema, **given}
    filled = {name for name, table in tables.items() if len(table)}
    clauses = drop_unreachable(drop_void(list(specialiser.schema_clauses())), filled)
    found = run_program(
        write_clauses(clauses), tables, {clause.head.predicate: len(clause.head.arguments) for clause in clauses}
    )
    bindings = {name: table for name, table in found.items() if name.startswith("bind")}
    return _Schema(
        {**schema, **{name: table for name, table in found.items() if parse_name(name)}},
        bindings,
        tuple(clause for clause in clauses if clause.head.predicate not in bindings),
        given,
        {name: table for name, table in found.items() if name not in bindings and not parse_name(name)},
    )


class _Run:
    """One run of the clauses on the data, with what the schema's closure added to it."""

    def __init__(
        self,
        graph: Graph,
        schema: Mapping[str, Table],
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
        clauses = unfold(clauses, lambda name: name in heads and not _is_output(name))
        self.clauses = tuple(drop_void(clauses))
        self.given: dict[str, Table] = {}

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
                partial(_rename, clause, names),
            )
        ]

    def _is_idle(self, clause: Clause) -> bool:
        """Tell whether a conclusion is of no interest in itself: a step on the way, or a triple that is never kept."""
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

    def derive(self) -> dict[str, Table]:
        """Return the rows that follow and are not in the tables."""
        clauses, apart = _set_apart(drop_redundant(self.clauses))
        program = [write_clauses(clauses), *apart.program]
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
            asked = [goal for clause in clauses for goal in clause.body if goal.predicate == "hasDatatype"]
            numbers = {goal.arguments[1] for goal in asked}
            whole = any(isinstance(number, str) for number in numbers)
            wanted = None if whole else [number for number in numbers if isinstance(number, int)]
            self.given["hasDatatype"] = self._values.tabulate_datatypes(wanted)
        tables |= self.given
        tables |= apart.tables
        outputs: dict[str, int] = dict(apart.outputs)
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
        derived = apart.read(found)
        for output, table in found.items():
            if output in apart.outputs:
                continue
            name = new.get(output, output)
            if output == name and len(tables.get(name, ())):
                given_rows = set(tables[name])
                table = Table.of(table.width, (row for row in table if row not in given_rows))
            if len(table):
                derived.setdefault(name, Table(table.width)).cells.extend(table.cells)
        return derived


_FEW = 2000
_OF_LITERALS = frozenset(("literal", "hasDatatype", "value"))
"""Tables whose first column holds literals, which are no subjects of triples."""


@dataclass(frozen=True)
class _Apart:
    """Clauses by which nothing is a member of two classes, to be run as one rule over a table of memberships.

    As clauses they would be as many as the pairs of classes, and reading a rule costs the engine more than running it.
    """

    clauses: tuple[Clause, ...] = ()

    @property
    def program(self) -> list[str]:
        if not self.clauses:
            return []
        names = sorted({goal.predicate for clause in self.clauses for goal in clause.body})
        numbers = {name: (parse_name(name) or ("", 0))[1] for name in names}
        rules = [f"membership(?x0, {numbers[name]}) :- {name}(?x0) ." for name in names]
        return [*rules, "clash(?x0, ?n) :- membership(?x0, ?c), membership(?x0, ?d), apart(?c, ?d, ?n) ."]

    @property
    def tables(self) -> dict[str, Table]:
        numbered = (tuple(parse_name(goal.predicate) or ("", 0) for goal in clause.body) for clause in self.clauses)
        rows = [(one[1], other[1], n) for n, (one, other) in enumerate(numbered)]
        return {"apart": Table.of(3, rows)} if rows else {}

    @property
    def outputs(self) -> dict[str, int]:
        return {"clash": 2} if self.clauses else {}

    def read(self, found: Mapping[str, Table]) -> dict[str, Table]:
        """Return the contradictions that were found, by predicate."""
        tables: dict[str, Table] = {}
        for thing, n in found.get("clash", ()):
            head = self.clauses[n].head
            row = tuple(thing if isinstance(argument, str) else argument for argument in head.arguments)
            tables.setdefault(head.predicate, Table(len(row))).extend([row])
        return tables


def _set_apart(clauses: Sequence[Clause]) -> tuple[list[Clause], _Apart]:
    """Return the clauses without those that say that nothing is a member of two classes; these apart, if many."""
    apart = [
        clause
        for clause in clauses
        if clause.head.predicate.startswith(CONTRADICTION)
        and len(clause.body) == 2
        and not clause.conditions
        and all(goal.predicate[0] == "c" and _is_output(goal.predicate) and not goal.negated for goal in clause.body)
        and len({goal.arguments for goal in clause.body}) == 1
        and isinstance(clause.body[0].arguments[0], str)
    ]
    if len(apart) <= _MANY:
        return list(clauses), _Apart()
    set_apart = set(map(id, apart))
    return [clause for clause in clauses if id(clause) not in set_apart], _Apart(tuple(apart))


_MANY = 20


def _rename(clause: Clause, names: Mapping[str, Argument]) -> Settled:
    """Return what was settled of a clause some of whose variables were put for others."""
    schema, bindings = clause.settle()
    return Settled(schema, tuple((name, names.get(a, a) if isinstance(a, str) else a) for name, a in bindings))


_SOMETHING, _OTHER = NamedNode("urn:x:something"), NamedNode("urn:x:other")


def _is_output(name: str) -> bool:
    return parse_name(name) is not None or name.startswith(CONTRADICTION)
