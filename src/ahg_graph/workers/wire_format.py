"""What passes between the server and its worker processes, as bytes.

A question is a length and a marshalled tuple; what comes back is a header and a body, or the descriptor of a file in
memory that holds a large body, so that no large answer passes through Python.
"""

from __future__ import annotations

import json
import marshal
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any

from ahg_graph import errors
from ahg_graph.sparql.lexer import QuerySummary
from ahg_graph.sparql.media_types import GRAPH_TYPES, RESULT_TYPES
from ahg_graph.sparql.types import QueryForm, SparqlQuery

LENGTH = struct.Struct("!I")
"""Comes before a question."""

HEADER = struct.Struct("!BBBBHI")
"""Kind, index of the form, index of the media type, whether the worker leaves, and the lengths of a note and the body.

The note comes first, and tells what the query uses beyond SPARQL 1.1.
"""

_LONGEST_NOTE = 4096  # bytes

NUMBERS = struct.Struct("!II")
"""The body of READY: the numbers of the process and of the thread in it that answers."""

FORMS = tuple(QueryForm)
MEDIA_TYPES = (*RESULT_TYPES.values(), *GRAPH_TYPES.values())

FORK_REQUEST = b"+"
"""Asks the fork server for a worker; the descriptors that a worker is given come with it."""


class FrameType(IntEnum):
    """What a frame from a worker holds."""

    READY = 0
    INLINE = 1
    FILE = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What workers are started with; `memory` (on top of an idle worker) and `answer` are in mebibytes.

    `store` is a folder of the engine's files, which is read into memory if it is to be `held`, or a file of TriG, which
    always is; `graphs` exist in memory even when they are empty. `home` are the facts that queries are resolved by.
    """

    store: str
    union: bool = True
    memory: int = 512
    answer: int = 64
    graphs: tuple[str, ...] = ()
    held: bool = False
    home: Mapping[str, Any] | None = None

    def to_json(self) -> str:
        """Return the options as the text of a command line argument."""
        return json.dumps(asdict(self))


def encode_question(question: SparqlQuery, summary: QuerySummary) -> bytes:
    """Return a frame with a question and what is already known of its text."""
    body = marshal.dumps(
        (
            (question.text, question.default_graphs, question.named_graphs, question.results_type, question.graph_type),
            (summary.form, summary.prologue, summary.graphs, summary.clauses),
        )
    )
    return LENGTH.pack(len(body)) + body


def decode_question(body: bytes) -> tuple[SparqlQuery, QuerySummary]:
    """Return the question of a frame, and of its summary what `store` needs."""
    (text, default, named, results_type, graph_type), (form, prologue, graphs, clauses) = marshal.loads(body)  # noqa: S302 - the other end is the process that started this one
    question = SparqlQuery(text, default, named, results_type, graph_type)
    return question, QuerySummary(form, 0, prologue, graphs, clauses)


def encode_note(extensions: Sequence[str]) -> bytes:
    """Return what a query uses beyond SPARQL 1.1 as the note of a frame; of very many things the first are named."""
    kept = list(extensions)
    while len(note := json.dumps(kept).encode()) > _LONGEST_NOTE:
        kept = kept[: len(kept) // 2]
    return note if kept else b""


def decode_note(note: bytes) -> tuple[str, ...]:
    """Return what `encode_note` wrote."""
    return tuple(json.loads(note)) if note else ()


def encode_error(error: errors.AhgGraphError) -> bytes:
    """Return an error as the body of a frame."""
    if isinstance(error, errors.QuerySyntaxError):
        arguments: list[object] = [error.reason, error.line, error.column]
    elif isinstance(error, errors.NotAcceptable):
        arguments = [error.offered, error.reason]
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
