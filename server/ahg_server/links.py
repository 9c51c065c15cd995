"""Every address that the server gives out, made in one place. Paths begin at the root of the server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote, urlencode

from ahg_graph.namespaces import BASE, ONT

HOME = "/"
SPARQL = "/sparql"
QUERIES = "/queries"
QUERIES_JSON = "/queries.json"
STATIC = "/static"
OPENAPI = "/openapi.json"
HEALTH = "/health"
METRICS = "/metrics"
VOID = "/.well-known/void"
EXAMPLES = "/.well-known/sparql-examples"

Pairs = Iterable[tuple[str, str]]


def add_query(path: str, pairs: Pairs) -> str:
    """Return a path with a query string, if there are pairs."""
    text = urlencode(list(pairs), quote_via=quote, safe="/:")
    return f"{path}?{text}" if text else path


def query(name: str, pairs: Pairs = (), version: int | None = None) -> str:
    """Return the page of a saved query, with values filled in."""
    return add_query(f"{QUERIES}/{name}" if version is None else f"{QUERIES}/{name}@{version}", pairs)


def answer(name: str, extension: str, pairs: Pairs = (), version: int | None = None) -> str:
    """Return an answer in one format, or with `rq` the text of the query."""
    return add_query(f"{query(name, version=version)}.{extension}", pairs)


def sparql(text: str = "") -> str:
    """Return the endpoint, or the address that runs a query there."""
    return add_query(SPARQL, [("query", text)] if text else [])


def static(name: str) -> str:
    """Return a file that the pages use."""
    return f"{STATIC}/{name}"


def find_thing(iri: str) -> str | None:
    """Return the path at which this server describes a thing, or None for one of another house."""
    if iri.startswith(ONT):
        return "/ont"
    if iri.startswith(BASE):
        return "/" + quote(iri[len(BASE) :], safe="/:@-._~")
    return None


def flatten(values: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the pairs of repeated parameters, in order."""
    return [(name, value) for name, found in values.items() for value in found]
