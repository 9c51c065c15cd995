"""The rule by which trivial triples are set aside.

A triple that follows from any graph whatever, or that only echoes the vocabulary, is derived but not kept:

1. what is so of everything: `x owl:sameAs x`, `c rdfs:subClassOf c`, `c owl:equivalentClass c`,
   `p rdfs:subPropertyOf p`, `p owl:equivalentProperty p`;
2. the top and the bottom: `x rdf:type owl:Thing` and `rdfs:Resource`, `c rdfs:subClassOf owl:Thing`,
   `owl:Nothing rdfs:subClassOf c`; a domain or a range of owl:Thing or rdfs:Resource;
3. triples whose subject is a term of RDF, RDFS, OWL or XML Schema;
4. triples that RDF 1.1 does not allow: a literal as subject, or a predicate that is no IRI;
5. `x rdf:type rdfs:Literal` and `x owl:differentFrom l` where l is a literal: what any literal is or differs from.
"""

from __future__ import annotations

from ahg_graph.rdf.terms import Literal, NamedNode, Term

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"

VOCABULARIES = (RDF, RDFS, OWL, XSD)
TYPE = NamedNode(RDF + "type")
SAME = NamedNode(OWL + "sameAs")
REFLEXIVE = frozenset(
    NamedNode(iri)
    for iri in (
        OWL + "sameAs",
        RDFS + "subClassOf",
        OWL + "equivalentClass",
        RDFS + "subPropertyOf",
        OWL + "equivalentProperty",
    )
)
_UNIVERSAL = frozenset((NamedNode(OWL + "Thing"), NamedNode(RDFS + "Resource")))
_TO_UNIVERSAL = frozenset((TYPE, *(NamedNode(RDFS + name) for name in ("subClassOf", "domain", "range"))))

TELLING = frozenset((*REFLEXIVE, *_TO_UNIVERSAL, NamedNode(OWL + "differentFrom"))) - {TYPE}
"""The properties whose triples may be trivial for their value; of others, and of types, one value decides for all."""


def is_trivial(subject: Term, predicate: Term, value: Term) -> bool:
    """Return whether a derived triple is set aside."""
    if not isinstance(predicate, NamedNode) or isinstance(subject, Literal):
        return True
    if isinstance(subject, NamedNode) and subject.value.startswith(VOCABULARIES):
        return True
    if subject == value and predicate in REFLEXIVE:
        return True
    if predicate in _TO_UNIVERSAL and value in _UNIVERSAL:
        return True
    if predicate == TYPE and value == NamedNode(RDFS + "Literal"):
        return True
    return predicate.value == OWL + "differentFrom" and isinstance(value, Literal)


def is_tautology(subject: Term, predicate: Term, value: Term) -> bool:
    """Return whether a triple holds in any graph that names its terms: points 1 and 2 of the rule."""
    if isinstance(subject, Literal):
        return False
    return (subject == value and predicate in REFLEXIVE) or (predicate in _TO_UNIVERSAL and value in _UNIVERSAL)
