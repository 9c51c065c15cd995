"""One worker process as the server sees it."""

from __future__ import annotations

import asyncio
import contextlib
import mmap
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Callable
from typing import IO

from ahg_graph.errors import AhgGraphError
from ahg_graph.results import Answer, Question
from ahg_graph.syntax import Outline
from ahg_graph.worker import FORMS, HEADER, MEDIA_TYPES, Kind, Options, decode_error, encode_question

_NO_MEMORY = re.compile(rb"memory allocation of \d+ bytes failed|bad_alloc|MemoryError|out of memory|malloc")
_SENT = 1 << 18
_READ = 72 * 1024  # holds the largest answer that comes inline
_DESCRIPTORS = socket.CMSG_SPACE(array("i").itemsize)

Report = Callable[["Worker", "Answer | AhgGraphError | None"], None]
"""Called once for each thing a worker does: an answer, an error, or None when the process has ended."""


class Worker:
    """A process with one question at most; `is_ready` once it has opened its store, `leaves` when it will end."""

    def __init__(self, options: Options, report: Report) -> None:
        self._report = report
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._files: list[int] = []
        self._unsent = b""
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        self.is_ready = self.leaves = self.has_ended = self.is_low = self.left_unread = False
        self._socket, theirs = socket.socketpair()
        with theirs:
            # In a session of its own: a Ctrl-C at the terminal is for the server alone.
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "ahg_graph.worker", str(theirs.fileno()), options.to_json()],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                start_new_session=True,
                env={"PATH": os.defpath, "MALLOC_ARENA_MAX": "1", "LANG": "C.UTF-8"},
            )
        self._socket.setblocking(False)
        self._loop.add_reader(self._socket.fileno(), self._read)

    @property
    def pid(self) -> int:
        """The process number."""
        return self._process.pid

    def ask(self, question: Question, outline: Outline) -> None:
        """Send a question; what comes of it is reported."""
        data = encode_question(question, outline)
        try:
            sent = self._socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.left_unread = True
            return  # the reader finds the end of the socket and reports it
        if sent < len(data):
            self._unsent = data[sent:]
            self._loop.add_writer(self._socket.fileno(), self._write)

    def kill(self) -> None:
        """End the process at once; nothing more is reported."""
        self._close()
        self._process.kill()
        self._reap()

    def _reap(self) -> None:
        """Collect the exit status without waiting: a process that held much memory takes a while to go."""
        if self._process.poll() is not None:
            self._errors.close()
        elif not self._loop.is_closed():
            self._loop.call_later(0.05, self._reap)

    def wait(self) -> None:
        """Wait for the end of a process that was killed or that ended of itself."""
        self._process.wait()
        self._errors.close()

    def lower_priority(self) -> None:
        """Let the processes of plain questions go first; there is no way back without privileges."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 10)
            self.is_low = True

    def read_errors(self) -> bytes:
        """Return the end of what the process wrote to its standard error."""
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 4096))
        return self._errors.read()

    def ran_out_of_memory(self) -> bool:
        """Say whether an ended process ended for want of memory."""
        return self._process.wait() == -signal.SIGABRT and _NO_MEMORY.search(self.read_errors()) is not None

    @property
    def is_gone(self) -> bool:
        """Whether the process has ended and its exit status is known."""
        return self._errors.closed

    def _close(self) -> None:
        if not self.has_ended:
            self.has_ended = True
            self._loop.remove_reader(self._socket.fileno())
            self._loop.remove_writer(self._socket.fileno())
            self._socket.close()
            for file in self._files:
                os.close(file)

    def _write(self) -> None:
        try:
            self._unsent = self._unsent[self._socket.send(self._unsent[:_SENT]) :]
        except BlockingIOError:
            return
        except OSError:
            self._unsent = b""
        if not self._unsent:
            self._loop.remove_writer(self._socket.fileno())

    def _read(self) -> None:
        try:
            data, descriptors, _, _ = self._socket.recvmsg(_READ, _DESCRIPTORS)
        except BlockingIOError:
            return
        except ConnectionResetError:
            # What a process leaves unread in its socket when it ends is told so (unix(7)).
            self.left_unread = True
            data, descriptors = b"", []
        except OSError:
            data, descriptors = b"", []
        for _, _, packed in descriptors:
            self._files += array("i", packed)
        self._buffer += data
        if not data:
            self._close()
            self._report(self, None)
            return
        if len(self._buffer) < HEADER.size:
            return
        kind, form, media_type, leaves, size = HEADER.unpack_from(self._buffer)
        if kind == Kind.READY:
            del self._buffer[: HEADER.size]
            self.is_ready = True
            self._report(self, None)
            return
        body: bytes | memoryview
        if kind == Kind.FILE:
            file = self._files.pop()
            body = memoryview(mmap.mmap(file, size, prot=mmap.PROT_READ))
            os.close(file)
        elif len(self._buffer) < HEADER.size + size:
            return
        else:
            body = bytes(self._buffer[HEADER.size :])
        self._buffer.clear()
        self.leaves = bool(leaves)
        if kind == Kind.ERROR:
            self._report(self, decode_error(bytes(body)))
        else:
            self._report(self, Answer(body, MEDIA_TYPES[media_type], FORMS[form]))
