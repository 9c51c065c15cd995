"""The proofs of a closure, written where `explanation` reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ahg_graph.explanation import write_proof_database
from ahg_graph.rdf.derivation_step import DerivationStep
from ahg_graph.rdf.terms import Statement
from ahg_graph.sources.turtle import Sources


def export_proofs(path: Path, sources: Sources, steps: Mapping[Statement, DerivationStep]) -> None:
    """Write the proof database: every asserted triple with its file and line, and the step of each inferred one.

    The file is made anew.
    """
    write_proof_database(path, _list_asserted(sources), sorted(steps.items(), key=lambda step: str(step[0])))


def _list_asserted(sources: Sources) -> Iterator[tuple[Statement, str, int]]:
    for source in sources.files:
        for triple, line in zip(source.triples, source.lines, strict=True):
            yield Statement(*triple), source.path, line
