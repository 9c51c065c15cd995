"""The process that answers questions, one at a time: `python -m ahg_graph.worker`, started by `workers`.

It reads frames from a socket that it inherits and writes one frame for each. A question is a length and a marshalled
tuple; an answer is a header and a body, or the descriptor of a file in memory that holds a large body, so that
no large answer passes through Python. It ends when the socket closes, when its parent ends, or when the allocator
keeps more memory than an idle worker should.
"""

from __future__ import annotations

import gc
import json
import marshal
import os
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from enum import IntEnum
from pathlib import Path

from ahg_graph import errors
from ahg_graph.confinement import close_network, follow_parent, limit_resources, read_memory
from ahg_graph.results import Form, Question, list_media_types
from ahg_graph.store import Store, open_store
from ahg_graph.syntax import Outline

LENGTH = struct.Struct("!I")
HEADER = struct.Struct("!BBBBI")
"""Kind, index of the form, index of the media type, whether the worker leaves, and the length of the body."""

FORMS = tuple(Form)
MEDIA_TYPES = list_media_types()
_INLINE = 64 * 1024
_STACK = 512 * 1024 * 1024  # of address space; chains of operators recurse as deep as they are long
_QUICK = 0.005
_MEBI = 1024 * 1024


class Kind(IntEnum):
    """What a frame from a worker holds."""

    READY = 0
    INLINE = 1
    FILE = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Options:
    """What a worker is started with; `memory` (on top of an idle worker) and `answer` are in mebibytes."""

    store: str
    union: bool = True
    memory: int = 512
    answer: int = 64

    def to_json(self) -> str:
        """Return the options as the text of a command line argument."""
        return json.dumps(asdict(self))


def encode_question(question: Question, outline: Outline) -> bytes:
    """Return a frame with a question and what is already known of its text."""
    body = marshal.dumps(
        (
            (question.text, question.default_graphs, question.named_graphs, question.results_type, question.graph_type),
            (outline.form, outline.prologue, outline.has_service, outline.graphs),
        )
    )
    return LENGTH.pack(len(body)) + body


def decode_question(body: bytes) -> tuple[Question, Outline]:
    """Return the question of a frame, and of its outline what `store` needs."""
    (text, default, named, results_type, graph_type), (form, prologue, has_service, graphs) = marshal.loads(body)  # noqa: S302 - the other end is the process that started this one
    question = Question(text, default, named, results_type, graph_type)
    return question, Outline(form, 0, prologue, has_service, graphs, False, "", "")


def encode_error(error: errors.AhgGraphError) -> bytes:
    """Return an error as the body of a frame."""
    if isinstance(error, errors.QuerySyntaxError):
        arguments: list[object] = [error.reason, error.line, error.column]
    elif isinstance(error, errors.NotAcceptable):
        arguments = [error.offered]
    else:
        arguments = [str(error)]
    return json.dumps([type(error).__name__, arguments]).encode()


def decode_error(body: bytes) -> errors.AhgGraphError:
    """Return the error that `encode_error` wrote."""
    name, arguments = json.loads(body)
    error = getattr(errors, name)(*arguments)
    if not isinstance(error, errors.AhgGraphError):
        raise TypeError(f"{name} is not one of the project's errors")
    return error


def serve(connection: socket.socket, store: Store, spare_memory: int) -> None:
    """Answer questions until the socket closes, or until more than `spare_memory` bytes stay in use when idle."""
    idle = read_memory()
    file = _open_file()
    connection.sendall(HEADER.pack(Kind.READY, 0, 0, 0, 0))
    while (head := _receive(connection, LENGTH.size)) is not None:
        body = _receive(connection, LENGTH.unpack(head)[0])
        if body is None:
            return
        question, outline = decode_question(body)
        begun = time.monotonic()
        try:
            media_type, form = store.write_answer(question, f"/dev/fd/{file}", outline)
        except errors.AhgGraphError as error:
            leaves = isinstance(error, errors.QueryMemory)
            text = encode_error(error)
            connection.sendall(HEADER.pack(Kind.ERROR, 0, 0, leaves, len(text)) + text)
        else:
            size = os.fstat(file).st_size
            # What took no time took no memory to speak of.
            leaves = time.monotonic() - begun > _QUICK and read_memory() > idle + spare_memory
            kind = Kind.INLINE if size <= _INLINE else Kind.FILE
            header = HEADER.pack(kind, FORMS.index(form), MEDIA_TYPES.index(media_type), leaves, size)
            if kind is Kind.INLINE:
                connection.sendall(header + os.pread(file, size, 0))
            else:
                socket.send_fds(connection, [header], [file])
                os.close(file)
                file = _open_file()
        if leaves:
            return


def main() -> None:
    """Run a worker: the first argument is the inherited socket, the second its options as JSON."""
    follow_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = socket.socket(fileno=int(sys.argv[1]))
    options = Options(**json.loads(sys.argv[2]))
    store = open_store(Path(options.store), options.union)
    store.answer(Question("ASK {}"))
    close_network()

    def run() -> None:
        limit_resources(options.memory * _MEBI, options.answer * _MEBI)
        serve(connection, store, options.memory * _MEBI // 4)

    gc.freeze()
    gc.disable()
    threading.stack_size(_STACK)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    os._exit(0)


def _open_file() -> int:
    """Return a descriptor of an empty file that has no name."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("answer", os.MFD_CLOEXEC)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _receive(connection: socket.socket, size: int) -> bytes | None:
    """Return exactly that many bytes, or None when the other end has closed."""
    data = bytearray()
    while len(data) < size:
        try:
            part = connection.recv(size - len(data))
        except ConnectionResetError:
            return None
        if not part:
            return None
        data += part
    return bytes(data)


if __name__ == "__main__":
    main()
