"""What the service and its data say of themselves: SPARQL 1.1 Service Description and VoID."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from ahg_graph.config.prefixes import PREFIXES, get_home
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Triple
from ahg_graph.release.description import describe_contents, name_release
from ahg_graph.release.portal_description import add_kinds, describe_catalogue, describe_dataset
from ahg_graph.release.portal_description import describe_service as describe_query_service
from ahg_graph.release.release_store import find_description, list_downloads
from ahg_graph.release.serializers import FURTHER_PREFIXES
from ahg_graph.snapshot import Manifest
from ahg_graph.sparql.conformance.extensions import EXTENSIONS
from ahg_graph.sparql.media_types import GRAPH_FORMATS, RESULT_FORMATS
from ahg_graph.sparql.results_writer import write_triples
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.negotiation import Choice
from ahg_server.http.requests import Scope
from ahg_server.http.responses import BufferedResponse
from ahg_server.http.server_address import find_address

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_OWL_ENTAILMENT = NamedNode("http://www.w3.org/ns/entailment/OWL-RDF-Based")
_OWL_RL = NamedNode("http://www.w3.org/ns/owl-profile/RL")
_ENTAILMENT = (
    "What follows from the asserted triples by the rules of OWL 2 RL and those of this graph is computed by the build "
    "and kept in the inferred graph, less what holds of every graph. A query sees both, by simple entailment."
)
_TYPE = NamedNode(PREFIXES["rdf"] + "type")


def describe_service(scope: Scope, context: SnapshotContext, choice: Choice) -> BufferedResponse:
    """Return the service description, with the endpoint's address as the client wrote it."""
    address = find_address(scope)
    return _reply(_state_service(address, scope["path"], context), choice)


def describe_data(scope: Scope, context: SnapshotContext, choice: Choice) -> BufferedResponse:
    """Return the VoID description of the data."""
    release = find_description(context.identity)
    series = NamedNode(get_home().base)
    address = find_address(scope)
    endpoint, described = address + urls.sparql(), address + urls.address(urls.OPENAPI)
    triples = [
        *_state_data(address, context.snapshot.manifest),
        *release,
        *describe_dataset(series),
        *describe_catalogue([series]),
        *describe_query_service(endpoint, described, series),
        *_list_versions(series),
    ]
    return _reply(add_kinds(triples), choice)


def _state_service(address: str, path: str, context: SnapshotContext) -> Iterator[Triple]:
    manifest = context.snapshot.manifest
    service, data, default = BlankNode("service"), BlankNode("data"), BlankNode("default")
    yield Triple(service, _TYPE, _sd("Service"))
    yield Triple(service, _sd("endpoint"), NamedNode(address + urls.address(quote(path))))
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    if context.union:
        yield Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    for extension in EXTENSIONS:
        feature = NamedNode(extension.iri)
        yield Triple(service, _sd("languageExtension"), feature)
        yield Triple(feature, _TYPE, _sd("Feature"))
        yield Triple(feature, NamedNode(PREFIXES["rdfs"] + "label"), Literal(extension.name, language="en"))
    for known in (*RESULT_FORMATS, *GRAPH_FORMATS):
        yield Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + known.w3c))
    yield Triple(service, _sd("defaultDataset"), data)
    if manifest.inferred:
        yield Triple(service, _sd("defaultEntailmentRegime"), _OWL_ENTAILMENT)
        yield Triple(service, _sd("defaultSupportedEntailmentProfile"), _OWL_RL)
        yield Triple(service, NamedNode(PREFIXES["rdfs"] + "comment"), Literal(_ENTAILMENT, language="en"))
    yield Triple(data, _TYPE, _sd("Dataset"))
    yield Triple(data, _sd("defaultGraph"), default)
    yield Triple(default, _TYPE, _sd("Graph"))
    triples = context.snapshot.triples if context.union else 0
    yield Triple(default, NamedNode(_VOID + "triples"), Literal(triples))
    for number, (name, count) in enumerate(sorted(manifest.graphs.items())):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(data, _sd("namedGraph"), named)
        yield Triple(named, _TYPE, _sd("NamedGraph"))
        yield Triple(named, _sd("name"), NamedNode(name))
        yield Triple(named, _sd("graph"), graph)
        yield Triple(graph, _TYPE, _sd("Graph"))
        if name == get_home().inferred_graph and manifest.inferred:
            yield Triple(named, _sd("entailmentRegime"), _OWL_ENTAILMENT)
            yield Triple(named, _sd("supportedEntailmentProfile"), _OWL_RL)
        yield Triple(graph, NamedNode(_VOID + "triples"), Literal(count))


def _list_versions(series: NamedNode) -> Iterator[Triple]:
    """Yield every release there is, each with the one before it."""
    dcat = FURTHER_PREFIXES["dcat"]
    releases = list_downloads()
    for release in releases:
        node = name_release(release.identity)
        yield Triple(series, NamedNode(dcat + "hasVersion"), node)
        yield Triple(node, NamedNode(dcat + "version"), Literal(release.version))
        yield from describe_dataset(node)
        if release.since:
            yield Triple(node, NamedNode(dcat + "previousVersion"), name_release(release.since))


def _state_data(address: str, manifest: Manifest) -> Iterator[Triple]:
    home = get_home()
    data = NamedNode(home.base)
    terms = PREFIXES["dcterms"]
    yield Triple(data, _TYPE, _void("Dataset"))
    yield Triple(data, NamedNode(terms + "title"), Literal(home.title, language=home.language))
    yield Triple(data, NamedNode(terms + "license"), NamedNode(home.licence))
    yield Triple(data, NamedNode(terms + "identifier"), Literal(manifest.identity))
    yield Triple(data, _void("sparqlEndpoint"), NamedNode(address + urls.sparql()))
    yield Triple(data, _void("triples"), Literal(manifest.asserted + manifest.inferred))
    parts = {name: BlankNode(f"class{number}") for number, name in enumerate(sorted(manifest.classes))}
    yield from describe_contents(data, manifest.graphs, manifest.classes, parts)


def _reply(triples: Iterable[Triple], choice: Choice) -> BufferedResponse:
    prefixes = {"sd": _SD, "void": _VOID, "dcterms": PREFIXES["dcterms"], **FURTHER_PREFIXES}
    body = write_triples(triples, choice.media_type, prefixes)
    # The address comes from the request, so that a cache must not give it to anyone else.
    headers = ((b"content-type", choice.content_type.encode()), (b"cache-control", b"private, no-cache"))
    return BufferedResponse(200, headers, body)


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)


def _void(name: str) -> NamedNode:
    return NamedNode(_VOID + name)
