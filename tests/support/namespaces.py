"""The facts about the home of the checkout, as plain names for the tests that ask its graph."""

from __future__ import annotations

from pathlib import Path

from ahg_graph.config.home_file import read_home
from ahg_graph.rdf.vocabulary import ONT as ONT

__all__ = [
    "ALIGNED_GRAPH",
    "ALIGNMENTS_GRAPH",
    "BASE",
    "DOCUMENTS",
    "GRAPH",
    "ID",
    "INFERRED_GRAPH",
    "ONT",
    "ONTOLOGY_GRAPH",
    "PREFIXES",
    "expand",
    "shorten",
]

CHECKOUT = read_home(Path(__file__).parents[2])
BASE, ID, GRAPH = CHECKOUT.base, CHECKOUT.id, CHECKOUT.graph
ONTOLOGY_GRAPH, INFERRED_GRAPH = CHECKOUT.ontology_graph, CHECKOUT.inferred_graph
ALIGNMENTS_GRAPH, ALIGNED_GRAPH = CHECKOUT.linked_graphs
PREFIXES, expand, shorten = CHECKOUT.prefixes, CHECKOUT.expand, CHECKOUT.shorten
DOCUMENTS = {document.key: document.iri.removeprefix(ID + "doc/") for document in CHECKOUT.documents}
