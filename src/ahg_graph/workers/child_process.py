"""The processes that answer questions: `python -m ahg_graph.workers.child_process`, started by `workers`.

The program itself is the fork server: it reads the graph once and then forks a worker whenever asked, so that a
worker is there within milliseconds and all of them share one copy of a graph that is held in memory. A worker answers
one question at a time and writes one frame for each; see `wire_format`. It ends when its socket closes, when the write
end of its lifeline closes - in the middle of a query, silently - or when the allocator keeps more memory than an
idle worker should.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from ahg_graph import errors
from ahg_graph.config.home_file import parse_home
from ahg_graph.config.prefixes import activate_home
from ahg_graph.sparql.store import Store, open_store
from ahg_graph.sparql.types import SparqlQuery
from ahg_graph.workers.sandbox import (
    exit_when_closed,
    exit_with_parent,
    install_seccomp_filter,
    limit_resources,
    read_memory,
)
from ahg_graph.workers.wire_format import (
    FORK_REQUEST,
    FORMS,
    HEADER,
    LENGTH,
    MEDIA_TYPES,
    NUMBERS,
    FrameType,
    WorkerOptions,
    decode_question,
    encode_error,
    encode_note,
)

_INLINE = 64 * 1024
_STACK = 512 * 1024 * 1024  # of address space; chains of operators recurse as deep as they are long
_QUICK = 0.005
_MEBI = 1024 * 1024
_FORMS = {form: place for place, form in enumerate(FORMS)}
_MEDIA_TYPES = {media_type: place for place, media_type in enumerate(MEDIA_TYPES)}
_GIVEN = 3  # descriptors: socket, lifeline, standard error


def main() -> None:
    """Run the fork server: the first argument is the inherited socket of the server, the second the options as JSON."""
    exit_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no one asks how a worker ended: it is collected at once
    control = socket.socket(fileno=int(sys.argv[1]))
    given = json.loads(sys.argv[2])
    options = WorkerOptions(**{**given, "graphs": tuple(given["graphs"])})
    activate_home(parse_home(options.home) if options.home else None)
    # Files that are not held are opened by each worker: the engine then has threads, which do not live through a fork.
    held = _open(options) if options.held or not Path(options.store).is_dir() else None
    install_seccomp_filter()
    gc.freeze()
    gc.disable()
    while True:
        descriptors: list[int] = []
        message, ancillary, _, _ = control.recvmsg(len(FORK_REQUEST), socket.CMSG_SPACE(array("i").itemsize * _GIVEN))
        for _, _, packed in ancillary:
            descriptors += array("i", packed)
        if not message:
            break
        if not os.fork():
            control.close()
            _work(options, held, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        while True:
            os.wait()
    except ChildProcessError:
        os._exit(0)


def serve(connection: socket.socket, store: Store, spare_memory: int, most: int) -> None:
    """Answer questions until the socket closes, or until more than `spare_memory` bytes stay in use when idle.

    An answer has `most` bytes at the most.
    """
    idle = read_memory()
    numbers = NUMBERS.pack(os.getpid(), threading.get_native_id())
    connection.sendall(HEADER.pack(FrameType.READY, 0, 0, 0, 0, len(numbers)) + numbers)
    while (body := _receive(connection)) is not None:
        question, summary = decode_question(body)
        begun = time.monotonic()
        try:
            answer = store.answer(question, summary, most)
        except errors.AhgGraphError as error:
            leaves = isinstance(error, errors.QueryMemory)
            text = encode_error(error)
            connection.sendall(HEADER.pack(FrameType.ERROR, 0, 0, leaves, 0, len(text)) + text)
        else:
            # What took no time took no memory to speak of.
            leaves = time.monotonic() - begun > _QUICK and read_memory() > idle + spare_memory
            size = len(answer.body)
            kind = FrameType.INLINE if size <= _INLINE else FrameType.FILE
            note = encode_note(answer.extensions)
            header = HEADER.pack(kind, _FORMS[answer.form], _MEDIA_TYPES[answer.media_type], leaves, len(note), size)
            if kind is FrameType.INLINE:
                _send(connection, header + note, answer.body)
            else:
                file = _write_file(answer.body)
                socket.send_fds(connection, [header + note], [file])
                os.close(file)
        if leaves:
            return


def _work(options: WorkerOptions, held: Store | None, descriptors: Sequence[int]) -> NoReturn:
    """Be a worker, with its socket, its lifeline and its standard error, and end the process."""
    try:
        connection, lifeline, log = descriptors
        exit_when_closed(lifeline)
        os.dup2(log, sys.stderr.fileno())
        store = held or _open(options)

        def run() -> None:
            limit_resources(options.memory * _MEBI, options.answer * _MEBI)
            serve(socket.socket(fileno=connection), store, options.memory * _MEBI // 4, options.answer * _MEBI)

        threading.stack_size(_STACK)
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    except BaseException:
        sys.excepthook(*sys.exc_info())  # the server reads it from the standard error
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _open(options: WorkerOptions) -> Store:
    store = open_store(Path(options.store), options.union, options.graphs, options.held)
    store.answer(SparqlQuery("ASK {}"))
    return store


def _write_file(body: bytes | memoryview) -> int:
    """Return a descriptor of a file without a name that holds an answer."""
    if hasattr(os, "memfd_create"):
        file = os.memfd_create("answer", os.MFD_CLOEXEC)
    else:
        with tempfile.TemporaryFile() as opened:
            file = os.dup(opened.fileno())
    with os.fdopen(file, "wb", closefd=False) as stream:
        stream.write(body)
    return file


def _send(connection: socket.socket, header: bytes, body: bytes | memoryview) -> None:
    """Send a frame, the body from where it lies."""
    sent = connection.sendmsg((header, body))
    if sent < len(header) + len(body):
        connection.sendall((header + bytes(body))[sent:])


def _receive(connection: socket.socket) -> bytes | None:
    """Return the body of one frame, or None when the other end has closed; the server sends one frame at a time."""
    data = b""
    needed = LENGTH.size
    while len(data) < needed:
        try:
            part = connection.recv(max(_INLINE, needed - len(data)))
        except ConnectionResetError:
            return None
        if not part:
            return None
        data = data + part if data else part
        if needed == LENGTH.size <= len(data):
            needed += LENGTH.unpack_from(data)[0]
    return data[LENGTH.size :]


if __name__ == "__main__":
    main()
