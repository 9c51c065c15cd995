"""How a running server is found by those on the same machine that may ask it to move to another snapshot.

Each server keeps a small file in the temporary folder of its user: who it is, what it serves, and why the last reload
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
class ServerInstance:
    """What a server says of itself: process and its start, address, identity of its snapshot, reason of a refusal.

    `moves` counts the times that it was asked to reload.
    """

    process: int
    started: float
    url: str
    identity: str
    reloads: int = 0
    refusal: str = ""


def register(snapshots: Path, notice: ServerInstance) -> None:
    """Write or replace a server's notice; raises OSError where that cannot be done."""
    folder = _find_folder(snapshots)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_ours(folder.parent):
        raise PermissionError(f"{folder.parent} is another user's")
    fresh = folder / f".{notice.process}"
    fresh.write_text(json.dumps(asdict(notice)), encoding="utf-8")
    fresh.replace(folder / f"{notice.process}.json")


def unregister(snapshots: Path, process: int) -> None:
    """Remove a server's notice."""
    (_find_folder(snapshots) / f"{process}.json").unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        _find_folder(snapshots).rmdir()


def list_servers(snapshots: Path) -> Iterator[ServerInstance]:
    """Yield every running server that serves from a folder of snapshots."""
    folder = _find_folder(snapshots)
    if not folder.exists() or not _is_ours(folder.parent):
        return
    for path in sorted(folder.glob("*.json")):
        try:
            notice = ServerInstance(**json.loads(path.read_text(encoding="utf-8")))
            process = psutil.Process(notice.process)
            if abs(process.create_time() - notice.started) < 1:
                yield notice
        except (OSError, ValueError, TypeError, psutil.Error):
            continue


def request_reload(snapshots: Path, notice: ServerInstance, patience: float) -> ServerInstance:
    """Signal a server to serve the current snapshot and return its notice once it has tried.

    Raises ProcessLookupError when it is gone and TimeoutError when it takes longer than `patience` seconds.
    """
    os.kill(notice.process, signal.SIGHUP)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = next((other for other in list_servers(snapshots) if other.process == notice.process), None)
        if found is None:
            raise ProcessLookupError(f"the server {notice.process} is gone")
        if found.reloads > notice.reloads:
            return found
        time.sleep(_POLL)
    raise TimeoutError(f"the server {notice.process} did not say what became of it")


def current_instance(url: str, identity: str) -> ServerInstance:
    """Return the notice of this process."""
    return ServerInstance(os.getpid(), psutil.Process().create_time(), url, identity)


def _is_ours(folder: Path) -> bool:
    """Return whether no one but this user can have put anything into a folder."""
    status = folder.lstat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _find_folder(snapshots: Path) -> Path:
    name = hashlib.sha256(str(snapshots.resolve()).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"ahg-graph-{os.getuid()}" / name
