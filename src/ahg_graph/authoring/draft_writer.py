"""Drafts: what the sources say as they are being written, as snapshots that say what is wrong with them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from ahg_graph.authoring.quick_check import QuickCheck
from ahg_graph.build.pipeline import build_draft
from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import AhgGraphError
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.snapshot import Snapshot
from ahg_graph.sources.turtle import Source

_KEPT = 2
"""Drafts that are kept: the one that is shown, and the one before it, which may still be read."""


class DraftWriter:
    """Writes drafts of a home folder, one after the other, each in place of the one before."""

    def __init__(self, home: Path, folder: Path) -> None:
        self._home, self._folder = home, folder
        self._quick = QuickCheck(home)

    def write(self, problems: Sequence[str] = ()) -> Snapshot:
        """Write what is there now; raises BuildFailed where the ontology cannot be read."""
        snapshot = build_draft(self._home, self._folder, self._quick.watched.sources, problems)
        drafts = [path for path in self._folder.iterdir() if path.is_dir() and not path.is_symlink()]
        for path in sorted(drafts, key=lambda path: path.stat().st_mtime)[:-_KEPT]:
            if path != snapshot.path:
                shutil.rmtree(path, ignore_errors=True)
        return snapshot

    def follow(self, tell: Callable[[str], None], show: Callable[[Sequence[str]], None]) -> None:
        """Write a draft each time that something is saved, until the process ends.

        `tell` gets what is wrong, line by line; `show` is called once a draft is there, with the things that it is of.
        """
        for changes in self._quick.watched.wait():
            problems = [str(problem) for problem in self._quick.check(changes)]
            for problem in problems:
                tell(problem)
            try:
                self.write(problems)
            except AhgGraphError as error:
                tell(f"no draft: {error}")
                continue
            show([name for _, now in changes if now and (name := _find_subject(now))])


def _find_subject(source: Source) -> str:
    """Return the IRI of what a file is about: its document, or else what it describes first."""
    key = Path(source.path).stem.upper()
    for document in get_home().documents:
        if document.key == key:
            return document.iri
    return next((triple.subject.value for triple in source.triples if isinstance(triple.subject, NamedNode)), "")
