"""`/rdf-graph-store`: the reading half of the SPARQL 1.1 Graph Store HTTP Protocol, with indirect identification."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import NotAcceptable
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.sparql.media_types import FORMAT_PARAMETERS, GRAPH_ALIASES, GRAPH_FORMATS, TRIPLE_TYPES
from ahg_graph.sparql.parameter_template import parse_template
from ahg_server.http import urls
from ahg_server.http.negotiation import choose, find_ending
from ahg_server.http.problems import RequestRefused, UnknownThing
from ahg_server.http.requests import find_header, parse_parameters
from ahg_server.http.responses import to_response
from ahg_server.presentation.rdf_description import GRAPH, describe
from ahg_server.views.application_state import Client, State

_DEFAULT = parse_template("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
_TYPES = tuple(TRIPLE_TYPES.values())

router = APIRouter()


@router.get(urls.GRAPH_STORE)
async def read_graph(request: Request, state: State, client: Client) -> Response:
    """Return the default graph, or a graph by its name."""
    parameters = parse_parameters(request.scope["query_string"])
    name = parameters.find("graph")
    if ("default" in parameters) == (name is not None):
        raise RequestRefused("say which graph: ?default, or ?graph= and its IRI")
    formats = [value for word in FORMAT_PARAMETERS for value in parameters.list_values(word) if value]
    ending = _choose(formats, find_header(request.scope, b"accept"))
    if name is None:
        return to_response(await describe(state.context, _DEFAULT, {}, get_home().base, ending, client))
    graphs = state.context.snapshot.manifest.graphs
    if not _is_absolute(name):
        raise RequestRefused(f"graph: {name!r} is no absolute IRI")
    if name not in graphs:
        raise UnknownThing(f"the snapshot has no graph <{name}>", sorted(graphs))
    return to_response(await describe(state.context, GRAPH, {"?_graph": name}, name, ending, client))


def _choose(formats: list[str], accept: str | None) -> str:
    """Return the ending of the syntax of RDF that is asked for; only for triples, since a graph has no graphs."""
    for value in formats:
        if ending := find_ending(TRIPLE_TYPES, GRAPH_FORMATS, value):
            return ending
    choice = None if formats else choose(accept, _TYPES, GRAPH_ALIASES)
    if choice is None:
        raise NotAcceptable(_TYPES)
    return next(ending for ending, media_type in TRIPLE_TYPES.items() if media_type == choice.media_type)


def _is_absolute(iri: str) -> bool:
    try:
        NamedNode(iri)
    except ValueError:
        return False
    return True
