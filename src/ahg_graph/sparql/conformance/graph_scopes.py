"""Which patterns under GRAPH the engine evaluates graph by graph, and which variables are terms of the graph.

The engine adds the variable of GRAPH to each triple pattern inside. That is what SPARQL 1.1 has (section 18.6) where
each solution has a triple, and the variable is nowhere else; a VALUES, a grouping or a MINUS alone knows no graph.
"""

from __future__ import annotations

from typing import NamedTuple

from ahg_graph.sparql.conformance.paths import is_variable
from ahg_graph.sparql.conformance.scopes import list_columns, names_of
from ahg_graph.sparql.grammar.tree import (
    Bind,
    Element,
    Expression,
    Filter,
    Group,
    Nested,
    Path,
    Term,
    Triple,
    TriplesBlock,
    Union,
    Values,
)


class Look(NamedTuple):
    """Whether the engine's way gives the same, and whether every solution has a triple of the graph."""

    is_same: bool
    is_bound: bool


_OTHER = Look(False, False)


def look_at(group: Group, name: Term) -> Look:
    """Look at what stands behind GRAPH and its name."""
    if group.query:
        return _OTHER
    is_bound = False
    for element in group.elements:
        found = _look_at_element(element, name, is_bound)
        if not found.is_same:
            return _OTHER
        is_bound = is_bound or found.is_bound
    return Look(True, is_bound)


def _look_at_element(element: Element, name: Term, is_bound: bool) -> Look:
    names = set(names_of(name))
    if isinstance(element, TriplesBlock):
        return _look_at_triples(element.triples)
    if isinstance(element, Filter | Bind):
        is_same = _is_without(element.expression, name)
        return Look(is_same and not (isinstance(element, Bind) and element.variable.value in names), False)
    if isinstance(element, Values):
        return Look(not names & set(names_of(*element.variables)), False)
    if isinstance(element, Union):
        looks = [look_at(group, name) for group in element.groups]
        return Look(all(look.is_same for look in looks), all(look.is_bound for look in looks))
    return _look_at_nested(element, name, names, is_bound)


def _look_at_nested(element: Nested, name: Term, names: set[str], is_bound: bool) -> Look:
    if element.keyword == "OPTIONAL":
        return Look(is_bound and look_at(element.group, name).is_same, False)
    if element.keyword == "GRAPH" and element.name:
        is_other = not names & set(names_of(element.name))
        return Look(is_other and look_at(element.group, name).is_same, False)
    return _OTHER


def _look_at_triples(triples: list[Triple]) -> Look:
    is_bound = False
    for triple in triples:
        if isinstance(triple.verb, Path) and triple.verb.zero_lengths:
            if not (is_variable(triple.subject) and is_variable(triple.object)):
                return _OTHER
        else:
            is_bound = True
    return Look(True, is_bound)


def _is_without(expression: Expression, name: Term) -> bool:
    """Return whether an expression does not use the name, and its EXISTS are evaluated in the same graph."""
    for part in expression.walk():
        if part.term and set(names_of(part.term)) & set(names_of(name)):
            return False
        if part.group and not look_at(part.group, name).is_same:
            return False
    return True


def list_settled(group: Group | None) -> set[str]:
    """Return the variables that are terms of the graph in every solution of a group."""
    if group is None:
        return set()
    if group.query:
        return list_settled(group.query.where) & set(list_columns(group.query))
    found: set[str] = set()
    for element in group.elements:
        if isinstance(element, TriplesBlock):
            for triple in element.triples:
                ends = (triple.subject, triple.object)
                if isinstance(triple.verb, Path) and triple.verb.zero_lengths and not all(map(is_variable, ends)):
                    continue  # the end may be the term at the other, which the graph need not hold
                found.update(names_of(*ends))
        elif isinstance(element, Union):
            found |= set.intersection(*(list_settled(inner) for inner in element.groups))
    return found
