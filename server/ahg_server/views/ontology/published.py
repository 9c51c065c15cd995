"""`/shapes` and `/context.jsonld`: what the data fit, and how their JSON-LD is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.config.paths import CONTEXT_FILE, SHAPES_FILE
from ahg_graph.config.prefixes import PREFIXES, get_home, is_term, shorten
from ahg_graph.errors import UnknownName
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from ahg_graph.sparql.json_ld import load_context
from ahg_graph.sparql.media_types import JSON_LD, write_content_type
from ahg_graph.sparql.results_writer import write_triples
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.problems import NotFound
from ahg_server.http.requests import find_header
from ahg_server.http.responses import BufferedResponse, to_response
from ahg_server.presentation.rdf_description import FORMATS, add_links, choose_description, list_formats, split_address
from ahg_server.presentation.templating import render
from ahg_server.presentation.term_presenter import TemplateContext
from ahg_server.presentation.vocabulary import Vocabulary
from ahg_server.views.application_state import State

_PUBLIC = (b"cache-control", b"public, no-cache")
_SH = PREFIXES["sh"]
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")

router = APIRouter()


@router.get(urls.SHAPES)
async def read_shapes(request: Request, state: State) -> Response:
    """Lead to the description of the shapes that a client likes best."""
    _load_shapes(state.context)
    return to_response(choose_description(_find_shapes(), find_header(request.scope, b"accept")))


@router.get(urls.SHAPES + ".{ending}")
async def read_shapes_description(ending: str, state: State) -> Response:
    """Return the shapes as a page or as RDF."""
    iri, known = split_address(f"shapes.{ending}")
    if known is None:
        raise UnknownName(f"the shapes are not available as {ending!r}")
    triples = _load_shapes(state.context)
    if known == "html":
        shown = _list_shapes(triples, await state.get_vocabulary())
        page = render("shapes.html", state.context, shapes=shown, formats=list_formats(iri), iri=iri)
        return to_response(add_links(page, iri))
    context = load_context(state.context.snapshot.path)
    body = write_triples(triples, FORMATS[known], context.prefixes, context)
    headers = ((b"content-type", write_content_type(FORMATS[known]).encode()), _PUBLIC)
    return to_response(add_links(BufferedResponse(200, headers, body), iri))


@router.get(urls.CONTEXT)
async def read_context(state: State) -> Response:
    """Return the context of which every JSON-LD document here holds a part."""
    path = state.context.snapshot.path / CONTEXT_FILE
    body = path.read_bytes() if path.is_file() else load_context(path.parent).to_bytes()
    return to_response(BufferedResponse(200, ((b"content-type", JSON_LD.encode()), _PUBLIC), body))


def _find_shapes() -> str:
    return get_home().base + "shapes"


def _load_shapes(context: SnapshotContext) -> Sequence[Triple]:
    path = context.snapshot.path / SHAPES_FILE
    if not path.is_file():
        raise NotFound("this snapshot has no shapes")
    return _parse_shapes(path)


@lru_cache(maxsize=4)
def _parse_shapes(path: Path) -> Sequence[Triple]:
    return tuple(quad.triple for quad in parse(path.read_bytes(), RdfFormat.TURTLE))


def _list_shapes(triples: Sequence[Triple], vocabulary: Vocabulary) -> list[TemplateContext]:
    """Return each shape that has a name: what it is about, and what it demands, in the words of its messages."""
    by_subject: dict[object, list[Triple]] = {}
    for triple in triples:
        by_subject.setdefault(triple.subject, []).append(triple)
    named = sorted(
        (subject for subject in by_subject if isinstance(subject, NamedNode) and "#" in subject.value), key=str
    )
    return [
        {
            "id": subject.value.rpartition("#")[2],
            "targets": [_link(iri, vocabulary) for iri in _list_targets(by_subject[subject])],
            "messages": sorted(set(_list_messages(subject, by_subject, set()))),
        }
        for subject in named
    ]


def _list_targets(triples: Sequence[Triple]) -> list[str]:
    """Return the classes, properties and nodes that a shape is about."""
    wanted = {_SH + name for name in _TARGETS}
    return [t.object.value for t in triples if t.predicate.value in wanted and isinstance(t.object, NamedNode)]


def _list_messages(node: object, by_subject: Mapping[object, list[Triple]], seen: set[object]) -> list[str]:
    """Return the messages of a shape and of the nameless ones within it."""
    seen.add(node)
    found = []
    for triple in by_subject.get(node, ()):
        if triple.predicate.value == _SH + "message" and isinstance(triple.object, Literal):
            found.append(triple.object.value)
        elif isinstance(triple.object, BlankNode) and triple.object not in seen:
            found += _list_messages(triple.object, by_subject, seen)
    return found


def _link(iri: str, vocabulary: Vocabulary) -> TemplateContext:
    return {"text": vocabulary.name(iri) if is_term(iri) else shorten(iri), "link": urls.resource(iri)}
