"""Every property that only says another one backwards earns its place: what is asked, shown or concluded needs it.

SPARQL reads any property backwards (`^ahg:evidencedBy`), so that a triple for it is worth its room only where a saved
query, a page, a rule, a chain or an alignment needs it. Pages show every fact but those that lead back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ahg_graph.rdf.terms import BlankNode, NamedNode, Term, Triple
from ahg_graph.sources.turtle import load_sources
from support.namespaces import ONT, PREFIXES

OWL, RDFS, RDF = PREFIXES["owl"], PREFIXES["rdfs"], PREFIXES["rdf"]
PLACES = ("queries/*.rq", "ontology/display.ttl", "ontology/rules/*.rls", "ontology/alignments.*")
CODE = "src/ahg_graph/rdf/provenance_vocabulary.py"
LEADS_BACK = re.compile(r"display:leadsBack[^;]*;")


def list_needed(home: Path) -> set[str]:
    """Return the local names of what a text names, whatever the text."""
    names = set(re.findall(r'ONT \+ "(\w+)"', (home / CODE).read_text(encoding="utf-8")))
    for pattern in PLACES:
        for path in home.glob(pattern):
            names |= set(re.findall(r"\bahg:(\w+)", LEADS_BACK.sub("", path.read_text(encoding="utf-8"))))
    return names


def list_hidden(home: Path) -> set[Term]:
    """Return the properties that pages take for the way back to what states something, and do not show."""
    found = LEADS_BACK.search((home / "ontology" / "display.ttl").read_text(encoding="utf-8"))
    assert found
    return {NamedNode(ONT + name) for name in re.findall(r"\bahg:(\w+)", found[0])}


def list_chained(triples: Iterable[Triple]) -> set[Term]:
    """Return the properties that are steps of a chain."""
    by_subject: dict[Term, list[Triple]] = {}
    for triple in triples:
        by_subject.setdefault(triple.subject, []).append(triple)
    found: set[Term] = set()
    heads = [t.object for of in by_subject.values() for t in of if t.predicate.value == OWL + "propertyChainAxiom"]
    while heads:
        for triple in by_subject.get(heads.pop(), ()):
            (heads if isinstance(triple.object, BlankNode) else []).append(triple.object)
            if triple.predicate.value == RDF + "first":
                found.add(triple.object)
    return found


def list_idle(triples: list[Triple], needed: set[str], hidden: set[Term]) -> set[str]:
    """Return the local names of the inverses that nothing needs, neither them nor what they are a case of."""
    above: dict[Term, set[Term]] = {}
    for triple in triples:
        if triple.predicate.value == RDFS + "subPropertyOf":
            above.setdefault(triple.subject, set()).add(triple.object)
    useful = list_chained(triples) | {NamedNode(ONT + name) for name in needed}
    idle = set()
    for triple in triples:
        if triple.predicate.value == OWL + "inverseOf":
            reached, waiting = set[Term](), [triple.subject]
            while waiting:
                term = waiting.pop()
                if term not in reached:
                    reached.add(term)
                    waiting += above.get(term, ())
            if isinstance(triple.subject, NamedNode) and reached.isdisjoint(useful) and reached & hidden:
                idle.add(triple.subject.value.removeprefix(ONT))
    return idle


def test_every_inverse_earns_its_place(home: Path) -> None:
    triples, hidden = list(load_sources(home, "ontology").triples()), list_hidden(home)
    inverses = [triple for triple in triples if triple.predicate.value == OWL + "inverseOf"]
    assert len(inverses) > 20
    assert list_idle(triples, list_needed(home), hidden) == set()


def test_an_idle_inverse_is_found(home: Path) -> None:
    triples, hidden = list(load_sources(home, "ontology").triples()), list_hidden(home)
    idle = Triple(NamedNode(ONT + "isEvidenceOf"), NamedNode(OWL + "inverseOf"), NamedNode(ONT + "evidencedBy"))
    hidden.add(idle.subject)
    assert list_idle([*triples, idle], list_needed(home), hidden) == {"isEvidenceOf"}
    above = Triple(idle.subject, NamedNode(RDFS + "subPropertyOf"), NamedNode(ONT + "hasSituation"))
    assert list_idle([*triples, idle, above], list_needed(home), hidden) == set()  # it is a step to ahg:mentionedIn
