"""The process from which workers are forked, as the server sees it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import IO

from ahg_graph.workers.wire_format import FORK_REQUEST, WorkerOptions

_TAIL = 4096
_ALLOCATOR = {"MALLOC_ARENA_MAX": "1", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=2000"}
"""How the C library hands out memory: from one arena, and from a cache large enough for the many small pieces that a
query takes and gives back, which makes the engine a tenth faster."""


class ForkServer:
    """A process that has read the graph and forks workers; started anew when it is found to have ended.

    The workers live on without it. They end with the server, or when what they were given is closed.
    """

    def __init__(self, options: WorkerOptions) -> None:
        self._options = options
        self._errors = open_file()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def spawn(self, descriptors: Sequence[int]) -> None:
        """Ask for a worker that has its own copies of these descriptors.

        Without a process to fork it the copies are closed, which the other ends show.
        """
        for _ in range(2):
            if self._control is None or (self._process and self._process.poll() is not None):
                self._start()
            with contextlib.suppress(OSError):
                assert self._control  # noqa: S101 - it was started
                socket.send_fds(self._control, [FORK_REQUEST], descriptors)
                return
            self._forget()

    def close(self) -> None:
        """Let the process end, which it does when the last of its workers has."""
        if self._control:
            self._control.close()

    def kill(self) -> None:
        """End the process at once; for one from which no worker has come yet."""
        if self._process:
            self._process.kill()

    def wait(self) -> None:
        """Wait until the process has ended."""
        if self._process:
            self._process.wait()
        self._errors.close()

    def read_errors(self) -> bytes:
        """Return the end of what the process wrote to its standard error."""
        return read_tail(self._errors)

    def _start(self) -> None:
        self._forget()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._control, theirs = socket.socketpair()
        with theirs:
            # In a session of its own: a Ctrl-C at the terminal is for the server alone.
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-m",
                    "ahg_graph.workers.child_process",
                    str(theirs.fileno()),
                    self._options.to_json(),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                start_new_session=True,
                env={"PATH": os.defpath, "LANG": "C.UTF-8", **_ALLOCATOR},
            )

    def _forget(self) -> None:
        if self._control:
            self._control.close()
            self._control = None


def open_file() -> IO[bytes]:
    """Return an empty file for what a process writes to its standard error: in memory, because a disk may be full."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("errors", os.MFD_CLOEXEC), "w+b", buffering=0)
    return tempfile.TemporaryFile()


def read_tail(file: IO[bytes]) -> bytes:
    """Return the end of a file that another process writes."""
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - _TAIL))
    return file.read()
