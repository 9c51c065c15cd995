"""How a running server is found by those on the same machine who may tell it to move to another snapshot.

Each server keeps a small file in the temporary folder of its user: who it is, what it serves, and why the last move
was refused. The file goes when the server does; one that was left behind names no living process.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

_POLL = 0.05


@dataclass(frozen=True, slots=True)
class Notice:
    """What a server says of itself: process and its start, address, identity of its snapshot, reason of a refusal.

    `moves` counts the times that it was told to move.
    """

    process: int
    started: float
    url: str
    identity: str
    moves: int = 0
    refusal: str = ""


def announce(shelf: Path, notice: Notice) -> None:
    """Write or replace a server's notice; raises OSError where that cannot be done."""
    folder = _find_folder(shelf)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_ours(folder.parent):
        raise PermissionError(f"{folder.parent} is another user's")
    fresh = folder / f".{notice.process}"
    fresh.write_text(json.dumps(asdict(notice)), encoding="utf-8")
    fresh.replace(folder / f"{notice.process}.json")


def withdraw(shelf: Path, process: int) -> None:
    """Remove a server's notice."""
    (_find_folder(shelf) / f"{process}.json").unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        _find_folder(shelf).rmdir()


def list_servers(shelf: Path) -> Iterator[Notice]:
    """Yield the notice of every server that serves from a shelf and lives."""
    folder = _find_folder(shelf)
    if not folder.exists() or not _is_ours(folder.parent):
        return
    for path in sorted(folder.glob("*.json")):
        try:
            notice = Notice(**json.loads(path.read_text(encoding="utf-8")))
            process = psutil.Process(notice.process)
            if abs(process.create_time() - notice.started) < 1:
                yield notice
        except (OSError, ValueError, TypeError, psutil.Error):
            continue


def tell_to_move(shelf: Path, notice: Notice, patience: float) -> Notice:
    """Signal a server to serve the current snapshot and return its notice once it has tried.

    Raises ProcessLookupError when it is gone and TimeoutError when it takes longer than `patience` seconds.
    """
    os.kill(notice.process, signal.SIGHUP)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = next((other for other in list_servers(shelf) if other.process == notice.process), None)
        if found is None:
            raise ProcessLookupError(f"the server {notice.process} is gone")
        if found.moves > notice.moves:
            return found
        time.sleep(_POLL)
    raise TimeoutError(f"the server {notice.process} did not say what became of it")


def describe_self(url: str, identity: str) -> Notice:
    """Return the notice of this process."""
    return Notice(os.getpid(), psutil.Process().create_time(), url, identity)


def _is_ours(folder: Path) -> bool:
    """Say whether nobody but this user can have put anything into a folder."""
    status = folder.lstat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _find_folder(shelf: Path) -> Path:
    name = hashlib.sha256(str(shelf.resolve()).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"ahg-graph-{os.getuid()}" / name
