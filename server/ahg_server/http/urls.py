"""Every address that the server gives out, made in one place.

The constants are paths, as routes know them. What the functions return is what clients use: it begins with the prefix
under which a proxy has mounted the server for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from urllib.parse import quote, urlencode

from ahg_graph.config.prefixes import ONT, get_home
from ahg_graph.sparql.result_tables import write_term

HOME = "/"
SPARQL = "/sparql"
QUERIES = "/queries"
QUERIES_JSON = "/queries.json"
ENTITIES = "/id"
GRAPHS = "/graph"
STATIC = "/static"
ONTOLOGY = "/ont"
TERMS = ONTOLOGY + "/terms.json"
SEARCH = "/search"
ASK = "/ask"
EXPLAIN = "/explain"
CHARTS = "/pictures"
DOWNLOADS = "/downloads"
OPENAPI = "/openapi.json"
HEALTH = "/health"
METRICS = "/metrics"
VOID = "/.well-known/void"
EXAMPLES = "/.well-known/sparql-examples"
RECONCILE = "/reconcile"
SHAPES = "/shapes"
CONTEXT = "/context.jsonld"
GRAPH_STORE = "/rdf-graph-store"
ROBOTS = "/robots.txt"
SITEMAP = "/sitemap.xml"
SECURITY = "/.well-known/security.txt"
EMBED = "/embed"
PREVIEW = EMBED + "/preview"
MCP = "/mcp"
DOCS = "/docs"
GUIDE = "/guide"
ROOTS = frozenset(
    path[1:].partition("/")[0]
    for path in (
        *(SPARQL, QUERIES, QUERIES_JSON, ENTITIES, GRAPHS, STATIC, ONTOLOGY, SEARCH, ASK, EXPLAIN, CHARTS, DOWNLOADS),
        *(OPENAPI, HEALTH, METRICS, VOID, RECONCILE, EMBED, SHAPES, CONTEXT, GRAPH_STORE, ROBOTS, SITEMAP),
        *(MCP, DOCS, GUIDE),
    )
)
"""The first parts of all paths."""

PREFIX: ContextVar[str] = ContextVar("PREFIX", default="")
"""What stands before every path in the request that is being answered: empty, or like `/graph`."""

Pairs = Iterable[tuple[str, str]]


def address(path: str, pairs: Pairs = ()) -> str:
    """Return the address of a path, with a query string if there are pairs."""
    return PREFIX.get() + join(path, pairs)


def join(path: str, pairs: Pairs = ()) -> str:
    """Return a path with its query string, as it stands behind the base of all IRIs."""
    text = urlencode(list(pairs), quote_via=quote, safe="/:")
    return f"{path}?{text}" if text else path


def query(name: str, pairs: Pairs = (), version: int | None = None) -> str:
    """Return the page of a saved query, with values filled in."""
    return address(query_path(name, version), pairs)


def answer(name: str, extension: str, pairs: Pairs = (), version: int | None = None) -> str:
    """Return an answer in one format, or with `rq` the text of the query."""
    return address(f"{query_path(name, version)}.{extension}", pairs)


def changes(name: str, pairs: Pairs = (), version: int | None = None, extension: str = "") -> str:
    """Return the comparison of a saved query's answers in two releases, as a page or in one format."""
    ending = f".{extension}" if extension else ""
    return address(f"{query_path(name, version)}/changes{ending}", pairs)


def sparql(text: str = "") -> str:
    """Return the endpoint, or the address that runs a query there."""
    return address(SPARQL, [("query", text)] if text else [])


def release(identity: str) -> str:
    """Return the page of a release."""
    return address(f"{DOWNLOADS}/{quote(identity, safe='')}")


def download(identity: str, name: str) -> str:
    """Return a file of a release, or with `changes` the page of what changed."""
    return f"{release(identity)}/{quote(name, safe='')}"


def static(name: str) -> str:
    """Return a file that the pages use."""
    return address(f"{STATIC}/{name}")


def resource(iri: str) -> str | None:
    """Return the address at which this server describes a thing, or None for an IRI outside this namespace."""
    base = get_home().base
    for terms in (ONT, base + "ont#"):
        if iri.startswith(terms):
            return address(f"{ONTOLOGY}#{quote(iri[len(terms) :])}")
    if iri.startswith(base + "shapes#"):
        return address(f"{SHAPES}#{quote(iri[len(base) + 7 :])}")
    if iri.startswith(base):
        return address("/" + quote(iri[len(base) :], safe="/:@-._~"))
    return None


def resource_url(iri: str, extension: str) -> str:
    """Return the address of one description of a thing, as a page (`html`) or in a syntax of RDF."""
    found = resource(iri)
    if found is None:
        raise ValueError(iri)
    return f"{found.partition('#')[0]}.{extension}"


def section_url(iri: str, slug: str) -> str:
    """Return the page of one section of a thing, whole."""
    return f"{resource_url(iri, 'html')}?only={quote(slug)}"


def search(text: str, pairs: Pairs = ()) -> str:
    """Return the address of a search."""
    return address(SEARCH, [("q", text), *pairs])


def ask(text: str, pairs: Pairs = ()) -> str:
    """Return the address of a question in plain words."""
    return address(ASK, [("q", text), *pairs])


def chart(name: str, pairs: Pairs = ()) -> str:
    """Return the page of a chart."""
    return address(f"{CHARTS}/{name}", pairs)


def embedded_chart(name: str, pairs: Pairs = ()) -> str:
    """Return a chart alone, which the pages of others may show in a frame."""
    return address(f"{EMBED}/charts/{name}", pairs)


def explain(subject: str, predicate: str, value: Mapping[str, str]) -> str:
    """Return the address of the proof of a triple; the value is a term as the results format in JSON gives it."""
    return address(EXPLAIN, [("subject", subject), ("predicate", predicate), ("object", _write_term(value))])


def query_path(name: str, version: int | None) -> str:
    """Return the path of a saved query."""
    return f"{QUERIES}/{name}" if version is None else f"{QUERIES}/{name}@{version}"


def _write_term(term: Mapping[str, str]) -> str:
    """Return an IRI as it is and a literal as N-Triples writes it."""
    return term["value"] if term["type"] == "uri" else write_term(term)


def to_pairs(values: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the pairs of repeated parameters, in order."""
    return [(name, value) for name, found in values.items() for value in found]
