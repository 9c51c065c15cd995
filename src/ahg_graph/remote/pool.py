"""The pool's interface over a SPARQL 1.1 endpoint: the same questions, limits and errors.

Every query is put to the endpoint by POST and only read, so that it may be put again; that happens once, and only when
a connection failed, never after a time limit. An answer is held until it is whole.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Hashable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ahg_graph.errors import (
    AnswerTooLarge,
    EngineFault,
    EngineUnavailable,
    Overloaded,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooDeep,
)
from ahg_graph.remote.address import Address
from ahg_graph.remote.answers import choose_type, read_answer
from ahg_graph.remote.graphs import RELEASE_GRAPH, check_text, select_graphs
from ahg_graph.results import RESULTS_JSON, Answer, Question
from ahg_graph.syntax import Outline, read_outline
from ahg_graph.workers import Figures, Limits, read_limits

if TYPE_CHECKING:
    import httpx

_MEBI = 1024 * 1024
_LONG_TEXT = 16 * 1024
_LONG_ANSWER = 64 * 1024
_TRUST = 10.0  # seconds for which the engine is taken to hold what it held when it was last asked
_BACK = 10  # seconds after which to come back when the engine does not say


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
        self._shared: dict[Hashable, asyncio.Task[Answer]] = {}
        self._waiting: Counter[str] = Counter()
        self._busy = 0
        self._counted = False
        self._checked = -math.inf
        self._checking = asyncio.Lock()
        self._reachable = False
        self._client: httpx.AsyncClient | None = None

    async def start(self, whole: bool = False) -> None:
        """Open the connection; with `whole`, raise EngineUnavailable or EngineFault unless the engine is ready.

        Otherwise an engine that is away is waited for: questions are refused until it is back.
        """
        import httpx

        self._turns = asyncio.Semaphore(self.limits.workers)
        # No proxy, no redirection: what the operator named is all that is ever connected to.
        self._client = httpx.AsyncClient(
            headers=self.address.headers,
            timeout=httpx.Timeout(None, connect=min(5.0, self.limits.timeout)),
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=self.limits.workers + 1),
        )
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
        if self._client is not None:
            await self._client.aclose()

    async def ask(
        self, question: Question, client: str = "", outline: Outline | None = None, key: Hashable = None
    ) -> Answer:
        """Return the answer, or raise the error of `errors` that says why there is none.

        Calls with the same `key` at the same time are one question. No client may take all turns.
        """
        if key is None:
            return await self._answer(question, client, outline)
        task = self._shared.get(key)
        if task is None:
            task = self._shared[key] = asyncio.ensure_future(self._answer(question, client, outline))
            task.add_done_callback(lambda done: self._forget(key, done))
        # Whoever leaves leaves the others their answer; the limits end it if nobody waits any more.
        return await asyncio.shield(task)

    def _forget(self, key: Hashable, task: asyncio.Task[Answer]) -> None:
        self._shared.pop(key, None)
        if not task.cancelled():
            task.exception()  # seen here, in case nobody waits any more

    async def scan(self, text: str) -> Outline:
        """Return a text's outline, for `ask`."""
        if len(text) < _LONG_TEXT:
            return read_outline(text, self.limits.depth)
        return await asyncio.to_thread(read_outline, text, self.limits.depth)

    def measure(self) -> Figures:
        """Return the figures of this moment; the engine counts as one process while it can be reached."""
        return Figures(
            processes=int(self._reachable),
            ready=int(self._reachable),
            busy=self._busy,
            slow=0,
            waiting=self._waiting.total(),
        )

    def list_processes(self) -> list[int]:
        """Return no number: the engine is no process of ours."""
        return []

    # ---- One question ---------------------------------------------------------------------------------------------

    async def _answer(self, question: Question, client: str, outline: Outline | None) -> Answer:
        outline = outline or await self.scan(question.text)
        if outline.depth > self.limits.depth:
            raise QueryTooDeep(f"the query nests deeper than {self.limits.depth} levels")
        check_text(question.text, outline)
        asked = choose_type(outline.form, question)
        form = [("query", question.text), *select_graphs(question, outline, self._graphs)]
        seconds = min(self.limits.timeout, question.timeout or math.inf)
        async with self._turn(client):
            if time.monotonic() - self._checked > _TRUST:
                await self._check()
            body, kind = await self._put(form, asked, seconds)
        if len(body) < _LONG_ANSWER:
            return read_answer(body, kind, asked, question)
        return await asyncio.to_thread(read_answer, body, kind, asked, question)

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
            raise Overloaded(f"the engine had no time within {self.limits.wait:g} s") from None
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

    async def _put(self, form: list[tuple[str, str]], accept: str, seconds: float) -> tuple[bytes, str]:
        """Return the body of the engine's answer and its media type."""
        import httpx

        for last in (False, True):
            try:
                async with asyncio.timeout(seconds):
                    found = await self._send(form, accept)
            except TimeoutError:
                raise QueryTimeout(f"the query ran longer than {seconds:g} s") from None
            except httpx.ConnectTimeout:
                self._reachable = False
                raise EngineUnavailable("the engine cannot be reached", _BACK) from None
            except (httpx.TransportError, httpx.DecodingError) as error:
                refused = isinstance(error, httpx.ConnectError)
                if last:
                    self._reachable, self._checked = not refused and self._reachable, -math.inf
                    if refused:
                        raise EngineUnavailable("the engine cannot be reached", _BACK) from None
                    raise EngineFault("the connection to the engine was lost before the answer was whole") from None
            else:
                self._reachable = True
                return found
        raise AssertionError("unreachable")

    async def _send(self, form: list[tuple[str, str]], accept: str) -> tuple[bytes, str]:
        assert self._client is not None  # noqa: S101 - `start` comes first
        headers = {"accept": accept, "content-type": "application/x-www-form-urlencoded"}
        content = urlencode(form).encode()
        async with self._client.stream("POST", self.address.url, content=content, headers=headers) as response:
            limit = self.limits.answer * _MEBI
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > limit:
                    if response.status_code == 200:
                        raise AnswerTooLarge(f"the answer is larger than {self.limits.answer} MiB")
                    break
        if response.status_code != 200:
            _refuse(response.status_code, bytes(body[:2000]), response.headers.get("retry-after", ""))
        return bytes(body), response.headers.get("content-type", "")

    # ---- What the engine holds ------------------------------------------------------------------------------------

    async def _check(self) -> None:
        """Raise EngineFault unless the engine holds the release, by its own word; the first time also by count."""
        async with self._checking:
            if time.monotonic() - self._checked <= _TRUST:
                return
            held = await self._select(
                f"SELECT ?value WHERE {{ GRAPH <{RELEASE_GRAPH}> {{ ?s <http://purl.org/dc/terms/identifier> ?value ; "
                "<http://www.w3.org/ns/dcat#isVersionOf> ?o }"
                " }"
            )
            identities = sorted({row["value"] for row in held})
            if identities != [self._identity]:
                self._counted = False
                shown = " and ".join(identities) or "no release"
                raise EngineUnavailable(
                    f"the engine holds {shown}, and served here is {self._identity}; put it there with: "
                    f"ahg-graph publish",
                    _BACK,
                )
            if not self._counted:
                rows = await self._select("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
                counts = {row["g"]: int(row["n"]) for row in rows}
                wrong = [name for name, number in self._graphs.items() if counts.get(name, 0) != number]
                if wrong:
                    name = wrong[0]
                    raise EngineFault(
                        f"the engine holds {counts.get(name, 0)} triples in <{name}>, and the release has "
                        f"{self._graphs[name]}; publish it again"
                    )
                self._counted = True
            self._checked = time.monotonic()

    async def _select(self, text: str) -> list[dict[str, str]]:
        body, kind = await self._put([("query", text)], RESULTS_JSON, max(60.0, self.limits.timeout))
        answer = read_answer(body, kind, RESULTS_JSON, Question(text))
        rows = json.loads(bytes(answer.body))["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]


def _refuse(status: int, body: bytes, retry_after: str) -> None:
    """Raise the error for a reply of the engine that is no answer."""
    said = body.decode("utf-8", errors="replace").strip().partition("\n")[0][:300]
    if status == 400:
        raise QuerySyntaxError(f"the engine refuses the query: {said}")
    if status in (408, 504):
        raise QueryTimeout("the engine ended the query at its own time limit")
    if status in (429, 503):
        seconds = int(retry_after) if retry_after.isascii() and retry_after.isdigit() else _BACK
        raise EngineUnavailable("the engine is too busy or not ready", max(1, min(seconds, 3600)))
    if status in (401, 403, 407):
        raise EngineFault("the engine does not let this server in; its operator has to see to that")
    raise EngineFault(f"the engine answered with status {status}")
