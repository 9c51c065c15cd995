"""Every IRI of the graph resolves: 303 to a page or to RDF, by what the client accepts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType

from fastapi import FastAPI, Request
from fastapi.responses import Response

from ahg_graph.config.prefixes import INFERRED_GRAPH, PREFIXES, get_home
from ahg_graph.errors import NotAcceptable
from ahg_graph.queries.name_resolver import Names
from ahg_graph.rdf.terms import NamedNode, RdfFormat, parse
from ahg_graph.service.query_service import QueryService
from ahg_graph.sparql.media_types import GRAPH_ALIASES, GRAPH_FORMATS, HTML, N_TRIPLES, TRIPLE_TYPES, write_content_type
from ahg_graph.sparql.parameter_template import Template, parse_template
from ahg_graph.sparql.results_writer import write_triples
from ahg_graph.sparql.types import Question
from ahg_server.context.snapshot_context import Serving
from ahg_server.http import urls
from ahg_server.http.negotiation import choose, prefers_html
from ahg_server.http.problems import UnknownThing
from ahg_server.http.requests import find_header, parse_parameters
from ahg_server.http.responses import Reply, to_response
from ahg_server.presentation.page_model import Section
from ahg_server.presentation.page_sections import load_page_model
from ahg_server.presentation.resource_loader import Fact, Thing, read_facts, read_thing
from ahg_server.presentation.vocabulary import Vocabulary, open_vocabulary
from ahg_server.views.queries.routes import render
from ahg_server.views.resources.chart_links import list_pictures
from ahg_server.views.resources.page import ThingPage

FORMATS: Mapping[str, str] = MappingProxyType({"html": HTML, **TRIPLE_TYPES})
"""Ending of an address to media type, for the description of a thing."""

_OFFERED = (*(media_type for ending, media_type in FORMATS.items() if ending != "html"), HTML)

_DESCRIPTION = parse_template(f"""
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
CONSTRUCT {{ ?item ?property ?value }} WHERE {{
  {{ BIND(?_thing AS ?item) ?_thing ?property ?value }}
  UNION {{
    {{ SELECT DISTINCT ?item {{
        GRAPH ?from {{ ?item ?via ?_thing }} FILTER(?from != <{INFERRED_GRAPH}> && ISIRI(?item))
    }} }}
    GRAPH ?graph {{ ?item ?property ?value }} FILTER(?graph != <{INFERRED_GRAPH}>)
  }}
  UNION {{ ?_thing ?link ?item . ?item ?property ?value FILTER(?property IN (rdfs:label, skos:prefLabel)) }}
  FILTER(!ISBLANK(?value))
}}
""")
"""All that the graph says of ?_thing, the nodes that state something about it, and the names of what it links."""

GRAPH = parse_template("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?_graph { ?s ?p ?o } }")
_DEPRECATED, _REPLACED = PREFIXES["owl"] + "deprecated", PREFIXES["dcterms"] + "isReplacedBy"
_PUBLIC = (b"cache-control", b"public, no-cache")


def register(framework: FastAPI, serving: Serving) -> None:
    """Add the routes of things and of named graphs; raises DisplayError for a display file that is wrong."""
    get_service: Callable[[], Awaitable[QueryService[Serving]]] = framework.state.get_service
    pages = framework.state.pages = load_page_model(serving.snapshot.path)
    get_vocabulary = framework.state.get_vocabulary = open_vocabulary(serving, pages)

    @framework.get("/id/{path:path}")
    async def read_entity(request: Request, path: str) -> Response:
        iri, ending = split_address(f"id/{path}")
        client = request.client.host if request.client else ""
        facts = await read_facts(serving, iri, client) if is_iri(iri) else ()
        accept = find_header(request.scope, b"accept")
        if not facts:
            names = (await get_service()).names
            return to_response(_say_unknown(serving, names, iri, ending, accept))
        if successor := _find_successor(facts):
            return to_response(_redirect(301, successor))
        if ending is None:
            return to_response(choose_description(iri, accept))
        if ending != "html":
            return to_response(await describe(serving, _DESCRIPTION, {"?_thing": iri}, iri, ending, client))
        vocabulary = await get_vocabulary()
        classes = [fact.object["value"] for fact in facts if fact.predicate == PREFIXES["rdf"] + "type"]
        sections = vocabulary.find_sections(classes)
        thing = await read_thing(serving, vocabulary, iri, facts, sections, client)
        only = parse_parameters(request.scope["query_string"]).find("only")
        return to_response(add_links(_show(serving, vocabulary, sections, thing, only), iri))

    @framework.get("/graph/{path:path}")
    async def read_graph(request: Request, path: str) -> Response:
        iri, ending = split_address(f"graph/{path}")
        graphs = serving.snapshot.manifest.graphs
        accept = find_header(request.scope, b"accept")
        if iri not in graphs:
            raise UnknownThing(f"the snapshot has no graph <{iri}>", sorted(graphs))
        if ending is None:
            return to_response(choose_description(iri, accept))
        if ending != "html":
            client = request.client.host if request.client else ""
            return to_response(await describe(serving, GRAPH, {"?_graph": iri}, iri, ending, client))
        formats = list_formats(iri)
        return to_response(add_links(render("graph.html", serving, iri=iri, graphs=graphs, formats=formats), iri))


def is_iri(text: str) -> bool:
    """Say whether a text can be an IRI at all; a path that a visitor makes up need not be."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _show(
    serving: Serving, vocabulary: Vocabulary, sections: Sequence[Section], thing: Thing, only: str | None
) -> Reply:
    shown = ThingPage(thing, vocabulary, sections, only).describe()
    pictures = [] if only else list_pictures(thing, vocabulary.pages)
    return render("thing.html", serving, **shown, pictures=pictures, formats=list_formats(thing.iri))


def split_address(path: str) -> tuple[str, str | None]:
    """Return the IRI that a path stands for, and the ending that asks for one format, if there is one."""
    stem, dot, ending = path.rpartition(".")
    if dot and ending in FORMATS and "/" not in ending:
        return get_home().base + stem, ending
    return get_home().base + path, None


async def describe(
    serving: Serving, query: Template, terms: Mapping[str, str], iri: str, ending: str, client: str
) -> Reply:
    """Return what a query says of an IRI, in the syntax of an ending; `terms` are IRIs in the places of variables."""
    text = query.fill({variable: (NamedNode(term),) for variable, term in terms.items()})
    answer = await serving.ask(Question(text, graph_type=N_TRIPLES), client)
    media_type = FORMATS[ending]
    body = await asyncio.to_thread(write_rdf, bytes(answer.body), media_type)
    headers = ((b"content-type", write_content_type(media_type).encode()), _PUBLIC)
    return add_links(Reply(200, headers, body), iri)


def write_rdf(n_triples: bytes, media_type: str) -> bytes:
    """Return triples in another syntax, in the order of their text and with the prefixes that they use."""
    lines = sorted(set(n_triples.splitlines(keepends=True)))
    if media_type == N_TRIPLES:
        return b"".join(lines)
    triples = [quad.triple for quad in parse(b"".join(lines), RdfFormat.N_TRIPLES)]
    used = {
        prefix: namespace
        for prefix, namespace in get_home().prefixes.items()
        if any(f"<{namespace}".encode() in line for line in lines)
    }
    return write_triples(triples, media_type, used)


def choose_description(iri: str, accept: str | None) -> Reply:
    """Return the redirection to what a client likes best; Turtle for one that takes anything."""
    choice = choose(accept, _OFFERED, GRAPH_ALIASES)
    if choice is None:
        raise NotAcceptable(_OFFERED)
    ending = next(e for e, media_type in FORMATS.items() if media_type == choice.media_type)
    return add_links(_redirect(303, urls.describe_thing(iri, ending)), iri)


def _redirect(status: int, address: str) -> Reply:
    return Reply(status, ((b"location", address.encode()), _PUBLIC))


def _find_successor(facts: tuple[Fact, ...]) -> str | None:
    """Return where a thing of another name is described, when this one is deprecated and replaced."""
    if any(fact.predicate == _DEPRECATED and fact.object["value"] in ("true", "1") for fact in facts):
        for fact in facts:
            if fact.predicate == _REPLACED and fact.object["type"] == "uri":
                return urls.find_thing(fact.object["value"])
    return None


def _say_unknown(serving: Serving, names: Names, iri: str, ending: str | None, accept: str | None) -> Reply:
    """Return the page that names what is near an unknown thing; raises UnknownThing for clients that are no browser."""
    slug = iri.rpartition("/")[2].replace("-", " ")
    near = names.find_near(slug, limit=8)
    if ending == "html" or (ending is None and prefers_html(accept)):
        shown = [{"text": thing.label, "link": urls.find_thing(thing.iri), "slug": thing.slug} for thing in near]
        return render("unknown.html", serving, 404, iri=iri, near=shown, words=slug)
    raise UnknownThing(f"the graph has nothing with the IRI <{iri}>", [str(thing) for thing in near])


def list_formats(iri: str) -> list[dict[str, str]]:
    """Return the syntaxes of RDF in which a thing is described: name, media type and address of each."""
    return [
        {"name": known.label, "media_type": known.media_type, "link": urls.describe_thing(iri, known.ending)}
        for known in GRAPH_FORMATS
        if not known.quads
    ]


def add_links(reply: Reply, iri: str) -> Reply:
    """Return the reply with a Link header that names the thing and every description of it (RFC 8288)."""
    found = [f'<{iri}>; rel="about"', f'<{urls.VOID}>; rel="describedby"', f'<{urls.OPENAPI}>; rel="service-desc"']
    found += [
        f'<{urls.describe_thing(iri, ending)}>; rel="alternate"; type="{media_type}"'
        for ending, media_type in FORMATS.items()
    ]
    return Reply(reply.status, (*reply.headers, (b"link", ", ".join(found).encode())), reply.body)
