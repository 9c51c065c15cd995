"""What must not be missed in a query, decided by the engine's parser: SERVICE, the data set, whether it is one at all.

The parser recurses as deep as a text nests, and a text can end the process that parses it: a server calls this in a
process that may die.
"""

from __future__ import annotations

import re
import secrets
import string
from typing import NamedTuple

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples
from pyoxigraph import Store as Engine

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import QuerySyntaxError, ServiceRefused
from ahg_graph.sparql.conformance.adaptation import adapt_query, find_function, find_scope_fault
from ahg_graph.sparql.conformance.expression_kinds import quote
from ahg_graph.sparql.lexer import QuerySummary, summarize_query
from ahg_graph.sparql.syntax_errors import describe_syntax_error, is_beginning

_SERVICE = re.compile("service", re.IGNORECASE)
_FROM = re.compile("from", re.IGNORECASE)
_UNKNOWN_FUNCTION = re.compile(r"function <(.*)>")
NO_CONNECTION = "SERVICE asks another endpoint, and this one makes no outgoing connection"


class ParsedQuery(NamedTuple):
    """Whether a query answers with a graph, the IRIs behind FROM and FROM NAMED, and whether it answers yes or no.

    `extensions` name what it has that SPARQL 1.1 has not.
    """

    is_graph: bool
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    is_ask: bool = False
    extensions: tuple[str, ...] = ()


def parse_query(text: str) -> ParsedQuery:
    """Return what a text asks for; raises ServiceRefused, and QuerySyntaxError for what is no SPARQL 1.1 query.

    The engine knows no function by an IRI but the casts of XML Schema: others are refused too. The text meets no data.
    """
    refuse_service(text)
    summary = summarize_query(text)
    graphs = list(zip(read_data_set(text, summary), summary.clauses, strict=True))
    try:
        results = Engine().query(text, base_iri=get_home().base)
    except SyntaxError as error:
        raise explain_refusal(str(error), text) from None
    except (RuntimeError, OSError) as error:
        raise explain_failure(error, text) from None
    return ParsedQuery(
        isinstance(results, QueryTriples),
        tuple(name for name, (_, _, is_named) in graphs if not is_named),
        tuple(name for name, (_, _, is_named) in graphs if is_named),
        isinstance(results, QueryBoolean),
        _name_extensions(text),
    )


def _name_extensions(text: str) -> tuple[str, ...]:
    """Return what a query has that SPARQL 1.1 has not; nothing where it would not be asked here as it is."""
    try:
        return adapt_query(text, get_home().base, matches_empty, tuple).extensions
    except QuerySyntaxError:
        return ()


def refuse_service(text: str) -> None:
    """Raise ServiceRefused for a query with SERVICE, however it is spelt, and QuerySyntaxError for what is no query."""
    if _has_keyword(_SERVICE, text, text):
        raise ServiceRefused(NO_CONNECTION)


def read_data_set(text: str, summary: QuerySummary) -> tuple[str, ...]:
    """Return the IRIs behind FROM and FROM NAMED; raises QuerySyntaxError for what is no query.

    The summary has found all such clauses if without them no FROM is left.
    """
    rest = text
    for start, end, _ in reversed(summary.clauses):
        rest = f"{rest[:start]} {rest[end:]}"
    if _has_keyword(_FROM, rest, text):
        raise QuerySyntaxError("write FROM and the name of its graph with a space before and behind each")
    if not summary.graphs:
        return ()
    # The engine itself resolves the names as written, by the prefixes and the base of the text.
    values = f"{summary.prologue} SELECT ?g {{ VALUES ?g {{ {' '.join(summary.graphs)} }} }}"
    try:
        found = Engine().query(values, base_iri=get_home().base)
    except SyntaxError as error:
        raise explain_refusal(str(error), text) from None
    assert isinstance(found, QuerySolutions)  # noqa: S101 - narrows the type: the text is a SELECT
    return tuple(getattr(solution["g"], "value", "") for solution in found)


def matches_empty(pattern: str, flags: str) -> bool | None:
    """Return whether a regular expression of the engine's matches the empty string; None where it is none."""
    text = f"SELECT (REGEX('', {quote(pattern)}, {quote(flags)}) AS ?found) {{}}"
    found = Engine().query(text)
    assert isinstance(found, QuerySolutions)  # noqa: S101 - narrows the type: the text is a SELECT
    value = next(found)["found"]
    return None if value is None else getattr(value, "value", "") == "true"


def explain_refusal(message: str, text: str) -> QuerySyntaxError:
    """Return the error for a text that the engine refused with a message."""
    summary = summarize_query(text)
    if summary.is_update:
        return QuerySyntaxError(
            f"this is an update ({summary.form}), not a query; the graph changes by review of its files"
        )
    if fault := find_scope_fault(text, get_home().base):
        return fault
    return describe_syntax_error(message, text, _parse)


def explain_failure(error: Exception, text: str) -> QuerySyntaxError:
    """Return the error for a text that the engine has read and cannot evaluate: a function by an IRI is not known."""
    match = _UNKNOWN_FUNCTION.search(str(error))
    if match is None:
        return QuerySyntaxError(str(error))
    place = find_function(text, match[1], get_home().base)
    return QuerySyntaxError(f"there is no function <{match[1]}> here", *(place or (0, 0)))


def _has_keyword(keyword: re.Pattern[str], part: str, text: str) -> bool:
    """Say whether a part of a text uses a keyword; raises QuerySyntaxError where the text is no query.

    A part without the keyword's letters does not. Another is parsed with letters in their places that nobody can
    foresee: names, strings and comments may hold any, so that it is still a query unless one of them was the keyword.
    """
    if keyword.pattern not in part.casefold():
        return False
    changed = keyword.sub("".join(secrets.choice(string.ascii_lowercase) for _ in range(8)), part)
    message = _parse(changed)
    if message is None:
        return False
    if is_beginning(changed, _parse):  # it ends too early, and so does the text
        raise explain_refusal(message, text)
    if not is_beginning(text, _parse):  # what is wrong is not the keyword
        raise explain_refusal(_parse(f"{text}\n\x01") or "", text)
    return True


def _parse(text: str) -> str | None:
    """Return the engine's message for a text that is no query, or None; the text meets no data."""
    try:
        Engine().query(text, base_iri=get_home().base)
    except SyntaxError as error:
        return str(error)
    except (RuntimeError, OSError):
        return None
    return None
