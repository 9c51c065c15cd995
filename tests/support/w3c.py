"""The manifests of the W3C test collections for SPARQL 1.1, as cases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")


@dataclass(frozen=True)
class Request:
    """One request of a protocol case, and what its response must be."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statuses: tuple[str, ...]
    boolean: bool | None
    format: str


@dataclass(frozen=True)
class Case:
    """One case: `data` files make the default graph, `named` files a graph each, by the IRI given."""

    id: str
    kind: str
    query: Path | None = None
    data: tuple[Path, ...] = ()
    named: tuple[tuple[str, Path], ...] = ()
    result: Path | None = None
    requests: tuple[Request, ...] = ()


def load_cases(folder: Path) -> list[Case]:
    """Return every case of every manifest below a folder, in order; `id` is folder and local name."""
    return [case for manifest in sorted(folder.glob("*/manifest.ttl")) for case in _load_manifest(manifest)]


def _load_manifest(path: Path) -> list[Case]:
    graph = Graph().parse(path, format="turtle", publicID=path.as_uri())
    cases = []
    for manifest in graph.subjects(RDF.type, MF.Manifest):
        for entry in Collection(graph, graph.value(manifest, MF.entries)):
            cases.append(_read_case(graph, entry, path.parent.name))
    return cases


def _read_case(graph: Graph, entry: Node, topic: str) -> Case:
    kind = str(graph.value(entry, RDF.type)).rpartition("#")[2]
    name = f"{topic}/{str(entry).rpartition('#')[2]}"
    action = graph.value(entry, MF.action)
    if kind == "ProtocolTest":
        named = [
            (str(graph.value(node, RDFS.label)), _to_path(graph.value(node, UT.graph)))
            for node in graph.objects(entry, UT.graphData)
        ]
        requests = Collection(graph, graph.value(action, HT.requests))
        return Case(name, kind, named=tuple(sorted(named)), requests=tuple(_read_request(graph, r) for r in requests))
    if isinstance(action, URIRef):
        return Case(name, kind, query=_to_path(action))
    if action is None:
        return Case(name, kind)
    result = graph.value(entry, MF.result)
    return Case(
        name,
        kind,
        query=_to_path(graph.value(action, QT.query)),
        data=tuple(sorted(_to_path(node) for node in graph.objects(action, QT.data))),
        named=tuple(sorted((str(node), _to_path(node)) for node in graph.objects(action, QT.graphData))),
        result=_to_path(result) if result is not None else None,
    )


def _read_request(graph: Graph, node: Node) -> Request:
    headers = []
    header_list = graph.value(node, HT.headers)
    for header in Collection(graph, header_list) if header_list is not None else ():
        headers.append((str(graph.value(header, HT.fieldName)), str(graph.value(header, HT.fieldValue))))
    body = graph.value(node, HT.body)
    response = graph.value(node, HT.resp)
    boolean = graph.value(response, MF.expectedBoolean)
    return Request(
        method=str(graph.value(node, HT.methodName)),
        target=str(graph.value(node, HT.absolutePath)),
        headers=tuple(headers),
        body=str(graph.value(body, CNT.chars)).encode(str(graph.value(body, CNT.characterEncoding))) if body else b"",
        statuses=tuple(sorted(str(s).rpartition("StatusCode")[2] for s in graph.objects(response, MF.expectedStatus))),
        boolean=None if boolean is None else bool(boolean.toPython()),
        format=str(graph.value(response, MF.expectedFormat) or ""),
    )


def _to_path(node: Node | None) -> Path:
    return Path(url2pathname(urlparse(str(node)).path))
