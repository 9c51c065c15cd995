"""Which variables a part of a query has (SPARQL 1.1, section 18.2.1), and where a query breaks the rules about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.sparql.grammar.tree import (
    Bind,
    Column,
    Element,
    Expression,
    Filter,
    Group,
    Nested,
    Query,
    Span,
    Term,
    TermKind,
    TriplesBlock,
    Union,
    Values,
)
from ahg_graph.sparql.lexer import locate


def list_variables(group: Group) -> list[str]:
    """Return the variables in scope at the end of a group, in the order of the text."""
    if group.query:
        return list_columns(group.query)
    return list(dict.fromkeys(name for element in group.elements for name in _list_of_element(element)))


def list_columns(query: Query) -> list[str]:
    """Return the columns of a query."""
    if query.is_star:
        names = list_variables(query.where) if query.where else []
        more = [variable.value for variable in query.values.variables] if query.values else []
        return list(dict.fromkeys([*names, *more]))
    return [column.variable.value for column in query.columns if column.variable]


def _list_of_element(element: Element) -> Iterator[str]:
    if isinstance(element, TriplesBlock):
        for triple in element.triples:
            yield from names_of(triple.subject, triple.verb, triple.object)
    elif isinstance(element, Bind):
        yield element.variable.value
    elif isinstance(element, Values):
        yield from names_of(*element.variables)
    elif isinstance(element, Union):
        for group in element.groups:
            yield from list_variables(group)
    elif isinstance(element, Nested) and element.keyword != "MINUS":
        if element.name:
            yield from names_of(element.name)
        yield from list_variables(element.group)


def names_of(*terms: object) -> Iterator[str]:
    """Yield the names of those that are variables."""
    for term in terms:
        if isinstance(term, Term) and term.kind is TermKind.VARIABLE:
            yield term.value


def list_groups(group: Group) -> Iterator[Group]:
    """Yield the groups inside a group, those of its expressions included, without those inside them."""
    if group.query:
        yield from _list_groups_of_query(group.query)
    for element in group.elements:
        if isinstance(element, Union):
            yield from element.groups
        elif isinstance(element, Nested):
            yield element.group
        elif isinstance(element, Filter | Bind):
            yield from _list_groups_of(element.expression)


def _list_groups_of_query(query: Query) -> Iterator[Group]:
    if query.where:
        yield query.where
    for expression in query.list_expressions():
        yield from _list_groups_of(expression)


def _list_groups_of(expression: Expression) -> Iterator[Group]:
    for part in expression.walk():
        if part.group:
            yield part.group


class ScopeChecker:
    """Refuses what the grammar's notes and section 11.4 forbid, with the variable and the place."""

    def __init__(self, text: str) -> None:
        self._text = text

    def check(self, query: Query) -> None:
        """Raise QuerySyntaxError for the first fault of a query or of what is inside it."""
        if query.where:
            self._check_group(query.where)
        self._check_columns(query)
        for condition in query.group_by:
            if condition.expression:
                self._refuse_aggregate(condition.expression, "GROUP BY")
        for expression in query.list_expressions():
            self._check_nested_aggregates(expression)
            for group in _list_groups_of(expression):
                self._check_group(group)

    def _check_columns(self, query: Query) -> None:
        if query.is_grouped and query.is_star and query.select:
            self._fail(query.select, "SELECT * does not go with GROUP BY or an aggregate: name the columns")
        before = set(list_variables(query.where)) if query.where else set()
        before |= set(names_of(*query.values.variables)) if query.values and not query.is_grouped else set()
        grouped = {name for column in query.group_by for name in _list_given(column)}
        given: set[str] = set()
        for column in query.columns:
            assert column.variable  # noqa: S101 - narrows the type: only conditions of GROUP BY go without
            name = column.variable.value
            if name in given:
                self._fail(column.variable, f"two columns are called ?{name}")
            if column.expression and (name in before or name in grouped):
                self._fail(column.variable, f"?{name} has a value already: give the new column another name")
            if query.is_grouped:
                self._check_grouped(column, grouped | given)
            given.add(name)

    def _check_grouped(self, column: Column, known: set[str]) -> None:
        uses = [column.variable] if column.expression is None else list(_list_free(column.expression))
        for term in uses:
            if term is not None and term.value not in known:
                name = f"?{term.value}"
                self._fail(
                    term,
                    f"{name} differs within a group: name it in GROUP BY, or choose with an aggregate, such as "
                    f"SAMPLE({name})",
                )

    def _check_group(self, group: Group) -> None:
        if group.query:
            self.check(group.query)
        known: set[str] = set()
        for element in group.elements:
            if isinstance(element, Bind) and element.variable.value in known:
                name = element.variable.value
                self._fail(element.variable, f"?{name} has a value already: BIND gives one to a new name")
            if isinstance(element, Filter | Bind):
                self._refuse_aggregate(element.expression, "FILTER" if isinstance(element, Filter) else "BIND")
            known |= set(_list_of_element(element))
        for inner in list_groups(group) if not group.query else ():
            self._check_group(inner)

    def _refuse_aggregate(self, expression: Expression, place: str) -> None:
        for part in expression.walk():
            if part.is_aggregate:
                self._fail(part, f"{part.name} stands in {place}: aggregates belong to SELECT, HAVING and ORDER BY")

    def _check_nested_aggregates(self, expression: Expression) -> None:
        for part in expression.walk():
            if part.is_aggregate:
                for inner in part.parts:
                    for nested in inner.walk():
                        if nested.is_aggregate:
                            self._fail(nested, f"{nested.name} stands inside {part.name}: aggregates do not nest")

    def _fail(self, place: Span, reason: str) -> None:
        raise QuerySyntaxError(reason, *locate(self._text, place.start))


def _list_given(column: Column) -> Iterable[str]:
    if column.variable:
        yield column.variable.value


def _list_free(expression: Expression) -> Iterator[Term]:
    """Yield the variables outside aggregates."""
    if expression.is_aggregate:
        return
    if expression.term and expression.term.kind is TermKind.VARIABLE:
        yield expression.term
    for part in expression.parts:
        yield from _list_free(part)
