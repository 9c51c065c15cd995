"""The order of what a cell lists: SPARQL leaves it open, so that it is made here.

GROUP_CONCAT joins its members in any order (SPARQL 1.1, section 18.5.1.7), whatever order a subquery has them in. So
the cells of a table are put in order by who asked: places in citing order, names and sentences by code point. Names are
joined by "; ", which none of them holds; sentences by a line break.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.rdf.vocabulary import ONT
from ahg_graph.sparql.conformance.scopes import list_groups
from ahg_graph.sparql.grammar import parse_sparql
from ahg_graph.sparql.grammar.tree import Bind, Expression, Group, Query

NAMES = "; "
SENTENCES = "\n"
SEPARATORS = (NAMES, SENTENCES)
"""What lists may be joined by."""
Places = Mapping[tuple[str, str], tuple[int, int]]
"""The place of each locator of each document key in citing order."""

PLACES_QUERY = (
    f"PREFIX ahg: <{ONT}>"
    + """
SELECT ?document ?locator ?documentOrder ?partOrder
WHERE {
  ?part ahg:partOfDocument ?source ; ahg:locator ?locator ; ahg:partOrder ?partOrder .
  ?source ahg:documentKey ?document ; ahg:documentOrder ?documentOrder .
}
"""
)


def find_lists(body: str) -> dict[str, str]:
    """Return the separator of each variable that holds a list: what GROUP_CONCAT gives, and what is made of it."""
    try:
        queries = list(_list_queries(parse_sparql(body)))
    except QuerySyntaxError:
        return {}
    found: dict[str, str] = {}
    binds: list[Bind] = []
    for query in queries:
        for column in query.columns:
            expression = column.expression
            if expression and column.variable and expression.name == "GROUP_CONCAT":
                found[column.variable.value] = " " if expression.separator is None else expression.separator
        binds += [bind for group in _list_all(query) for bind in group.elements if isinstance(bind, Bind)]
    for _ in binds:
        for bind in binds:
            for name in _list_values(bind.expression):
                if name in found:
                    found.setdefault(bind.variable.value, found[name])
    return found


def order_cells(cells: Mapping[str, str], lists: Mapping[str, str], places: Places) -> dict[str, str]:
    """Return the cells of a row that hold lists with these in order; one without members is left out."""
    ordered = {name: cells[name] for name in lists if cells.get(name)}
    keys, locators = (ordered.get(name, "").split(NAMES) for name in ("document", "locator"))
    if {"document", "locator"} <= ordered.keys() and len(keys) == len(locators):
        last = (len(places), 0)
        pairs = sorted(zip(keys, locators, strict=True), key=lambda pair: (places.get(pair, last), pair[1]))
        ordered["document"], ordered["locator"] = (NAMES.join(pair[side] for pair in pairs) for side in (0, 1))
    for name in ordered.keys() - {"document", "locator"}:
        ordered[name] = lists[name].join(sorted(ordered[name].split(lists[name])))
    return ordered


def order_terms(
    row: Mapping[str, Mapping[str, str]], lists: Mapping[str, str], places: Places
) -> dict[str, Mapping[str, str]]:
    """Return a row of terms, as the results format gives them, with its lists in order."""
    texts = order_cells({name: row[name]["value"] for name in lists if name in row}, lists, places)
    kept = {name: term for name, term in row.items() if name not in lists or name in texts}
    return {name: {**term, "value": texts[name]} if name in texts else term for name, term in kept.items()}


def _list_queries(query: Query) -> Iterator[Query]:
    yield query
    for group in _list_all(query):
        if group.query:
            yield from _list_queries(group.query)


def _list_all(query: Query) -> Iterator[Group]:
    """Yield the groups of a query at every depth, without those of its subqueries."""
    waiting = [query.where] if query.where else []
    while waiting:
        group = waiting.pop()
        yield group
        if not group.query:
            waiting += list_groups(group)


def _list_values(expression: Expression) -> Iterator[str]:
    """Yield the variables whose value an expression may give as it is."""
    if expression.term is not None and not expression.parts:
        yield expression.term.value
    parts = expression.parts[1:] if expression.name == "IF" else expression.parts
    if expression.name in ("IF", "COALESCE") or expression.op == "()":
        for part in parts:
            yield from _list_values(part)
