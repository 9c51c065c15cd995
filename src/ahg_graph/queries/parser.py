"""The text of a `.rq` file to the saved query it defines.

The header is YAML behind `#+`, as grlc writes it, and parameters are variables by grlc's convention, so that the same
file runs under grlc: `?_name_iri` for a thing, `?_name_xsd_date` for a date, `?_name` for text and codes; a second
underscore (`?__name`) makes the parameter optional. docs/saved-queries.md describes every entry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from ahg_graph.config.prefixes import expand
from ahg_graph.errors import BuildFailed, CatalogueError
from ahg_graph.queries.header_lines import Header, parse_header
from ahg_graph.queries.model import (
    ANY,
    COLUMN_TYPES,
    PARAMETER_TYPES,
    RESERVED,
    TRIPLE,
    Column,
    Parameter,
    Predicate,
    SavedQuery,
)
from ahg_graph.sparql.lexer import summarize_query, tokenize

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_FILE = re.compile(rf"(?P<name>{_NAME.pattern})(?:@(?P<version>[1-9][0-9]*))?\.rq")
_CONVENTION = re.compile(r"\?(?P<marks>__?)(?P<name>[a-z][a-zA-Z0-9]*)(?P<ending>_\w+)?")
_PLACE = re.compile(r"\{(\w+)\}")
_GRLC_ENTRIES = ("summary", "description", "tags", "method", "endpoint_in_url", "defaults", "enumerate")
_OWN_ENTRIES = ("version", "question", "ask", "params", "evidence", "none", "elsewhere", "example", "order")
_ROW_ENTRIES = ("columns", "key", "statements", "rows")
_GRAPH_ENTRIES = ("predicates", "triples")
_ENTRIES = frozenset((*_GRLC_ENTRIES, *_OWN_ENTRIES))
_TRIPLE_KEY = tuple(column.name for column in TRIPLE)
_TRIPLE_STATEMENT = ("?subject", "?predicate", "?object")
_PARAMETER_ENTRIES = frozenset(("type", "description", "class", "scheme", "list", "day", "last", "facet"))


def parse_saved_query(path: str, text: str) -> SavedQuery:
    """Return the saved query that a file defines; the file's name is the query's name.

    Raises BuildFailed with all problems found, each a CatalogueError.
    """
    file = _FILE.fullmatch(path.rpartition("/")[2])
    if file is None:
        raise BuildFailed([CatalogueError(path, 1, "the file must be named `words-with-hyphens.rq`")])
    try:
        header = parse_header(path, text)
    except CatalogueError as error:
        raise BuildFailed([error]) from error
    form = summarize_query(text).form
    is_graph = form == "CONSTRUCT"
    if form in ("ASK", "DESCRIBE"):
        header.report(f"{form} cannot be a saved query; use SELECT (for rows) or CONSTRUCT (for a graph)")
    header.allow(_ENTRIES | frozenset(_GRAPH_ENTRIES if is_graph else _ROW_ENTRIES))
    version = header.read("number", "version", fallback=1)
    if file["version"] is not None and int(file["version"]) != version:
        header.report(f"the file's name says version {file['version']}, the header {version}", "version")
    query = SavedQuery(
        name=file["name"],
        version=version,
        path=path,
        summary=header.require("text", "summary", fallback=""),
        question=header.read("text", "question", fallback=""),
        ask=tuple(map(str, header.read("list", "ask", fallback=[]))),
        description=" ".join(header.require("text", "description", fallback="").split()),
        tags=tuple(map(str, header.require("list", "tags", fallback=[]))),
        parameters=_parse_parameters(header, text),
        columns=TRIPLE if is_graph else _parse_columns(header),
        predicates=_parse_predicates(header) if is_graph else (),
        key=_TRIPLE_KEY if is_graph else tuple(map(str, header.require("list", "key", fallback=[]))),
        example=_parse_example(header),
        rows=header.read("number", "triples" if is_graph else "rows", fallback=1),
        statements=(_TRIPLE_STATEMENT,) if is_graph else _parse_statements(header),
        evidence=header.read("text", "evidence", fallback="").strip(),
        none=header.read("text", "none", fallback="").strip(),
        elsewhere=" ".join(header.read("text", "elsewhere", fallback="").split()),
        order=_parse_order(header),
        text=text,
    )
    _check_references(header, query)
    if header.problems:
        raise BuildFailed(header.problems)
    return query


def _parse_parameters(header: Header, text: str) -> tuple[Parameter, ...]:
    """Return the parameters in the header's order, matched with the variables of the text."""
    names = {token.text for token in tokenize(text) if token.kind == "variable"}
    found: dict[str, tuple[str, bool, str]] = {}
    for variable in sorted(names):
        if not variable.startswith(("?_", "$_")):
            continue
        match = _CONVENTION.fullmatch(variable)
        if match is None:
            header.report(f"`{variable}` does not follow the convention `?_name`, `?_name_iri`, `?_name_xsd_date`")
        elif match["name"] in found:
            header.report(f"`{variable}` and `{found[match['name']][0]}` are both for `{match['name']}`")
        else:
            found[match["name"]] = (variable, len(match["marks"]) == 1, match["ending"] or "")
        contradiction = next((other for other in names if other != variable and other.startswith(variable)), None)
        if contradiction is not None:
            header.report(f"`{contradiction}` begins like the parameter `{variable}`: grlc would replace a part of it")
    return _match_parameters(header, found)


def _match_parameters(header: Header, found: dict[str, tuple[str, bool, str]]) -> tuple[Parameter, ...]:
    """Return the header's parameters with the variables found, and report what has no counterpart."""
    described = header.read("mapping", "params", fallback={})
    defaults = _parse_pairs(header, "defaults")
    closed = _parse_pairs(header, "enumerate")
    parameters: list[Parameter] = []
    taken: set[str] = set()
    for name in described:
        at = ("params", name)
        header.allow(_PARAMETER_ENTRIES, *at)
        if name in RESERVED:
            header.report(f"`{name}` is reserved and cannot be a parameter", *at)
        kind = header.require("text", *at, "type", fallback="text")
        if kind not in PARAMETER_TYPES:
            header.report(f"unknown type `{kind}`; known: {', '.join(PARAMETER_TYPES)}", *at, "type")
            kind = "text"
        if name not in found:
            header.report(f"the query has no variable for the parameter `{name}`", *at)
            continue
        variable, required, ending = found[name]
        if ending != PARAMETER_TYPES[kind]:
            header.report(f"`{variable}` must end in `{PARAMETER_TYPES[kind]}` to be of type {kind}", *at)
        last = header.read("text", *at, "last")
        if last is not None and (last not in found or found[last][1] or found[last][2] != "_xsd_date"):
            header.report(f"the query has no optional variable `?__{last}_xsd_date`", *at, "last")
        taken.update((name,) if last is None else (name, last))
        values = closed.get(name, [])
        parameters.append(
            Parameter(
                name=name,
                variable=variable,
                type=kind,
                required=required,
                description=header.require("text", *at, "description", fallback=""),
                classes=_parse_classes(header, *at),
                scheme=_parse_name(header, *at, "scheme"),
                values=tuple(map(str, values if isinstance(values, list) else [values])),
                default=None if name not in defaults else str(defaults[name]),
                is_list=header.read("flag", *at, "list", fallback=False),
                day=header.read("text", *at, "day", fallback="first"),
                last_variable=found[last][0] if last in found else None,
                facet=header.read("text", *at, "facet", fallback=""),
            )
        )
    for name, (variable, _, _) in found.items():
        if name not in taken:
            header.report(f"the variable `{variable}` is a parameter that `params` does not describe")
    return tuple(parameters)


def _parse_pairs(header: Header, entry: str) -> dict[str, object]:
    """Return grlc's list of one-entry mappings as one mapping."""
    pairs: dict[str, object] = {}
    for index, item in enumerate(header.read("list", entry, fallback=[])):
        if not isinstance(item, dict):
            header.report(f"`{entry}` must be a list of `name: value`", entry, index)
            continue
        pairs.update(item)
    return pairs


def _parse_classes(header: Header, *at: str) -> tuple[str, ...]:
    names = header.read("text", *at, "class", fallback="").split()
    return tuple(_expand(header, name, *at, "class") for name in names)


def _parse_name(header: Header, *at: str) -> str | None:
    name = header.read("text", *at)
    return None if name is None else _expand(header, name, *at)


def _expand(header: Header, name: str, *at: str) -> str:
    try:
        return expand(name)
    except ValueError as error:
        header.report(str(error), *at)
        return name


def _parse_columns(header: Header) -> tuple[Column, ...]:
    columns: list[Column] = []
    for name in header.require("mapping", "columns", fallback={}):
        at = ("columns", name)
        header.allow(frozenset(("type", "meaning", "optional", "scheme")), *at)
        kind = header.require("text", *at, "type", fallback="text")
        if kind not in COLUMN_TYPES:
            header.report(f"unknown type `{kind}`; known: {', '.join(sorted(COLUMN_TYPES))}", *at, "type")
        meaning = header.require("text", *at, "meaning", fallback="")
        required = not header.read("flag", *at, "optional", fallback=False)
        columns.append(Column(name, kind, meaning, required, _parse_name(header, *at, "scheme")))
    return tuple(columns)


def _parse_predicates(header: Header) -> tuple[Predicate, ...]:
    """Return what the triples of a graph may say."""
    predicates: list[Predicate] = []
    for name in header.require("mapping", "predicates", fallback={}):
        at = ("predicates", name)
        header.allow(frozenset(("meaning", "optional")), *at)
        meaning = header.require("text", *at, "meaning", fallback="")
        required = name != ANY and not header.read("flag", *at, "optional", fallback=False)
        predicates.append(Predicate(name if name == ANY else _expand(header, name, *at), meaning, required))
    return tuple(predicates)


def _parse_example(header: Header) -> Mapping[str, tuple[str, ...]]:
    example = header.read("mapping", "example", fallback={})
    return MappingProxyType(
        {name: tuple(map(str, value if isinstance(value, list) else [value])) for name, value in example.items()}
    )


def _parse_statements(header: Header) -> tuple[tuple[str, str, str], ...]:
    statements: list[tuple[str, str, str]] = []
    for index, item in enumerate(header.read("list", "statements", fallback=[])):
        parts = str(item).split()
        if len(parts) != 3:
            header.report("a statement is a subject, a predicate and an object", "statements", index)
            continue
        statements.append((parts[0], parts[1], parts[2]))
    return tuple(statements)


def _parse_order(header: Header) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for index, item in enumerate(header.read("list", "order", fallback=[])):
        if not isinstance(item, list) or len(item) != 2:
            header.report("`order` is a list of pairs, the earlier parameter first", "order", index)
            continue
        pairs.append((str(item[0]), str(item[1])))
    return tuple(pairs)


def _check_references(header: Header, query: SavedQuery) -> None:
    """Report every name in the header that names no column or parameter."""
    columns = {column.name for column in query.columns}
    for index, name in enumerate(query.key):
        if name not in columns:
            header.report(f"the key names `{name}`, which is not a column", "key", index)
    for name in query.example:
        if query.find_parameter(name) is None:
            header.report(f"the example names `{name}`, which is not a parameter", "example", name)
    for name in _PLACE.findall(query.question):
        if name not in query.example:
            header.report(f"the question has a place for `{name}`, to which the example gives no value", "question")
    for index, way in enumerate(query.ask):
        for name in _PLACE.findall(way):
            if name != "_" and query.find_parameter(name) is None:
                header.report(f"this way to ask has a place for `{name}`, which is not a parameter", "ask", index)
    for entry in ("defaults", "enumerate"):
        for name in _parse_pairs(header, entry):
            if query.find_parameter(name) is None:
                header.report(f"`{entry}` names `{name}`, which is not a parameter", entry)
    columns = {column.name for column in query.columns}
    for parameter in query.parameters:
        if parameter.facet and parameter.facet not in columns:
            header.report(f"there is no column `{parameter.facet}`", "params", parameter.name, "facet")
        if parameter.required and parameter.default is None and parameter.name not in query.example:
            header.report(f"the example gives no value for `{parameter.name}`", "example")
    for index, pair in enumerate(query.order):
        for name in pair:
            if query.find_parameter(name) is None:
                header.report(f"`order` names `{name}`, which is not a parameter", "order", index)
