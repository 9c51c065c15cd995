"""Turtle is read with the line of every triple, and every slip is reported with its position."""

from pathlib import Path

import pytest

from ahg_graph.rdf.source_location import SourceLocation
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Triple
from ahg_graph.sources.turtle import load_sources, parse_turtle

PREFIX = "@prefix : <http://example.org/> .\n"
XSD = "http://www.w3.org/2001/XMLSchema#"


def node(name: str) -> NamedNode:
    return NamedNode("http://example.org/" + name)


def read_slips(text: str | bytes, blank_nodes: bool = False) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [str(slip) for slip in parse_turtle(data, "a.ttl", blank_nodes=blank_nodes)[2]]


def test_every_triple_has_the_line_of_its_object() -> None:
    text = PREFIX + ':a :p :b ,\n    :c ;\n  :q """two\nlines""" , 1 ;\n  :r "x"@en .\n\n:d :p :e .\n'
    triples, lines, slips = parse_turtle(text.encode(), "a.ttl")
    assert slips == []
    assert list(zip(triples, lines, strict=True)) == [
        (Triple(node("a"), node("p"), node("b")), 2),
        (Triple(node("a"), node("p"), node("c")), 3),
        (Triple(node("a"), node("q"), Literal("two\nlines")), 5),
        (Triple(node("a"), node("q"), Literal("1", datatype=NamedNode(XSD + "integer"))), 5),
        (Triple(node("a"), node("r"), Literal("x", language="en")), 6),
        (Triple(node("d"), node("p"), node("e")), 8),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_longer_than_the_parsers_buffer_count_once(end: str) -> None:
    text = PREFIX + f':a :p "{"é" * 200_000}" ;{end}  :q 1 .{end}:b :p "{"x" * 70_000}" .'
    triples, lines, slips = parse_turtle(text.encode(), "a.ttl")
    assert (lines, slips) == ([2, 3, 4], [])
    assert len(triples[0].object.value) == 200_000


def test_parsing_goes_on_after_a_error() -> None:
    text = PREFIX + ':a :p "x\ny" .\n:b :p q:c .\n:c :p :d .\n:d :p <rel> .\n:e :p "end .\n:f :p :g .\n'
    triples, lines, slips = parse_turtle(text.encode(), "data/a.ttl")
    assert [str(slip) for slip in slips] == [
        "data/a.ttl:2:9: Line jumps are not allowed in string literals, use \\n",
        "data/a.ttl:4:7: The prefix q: has not been declared",
        "data/a.ttl:6:7: relative IRI; write it in full or prefixed",
        "data/a.ttl:7:7: the file ends inside a statement or a string",
    ]
    assert list(zip(triples, lines, strict=True)) == [(Triple(node("c"), node("p"), node("d")), 5)]


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        (b"", []),
        (
            b"\xef\xbb\xbf<http://e/a> <http://e/b> 1 .",
            ["a.ttl:1:1: byte-order mark; save the file as UTF-8 without one"],
        ),
        (b'<http://e/a> <http://e/b>\n  "\xc3\xa9\xff" .', ["a.ttl:2:5: byte 0xff is not UTF-8"]),
        (b"\n@base <http://e/> .\n<a> <b> <c> .", ["a.ttl:2:1: base IRI; write every IRI in full or prefixed"]),
        (PREFIX + ":a :p [ :q 1 ] .", ["a.ttl:2:7: blank node; give the thing an IRI, so that others can point to it"]),
        (PREFIX + ":a :p _:b .", ["a.ttl:2:7: blank node; give the thing an IRI, so that others can point to it"]),
        (PREFIX + ":a :p ( 1 2 ) .", ["a.ttl:2:7: blank node; give the thing an IRI, so that others can point to it"]),
    ],
)
def test_errors_have_their_position(text: str | bytes, slips: list[str]) -> None:
    assert read_slips(text) == slips


def test_blank_nodes_are_named_by_file_and_order() -> None:
    text = (PREFIX + ":a :p [ :q :b ] , [ :q :c ] .").encode()
    first, second = BlankNode("x0"), BlankNode("x1")
    expected = {
        Triple(first, node("q"), node("b")),
        Triple(node("a"), node("p"), first),
        Triple(second, node("q"), node("c")),
        Triple(node("a"), node("p"), second),
    }
    for _ in range(2):
        triples, _, slips = parse_turtle(text, "ontology/x.ttl")
        assert (set(triples), slips) == (expected, [])


def write(home: Path, name: str, text: str) -> None:
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PREFIX + text, encoding="utf-8")


def test_files_become_named_graphs_and_shapes_do_not(tmp_path: Path) -> None:
    base = "https://w3id.org/ahg-graph/graph/"
    for name in (
        "ontology/ahg.ttl",
        "ontology/alignments.ttl",
        "ontology/shapes/a.ttl",
        "ontology/rules/a.ttl",
        "data/register/states.ttl",
        "data/record/s5.ttl",
        "data/other.ttl",
    ):
        write(tmp_path, name, ":a :p 1 .")
    assert [(source.path, source.role, source.graph.value) for source in load_sources(tmp_path).files] == [
        ("data/record/s5.ttl", "record", base + "record/S5"),
        ("data/register/states.ttl", "register", base + "register/states"),
        ("ontology/ahg.ttl", "ontology", base + "ontology"),
        ("ontology/alignments.ttl", "alignments", base + "alignments"),
    ]


def test_places_are_those_of_triples_or_of_their_subject(tmp_path: Path) -> None:
    write(tmp_path, "ontology/ahg.ttl", ":p a :Property .\n:a :p 0 .")
    write(tmp_path, "data/register/a.ttl", ":a :p 1 ;\n  :q 2 .")
    sources = load_sources(tmp_path)
    assert sources.find_place(node("a")) == SourceLocation("data/register/a.ttl", 2)
    two = Literal("2", datatype=NamedNode(XSD + "integer"))
    assert sources.find_place(node("a"), node("q"), two) == SourceLocation("data/register/a.ttl", 3)
    assert sources.find_place(node("a"), node("q"), node("x")) == SourceLocation("data/register/a.ttl", 2)
    assert sources.find_place(node("p")) == SourceLocation("ontology/ahg.ttl", 2)
    assert sources.find_place(node("nowhere")) is None


def test_errors_of_all_files_come_together(tmp_path: Path) -> None:
    write(tmp_path, "data/record/b.ttl", ":a :p x:y .")
    write(tmp_path, "data/register/a.ttl", ":a :p [] .")
    slips = load_sources(tmp_path).errors
    assert [(slip.path, slip.line, slip.column) for slip in slips] == [
        ("data/record/b.ttl", 2, 7),
        ("data/register/a.ttl", 2, 7),
    ]
