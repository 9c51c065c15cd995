"""What a writer writes, another library reads back as it was; what a format cannot hold is refused by name."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql.results.jsonresults import JSONResultParser
from rdflib.plugins.sparql.results.xmlresults import XMLResultParser
from rdflib.util import from_n3

from ahg_graph.errors import AnswerTooLarge, NotAcceptable
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Quad, Term, Triple
from ahg_graph.sparql.media_types import CSV, JSON_LD, N_TRIPLES, RDF_XML, RESULTS_JSON, RESULTS_XML, TSV, TURTLE
from ahg_graph.sparql.results_writer import write_triples
from ahg_graph.sparql.types import SparqlQuery
from support.rdflib_terms import to_rdflib
from support.stores import make_store

S, P = NamedNode("http://example.org/s"), NamedNode("http://example.org/p")
ODD = (
    Literal(""), Literal(" "), Literal("a,b"), Literal('a "b"'), Literal("a\nb"), Literal("a\rb"), Literal("a\r\nb"),
    Literal("tab\there"), Literal("\\n"), Literal("]]>"), Literal("<&>"), Literal("é😀\u2028"),
    Literal("x", language="en"),
    Literal("01", datatype=NamedNode("http://example.org/t")), NamedNode("http://example.org/a,b"),
    NamedNode("http://example.org/a?b='c'&d=(e)"),
)  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def ask(values: Sequence[Term], media_type: str) -> bytes:
    store = make_store(Quad(NamedNode(f"http://example.org/s{n:04}"), P, value) for n, value in enumerate(values))
    text = "SELECT ?o ?never { ?s ?p ?o } ORDER BY ?s"
    return bytes(store.answer(SparqlQuery(text, results_type=media_type)).body)


def can_be_xml(text: str) -> bool:
    return all(c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" for c in text)


PARSERS = {RESULTS_JSON: JSONResultParser, RESULTS_XML: XMLResultParser}


def read_back(body: bytes, media_type: str) -> list[tuple[object, ...]]:
    result = PARSERS[media_type]().parse(io.BytesIO(body))
    return [tuple(row) for row in result]


@pytest.mark.parametrize("media_type", PARSERS)
def test_terms_come_back_as_they_were(media_type: str) -> None:
    assert read_back(ask(ODD, media_type), media_type) == [(to_rdflib(value), None) for value in ODD]


def test_terms_come_back_as_they_were_from_tsv() -> None:
    head, *rows, end = ask(ODD, TSV).decode().split("\n")
    assert (head, end) == ("?o\t?never", "")
    assert [row.split("\t")[1:] for row in rows] == [[""] for _ in ODD]
    assert [from_n3(row.split("\t")[0]) for row in rows] == [to_rdflib(value) for value in ODD]


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=3))
def test_strings_come_back_as_they_were_from_csv(texts: list[str]) -> None:
    body = ask([Literal(text) for text in texts], CSV).decode()
    assert list(csv.reader(io.StringIO(body, newline=""), strict=True)) == [["o", "never"], *([t, ""] for t in texts)]


def test_an_empty_string_is_distinguished_from_what_is_unbound() -> None:
    assert (
        ask([Literal(""), NamedNode("http://example.org/a,b")], CSV)
        == b'o,never\r\n"",\r\n"http://example.org/a,b",\r\n'
    )


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_xml_holds_a_string_or_names_the_character_that_it_cannot_hold(text: str) -> None:
    if can_be_xml(text):
        assert read_back(ask([Literal(text)], RESULTS_XML), RESULTS_XML) == [(rdflib.Literal(text), None)]
        graph = rdflib.Graph().parse(data=write_triples([Triple(S, P, Literal(text))], RDF_XML), format="xml")
        assert [str(value) for value in graph.objects()] == [text]
    else:
        with pytest.raises(NotAcceptable, match=r"U\+[0-9A-F]{4}"):
            ask([Literal(text)], RESULTS_XML)
        with pytest.raises(NotAcceptable, match=r"U\+[0-9A-F]{4}"):
            write_triples([Triple(S, P, Literal(text))], RDF_XML)


@pytest.mark.parametrize(
    "predicate", ["http://example.org/1", "http://example.org/", "urn:x:2011", "http://example.org/a-1/("]
)
def test_a_predicate_without_a_name_is_refused_by_name(predicate: str) -> None:
    triple = Triple(S, NamedNode(predicate), Literal("<a: b> x"))
    with pytest.raises(NotAcceptable) as refused:
        write_triples([triple], RDF_XML)
    assert f"<{predicate}>" in refused.value.reason
    assert RDF_XML not in refused.value.offered
    with pytest.raises(NotAcceptable):
        write_triples([triple], RDF_XML, {"e": predicate})


FORMATS = {TURTLE: "turtle", N_TRIPLES: "nt", RDF_XML: "xml", JSON_LD: "json-ld"}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # within the JSON-LD parser of rdflib
@pytest.mark.parametrize("media_type", FORMATS)
def test_a_graph_comes_back_as_it_was(media_type: str) -> None:
    triples = [Triple(S, P, value) for value in ODD] + [Triple(BlankNode("b"), P, S)]
    graph = rdflib.Graph().parse(data=write_triples(triples, media_type), format=FORMATS[media_type])
    found = {o for s, o in graph.subject_objects() if isinstance(s, rdflib.URIRef)}
    assert found == {to_rdflib(value) for value in ODD}


@pytest.mark.parametrize("media_type", [RESULTS_JSON, RESULTS_XML, CSV, TSV])
def test_no_more_bytes_are_written_than_allowed(media_type: str) -> None:
    store = make_store(Quad(NamedNode(f"http://example.org/{n}"), P, S) for n in range(2000))
    question = SparqlQuery("SELECT * { ?s ?p ?o }", results_type=media_type)
    size = len(store.answer(question).body)
    assert len(store.answer(question, most=size).body) == size
    with pytest.raises(AnswerTooLarge):
        store.answer(question, most=size - 1)
