"""Each term says where it is defined; those that mislead have a scope note, and its numbers are those of the graph."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from ahg_graph.config.home_file import read_home
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.store import open_store
from ahg_graph.sparql.types import SparqlQuery
from support.namespaces import BASE, ID, ONT

ONTOLOGY = rdflib.URIRef(BASE + "ont")


@pytest.fixture(scope="module")
def ontology(home: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in (home / "ontology").glob("*.ttl"):
        if path.stem not in ("alignments", "display"):
            graph.parse(path)
    return graph


def test_each_term_says_where_it_is_defined(ontology: rdflib.Graph) -> None:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    terms = {term for kind in kinds for term in ontology.subjects(RDF.type, kind) if str(term).startswith(ONT)}
    assert {term for term in terms if ontology.value(term, RDFS.isDefinedBy) != ONTOLOGY} == set()
    assert {term for term in ontology.subjects(RDFS.isDefinedBy) if term not in terms} == set()


def test_header_says_who_when_and_how_to_cite(ontology: rdflib.Graph, home: Path) -> None:
    creators = {str(name) for name in ontology.objects(ONTOLOGY, DCTERMS.creator)}
    assert creators == {party.name for party in read_home(home).portal.creators}
    version = str(ontology.value(ONTOLOGY, OWL.versionInfo))
    assert version in str(ontology.value(ONTOLOGY, DCTERMS.bibliographicCitation))
    created, modified = (ontology.value(ONTOLOGY, name) for name in (DCTERMS.created, DCTERMS.modified))
    assert isinstance(created, rdflib.Literal)
    assert isinstance(modified, rdflib.Literal)
    assert created.toPython() <= modified.toPython()
    assert ontology.value(ONTOLOGY, OWL.priorVersion) is not None


@pytest.mark.parametrize("name", ["ObserverAttendance", "Observership", "isOrWasMemberOf", "Decision", "takenAt"])
def test_terms_that_mislead_have_a_scope_note(ontology: rdflib.Graph, name: str) -> None:
    assert ontology.value(rdflib.URIRef(ONT + name), SKOS.scopeNote)


def test_examples_are_true(real_snapshot: Snapshot) -> None:
    store = open_store(real_snapshot.store)

    def holds(pattern: str) -> bool:
        query = f"PREFIX ahg: <{ONT}> PREFIX id: <{ID}> ASK {{ {pattern} }}"
        return b"true" in bytes(store.answer(SparqlQuery(query)).body)

    assert holds(f"?a ahg:attendanceOf <{ID}agent/canada> ; ahg:asObserverAt <{ID}meeting/ahg-som-07>")
    assert not holds(f"<{ID}agent/canada> ahg:isOrWasObserverOf ?body")
    members = f"SELECT (COUNT(DISTINCT ?a) AS ?n) {{ ?a <{ONT}isOrWasMemberOf> <{ID}body/ahg> }}"
    assert b'"18"' in bytes(store.answer(SparqlQuery(members)).body)
    assert holds("?d a ahg:Decision ; ahg:takenBy ?by FILTER NOT EXISTS { ?d ahg:takenAt ?meeting }")
