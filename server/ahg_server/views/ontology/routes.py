"""`/ont`: the ontology as a page to read, by topic, with the questions that each term serves; and as RDF."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.config.prefixes import get_home, is_term, shorten
from ahg_graph.errors import UnknownName
from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.sparql.media_types import JSON
from ahg_graph.sparql.result_tables import parse_graph
from ahg_server.http import urls
from ahg_server.http.requests import find_header
from ahg_server.http.responses import BufferedResponse, to_response
from ahg_server.presentation.page_model import PageModel
from ahg_server.presentation.rdf_description import (
    add_links,
    choose_description,
    describe_triples,
    list_formats,
    split_address,
)
from ahg_server.presentation.templating import render
from ahg_server.presentation.term_presenter import TemplateContext
from ahg_server.presentation.vocabulary import Vocabulary
from ahg_server.views.application_state import ApplicationState, Client, State
from ahg_server.views.ontology.diagrams import draw_classes, load_stated
from ahg_server.views.ontology.documents import OntologyDocument, list_documents
from ahg_server.views.ontology.model import Ontology, load_ontology, parse_ontology
from ahg_server.views.ontology.usage import Uses

ANYTHING = "What may be said of anything"
ELSEWHERE = {
    "http://xmlns.com/foaf/0.1": "foaf:", "http://www.w3.org/ns/org": "org:", "http://www.w3.org/ns/prov": "prov:",
    "http://schema.org": "schema:", "https://www.ica.org/standards/RiC/ontology": "rico:",
}  # fmt: skip
"""Namespaces of other vocabularies, less their last character, and the prefixes by which they are known."""
_OTHERS = "Other terms"
_FEW = 9  # classes that share no member, of which each says all the others; larger sets are listed once


def find_ontology() -> str:
    """Return the IRI of the home's ontology."""
    return get_home().base + "ont"


router = APIRouter()


@router.get(urls.ONTOLOGY)
async def read_ontology(request: Request) -> Response:
    """Lead to the description of the ontology that a client likes best."""
    return to_response(choose_description(find_ontology(), find_header(request.scope, b"accept")))


@router.get(urls.ONTOLOGY + "/{name:path}")
async def read_version(request: Request, name: str, state: State, client: Client) -> Response:
    """Return a version or a part of the ontology, or lead to it; one name there is that of the terms as JSON."""
    if name == urls.TERMS.removeprefix(urls.ONTOLOGY + "/"):
        return to_response(_list_terms(await state.get_vocabulary()))
    iri, ending = split_address(f"ont/{name}")
    document = (await list_documents(state.context)).get(iri)
    if document is None:
        raise UnknownName(f"no version or part {name!r} of the ontology is served here")
    if ending is None:
        return to_response(choose_description(iri, find_header(request.scope, b"accept")))
    if ending != "html":
        return to_response(
            await describe_triples(state.context, await document.load(state.context, client), iri, ending)
        )
    rows = parse_graph(await document.load(state.context, client)).rows
    said = ((row["subject"]["value"], row["predicate"]["value"], row["object"]) for row in rows)
    ontology = parse_ontology(said, await load_ontology(state.context))
    return to_response(_show(state, ontology, frozenset(), iri))


@router.get(urls.ONTOLOGY + ".{ending}")
async def read_description(ending: str, state: State, client: Client) -> Response:
    """Return the ontology as a page or as RDF."""
    iri, known = split_address(f"ont.{ending}")
    if known is None:
        raise UnknownName(f"the ontology is not available as {ending!r}")
    if known != "html":
        document = OntologyDocument(iri, graph=get_home().ontology_graph)
        return to_response(
            await describe_triples(state.context, await document.load(state.context, client), iri, known)
        )
    return to_response(_show(state, await load_ontology(state.context), await load_stated(state.context), iri))


def _show(state: ApplicationState, ontology: Ontology, stated: Collection[str], iri: str) -> BufferedResponse:
    page = OntologyPage(ontology, state.catalogue, stated, state.pages, iri)
    shown = {**page.describe(), "formats": list_formats(iri), "here": "ont"}
    return add_links(render("ontology.html", state.context, **shown), iri)


def _list_terms(vocabulary: Vocabulary) -> BufferedResponse:
    """Return the terms that the editor of queries completes, and the prefixes by which they go."""
    terms = [
        {"iri": entry.iri, "label": entry.label, "definition": entry.definition}
        for entry in vocabulary.entries.values()
        if is_term(entry.iri)
    ]
    body = orjson.dumps({"prefixes": dict(get_home().prefixes), "terms": terms})
    headers = ((b"content-type", JSON.encode()), (b"cache-control", b"public, no-cache"))
    return BufferedResponse(200, headers, body)


class OntologyPage:
    """The page of one ontology, with the saved queries that use each term; `stated` are what sources state.

    `iri` is that of the ontology or of its version.

    Topics are in the order of `pages`; a class belongs to the topic of the nearest class above it that is listed there.
    """

    def __init__(
        self, ontology: Ontology, catalogue: Catalogue, stated: Collection[str], pages: PageModel, iri: str
    ) -> None:
        self._ontology = ontology
        self._catalogue = catalogue
        self._uses = Uses(ontology, catalogue, pages)
        self._stated = stated
        self._pages = pages
        self._iri = iri
        self._topic_of = {iri: topic for topic, iris in pages.topics for iri in iris}

    def describe(self) -> TemplateContext:
        """Return what the template shows."""
        topics: dict[str, TemplateContext] = {
            topic: {"title": topic, "id": f"topic-{number}", "classes": [], "properties": [], "diagram": None}
            for number, topic in enumerate([*(topic for topic, _ in self._pages.topics), ANYTHING, _OTHERS])
        }
        classes: dict[str, list[str]] = {topic: [] for topic in topics}
        for iri in self._ontology.list_terms():
            is_class = self._ontology.find_kind(iri) == "class"
            topic = self._find_topic(iri) if is_class else self._place_property(iri)
            topics[topic]["classes" if is_class else "properties"].append(self._show_term(iri))
            if is_class:
                classes[topic].append(iri)
        for topic, shown in topics.items():
            shown["diagram"] = draw_classes(self._ontology, classes[topic], self._stated, self._pages.values)
        header = self._ontology.find_header(self._iri)
        return {
            "ontology_title": self._ontology.find_value(header, "dcterms:title"),
            "description": self._ontology.find_value(header, "dcterms:description"),
            "version": self._ontology.find_value(header, "owl:versionInfo"),
            "iri": self._iri,
            "namespace": get_home().terms,
            "prefix": next((p for p, iri in get_home().prefixes.items() if iri == get_home().terms), ""),
            "topics": [topic for topic in topics.values() if topic["classes"] or topic["properties"]],
            "lists": [self._show_list(*found) for found in self._ontology.list_codes(self._pages.in_code_list)],
            "questions": list(self._list_questions()),
            "disjoint": [self._link(found) for found in self._ontology.list_disjoint_sets(_FEW)],
        }

    def _show_term(self, iri: str) -> TemplateContext:
        ontology = self._ontology
        return {
            "id": iri.rpartition("#")[2],
            "name": ontology.name(iri),
            "short": shorten(iri),
            "kind": ontology.find_kind(iri),
            "definition": ontology.define(iri),
            "traits": ontology.list_traits(iri),
            "rows": [row for row in self._list_rows(iri) if row["values"]],
            "chains": [self._link(chain) for chain in ontology.list_chains(iri)],
            "conditions": [
                {"on": self._link([on])[0], "is": self._show(value)} for on, value in ontology.list_conditions(iri)
            ],
            "questions": [{"text": name, "link": urls.query(name)} for name in self._uses.direct.get(iri, ())],
            "near": [{"text": name, "link": urls.query(name)} for name in self._uses.list_nearest(iri)],
            "pages": [
                f"{title} ({ontology.name(kind) if kind else 'anything'})"
                for title, kind in self._uses.list_sections(iri)
            ],
        }

    def _list_questions(self) -> Iterator[TemplateContext]:
        """Yield every saved query with the terms that it uses."""
        for query in self._catalogue.current.values():
            used = {iri for iri, names in self._uses.direct.items() if query.name in names}
            terms = self._link(iri for iri in self._ontology.list_terms() if iri in used)
            yield {"name": query.name, "summary": query.summary, "link": urls.query(query.name), "terms": terms}

    def _list_rows(self, iri: str) -> list[TemplateContext]:
        ontology = self._ontology
        if ontology.find_kind(iri) == "class":
            rows = [
                ("a kind of", [a for a in ontology.list_linked(iri, "rdfs:subClassOf") if is_term(a)]),
                ("kinds", ontology.list_linking(iri, "rdfs:subClassOf")),
                ("has", ontology.list_linking(iri, "rdfs:domain")),
                ("is the value of", ontology.list_linking(iri, "rdfs:range")),
                ("shares nothing with", ontology.list_disjoint(iri, _FEW)),
                ("elsewhere", _list_elsewhere(ontology, iri, "rdfs:subClassOf", "owl:equivalentClass")),
            ]
        else:
            inverse = {*ontology.list_linked(iri, "owl:inverseOf"), *ontology.list_linking(iri, "owl:inverseOf")}
            rows = [
                ("of a", ontology.list_linked(iri, "rdfs:domain")),
                ("value", ontology.list_linked(iri, "rdfs:range")),
                ("a case of", [a for a in ontology.list_linked(iri, "rdfs:subPropertyOf") if is_term(a)]),
                ("cases", ontology.list_linking(iri, "rdfs:subPropertyOf")),
                ("read the other way", sorted(inverse, key=ontology.order)),
                ("elsewhere", _list_elsewhere(ontology, iri, "rdfs:subPropertyOf", "owl:equivalentProperty")),
            ]
        return [{"name": name, "values": self._link(found)} for name, found in rows]

    def _show_list(self, iri: str, codes: Iterable[str]) -> TemplateContext:
        return {
            "id": iri.rpartition("/")[2],
            "name": self._ontology.name(iri),
            "link": urls.resource(iri),
            "definition": self._ontology.define(iri),
            "codes": [
                {
                    "name": self._ontology.name(code),
                    "link": urls.resource(code),
                    "notation": self._ontology.find_value(code, "skos:notation"),
                    "definition": self._ontology.define(code),
                }
                for code in codes
            ],
        }

    def _link(self, iris: Iterable[str]) -> list[TemplateContext]:
        return [{"text": _name(self._ontology, iri), "link": self._find_place(iri)} for iri in iris]

    def _find_place(self, iri: str) -> str | None:
        """Return the address of a term: on this page, if it is one of its terms."""
        is_here = is_term(iri) and self._ontology.find_kind(iri)
        return f"#{iri.rpartition('#')[2]}" if is_here else urls.resource(iri)

    def _show(self, value: Mapping[str, str]) -> TemplateContext:
        if value["type"] == "uri":
            return self._link([value["value"]])[0]
        return {"text": value["value"], "link": None}

    def _find_topic(self, iri: str) -> str:
        """Return the topic of a class: its own, or that of the nearest class above it."""
        waiting, met = [iri], {iri}
        while waiting:
            found = waiting.pop(0)
            if found in self._topic_of:
                return self._topic_of[found]
            above = [a for a in self._ontology.list_linked(found, "rdfs:subClassOf") if a not in met]
            met.update(above)
            waiting += above
        return _OTHERS

    def _place_property(self, iri: str) -> str:
        """Return the topic of a property: that of its domain, else of its range, else of what it is a case of."""
        for name in ("rdfs:domain", "rdfs:range"):
            values = self._pages.values if name == "rdfs:range" else ()
            for found in self._ontology.list_linked(iri, name):
                if self._ontology.find_kind(found) == "class" and found not in values:
                    return self._find_topic(found)
        for above in self._ontology.list_linked(iri, "rdfs:subPropertyOf"):
            if self._ontology.find_kind(above):
                return self._place_property(above)
        return ANYTHING


def _list_elsewhere(ontology: Ontology, iri: str, *names: str) -> list[str]:
    """Return the terms of other vocabularies that a term is aligned with."""
    found = (a for name in (*names, "skos:closeMatch", "skos:exactMatch") for a in ontology.list_linked(iri, name))
    return [a for a in dict.fromkeys(found) if not a.startswith(get_home().base)]


def _name(ontology: Ontology, iri: str) -> str:
    """Return the name of a term; for one outside this namespace, the end of its namespace and its local name."""
    name = ontology.name(iri)
    if not name.startswith(("http://", "https://")):
        return name
    return f"{ELSEWHERE.get(iri.replace('#', '/').rpartition('/')[0], '')}{iri.replace('#', '/').rpartition('/')[2]}"
