"""The rule engine behind its interface: tables in, tables out, and a known fault of its own kept away."""

from __future__ import annotations

import pytest

from ahg_graph.errors import RuleError
from ahg_graph.reasoning.closure.nemo import run_program
from ahg_graph.reasoning.closure.relation_tables import Table


def test_each_conclusion_from_a_table_is_drawn() -> None:
    """Two conclusions of one predicate from one table: read by itself, the engine forgets the second."""
    pairs = Table.of(2, [(1, 2), (3, -4)])
    found = run_program("d(?x), d(?y) :- p(?x, ?y) .", {"p": pairs}, {"d": 1})
    assert sorted(found["d"]) == [(-4,), (1,), (2,), (3,)]
    found = run_program("d(?x) :- p(?x, ?y) .\nd(?y) :- p(?x, ?y) .", {"p": pairs}, {"d": 1})
    assert sorted(found["d"]) == [(-4,), (1,), (2,), (3,)]
    found = run_program("d(?x, ?y), d(?y, ?x) :- p(?x, ?y) .", {"p": pairs}, {"d": 2})
    assert sorted(found["d"]) == [(-4, 3), (1, 2), (2, 1), (3, -4)]


def test_empty_tables_and_predicates_without_rows_are_empty() -> None:
    found = run_program("d(?x) :- p(?x, ?y), q(?y) .", {"p": Table.of(2, [(1, 2)]), "q": Table(1)}, {"d": 1, "p": 2})
    assert {name: list(table) for name, table in found.items()} == {"d": [], "p": [(1, 2)]}


def test_numbers_come_back_as_they_went_in() -> None:
    rows = [(-(2**62), 0), (7, 2**62)]
    assert list(run_program("", {"p": Table.of(2, rows)}, {"p": 2})["p"]) == rows


def test_a_program_that_cannot_be_read_is_a_rule_error() -> None:
    with pytest.raises(RuleError):
        run_program("d(?x :- p(?x) .", {}, {"d": 1})
