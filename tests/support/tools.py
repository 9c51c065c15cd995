"""The tools for language models, called over standard input and output of the command that offers them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcp import ClientSession, StdioServerParameters, stdio_client
from mcp.types import CallToolResult

from ahg_graph.snapshot import Snapshot
from ahg_server.views.mcp.messages import LONGEST_MESSAGE

COMMAND = Path(sys.executable).parent / "ahg-graph"

Talk = Callable[[Callable[[ClientSession], Awaitable[Any]]], Any]


@contextmanager
def open_tools(snapshot: Snapshot) -> Iterator[Talk]:
    """Hold one conversation with the command until the end of the block."""
    command = StdioServerParameters(
        command=str(COMMAND), args=["mcp", "--snapshots", str(snapshot.path.parent)], cwd=str(snapshot.path)
    )
    with asyncio.Runner() as runner:
        asked: asyncio.Queue[Any] = asyncio.Queue()
        started = runner.get_loop().create_future()

        async def converse() -> None:
            async with stdio_client(command) as (reading, writing), ClientSession(reading, writing) as session:
                await session.initialize()
                started.set_result(session)
                await asked.get()

        async def begin() -> ClientSession:
            conversation.append(asyncio.create_task(converse()))
            session: ClientSession = await started
            return session

        async def end() -> None:
            await asked.put(None)
            await conversation[0]

        async def put(say: Callable[[ClientSession], Awaitable[Any]]) -> Any:
            return await say(session)

        conversation: list[asyncio.Task[None]] = []
        session = runner.run(begin())
        yield lambda say: runner.run(put(say))
        runner.run(end())


@dataclass(frozen=True)
class Answer:
    """What a tool gave: the one text of its message, read as JSON, and whether it says that the call was wrong."""

    content: dict[str, Any]
    is_error: bool
    length: int


def read_answer(found: CallToolResult) -> Answer:
    """Return the answer of a message, which has it once and as text."""
    (content,) = found.content
    assert content.type == "text"
    assert found.structured_content is None
    message = {"jsonrpc": "2.0", "id": 1, "result": found.model_dump(by_alias=True, mode="json", exclude_none=True)}
    return Answer(json.loads(content.text), bool(found.is_error), len(json.dumps(message)))


def call(talk: Talk, name: str, **arguments: object) -> Answer:
    """Return the answer of a tool to one call."""
    answer = read_answer(talk(lambda session: session.call_tool(name, arguments)))
    assert answer.length <= LONGEST_MESSAGE
    return answer


def call_whole(talk: Talk, name: str, items: str = "rows", **arguments: object) -> Answer:
    """Return the answer of a tool with the items of all messages that it takes."""
    answer = call(talk, name, **arguments)
    while "nextCursor" in answer.content:
        more = call(talk, name, **arguments, cursor=answer.content.pop("nextCursor"))
        answer.content[items] += more.content[items]
        if "nextCursor" in more.content:
            answer.content["nextCursor"] = more.content["nextCursor"]
    return answer
