"""One snapshot being served: its workers, the cached answers, and the one way to ask it."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import psutil

from ahg_graph.config.settings import read_setting, read_share
from ahg_graph.engines import Address, RemotePool
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.conformance.lexical_forms import has_hidden
from ahg_graph.sparql.lexer import QuerySummary
from ahg_graph.sparql.store import load_dump, open_store, start_dump
from ahg_graph.sparql.triple_pattern_queries import TriplePatternEngine, prepare_triple_patterns
from ahg_graph.sparql.types import SparqlQuery, SparqlResult
from ahg_graph.workers import Limits, Pool, read_limits
from ahg_server.http.metrics import Metrics
from ahg_server.http.responses import BufferedResponse

_MEBI = 1024 * 1024
_WORKERS_BESIDE = 2  # for each other release
_TRIPLE = 800  # bytes that a triple takes in memory, in both copies, roughly
_SHARE = 0.5  # of the memory that is free
_LONGEST_LOOKUP = 8 * 1024  # characters of a text that is read for one: a longer one may take a while
_OVERHEAD = 512  # bytes that an entry takes beside its body, roughly

log = logging.getLogger("ahg_graph.server")

Value = TypeVar("Value")


class LruCache(Generic[Value]):
    """Values by key, up to a number of bytes; the one that was used longest ago goes first."""

    def __init__(self, budget: int) -> None:
        self._entries: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._budget = budget
        self.size = 0
        self.keeps = budget > 0
        self.largest = budget // 8

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, key: Hashable) -> Value | None:
        """Return the cached value of a key, or None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def keep(self, key: Hashable, value: Value, size: int) -> None:
        """Keep a value of so many bytes, unless it would take more than an eighth of the whole."""
        size += _OVERHEAD
        if size > self.largest:
            return
        replaced = self._entries.pop(key, None)
        self._entries[key] = (value, size)
        self.size += size - (replaced[1] if replaced else 0)
        while self.size > self._budget:
            self.size -= self._entries.popitem(last=False)[1][1]


class Siblings(Protocol):
    """The other processes of a server."""

    def read_others(self) -> Iterable[tuple[dict[str, Any], list[tuple[str, str, float]]]]:
        """Yield what each has counted, and its gauges."""


@dataclass
class SnapshotContext:
    """A snapshot with its pool; `ask` is for everyone who needs an answer, `replies` for the dispatcher only.

    `union`: a query without a data set sees the union of all graphs. With an `engine` the questions go there instead of
    to workers over the snapshot's store; the rest (manifest, proofs) is the snapshot's.
    """

    snapshot: Snapshot
    union: bool = True
    limits: Limits = field(default_factory=read_limits)
    metrics: Metrics = field(default_factory=Metrics)
    engine: Address | None = None
    siblings: Siblings | None = None

    def __post_init__(self) -> None:
        budget = read_share("cache") * _MEBI
        self.pool: Pool | RemotePool
        if self.engine is None:
            self.pool = self._make_pool()
        else:
            self.pool = RemotePool(self.engine, self.identity, self.snapshot.manifest.graphs, self.limits)
        self.triple_patterns: TriplePatternEngine | None = None
        self.answers: LruCache[SparqlResult] = LruCache(budget // 2)
        self.replies: LruCache[BufferedResponse] = LruCache(budget // 2)

        self.beside: list[Pool] = []

    async def close(self) -> None:
        """End the workers, those that answer for other releases too."""
        for pool in (self.pool, *self.beside):
            await pool.close()

    async def start_beside(self, snapshot: Snapshot) -> SnapshotContext:
        """Start what answers for another release, with few workers; `close` ends it too."""
        limits = replace(self.limits, workers=min(_WORKERS_BESIDE, self.limits.workers), spares=0)
        other = SnapshotContext(snapshot, True, limits, self.metrics)
        try:
            await other.pool.start()
        except BaseException:
            await other.pool.close()
            raise
        if isinstance(other.pool, Pool):
            self.beside.append(other.pool)
        return other

    async def end_beside(self, other: SnapshotContext) -> None:
        """End what answers for another release, once it has given the answers it is at."""
        if isinstance(other.pool, Pool):
            self.beside.remove(other.pool)
            await other.pool.drain()

    @property
    def identity(self) -> str:
        """The identity of the snapshot."""
        return self.snapshot.manifest.identity

    @property
    def is_held(self) -> bool:
        """Whether workers answer from memory."""
        return isinstance(self.pool, Pool) and self.pool.is_held

    async def load_into_memory(self) -> None:
        """Read a graph that is to be held in memory, beside what is being answered, and answer from there on.

        A graph that is small is there already, but for the copy for look-ups. One for which the machine has too little
        memory is answered from its files. Raises SnapshotError, and nothing has changed then.
        """
        if self.engine is not None or self.snapshot.triples > int(read_setting("held")):
            return
        if not self.is_held:
            if self.snapshot.triples * _TRIPLE > psutil.virtual_memory().available * _SHARE:
                log.warning(
                    "there is too little memory to hold %d triples: they are read from disk", self.snapshot.triples
                )
                return
            pool = self._make_pool(held=True)
            try:
                await pool.start(whole=True)
            except BaseException:
                await pool.close()
                raise
            before, self.pool = self.pool, pool
            if isinstance(before, Pool):
                await before.drain()
        self.triple_patterns = await self._load_lookups()

    async def _load_lookups(self) -> TriplePatternEngine:
        store, graphs = self._find_store(), tuple(self.snapshot.manifest.graphs)
        process = start_dump(store) if store.is_dir() else None

        def load() -> TriplePatternEngine:
            held = (
                load_dump(process, self.union, graphs, has_hidden(store))
                if process
                else open_store(store, self.union, graphs)
            )
            return prepare_triple_patterns(held)

        try:
            return await asyncio.to_thread(load)
        except asyncio.CancelledError:
            if process:
                process.kill()  # and so the thread ends, for which the loop waits
            raise

    def _find_store(self) -> Path:
        return self.snapshot.choose_store(int(read_setting("held")))

    def _make_pool(self, held: bool = False) -> Pool:
        graphs = tuple(self.snapshot.manifest.graphs)
        return Pool(self._find_store(), self.union, self.limits, graphs, held)

    def look_up(self, question: SparqlQuery) -> SparqlResult | None:
        """Return the answer to a question of one triple pattern at once, or None for any other question."""
        if self.triple_patterns is None or not question.results_type or len(question.text) > _LONGEST_LOOKUP:
            return None
        if question.default_graphs or question.named_graphs:
            return None
        found = self.triple_patterns.try_answer(question.text, question.results_type)
        if found is not None:
            self.metrics.count("lookup", "answer")
        return found

    async def scan(self, text: str) -> QuerySummary:
        """Return the summary of a query, for `ask` and for its `volatile`."""
        return await self.pool.scan(text)

    async def ask(self, question: SparqlQuery, client: str = "", summary: QuerySummary | None = None) -> SparqlResult:
        """Return the answer to a question, cached or fresh; raises the errors of `Pool.ask`.

        Questions that mean the same and are asked at the same time are asked once. An answer that may differ from
        call to call is neither cached nor shared. `client` is the key of fair queueing; `summary` saves a scan.
        """
        summary = summary or await self.scan(question.text)
        if summary.volatile:
            return await self.pool.ask(question, client, summary)
        key = cache_key(question)
        kept = self.answers.find(key)
        if kept is not None:
            self.metrics.count("cache", "answer")
            return kept
        # A shorter time limit may end in an error that the others need not share.
        answer = await self.pool.ask(question, client, summary, (key, question.timeout))
        if len(answer.body) <= self.answers.largest and not isinstance(answer.body, bytes):
            answer = SparqlResult(bytes(answer.body), answer.media_type, answer.form)  # one that is mapped holds a file
        self.answers.keep(key, answer, len(answer.body) + len(question.text))
        return answer


def cache_key(question: SparqlQuery) -> Hashable:
    """Return what two questions have in common when one answer does for both."""
    return (
        question.text,
        question.default_graphs,
        question.named_graphs,
        question.results_type,
        question.graph_type,
    )
