"""Why a triple holds: asserted and where, derived and how, trivial, or not entailed; and what is disputed about it.

Answers come from the proof database that a build writes into its snapshot; no rule is run.
"""

from __future__ import annotations

from ahg_graph.explanation.discrepancies import find_citations, find_discrepancies, find_reasons
from ahg_graph.explanation.model import (
    Citation,
    DiscrepancyMatch,
    EntailmentStatus,
    Explanation,
    Proof,
    ReadingSummary,
)
from ahg_graph.explanation.proof_database import ProofDatabase, write_proof_database
from ahg_graph.rdf.terms import Statement
from ahg_graph.rdf.trivial_triples import is_tautology

__all__ = [
    "Citation",
    "DiscrepancyMatch",
    "Explanation",
    "Proof",
    "ProofDatabase",
    "ReadingSummary",
    "explain",
    "write_proof_database",
]


def explain(database: ProofDatabase, statement: Statement) -> Explanation:
    """Return why a statement holds, or that it does not follow, and which discrepancies touch it."""
    proof = _prove(database, statement, {})
    standing: EntailmentStatus
    if proof is not None:
        standing = "derived" if proof.rule else "asserted"
    elif is_tautology(*statement) and database.find_term(statement.subject) is not None:
        standing = "trivial"
    else:
        standing = "not-entailed"
    premises = [leaf.statement for leaf in proof.leaves() if leaf is not proof] if proof else []
    return Explanation(statement, standing, proof, find_discrepancies(database, statement, premises))


def _prove(database: ProofDatabase, statement: Statement, known: dict[Statement, Proof]) -> Proof | None:
    """Return a statement's proof tree; equal statements share one record."""
    if statement in known:
        return known[statement]
    positions = database.positions(statement)
    if positions:
        reasons = find_reasons(database, statement)
        proof = Proof(statement, positions=positions, citations=find_citations(database, statement), reasons=reasons)
    else:
        entry = database.find_step(statement)
        if entry is None:
            return None
        premises = tuple(p for premise in entry.premises if (p := _prove(database, premise, known)) is not None)
        proof = Proof(
            statement, entry.rule, entry.sentence, entry.authority, entry.bindings, premises, absences=entry.absences
        )
    known[statement] = proof
    return proof
