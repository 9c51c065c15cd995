"""Who knows other vocabularies finds members, meetings, decisions and sources by their terms, where queries are put."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ahg_graph.explanation import ProofDatabase, explain
from ahg_graph.explanation.proof_database import NAME as PROOFS
from ahg_graph.rdf.terms import BlankNode, NamedNode, Statement
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.memory_dataset import read_quads
from ahg_graph.sparql.store import Store, open_store
from ahg_graph.sparql.types import SparqlQuery
from support.namespaces import ALIGNED_GRAPH, BASE, ID, PREFIXES

CASES: list[Mapping[str, Any]] = yaml.safe_load((Path(__file__).parent / "linked.yaml").read_text("utf-8"))
OTHERS = {
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "http://schema.org/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "cdm": "http://publications.europa.eu/ontology/cdm#",
    **{name: PREFIXES[name] for name in ("rdf", "rdfs", "owl", "skos", "dcterms", "xsd")},
}
PROLOGUE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in OTHERS.items())


@pytest.fixture(scope="module")
def store(real_snapshot: Snapshot) -> Store:
    return open_store(real_snapshot.store)


def ask(store: Store, query: str) -> list[list[str]]:
    found = json.loads(bytes(store.answer(SparqlQuery(PROLOGUE + query)).body))
    return [[row[name]["value"] for name in found["head"]["vars"]] for row in found["results"]["bindings"]]


def shorten(value: str) -> str:
    return value.removeprefix(ID).replace("/", ":", 1) if value.startswith(ID) else value


@pytest.mark.parametrize("case", CASES, ids=[case["question"] for case in CASES])
def test_the_terms_of_others_find_what_the_documents_say(case: Mapping[str, Any], store: Store) -> None:
    assert "ahg:" not in case["query"] and f"{BASE}ont" not in case["query"]
    rows = sorted([shorten(value) for value in row] for row in ask(store, case["query"]))
    if case.get("distinct"):
        rows = [row for number, row in enumerate(rows) if row not in rows[:number]]
    assert case["rows"]
    assert rows == case["rows"]


@pytest.mark.parametrize(
    "term", ["org:memberOf", "dcterms:source", "rdfs:label", "skos:altLabel", "a schema:Event", "a skos:Concept"]
)
def test_terms_that_are_asked_for_first_have_answers(term: str, store: Store) -> None:
    pattern = f"?s {term} ." if term.startswith("a ") else f"?s {term} ?o ."
    assert ask(store, f"SELECT ?s {{ {pattern} FILTER(STRSTARTS(STR(?s), '{ID}')) }} LIMIT 1")


def test_everything_that_a_browser_may_show_has_a_label(store: Store) -> None:
    """Each thing, class, property, code and ontology: whatever stands in a triple under a name."""
    left_out = ask(
        store,
        """SELECT DISTINCT ?node {
          { ?node ?p ?o } UNION { ?s ?node ?o } UNION { ?s ?p ?node }
          FILTER(ISIRI(?node) && !STRSTARTS(STR(?node), STR(rdf:)) && !STRSTARTS(STR(?node), STR(rdfs:))
            && !STRSTARTS(STR(?node), STR(owl:)) && !STRSTARTS(STR(?node), STR(xsd:)))
          FILTER NOT EXISTS { ?node rdfs:label ?label }
        } ORDER BY ?node""",
    )
    documents = [node for (node,) in left_out if not node.startswith((f"{BASE}ont/", "https://creativecommons.org/"))]
    assert documents == []


def test_preferred_other_and_hidden_labels_are_disjoint(store: Store) -> None:
    """SKOS Reference, S13."""
    pairs = ("prefLabel", "altLabel"), ("prefLabel", "hiddenLabel"), ("altLabel", "hiddenLabel")
    for one, other in pairs:
        assert ask(store, f"SELECT ?s ?l {{ ?s skos:{one} ?l ; skos:{other} ?l }}") == []


def test_every_triple_has_a_proof_from_what_is_asserted(real_snapshot: Snapshot) -> None:
    quads = read_quads(real_snapshot.store, [ALIGNED_GRAPH])
    assert len(quads) > 5000
    with ProofDatabase(real_snapshot.path / PROOFS) as database:
        for quad in sorted(quads, key=str)[::37]:
            found = explain(database, Statement(*quad.triple))
            assert found.proof is not None and found.proof.rule, quad
            assert all(leaf.positions for leaf in found.proof.leaves()), quad


def test_nothing_is_said_twice_and_no_axiom_again(real_snapshot: Snapshot) -> None:
    quads = read_quads(real_snapshot.store)
    aligned = {quad.triple for quad in quads if quad.graph_name == NamedNode(ALIGNED_GRAPH)}
    assert aligned & {quad.triple for quad in quads if quad.graph_name != NamedNode(ALIGNED_GRAPH)} == set()
    assert not any(isinstance(term, BlankNode) for triple in aligned for term in triple)


def test_counts_leave_it_out(real_snapshot: Snapshot) -> None:
    manifest = real_snapshot.manifest
    assert OTHERS["schema"] + "Event" not in manifest.classes
    own = sum(number for name, number in manifest.graphs.items() if "/graph/align" not in name)
    assert manifest.asserted + manifest.inferred == own
