"""The terms of the ontology as pages need them: names, definitions, and which properties say the same as another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from ahg_graph.config.prefixes import ONTOLOGY_GRAPH, PREFIXES, is_term, shorten
from ahg_graph.rdf.provenance_vocabulary import EVIDENCED_BY
from ahg_graph.service.lead_sentences import LeadRule
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.types import SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.presentation.page_model import Column, PageModel, Section

VOCABULARY_QUERY = f"""
PREFIX owl: <{PREFIXES["owl"]}>
PREFIX rdf: <{PREFIXES["rdf"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
SELECT ?term ?property ?value WHERE {{
  GRAPH <{ONTOLOGY_GRAPH}> {{
    VALUES ?property {{
      rdf:type rdfs:label skos:definition rdfs:subClassOf rdfs:subPropertyOf owl:inverseOf rdfs:domain rdfs:range
    }}
    ?term ?property ?value . FILTER(ISIRI(?term) && !ISBLANK(?value))
  }}
}}
ORDER BY ?term ?property ?value
"""
_LABEL = PREFIXES["rdfs"] + "label"
_RDFS, _OWL, _SKOS = PREFIXES["rdfs"], PREFIXES["owl"], PREFIXES["skos"]
_USUAL = {
    PREFIXES["rdf"] + "type": "is a", _SKOS + "prefLabel": "preferred name", _SKOS + "altLabel": "other name",
    _SKOS + "hiddenLabel": "other spelling", _SKOS + "definition": "definition", _SKOS + "notation": "code",
    _SKOS + "note": "note", _SKOS + "exactMatch": "same as", _SKOS + "closeMatch": "close to",
    _SKOS + "relatedMatch": "related in other lists",
    _OWL + "sameAs": "same as", _OWL + "deprecated": "deprecated", _OWL + "differentFrom": "different from",
    PREFIXES["dcterms"] + "isReplacedBy": "replaced by", _RDFS + "label": "name", _RDFS + "seeAlso": "see also",
}  # fmt: skip


Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """One class or property; every value as it is in the ontology, IRIs as text."""

    iri: str
    values: Mapping[str, tuple[str, ...]]

    @property
    def label(self) -> str:
        """Its name, or the end of its IRI."""
        labels = self.values.get(_LABEL, ())
        return labels[0] if labels else shorten(self.iri)

    @property
    def definition(self) -> str:
        """What it means, or nothing."""
        return next(iter(self.values.get(_SKOS + "definition", ())), "")

    def list_values(self, name: str) -> tuple[str, ...]:
        """Return the values of a property given by its short name, such as `rdfs:domain`."""
        prefix, _, local = name.partition(":")
        return self.values.get(PREFIXES[prefix] + local, ())


@dataclass(frozen=True)
class Vocabulary:
    """Every term of the ontology by IRI, and how pages show what has them."""

    entries: Mapping[str, VocabularyTerm]
    pages: PageModel = field(default_factory=PageModel)
    _specific: dict[frozenset[str], tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    _reverse: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    def name(self, iri: str) -> str:
        """Return the name of a term, or the short form of its IRI."""
        if iri in _USUAL:
            return _USUAL[iri]
        entry = self.entries.get(iri)
        return entry.label if entry else shorten(iri)

    def define(self, iri: str) -> str:
        """Return the definition of a term, or nothing."""
        entry = self.entries.get(iri)
        return entry.definition if entry else ""

    def list_above(self, iri: str) -> Iterator[str]:
        """Yield the classes or properties above a term, the nearest first, each once."""
        seen = {iri}
        waiting = [iri]
        while waiting:
            entry = self.entries.get(waiting.pop(0))
            for above in (
                (*entry.list_values("rdfs:subClassOf"), *entry.list_values("rdfs:subPropertyOf")) if entry else ()
            ):
                if above not in seen:
                    seen.add(above)
                    waiting.append(above)
                    yield above

    def list_specific(self, classes: Iterable[str]) -> list[str]:
        """Return those of the project's classes that have none of the others below them, sorted by name."""
        return list(self._list_specific(frozenset(iri for iri in classes if is_term(iri))))

    def list_inverse(self, iri: str) -> list[str]:
        """Return the properties of which this one is said to be the inverse, from either side."""
        entry = self.entries.get(iri)
        stated = entry.list_values("owl:inverseOf") if entry else ()
        return [*stated, *(e.iri for e in self.entries.values() if iri in e.list_values("owl:inverseOf"))]

    def _list_specific(self, classes: frozenset[str]) -> tuple[str, ...]:
        found = self._specific.get(classes)
        if found is None:
            general = {above for iri in classes for above in self.list_above(iri)}
            found = self._specific[classes] = tuple(sorted(sorted(classes - general), key=self.name))
        return found

    def is_reverse(self, iri: str) -> bool:
        """Return whether a property only leads back to the nodes that state something about a thing."""
        found = self._reverse.get(iri)
        if found is None:
            above = {iri, *self.list_above(iri)}
            found = self._reverse[iri] = iri != EVIDENCED_BY and not above.isdisjoint(self.pages.leads_back)
        return found

    def find_form(self, table: Mapping[str, Value], classes: Iterable[str]) -> str:
        """Return the most specific of some classes that a table names; empty when it names none."""
        known = [iri for iri in classes if iri in table]
        general = {above for iri in known for above in self.list_above(iri)}
        return min((iri for iri in known if iri not in general), default="")

    def find_columns(self, classes: Iterable[str]) -> tuple[Column, ...]:
        """Return the columns of a table of nodes of these classes."""
        return self.pages.columns.get(self.find_form(self.pages.columns, classes), self.pages.plain)

    def find_lead(self, classes: Iterable[str]) -> tuple[LeadRule, ...]:
        """Return the rules of the first sentences about a thing of these classes."""
        return self.pages.leads.get(self.find_form(self.pages.leads, classes), ())

    def find_sections(self, classes: Iterable[str]) -> tuple[Section, ...]:
        """Return the sections for a thing of these classes."""
        form = self.find_form(self.pages.sections, classes)
        return self.pages.complete(self.pages.sections.get(form, self.pages.fallback))


async def load_vocabulary(context: SnapshotContext, pages: PageModel) -> Vocabulary:
    """Ask a snapshot for the terms of its ontology."""
    table = parse_table((await context.ask(SparqlQuery(VOCABULARY_QUERY))).body)
    return parse_vocabulary(
        ((row["term"]["value"], row["property"]["value"], row["value"]["value"]) for row in table.rows),
        pages,
    )


def parse_vocabulary(rows: Iterable[tuple[str, str, str]], pages: PageModel) -> Vocabulary:
    """Return the vocabulary of rows of term, property and value."""
    found: dict[str, dict[str, list[str]]] = {}
    for term, name, value in rows:
        found.setdefault(term, {}).setdefault(name, []).append(value)
    entries = {
        term: VocabularyTerm(term, MappingProxyType({name: tuple(values) for name, values in properties.items()}))
        for term, properties in found.items()
    }
    return Vocabulary(MappingProxyType(entries), pages)
