"""Every IRI of the graph resolves: 303 to a page or to RDF, by what the client accepts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.config.prefixes import ALIGNED_GRAPH, INFERRED_GRAPH, PREFIXES
from ahg_graph.queries.name_resolver import NameResolver
from ahg_graph.rdf import provenance_vocabulary as provenance
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.service.lead_sentences import Clause, write_lead
from ahg_graph.service.passages import Passage, load_passages
from ahg_graph.sparql.parameter_template import parse_template
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.problems import UnknownThing
from ahg_server.http.requests import find_header, parse_parameters
from ahg_server.http.responses import BufferedResponse, redirect, to_response
from ahg_server.presentation.page_model import Section
from ahg_server.presentation.rdf_description import (
    GRAPH,
    add_links,
    choose_description,
    describe,
    list_formats,
    split_address,
)
from ahg_server.presentation.resource_loader import Fact, ResourceView, load_facts, load_resource
from ahg_server.presentation.templating import render
from ahg_server.presentation.vocabulary import Vocabulary
from ahg_server.views.application_state import Client, State
from ahg_server.views.resources.chart_links import list_charts
from ahg_server.views.resources.lead import show_clause
from ahg_server.views.resources.page import ResourcePage

_DESCRIPTION = parse_template(f"""
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
CONSTRUCT {{ ?item ?property ?value }} WHERE {{
  {{ BIND(?_thing AS ?item) ?_thing ?property ?value }}
  UNION {{
    {{ SELECT DISTINCT ?item {{
        GRAPH ?from {{ ?item ?via ?_thing }}
        FILTER(?from NOT IN (<{INFERRED_GRAPH}>, <{ALIGNED_GRAPH}>) && ISIRI(?item))
    }} }}
    GRAPH ?graph {{ ?item ?property ?value }} FILTER(?graph NOT IN (<{INFERRED_GRAPH}>, <{ALIGNED_GRAPH}>))
  }}
  UNION {{ ?_thing ?link ?item . ?item ?property ?value FILTER(?property IN (rdfs:label, skos:prefLabel)) }}
  FILTER(!ISBLANK(?value))
}}
""")
"""All that the graph says of ?_thing, the nodes that state something about it, and the names of what it links."""

_OF_SOURCES = (provenance.PART_OF_DOCUMENT, provenance.DOCUMENT_KEY)
_DEPRECATED, _REPLACED = PREFIXES["owl"] + "deprecated", PREFIXES["dcterms"] + "isReplacedBy"


router = APIRouter()


@router.get(urls.ENTITIES + "/{path:path}")
async def read_entity(request: Request, path: str, state: State, client: Client) -> Response:
    """Return the page or the description of a thing, or lead to it."""
    context = state.context
    iri, ending = split_address(f"id/{path}")
    facts = await load_facts(context, iri, client) if is_iri(iri) else ()
    accept = find_header(request.scope, b"accept")
    if not facts:
        names = (await state.get_service()).names
        raise _describe_unknown(names, iri)
    if successor := _find_successor(facts):
        return to_response(redirect(301, successor))
    if ending is None:
        return to_response(choose_description(iri, accept))
    if ending != "html":
        return to_response(await describe(context, _DESCRIPTION, {"?_thing": iri}, iri, ending, client))
    vocabulary = await state.get_vocabulary()
    classes = [fact.object["value"] for fact in facts if fact.predicate == PREFIXES["rdf"] + "type"]
    sections = vocabulary.find_sections(classes)
    thing = await load_resource(context, vocabulary, iri, facts, sections, client)
    only = parse_parameters(request.scope["query_string"]).find("only")
    quoted = None if only else await _quote(context, thing, client)
    rules = () if only else vocabulary.find_lead(classes)
    lead = await write_lead(await state.get_service(), rules, iri, client)
    return to_response(add_links(_show(context, vocabulary, sections, thing, only, quoted, lead), iri))


@router.get(urls.GRAPHS + "/{path:path}")
async def read_graph(request: Request, path: str, state: State, client: Client) -> Response:
    """Return the page or the triples of a named graph, or lead to it."""
    context = state.context
    iri, ending = split_address(f"graph/{path}")
    graphs = context.snapshot.manifest.graphs
    if iri not in graphs:
        known = sorted(graphs)
        raise UnknownThing(f"the snapshot has no graph <{iri}>", known, [urls.resource(graph) for graph in known])
    if ending is None:
        return to_response(choose_description(iri, find_header(request.scope, b"accept")))
    if ending != "html":
        return to_response(await describe(context, GRAPH, {"?_graph": iri}, iri, ending, client))
    page = render("graph.html", context, iri=iri, graphs=graphs, formats=list_formats(iri))
    return to_response(add_links(page, iri))


def is_iri(text: str) -> bool:
    """Return whether a text can be an IRI at all; a path that a visitor makes up need not be."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


async def _quote(context: SnapshotContext, thing: ResourceView, client: str) -> Passage | None:
    """Return the text of a part of a document, with what the record takes from it marked."""
    if not any(fact.predicate == provenance.PART_OF_DOCUMENT for fact in thing.facts):
        return None
    about = [node.iri for node in thing.nodes if provenance.EVIDENCED_BY in node.sections]
    passages = await load_passages(context, asyncio.to_thread, [thing.iri], about, client)
    return passages.show(thing.iri, about)


def _show(
    context: SnapshotContext,
    vocabulary: Vocabulary,
    sections: Sequence[Section],
    thing: ResourceView,
    only: str | None,
    quoted: Passage | None,
    lead: Sequence[Clause],
) -> BufferedResponse:
    shown = ResourcePage(thing, vocabulary, sections, only).describe()
    pictures = [] if only else list_charts(thing, vocabulary.pages)
    is_source = any(fact.predicate in _OF_SOURCES for fact in thing.facts)
    return render(
        "thing.html",
        context,
        public=quoted is None,  # a text may be taken away or replaced while the snapshot stays
        **shown,
        pictures=pictures,
        formats=list_formats(thing.iri),
        is_source=is_source,
        quoted=quoted,
        cited=None if only else (shown["title"], thing.iri),
        lead=[show_clause(clause, thing.iri) for clause in lead],
    )


def _find_successor(facts: tuple[Fact, ...]) -> str | None:
    """Return where a thing of another name is described, when this one is deprecated and replaced."""
    if any(fact.predicate == _DEPRECATED and fact.object["value"] in ("true", "1") for fact in facts):
        for fact in facts:
            if fact.predicate == _REPLACED and fact.object["type"] == "uri":
                return urls.resource(fact.object["value"])
    return None


def _describe_unknown(names: NameResolver, iri: str) -> UnknownThing:
    """Return the error that names what is near an unknown thing."""
    near = names.find_near(iri.rpartition("/")[2].replace("-", " "), limit=8)
    links = [urls.resource(thing.iri) for thing in near]
    return UnknownThing(f"the graph has nothing with the IRI <{iri}>", [str(thing) for thing in near], links)
