"""The guard finds what differs between two replies and nothing else."""

import gzip

import pytest

from guards.checkouts import Output
from guards.commands import compare_outputs
from guards.comparing import compare_bodies, compare_replies, diff
from guards.exchanges import Reply, Request, parse_reply
from guards.listing import find_links
from guards.masking import mask, mask_body, mask_headers, name_places

FIRST = name_places(8001, ["/tmp/a"], ["1111aaaa1111aaaa"])
SECOND = name_places(9002, ["/tmp/b"], ["2222bbbb2222bbbb"])


def reply(body: bytes, number: str = "n1", status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    found = {"x-request-id": number, "content-length": str(len(body)), **named}
    return Reply(status, tuple(found.items()), body)


def test_what_is_the_same_is_no_difference() -> None:
    assert compare_replies("x", reply(b"a"), reply(b"a"), (FIRST, SECOND)) is None


def test_a_number_an_address_a_folder_and_a_release_of_its_own_are_no_difference() -> None:
    before = reply(b'{"request": "n1", "at": "http://127.0.0.1:8001/", "in": "/tmp/a/x", "of": "1111aaaa1111aaaa"}')
    after = reply(
        b'{"request": "n22", "at": "http://127.0.0.1:9002/", "in": "/tmp/b/x", "of": "2222bbbb2222bbbb"}', "n22"
    )
    assert compare_replies("x", before, after, (FIRST, SECOND)) is None


def test_status_header_and_body_differ() -> None:
    before, after = reply(b"a\nb\nc", link="<x>"), reply(b"a\nB\nc", status=404, link="<y>")
    found = compare_replies("GET /", before, after, (FIRST, SECOND))
    assert found is not None
    assert found.lines == ("status 200 -> 404", "-link: <x>", "+link: <y>", "-b", "+B")


def test_a_header_that_is_missing_differs() -> None:
    found = compare_replies("x", reply(b"", allow="GET"), reply(b""), (FIRST, SECOND))
    assert found is not None
    assert found.lines == ("-allow: GET",)


def test_etag_is_compared_where_the_bodies_are_the_same() -> None:
    found = compare_replies("x", reply(b"a", etag='"1"'), reply(b"a", etag='"2"'), (FIRST, SECOND))
    assert found is not None
    assert found.lines == ('-etag: "1"', '+etag: "2"')
    masked = reply(b"n1", etag='"1"'), reply(b"n2", "n2", etag='"2"')
    assert compare_replies("x", *masked, (FIRST, SECOND)) is None


def test_another_release_is_a_difference() -> None:
    found = compare_replies("x", reply(b"1111aaaa1111aaaa"), reply(b"3333cccc3333cccc"), (FIRST, SECOND))
    assert found is not None
    assert found.lines == ("-<release 1>", "+3333cccc3333cccc")


@pytest.mark.parametrize(
    ("data", "masked"),
    [
        (b'{"seconds": 0.25, "rows": 3}', b'{"seconds": <duration>, "rows": 3}'),
        (b"at 127.0.0.1:8001 and 127.0.0.1:9002", b"at <address> and 127.0.0.1:9002"),
        (b"nothing to mask 0.25", b"nothing to mask 0.25"),
    ],
)
def test_mask(data: bytes, masked: bytes) -> None:
    assert mask(data, FIRST) == masked


def test_names_of_blank_nodes_and_their_order_are_masked_and_what_they_have_is_not() -> None:
    before, after = b"_:a1 <p> 1 .\n_:b2 <p> 2 .", b"_:c3 <p> 2 .\n_:d4 <p> 1 ."
    assert mask_body(reply(before), FIRST) == mask_body(reply(after), SECOND)
    assert mask_body(reply(before), FIRST) != mask_body(reply(b"_:c3 <p> 2 .\n_:d4 <p> 3 ."), SECOND)
    assert mask_body(reply(b"<a> <p> 1 .\n<b> <p> 2 ."), FIRST) != mask_body(reply(b"<b> <p> 2 .\n<a> <p> 1 ."), FIRST)


def test_metrics_are_compared_by_what_there_is_and_not_by_figures() -> None:
    kind = {"content_type": "text/plain; version=0.0.4"}
    before = reply(b'# TYPE a counter\na{route="/x"} 3\na{route="/y"} 1', **kind)
    assert mask_body(before, FIRST) == mask_body(reply(b'# TYPE a counter\na{route="/z"} 7.5', **kind), FIRST)
    assert mask_body(before, FIRST) != mask_body(reply(b'# TYPE b counter\nb{route="/z"} 7', **kind), FIRST)


def test_what_the_pool_is_at_is_masked() -> None:
    before = reply(b'{"workers":{"processes":5,"ended":{"lost":2}},"limits":{"slow":0.1}}')
    assert mask_body(before, FIRST) == b'{"workers":<pool>,"limits":{"slow":0.1}}'


def test_a_coded_body_is_compared_decoded() -> None:
    before, after = (Reply(200, (("content-encoding", "gzip"),), gzip.compress(b"same", level)) for level in (1, 9))
    assert compare_replies("x", before, after, (FIRST, SECOND)) is None


def test_headers_are_sorted_and_those_of_each_time_left_out() -> None:
    found = Reply(200, (("vary", "Accept"), ("date", "today"), ("allow", "GET"), ("etag", '"1"')))
    assert mask_headers(found, FIRST, with_body=True) == ["allow: GET", 'etag: "1"', "vary: Accept"]
    assert mask_headers(found, FIRST, with_body=False) == ["allow: GET", "vary: Accept"]


def test_diff_tells_order_ends_and_cuts_long_lines() -> None:
    assert diff("a\nb", "a\nb") == []
    assert diff("a\nb", "b\na") == ["the order of lines differs from line 1 on"]
    assert diff("a\n", "a") == ["the ends of lines differ"]
    before, after = diff("x" * 500 + "1" + "y" * 500, "x" * 500 + "2" + "y" * 500)
    assert (before[:4], before[64], after[64]) == ("-...", "1", "2")
    assert len(diff("", "\n".join(str(n) for n in range(100)))) == 13
    assert compare_bodies(b"\xff1", b"\xff2") == ["bytes from 1 on: b'1' -> b'2'"]


def test_outputs_of_commands() -> None:
    before = Output(0, b"in /tmp/a\n", b"")
    assert compare_outputs("x", before, Output(0, b"in /tmp/b\n", b""), (FIRST, SECOND)) is None
    timed = Output(0, b"3 read in 0.1 s", b""), Output(0, b"3 read in 2 s", b"")
    assert compare_outputs("x", *timed, (FIRST, SECOND)) is None
    found = compare_outputs("x", before, Output(2, b"in /tmp/b\n", b"wrong"), (FIRST, SECOND))
    assert found is not None
    assert found.lines == ("exit code 0 -> 2", "stderr +wrong")


def test_a_reply_is_read_whole() -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabNEXT"
    assert parse_reply(whole) == Reply(200, (("content-length", "2"),), b"ab")
    assert parse_reply(whole[:-5]) is None
    assert parse_reply(whole[:-5], is_whole=True) == Reply(200, (("content-length", "2"),), b"<cut off> a")
    chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    assert parse_reply(chunked) == Reply(200, (("transfer-encoding", "chunked"),), b"abc")
    assert parse_reply(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n") == Reply(204)
    assert parse_reply(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n", is_bare=True) == Reply(
        200, (("content-length", "9"),)
    )


def test_a_request_is_put_together() -> None:
    request = Request("/x?a=1", (("accept", "*/*"),), "POST", b"body")
    assert request.render() == (
        b"POST /x?a=1 HTTP/1.1\r\nhost: graph.example\r\naccept: */*\r\ncontent-length: 4\r\n\r\nbody"
    )
    assert Request(raw=b"G").render() == b"G"


def test_links_of_the_same_server_are_found() -> None:
    body = b'<a href="/x?a=1&amp;b=2#c">.</a><a href="https://other.example/">.</a><script src="y.js"></script>'
    found = reply(body, content_type="text/html", link='</z>; rel="next"')
    assert list(find_links(found, "/d/e")) == ["/x?a=1&b=2", "/d/y.js", "/z"]
