"""Files of triples as lines of N-Triples, a large file read by a process of its own.

Parsing is what reading costs most. Beside a process that does nothing else, whoever takes the lines in works at the
same time. `python -m ahg_graph.lines FILE SUFFIX` is that process: it writes the lines to standard output.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ahg_graph.errors import SourceSyntaxError
from ahg_graph.terms import Quad, RdfFormat, parse, serialize

FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
}
"""The syntax of a file by its suffix."""

LARGE = 4 << 20
"""The size in bytes from which a process of its own is worth its start."""

_CHUNK = 1 << 20
_TRIPLES = 8192
END = b" .\n"
"""What ends each line; within a line a line break is escaped."""


def read_lines(path: Path, *, large: int = LARGE) -> Iterator[bytes]:
    """Yield the triples of a file in its order as N-Triples, many whole lines at a time.

    Relative IRIs are resolved against the file's own. Raises SourceSyntaxError with file, line and column, and for a
    suffix that is none of FORMATS; what was yielded before is then of no use.
    """
    kind = find_format(path)
    try:
        if path.stat().st_size < large or not path.is_file():
            yield from _convert(path, kind)
        else:
            yield from _read_beside(path, kind)
    except SyntaxError as error:
        reason = re.sub(r"^Parser error .*?: ", "", str(error.msg))
        raise SourceSyntaxError(str(path), error.lineno or 0, error.offset or 0, reason) from error
    except OSError as error:
        raise SourceSyntaxError(str(path), 0, 0, error.strerror or str(error)) from error


def find_format(path: Path) -> RdfFormat:
    """Return the syntax of a file by its suffix; raises SourceSyntaxError for an unknown one."""
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise SourceSyntaxError(str(path), 0, 0, f"unknown suffix; known are {', '.join(FORMATS)}")
    return kind


def _convert(path: Path, kind: RdfFormat) -> Iterator[bytes]:
    quads: Iterator[Quad] = iter(
        parse(path=str(path), format=kind, base_iri=path.absolute().as_uri(), without_named_graphs=True)
    )
    while piece := serialize(islice(quads, _TRIPLES), format=RdfFormat.N_QUADS):
        yield piece


def _read_beside(path: Path, kind: RdfFormat) -> Iterator[bytes]:
    """Yield the lines that another process reads; where it fails, fail here in its place, with its reason."""
    command = [sys.executable, "-m", "ahg_graph.lines", str(path), path.suffix]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None  # noqa: S101  # asked for above
        rest = b""
        try:
            while chunk := process.stdout.read(_CHUNK):
                whole, end, left = chunk.rpartition(END)
                if end:
                    yield rest + whole + end
                    rest = left
                else:
                    rest += left
            process.wait()
        finally:
            process.kill()  # only where whoever takes the lines has stopped
    if process.returncode or rest:
        for _ in _convert(path, kind):
            pass
        raise SourceSyntaxError(str(path), 0, 0, "the process that reads the file ended early")


def main() -> None:
    """Write a file's lines to standard output; exit with 1 without a word where that cannot be done."""
    path = Path(sys.argv[1])
    try:
        for piece in _convert(path, FORMATS[sys.argv[2].lower()]):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except (SyntaxError, OSError):
        sys.exit(1)


if __name__ == "__main__":
    main()
