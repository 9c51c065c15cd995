"""An explanation as lines to read: the statement, its proof step by step, and what is disputed about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ahg_graph.explanation.labels import is_list_cell, word_absence, word_lists, word_statement
from ahg_graph.explanation.model import Citation, DiscrepancyMatch, Explanation, Proof
from ahg_graph.rdf.terms import Term

STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "asserted": "A document or the ontology states this.",
        "derived": "Worked out by rules from stated facts; no document states it directly.",
        "trivial": "True in every graph, so it is not stored.",
        "not-entailed": "The graph does not show this. It may still be true: the documents do not record everything.",
    }
)
"""What is said of a statement by its standing."""

CURATORS: Mapping[str, str] = MappingProxyType(
    {
        "asserted": "The curator infers this, or a part of it; no document says all of it.",
        "derived": "Worked out by rules from facts of which the curator infers a part; no document states it directly.",
    }
)
"""What is said in place of STATUSES where the curator infers what the statement rests on."""

_TOUCHES = {"statement": "Disputed", "premise": "A premise is disputed", "thing": "Disputed about the same thing"}


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A line and how deep it lies; its pieces are texts, each with what it is, such as `statement` or `passage`."""

    depth: int
    pieces: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "  " * self.depth + "  ".join(text for text, _ in self.pieces)


def word_standing(explanation: Explanation) -> str:
    """Return in a sentence what holds of the statement."""
    return (CURATORS if explanation.is_curators else STATUSES)[explanation.standing]


def cite(citations: tuple[Citation, ...]) -> str:
    """Return places in documents as a reader cites them."""
    return "; ".join(f"{passage.document} {passage.locator}" for passage in citations)


def outline(explanation: Explanation) -> Iterator[OutlineLine]:
    """Yield the lines of an explanation, each before those that lie under it."""
    yield OutlineLine(0, ((word_statement(explanation.statement), "heading"),))
    yield OutlineLine(0, ((word_standing(explanation), ""),))
    if explanation.proof is not None:
        yield from _outline_proof(explanation.proof, 1, {})
    for dispute in explanation.disputes:
        yield from _outline_dispute(dispute)


def _outline_proof(proof: Proof, depth: int, lists: Mapping[Term, str]) -> Iterator[OutlineLine]:
    pieces = [(word_statement(proof.statement, lists), "statement")]
    if not proof.rule:
        if proof.positions:
            pieces.append((", ".join(map(str, proof.positions)), "position"))
        if proof.citations:
            pieces.append((cite(proof.citations), "passage"))
        yield OutlineLine(depth, tuple(pieces))
        for reason in proof.reasons:
            yield OutlineLine(depth + 1, ((f"The curator infers it, or a part of it: {reason}", "reason"),))
        return
    yield OutlineLine(depth, (*pieces, ("by " + proof.rule, "rule"), (proof.sentence, "sentence")))
    inner = word_lists(proof.premises)
    for premise in proof.premises:
        if not is_list_cell(premise.statement):
            yield from _outline_proof(premise, depth + 1, inner)
    for absence in proof.absences:
        yield OutlineLine(depth + 1, ((word_absence(absence), "absence"),))


def _outline_dispute(dispute: DiscrepancyMatch) -> Iterator[OutlineLine]:
    yield OutlineLine(1, ((f"{_TOUCHES[dispute.touch]}: {dispute.title}", "dispute"),))
    for reading in dispute.readings:
        yield OutlineLine(2, ((f"{reading.rank}: {reading.summary}", ""), (cite(reading.citations), "passage")))
    if dispute.ruling:
        yield OutlineLine(2, ((f"Ruling: {dispute.ruling}", "heading"),))
