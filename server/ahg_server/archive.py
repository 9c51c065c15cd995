"""Desks of releases that are kept beside the one served, so that an answer can be bound to any of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from ahg_graph.errors import Overloaded, ReleaseError
from ahg_graph.home import find_folder
from ahg_graph.interface import SavedQuery
from ahg_graph.release import Release, open_release
from ahg_graph.snapshot import Snapshot
from ahg_graph.workers import Pool
from ahg_server.desk import Desk, open_desk
from ahg_server.problems import ReleaseGone, UnknownThing
from ahg_server.releases import find_shelf, list_downloads
from ahg_server.serving import Serving

_MOST_OPEN = 2
"""Releases that are open at once, beside the one served; a comparison needs two."""

_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """How a question stands to those that a release was made with: a code, the release's version of it, a sentence."""

    code: str
    made_with: int | None
    sentence: str


def find_standing(query: SavedQuery, snapshot: Snapshot) -> Standing | None:
    """Return how a question stands to those that a release was made with, or None when it was made with this one."""
    questions = snapshot.manifest.questions
    versions = [int(label.partition("@")[2]) for label in questions if label.partition("@")[0] == query.name]
    if not questions:
        reason = "This release does not record with which questions it was made; today's text of the question is asked."
        return Standing("unrecorded", None, reason)
    if not versions:
        reason = "When this release was made, the question was not in the catalogue; today's text of it is asked."
        return Standing("absent", None, reason)
    if query.version not in versions:
        reason = (
            f"This release was made with version {max(versions)} of the question; version {query.version} is asked."
        )
        return Standing("older", max(versions), reason)
    if questions[f"{query.name}@{query.version}"] != query.digest:
        reason = (
            f"This release was made with an earlier text of version {query.version} of the question; today's text is "
            "asked, which keeps what that version promised and may answer in further columns at the end."
        )
        return Standing("reworded", query.version, reason)
    return None


class _Opened:
    """A release that is open, or is about to be; `users` counts the requests that hold it."""

    def __init__(self, desk: asyncio.Future[Desk]) -> None:
        self.desk = desk
        self.users = 0


class Archive:
    """The releases that answers can be bound to. One that nobody asks makes room for the next."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._opened: dict[str, _Opened] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def served(self) -> str:
        """The identity of the release that is served."""
        return self._desk.serving.identity

    def list_kept(self) -> list[Release]:
        """Return the releases on the shelf, the newest first."""
        return list_downloads()

    def find_predecessor(self, identity: str) -> str | None:
        """Return the release that a release was compared with, or else the newest older one; None without any."""
        kept = self.list_kept()
        release = next((release for release in kept if release.identity == identity), None)
        if release is None:  # served, and not yet released: whatever is on the shelf came before
            return kept[0].identity if kept else None
        if any(other.identity == release.since for other in kept):
            return release.since
        return next((other.identity for other in kept[kept.index(release) + 1 :]), None)

    @asynccontextmanager
    async def open(self, identity: str | None) -> AsyncIterator[Desk]:
        """Give the desk of a release, of the one served without an identity, for as long as it is needed.

        Raises UnknownThing for a release that never was, ReleaseGone for one that cannot be asked any more, and
        Overloaded while others hold all that may be open.
        """
        if identity is None or identity == self.served:
            yield self._desk
            return
        opened = self._opened.pop(identity, None) or await self._open(identity)
        self._opened[identity] = opened  # the one used last stands last
        opened.users += 1
        try:
            yield await asyncio.shield(opened.desk)
        except BaseException:
            if opened.desk.done() and (opened.desk.cancelled() or opened.desk.exception()):
                self._opened.pop(identity, None)
            raise
        finally:
            opened.users -= 1

    async def _open(self, identity: str) -> _Opened:
        snapshot = await asyncio.to_thread(self._find, identity)
        if identity in self._opened:  # another request was quicker
            return self._opened.pop(identity)
        self._make_room()
        return _Opened(asyncio.ensure_future(self._start(snapshot)))

    def _find(self, identity: str) -> Snapshot:
        """Return what answers for a release."""
        kept = self.list_kept()
        known = {release.identity for release in kept}
        shown = list(self._describe(kept))
        if identity not in known:
            if any(release.since == identity for release in kept):
                raise ReleaseGone(f"release {identity} is no longer available on this server", shown)
            raise UnknownThing(f"there is no release {identity!r}", shown)
        try:
            return open_release(find_shelf(), find_folder("snapshots"), identity)
        except ReleaseError as error:
            others = [text for text in shown if not text.startswith(identity)]
            raise ReleaseGone(f"the release can no longer be queried: {error}", others) from error

    def _describe(self, kept: list[Release]) -> Iterator[str]:
        if all(release.identity != self.served for release in kept):
            yield f"{self.served} (served)"
        yield from (f"{release.identity} ({release.created[:10]})" for release in kept)

    def _make_room(self) -> None:
        if len(self._opened) < _MOST_OPEN:
            return
        idle = next((name for name, opened in self._opened.items() if not opened.users), None)
        if idle is None:
            raise Overloaded(f"{_MOST_OPEN} other releases are in use, which is the limit; try again later")
        opened = self._opened.pop(idle)
        task = asyncio.ensure_future(self._close(opened))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close(self, opened: _Opened) -> None:
        pool = (await opened.desk).serving.pool
        if isinstance(pool, Pool):
            self._desk.serving.beside.remove(pool)
            await pool.drain()

    async def _start(self, snapshot: Snapshot) -> Desk:
        above = self._desk.serving
        limits = replace(above.limits, workers=min(_WORKERS, above.limits.workers), spares=0)
        serving = Serving(snapshot, True, limits, above.metrics)
        if isinstance(serving.pool, Pool):
            above.beside.append(serving.pool)
        await serving.pool.start()
        return await open_desk(serving, self._desk.catalogue)
