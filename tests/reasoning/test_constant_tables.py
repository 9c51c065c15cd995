"""Clauses that differ in numbers alone, told by a table, derive what they derive one by one."""

from random import Random

import pytest

from ahg_graph.reasoning.closure.nemo import run_program
from ahg_graph.reasoning.closure.relation_tables import Relation
from ahg_graph.reasoning.rules.clauses import Clause, Condition, Goal, write_clauses
from ahg_graph.reasoning.rules.constant_tables import share_constants
from ahg_graph.reasoning.rules.rule_parser import Rule

RULE = Rule("test", ())
OUTPUTS = {"h": 2, "k": 1}


def make_clauses(random: Random) -> list[Clause]:
    """Return clauses of a few shapes with few numbers in them: facts, joins, negation and comparison among them."""
    number = lambda: random.randrange(6)  # noqa: E731
    made = []
    for _ in range(60):
        x, y = random.choice([("x", "y"), ("a", "b")])
        shapes = [
            Clause(RULE, Goal("k", (number(),)), ()),
            Clause(RULE, Goal("h", (number(), number())), (Goal("e", (number(), number())),)),
            Clause(RULE, Goal("h", (x, number())), (Goal("e", (x, number())),)),
            Clause(RULE, Goal("h", (x, y)), (Goal("e", (x, y)), Goal("f", (y, number()), negated=True))),
            Clause(RULE, Goal("h", (y, x)), (Goal("h", (x, y)),), (Condition(x, "!=", number()),)),
            Clause(RULE, Goal("k", (x,)), (Goal("h", (x, number())), Goal("f", (number(), x)))),
        ]
        made.append(random.choice(shapes))
    return made


@pytest.mark.parametrize("seed", range(12))
def test_a_table_of_constants_derives_the_same(seed: int) -> None:
    random = Random(seed)
    clauses = make_clauses(random)
    cells = {name: [(random.randrange(6), random.randrange(6)) for _ in range(8)] for name in "ef"}
    tables = {name: Relation.of(2, rows) for name, rows in cells.items()}
    shared, constants = share_constants(clauses)
    assert len(shared) < len(set(map(str, clauses)))
    assert constants
    beside = {name: Relation.of(len(rows[0]), rows) for name, rows in constants.items()}
    one_by_one = run_program(write_clauses(clauses), tables, OUTPUTS)
    together = run_program(write_clauses(shared), {**tables, **beside}, OUTPUTS)
    assert {name: set(table) for name, table in together.items()} == {n: set(t) for n, t in one_by_one.items()}


def test_few_clauses_stay_as_they_are() -> None:
    clauses = [Clause(RULE, Goal("k", (number,)), (Goal("e", ("x", number)),)) for number in range(3)]
    assert share_constants(clauses) == (clauses, {})
