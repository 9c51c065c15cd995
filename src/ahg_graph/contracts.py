"""Whether saved queries keep what their headers promise: in their text, and in the answers of a snapshot."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from ahg_graph.binding import bind_query
from ahg_graph.catalogue import Catalogue
from ahg_graph.errors import BadParameter, CatalogueError, QueryError
from ahg_graph.interface import Column, SavedQuery
from ahg_graph.names import CODES_QUERY, NAMES_QUERY, NameIndex, parse_names
from ahg_graph.syntax import Token, tokenize
from ahg_graph.terms import Literal, NamedNode, Term

Row = Mapping[str, Term | None]
Select = Callable[[str], Iterable[Row]]
"""Asks a SELECT query and gives its rows; raises QueryError."""

XSD = "http://www.w3.org/2001/XMLSchema#"
_DATATYPES = {"date": XSD + "date", "integer": XSD + "integer", "boolean": XSD + "boolean"}
_CODE = re.compile(r"[A-Za-z0-9]+(?:[-_ ][A-Za-z0-9]+)*")


def check_text(query: SavedQuery) -> list[CatalogueError]:
    """Return what a query's text breaks: its columns, its total order, grlc's ways, and lists."""
    reasons: list[str] = []
    outer = _read_outer(query.body)
    declared = [column.name for column in query.columns]
    projected = _read_projection(outer)
    if projected != declared:
        reasons.append(f"the columns are {', '.join(projected) or 'none'}; the header says {', '.join(declared)}")
    order = _read_order(outer)
    if order is None:
        reasons.append("no ORDER BY at the outermost level: the order of the rows must be total")
    elif tuple(order[-len(query.key) :]) != query.key:
        reasons.append(f"ORDER BY must end in the key: {' '.join('?' + name for name in query.key)}")
    words = {token.text.upper() for token in outer if token.kind == "word"}
    if words & {"LIMIT", "OFFSET"}:
        reasons.append("LIMIT and OFFSET belong to paging and cannot stand in the query")
    variables = {parameter.variable for parameter in query.parameters}
    variables.update(p.last_variable for p in query.parameters if p.last_variable)
    reasons.extend(_check_substitution(query.body, variables))
    if any(p.type == "date" for p in query.parameters) and f"PREFIX xsd: <{XSD}>" not in query.body:
        reasons.append(f"a query with a date must declare `PREFIX xsd: <{XSD}>`, or grlc adds it before each SELECT")
    reasons.extend(
        f"`{parameter.name}` cannot be a list: its uses must stand in one group, outside OPTIONAL, MINUS and UNION"
        for parameter in query.parameters
        if parameter.is_list and parameter.variable not in query.template.groups
    )
    line = query.text.count("\n", 0, query.text.find(query.body.strip()[:40])) + 1
    return [CatalogueError(query.path, line, reason) for reason in reasons]


def check_answers(catalogue: Catalogue, select: Select) -> list[CatalogueError]:
    """Return what the answers to the examples break: their rows' number, types, required columns and keys."""
    index = read_index(select)
    problems: list[CatalogueError] = []
    for query in catalogue.versions.values():
        try:
            bound = bind_query(query, query.example, index)
            reasons = check_rows(query, list(select(bound.text)), index)
            needed = {name: v for name, v in query.example.items() if _is_needed(query, name)}
            if needed != query.example:
                whole = list(select(bind_query(query, needed, index).text))
                reasons += [f"with no optional parameter, {r}" for r in check_rows(query, whole, index)]
        except BadParameter as error:
            near = f"; nearest: {', '.join(error.candidates)}" if error.candidates else ""
            problems.append(CatalogueError(query.path, 0, f"the example cannot be bound: {error}{near}"))
        except QueryError as error:
            problems.append(CatalogueError(query.path, 0, f"the engine refuses the query: {error}"))
        else:
            problems.extend(CatalogueError(query.path, 0, reason) for reason in reasons)
    return problems


def _is_needed(query: SavedQuery, name: str) -> bool:
    parameter = query.find_parameter(name)
    return parameter is not None and parameter.required


def read_index(select: Select) -> NameIndex:
    """Return the name index of what a function asks."""
    names = ((_text(r["thing"]), _text(r["tier"]), _text(r["name"])) for r in select(NAMES_QUERY))
    codes = ((_text(r["list"]), _text(r["code"]), _text(r["label"])) for r in select(CODES_QUERY))
    return parse_names(names, codes)


def check_rows(query: SavedQuery, rows: Sequence[Row], index: NameIndex | None = None) -> list[str]:
    """Return what rows break of a query's header, each in a sentence; the index knows the lists of codes."""
    reasons: list[str] = []
    if len(rows) < query.rows:
        reasons.append(f"the example gives {len(rows)} rows; the header expects at least {query.rows}")
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
    keys = Counter(tuple(str(row.get(name)) for name in query.key) for row in rows)
    reasons.extend(f"the key {' '.join(key)} stands in {count} rows" for key, count in keys.items() if count > 1)
    return reasons


def _is_typed(column: Column, term: Term) -> bool:
    if column.type == "iri":
        return isinstance(term, NamedNode)
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
                f"`{token.text}` stands where no term can: in BOUND, after AS, or in SELECT, GROUP BY, VALUES"
            )
        last = [last[1], word]
    return reasons
