"""The parser reads a request with an offer to upgrade as it reads the same request without one."""

from __future__ import annotations

from itertools import pairwise

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahg_server.asgi.parser import UpgradeIgnoringParser

OFFERS = (
    b"Connection: Upgrade\r\nUpgrade: websocket\r\n",
    b"upgrade: h2c\r\nconnection: keep-alive, Upgrade, HTTP2-Settings\r\nhttp2-settings: \r\n",
    b"Connection: keep-alive\r\nUPGRADE: a\r\nUpgrade: b/2\r\nConnection: upgrade\r\n",
)
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
BODIES = (
    b"\r\n",
    b"Content-Length: 0\r\n\r\n",
    b"Content-Length: 5\r\n\r\nASK{}",
    b"Content-Length: %d\r\n\r\n%s" % (len(SMUGGLED), SMUGGLED),
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n2;a=b\r\nAS\r\n3\r\nK{}\r\n0\r\nTrailer: x\r\n\r\n",
)


class Reader:
    """Takes whole requests: method, target, headers but those of the offer, body."""

    def __init__(self) -> None:
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.requests: list[tuple[bytes, bytes, list[tuple[bytes, bytes]], bytes]] = []
        self.parser: httptools.HttpRequestParser

    def is_refused(self) -> bool:
        return False

    def on_message_begin(self) -> None:
        self.url, self.headers, self.body, self.is_taken = b"", [], b"", False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.is_taken = not self.parser.should_upgrade()

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        if self.is_taken:
            headers = [header for header in self.headers if header[0] not in (b"connection", b"upgrade")]
            self.requests.append((self.parser.get_method(), self.url, headers, self.body))


def read(*parts: bytes) -> list[tuple[bytes, bytes, list[tuple[bytes, bytes]], bytes]]:
    reader = Reader()
    reader.parser = UpgradeIgnoringParser(reader)
    for part in parts:
        reader.parser.feed_data(part)
    return reader.requests


def write(number: int, body: bytes, offer: bytes = b"") -> bytes:
    return b"POST /sparql?n=%d HTTP/1.1\r\nHost: x\r\n%sX-A: b\r\n%s" % (number, offer, body)


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("body", BODIES)
def test_an_offer_changes_nothing_wherever_the_bytes_are_split(offer: bytes, body: bytes) -> None:
    following = write(2, BODIES[2])
    data = write(1, body, offer) + following
    kept = b"http2-settings: \r\n" if b"http2-settings:" in offer else b""
    expected = read(write(1, body, kept) + following)
    assert [request[1] for request in expected] == [b"/sparql?n=1", b"/sparql?n=2"]
    for place in range(1, len(data)):
        assert read(data[:place], data[place:]) == expected, place
    assert read(*(data[n : n + 1] for n in range(len(data)))) == expected


@given(
    st.lists(
        st.tuples(st.sampled_from(BODIES), st.sampled_from((b"", *OFFERS[:1], OFFERS[2]))), min_size=1, max_size=5
    ),
    st.lists(st.integers(1, 600), max_size=6),
)
def test_requests_behind_one_another_are_read_with_and_without_offers(
    requests: list[tuple[bytes, bytes]], places: list[int]
) -> None:
    data = b"".join(write(n, body, offer) for n, (body, offer) in enumerate(requests))
    cuts = [0, *sorted(place for place in set(places) if place < len(data)), len(data)]
    expected = read(*(write(n, body) for n, (body, _) in enumerate(requests)))
    assert len(expected) == len(requests)
    assert read(*(data[start:end] for start, end in pairwise(cuts))) == expected


@pytest.mark.parametrize("name", [b"Content-Length: 5\r\nContent-Length: 6\r\n", b"Content-Length: x\r\n"])
def test_a_head_that_is_wrong_is_wrong_with_an_offer_too(name: bytes) -> None:
    with pytest.raises(httptools.HttpParserError):
        read(write(1, name + b"\r\n", OFFERS[0]))
