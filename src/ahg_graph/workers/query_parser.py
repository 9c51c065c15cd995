"""What a text asks, by the engine's own parser, in a process that may die of it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import OrderedDict

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import Overloaded, QueryTimeout, WorkerLost
from ahg_graph.sparql.query_checks import ParsedQuery
from ahg_graph.workers.limits import Limits
from ahg_graph.workers.parser_process import READY, decode_parsed
from ahg_graph.workers.wire_format import LENGTH

_REMEMBERED = 256  # texts
_LONGEST = 16 * 1024  # characters of a text that is remembered
_MEBI = 1024 * 1024
_STARTING = 60.0  # seconds for a process to start; a text's own time begins afterwards


class QueryParser:
    """One process, started again when a text has ended it; use it within one event loop.

    A text is parsed once while it is remembered.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._parsed: OrderedDict[str, ParsedQuery] = OrderedDict()

    async def start(self) -> None:
        """Start the process ahead of the first text, unless it runs; raises WorkerLost when it does not come up."""
        async with self._turn:
            await self._start()

    async def parse(self, text: str) -> ParsedQuery:
        """Return what a text asks for.

        Raises QuerySyntaxError for what is no SPARQL 1.1 query, ServiceRefused for one with SERVICE, QueryTimeout and
        WorkerLost for one that the parser does not come to an end with, and Overloaded while others come first.
        """
        if found := self._recall(text):
            return found
        try:
            async with asyncio.timeout(self._limits.wait):
                await self._turn.acquire()
        except TimeoutError:
            raise Overloaded(f"the query was not parsed within {self._limits.wait:g} s; others come first") from None
        try:
            return self._recall(text) or await self._parse(text)
        finally:
            self._turn.release()

    def _recall(self, text: str) -> ParsedQuery | None:
        if text in self._parsed:
            self._parsed.move_to_end(text)
        return self._parsed.get(text)

    async def _parse(self, text: str) -> ParsedQuery:
        source, target = await self._start()
        try:
            async with asyncio.timeout(self._limits.timeout):
                body = await _exchange(source, target, text.encode("utf-8", "surrogatepass"))
        except TimeoutError:
            self._kill()
            raise QueryTimeout(f"the query was not parsed within {self._limits.timeout:g} s") from None
        except (OSError, asyncio.IncompleteReadError):
            self._kill()
            raise WorkerLost("the process that parsed the query ended without an answer") from None
        except BaseException:
            self._kill()  # what it would still write belongs to no other text
            raise
        found = decode_parsed(body)
        if len(text) <= _LONGEST:
            self._parsed[text] = found
            if len(self._parsed) > _REMEMBERED:
                self._parsed.popitem(last=False)
        return found

    async def close(self) -> None:
        """End the process."""
        process = self._process
        self._kill()
        if process:
            await process.wait()

    async def _start(self) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
        """Return where the process reads and what it writes, once it is ready for texts."""
        is_new = self._process is None or self._process.returncode is not None
        try:
            if is_new:
                facts = json.dumps(get_home().to_json())
                words = ("-I", "-m", "ahg_graph.workers.parser_process", str(self._limits.memory * _MEBI), facts)
                pipe = asyncio.subprocess.PIPE
                self._process = await asyncio.create_subprocess_exec(sys.executable, *words, stdin=pipe, stdout=pipe)
            process = self._process
            assert process and process.stdin and process.stdout  # noqa: S101 - narrows the types: both are piped
            if is_new:
                async with asyncio.timeout(_STARTING):
                    await process.stdout.readexactly(len(READY))
        except (OSError, asyncio.IncompleteReadError):  # of which TimeoutError is one
            self._kill()
            raise WorkerLost("the process that parses queries did not start") from None
        except BaseException:
            self._kill()  # it would say later that it is ready
            raise
        return process.stdin, process.stdout

    def _kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
        self._process = None


async def _exchange(source: asyncio.StreamWriter, target: asyncio.StreamReader, text: bytes) -> bytes:
    source.write(LENGTH.pack(len(text)) + text)
    await source.drain()
    return await target.readexactly(LENGTH.unpack(await target.readexactly(LENGTH.size))[0])
