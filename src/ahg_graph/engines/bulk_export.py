"""A snapshot of any size as one stream of N-Quads that lies in an engine as a published release does.

For an engine's own bulk loader: `publish` holds a release in memory, and verifies it.
"""

from __future__ import annotations

from io import RawIOBase
from typing import Protocol

from ahg_graph.engines.graph_layout import name_merged, name_release_graph
from ahg_graph.rdf.terms import NamedNode, Quad
from ahg_graph.release.canonicalization import write_line
from ahg_graph.release.description import name_content
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.conformance.lexical_forms import restore_lines
from ahg_graph.sparql.store import write_out


class Output(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes, /) -> object:
        """Take all of some bytes."""


def write_bulk_export(snapshot: Snapshot, stream: Output) -> None:
    """Write every quad as it is and once more in the graph of all, and the few that say which release it is.

    The lines are in the engine's order; a triple of two graphs is twice in that of all. Raises OSError when the
    snapshot cannot be read or the stream cannot be written.
    """
    write_out(snapshot.store, _UnionWriter(stream))  # type: ignore[arg-type]  # it calls write() alone
    for triple in name_content(snapshot.manifest.identity):
        quad = Quad(triple.subject, triple.predicate, triple.object, NamedNode(name_release_graph()))
        stream.write(write_line(quad).encode())


class _UnionWriter(RawIOBase):
    """Writes each line of N-Quads on, and after it the same triple in the graph of all."""

    def __init__(self, stream: Output) -> None:
        self._stream, self._rest = stream, b""
        self._merged = f" <{name_merged()}> .\n".encode()

    def write(self, data: bytes) -> int:  # type: ignore[override]
        lines = restore_lines(self._rest + data).split(b"\n")
        self._rest = lines.pop()
        # The name of a graph has no space in it, and is the last term of its line.
        self._stream.write(b"".join(line + b"\n" + line.rpartition(b" <")[0] + self._merged for line in lines))
        return len(data)
