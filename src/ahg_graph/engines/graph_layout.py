"""How a release lies in an engine, so that every engine answers alike whatever its default graph is.

Each graph of the release has its own name there. One more graph holds the triples of all of them, once each: it is what
a query without a data set is put to. A third says which release it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import GraphRefused, ServiceRefused
from ahg_graph.sparql.lexer import unescape
from ahg_graph.sparql.query_checks import ParsedQuery
from ahg_graph.sparql.types import SparqlQuery

STAGED = "/staged/"
"""What stands between the name of a graph and the identity of a release that is being published."""

_MAY_NAME = re.compile("graph", re.IGNORECASE)
"""What a text holds that reads named graphs; without it none go along."""

_SCHEMES = ("bif:", "sql:", "java:", "file:", "ftp:", "data:", "jdbc:", "javascript:", "jar:")
_OWN = (
    "urn:x-arq:",
    "tag:stardog:",
    *(
        f"{scheme}://{host}/"
        for scheme in ("http", "https")
        for host in (
            *("jena.apache.org", "jena.hpl.hp.com", "www.openlinksw.com", "www.bigdata.com", "www.openrdf.org"),
            *("rdf4j.org", "spinrdf.org", "www.ontotext.com", "franz.com", "marklogic.com", "aws.amazon.com"),
            *("xmlns.oracle.com", "qlever.cs.uni-freiburg.de", "qlever.dev"),
        )
    ),
)
"""Where engines have names of their own: functions, properties that compute or search, graphs that are not there."""

_IRI = re.compile(r"(:(?:\s|#[^\n\r]*+)*+)?<([A-Za-z][A-Za-z0-9+.-]*:[^<>\s]*)")
"""An absolute IRI, and before it the colon that makes a prefix of it, with the space and comments between them."""

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


def refuse_dialects(text: str) -> None:
    """Raise ServiceRefused for a text that names what only some engine knows, in whatever way the name is escaped.

    A name may be put together from a prefix and what follows it: the beginning of such a name is refused too.
    """
    for found in _IRI.finditer(unescape(text)):
        iri = found[2]
        scheme = f"{iri.partition(':')[0].lower()}:"
        if scheme in _SCHEMES or iri.startswith(_OWN) or (found[1] and any(own.startswith(iri) for own in _OWN)):
            raise ServiceRefused(f"<{iri}> names something outside the graph, which the engine may take for a command")


def select_graphs(question: SparqlQuery, parsed: ParsedQuery, graphs: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the data set of the protocol for a question: pairs of parameter and graph.

    The protocol's own data set counts before that of the text. Raises GraphRefused for a graph that is not one of
    `graphs`.
    """
    if question.default_graphs or question.named_graphs:
        default, named = question.default_graphs, question.named_graphs
    elif parsed.default_graphs or parsed.named_graphs:
        default, named = parsed.default_graphs, parsed.named_graphs
    else:
        default, named = (name_merged(),), tuple(sorted(graphs)) if _MAY_NAME.search(question.text) else ()
    for name in (*default, *named):
        if name not in graphs and name != name_merged():
            raise GraphRefused(f"the snapshot has no graph <{name}>, and nothing outside it is read")
    return [*(("default-graph-uri", name) for name in default), *(("named-graph-uri", name) for name in named)]
