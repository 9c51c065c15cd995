"""The catalogue as RDF: each saved query an executable in SHACL's terms, with its example filled in.

The shape is that of the collections of SPARQL examples that query editors read: `sh:SPARQLSelectExecutable` with
`sh:select`, or `sh:SPARQLConstructExecutable` with `sh:construct`; `rdfs:comment`, `schema:keywords` and
`schema:target`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ahg_graph.config.prefixes import PREFIXES, get_home
from ahg_graph.queries.model import SavedQuery
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Triple
from ahg_graph.service.query_service import QueryService
from ahg_graph.sparql.results_writer import write_triples
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.negotiation import Choice
from ahg_server.http.responses import BufferedResponse

_SH = PREFIXES["sh"]
_SCHEMA = "https://schema.org/"
_DCTERMS = PREFIXES["dcterms"]
_RDFS = PREFIXES["rdfs"]
_TYPE = NamedNode(PREFIXES["rdf"] + "type")


def describe_examples(service: QueryService[SnapshotContext], address: str, choice: Choice) -> BufferedResponse:
    """Return the catalogue in a syntax of RDF; `address` is scheme and authority of this server."""
    prefixes = {"sh": _SH, "schema": _SCHEMA, "rdfs": _RDFS, "dcterms": _DCTERMS}
    body = write_triples(_state_catalogue(service, address), choice.media_type, prefixes)
    # The address comes from the request, so that a cache must not give it to anyone else.
    headers = ((b"content-type", choice.content_type.encode()), (b"cache-control", b"private, no-cache"))
    return BufferedResponse(200, headers, body)


def _state_catalogue(service: QueryService[SnapshotContext], address: str) -> Iterator[Triple]:
    """Yield the triples of all queries, and the declarations of the prefixes that they share."""
    for prefix, namespace in (("ahg", PREFIXES["ahg"]), ("skos", PREFIXES["skos"]), ("xsd", PREFIXES["xsd"])):
        node = BlankNode(prefix)
        yield Triple(NamedNode(get_home().base + "queries"), NamedNode(_SH + "declare"), node)
        yield Triple(node, NamedNode(_SH + "prefix"), Literal(prefix))
        namespace_type = NamedNode(PREFIXES["xsd"] + "anyURI")
        yield Triple(node, NamedNode(_SH + "namespace"), Literal(namespace, datatype=namespace_type))
    for query in service.catalogue.current.values():
        yield from _state_query(service, query, address)


def _state_query(service: QueryService[SnapshotContext], query: SavedQuery, address: str) -> Iterator[Triple]:
    node = NamedNode(f"{get_home().base.rstrip('/')}{urls.QUERIES}/{query.name}")
    yield Triple(node, _TYPE, NamedNode(_SH + "SPARQLExecutable"))
    kind, text = ("Construct", "construct") if query.is_graph else ("Select", "select")
    yield Triple(node, _TYPE, NamedNode(f"{_SH}SPARQL{kind}Executable"))
    yield Triple(node, NamedNode(_RDFS + "label"), Literal(query.name))
    yield Triple(node, NamedNode(_RDFS + "comment"), Literal(query.summary, language="en"))
    yield Triple(node, NamedNode(_DCTERMS + "description"), Literal(query.description, language="en"))
    yield Triple(node, NamedNode(_SH + "prefixes"), NamedNode(get_home().base + "queries"))
    yield Triple(node, NamedNode(_SH + text), Literal(service.bind(query, query.example).text))
    yield Triple(node, NamedNode(_SCHEMA + "target"), NamedNode(address + urls.sparql()))
    yield Triple(node, NamedNode(_SCHEMA + "url"), NamedNode(address + urls.query(query.name)))
    for tag in query.tags:
        yield Triple(node, NamedNode(_SCHEMA + "keywords"), Literal(tag))
