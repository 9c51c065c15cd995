"""What is wrong with what was saved last: syntax, codes, names, references and the shapes of what changed.

The shapes are asked only of the things whose triples changed and of those next to them, so that the answer comes in a
fraction of a second. Contradictions and saved queries are a matter of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ahg_graph.authoring.watched_home import WatchedHome
from ahg_graph.config.home_file import read_home
from ahg_graph.config.prefixes import activate_home
from ahg_graph.errors import AhgGraphError, HomeFileError
from ahg_graph.rdf.terms import NamedNode, Term, Triple
from ahg_graph.shapes import ShapeError, Violation, load_shapes, sort_violations
from ahg_graph.shapes.focused_check import FocusedCheck
from ahg_graph.shapes.slips import Names, find_undescribed, leave_out_consequences
from ahg_graph.sources.turtle import Role, Source, Sources

_ROLES: tuple[Role, ...] = ("ontology", "register", "record", "words", "texts")
_SOME = 400
"""Things that are looked at when more than that changed at once: the whole check has the rest."""

Change = tuple[Source | None, Source | None]


class QuickCheck:
    """A home folder that is looked at while someone writes in it; `check` says what is wrong with the last change."""

    def __init__(self, home: Path) -> None:
        activate_home(read_home(home))
        self.watched = WatchedHome(home)
        self._open: set[Term] = set()
        self._check = self._prepare()

    def _prepare(self) -> FocusedCheck:
        return FocusedCheck(load_shapes(self.watched.home), self.watched.sources.triples(*_ROLES))

    def check(self, changes: Sequence[Change]) -> list[object]:
        """Take over some changes and return all that is wrong with them, by file and line.

        A thing that was wrong is looked at again with each change until it is right.
        """
        try:
            activate_home(read_home(self.watched.home))
        except HomeFileError as error:
            return [error]
        sources = self.watched.sources
        if not changes or any(each.role == "ontology" for pair in changes for each in pair if each):
            self._check = self._prepare()
        removed, added = _compare(changes)
        if changes:
            self._check.change(removed, added)
        errors = [_first_of_each(source) for source in sources.files if source.errors]
        changed = removed | added
        focus = list(dict.fromkeys((*_list_around(changed, sources), *self._open)))
        names = Names(sources)
        undescribed = find_undescribed(sources.files, names)
        try:
            found = self._check.check(focus[:_SOME], sources)
        except ShapeError as error:
            return [*errors, error]
        damaged = [source for source in sources.files if source.errors]
        kept = [
            violation
            for violation in leave_out_consequences(sort_violations(found), undescribed, names)
            if not any(_is_named(violation, source) for source in damaged)
        ]
        self._open = {violation.subject for violation in found if violation.severity == "violation"}
        shown = [each for each in undescribed if not any(_local(each.name) in s.local_names for s in damaged)]
        return [*errors, *sources.find_duplicates(), *shown, *kept]


def _compare(changes: Sequence[Change]) -> tuple[set[Triple], set[Triple]]:
    """Return the triples that the changes took away, and those that they brought."""
    before = {triple for old, _ in changes if old and old.role in _ROLES for triple in old.triples}
    now = {triple for _, new in changes if new and new.role in _ROLES for triple in new.triples}
    return before - now, now - before


def _first_of_each(source: Source) -> AhgGraphError:
    """Return the first syntax error of a file: those behind it often only follow from it."""
    return source.errors[0]


def _list_around(changed: set[Triple], sources: Sources) -> list[Term]:
    """Return the things whose triples changed, and then those that point to them or that they point to."""
    things: set[Term] = {triple.subject for triple in changed if isinstance(triple.subject, NamedNode)}
    near: set[Term] = {triple.object for triple in changed if isinstance(triple.object, NamedNode)}
    described: set[Term] = set()
    for triple in sources.triples("register", "record") if things else ():
        if isinstance(triple.subject, NamedNode):
            described.add(triple.subject)
            if triple.object in things:
                near.add(triple.subject)
    return [*things, *(near & described - things)]


def _is_named(violation: Violation, source: Source) -> bool:
    return any(_local(term) in source.local_names for term in (violation.subject, violation.value))


def _local(term: Term | None) -> str:
    return term.value.replace("#", "/").rpartition("/")[2] if isinstance(term, NamedNode) else ""
