"""A query of SPARQL 1.1 as the engine is asked it: rewritten where it would answer otherwise, refused where that fails.

Most texts hold nothing that the engine does otherwise, and one look shows it; only the others are parsed. The parser
recurses as deep as a text nests: a server calls this in a process that may die.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.sparql.conformance.expressions import MatchesEmpty
from ahg_graph.sparql.conformance.groups import ListGraphs, QueryWriter
from ahg_graph.sparql.conformance.lexical_forms import is_kept
from ahg_graph.sparql.conformance.scopes import ScopeChecker
from ahg_graph.sparql.conformance.splicing import Edit, splice
from ahg_graph.sparql.conformance.sufficient_test import may_differ
from ahg_graph.sparql.grammar import parse_sparql
from ahg_graph.sparql.grammar.tree import Query, Span, TermKind
from ahg_graph.sparql.grammar.triples import TRIPLE_TERMS
from ahg_graph.sparql.lexer import locate, unescape


@dataclass(frozen=True)
class AdaptedQuery:
    """What the engine is asked for a query.

    `extensions` are what the query uses beyond SPARQL 1.1, `functions` and `separators` what the engine is to be given.
    `has_forms`: among the terms of the answer may be literals that must be restored. `fault` says why the text is no
    query of SPARQL 1.1; then the engine must refuse it as well.
    """

    text: str
    extensions: tuple[str, ...] = ()
    functions: frozenset[str] = frozenset()
    separators: tuple[str, ...] = ()
    has_forms: bool = False
    fault: QuerySyntaxError | None = field(default=None, compare=False)


def adapt_query(
    text: str,
    base: str,
    matches_empty: MatchesEmpty,
    list_graphs: ListGraphs,
    *,
    is_local: bool = True,
    has_forms: bool = False,
) -> AdaptedQuery:
    """Return what the engine is asked for a text; raises QuerySyntaxError for what can only be refused.

    `has_forms`: the data set holds literals whose form the engine does not keep.
    """
    if not has_forms and not may_differ(text):
        return AdaptedQuery(text)
    plain = unescape(text)
    try:
        query = parse_sparql(plain, base)
        ScopeChecker(plain).check(query)
    except QuerySyntaxError as error:
        return AdaptedQuery(text, fault=error)
    edited = _write_terminals(plain, query)
    if edited != plain:
        plain, query = edited, parse_sparql(edited, base)
    has_forms = is_local and (has_forms or _makes_forms(plain, query))
    writer = QueryWriter(plain, matches_empty, list_graphs, is_local=is_local, has_forms=has_forms)
    writer.hides_variables = TRIPLE_TERMS in query.extensions
    assert query.prologue  # noqa: S101 - narrows the type: the parser sets it
    written = plain[: query.start] + writer.write_query(query) + plain[query.end :]
    found = writer.findings
    return AdaptedQuery(
        text if written == unescape(text) else written,
        tuple(sorted(query.extensions | found.extensions)),
        frozenset(found.functions),
        tuple(found.separators),
        has_forms,
    )


def _makes_forms(text: str, query: Query) -> bool:
    """Return whether a query makes literals of its own whose form the engine does not keep."""
    return any(not is_kept(term.value, term.datatype) for term in query.literals) or "strdt" in text.lower()


def find_scope_fault(text: str, base: str) -> QuerySyntaxError | None:
    """Return what a text does with variables against SPARQL 1.1, if it is a query by its grammar otherwise."""
    plain = unescape(text)
    try:
        query = parse_sparql(plain, base)
    except QuerySyntaxError:
        return None
    try:
        ScopeChecker(plain).check(query)
    except QuerySyntaxError as error:
        return error
    return None


def find_function(text: str, iri: str, base: str) -> tuple[int, int] | None:
    """Return line and column of the first use of an IRI in a query, where it can be found."""
    plain = unescape(text)
    try:
        query = parse_sparql(plain, base)
    except QuerySyntaxError:
        return None
    place = next((term.start for term in query.terms if term.value == iri), plain.find(f"<{iri}>"))
    return locate(plain, place) if place >= 0 else None


def _write_terminals(text: str, query: Query) -> str:
    """Return the text with what the engine's lexer reads otherwise: names with several dots, TRUE in capitals."""
    edits: list[Edit] = []
    for term in query.terms:
        if term.kind is TermKind.LITERAL:
            edits.append((term, term.text))
        elif text[term.start : term.end].count(".") > 1:
            edits.append((term, f"<{term.value}>"))
    return splice(text, Span(0, len(text)), edits)
