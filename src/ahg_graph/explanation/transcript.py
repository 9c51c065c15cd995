"""Explanations as JSON and as RDF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ahg_graph.absence import Absence
from ahg_graph.explanation.records import Dispute, Explanation, Passage, Proof
from ahg_graph.explanation.wording import word_absence
from ahg_graph.namespaces import ONT, PREFIXES
from ahg_graph.terms import BlankNode, Literal, NamedNode, Statement, Term, Triple

PROV = "http://www.w3.org/ns/prov#"


def to_record(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as plain values for JSON; every key is always there."""
    return {
        "statement": _statement(explanation.statement),
        "standing": explanation.standing,
        "disputed": explanation.is_disputed,
        "proof": _proof(explanation.proof) if explanation.proof else None,
        "disputes": [_dispute(dispute) for dispute in explanation.disputes],
    }


def _term(term: Term) -> dict[str, str]:
    """Return a term as SPARQL results in JSON write it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype.value == PREFIXES["xsd"] + "string":
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def _statement(statement: Statement) -> dict[str, Any]:
    return dict(zip(("subject", "predicate", "object"), map(_term, statement), strict=True))


def _passages(passages: tuple[Passage, ...]) -> list[dict[str, str]]:
    return [{"part": p.part, "document": p.document, "locator": p.locator} for p in passages]


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "statement": _statement(proof.statement),
        "rule": proof.rule or None,
        "sentence": proof.sentence or None,
        "authority": proof.authority or None,
        "bindings": {name: _term(term) for name, term in proof.bindings},
        "premises": [_proof(premise) for premise in proof.premises],
        "positions": [{"file": position.path, "line": position.line} for position in proof.positions],
        "passages": _passages(proof.passages),
        "absences": [_absence(absence) for absence in proof.absences],
    }


def _absence(absence: Absence) -> dict[str, Any]:
    pattern = absence.pattern and zip(("subject", "predicate", "object"), absence.pattern, strict=True)
    return {
        "sentence": word_absence(absence),
        "about": [_term(term) for term in absence.terms],
        "pattern": {place: term and _term(term) for place, term in pattern} if pattern else None,
        "rules": [{"rule": rule, "sentence": sentence} for rule, sentence in absence.rules],
    }


def _dispute(dispute: Dispute) -> dict[str, Any]:
    return {
        "discrepancy": dispute.discrepancy,
        "title": dispute.title,
        "ruling": dispute.ruling or None,
        "touches": dispute.touch,
        "on": dispute.on,
        "readings": [
            {"reading": r.reading, "summary": r.summary, "rank": r.rank, "passages": _passages(r.passages)}
            for r in dispute.readings
        ],
    }


def to_triples(explanation: Explanation) -> Iterator[Triple]:
    """Yield an explanation as RDF: reified statements, each derived from its premises, the asserted from passages.

    A statement is an `rdf:Statement` and a `prov:Entity`; a rule's identifier, sentence and authority are on the
    derivation, a `prov:Derivation`, with what it rests on by absence as an `rdfs:comment`; disputes are tied to the
    statement by `ahg:disputedBy`.
    """
    rdf, prov = PREFIXES["rdf"], PROV
    names: dict[Statement, BlankNode] = {}

    def node(statement: Statement) -> BlankNode:
        return names.setdefault(statement, BlankNode(f"s{len(names)}"))

    def write(proof: Proof) -> Iterator[Triple]:
        known = proof.statement in names
        this = node(proof.statement)
        if known:
            return
        yield from describe(this, proof.statement)
        for passage in proof.passages:
            yield Triple(this, NamedNode(ONT + "evidencedBy"), NamedNode(passage.part))
        for position in proof.positions:
            yield Triple(this, NamedNode(PREFIXES["dcterms"] + "source"), Literal(str(position)))
        if proof.rule:
            step = BlankNode(f"d{this.value[1:]}")
            yield Triple(this, NamedNode(prov + "qualifiedDerivation"), step)
            yield Triple(step, NamedNode(rdf + "type"), NamedNode(prov + "Derivation"))
            yield Triple(step, NamedNode(PREFIXES["dcterms"] + "identifier"), Literal(proof.rule))
            yield Triple(step, NamedNode(PREFIXES["dcterms"] + "description"), Literal(proof.sentence, language="en"))
            if proof.authority:
                authority = Literal(proof.authority, language="en")
                yield Triple(step, NamedNode(PREFIXES["dcterms"] + "conformsTo"), authority)
            for absence in proof.absences:
                # RDF has no term for what is not; it is told in words, on the derivation that rests on it.
                yield Triple(
                    step, NamedNode(PREFIXES["rdfs"] + "comment"), Literal(word_absence(absence), language="en")
                )
            for premise in proof.premises:
                yield from write(premise)
                yield Triple(this, NamedNode(prov + "wasDerivedFrom"), node(premise.statement))
                yield Triple(step, NamedNode(prov + "entity"), node(premise.statement))

    def describe(this: BlankNode, statement: Statement) -> Iterator[Triple]:
        yield Triple(this, NamedNode(rdf + "type"), NamedNode(rdf + "Statement"))
        for name, term in zip(("subject", "predicate", "object"), statement, strict=True):
            yield Triple(this, NamedNode(rdf + name), term)

    if explanation.proof is not None:
        yield from write(explanation.proof)
    else:
        yield from describe(node(explanation.statement), explanation.statement)
    for dispute in explanation.disputes:
        if dispute.touch != "thing":
            this = node(explanation.statement)
            yield Triple(this, NamedNode(ONT + "disputedBy"), NamedNode(dispute.discrepancy))
