"""What tokens show of a text, read beside the event loop where that takes long."""

from __future__ import annotations

import asyncio

from ahg_graph.sparql.glance import take_in
from ahg_graph.sparql.lexer import QuerySummary

_LONG = 16 * 1024  # characters


class LexerPool:
    """Summarises queries, down to a depth; long texts in a thread, one at a time."""

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._turn = asyncio.Semaphore(1)

    async def scan(self, text: str) -> QuerySummary:
        """Return a text's summary."""
        if len(text) < _LONG:
            return take_in(text, self._depth)
        async with self._turn:
            return await asyncio.to_thread(take_in, text, self._depth)
