"""The last step of a proof, as reasoning finds it and a snapshot stores it."""

from __future__ import annotations

from dataclasses import dataclass

from ahg_graph.rdf.missing_premises import NegatedPremise
from ahg_graph.rdf.terms import Statement, Term


@dataclass(frozen=True, slots=True)
class DerivationStep:
    """The last step of a proof: the rule's identifier, sentence and authority, its variables' terms, and its premises.

    Premises are in the order of the rule, the schema's first; each is asserted or has a step of its own, whose proof is
    smaller than this one's. Premises about the vocabulary alone (a literal's value, a datatype) are left out.
    `absences` are what the step rests on by its not being recorded and not following.
    """

    rule: str
    sentence: str
    authority: str
    bindings: tuple[tuple[str, Term], ...]
    premises: tuple[Statement, ...]
    absences: tuple[NegatedPremise, ...] = ()
