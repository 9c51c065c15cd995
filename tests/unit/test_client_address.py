"""Who a client is behind proxies: what trusted proxies say is believed, and nothing else."""

from __future__ import annotations

import pytest

from ahg_server.http.client_address import Origin, Proxies, find_origin, parse_forwarded

PROXIES = Proxies("127.0.0.0/8, ::1, 10.0.0.0/8, 2001:db8:ffff::/48")
PEER = "127.0.0.1"


def find(peer: str, *headers: tuple[str, str]) -> tuple[str, str]:
    return find_origin(PROXIES, peer, [(name.encode(), value.encode("latin-1")) for name, value in headers])[:2]


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        (["198.51.100.7"], "198.51.100.7"),
        (["198.51.100.7:4711"], "198.51.100.7"),
        (["2001:db8::7"], "2001:db8::7"),
        (["2001:DB8:0::7"], "2001:db8::7"),
        (["[2001:db8::7]:4711"], "2001:db8::7"),
        (["::ffff:198.51.100.7"], "198.51.100.7"),
        # The nearest that is no proxy of ours; what stands before it is its own word.
        (["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        (["203.0.113.9, 198.51.100.7, 10.1.2.3"], "198.51.100.7"),
        (["203.0.113.9, 198.51.100.7, 10.1.2.3, ::1, 2001:db8:ffff::1"], "198.51.100.7"),
        (["203.0.113.9", "198.51.100.7", "10.1.2.3"], "198.51.100.7"),
        (["10.9.9.9, 10.1.2.3"], "10.9.9.9"),
        # An entry that is no address: the client is the proxy that wrote it.
        (["unknown"], PEER),
        (["198.51.100.7, unknown"], PEER),
        (["198.51.100.7, unknown, 10.1.2.3"], "10.1.2.3"),
        (["198.51.100.7, , 10.1.2.3"], "10.1.2.3"),
        ([""], PEER),
        (["198.51.100.7:"], PEER),
        (["[198.51.100.7"], PEER),
        (["198.51.100.256"], PEER),
        (["198.51.100.7 203.0.113.9"], PEER),
        (["\xe9"], PEER),
    ],
)
def test_the_chain_of_a_trusted_proxy(chain: list[str], client: str) -> None:
    assert find(PEER, *(("x-forwarded-for", value) for value in chain)) == (client, "")


@pytest.mark.parametrize(
    ("values", "client", "scheme"),
    [
        (["for=198.51.100.7"], "198.51.100.7", ""),
        (['For="198.51.100.7:4711";Proto=HTTPS;by=10.0.0.1;host="a.example"'], "198.51.100.7", "https"),
        (['for="[2001:db8::7]:4711"'], "2001:db8::7", ""),
        (['for="[2001:db8::7]:_port"'], "2001:db8::7", ""),
        (['for="\\1\\98.51.100.7"'], "198.51.100.7", ""),
        (['for=203.0.113.9;proto=http, for=198.51.100.7;proto=https,for="[::1]"'], "198.51.100.7", "https"),
        (["for=203.0.113.9", "for=198.51.100.7 , for=10.1.2.3"], "198.51.100.7", ""),
        (["for=198.51.100.7, for=unknown, for=10.1.2.3;proto=https"], "10.1.2.3", "https"),
        (["for=198.51.100.7, for=_hidden"], PEER, ""),
        (["for=198.51.100.7, by=10.1.2.3;proto=https"], PEER, ""),
        (["proto=https"], PEER, ""),
        (["for=198.51.100.7;proto=javascript"], "198.51.100.7", ""),
        (["for=198.51.100.7;for=203.0.113.9"], PEER, ""),
        (["for=198.51.100.7:4711"], PEER, ""),
        (["for=[2001:db8::7]"], PEER, ""),
        (['for="198.51.100.7'], PEER, ""),
        (["for = 198.51.100.7"], PEER, ""),
        (["for=198.51.100.7,"], PEER, ""),
        (["for=198.51.100.7; proto"], PEER, ""),
        (["198.51.100.7"], PEER, ""),
        ([""], PEER, ""),
    ],
)
def test_the_header_of_the_standard(values: list[str], client: str, scheme: str) -> None:
    assert find(PEER, *(("forwarded", value) for value in values)) == (client, scheme)


def test_two_headers_that_disagree_say_nothing() -> None:
    same = ("x-forwarded-for", "203.0.113.9, 198.51.100.7"), ("forwarded", "for=198.51.100.7")
    assert find(PEER, *same) == ("198.51.100.7", "")
    assert find(PEER, ("x-forwarded-for", "198.51.100.7"), ("forwarded", "for=203.0.113.9")) == (PEER, "")
    assert find(PEER, ("x-forwarded-for", "198.51.100.7"), ("forwarded", "nonsense")) == (PEER, "")
    schemes = ("forwarded", "for=198.51.100.7;proto=http"), ("x-forwarded-proto", "https")
    assert find(PEER, *schemes) == ("198.51.100.7", "")


def test_the_scheme_of_a_trusted_proxy() -> None:
    assert find(PEER, ("x-forwarded-proto", "https")) == (PEER, "https")
    assert find(PEER, ("x-forwarded-proto", "ftp")) == (PEER, "")


@pytest.mark.parametrize("peer", ["198.51.100.1", "2001:db8::1", "::ffff:198.51.100.1", "", "not-an-address"])
def test_the_word_of_anyone_else_is_nothing(peer: str) -> None:
    headers = ("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=203.0.113.9;proto=https"), (
        "x-forwarded-proto", "https"
    )  # fmt: skip
    for header in headers:
        assert find(peer, header) == (peer, "")
    assert find(peer, *headers) == (peer, "")


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "10.255.0.1"])
def test_a_proxy_is_trusted_by_its_network(peer: str) -> None:
    assert find(peer, ("x-forwarded-for", "203.0.113.9")) == ("203.0.113.9", "")
    assert find(peer) == (peer, "")


@pytest.mark.parametrize("text", ["localhost", "127.0.0.1/8", "10.0.0.0/33", "*"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Proxies(text)


def test_no_proxy_may_be_trusted() -> None:
    assert find_origin(Proxies(""), PEER, [(b"x-forwarded-for", b"203.0.113.9")]) == Origin(PEER)


def test_a_long_header_takes_no_time() -> None:
    # Quadratic reading would take minutes for either.
    for value in ('for="' + "\\a" * 30_000, "a=b;" * 15_000, "for=a," * 10_000):
        assert find(PEER, ("forwarded", value)) == (PEER, "")
    with pytest.raises(ValueError, match="character 0"):
        parse_forwarded('for="' + '\\"' * 30_000)


@pytest.mark.parametrize(
    ("headers", "host", "prefix"),
    [
        ([("x-forwarded-prefix", "/graph")], "", "/graph"),
        ([("x-forwarded-prefix", "/graph/")], "", "/graph"),
        ([("x-forwarded-prefix", "/a/b.c~d_e-1")], "", "/a/b.c~d_e-1"),
        ([("x-forwarded-prefix", "/")], "", ""),
        ([("x-forwarded-prefix", "//evil.example")], "", ""),
        ([("x-forwarded-prefix", "/a//b")], "", ""),
        ([("x-forwarded-prefix", "/a/../b")], "", ""),
        ([("x-forwarded-prefix", "/\\\\evil.example")], "", ""),
        ([("x-forwarded-prefix", "https://evil.example/a")], "", ""),
        ([("x-forwarded-prefix", '/a"><script>')], "", ""),
        ([("x-forwarded-prefix", "/a, /b")], "", ""),
        ([("x-forwarded-prefix", "/a"), ("x-forwarded-prefix", "/b")], "", ""),
        ([("x-forwarded-host", "graph.example.org")], "graph.example.org", ""),
        ([("x-forwarded-host", "[2001:db8::1]:8080")], "[2001:db8::1]:8080", ""),
        ([("x-forwarded-host", "a.example, b.example")], "", ""),
        ([("x-forwarded-host", "a.example/b")], "", ""),
        ([("forwarded", "for=198.51.100.7;host=graph.example.org")], "graph.example.org", ""),
        (
            [("forwarded", 'for=203.0.113.9;host=evil.example, for=198.51.100.7;host="a.example:81"')],
            "a.example:81",
            "",
        ),
        ([("x-forwarded-host", "a.example"), ("forwarded", "for=198.51.100.7;host=b.example")], "", ""),
    ],
)
def test_where_the_client_finds_this_server(headers: list[tuple[str, str]], host: str, prefix: str) -> None:
    sent = [(name.encode(), value.encode()) for name, value in headers]
    assert find_origin(PROXIES, PEER, sent)[2:] == (host, prefix)
    assert find_origin(PROXIES, "198.51.100.9", sent) == Origin("198.51.100.9")
