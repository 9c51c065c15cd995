"""Requests to servers that are away, slow, hostile or cut off: a whole reply, or one line that repeats none of it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from ahg_graph.http_client import NoReply, Reply, send


class Server:
    """Answers every connection with the same bytes, and keeps what it was sent."""

    def __init__(self, reply: bytes, *, stays: bool = False) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/a"
        self.seen: list[bytes] = []
        self.reply, self.stays = reply, stays
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        held = []
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.seen.append(connection.recv(65536))
                connection.sendall(self.reply)
                if self.stays:
                    held.append(connection)
                else:
                    connection.close()
        for connection in held:
            connection.close()


@contextlib.contextmanager
def serve(reply: bytes, *, stays: bool = False) -> Iterator[Server]:
    server = Server(reply, stays=stays)
    yield server
    server.listener.close()


def get(url: str, *, most: int | None = None, patience: float = 5, elsewhere: bool = False) -> Reply:
    return send("GET", url, headers={"accept": "a/b"}, most=most, connect=5, patience=patience, elsewhere=elsewhere)


WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: Text/Turtle; charset=utf-8\r\nContent-Length: 3\r\n\r\nabc"


def test_a_whole_reply_comes_back() -> None:
    with serve(WHOLE) as server:
        reply = get(server.url, most=3)
    assert (reply.status, reply.media_type, reply.body) == (200, "text/turtle", b"abc")
    assert server.seen[0].startswith(b"GET /a HTTP/1.1\r\n")
    assert {b"accept: a/b", b"accept-encoding: identity"} <= set(server.seen[0].lower().split(b"\r\n"))


def test_it_works_where_an_event_loop_runs_and_leaves_no_thread() -> None:
    async def ask() -> bytes:
        return get(server.url).body

    before = threading.active_count()
    with serve(WHOLE) as server:
        assert asyncio.run(ask()) == b"abc"
        assert threading.active_count() <= before + 1  # that of the server


LOST = "the connection was lost before the reply was whole"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"", LOST),
        (WHOLE[:-1], LOST),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", LOST),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nsecret\r\n", "what came is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\nsecret", LOST),
        (b"secret\r\n\r\n", "what came is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"x" * 70_000 + b"\r\n\r\n", "what came is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabcdefghi", "the reply is larger than 8 bytes"),
    ],
)  # fmt: skip
def test_what_is_not_whole_is_refused_in_words_of_our_own(reply: bytes, said: str) -> None:
    with serve(reply) as server, pytest.raises(NoReply) as caught:
        get(server.url, most=8)
    assert str(caught.value) == said


def test_the_body_of_an_error_ends_where_it_becomes_too_long() -> None:
    with serve(b"HTTP/1.1 500 No\r\n\r\n" + b"x" * 100_000) as server:
        reply = get(server.url, most=8)
    assert (reply.status, reply.body) == (500, b"x" * 8)


def test_redirections_are_followed_only_where_it_is_said() -> None:
    with serve(WHOLE) as other, serve(f"HTTP/1.1 302 Found\r\nLocation: {other.url}\r\n\r\n".encode()) as server:
        assert get(server.url).status == 302
        assert get(server.url, elsewhere=True).body == b"abc"


def test_silence_and_absence_are_told_apart() -> None:
    with serve(WHOLE[:-1], stays=True) as server, pytest.raises(NoReply) as silent:
        get(server.url, patience=0.2)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NoReply) as absent:
        get(f"http://127.0.0.1:{port}/")
    assert str(silent.value) == "nothing came for 0.2 s"
    assert absent.value.args[0].startswith("[Errno")


@pytest.mark.parametrize("url", ["http://", "http://a b/", "http://127.0.0.1:x/", "http://" + "a" * 70 + "/"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(NoReply):
        get(url)


def test_a_header_that_cannot_be_sent_is_refused() -> None:
    with serve(WHOLE) as server, pytest.raises(NoReply):
        send("GET", server.url, headers={"authorization": "a\r\nb: c"}, connect=5, patience=5)


def test_an_interruption_ends_the_request() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background begins without it
    try:
        with serve(WHOLE[:-1], stays=True) as server:
            threading.Timer(0.3, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()
            began = time.monotonic()
            with pytest.raises(KeyboardInterrupt):
                get(server.url, patience=20)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - began < 10
