"""Explanations as JSON and as RDF."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ahg_graph.config.prefixes import PREFIXES, get_home
from ahg_graph.explanation.labels import word_absence
from ahg_graph.explanation.model import Citation, DiscrepancyMatch, Explanation, Proof
from ahg_graph.rdf.missing_premises import NegatedPremise
from ahg_graph.rdf.provenance_vocabulary import CURATORS_REASON, DISPUTED_BY, EVIDENCED_BY
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Statement, Triple, describe_term
from ahg_graph.rdf.vocabulary import PROV

_GENID = ".well-known/genid/"


def to_json(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as plain values for JSON; every key is always there."""
    return {
        "statement": _statement(explanation.statement),
        "standing": explanation.standing,
        "disputed": explanation.is_disputed,
        "proof": _proof(explanation.proof) if explanation.proof else None,
        "disputes": [_dispute(dispute) for dispute in explanation.disputes],
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return dict(zip(("subject", "predicate", "object"), map(describe_term, statement), strict=True))


def _passages(citations: tuple[Citation, ...]) -> list[dict[str, str]]:
    return [{"part": p.part, "document": p.document, "locator": p.locator} for p in citations]


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "statement": _statement(proof.statement),
        "rule": proof.rule or None,
        "sentence": proof.sentence or None,
        "authority": proof.authority or None,
        "bindings": {name: describe_term(term) for name, term in proof.bindings},
        "premises": [_proof(premise) for premise in proof.premises],
        "positions": [{"file": position.path, "line": position.line} for position in proof.positions],
        "passages": _passages(proof.citations),
        "reasons": list(proof.reasons),
        "absences": [_absence(absence) for absence in proof.absences],
    }


def _absence(absence: NegatedPremise) -> dict[str, Any]:
    pattern = absence.pattern and zip(("subject", "predicate", "object"), absence.pattern, strict=True)
    return {
        "sentence": word_absence(absence),
        "about": [describe_term(term) for term in absence.terms],
        "pattern": {place: term and describe_term(term) for place, term in pattern} if pattern else None,
        "rules": [{"rule": rule, "sentence": sentence} for rule, sentence in absence.rules],
    }


def _dispute(dispute: DiscrepancyMatch) -> dict[str, Any]:
    return {
        "discrepancy": dispute.discrepancy,
        "title": dispute.title,
        "ruling": dispute.ruling or None,
        "touches": dispute.touch,
        "on": dispute.on,
        "readings": [
            {"reading": r.reading, "summary": r.summary, "rank": r.rank, "passages": _passages(r.citations)}
            for r in dispute.readings
        ],
    }


def name_statement(statement: Statement) -> NamedNode:
    """Return the IRI of a statement as a thing: the same for the same three terms, wherever it is spoken of.

    It is of the kind that RDF 1.1 (section 3.5) keeps for what would else be a blank node.
    """
    return _name_by("statement", str(statement))


def to_rdf(*explanations: Explanation) -> Iterator[Triple]:
    """Yield explanations as RDF: reified statements, each derived from its premises, the asserted from passages.

    A statement is an `rdf:Statement` and a `prov:Entity`; a rule's identifier, sentence and authority are on the
    derivation, a `prov:Derivation`, with what it needs to be absent as an `rdfs:comment`; disputes are tied to the
    statement by `ahg:disputedBy`. There are no blank nodes, and what several explanations share is written once.
    """
    written: set[Statement] = set()
    for explanation in explanations:
        if explanation.proof is not None:
            yield from _write_proof(explanation.proof, written)
        else:
            yield from _describe(explanation.statement)
        for dispute in explanation.disputes:
            if dispute.touch != "thing":
                this = name_statement(explanation.statement)
                yield Triple(this, NamedNode(DISPUTED_BY), NamedNode(dispute.discrepancy))


def _write_proof(proof: Proof, written: set[Statement]) -> Iterator[Triple]:
    if proof.statement in written:
        return
    written.add(proof.statement)
    rdf, dcterms = PREFIXES["rdf"], PREFIXES["dcterms"]
    this = name_statement(proof.statement)
    yield from _describe(proof.statement)
    for citation in proof.citations:
        yield Triple(this, NamedNode(EVIDENCED_BY), NamedNode(citation.part))
    for reason in proof.reasons:
        yield Triple(this, NamedNode(CURATORS_REASON), Literal(reason, language="en"))
    for position in proof.positions:
        yield Triple(this, NamedNode(dcterms + "source"), Literal(str(position)))
    if not proof.rule:
        return
    step = _name_by(
        "derivation", " ".join((proof.rule, *map(str, (proof.statement, *(p.statement for p in proof.premises)))))
    )
    yield Triple(this, NamedNode(PROV + "qualifiedDerivation"), step)
    yield Triple(step, NamedNode(rdf + "type"), NamedNode(PROV + "Derivation"))
    yield Triple(step, NamedNode(dcterms + "identifier"), Literal(proof.rule))
    yield Triple(step, NamedNode(dcterms + "description"), Literal(proof.sentence, language="en"))
    if proof.authority:
        yield Triple(step, NamedNode(dcterms + "conformsTo"), Literal(proof.authority, language="en"))
    for absence in proof.absences:
        # RDF has no term for what is not; it is described in words, on the derivation that depends on it.
        yield Triple(step, NamedNode(PREFIXES["rdfs"] + "comment"), Literal(word_absence(absence), language="en"))
    for premise in proof.premises:
        yield from _write_proof(premise, written)
        yield Triple(this, NamedNode(PROV + "wasDerivedFrom"), name_statement(premise.statement))
        yield Triple(step, NamedNode(PROV + "entity"), name_statement(premise.statement))


def _describe(statement: Statement) -> Iterator[Triple]:
    this = name_statement(statement)
    yield Triple(this, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["rdf"] + "Statement"))
    for name, term in zip(Statement._fields, statement, strict=True):
        # A build names a blank node by its file and its place there, and so does its IRI.
        known = NamedNode(f"{get_home().base}{_GENID}node-{term.value}") if isinstance(term, BlankNode) else term
        yield Triple(this, NamedNode(PREFIXES["rdf"] + name), known)


def _name_by(kind: str, text: str) -> NamedNode:
    return NamedNode(f"{get_home().base}{_GENID}{kind}-{hashlib.sha256(text.encode()).hexdigest()[:32]}")
