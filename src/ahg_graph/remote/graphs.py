"""How a release lies in an engine, so that every engine answers alike whatever its default graph is.

Each graph of the release has its own name there. One more graph holds the triples of all of them, once each: it is what
a query without a data set is put to. A third says which release it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urljoin

from ahg_graph.errors import GraphRefused, QuerySyntaxError, ServiceRefused
from ahg_graph.namespaces import get_home
from ahg_graph.results import Question
from ahg_graph.syntax import Outline, find_undeclared_prefix, tokenize

STAGED = "/staged/"
"""What stands between the name of a graph and the identity of a release that is being published."""

_MAY_NAME = re.compile(r"graph|\\u", re.IGNORECASE)
"""What a text holds that reads named graphs; without it none go along."""

_DIALECTS = ("bif", "sql", "java", "file", "ftp", "data", "jdbc")
"""Schemes by which engines reach functions of their own, files and other machines."""


_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\s]*>")
"""What may be a relative IRI."""


def name_merged() -> str:
    """Return the name of the graph of all triples."""
    return get_home().graph + "all"


def name_release_graph() -> str:
    """Return the name of the graph that says which release it is."""
    return get_home().graph + "release"


def add_base(text: str) -> str:
    """Return a query whose relative IRIs are relative to the home's base, as they are in the embedded engine."""
    return f"BASE <{get_home().base}> {text}" if _RELATIVE.search(text) else text


def check_text(text: str, outline: Outline) -> None:
    """Raise the error for a text that must not be forwarded, whatever the engine would make of it.

    Beside SERVICE and updates these are words before the query that are not SPARQL (some engines take directives
    there), prefixes that only an engine knows, and functions outside SPARQL.
    """
    if outline.has_service:
        raise ServiceRefused("SERVICE asks another endpoint, and this one makes no outgoing connection")
    if outline.is_update:
        raise QuerySyntaxError(
            f"this is an update ({outline.form}), not a query; the graph changes by review of its files"
        )
    if not outline.form:
        raise QuerySyntaxError("expected SELECT, ASK, CONSTRUCT or DESCRIBE")
    for token in tokenize(outline.prologue):
        if token.kind not in ("space", "comment", "iri", "name") and token.text.upper() not in ("BASE", "PREFIX"):
            raise QuerySyntaxError(f"{token.text!r} has no place before a query")
    if undeclared := find_undeclared_prefix(text):
        raise undeclared
    for token in tokenize(text):
        scheme = token.text[1:].partition(":")[0].lower() if token.kind == "iri" else ""
        if scheme in _DIALECTS:
            raise ServiceRefused(f"{token.text} names something outside the graph")


def select_graphs(question: Question, outline: Outline, graphs: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the data set of the protocol for a question: pairs of parameter and graph.

    The protocol's own data set counts before that of the text. Raises GraphRefused for a graph that is not one of
    `graphs`.
    """
    if question.default_graphs or question.named_graphs:
        default, named = question.default_graphs, question.named_graphs
    elif outline.graphs:
        default, named = _read_graphs(question.text)
    else:
        default, named = (name_merged(),), tuple(sorted(graphs)) if _MAY_NAME.search(question.text) else ()
    for name in (*default, *named):
        if name not in graphs and name != name_merged():
            raise GraphRefused(f"the snapshot has no graph <{name}>, and nothing outside it is read")
    return [*(("default-graph-uri", name) for name in default), *(("named-graph-uri", name) for name in named)]


def _read_graphs(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs behind FROM and FROM NAMED."""
    prefixes: dict[str, str] = {}
    base, before, depth = get_home().base, ["", ""], 0
    default: list[str] = []
    named: list[str] = []
    for token in tokenize(text):
        if token.kind in ("space", "comment"):
            continue
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind == "iri":
            iri = urljoin(base, token.text[1:-1])
            if before[1] == "BASE":
                base = iri
            elif before[0] == "PREFIX":
                prefixes[before[1]] = iri
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            iri = prefixes.get(prefix + ":", "") + local
        else:
            iri = ""
        if iri and not depth and before[1] == "FROM":
            default.append(iri)
        elif iri and not depth and before == ["FROM", "NAMED"]:
            named.append(iri)
        before = [before[1], token.text.upper() if token.kind == "word" else token.text]
    return tuple(default), tuple(named)
