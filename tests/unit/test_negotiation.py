"""From what a client accepts to the media type it gets."""

from __future__ import annotations

import pytest

from ahg_graph.sparql.media_types import GRAPH_ALIASES, GRAPH_FORMATS, GRAPH_TYPES, RESULT_FORMATS, find_format
from ahg_server.http.negotiation import choose, choose_formats, find_ending, parse_accept, prefers_html

OFFER = ("application/a", "text/b", "text/c")
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "application/a"),
        ("", "application/a"),
        ("*/*", "application/a"),
        ("*", "application/a"),
        ("text/*", "text/b"),
        ("text/c, text/b", "text/b"),
        ("text/c, text/b;q=0.9", "text/c"),
        ("text/*;q=0.5, text/c", "text/c"),
        ("text/*, text/b;q=0", "text/c"),
        ("*/*;q=0.1, text/b;q=0.2", "text/b"),
        ("TEXT/B", "text/b"),
        ("text/b;charset=utf-8;q=1", "text/b"),
        ("text/b;q=nonsense, text/c;q=0.1", "text/c"),
        (", ,;q=1, text/c", "text/c"),
        ("image/png", None),
        ("text/b;q=0", None),
        ("*/*;q=0", None),
        ("application/a;q=0, */*", "text/b"),
    ],
)
def test_choose(header: str | None, expected: str | None) -> None:
    found = choose(header, OFFER)
    assert (found.name if found else None) == expected


def test_an_alias_is_for_those_who_name_it() -> None:
    aliases = {"application/json": "text/b"}
    found = choose("application/json", OFFER, aliases)
    assert found is not None
    assert (found.media_type, found.name) == ("text/b", "application/json")
    wild = choose("application/*", OFFER, aliases)
    assert wild is not None
    assert wild.name == "application/a"


@pytest.mark.parametrize(
    ("names", "table", "graph"),
    [
        (("json",), "application/sparql-results+json", "application/ld+json"),
        (("xml",), "application/sparql-results+xml", "application/rdf+xml"),
        (("csv",), "text/csv", None),
        (("turtle",), None, "text/turtle"),
        (("json-ld",), None, "application/ld+json"),
        (("TTL",), None, "text/turtle"),
        (("application/n-triples",), None, "application/n-triples"),
        (("nonsense", "tsv"), "text/tab-separated-values", None),
        (("nonsense",), None, None),
    ],
)
def test_named_formats(names: tuple[str, ...], table: str | None, graph: str | None) -> None:
    found = choose_formats("image/png", names)
    assert tuple(choice.media_type if choice else None for choice in found) == (table, graph)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (CHROME, True),
        ("text/html", True),
        ("text/html;q=0.5, application/sparql-results+json", False),
        ("application/json, text/html;q=0.9", False),
        ("*/*", False),
        (None, False),
        ("text/turtle, text/html", False),
    ],
)
def test_browsers_prefer_a_page(header: str | None, expected: bool) -> None:
    assert prefers_html(header) is expected


def test_a_header_of_thousands_is_read_for_fifty_ranges() -> None:
    many = ", ".join(f"a/b{n}" for n in range(10_000))
    assert len(parse_accept(many)) == 50
    assert choose(f"text/c, {many}", OFFER) is not None
    assert choose(f"{many}, text/c", OFFER) is None


def test_the_table_of_formats_says_each_thing_once() -> None:
    for formats in (RESULT_FORMATS, GRAPH_FORMATS):
        words = [word for known in formats for word in (known.ending, known.media_type, *known.words)]
        aliases = [alias for known in formats for alias in known.aliases]
        assert len(words) == len(set(words))
        assert len(aliases) == len(set(aliases))
        assert not set(aliases) & set(words)


@pytest.mark.parametrize(
    ("word", "result", "graph"),
    [
        ("json", "srj", "jsonld"),
        (" XML ", "srx", "rdf"),
        ("csv", "csv", None),
        ("text/tab-separated-values", "tsv", None),
        ("N3", None, "ttl"),
        ("nquads", None, "nq"),
        ("application/json", "srj", "jsonld"),
        ("text/xml", "srx", "rdf"),
        ("application/sparql-results json", "srj", None),
        ("application/rdf xml", None, "rdf"),
        ("application/x-turtle", None, "ttl"),
        ("html", None, None),
        ("", None, None),
    ],
)
def test_a_word_for_a_format(word: str, result: str | None, graph: str | None) -> None:
    found = (find_format(RESULT_FORMATS, word), find_format(GRAPH_FORMATS, word))
    assert tuple(known.ending if known else None for known in found) == (result, graph)


def test_a_client_that_likes_two_names_as_much_gets_the_one_for_any_answer() -> None:
    found = choose("text/x-nquads, application/turtle, application/json", tuple(GRAPH_TYPES.values()), GRAPH_ALIASES)
    assert found is not None
    assert (found.media_type, found.name) == ("application/ld+json", "application/json")


@pytest.mark.parametrize(
    ("value", "ending"),
    [
        ("JSON", "json"),
        ("application/json", "json"),
        (" text/html ", "html"),
        ("turtle", "ttl"),
        ("json-ld", "jsonld"),
        ("trig", None),
        ("", None),
    ],
)
def test_a_word_for_an_ending(value: str, ending: str | None) -> None:
    formats = {"html": "text/html", "json": "application/json", "ttl": "text/turtle", "jsonld": "application/ld+json"}
    assert find_ending(formats, GRAPH_FORMATS, value) == ending
