"""What a query must not do is decided by the parser, however the query is spelt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from ahg_graph.engines.graph_layout import refuse_dialects
from ahg_graph.errors import AhgGraphError, GraphRefused, Overloaded, QuerySyntaxError, ServiceRefused
from ahg_graph.sparql.media_types import CSV
from ahg_graph.sparql.query_checks import parse_query
from ahg_graph.sparql.store import Store
from ahg_graph.sparql.types import SparqlQuery
from ahg_graph.workers import Limits
from ahg_graph.workers.query_parser import QueryParser
from support.stores import make_store

A, B = "http://example.org/graph/a", "http://example.org/graph/b"
SERVICES = (
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1.SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p 1.5SERVICE<http://127.0.0.1:9/>{} }",
    "SELECT * { ?s ?p ?o.SERVICE<http://127.0.0.1:9/>{} }",
    "SELECT * { ?s ?p 'x'SERVICE SILENT<http://127.0.0.1:9/>{} }",
    "SELECT * { ?s ?p true.SERVICESILENT<http://127.0.0.1:9/>{} }",
    "SELECT * { ?s ?p <http://x>sErViCe ?e {} }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { ?s ?p ?o .SERVICEe:x{} }",
    "PREFIX SERVICEe: <http://x/> PREFIX e: <http://127.0.0.1:9/> SELECT * { ?s ?p ?o .SERVICEe:x{} }",
    "SELECT * { FILTER(?a<?b#>)\n) SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p ?o MINUS{SERVICE<http://127.0.0.1:9/>{}} }",
    "ASK { FILTER EXISTS{ ?s ?p 1.SERVICE <http://127.0.0.1:9/> {} } }",
    "PREFIX trueqe: <http://x/> PREFIX e: <http://127.0.0.1:9/> SELECT * { ?s ?p trueSERVICEe:x {} }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { ?s ?p falseSERVICESILENTe:x{} }",
)
HARMLESS = (
    "SELECT ?service { ?service <http://x/service> 'SERVICE <http://x> {}' } # SERVICE <http://x> {}",
    "PREFIX service: <http://x/> SELECT * { service:a service:SERVICE ?service . _:service ?p 'a'@service }",
    "SELECT * { ?s ?p 'customer service' }",
)


@pytest.fixture
def store() -> Store:
    quads = [
        Quad(NamedNode("http://example.org/s"), NamedNode("http://example.org/p"), Literal(name[-1]), NamedNode(name))
        for name in (A, B)
    ]
    return make_store(quads)


def ask(store: Store, text: str) -> list[str]:
    return bytes(store.answer(SparqlQuery(text, results_type=CSV)).body).decode().split()


@pytest.mark.parametrize("text", SERVICES)
def test_service_is_refused_however_it_is_spelt(store: Store, text: str) -> None:
    with pytest.raises(ServiceRefused):
        store.answer(SparqlQuery(text))
    with pytest.raises(ServiceRefused):
        parse_query(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_the_letters_alone_are_not_refused(store: Store, text: str) -> None:
    assert len(ask(store, text)) >= 1
    assert parse_query(text)[:3] == (False, (), ())


@pytest.mark.parametrize(
    "text", ["SELECT * { ?s ?p 'service }", "SELECT ** {} # service", "service", "SELECT service {}"]
)
def test_what_is_no_query_is_said_to_be_none(store: Store, text: str) -> None:
    with pytest.raises(QuerySyntaxError):
        store.answer(SparqlQuery(text))
    with pytest.raises(QuerySyntaxError):
        parse_query(text)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (f"SELECT ?o FROM <{A}> {{ ?s ?p ?o }}", ["a"]),
        (f"SELECT(?o AS?x)FROM<{A}>{{?s ?p ?o}}", ["a"]),
        (f"SELECT*FROM<{B}>{{?s <http://example.org/p> ?o}}", ["b,http://example.org/s"]),
        (f"PREFIX g: <http://example.org/graph/> SELECT ?o FROM g:a FROM<{B}> {{ ?s ?p ?o }} ORDER BY ?o", ["a", "b"]),
        (f"SELECT ?o FROM NAMED <{A}> {{ ?s ?p ?o }}", []),
        (f"SELECT ?o FROM # <{B}>\n NAMED <{A}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", ["a"]),
        (f"SELECT ?o {{ ?s ?p ?o FILTER(?o != 'FROM <{A}>') }} ORDER BY ?o # FROM <{A}>", ["a", "b"]),
    ],
)
def test_a_query_sees_the_graphs_that_it_names(store: Store, text: str, rows: list[str]) -> None:
    """Rows without the header, as CSV."""
    assert ask(store, text)[1:] == rows


@pytest.mark.parametrize("text", ["ASKFROM<http://elsewhere>{?s ?p ?o}", "SELECT*FROM<http://elsewhere>{?s ?p ?o}"])
def test_a_graph_outside_is_never_taken_for_the_union(store: Store, text: str) -> None:
    with pytest.raises((GraphRefused, QuerySyntaxError)):
        store.answer(SparqlQuery(text, results_type=CSV))


def test_a_data_set_that_cannot_be_decided_is_refused_and_not_guessed(store: Store) -> None:
    with pytest.raises(QuerySyntaxError, match="FROM"):
        store.answer(SparqlQuery(f"SELECT (?a<?b#>\n AS ?x) FROMNAMED<{A}>{{}}"))


@pytest.mark.parametrize(
    "text",
    [
        "ASK {}; INSERT DATA { <http://x> <http://x> 1 }",
        "ASK {};INSERT DATA { <http://x> <http://x> 1 }",
        "INSERT DATA { <http://x> <http://x> 1 }",
        "DEFINE input:inference 'x' SELECT * {}",
        "SELECT (<http://www.openlinksw.com/schemas/bif#exec>(1) AS ?x) {}",
        "SELECT (<b\\u0069f:exec>(1) AS ?x) {}",
        "SELECT * { ?s \\u0053ERVICE ?o }",
        "SELECT * { x:undeclared ?p ?o }",
    ],
)
def test_only_a_query_of_sparql_goes_to_another_engine(text: str) -> None:
    with pytest.raises(AhgGraphError):
        refuse_dialects(text)
        parse_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s <bif:contains> 'x' }",
        "SELECT * { ?s <b\\u0069f:contains> 'x' }",
        "BASE <bif:> SELECT * { ?s <contains> 'x' }",
        "PREFIX b: <\\U00000042IF:> SELECT * { ?s b:contains 'x' }",
        "SELECT * FROM <file:///etc/passwd> {}",
        "SELECT * { ?s <http://jena.apache.org/text#query> 'x' }",
        "SELECT * { ?s <http://jena.apache.org/te\\u0078t#query> 'x' }",
        "PREFIX text: <http://jena.apache.org/text#> SELECT * { (?s ?score) text:query 'x' }",
        "PREFIX t: <http://jena.apache.org/> SELECT * { ?s t:text\\#query 'x' }",
        "PREFIX t: <http://jena.apa> SELECT * { ?s t:che.org\\/text\\#query 'x' }",
        "PREFIX t: # <http://x>\n <http://jena.apa> SELECT * { ?s t:che.org\\/text\\#query 'x' }",
        "PREFIX t: <http:> SELECT * { ?s t:\\/\\/jena.apache.org\\/text\\#query 'x' }",
        "BASE <http://jena.apache.org/> SELECT * { ?s <text#query> 'x' }",
        "SELECT * { ?s <http://jena.hpl.hp.com/ARQ/property#splitURI> (?a ?b) }",
        "SELECT * { GRAPH <urn:x-arq:DefaultGraph> { ?s ?p ?o } }",
        "SELECT * { ?s <http://www.bigdata.com/rdf/search#search> 'x' }",
        "SELECT * { ?s <http://www.openrdf.org/schema/sesame#directType> ?o }",
        "SELECT * { ?s <http://www.ontotext.com/owlim/lucene#> 'x' }",
        "SELECT * { ?s <http://spinrdf.org/spif#split> ('a' 'b') }",
        "SELECT * { FILTER(false) FILTER(<http://www.openlinksw.com/schemas/bif#exec>(1)) }",
        "SELECT * { ?s <tag:stardog:api:property:textMatch> 'x' }",
        "SELECT * { ?s <JaVa:java.lang.System.exit> 0 }",
    ],
)
def test_names_that_only_an_engine_knows_are_refused(text: str) -> None:
    with pytest.raises(ServiceRefused):
        refuse_dialects(text)


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT * { ?s skos:prefLabel ?o }",
        "SELECT * { ?s <urn:isbn:1> <https://example.org/jena.apache.org/text> }",
        "SELECT * { ?s ?p 'http://jena.apache.org/ and bif:contains' }",
        "PREFIX : <> SELECT * { ?s :p <b> , <s> , <java> }",
        "SELECT * { ?a ?b ?c FILTER(?c<1) } # <b>",
    ],
)
def test_names_of_the_web_are_not(text: str) -> None:
    refuse_dialects(text)


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def test_a_text_waits_for_others_no_longer_than_a_query_may(loop: asyncio.Runner) -> None:
    async def go() -> None:
        parser = QueryParser(Limits(timeout=20.0, wait=0.05))
        try:
            await parser.parse("ASK {}")
            async with parser._turn:
                assert await parser.parse("ASK {}") == (False, (), (), True, ())  # remembered
                with pytest.raises(Overloaded):
                    await parser.parse("ASK { ?s ?p ?o }")
            assert await asyncio.gather(*[parser.parse("ASK { ?s ?p ?o }")] * 2) == [(False, (), (), True, ())] * 2
        finally:
            await parser.close()

    loop.run(go())


def test_the_process_that_parses_may_die_and_comes_back(loop: asyncio.Runner) -> None:
    async def go() -> None:
        parser = QueryParser(Limits(timeout=20.0))
        try:
            assert await parser.parse(f"SELECT * FROM <{A}> FROM NAMED <{B}> {{}}") == (False, (A,), (B,), False, ())
            with pytest.raises(AhgGraphError):
                await parser.parse("ASK " + "{" * 2_000_000)
            with pytest.raises(ServiceRefused):
                await parser.parse("ASK { SERVICE <http://x> {} }")
            assert await parser.parse("CONSTRUCTWHERE{ ?s ?p ?o }") == (True, (), (), False, ())
        finally:
            await parser.close()

    loop.run(go())
