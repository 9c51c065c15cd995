"""What tokens tell of a text, read beside the event loop where that takes long."""

from __future__ import annotations

import asyncio

from ahg_graph.sparql.lexer import Outline, read_outline

_LONG = 16 * 1024  # characters


class Scanner:
    """Reads outlines, down to a depth; long texts in a thread, one at a time."""

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._turn = asyncio.Semaphore(1)

    async def scan(self, text: str) -> Outline:
        """Return a text's outline."""
        if len(text) < _LONG:
            return read_outline(text, self._depth)
        async with self._turn:
            return await asyncio.to_thread(read_outline, text, self._depth)
