"""The process that parses texts before they go to another engine: `python -m ahg_graph.workers.parser_process`.

It writes `READY`, then reads a length and a text, and writes a length and what `encode_parsed` makes of it, until its
input closes. A text may end it: the parser recurses as deep as the text nests.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import BinaryIO

from ahg_graph import errors
from ahg_graph.config.home_file import parse_home
from ahg_graph.config.prefixes import activate_home
from ahg_graph.sparql.query_checks import ParsedQuery, parse_query
from ahg_graph.workers.sandbox import exit_with_parent, install_seccomp_filter, limit_resources
from ahg_graph.workers.wire_format import LENGTH, decode_error, encode_error

READY = b"."
"""What the process writes first, when it has loaded all that it needs."""
_STACK = 512 * 1024 * 1024  # of address space; chains of operators recurse as deep as they are long


def main() -> None:
    """Answer texts on standard output; the arguments are the bytes that one may take and the home's facts as JSON."""
    exit_with_parent()
    install_seccomp_filter()
    activate_home(parse_home(json.loads(sys.argv[2])))
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_answer, args=(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1])))
    thread.start()
    thread.join()


def encode_parsed(found: ParsedQuery | errors.AhgGraphError) -> bytes:
    """Return a query, or why a text is none, as the body of a frame; its first byte says which."""
    if isinstance(found, errors.AhgGraphError):
        return b"!" + encode_error(found)
    return b"=" + json.dumps(found).encode()


def decode_parsed(body: bytes) -> ParsedQuery:
    """Return the query that `encode_parsed` wrote, or raise the error."""
    if body[:1] == b"!":
        raise decode_error(body[1:])
    is_graph, default, named, is_ask, extensions = json.loads(body[1:])
    return ParsedQuery(bool(is_graph), tuple(default), tuple(named), bool(is_ask), tuple(extensions))


def _answer(source: BinaryIO, target: BinaryIO, memory: int) -> None:
    limit_resources(memory, 0)  # here, for the stack of this thread counts too
    target.write(READY)
    target.flush()
    while len(head := source.read(LENGTH.size)) == LENGTH.size:
        text = source.read(LENGTH.unpack(head)[0]).decode("utf-8", "surrogatepass")
        try:
            body = encode_parsed(parse_query(text))
        except errors.AhgGraphError as error:
            body = encode_parsed(error)
        except MemoryError:
            os._exit(1)
        target.write(LENGTH.pack(len(body)) + body)
        target.flush()


if __name__ == "__main__":
    main()
