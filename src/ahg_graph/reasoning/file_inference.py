"""Anyone's RDF files closed under OWL 2 RL, and what follows written as N-Triples."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ahg_graph.rdf.trivial_triples import SAME
from ahg_graph.reasoning.closure import Contradiction
from ahg_graph.reasoning.closure.closure import close_generically, find_contradictions, read_triples
from ahg_graph.reasoning.closure.ntriples_reader import LoadedFiles, pause_collection, read_files
from ahg_graph.reasoning.closure.ntriples_writer import Tally, Writer
from ahg_graph.reasoning.closure.owl_profile import Ignored, find_ignored
from ahg_graph.reasoning.closure.relation_tables import PredicateIndex, Relation
from ahg_graph.reasoning.closure.schema_specialised import Deduction, deduce
from ahg_graph.reasoning.rules import Rule
from ahg_graph.reasoning.rules.specialisation import NotSpecialisable

Report = Callable[[str], None]
"""Called with the name of each stage as it begins."""


@dataclass(frozen=True)
class FileInference:
    """What follows from some files: `write` gives it as text, `contradictions` says what cannot be true of it.

    `contradiction_count` counts all contradictions, of which the first PROVEN have their proof.
    """

    reading: LoadedFiles
    deduction: Deduction
    ignored: tuple[Ignored, ...]
    contradictions: tuple[Contradiction, ...]
    contradiction_count: int
    seconds: float

    def write(self, tally: Tally, *, with_input: bool, with_trivial: bool = False) -> Iterator[bytes]:
        """Yield N-Triples, in pieces: the input where it is wanted, then what follows; the tally is of the latter.

        What follows from any graph is left out unless it is wanted and was inferred too.
        """
        writer = Writer(self.reading)
        if with_input:
            yield from writer.write(self.reading.graph.tables, Tally(), all_of_them=True)
        yield from writer.write(self.deduction.tables, tally, all_of_them=with_trivial)
        if with_trivial:
            yield from writer.write_sameness(self.deduction.tables, tally)


def infer(
    paths: Sequence[Path],
    rules: Sequence[Rule],
    report: Report = lambda stage: None,
    *,
    keep_trivial: bool = False,
) -> FileInference:
    """Read files and return what follows from them together; what follows from any graph only if it is to be kept.

    Raises SourceSyntaxError with file, line and column, RuleError and ReasonerError.
    """
    start = time.perf_counter()
    report("reading")
    reading = read_files(paths)
    with pause_collection():
        try:
            deduction = deduce(reading.graph, rules, report, keep_trivial=keep_trivial)
            contradictions, clashes = find_contradictions(deduction, reading.graph, rules, limit=PROVEN)
        except NotSpecialisable:
            deduction, contradictions = _close_generically(reading.graph, rules, keep_trivial=keep_trivial)
            clashes = len(contradictions)
    ignored = find_ignored(reading.graph)
    return FileInference(reading, deduction, ignored, contradictions, clashes, time.perf_counter() - start)


def _close_generically(
    graph: PredicateIndex, rules: Sequence[Rule], *, keep_trivial: bool
) -> tuple[Deduction, tuple[Contradiction, ...]]:
    """Return what follows by the rules as they stand, for a graph to whose schema they cannot be specialised."""
    closure = close_generically(read_triples(graph.tables, graph.symbols), rules)
    found = PredicateIndex(graph.symbols)
    found.add([*closure.inferred, *(closure.trivial if keep_trivial else ())])
    same = f"p{graph.symbols.number(SAME)}"
    if same in found.tables:  # that a thing is itself is in no table
        found.tables[same] = Relation.of(2, [row for row in found.tables[same] if row[0] != row[1]])
    return Deduction({n: t for n, t in found.tables.items() if len(t)}, {}, (), {}, {}), closure.contradictions


PROVEN = 20
"""How many contradictions are proved; in a large graph a proof takes a while, and no one reads a thousand."""


def write_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file whole or not at all: beside its place, then put there in one step."""
    descriptor, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
