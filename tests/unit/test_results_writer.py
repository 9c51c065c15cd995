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

from ahg_graph.engines.response_parser import read_answer
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


FORMS = tuple(
    Literal(text, datatype=NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}"))
    for text, kind in (("01", "integer"), ("1.10", "decimal"), ("7", "byte"), ("1", "boolean"), ("1.0e0", "double"))
)


@pytest.mark.parametrize("media_type", PARSERS)
def test_forms_of_numbers_come_back_as_they_were(media_type: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    found = [row[0] for row in read_back(ask(FORMS, media_type), media_type)]
    wanted = [(value.value, value.datatype.value) for value in FORMS]
    assert [(str(value), str(value.datatype)) for value in found] == wanted  # type: ignore[attr-defined]


@pytest.mark.parametrize("media_type", [RESULTS_JSON, RESULTS_XML, CSV, TSV])
def test_an_answer_of_another_engine_is_written_as_our_own(media_type: str) -> None:
    values = [*ODD, *FORMS]
    body = ask(values, RESULTS_JSON)
    question = SparqlQuery("SELECT ?o ?never {}", results_type=media_type)
    found = read_answer(body, RESULTS_JSON, RESULTS_JSON, question)
    assert bytes(found.body) == ask(values, media_type)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # within the JSON-LD parser of rdflib
@pytest.mark.parametrize("media_type", FORMATS)
def test_a_graph_of_another_engine_comes_back_as_it_was(media_type: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    values = ODD if media_type == TURTLE else (*ODD, *FORMS)  # rdflib reads 01 in Turtle as 1
    lines = write_triples([Triple(S, P, value) for value in values], N_TRIPLES)
    found = read_answer(lines, N_TRIPLES, N_TRIPLES, SparqlQuery("CONSTRUCT WHERE {}", graph_type=media_type))
    graph = rdflib.Graph().parse(data=bytes(found.body), format=FORMATS[media_type])
    assert {(str(o), str(getattr(o, "datatype", ""))) for o in graph.objects()} == {
        (str(value), str(getattr(value, "datatype", ""))) for value in map(to_rdflib, values)
    }
