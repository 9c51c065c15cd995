"""Which questions each term of the ontology serves: saved queries that name it, or that it leads to, and pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ahg_graph.config.prefixes import ONT, PREFIXES, expand, is_term
from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.sparql.lexer import tokenize
from ahg_server.presentation.page_model import PageModel
from ahg_server.views.ontology.model import Ontology

_FARTHEST = 3
"""Steps from a term to one that a saved query names."""
_PROPERTY_WAYS = ("rdfs:subPropertyOf", "owl:inverseOf")
_CLASS_WAYS = ("rdfs:domain", "rdfs:range", "rdfs:subClassOf")


class Uses:
    """The questions of one catalogue and one ontology, by term."""

    def __init__(self, ontology: Ontology, catalogue: Catalogue, pages: PageModel) -> None:
        self._ontology = ontology
        self.direct: Mapping[str, list[str]] = list_uses(catalogue)
        self._heads: dict[str, list[str]] = {}
        for implied in ontology.list_terms():
            for step in {step for chain in ontology.list_chains(implied) for step in chain}:
                self._heads.setdefault(step, []).append(implied)
        self._columns = pages.columns
        self._sections = _list_sections(pages)

    def list_nearest(self, iri: str) -> list[str]:
        """Return the saved queries that a term serves through the nearest others, less those that name it, sorted.

        A property leads to wider and narrower ones, its inverse, and those of one chain with it; a class to what has
        it as subject or value, and to wider and narrower classes.
        """
        own = set(self.direct.get(iri, ()))
        reached, ring = {iri}, {iri}
        for _ in range(_FARTHEST):
            ring = {other for term in ring for other in self._list_neighbours(term)} - reached
            reached |= ring
            found = {name for term in ring for name in self.direct.get(term, ())}
            if found:
                return sorted(found - own)
        return []

    def list_sections(self, iri: str) -> list[tuple[str, str]]:
        """Return the sections of pages that show a property, or the nodes of a class: title and class of the page.

        What is in no section is among the facts of its subject.
        """
        if self._ontology.find_kind(iri) != "class":
            domains = [found for found in self._ontology.list_linked(iri, "rdfs:domain") if is_term(found)]
            return self._sections.get(iri) or [("facts", domain) for domain in (domains or [""])[:1]]
        shown = {p for column in self._columns.get(iri, ()) for p in column.properties}
        near = [p for p in self._ontology.list_linking(iri, "rdfs:domain") if p in shown or iri not in self._columns]
        return list(dict.fromkeys(section for prop in near for section in self._sections.get(prop, ())))

    def _list_neighbours(self, iri: str) -> Iterator[str]:
        ways = _CLASS_WAYS if self._ontology.find_kind(iri) == "class" else _PROPERTY_WAYS
        for way in ways:
            yield from self._ontology.list_linking(iri, way)
        for way in ways if ways is _PROPERTY_WAYS else ("rdfs:subClassOf",):
            yield from self._ontology.list_linked(iri, way)
        yield from self._heads.get(iri, ())
        for chain in self._ontology.list_chains(iri):
            yield from chain


def list_uses(catalogue: Catalogue) -> Mapping[str, list[str]]:
    """Return the names of the saved queries that name each of the project's terms, sorted."""
    uses: dict[str, set[str]] = {}
    for query in catalogue.current.values():
        for token in tokenize(query.text):
            if token.kind == "name" and token.text.partition(":")[0] in PREFIXES:
                iri = expand(token.text)
            elif token.kind == "iri":
                iri = token.text[1:-1]
            else:
                continue
            if iri.startswith(ONT):
                uses.setdefault(iri, set()).add(query.name)
    return {iri: sorted(names) for iri, names in uses.items()}


def _list_sections(pages: PageModel) -> dict[str, list[tuple[str, str]]]:
    """Return, by property, title and class of the page of every section that is found by it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, sections in pages.sections.items():
        for section in sections:
            for prop in dict.fromkeys(section.properties):
                found.setdefault(prop, []).append((section.title, kind))
    return found
