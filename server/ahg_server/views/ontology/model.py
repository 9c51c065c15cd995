"""The ontology as its graph states it: terms with what they say of one another, blank nodes put into words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ahg_graph.config.prefixes import ALIGNMENTS_GRAPH, ONTOLOGY_GRAPH, PREFIXES, is_term, shorten
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.types import SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.presentation.resource_loader import Term

ONTOLOGY_QUERY = f"""SELECT ?s ?p ?o WHERE {{
  VALUES ?graph {{ <{ONTOLOGY_GRAPH}> <{ALIGNMENTS_GRAPH}> }} GRAPH ?graph {{ ?s ?p ?o }}
}}"""

_RDF, _RDFS, _OWL, _SKOS = (PREFIXES[name] for name in ("rdf", "rdfs", "owl", "skos"))
_KINDS = {
    _OWL + "Class": "class", _OWL + "ObjectProperty": "object property", _OWL + "DatatypeProperty": "data property",
    _OWL + "AnnotationProperty": "annotation property",
}  # fmt: skip
_TRAITS = {
    _OWL + "TransitiveProperty": "transitive", _OWL + "SymmetricProperty": "symmetric",
    _OWL + "AsymmetricProperty": "asymmetric", _OWL + "IrreflexiveProperty": "irreflexive",
    _OWL + "FunctionalProperty": "functional", _OWL + "InverseFunctionalProperty": "inverse functional",
    _OWL + "ReflexiveProperty": "reflexive",
}  # fmt: skip


@dataclass(frozen=True)
class Ontology:
    """The triples of an ontology, by subject and property; what it does not name goes by the names of `names`."""

    triples: Mapping[str, Mapping[str, tuple[Term, ...]]]
    names: Ontology | None = None

    @cached_property
    def _linking(self) -> Mapping[tuple[str, str], list[str]]:
        """The project's terms by what they give for a property."""
        found: dict[tuple[str, str], list[str]] = {}
        for subject, properties in self.triples.items():
            for prop, values in properties.items() if is_term(subject) else ():
                for term in values:
                    found.setdefault((term["value"], prop), []).append(subject)
        return found

    @cached_property
    def _disjoint(self) -> list[set[str]]:
        """The sets of classes that are said to be disjoint from one another."""
        return [
            {term["value"] for head in self._values(subject, _OWL + "members") for term in self._list_members(head)}
            for subject in self.triples
            if _OWL + "AllDisjointClasses" in self._values(subject, _RDF + "type")
        ]

    def find_kind(self, iri: str) -> str | None:
        """Return the kind of a term, such as `class` or `data property`, or None for anything else."""
        types = self._values(iri, _RDF + "type")
        return next((name for kind, name in _KINDS.items() if kind in types), None)

    def list_terms(self) -> list[str]:
        """Return the IRIs of the project's own classes and properties, sorted by label."""
        own = (iri for iri in self.triples if is_term(iri) and self.find_kind(iri))
        return sorted(own, key=lambda iri: (self.name(iri).casefold(), iri))

    def name(self, iri: str) -> str:
        """Return the label of a term or code, or the short form of its IRI."""
        for prop in (_RDFS + "label", _SKOS + "prefLabel"):
            for value in self._values(iri, prop):
                return value
        return self.names.name(iri) if self.names else shorten(iri)

    def order(self, iri: str) -> tuple[str, str]:
        """Return what terms are sorted by: label, then IRI."""
        return self.name(iri), iri

    def define(self, iri: str) -> str:
        """Return the definition of a term, or nothing."""
        defined = next(iter(self._values(iri, _SKOS + "definition")), "")
        return defined or (self.names.define(iri) if self.names else "")

    def find_header(self, iri: str) -> str:
        """Return the ontology that an IRI names: itself, or the one of which it is the version."""
        named = (s for s in self.triples if iri in self._values(s, _OWL + "versionIRI"))
        return iri if iri in self.triples else next(named, iri)

    def list_traits(self, iri: str) -> list[str]:
        """Return what the property is: transitive, symmetric and so on."""
        return [name for kind, name in _TRAITS.items() if kind in self._values(iri, _RDF + "type")]

    def list_linked(self, iri: str, name: str) -> list[str]:
        """Return the IRIs that a term gives for a property such as `rdfs:domain`, sorted by label."""
        prefix, _, local = name.partition(":")
        found = self.triples.get(iri, {}).get(PREFIXES[prefix] + local, ())
        return sorted((term["value"] for term in found if term["type"] == "uri"), key=self.order)

    def list_linking(self, iri: str, name: str) -> list[str]:
        """Return the project's terms that give a term for a property, sorted by label."""
        prefix, _, local = name.partition(":")
        return sorted(self._linking.get((iri, PREFIXES[prefix] + local), ()), key=self.order)

    def list_chains(self, iri: str) -> list[list[str]]:
        """Return the property chains that imply a property."""
        chains = self.triples.get(iri, {}).get(_OWL + "propertyChainAxiom", ())
        return [[term["value"] for term in self._list_members(chain["value"])] for chain in chains]

    def list_conditions(self, iri: str) -> Iterator[tuple[str, Term]]:
        """Yield property and value of each restriction that a class is equal to or lies below."""
        for prop in (_OWL + "equivalentClass", _RDFS + "subClassOf"):
            for term in self.triples.get(iri, {}).get(prop, ()):
                for on in self._values(term["value"], _OWL + "onProperty") if term["type"] == "bnode" else ():
                    for value in self.triples[term["value"]].get(_OWL + "hasValue", ()):
                        yield on, value

    def list_disjoint(self, iri: str, most: int) -> list[str]:
        """Return the classes that share no member with a class, sorted by label; without sets larger than `most`."""
        found = {*self.list_linked(iri, "owl:disjointWith"), *self.list_linking(iri, "owl:disjointWith")}
        found.update(*(members for members in self._disjoint if iri in members and len(members) <= most))
        return sorted(found - {iri}, key=self.order)

    def list_disjoint_sets(self, least: int) -> list[list[str]]:
        """Return the sets of more than `least` classes of which no two share a member, each sorted by label."""
        return [sorted(members, key=self.order) for members in self._disjoint if len(members) > least]

    def list_codes(self, in_code_list: str) -> list[tuple[str, list[str]]]:
        """Return every list that a property leads to from its codes, with these, both sorted by label."""
        lists: dict[str, list[str]] = {}
        for iri in self.triples:
            for of in self._values(iri, in_code_list):
                lists.setdefault(of, []).append(iri)
        return [(iri, sorted(lists[iri], key=self.order)) for iri in sorted(lists, key=self.order)]

    def find_value(self, iri: str, name: str) -> str:
        """Return the first value of a property such as `owl:versionInfo`, or nothing."""
        prefix, _, local = name.partition(":")
        return next(iter(self._values(iri, PREFIXES[prefix] + local)), "")

    def _values(self, iri: str, prop: str) -> list[str]:
        return [term["value"] for term in self.triples.get(iri, {}).get(prop, ())]

    def _list_members(self, head: str) -> Iterator[Term]:
        """Yield the members of an RDF list; one that runs in a circle ends where it began."""
        met: set[str] = set()
        while head in self.triples and head not in met:
            met.add(head)
            yield from self.triples[head].get(_RDF + "first", ())
            head = next(iter(self._values(head, _RDF + "rest")), "")


async def load_ontology(context: SnapshotContext) -> Ontology:
    """Ask a snapshot for its ontology and the alignments."""
    table = parse_table((await context.ask(SparqlQuery(ONTOLOGY_QUERY))).body)
    return parse_ontology((row["s"]["value"], row["p"]["value"], row["o"]) for row in table.rows)


def parse_ontology(rows: Iterable[tuple[str, str, Term]], names: Ontology | None = None) -> Ontology:
    """Return the ontology of rows of subject, property and value."""
    found: dict[str, dict[str, list[Term]]] = {}
    for subject, prop, value in rows:
        found.setdefault(subject, {}).setdefault(prop, []).append(value)
    return Ontology({s: {p: tuple(values) for p, values in of.items()} for s, of in found.items()}, names)
