"""Every address that the server gives out, made in one place.

Paths are relative to the root of the server; `root` is the path that a proxy mounts it under, empty or `/prefix`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote, urlencode

from ahg_graph.namespaces import BASE, ONT

Pairs = Iterable[tuple[str, str]]


def add_query(path: str, pairs: Pairs) -> str:
    """Return a path with a query string, if there are pairs."""
    text = urlencode(list(pairs), quote_via=quote, safe="/:")
    return f"{path}?{text}" if text else path


def queries(root: str = "") -> str:
    """Return the page of the catalogue."""
    return f"{root}/queries"


def query(name: str, pairs: Pairs = (), *, root: str = "", version: int | None = None) -> str:
    """Return the page of a saved query, with values filled in."""
    shown = name if version is None else f"{name}@{version}"
    return add_query(f"{root}/queries/{shown}", pairs)


def answer(name: str, extension: str, pairs: Pairs = (), *, root: str = "", version: int | None = None) -> str:
    """Return an answer in one format."""
    shown = name if version is None else f"{name}@{version}"
    return add_query(f"{root}/queries/{shown}.{extension}", pairs)


def sparql(text: str = "", *, root: str = "") -> str:
    """Return the endpoint, or the page that runs a query there."""
    return add_query(f"{root}/sparql", [("query", text)] if text else [])


def static(name: str, *, root: str = "") -> str:
    """Return a file that the pages use."""
    return f"{root}/static/{name}"


def find_thing(iri: str, *, root: str = "") -> str | None:
    """Return the path at which this server describes a thing, or None for one of another house."""
    if iri.startswith(ONT):
        return f"{root}/ont"
    if iri.startswith(BASE):
        return f"{root}/{quote(iri[len(BASE) :], safe='/:@-._~')}"
    return None


def flatten(values: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the pairs of repeated parameters, in order."""
    return [(name, value) for name, found in values.items() for value in found]
