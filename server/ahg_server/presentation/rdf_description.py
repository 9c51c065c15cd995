"""What the graph says of an IRI, in the syntaxes of RDF, and the way from an IRI to each description of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from ahg_graph.config.prefixes import get_home
from ahg_graph.rdf.terms import NamedNode, RdfFormat, parse
from ahg_graph.sparql.json_ld import Context, load_context
from ahg_graph.sparql.media_types import GRAPH_ALIASES, GRAPH_FORMATS, HTML, N_TRIPLES, TRIPLE_TYPES, write_content_type
from ahg_graph.sparql.parameter_template import Template, parse_template
from ahg_graph.sparql.results_writer import write_triples
from ahg_graph.sparql.types import SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.headers import list_descriptions
from ahg_server.http.negotiation import require_choice
from ahg_server.http.responses import BufferedResponse, redirect

FORMATS: Mapping[str, str] = MappingProxyType({"html": HTML, **TRIPLE_TYPES})
"""Ending of an address to media type, for the description of a thing."""

_OFFERED = (*(media_type for ending, media_type in FORMATS.items() if ending != "html"), HTML)

GRAPH = parse_template("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?_graph { ?s ?p ?o } }")
_PUBLIC = (b"cache-control", b"public, no-cache")


def split_address(path: str) -> tuple[str, str | None]:
    """Return the IRI that a path stands for, and the ending that asks for one format, if there is one."""
    stem, dot, ending = path.rpartition(".")
    if dot and ending in FORMATS and "/" not in ending:
        return get_home().base + stem, ending
    return get_home().base + path, None


async def describe(
    context: SnapshotContext, query: Template, terms: Mapping[str, str], iri: str, ending: str, client: str
) -> BufferedResponse:
    """Return what a query says of an IRI, in the syntax of an ending; `terms` are IRIs in the places of variables."""
    text = query.fill({variable: (NamedNode(term),) for variable, term in terms.items()})
    answer = await context.ask(SparqlQuery(text, graph_type=N_TRIPLES), client)
    return await describe_triples(context, bytes(answer.body), iri, ending)


async def describe_triples(context: SnapshotContext, n_triples: bytes, iri: str, ending: str) -> BufferedResponse:
    """Return triples as what is said of an IRI, in the syntax of an ending."""
    media_type = FORMATS[ending]
    body = await asyncio.to_thread(write_rdf, n_triples, media_type, load_context(context.snapshot.path))
    headers = ((b"content-type", write_content_type(media_type).encode()), _PUBLIC)
    return add_links(BufferedResponse(200, headers, body), iri)


def write_rdf(n_triples: bytes, media_type: str, json_ld: Context | None = None) -> bytes:
    """Return triples in another syntax, in the order of their text and with the prefixes that they use.

    `json_ld` is the context of JSON-LD.
    """
    lines = sorted(set(n_triples.splitlines(keepends=True)))
    if media_type == N_TRIPLES:
        return b"".join(lines)
    triples = [quad.triple for quad in parse(b"".join(lines), RdfFormat.N_TRIPLES)]
    used = {
        prefix: namespace
        for prefix, namespace in get_home().prefixes.items()
        if any(f"<{namespace}".encode() in line for line in lines)
    }
    return write_triples(triples, media_type, used, json_ld)


def choose_description(iri: str, accept: str | None) -> BufferedResponse:
    """Return the redirection to what a client likes best; Turtle for one that takes anything."""
    choice = require_choice(accept, _OFFERED, GRAPH_ALIASES)
    ending = next(e for e, media_type in FORMATS.items() if media_type == choice.media_type)
    return add_links(redirect(303, urls.resource_url(iri, ending)), iri)


def list_formats(iri: str) -> list[dict[str, str]]:
    """Return the syntaxes of RDF in which a thing is described: name, media type and address of each."""
    return [
        {"name": known.label, "media_type": known.media_type, "link": urls.resource_url(iri, known.ending)}
        for known in GRAPH_FORMATS
        if not known.quads
    ]


def add_links(reply: BufferedResponse, iri: str) -> BufferedResponse:
    """Return the reply with a Link header that names the thing and every description of it (RFC 8288)."""
    found = [f'<{iri}>; rel="about"', *list_descriptions()]
    found += [
        f'<{urls.resource_url(iri, ending)}>; rel="alternate"; type="{media_type}"'
        for ending, media_type in FORMATS.items()
    ]
    return BufferedResponse(reply.status, (*reply.headers, (b"link", ", ".join(found).encode())), reply.body)
