"""Files of triples as lines of N-Triples, in pieces of many lines, so that no term becomes an object on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ahg_graph.errors import SourceSyntaxError
from ahg_graph.rdf.terms import Quad, RdfFormat, parse, serialize

SUFFIXES = (".ttl", ".nt", ".rdf", ".owl", ".xml")
"""The suffixes of the files that are read."""

END = b" .\n"
"""What ends each line; within a line a line break is escaped."""

_TRIPLES = 8192


def read_lines(path: Path) -> Iterator[bytes]:
    """Yield the triples of a file in its order as N-Triples, many whole lines at a time.

    Relative IRIs are resolved against the file's own. Raises SourceSyntaxError with file, line and column, and for a
    suffix that is none of SUFFIXES; what was yielded before is then of no use.
    """
    suffix = path.suffix.lower()
    kind = RdfFormat.from_extension("rdf" if suffix == ".owl" else suffix[1:])
    if kind is None or suffix not in SUFFIXES:
        raise SourceSyntaxError(str(path), 0, 0, f"unknown suffix; known are {', '.join(SUFFIXES)}")
    try:
        base = path.absolute().as_uri()
        quads: Iterator[Quad] = iter(parse(path=str(path), format=kind, base_iri=base, without_named_graphs=True))
        while piece := serialize(islice(quads, _TRIPLES), format=RdfFormat.N_QUADS):
            yield piece
    except SyntaxError as error:
        reason = re.sub(r"^Parser error .*?: ", "", str(error.msg))
        raise SourceSyntaxError(str(path), error.lineno or 0, error.offset or 0, reason) from error
    except OSError as error:
        raise SourceSyntaxError(str(path), 0, 0, error.strerror or str(error)) from error
