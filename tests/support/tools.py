"""The tools for language models, called over standard input and output of the command that offers them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mcp import ClientSession, StdioServerParameters, stdio_client
from mcp.types import CallToolResult

from ahg_graph.snapshot import Snapshot

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


def call(talk: Talk, name: str, **arguments: object) -> CallToolResult:
    found: CallToolResult = talk(lambda session: session.call_tool(name, arguments))
    (content,) = found.content
    assert content.type == "text"
    assert json.loads(content.text) == found.structured_content
    return found
