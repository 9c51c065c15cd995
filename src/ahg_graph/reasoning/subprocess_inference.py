"""Inference from large files in a subprocess with limited memory."""

from __future__ import annotations

import multiprocessing
import re
import resource
import signal
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from ahg_graph.errors import AhgGraphError, BuildFailed, BuildMemory, ReasonerError
from ahg_graph.reasoning.closure.ntriples_writer import Tally
from ahg_graph.reasoning.file_inference import infer, write_file
from ahg_graph.reasoning.rules import load_rule_folder

_MIB = 1 << 20
_OUT_OF_MEMORY = 75
_ANONYMOUS = re.compile(rb"^(?:_:|<[^>]*> <[^>]*> _:).*\n", re.MULTILINE)


def derive(paths: Sequence[Path], rules: Path, target: Path, anonymous: int, allowed: int) -> None:
    """Write what follows from files as N-Triples compressed by gzip, but for triples with blank nodes.

    `anonymous` is how many blank nodes the files may have, the ontology's, and `allowed` how many mebibytes the process
    may take. Raises BuildFailed with the contradictions or what else is wrong, and BuildMemory.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, tuple(paths), rules, target, anonymous, allowed))
    process.start()
    theirs.close()
    try:
        problems: tuple[str, ...] = ours.recv()
    except EOFError:
        process.join()
        if process.exitcode not in (_OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGKILL):
            raise ReasonerError(f"the reasoner's process ended with exit code {process.exitcode}") from None
        raise BuildMemory(
            f"the reasoner needs more than the {allowed:,} MiB of memory that the build may use "
            "(AHG_GRAPH_BUILD_MEMORY)",
            allowed,
            allowed,
        ) from None
    finally:
        ours.close()
    process.join()
    process.close()
    if problems:
        raise BuildFailed(problems)


def _run(
    connection: Connection, paths: Sequence[Path], rules: Path, target: Path, anonymous: int, allowed: int
) -> None:
    """Derive, write, and send what is wrong; nothing is sent when the memory gives out."""
    resource.setrlimit(resource.RLIMIT_DATA, (allowed * _MIB, allowed * _MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        inference = infer(paths, load_rule_folder(rules))
        found = sum(text.startswith(b"_:") for text in inference.reading.graph.symbols.things)
        if inference.clashes:
            more = inference.clashes - len(inference.contradictions)
            problems = [str(contradiction) for contradiction in inference.contradictions]
            connection.send((*problems, *([f"{more} contradictions more"] if more else [])))
        elif found > anonymous:
            connection.send((f"data: {found - anonymous} blank nodes; give each thing an IRI",))
        else:
            write_file(target, _compress(_leave_out_anonymous(inference.write(Tally(), with_input=False))))
            connection.send(())
    except MemoryError:
        sys.exit(_OUT_OF_MEMORY)
    except AhgGraphError as error:
        connection.send((str(error),))


def _leave_out_anonymous(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield _ANONYMOUS.sub(b"", piece) if b"_:" in piece else piece


def _compress(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a gzip file; the text shrinks to a twentieth, even at the level that costs least."""
    packer = zlib.compressobj(1, wbits=16 + zlib.MAX_WBITS)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()
