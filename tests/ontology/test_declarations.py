"""Every property of the data is declared by the ontology, as one kind: tools for OWL read none other as what it is."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from ahg_graph.rdf.terms import Term
from ahg_graph.sources.turtle import load_sources
from support.namespaces import PREFIXES

OWL, TYPE = PREFIXES["owl"], PREFIXES["rdf"] + "type"
KINDS = {OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
BUILT_IN = {TYPE, *(PREFIXES["rdfs"] + name for name in ("label", "comment", "seeAlso", "isDefinedBy"))}


def list_kinds(home: Path) -> dict[str, set[str]]:
    """Return the kinds of which the ontology declares each property."""
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for source in load_sources(home, "ontology").files:
        for triple in source.triples:
            if triple.predicate.value == TYPE and _name(triple.object) in KINDS:
                kinds[_name(triple.subject)].add(_name(triple.object))
    return kinds


def _name(term: Term) -> str:
    return str(getattr(term, "value", term))


def test_every_property_of_the_data_is_declared_as_one_kind(home: Path) -> None:
    kinds = list_kinds(home)
    assert {name for name, of in kinds.items() if len(of) != 1} == set()
    data = load_sources(home, "register", "record", "words", "texts", "reference").files
    used = {triple.predicate.value: source.path for source in data for triple in source.triples}
    assert len(used) > 100
    assert {name: path for name, path in used.items() if name not in kinds and name not in BUILT_IN} == {}
