"""What a saved query must not lean on, so that it has the same answer on any engine of SPARQL 1.1.

The rules are those of docs/decisions/0028-queries-that-travel.md: each is a place where the specification leaves
something open, or where an engine in use is known to err.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.queries.list_order import SEPARATORS
from ahg_graph.queries.model import SavedQuery
from ahg_graph.rdf.terms import Term
from ahg_graph.sparql.conformance.scopes import list_groups, list_variables
from ahg_graph.sparql.grammar import parse_sparql
from ahg_graph.sparql.grammar.tree import (
    Bind,
    Element,
    Expression,
    Filter,
    Group,
    Nested,
    Path,
    Query,
    TermKind,
    TriplesBlock,
)
from ahg_graph.sparql.lexer import tokenize

Row = Mapping[str, Term | None]


def find_unportable(query: SavedQuery) -> list[str]:
    """Return what a saved query leans on, in a sentence each: its text with all optional parameters, and with none."""
    reasons: list[str] = []
    for given in (query.optional_variables, frozenset[str]()):
        text = query.settle_text(query.body, given)
        try:
            tree = parse_sparql(text)
        except QuerySyntaxError as error:
            return [f"a strict parser refuses the text: {error}"]
        reasons += [f"{extension} is not of SPARQL 1.1" for extension in sorted(tree.extensions)]
        reasons += [
            f"`{name}` must be left out of the text when it has no value: use FILTER or COALESCE"
            for name in sorted({token.text for token in tokenize(text)} & (query.optional_variables - given))
        ]
        reasons += _check_query(tree)
    return list(dict.fromkeys(reasons))


def compare_left_out(rows: Iterable[Row], unbound: Iterable[Row]) -> list[str]:
    """Return whether an answer is another one where the variables of absent parameters stay in the text, unbound."""
    found, other = (Counter(tuple(row.values()) for row in answer) for answer in (rows, unbound))
    return (
        [] if found == other else ["leaving out what has no value changes the answer: a FILTER holds back more than it"]
    )


def _check_query(query: Query) -> Iterator[str]:
    for expression in query.list_expressions():
        yield from _check_expression(expression)
    for column in query.columns:
        if column.expression and column.expression.name != "GROUP_CONCAT":
            for part in column.expression.walk():
                if part.name == "GROUP_CONCAT":
                    yield "GROUP_CONCAT must be a column as it is: the order of its members is made where it is read"
    if query.where:
        yield from _check_group(query.where)


def _check_group(group: Group) -> Iterator[str]:
    if group.query:
        yield from _check_query(group.query)
    for element in group.elements:
        yield from _check_element(element)
    for inner in list_groups(group):
        yield from _check_group(inner)


def _check_element(element: Element) -> Iterator[str]:
    if isinstance(element, Filter | Bind):
        yield from _check_expression(element.expression)
        yield from _check_exists(element)
    elif isinstance(element, TriplesBlock):
        for triple in element.triples:
            if isinstance(triple.verb, Path):
                yield from _check_path(triple.verb)
    elif isinstance(element, Nested) and element.keyword == "OPTIONAL":
        bound = set(list_variables(element.group))
        filters = [inner.expression for inner in element.group.elements if isinstance(inner, Filter)]
        named = {name for expression in filters for name in _list_names(expression)}
        for name in sorted(name for name in named - bound if not name.startswith("_")):
            yield f"the FILTER of an OPTIONAL names ?{name}, which its group does not bind"


def _check_expression(expression: Expression) -> Iterator[str]:
    for part in expression.walk():
        if part.op in ("+", "*") and set(part.signs[:-1]) & {"-", "/"}:
            sign = "-" if part.op == "+" else "/"
            yield f"what follows `{sign}` may be grouped otherwise: put `{sign}` last, or brackets around"
        if part.name == "GROUP_CONCAT" and part.separator not in SEPARATORS:
            yield f"GROUP_CONCAT must join names by {SEPARATORS[0]!r}, or sentences by {SEPARATORS[1]!r}"


def _check_exists(element: Filter | Bind) -> Iterator[str]:
    """Yield what is wrong about EXISTS: in another, as a part of a condition, or with a path where it gives a value."""
    whole = element.expression
    allowed = [_open(whole), *(_open(part.parts[0]) for part in whole.walk() if part.name == "IF")]
    for part in whole.walk():
        if part.op != "EXISTS" or part.group is None:
            continue
        if not any(part is one for one in allowed):
            yield "EXISTS must be the whole of a FILTER, or of the condition of IF"
        for group in _list_all(part.group):
            for inner in group.elements:
                if isinstance(inner, Filter | Bind) and any(one.op == "EXISTS" for one in inner.expression.walk()):
                    yield "EXISTS within EXISTS: count, or find what is missing by OPTIONAL"
                has_path = isinstance(inner, TriplesBlock) and any(isinstance(t.verb, Path) for t in inner.triples)
                if has_path and isinstance(element, Bind):
                    yield "EXISTS that gives a value holds a path: write its steps as triples"


def _open(expression: Expression) -> Expression:
    """Return an expression without the brackets around it."""
    return _open(expression.parts[0]) if expression.op == "()" else expression


def _check_path(path: Path) -> Iterator[str]:
    if path.op == "!":
        yield "a path with `!`: some engines have none"
    if path.op in "?*+" and path.parts[0].op in "?*+":
        yield "a path repeats what is repeated already: one sign is enough"
    for part in path.parts:
        yield from _check_path(part)


def _list_all(group: Group) -> Iterator[Group]:
    yield group
    for inner in list_groups(group):
        yield from _list_all(inner)


def _list_names(expression: Expression) -> Iterator[str]:
    """Yield the variables of an expression, without those in the groups of EXISTS."""
    for part in expression.walk():
        if part.term is not None and part.term.kind is TermKind.VARIABLE:
            yield part.term.value
