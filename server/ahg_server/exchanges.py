"""A question answered on its connection, with no task made for it.

Most requests for `/sparql` are a GET with a query and nothing else, and for a quick query the machinery that serves
every kind of request costs more than the answer. Such a request is handed to a worker as soon as its head is there,
and the answer is written when it comes. Whatever is unusual, in the request or in what becomes of it, goes the usual
way, which alone knows errors, conditions and large answers.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ahg_graph.errors import AhgGraphError
from ahg_graph.results import Answer, Form, Question
from ahg_graph.syntax import Outline, read_outline
from ahg_graph.workers import Job, Pool
from ahg_server import links
from ahg_server.front import OUTCOME, Front
from ahg_server.heads import render_start
from ahg_server.negotiation import Choice, choose_formats, prefers_html
from ahg_server.protocol import digest_query, make_reply
from ahg_server.replies import WORTH_CODING, Reply, accepts_gzip, render_entity
from ahg_server.requests import decode_query, read_key_headers
from ahg_server.serving import make_key

if TYPE_CHECKING:
    from ahg_server.connections import Connection

_START = f"{links.SPARQL}?query=".encode()
_LONGEST = 8 * 1024  # bytes of a target; a longer one may take a while to scan
_SMALL = 64 * 1024  # bytes of an answer
_UNUSUAL = frozenset({b"if-none-match", b"content-length", b"transfer-encoding", b"expect", b"upgrade"})


class Exchange:
    """One question on its way, and the asker that a pool tells what came of it.

    It stands where the connection has its cycle of request and response, and has those of a cycle's attributes that
    the connection looks at between the two.
    """

    def __init__(
        self,
        connection: Connection,
        question: Question,
        outline: Outline,
        choices: tuple[Choice | None, Choice | None],
    ) -> None:
        self._connection = connection
        self._front: Front = connection.config.app.front  # type: ignore[union-attr]
        self._outline = outline
        self._choices = choices
        self._text = question.text
        self._key = make_key(question)
        self._job: Job | None = None
        self._pool: Pool | None = None
        self._started = time.perf_counter()
        self.scope: Any = connection.scope
        self.target = connection.url
        self.body = bytearray()
        self.disconnected = self.response_started = self.response_complete = self.more_body = False
        self.keep_alive = True
        self.message_event = self

    def begin(self, pool: Pool, question: Question, client: str) -> None:
        """Hand the question to a pool; raises QueryTooDeep."""
        self._front.enter()
        self._pool = pool
        try:
            self._job = pool.begin(question, client, self._outline, (self._key, None), self)
        except BaseException:
            self._front.leave()
            raise

    def set(self) -> None:
        """Take note, as the event of a cycle, that something has happened: the client may be gone."""
        if self.disconnected and not self.response_complete:
            self.response_complete = True
            self._front.leave()
            if self._job and self._pool:
                self._pool.leave(self._job)

    def done(self) -> bool:
        """Say whether the request is answered or its client gone."""
        return self.response_complete

    def set_result(self, answer: Answer) -> None:
        """Send the answer, or hand it to the usual way."""
        serving = self._front.serving
        serving.keep(self._key, self._text, answer)
        choice = self._choices[answer.form is Form.GRAPH]
        assert choice is not None  # noqa: S101 - the worker refuses a form for which nothing is accepted
        reply = make_reply(answer.body, choice, lasting=True)
        connection = self._connection
        if len(answer.body) > _SMALL or not self.keep_alive or connection.flow.write_paused:
            self._hand_over(reply)
            return
        self.response_started = self.response_complete = True
        self._front.leave()
        digest = digest_query(self._text)
        _send(connection, self._front, self.target, self.scope["headers"], reply, self._started, digest)

    def set_exception(self, error: AhgGraphError) -> None:
        """Hand what went wrong to the usual way."""
        self._hand_over(error)

    def _hand_over(self, outcome: Reply | AhgGraphError) -> None:
        """Let the application send what came of the question."""
        connection = self._connection
        self.response_complete = True
        self._front.leave()
        self.scope[OUTCOME] = outcome
        cycle = RequestResponseCycle(
            scope=self.scope,
            transport=connection.transport,
            flow=connection.flow,
            logger=connection.logger,
            access_logger=connection.access_logger,
            access_log=connection.access_log,
            default_headers=connection.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=self.keep_alive,
            on_response=connection.on_response_complete,
        )
        cycle.more_body = False
        if connection.cycle is self:  # type: ignore[comparison-overlap]
            connection.cycle = cycle
        connection._start_asgi_task(cycle, connection.app)


def begin_exchange(connection: Connection, target: bytes, headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Begin to answer the GET whose head a connection has just read; False where it has to go the usual way."""
    if not target.startswith(_START) or b"&" in target or b"#" in target:
        return False
    if any(name in _UNUSUAL for name, _ in headers):
        return False
    front: Front = connection.config.app.front  # type: ignore[union-attr]
    if len(target) > min(_LONGEST, front.longest_url):
        return False
    pool = front.serving.pool
    accept, _, _ = read_key_headers(headers)
    wanted = accept.decode("latin-1")
    table, graph = choose_formats(wanted, ())
    if not isinstance(pool, Pool) or table is graph is None or prefers_html(wanted):
        return False
    try:
        text = decode_query(target[len(_START) :])
        if table and _look_up(connection, front, target, headers, text, table):
            return True
        if not front.has_room(connection.client):
            return False
        outline = read_outline(text, pool.limits.depth)
        if outline.volatile or outline.depth > pool.limits.depth:
            return False
    except AhgGraphError:
        return False
    question = Question(
        text,
        results_type=table.media_type if table else None,
        graph_type=graph.media_type if graph else None,
    )
    connection.take_head(target, headers)
    scope: Any = connection.scope
    scope.update(
        method="GET", path=links.SPARQL, raw_path=links.SPARQL.encode(), query_string=target[len(links.SPARQL) + 1 :]
    )
    exchange = Exchange(connection, question, outline, (table, graph))
    connection.cycle = exchange  # type: ignore[assignment]
    exchange.begin(pool, question, connection.client[0] if connection.client else "")
    return True


def _look_up(
    connection: Connection,
    front: Front,
    target: bytes,
    headers: Sequence[tuple[bytes, bytes]],
    text: str,
    choice: Choice,
) -> bool:
    """Answer a look-up at once and return True; nothing happens and False for any other query."""
    started = time.perf_counter()
    found = front.serving.lookups.find(text, choice.media_type) if front.serving.lookups else None
    if found is None or len(found.body) > _SMALL or not front.has_room(connection.client):
        return False
    front.serving.metrics.count("lookup", "answer")
    connection.is_answered = True
    digest = digest_query(text)
    if len(found.body) >= WORTH_CODING or front.serving.sightings.note(target):
        reply = make_reply(found.body, choice, lasting=True)
        _send(connection, front, target, headers, reply, started, digest)
    else:
        number = front.note(links.SPARQL, len(found.body), time.perf_counter() - started, digest)
        connection.write_whole(render_start(choice) + render_entity(found.body), number, found.body)
        connection.on_response_complete()
    return True


def _send(
    connection: Connection,
    front: Front,
    target: bytes,
    headers: Sequence[tuple[bytes, bytes]],
    reply: Reply,
    started: float,
    digest: str,
) -> None:
    """Write a small answer, keep it for the next who asks, and be ready for the next request."""
    accept, encoding, _ = read_key_headers(headers)
    kept = front.keep((target, accept, encoding), reply, accepts_gzip(encoding.decode("latin-1")))
    number = front.note(links.SPARQL, len(kept.body), time.perf_counter() - started, digest)
    connection.write_whole(kept.head, number, kept.body)
    connection.on_response_complete()
