"""Whether saved queries keep what their headers promise: in their text, and in the answers of a snapshot."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from ahg_graph.errors import BadParameter, CatalogueError, QueryError
from ahg_graph.queries.binding import bind_query
from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.queries.model import ANY, Column, SavedQuery
from ahg_graph.queries.name_resolver import NameResolver, parse_names
from ahg_graph.queries.name_rows import CODES_QUERY, NAMES_QUERY
from ahg_graph.queries.portability import compare_left_out, find_unportable
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Term
from ahg_graph.sparql.lexer import Token, summarize_query, tokenize

Row = Mapping[str, Term | None]
Select = Callable[[str], Iterable[Row]]
"""Asks a query and gives its rows, of a graph its triples; raises QueryError."""

XSD = "http://www.w3.org/2001/XMLSchema#"
_DATATYPES = {"date": XSD + "date", "integer": XSD + "integer", "boolean": XSD + "boolean"}
_MOST_VALUES = 500  # triples looked up at once
_CODE = re.compile(r"[A-Za-z0-9]+(?:[-_ ][A-Za-z0-9]+)*")


def lint_query(query: SavedQuery) -> list[CatalogueError]:
    """Return what a query's text breaks: its columns and total order, or its template; grlc's ways, lists, engines."""
    reasons: list[str] = []
    outer = _read_outer(query.body)
    reasons.extend(_check_template(query.body, outer) if query.is_graph else _check_order(query, outer))
    words = {token.text.upper() for token in outer if token.kind == "word"}
    if words & {"LIMIT", "OFFSET"}:
        reasons.append("LIMIT and OFFSET are for paging; remove them from the query")
    variables = {parameter.variable for parameter in query.parameters}
    variables.update(p.last_variable for p in query.parameters if p.last_variable)
    reasons.extend(_check_substitution(query.body, variables))
    if any(p.type == "date" for p in query.parameters) and f"PREFIX xsd: <{XSD}>" not in query.body:
        reasons.append(f"a query with a date must declare `PREFIX xsd: <{XSD}>`, or grlc adds it before each SELECT")
    reasons.extend(
        f"`{parameter.name}` cannot be a list: its uses must be in one group, outside OPTIONAL, MINUS and UNION"
        for parameter in query.parameters
        if parameter.is_list and parameter.variable not in query.template.groups
    )
    reasons.extend(find_unportable(query))
    line = query.text.count("\n", 0, query.text.find(query.body.strip()[:40])) + 1
    return [CatalogueError(query.path, line, reason) for reason in reasons]


def _check_order(query: SavedQuery, outer: Sequence[Token]) -> list[str]:
    """Return what is wrong with the columns and the order of a query that answers with rows."""
    reasons: list[str] = []
    declared = [column.name for column in query.columns]
    projected = _read_projection(outer)
    if projected != declared:
        reasons.append(f"the columns are {', '.join(projected) or 'none'}; the header says {', '.join(declared)}")
    order = _read_order(outer)
    if order is None:
        reasons.append("no ORDER BY at the outermost level: the order of the rows must be total")
    elif tuple(order[-len(query.key) :]) != query.key:
        reasons.append(f"ORDER BY must end in the key: {' '.join('?' + name for name in query.key)}")
    return reasons


def _check_template(text: str, outer: Sequence[Token]) -> list[str]:
    """Return what is wrong with a query that answers with a graph: its order, which is none, and blank nodes."""
    reasons: list[str] = []
    if _read_order(outer) is not None:
        reasons.append("a graph has no order, and ORDER BY without LIMIT does nothing in a CONSTRUCT")
    if summarize_query(text).volatile:
        reasons.append("the template must be without blank nodes, which are new in every answer: use IRIs")
    return reasons


def check_example_results(catalogue: Catalogue, select: Select) -> list[CatalogueError]:
    """Return what the answers to the examples break: their rows' number, types, required columns and keys."""
    index = read_index(select)
    problems: list[CatalogueError] = []
    for query in catalogue.versions.values():
        try:
            bound = bind_query(query, query.example, index)
            found = list(select(bound.text))
            reasons = check_rows(query, found, index) + (_check_held(found, select) if query.is_graph else [])
            needed = {name: v for name, v in query.example.items() if _is_needed(query, name)}
            if needed != query.example:
                least = bind_query(query, needed, index)
                whole = list(select(least.text))
                reasons += [f"with no optional parameter, {r}" for r in check_rows(query, whole, index)]
                reasons += compare_left_out(whole, select(query.template.fill(least.terms)))
        except BadParameter as error:
            near = f"; nearest: {', '.join(error.candidates)}" if error.candidates else ""
            problems.append(CatalogueError(query.path, 0, f"the example cannot be bound: {error}{near}"))
        except QueryError as error:
            problems.append(CatalogueError(query.path, 0, f"the engine refuses the query: {error}"))
        else:
            problems.extend(CatalogueError(query.path, 0, reason) for reason in reasons)
    return problems


def check_unaffected(catalogue: Catalogue, select: Select, widened: Select) -> list[CatalogueError]:
    """Return the queries whose example gives another answer where the terms of other vocabularies are in the graph.

    A saved query leaves these out, so that its text gives the same answer wherever it is put.
    """
    index = read_index(select)
    problems = []
    for query in catalogue.versions.values():
        with suppress(BadParameter, QueryError):  # reported by what asks the examples
            text = bind_query(query, query.example, index).text
            rows, wider = ([tuple(row.values()) for row in ask(text)] for ask in (select, widened))
            if set(rows) != set(wider) if query.is_graph else rows != wider:
                reason = "the example gives another answer with the triples of graph/aligned; name what is asked for"
                problems.append(CatalogueError(query.path, 0, reason))
    return problems


def _is_needed(query: SavedQuery, name: str) -> bool:
    parameter = query.find_parameter(name)
    return parameter is not None and parameter.required


def read_index(select: Select) -> NameResolver:
    """Return the names of what a function asks."""
    names = ((_text(r["thing"]), _text(r["tier"]), _text(r["name"])) for r in select(NAMES_QUERY))
    codes = ((_text(r["list"]), _text(r["code"]), _text(r["label"])) for r in select(CODES_QUERY))
    return parse_names(names, codes)


def check_rows(query: SavedQuery, rows: Sequence[Row], index: NameResolver | None = None) -> list[str]:
    """Return what rows break of a query's header, each in a sentence; the index knows the lists of codes."""
    reasons: list[str] = []
    if len(rows) < query.rows:
        reasons.append(f"the example gives {len(rows)} {query.unit}; the header expects at least {query.rows}")
    for column in query.columns:
        missing = sum(row.get(column.name) is None for row in rows)
        if missing and column.required:
            reasons.append(f"`{column.name}` is empty in {missing} rows and not marked optional")
        wrong = next((t for r in rows if (t := r.get(column.name)) is not None and not _is_typed(column, t)), None)
        if wrong is not None:
            reasons.append(f"`{column.name}` is of type {column.type}, and {wrong} is not")
        known = index.codes.get(column.scheme, {}) if index is not None and column.scheme else None
        strange = (
            {t.value for r in rows if (t := r.get(column.name)) is not None and t.value not in known}
            if known is not None
            else set()
        )
        if strange:
            reasons.append(
                f"`{column.name}` has codes that {column.scheme} does not list: {', '.join(sorted(strange))}"
            )
    if query.is_graph:
        reasons.extend(_check_predicates(query, rows))
    keys = Counter(tuple(str(row.get(name)) for name in query.key) for row in rows)
    reasons.extend(f"the key {' '.join(key)} occurs in {count} rows" for key, count in keys.items() if count > 1)
    return reasons


def _check_predicates(query: SavedQuery, rows: Sequence[Row]) -> list[str]:
    """Return which predicates a graph has that are not promised, and which it lacks."""
    found = {_text(row["predicate"]) for row in rows}
    named = {p.iri for p in query.predicates}
    reasons = [
        f"<{p.iri}> is in no triple and not marked optional"
        for p in query.predicates
        if p.required and rows and p.iri not in found
    ]
    if ANY not in named:
        reasons += [f"<{iri}> is a predicate of the answer and not of the header" for iri in sorted(found - named)]
    return reasons


def _check_held(rows: Sequence[Row], select: Select) -> list[str]:
    """Return which triples of an answer are not in the graph; those with blank nodes are reported elsewhere."""
    reasons: list[str] = []
    rows = [row for row in rows if not any(isinstance(term, BlankNode) for term in row.values())]
    for start in range(0, len(rows), _MOST_VALUES):
        values = " ".join(
            f"({r['subject']} {r['predicate']} {r['object']})" for r in rows[start : start + _MOST_VALUES]
        )
        pattern = f"VALUES (?s ?p ?o) {{ {values} }} FILTER NOT EXISTS {{ ?s ?p ?o }}"
        reasons += [
            f"the graph does not hold the triple {r['s']} {r['p']} {r['o']}"
            for r in select(f"SELECT ?s ?p ?o {{ {pattern} }}")
        ]
    return reasons


def _is_typed(column: Column, term: Term) -> bool:
    if column.type == "iri":
        return isinstance(term, NamedNode)
    if column.type == "term":
        return isinstance(term, NamedNode | Literal)
    if not isinstance(term, Literal):
        return False
    if column.type in _DATATYPES:
        return term.datatype.value == _DATATYPES[column.type]
    return column.type == "text" or _CODE.fullmatch(term.value) is not None


def _text(term: Term | None) -> str:
    return "" if term is None else term.value


def _read_outer(text: str) -> list[Token]:
    """Return the tokens outside all braces, spaces and comments left out; an opening brace stands for its group."""
    outer: list[Token] = []
    depth = 0
    for token in tokenize(text):
        if token.kind in ("space", "comment"):
            continue
        if token.text == "}":
            depth -= 1
        elif depth == 0:
            outer.append(token)
        if token.text == "{":
            depth += 1
    return outer


def _read_projection(outer: Sequence[Token]) -> list[str]:
    """Return the names of the projected variables in order; of `(... AS ?x)` the name after AS."""
    names: list[str] = []
    depth = 0
    before = ""
    selecting = False
    for token in outer:
        word = token.text.upper() if token.kind == "word" else token.text
        if word == "SELECT":
            selecting = True
        elif selecting and word in ("WHERE", "{", "FROM"):
            break
        elif selecting and token.kind == "open":
            depth += 1
        elif selecting and token.kind == "close":
            depth -= 1
        elif selecting and token.kind == "variable" and (depth == 0 or (depth == 1 and before == "AS")):
            names.append(token.text[1:])
        before = word
    return names


def _read_order(outer: Sequence[Token]) -> list[str] | None:
    """Return the names of the variables that the answer is ordered by, or None without an order.

    `DESC(?x)` counts as its variable, another expression as an empty name.
    """
    words = [token.text.upper() if token.kind == "word" else token.text for token in outer]
    start = next((i for i, pair in enumerate(itertools.pairwise(words)) if pair == ("ORDER", "BY")), None)
    if start is None:
        return None
    names: list[str] = []
    inside: list[Token] = []
    depth = 0
    for token, word in zip(outer[start + 2 :], words[start + 2 :], strict=True):
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
            if depth == 0:
                names.append(inside[0].text[1:] if len(inside) == 1 and inside[0].kind == "variable" else "")
                inside = []
        elif depth:
            inside.append(token)
        elif token.kind == "variable":
            names.append(token.text[1:])
        elif word not in ("ASC", "DESC"):
            break
    return names


def _check_substitution(text: str, variables: set[str]) -> list[str]:
    """Return the places where a term cannot take a parameter's place: BOUND, AS, GROUP BY and the projection."""
    reasons: list[str] = []
    listing = False
    last = ["", ""]
    for token in tokenize(text):
        if token.kind in ("space", "comment"):
            continue
        word = token.text.upper() if token.kind == "word" else token.text
        if word in ("SELECT", "BY", "VALUES"):
            listing = True
        elif token.text == "{" or word in ("WHERE", "HAVING", "ORDER"):
            listing = False
        if token.text in variables and (listing or last == ["BOUND", "("] or last[1] == "AS"):
            reasons.append(
                f"`{token.text}` is used where no term can be: in BOUND, after AS, or in SELECT, GROUP BY, VALUES"
            )
        last = [last[1], word]
    return reasons
