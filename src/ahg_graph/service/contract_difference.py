"""How a current saved query differs from the one that a release was made with."""

from __future__ import annotations

from dataclasses import dataclass

from ahg_graph.queries.model import SavedQuery
from ahg_graph.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class ContractDifference:
    """How a question differs from that of a release: a code, the release's version of it, a sentence."""

    code: str
    made_with: int | None
    sentence: str


def compare_contract(query: SavedQuery, snapshot: Snapshot) -> ContractDifference | None:
    """Return how a question differs from the one that a release was made with, or None when it is the same."""
    questions = snapshot.manifest.questions
    versions = [int(label.partition("@")[2]) for label in questions if label.partition("@")[0] == query.name]
    if not questions:
        reason = "This release does not record with which questions it was made; today's text of the question is asked."
        return ContractDifference("unrecorded", None, reason)
    if not versions:
        reason = "When this release was made, the question was not in the catalogue; today's text of it is asked."
        return ContractDifference("absent", None, reason)
    if query.version not in versions:
        reason = (
            f"This release was made with version {max(versions)} of the question; version {query.version} is asked."
        )
        return ContractDifference("older", max(versions), reason)
    if questions[f"{query.name}@{query.version}"] != query.digest:
        reason = (
            f"This release was made with an earlier text of version {query.version} of the question; today's text is "
            "asked, which keeps what that version promised and may answer in further columns at the end."
        )
        return ContractDifference("reworded", query.version, reason)
    return None
