"""One worker process as the server sees it."""

from __future__ import annotations

import asyncio
import contextlib
import mmap
import os
import re
import socket
import sys
from array import array
from collections.abc import Callable

from ahg_graph.errors import AhgGraphError
from ahg_graph.sparql.lexer import QuerySummary
from ahg_graph.sparql.types import SparqlQuery, SparqlResult
from ahg_graph.workers.fork_server import ForkServer, open_file, read_tail
from ahg_graph.workers.wire_format import (
    FORMS,
    HEADER,
    MEDIA_TYPES,
    NUMBERS,
    FrameType,
    decode_error,
    decode_note,
    encode_question,
)

_NO_MEMORY = re.compile(rb"memory allocation of \d+ bytes failed|bad_alloc|MemoryError|out of memory|malloc")
_SENT = 1 << 18
_READ = 72 * 1024  # holds the largest answer that comes inline
_DESCRIPTORS = socket.CMSG_SPACE(array("i").itemsize)

Report = Callable[["WorkerProcess", "SparqlResult | AhgGraphError | None"], None]
"""Called once for each thing a worker does: an answer, an error, or None when it is ready or has ended."""


class WorkerProcess:
    """A process with one question at most; `leaves` when it will end. `pid` is 0 until it has opened its store."""

    def __init__(self, fork_server: ForkServer, report: Report) -> None:
        self._report = report
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._space = bytearray(_READ)
        self._files: list[int] = []
        self._unsent = b""
        self._errors = open_file()
        self.pid = self._thread = 0
        self.leaves = self.has_ended = self.is_low = self.request_unread = False
        self._socket, theirs = socket.socketpair()
        with theirs:
            thread, self._death_pipe = os.pipe()
            try:
                fork_server.spawn([theirs.fileno(), thread, self._errors.fileno()])
            except OSError:
                os.close(self._death_pipe)
                raise
            finally:
                os.close(thread)
        self._socket.setblocking(False)
        self._loop.add_reader(self._socket.fileno(), self._read)

    def ask(self, question: SparqlQuery, summary: QuerySummary) -> None:
        """Send a question; what comes of it is reported."""
        data = encode_question(question, summary)
        try:
            sent = self._socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.request_unread = True
            return  # the reader finds the end of the socket and reports it
        if sent < len(data):
            self._unsent = data[sent:]
            self._loop.add_writer(self._socket.fileno(), self._write)

    def kill(self) -> None:
        """End the process at once; nothing more is reported."""
        self._close()
        self._errors.close()

    def lower_priority(self) -> None:
        """Let the processes of plain questions go first; there is no way back without privileges."""
        with contextlib.suppress(OSError):
            # Linux gives each thread a priority of its own.
            os.setpriority(os.PRIO_PROCESS, self._thread if sys.platform == "linux" else self.pid, 10)
            self.is_low = True

    def read_errors(self) -> bytes:
        """Return the end of what the process wrote to its standard error."""
        return read_tail(self._errors)

    def ran_out_of_memory(self) -> bool:
        """Return whether a process that ended of itself ended for want of memory."""
        return _NO_MEMORY.search(self.read_errors()) is not None

    def _close(self) -> None:
        if not self.has_ended:
            self.has_ended = True
            self._loop.remove_reader(self._socket.fileno())
            self._loop.remove_writer(self._socket.fileno())
            self._socket.close()
            os.close(self._death_pipe)
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
            count, descriptors, _, _ = self._socket.recvmsg_into([self._space], _DESCRIPTORS)
        except BlockingIOError:
            return
        except ConnectionResetError:
            # What a process leaves unread in its socket when it ends is reported (unix(7)).
            self.request_unread = True
            count, descriptors = 0, []
        except OSError:
            count, descriptors = 0, []
        for _, _, packed in descriptors:
            self._files += array("i", packed)
        if not count:
            self._close()
            self._report(self, None)
            self._errors.close()
            return
        frame = memoryview(self._space)[:count]
        if self._buffer:
            self._buffer += frame
            frame = memoryview(bytes(self._buffer))
        if len(frame) < HEADER.size:
            self._buffer[:] = frame
            return
        kind, form, media_type, leaves, noted, size = HEADER.unpack_from(frame)
        begun = HEADER.size + noted
        if len(frame) < begun:
            self._buffer[:] = frame
            return
        body: bytes | memoryview
        if kind == FrameType.FILE:
            file = self._files.pop()
            body = memoryview(mmap.mmap(file, size, prot=mmap.PROT_READ))
            os.close(file)
        elif len(frame) < begun + size:
            self._buffer[:] = frame
            return
        else:
            body = bytes(frame[begun:])
        extensions = decode_note(bytes(frame[HEADER.size : begun])) if noted else ()
        self._buffer.clear()
        self.leaves = bool(leaves)
        if kind == FrameType.READY:
            self.pid, self._thread = NUMBERS.unpack(body)
            self._report(self, None)
        elif kind == FrameType.ERROR:
            self._report(self, decode_error(bytes(body)))
        else:
            self._report(self, SparqlResult(body, MEDIA_TYPES[media_type], FORMS[form], extensions))
