"""The services of releases that are available beside the one served, so that an answer can be bound to any of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Generic

from ahg_graph.config.paths import find_folder
from ahg_graph.errors import Overloaded, ReleaseError, ReleaseGone, SnapshotError, UnknownRelease
from ahg_graph.release import Release, list_releases, open_release
from ahg_graph.service.query_service import Engine, QueryService, open_query_service
from ahg_graph.snapshot import Snapshot

_MOST_OPEN = 2
"""Releases that are open at once, beside the one served; a comparison needs two."""


class _OpenRelease(Generic[Engine]):
    """A release that is open, or is about to be; `users` counts the requests that hold it."""

    def __init__(self, service: asyncio.Future[QueryService[Engine]]) -> None:
        self.service = service
        self.users = 0


class ReleasePool(Generic[Engine]):
    """The releases that answers can be bound to. An idle one is closed for the next.

    `start` gives what answers for the snapshot of another release, and `end` ends it.
    """

    def __init__(
        self,
        served: QueryService[Engine],
        start: Callable[[Snapshot], Awaitable[Engine]],
        end: Callable[[Engine], Awaitable[None]],
    ) -> None:
        self._served = served
        self._start_engine = start
        self._end_engine = end
        self._opened: dict[str, _OpenRelease[Engine]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def served(self) -> str:
        """The identity of the release that is served."""
        return self._served.identity

    def list_available(self) -> list[Release]:
        """Return the releases in the folder, the newest first."""
        return list_releases(find_folder("releases"))

    def find_predecessor(self, identity: str) -> str | None:
        """Return the release that a release was compared with, or else the newest older one; None without any."""
        kept = self.list_available()
        release = next((release for release in kept if release.identity == identity), None)
        if release is None:  # served, and not yet released: whatever is in the folder came before
            return kept[0].identity if kept else None
        if any(other.identity == release.since for other in kept):
            return release.since
        return next((other.identity for other in kept[kept.index(release) + 1 :]), None)

    @asynccontextmanager
    async def open(self, identity: str | None) -> AsyncIterator[QueryService[Engine]]:
        """Give the service of a release, of the one served without an identity, for as long as it is needed.

        Raises UnknownRelease for a release that never was, ReleaseGone for one that cannot be asked any more, and
        Overloaded while others hold all that may be open.
        """
        if identity is None or identity == self.served:
            yield self._served
            return
        opened = self._opened.pop(identity, None) or await self._open(identity)
        self._opened[identity] = opened  # the one used last comes last
        opened.users += 1
        try:
            yield await asyncio.shield(opened.service)
        except BaseException:
            if opened.service.done() and (opened.service.cancelled() or opened.service.exception()):
                self._opened.pop(identity, None)
            raise
        finally:
            opened.users -= 1

    async def _open(self, identity: str) -> _OpenRelease[Engine]:
        snapshot = await asyncio.to_thread(self._find, identity)
        if identity in self._opened:  # another request was quicker
            return self._opened.pop(identity)
        self._make_room()
        return _OpenRelease(asyncio.ensure_future(self._start(snapshot)))

    def _find(self, identity: str) -> Snapshot:
        """Return what answers for a release."""
        kept = self.list_available()
        known = {release.identity for release in kept}
        shown = list(self._describe(kept))
        if identity not in known:
            if any(release.since == identity for release in kept):
                raise ReleaseGone(f"release {identity} is no longer available on this server", shown)
            raise UnknownRelease(f"there is no release {identity!r}", shown)
        try:
            return open_release(find_folder("releases"), find_folder("snapshots"), identity)
        except ReleaseError as error:
            raise self._say_gone(identity, error) from error

    def _say_gone(self, identity: str, error: Exception) -> ReleaseGone:
        others = [text for text in self._describe(self.list_available()) if not text.startswith(identity)]
        return ReleaseGone(f"the release can no longer be queried: {error}", others)

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

    async def _close(self, opened: _OpenRelease[Engine]) -> None:
        await self._end_engine((await opened.service).engine)

    async def _start(self, snapshot: Snapshot) -> QueryService[Engine]:
        engine = await self._start_engine(snapshot)
        try:
            return await open_query_service(engine, snapshot, self._served.catalogue, self._served.run)
        except BaseException as error:
            await self._end_engine(engine)
            if isinstance(error, SnapshotError):  # made by an earlier version of this software
                gone = await asyncio.to_thread(self._say_gone, snapshot.manifest.identity, error)
                raise gone from error
            raise
