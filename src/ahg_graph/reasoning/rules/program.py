"""Rules unchanged, as the text of a program over numbers, in the notation of the rule engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ahg_graph.rdf.terms import Term
from ahg_graph.reasoning.rules.clauses import Condition, Goal, encode
from ahg_graph.reasoning.rules.rule_parser import Atom, Rule


def write_program(rules: Iterable[Rule], number: Callable[[Term], int]) -> str:
    """Return the program of rules and facts; `number` gives the number that stands for a term."""

    def write(atom: Atom) -> str:
        return str(Goal(atom.predicate, tuple(encode(term, number) for term in atom.terms), atom.negated))

    lines = []
    for rule in rules:
        heads = ", ".join(map(write, rule.heads))
        parts = [write(atom) for atom in rule.body]
        parts += [str(Condition(encode(c.left, number), c.operator, encode(c.right, number))) for c in rule.comparisons]
        lines.append(f"{heads} :- {', '.join(parts)} ." if parts else f"{heads} .")
    return "\n".join(lines)
