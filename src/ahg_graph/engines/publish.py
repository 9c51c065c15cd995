"""A release put into an engine: loaded beside what is there, verified by count and hash, switched in one update.

Graphs go in by the SPARQL 1.1 Graph Store Protocol under names of their own and take their real names by one SPARQL
update, so that a reader finds the old release or the new one. docs/releases.md says how they lie.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from ahg_graph.config.prefixes import get_home
from ahg_graph.engines.address import Address
from ahg_graph.engines.graph_layout import STAGED, name_merged, name_release_graph
from ahg_graph.engines.response_parser import read_answer
from ahg_graph.errors import EngineFault, PublicationError, QueryError, ReleaseError
from ahg_graph.http_client import NoReply, Reply, send
from ahg_graph.rdf.terms import NamedNode, Quad, RdfFormat, parse
from ahg_graph.release import Release, verify_release
from ahg_graph.release.canonicalization import hash_content, write_line
from ahg_graph.release.description import name_content
from ahg_graph.sparql.media_types import FORM, N_TRIPLES, RESULTS_JSON, SPARQL_UPDATE, TURTLE
from ahg_graph.sparql.types import SparqlQuery

_CONNECT, _PATIENCE = 10, 600
"""Seconds to wait for a connection, and for each piece of a reply: an engine may take long to load a graph."""

_LARGEST = 64 * 1024 * 1024
"""Bytes that a reply may have beside what was sent."""

Report = Callable[[str], None]
_ENDINGS = (
    ("/data", "/update", "/sparql"),  # Apache Jena Fuseki
    ("/store", "/update", "/query"),  # Oxigraph
    ("/rdf-graphs/service", "/statements", ""),  # Eclipse RDF4J, GraphDB
    ("/sparql-graph-crud", "/sparql", "/sparql"),  # Virtuoso
)
"""How engines name a data set's graph store, its update and its query endpoint: endings of one address."""


@dataclass(frozen=True, slots=True)
class Target:
    """The three endpoints of an engine's data set."""

    store: Address
    update: Address
    query: Address


def find_target(store: Address, update: Address | None = None, query: Address | None = None) -> Target:
    """Return the endpoints of a data set; those not given are found by the ending of its graph store's address.

    Raises EngineFault when the ending is not known.
    """
    for ending, update_ending, query_ending in _ENDINGS:
        if store.url.endswith(ending):
            stem = store.url.removesuffix(ending)
            update = update or Address(stem + update_ending, store.authorization)
            query = query or Address(stem + query_ending, store.authorization)
    if update is None or query is None:
        raise EngineFault(f"{store} does not show the update and query endpoints; give both")
    return Target(store, update, query)


def publish(folder: Path, target: Target, report: Report = lambda stage: None) -> Release:
    """Put the release in a folder into an engine, and return it.

    Raises ReleaseError for a damaged release and PublicationError for anything that goes wrong with the engine. It then
    holds what it held before, unless the message says that something is wrong after the switch.
    """
    report("reading the release")
    release = verify_release(folder)
    graphs = _read_graphs(folder, release)
    engine = _Engine(target)
    try:
        names = engine.list_graphs()
        engine.update([f"DROP SILENT GRAPH <{name}>" for name in names if STAGED in name])
        staged = {name: f"{name}{STAGED}{release.identity}" for name, quads in graphs.items() if quads}
        try:
            for name, place in staged.items():
                report(f"loading <{name}>")
                engine.verify(place, graphs[name], engine.load(place, graphs[name]))
            report("switching")
            gone = [
                name
                for name in names
                if name.startswith(get_home().graph) and STAGED not in name and name not in staged
            ]
            engine.update(
                [f"DROP SILENT GRAPH <{name}>" for name in gone]
                + [step for name, place in staged.items() for step in _replace(name, place)]
            )
        except BaseException:
            with contextlib.suppress(QueryError):
                engine.update([f"DROP SILENT GRAPH <{place}>" for place in staged.values()])
            raise
        report("counting")
        engine.count({name: len(quads) for name, quads in graphs.items()})
    except EngineFault as error:
        raise PublicationError(f"{target.store}: {error}") from error
    return release


def _read_graphs(folder: Path, release: Release) -> Mapping[str, list[Quad]]:
    """Return the triples of each graph as it lies in an engine: those of the release, all of them, and its name.

    Raises ReleaseError when the release's own graphs would be confused with one of these.
    """
    found: defaultdict[str, set[Quad]] = defaultdict(set)
    merged: set[Quad] = set()
    for part in ("all", "linked") if "linked" in release.parts else ("all",):
        for quad in parse(path=str(folder / f"{part}.trig"), format=RdfFormat.TRIG):
            if not isinstance(quad.graph_name, NamedNode):
                raise ReleaseError(f"{folder}: {part}.trig has triples outside every graph")
            found[quad.graph_name.value].add(Quad(*quad.triple))
        merged.update(parse(path=str(folder / f"{part}.ttl"), format=RdfFormat.TURTLE))
    graphs = {name: list(quads) for name, quads in found.items()}
    for name in (name_merged(), name_release_graph()):
        if name in graphs:
            raise ReleaseError(f"{folder}: <{name}> is reserved for publishing")
    graphs[name_merged()] = list(merged)
    graphs[name_release_graph()] = [Quad(t.subject, t.predicate, t.object) for t in name_content(release.identity)]
    return graphs


def _replace(name: str, place: str) -> tuple[str, str, str]:
    """Return the operations that put one graph in the place of another.

    MOVE would say it in one word, but some versions of Apache Jena TDB2 lose triples by it when the place is taken.
    """
    return (
        f"DROP SILENT GRAPH <{name}>",
        f"INSERT {{ GRAPH <{name}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{place}> {{ ?s ?p ?o }} }}",
        f"DROP SILENT GRAPH <{place}>",
    )


class _Engine:
    """An engine over its three endpoints; all raise EngineFault, which shows of a reply its status and type."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def load(self, name: str, quads: Iterable[Quad]) -> int:
        """Replace a graph by triples; return how many bytes were sent."""
        # Every N-Triples document is a Turtle document, and more engines take Turtle.
        lines = "".join(sorted(map(write_line, quads))).encode()
        self._call("PUT", self._target.store, {"content-type": TURTLE}, body=lines, graph=name)
        return len(lines)

    def verify(self, name: str, quads: list[Quad], sent: int) -> None:
        """Read a graph back; raise EngineFault unless it is the same by count and by RDFC-1.0 hash.

        An engine may escape what was sent in as many bytes, and name types that were not named: the same triples fill
        less than four times as many.
        """
        accept = {"accept": f"{N_TRIPLES}, {TURTLE};q=0.5"}
        reply = self._call("GET", self._target.store, accept, graph=name, most=_LARGEST + 4 * sent)
        syntax = RdfFormat.from_media_type(reply.media_type)
        if syntax is None:
            raise EngineFault(f"<{name}> came back as {reply.media_type or 'no media type'}")
        try:
            held = list(parse(reply.body, syntax))
        except SyntaxError:
            raise EngineFault(f"<{name}> came back incomplete or not well-formed") from None
        if len(set(held)) != len(set(quads)):
            raise EngineFault(f"<{name}> came back with {len(set(held))} triples instead of {len(set(quads))}")
        if hash_content(held) != hash_content(quads):
            raise EngineFault(f"<{name}> came back with other triples than were put there")

    def update(self, operations: list[str]) -> None:
        """Put all operations in one request."""
        if operations:
            body = " ;\n".join(operations).encode()
            self._call("POST", self._target.update, {"content-type": SPARQL_UPDATE}, body=body)

    def list_graphs(self) -> list[str]:
        """Return the names of the graphs that are not empty and are of this project."""
        rows = self._select("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        return sorted(row["g"] for row in rows if row["g"].startswith(get_home().graph))

    def count(self, expected: Mapping[str, int]) -> None:
        """Raise EngineFault unless the project's graphs hold exactly these numbers of triples."""
        rows = self._select("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        found = {row["g"]: int(row["n"]) for row in rows if row["g"].startswith(get_home().graph)}
        wanted = {name: number for name, number in expected.items() if number}
        if found != wanted:
            wrong = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
            shown = ", ".join(f"<{name}> ({found.get(name, 0)} instead of {wanted.get(name, 0)})" for name in wrong)
            raise EngineFault(f"after the switch the numbers of triples are wrong in {shown}")

    def _select(self, text: str) -> list[dict[str, str]]:
        import json

        headers = {"accept": RESULTS_JSON, "content-type": FORM}
        reply = self._call("POST", self._target.query, headers, body=urlencode({"query": text}).encode())
        answer = read_answer(reply.body, reply.media_type, RESULTS_JSON, SparqlQuery(text))
        rows = json.loads(bytes(answer.body))["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]

    def _call(
        self,
        method: str,
        address: Address,
        headers: Mapping[str, str],
        *,
        body: bytes | None = None,
        graph: str | None = None,
        most: int = _LARGEST,
    ) -> Reply:
        separator = "&" if "?" in address.url else "?"
        url = address.url + (separator + urlencode({"graph": graph}) if graph else "")
        sent = {**address.headers, **headers}
        try:
            reply = send(method, url, headers=sent, body=body, most=most, connect=_CONNECT, patience=_PATIENCE)
        except NoReply as error:
            raise EngineFault(f"{method} {address} failed: {error}") from None
        if reply.status >= 300:
            raise EngineFault(f"{method} {address} gave status {reply.status}")
        return reply
