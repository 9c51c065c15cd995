"""What an explanation says: where an asserted triple is stated, how a derived one is proved, and what is disputed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as OneOf

from ahg_graph.rdf.missing_premises import NegatedPremise
from ahg_graph.rdf.source_location import SourceLocation
from ahg_graph.rdf.terms import Statement, Term

EntailmentStatus = OneOf["asserted", "derived", "trivial", "not-entailed"]
"""What holds of a triple: a file asserts it, it follows, it follows from any graph whatever, or none of these."""

Touch = OneOf["statement", "premise", "thing"]
"""What a discrepancy is about: the triple itself, a fact that its proof depends on, or a thing that it names."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A part of a source document: its IRI, the document's key, and the place as a reader would cite it."""

    part: str
    document: str
    locator: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof tree: a statement with the rule that concludes it, or, with no rule, an asserted one.

    Premises are smaller proofs, in the order of the rule, the schema's first. A statement that is in several places
    is one record. `positions`, `citations` and `reasons` are of asserted statements; axioms have no passage.
    The reasons are the curator's, where no document says all of it.
    `absences` are what the step needs to be absent.
    """

    statement: Statement
    rule: str = ""
    sentence: str = ""
    authority: str = ""
    bindings: tuple[tuple[str, Term], ...] = ()
    premises: tuple[Proof, ...] = ()
    positions: tuple[SourceLocation, ...] = ()
    citations: tuple[Citation, ...] = ()
    absences: tuple[NegatedPremise, ...] = ()
    reasons: tuple[str, ...] = ()

    def leaves(self) -> Iterator[Proof]:
        """Yield the asserted statements that the proof depends on, each once, in the order of reading."""
        met: set[int] = set()
        queue = [self]
        while queue:
            proof = queue.pop()
            if id(proof) not in met:
                met.add(id(proof))
                if proof.premises or proof.rule:
                    queue += reversed(proof.premises)
                else:
                    yield proof


@dataclass(frozen=True, slots=True)
class ReadingSummary:
    """One reading of a disputed point: what it says, its rank, and where."""

    reading: str
    summary: str
    rank: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class DiscrepancyMatch:
    """A discrepancy that touches a triple, and how; `on` is the statement or the thing that it touches."""

    discrepancy: str
    title: str
    ruling: str
    touch: Touch
    on: str
    readings: tuple[ReadingSummary, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to why a triple holds; `proof` is None where it is trivial or does not follow.

    That a triple does not follow says nothing of its being false: what the graph does not say stays open.
    """

    statement: Statement
    standing: EntailmentStatus
    proof: Proof | None
    disputes: tuple[DiscrepancyMatch, ...]

    @property
    def is_curators(self) -> bool:
        """Return whether the statement, or one that its proof depends on, is inferred by the curator."""
        return self.proof is not None and any(leaf.reasons for leaf in self.proof.leaves())

    @property
    def is_disputed(self) -> bool:
        """Return whether a discrepancy is about the triple itself or a fact that its proof depends on."""
        return any(dispute.touch != "thing" for dispute in self.disputes)
