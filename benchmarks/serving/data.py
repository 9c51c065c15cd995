"""The two data sets: the graph as it is built, and the same again under other IRIs up to a million triples."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import QuerySolutions, RdfFormat, Store, serialize

from ahg_graph.config.prefixes import ONT, get_home
from ahg_graph.rdf.terms import BlankNode, NamedNode, Quad
from ahg_graph.snapshot import open_current
from support.servers import store_snapshot


@dataclass(frozen=True)
class Data:
    """A data set: a folder with a snapshot of it for our server, and N-Quads for the others."""

    title: str
    snapshots: Path
    quads: Path
    triples: int
    """In the union of the graphs, which is what every engine answers from."""

    @property
    def store(self) -> Path:
        """The store of the snapshot."""
        return open_current(self.snapshots).store


def prepare_real(source: Path, folder: Path) -> Data:
    """Copy the snapshot in force, so that a build meanwhile changes nothing."""
    snapshot = open_current(source)
    snapshots = folder / snapshot.manifest.identity / "snapshots"
    if not snapshots.is_dir():
        shutil.copytree(snapshot.path, snapshots / snapshot.manifest.identity)
        (snapshots / "current").symlink_to(snapshot.manifest.identity)
    return _describe("the graph", snapshots)


def prepare_large(real: Data, folder: Path, triples: int) -> Data:
    """Repeat the graph until it has so many triples; things get other IRIs, codes and the ontology stay."""
    name = f"{real.snapshots.parent.name}-{triples}"
    snapshots = folder / name / "snapshots"
    if not snapshots.is_dir():
        draft = folder / name / f"draft-{id(real)}"
        shutil.rmtree(draft, ignore_errors=True)
        store_snapshot(draft, _repeat(list(Store.read_only(str(real.store))), triples))
        draft.rename(snapshots)
    return _describe("repeated", snapshots)


def _repeat(quads: list[Quad], triples: int) -> Iterator[Quad]:
    yield from quads
    number = len({quad.triple for quad in quads})
    codes = {quad.subject for quad in quads if quad.predicate.value == ONT + "inCodeList"}
    start = get_home().id
    kept = {term.value.removeprefix(start).partition("/")[0] for term in codes if isinstance(term, NamedNode)}
    copied = re.compile(rf"^{re.escape(start)}(?!(?:{'|'.join(sorted(kept))})/)([^/]+)/")
    for copy in range(1, 1000):
        if number >= triples:
            return
        for quad in quads:
            subject, value = _move(quad.subject, copied, copy), _move(quad.object, copied, copy)
            if subject != quad.subject or value != quad.object:
                yield Quad(subject, quad.predicate, value, quad.graph_name)
                number += 1


def _move(term: Any, copied: re.Pattern[str], copy: int) -> Any:
    if isinstance(term, NamedNode):
        moved, count = copied.subn(rf"{get_home().id}\1/copy{copy}-", term.value)
        return NamedNode(moved) if count else term
    if isinstance(term, BlankNode):
        return BlankNode(f"{term.value}copy{copy}")
    return term


def _describe(title: str, snapshots: Path) -> Data:
    file = snapshots.parent / "quads.nq"
    store = Store.read_only(str(open_current(snapshots).store))
    if not file.is_file():
        draft = file.with_suffix(".draft")
        serialize(iter(store), str(draft), RdfFormat.N_QUADS)
        draft.rename(file)
    solutions = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", use_default_graph_as_union=True)
    assert isinstance(solutions, QuerySolutions)
    return Data(title, snapshots, file, int(next(iter(solutions))["n"].value))
