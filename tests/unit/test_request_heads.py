"""Heads that are read without the parser: the parser reads the same, and nothing doubtful is read."""

from __future__ import annotations

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahg_server.request_heads import Fields, read_plain_head

PLAIN = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nAccept: text/csv;q=0.5, */*\r\n\r\n"


class Reader:
    """What the parser of the server makes of the same bytes."""

    def __init__(self) -> None:
        self.url = b""
        self.fields: list[tuple[bytes, bytes]] = []
        self.ends = 0

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.append((name.lower(), value.rstrip(b" \t")))

    def on_message_complete(self) -> None:
        self.ends += 1


def read_by_parser(data: bytes) -> tuple[bytes, Fields]:
    reader = Reader()
    parser = httptools.HttpRequestParser(reader)
    parser.feed_data(data)
    assert (reader.ends, parser.get_method(), parser.get_http_version()) == (1, b"GET", "1.1")
    assert parser.should_keep_alive()
    return reader.url, tuple(reader.fields)


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        b"GET / HTTP/1.1\r\nhost:localhost\r\n\r\n",
        b"GET /id/meeting/x?a=b&c=%C3%A9 HTTP/1.1\r\nHOST: [::1]:80\r\nUser-Agent: x (y)\t \r\nX-A: a: b\r\n\r\n",
    ],
)
def test_the_parser_reads_the_same(data: bytes) -> None:
    assert read_plain_head(data) == read_by_parser(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        PLAIN[:-1],
        PLAIN[:-2],
        PLAIN + b"G",
        PLAIN + PLAIN,
        b"\r\n" + PLAIN,
        PLAIN.replace(b"GET", b"HEAD"),
        PLAIN.replace(b"GET", b"get"),
        PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0"),
        PLAIN.replace(b"HTTP/1.1", b"HTTP/2.0"),
        PLAIN.replace(b"\r\n", b"\n"),
        PLAIN.replace(b" /sparql", b"  /sparql"),
        PLAIN.replace(b" /sparql", b" http://127.0.0.1/sparql"),
        PLAIN.replace(b"ASK", b"A K"),
        PLAIN.replace(b"ASK", b"A\x00K"),
        PLAIN.replace(b"ASK", b"A\xffK"),
        PLAIN.replace(b"ASK", b"A#K"),
        PLAIN.replace(b"Host: 127.0.0.1:8000\r\n", b""),
        PLAIN.replace(b"Host: 127.0.0.1:8000\r\n", b"Host: a\r\nHost: a\r\n"),
        PLAIN.replace(b"127.0.0.1", b"127.0.0.1/"),
        PLAIN.replace(b"127.0.0.1:8000", b""),
        PLAIN.replace(b"Accept", b"Accept "),
        PLAIN.replace(b"Accept", b" Accept"),
        PLAIN.replace(b"Accept", b"Ac(ept"),
        PLAIN.replace(b"*/*", b"*/*\r\n folded: yes"),
        PLAIN.replace(b"*/*", b"*/*\rX: y"),
        PLAIN.replace(b"*/*", b"*/*\x00"),
        PLAIN.replace(b"*/*", b"\xe9"),
        *(
            PLAIN.replace(b"Accept: ", name + b": 0\r\nAccept: ")
            for name in (
                b"Content-Length",
                b"transfer-encoding",
                b"EXPECT",
                b"Upgrade",
                b"Connection",
                b"If-None-Match",
            )
        ),
        PLAIN.replace(b"*/*", b"*/*" + b"x" * 5000),
    ],
)
def test_anything_doubtful_is_left_to_the_parser(data: bytes) -> None:
    assert read_plain_head(data) is None


PARTS = [b"GET ", b"/", b"?a", b" HTTP/1.1", b"\r\n", b"\n", b"\r", b"Host", b"Accept", b": ", b":", b"a", b" ", b"\t"]


@given(
    st.lists(st.sampled_from(PARTS), max_size=14).map(lambda parts: b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(parts))
)
def test_whatever_is_read_the_parser_reads_the_same(data: bytes) -> None:
    if (found := read_plain_head(data)) is not None:
        assert found == read_by_parser(data)
