"""The sources of a home folder, read again where a file was saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ahg_graph.sources.turtle import Source, Sources, list_sources, load_source

_POLL = 0.1

Stamp = tuple[int, int, int]


class WatchedHome:
    """What the files of a home folder hold; `take_changes` reads again those that were saved since."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._stamps: dict[Path, Stamp] = {}
        self._read: dict[Path, Source] = {}
        self._others: dict[Path, Stamp] = {}
        self.take_changes()

    @property
    def sources(self) -> Sources:
        """All sources as they were last read."""
        return Sources(tuple(sorted(self._read.values(), key=lambda source: source.path)))

    def take_changes(self) -> list[tuple[Source | None, Source | None]]:
        """Return each source that was saved, made or deleted since, as it was before and as it is now."""
        changes: list[tuple[Source | None, Source | None]] = []
        found = {path: (role, graph) for path, role, graph in list_sources(self.home)}
        for path in self._stamps.keys() - found.keys():
            del self._stamps[path]
            changes.append((self._read.pop(path), None))
        for path, (role, graph) in found.items():
            stamp = _stamp(path)
            if stamp is None or self._stamps.get(path) == stamp:
                continue
            self._stamps[path] = stamp
            before = self._read.get(path)
            now = load_source(self.home, path, role, graph)
            self._read[path] = now
            if before is None or before.sha256 != now.sha256:
                changes.append((before, now))
        return changes

    def find_other_changes(self) -> bool:
        """Return whether another file that a build reads was saved since: a shape, a rule, a saved query."""
        patterns = ("graph.toml", "ontology/shapes/*", "ontology/rules/*", "ontology/display.ttl", "queries/*")
        paths = (path for pattern in patterns for path in self.home.glob(pattern))
        now = {path: stamp for path in paths if (stamp := _stamp(path))}
        before, self._others = self._others, now
        return bool(before) and before != now

    def wait(self, stop: Callable[[], bool] = lambda: False) -> Iterator[list[tuple[Source | None, Source | None]]]:
        """Yield the changes of each time that something was saved, none where it was another file; until `stop`."""
        self.find_other_changes()
        while not stop():
            changes = self.take_changes()
            if self.find_other_changes() or changes:
                yield changes
            else:
                time.sleep(_POLL)


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
