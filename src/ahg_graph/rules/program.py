"""Rules as the text of a program over numbers, in the notation of the rule engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ahg_graph.rules.syntax import Atom, Rule, RuleTerm
from ahg_graph.terms import Literal, Term, Variable

INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def _write_term(term: RuleTerm, number: Callable[[Term], int]) -> str:
    """Return a variable, a number as it is (xsd:integer in a rule counts), or the number that stands for a term."""
    if isinstance(term, Variable):
        return f"?{term.value}"
    if isinstance(term, Literal) and term.datatype.value == INTEGER:
        return term.value
    return str(number(term))


def write_atom(atom: Atom, number: Callable[[Term], int]) -> str:
    """Return an atom in the engine's notation."""
    terms = ", ".join(_write_term(term, number) for term in atom.terms)
    return f"{'~' * atom.negated}{atom.predicate}({terms})"


def write_body(rule: Rule, number: Callable[[Term], int]) -> str:
    """Return the body and the comparisons of a rule in the engine's notation."""
    parts = [write_atom(atom, number) for atom in rule.body]
    parts += [f"{_write_term(c.left, number)} {c.operator} {_write_term(c.right, number)}" for c in rule.comparisons]
    return ", ".join(parts)


def write_program(rules: Iterable[Rule], number: Callable[[Term], int]) -> str:
    """Return the program of rules and facts; `number` gives the number that stands for a term."""
    lines = []
    for rule in rules:
        heads = ", ".join(write_atom(atom, number) for atom in rule.heads)
        lines.append(f"{heads} :- {write_body(rule, number)} ." if rule.body else f"{heads} .")
    return "\n".join(lines)
