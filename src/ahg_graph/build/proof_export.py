"""The proofs of a closure, written where `explanation` reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ahg_graph.explanation import write_proof_database
from ahg_graph.rdf.terms import Statement
from ahg_graph.reasoning.closure import Closure
from ahg_graph.sources.turtle import Sources


def export_proofs(path: Path, sources: Sources, closure: Closure) -> None:
    """Write the proof database: every asserted triple with its file and line, and the step of each inferred one.

    The closure must have been made with proofs. The file is made anew.
    """
    steps = sorted(closure.steps.items(), key=lambda step: str(step[0]))
    write_proof_database(path, _list_asserted(sources), steps)


def _list_asserted(sources: Sources) -> Iterator[tuple[Statement, str, int]]:
    for source in sources.files:
        for triple, line in zip(source.triples, source.lines, strict=True):
            yield Statement(*triple), source.path, line
