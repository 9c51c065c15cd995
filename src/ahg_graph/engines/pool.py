"""The pool's interface over a SPARQL 1.1 endpoint: the same questions, limits and errors.

Questions take turns, and none is put before the engine is known to hold the release that is served.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Hashable, Mapping
from contextlib import asynccontextmanager

import orjson

from ahg_graph.engines.address import Address
from ahg_graph.engines.client import BACK, Endpoint
from ahg_graph.engines.graph_layout import add_base, name_release_graph, refuse_dialects, select_graphs
from ahg_graph.engines.response_parser import choose_type, read_answer
from ahg_graph.errors import (
    AnswerTooLarge,
    EngineFault,
    EngineUnavailable,
    Overloaded,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooDeep,
)
from ahg_graph.sparql.lexer import BYTE_ORDER_MARK, QuerySummary
from ahg_graph.sparql.media_types import RESULTS_JSON
from ahg_graph.sparql.types import SparqlQuery, SparqlResult
from ahg_graph.workers import LexerPool, Limits, PoolStats, read_limits
from ahg_graph.workers.query_parser import QueryParser

log = logging.getLogger("ahg_graph.server")

_LONG_ANSWER = 64 * 1024
_COUNTING = 1800.0  # seconds in which the engine may count what it holds, once: hundreds of millions take minutes
_TRUST = 10.0  # seconds for which the engine is taken to hold what it held when it was last asked


class RemotePool:
    """An endpoint that holds one release; use it within one event loop, between `start` and `close`.

    `identity` and `graphs` (names to numbers of triples) are what the engine must hold, by its own word and by count;
    until it does, every question is refused.
    """

    def __init__(
        self, address: Address, identity: str, graphs: Mapping[str, int], limits: Limits | None = None
    ) -> None:
        self.address = address
        self.limits = limits or read_limits()
        self._identity = identity
        self._graphs = dict(graphs)
        self._shared: dict[Hashable, asyncio.Task[SparqlResult]] = {}
        self._waiting: Counter[str] = Counter()
        self._busy = 0
        self._counted = False
        self._checked, self._losses = -math.inf, 0
        self._checking = asyncio.Lock()
        self._endpoint = Endpoint(address, self.limits)
        self._lexer_pool = LexerPool(self.limits.depth)
        self._parser = QueryParser(self.limits)

    async def start(self, whole: bool = False) -> None:
        """Open the connection; with `whole`, raise EngineUnavailable or EngineFault unless the engine is ready.

        Otherwise an engine that is away is waited for: questions are refused until it is back.
        """
        self._turns = asyncio.Semaphore(self.limits.workers)
        self._endpoint.open()
        await self._parser.start()
        try:
            await self._check()
        except (EngineUnavailable, EngineFault):
            if whole:
                await self.close()
                raise

    async def close(self) -> None:
        """Close every connection; what is under way is ended."""
        for task in self._shared.values():
            task.cancel()
        await self._endpoint.close()
        await self._parser.close()

    async def ask(
        self, question: SparqlQuery, client: str = "", summary: QuerySummary | None = None, key: Hashable = None
    ) -> SparqlResult:
        """Return the answer, or raise the error of `errors` that says why there is none.

        Calls with the same `key` at the same time are one question. No client may take all turns.
        """
        if key is None:
            return await self._answer(question, client, summary)
        task = self._shared.get(key)
        if task is None:
            task = self._shared[key] = asyncio.ensure_future(self._answer(question, client, summary))
            task.add_done_callback(lambda done: self._forget(key, done))
        # Whoever leaves leaves the others their answer; the limits end it if no one waits any more.
        return await asyncio.shield(task)

    def _forget(self, key: Hashable, task: asyncio.Task[SparqlResult]) -> None:
        self._shared.pop(key, None)
        if not task.cancelled():
            task.exception()  # seen here, in case no one waits any more

    async def scan(self, text: str) -> QuerySummary:
        """Return a text's summary, for `ask`."""
        return await self._lexer_pool.scan(text)

    def measure(self) -> PoolStats:
        """Return the figures of this moment; the engine counts as one process while it can be reached."""
        return PoolStats(
            processes=int(self._endpoint.is_reachable),
            ready=int(self._endpoint.is_reachable),
            busy=self._busy,
            slow=0,
            waiting=self._waiting.total(),
        )

    # ---- One question ---------------------------------------------------------------------------------------------

    async def _answer(self, question: SparqlQuery, client: str, summary: QuerySummary | None) -> SparqlResult:
        if question.text.startswith(BYTE_ORDER_MARK):
            question, summary = question._replace(text=question.text[1:]), None
        summary = summary or await self.scan(question.text)
        if summary.depth > self.limits.depth:
            raise QueryTooDeep(f"the query nests deeper than {self.limits.depth} levels")
        refuse_dialects(question.text)
        parsed = await self._parser.parse(question.text)
        wanted = choose_type(parsed.is_graph, question)
        form = [("query", add_base(question.text)), *select_graphs(question, parsed, self._graphs)]
        seconds = min(self.limits.timeout, question.timeout or math.inf)
        async with self._turn(client):
            await self._check()
            body, kind = await self._endpoint.put(form, wanted, seconds)
        if len(body) < _LONG_ANSWER:
            answer = read_answer(body, kind, wanted, question, parsed.is_ask)
        else:
            answer = await asyncio.to_thread(read_answer, body, kind, wanted, question, parsed.is_ask)
        return answer._replace(extensions=parsed.extensions)

    @asynccontextmanager
    async def _turn(self, client: str) -> AsyncIterator[None]:
        """Wait for a turn, in line with others; raises Overloaded when the line or the wait is too long."""
        if self._waiting.total() >= self.limits.queue or self._waiting[client] > self.limits.queue // 2:
            raise Overloaded("too many queries wait for the engine")
        self._waiting[client] += 1
        try:
            async with asyncio.timeout(self.limits.wait):
                await self._turns.acquire()
        except TimeoutError:
            raise Overloaded(f"the engine did not become free within {self.limits.wait:g} s") from None
        finally:
            self._waiting[client] -= 1
            if not self._waiting[client]:
                del self._waiting[client]
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self._turns.release()

    # ---- What the engine holds ------------------------------------------------------------------------------------

    async def _check(self) -> None:
        """Raise EngineFault unless the engine holds the release, by its own word; the first time also by count."""
        if self._is_trusted():
            return
        async with self._checking:
            if self._is_trusted():
                return
            losses = self._endpoint.losses
            held = await self._select(
                f"SELECT ?value WHERE {{ GRAPH <{name_release_graph()}> {{ "
                "?s <http://purl.org/dc/terms/identifier> ?value ; <http://www.w3.org/ns/dcat#isVersionOf> ?o }"
                " }"
            )
            identities = sorted({row.get("value", "") for row in held})
            if identities != [self._identity]:
                self._counted = False
                log.warning("the engine says that it holds %r", identities[:10])
                raise EngineUnavailable(
                    f"the engine does not hold {self._identity}, which is served here; put it there with: "
                    f"ahg-graph publish",
                    BACK,
                )
            if not self._counted:
                text = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
                rows = await self._select(text, _COUNTING)
                counts = _read_counts(rows)
                wrong = [name for name, number in self._graphs.items() if counts.get(name, 0) != number]
                if wrong:
                    name = wrong[0]
                    raise EngineFault(
                        f"the engine does not hold the {self._graphs[name]} triples that the release has in <{name}>; "
                        "publish it again"
                    )
                self._counted = True
            self._checked, self._losses = time.monotonic(), losses

    def _is_trusted(self) -> bool:
        """Return whether the engine was asked what it holds a short while ago, and not lost since."""
        return time.monotonic() - self._checked <= _TRUST and self._endpoint.losses == self._losses

    async def _select(self, text: str, seconds: float = 60.0) -> list[dict[str, str]]:
        """Return the rows of a question of our own; what the engine makes of it is no fault of a client's query."""
        try:
            body, kind = await self._endpoint.put([("query", text)], RESULTS_JSON, max(seconds, self.limits.timeout))
        except QueryTimeout:
            raise EngineUnavailable("the engine did not say in time what it holds", BACK) from None
        except (QuerySyntaxError, AnswerTooLarge) as error:
            raise EngineFault(f"the engine does not say what it holds: {error}") from None
        answer = read_answer(body, kind, RESULTS_JSON, SparqlQuery(text))
        rows = orjson.loads(answer.body)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]


def _read_counts(rows: list[dict[str, str]]) -> dict[str, int]:
    try:
        return {row["g"]: int(row["n"]) for row in rows}
    except (KeyError, ValueError):
        raise EngineFault("the engine does not say in numbers what it holds") from None
