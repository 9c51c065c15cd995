"""Messages of a limited size: as many items of an answer as fit, and a cursor for the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from mcp import types

from ahg_graph.errors import AhgGraphError, AnswerTooLarge, BadParameter

LONGEST_MESSAGE = 20_000
"""Characters of a whole message as it is sent."""

_ENVELOPE = 1_000  # what the protocol puts around the text, the identity of the server included
_LONGEST_TEXT = LONGEST_MESSAGE - _ENVELOPE
_CURSOR = re.compile(r"([0-9]{1,12})-([0-9a-f]+)")


def measure(value: object) -> int:
    """Return how many characters a value takes within the text of a message, each escaped as far as it may be."""
    return len(json.dumps(write(value))) - 2


def write(value: object) -> str:
    """Return a value as JSON, without spaces between its parts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read_cursor(arguments: dict[str, Any], release: str) -> int:
    """Return the number of the first item that is asked for, and take the cursor out of the arguments.

    Raises BadParameter for a cursor that is none of this release, whose items would not go on where the last ended.
    """
    cursor = arguments.pop("cursor", None)
    if cursor in (None, ""):
        return 0
    found = _CURSOR.fullmatch(cursor) if isinstance(cursor, str) else None
    if found is None:
        raise BadParameter("cursor", "must be the `nextCursor` of the message before")
    if found[2] != release:
        raise BadParameter(
            "cursor", f"belongs to release {found[2]}, and {release} is served now; ask again without it"
        )
    return int(found[1])


def fill(head: dict[str, Any], name: str, items: Sequence[Any], first: int, total: int, release: str) -> dict[str, Any]:
    """Return the head with as many items as fit into a message, under a name, and the cursor for the rest.

    `items` are those from `first` on, as many as may be asked for. Raises AnswerTooLarge when not even one fits.
    """
    if first and first >= total:
        raise BadParameter("cursor", f"the answer has {total} {name}")
    message = {**head, name: [], "total": total, "nextCursor": f"{total}-{release}", "release": release}
    room = _LONGEST_TEXT - measure(message)
    count = 0
    while count < len(items):
        room -= measure(items[count]) + 1
        if room < 0:
            break
        count += 1
    if items and not count:
        raise AnswerTooLarge(f"one of the {name} alone is longer than a message; ask for less of it")
    message[name] = list(items[:count])
    if first + count < total:
        message["nextCursor"] = f"{first + count}-{release}"
    else:
        del message["nextCursor"]
    return message


def reply(found: dict[str, Any]) -> types.CallToolResult:
    """Return an answer as a message: once, as text, which every client shows to its model."""
    return types.CallToolResult(content=[types.TextContent(type="text", text=write(found))])


def reply_error(error: AhgGraphError) -> types.CallToolResult:
    """Return what is wrong with a call, as text alone: clients hold structured content against the answer's schema."""
    problem: dict[str, Any] = {"code": error.code, "detail": str(error)[:2_000]}
    if isinstance(error, BadParameter):
        problem |= {"parameter": error.parameter, "candidates": list(error.candidates)[:20]}
    return types.CallToolResult(content=[types.TextContent(type="text", text=write(problem))], is_error=True)
