"""What follows from a graph, over numbers: the rules specialised to its schema, and run on its data.

The schema is closed first; the rules that it settles are specialised to it and run on the data. Where the data adds to
the schema (a property found transitive, two classes found to be the same), that is added and the data closed again,
until nothing is added. A rule that cannot be specialised leaves the whole graph to the generic form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ahg_graph.rdf.trivial_triples import SAME
from ahg_graph.reasoning.closure.derivation import Derivation, is_output
from ahg_graph.reasoning.closure.literal_tables import Values
from ahg_graph.reasoning.closure.nemo import run_program
from ahg_graph.reasoning.closure.relation_tables import PredicateIndex, Relation, parse_name
from ahg_graph.reasoning.rules import Rule
from ahg_graph.reasoning.rules.clauses import Clause, write_clauses
from ahg_graph.reasoning.rules.constant_tables import share_constants
from ahg_graph.reasoning.rules.program_pruning import CONTRADICTION, drop_unreachable, drop_void
from ahg_graph.reasoning.rules.specialisation import Specialiser, Use

Progress = Callable[[str], None]
"""Called with what is being done."""


@dataclass(frozen=True)
class Deduction:
    """What was derived: new rows by table and, by its predicate, what contradicts.

    `clauses`, `given` and `steps` are for finding proofs: the clauses that were run, the tables beside the graph that
    they start from, and the rows of predicates that are only steps on the way.
    """

    tables: Mapping[str, Relation]
    contradictions: Mapping[str, Relation]
    clauses: tuple[Clause, ...]
    given: Mapping[str, Relation]
    steps: Mapping[str, Relation]


def deduce(
    graph: PredicateIndex, rules: Sequence[Rule], progress: Progress = lambda _: None, *, keep_trivial: bool = False
) -> Deduction:
    """Return what follows from a graph, most trivial triples left out unless they are to be kept.

    That everything is the same as itself is left out always. Raises NotSpecialisable, RuleError and ReasonerError.
    """
    symbols = graph.symbols
    specialiser = Specialiser(rules, symbols.number)
    same_name = f"p{symbols.number(SAME)}"
    values = Values(symbols)
    static = {f"p{n}" for n in specialiser.static_properties} | {f"c{n}" for n in specialiser.static_classes}
    schema = {name: Relation(table.width, table.cells[:]) for name, table in graph.tables.items() if name in static}
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
        run = Derivation(graph, schema, clauses, values, same_name, keep_trivial)
        derived = run.derive()
        added = False
        for name in static & derived.keys():
            before = len(set(schema.get(name, ())))
            schema.setdefault(name, Relation(derived[name].width)).extend(derived[name])
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
            tables[name] = Relation.of(table.width, sorted(fresh))
    return Deduction(
        tables,
        {name: table for name, table in derived.items() if name.startswith(CONTRADICTION)},
        (*settled.clauses, *run.clauses),
        {**settled.given, **run.given},
        {**settled.steps, **{name: table for name, table in derived.items() if not is_output(name)}},
    )


def _proper_pairs(table: Relation | None) -> Iterable[tuple[int, int]]:
    return ((one, other) for one, other in table or () if one != other)


@dataclass(frozen=True)
class _Schema:
    """The closed schema: its tables, how it binds each `bindN`, and what proofs need."""

    tables: dict[str, Relation]
    bindings: dict[str, Relation]
    clauses: tuple[Clause, ...]
    given: dict[str, Relation]
    steps: dict[str, Relation]


def _close_schema(specialiser: Specialiser, schema: Mapping[str, Relation], values: Values) -> _Schema:
    literals = {cell for table in schema.values() for cell in table.cells if cell < 0}
    given = {
        "supported": values.tabulate_supported(),
        "zero": values.tabulate_counts(0, literals),
        "one": values.tabulate_counts(1, literals),
    }
    tables = {**schema, **given}
    filled = {name for name, table in tables.items() if len(table)}
    clauses = drop_unreachable(drop_void(list(specialiser.schema_clauses())), filled)
    shared, constants = share_constants(clauses)
    outputs = {clause.head.predicate: len(clause.head.arguments) for clause in clauses}
    beside = {name: Relation.of(len(rows[0]), rows) for name, rows in constants.items()}
    found = run_program(write_clauses(shared), {**tables, **beside}, outputs)
    bindings = {name: table for name, table in found.items() if name.startswith("bind")}
    return _Schema(
        {**schema, **{name: table for name, table in found.items() if parse_name(name)}},
        bindings,
        tuple(clause for clause in clauses if clause.head.predicate not in bindings),
        given,
        {name: table for name, table in found.items() if name not in bindings and not parse_name(name)},
    )
