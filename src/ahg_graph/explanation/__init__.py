"""Why a triple holds: asserted and where, derived and how, trivial, or not entailed; and what is disputed about it.

Answers come from the ledger that a build writes into its snapshot; no rule is run.
"""

from __future__ import annotations

from ahg_graph.explanation.discrepancies import find_disputes, find_passages
from ahg_graph.explanation.model import Dispute, Explanation, Passage, Position, Proof, Reading, Standing
from ahg_graph.explanation.proof_database import Entry, Ledger, write_ledger
from ahg_graph.rdf.terms import Statement
from ahg_graph.rdf.trivial_triples import is_tautology

__all__ = [
    "Dispute",
    "Entry",
    "Explanation",
    "Ledger",
    "Passage",
    "Position",
    "Proof",
    "Reading",
    "explain",
    "write_ledger",
]


def explain(ledger: Ledger, statement: Statement) -> Explanation:
    """Return why a statement holds, or that it does not follow, and which discrepancies touch it."""
    proof = _prove(ledger, statement, {})
    standing: Standing
    if proof is not None:
        standing = "derived" if proof.rule else "asserted"
    elif is_tautology(*statement) and ledger.find_term(statement.subject) is not None:
        standing = "trivial"
    else:
        standing = "not-entailed"
    premises = [leaf.statement for leaf in proof.leaves() if leaf is not proof] if proof else []
    return Explanation(statement, standing, proof, find_disputes(ledger, statement, premises))


def _prove(ledger: Ledger, statement: Statement, known: dict[Statement, Proof]) -> Proof | None:
    """Return a statement's proof tree; equal statements share one record."""
    if statement in known:
        return known[statement]
    positions = ledger.positions(statement)
    if positions:
        proof = Proof(statement, positions=positions, passages=find_passages(ledger, statement))
    else:
        entry = ledger.find_step(statement)
        if entry is None:
            return None
        premises = tuple(p for premise in entry.premises if (p := _prove(ledger, premise, known)) is not None)
        proof = Proof(
            statement, entry.rule, entry.sentence, entry.authority, entry.bindings, premises, absences=entry.absences
        )
    known[statement] = proof
    return proof
