"""The engines that are asked the same: ours, Jena's in strict mode, and rdflib."""

from __future__ import annotations

import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rdflib

from ahg_graph.sparql.media_types import N_TRIPLES
from ahg_graph.sparql.store import Store
from ahg_graph.sparql.types import QueryForm, SparqlQuery
from interop import provision
from interop.engines import JAVA, LineEngine, Refused

SECONDS = 5


class TooSlow(Exception):
    """An engine took too long for a query."""


class Jena(LineEngine):
    """Jena's query engine over a data set in memory."""

    name = "Jena"

    def __init__(self, folder: Path) -> None:
        program = provision.HERE / "jena" / "Engine.java"
        super().__init__(folder, [*JAVA, "-Xmx700m", "-cp", provision.provide_maven("jena"), program])

    def answer(self, query: str, form: QueryForm) -> bytes:
        """Return the answer in the results format, of a graph as N-Triples; raises Refused."""
        text, result = self.folder / "query.rq", self.folder / "result"
        text.write_text(query, encoding="utf-8")
        self._tell("ask", text, result)
        return result.read_bytes()


class Rdflib:
    """rdflib, in this process."""

    name = "rdflib"

    def __init__(self, data: bytes) -> None:
        rdflib.NORMALIZE_LITERALS = False
        self._dataset = rdflib.Dataset()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of names that rdflib itself uses and has given up
            self._dataset.parse(data=data.decode(), format="trig")

    def answer(self, query: str, form: QueryForm) -> bytes:
        """Return the answer in the results format, of a graph as N-Triples; raises Refused and TooSlow."""
        try:
            with limit_time(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = self._dataset.query(query, base="http://base/")
                graph = found.graph
                written = (
                    graph.serialize(format="nt", encoding="utf-8")
                    if graph is not None
                    else found.serialize(format="json")
                )
                assert written is not None
                return written
        except TooSlow:
            raise
        except Exception as error:
            raise Refused(repr(error)) from None


def answer_ours(store: Store, query: str) -> tuple[bytes, QueryForm]:
    """Return our answer in the results format, of a graph as N-Triples; raises QuerySyntaxError and TooSlow."""
    with limit_time():
        found = store.answer(SparqlQuery(query, graph_type=N_TRIPLES))
    return bytes(found.body), found.form


@contextmanager
def limit_time() -> Iterator[None]:
    """Raise TooSlow in the main thread when the block takes too long."""

    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
