"""Tables and records: the bytes that the engine would write, and plain typed values."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.sparql.media_types import CSV, RESULT_TYPES, RESULTS_JSON, RESULTS_XML
from ahg_graph.sparql.result_tables import Plain, ResultTable, parse_table, to_python, write_records
from ahg_graph.sparql.results_writer import write_table
from ahg_graph.sparql.store import Store
from ahg_graph.sparql.types import SparqlQuery
from support.stores import make_store

SRX = "http://www.w3.org/2005/sparql-results#"
XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = (
    Literal("plain"), Literal(""), Literal('a "quoted", text'), Literal("tab\tnew\nline\\slash"),
    Literal("<&>'\"]]>"), Literal("näme", language="de"), Literal("a,b", language="en-gb"), Literal(5), Literal(-5),
    Literal(5.5), Literal("5.5", datatype=NamedNode(XSD + "decimal")),
    Literal("x", datatype=NamedNode(XSD + "integer")),
    Literal(True), Literal("perhaps", datatype=NamedNode(XSD + "boolean")),
    Literal("2011-10-12", datatype=NamedNode(XSD + "date")), NamedNode("https://example.org/a?b=c&d='e'"),
    Literal("\u2028 😀 é"), Literal("5", datatype=NamedNode("urn:own")),
)  # fmt: skip
QUERY = "SELECT ?s ?p ?o ?never WHERE { ?s ?p ?o } ORDER BY ?s"


@pytest.fixture(scope="module")
def store() -> Store:
    return make_store(Quad(NamedNode(f"urn:s{n:02}"), NamedNode("urn:p"), value) for n, value in enumerate(VALUES))


@pytest.mark.parametrize("media_type", RESULT_TYPES.values())
def test_a_table_is_written_as_the_engine_writes_it(store: Store, media_type: str) -> None:
    table = parse_table(store.answer(SparqlQuery(QUERY)).body)
    assert len(table.rows) == len(VALUES)
    assert write_table(table, media_type) == bytes(store.answer(SparqlQuery(QUERY, results_type=media_type)).body)


def test_a_carriage_return_survives_xml() -> None:
    # Written raw, a reader would turn it into a line feed (XML 1.0, section 2.11).
    table = ResultTable(("o",), ({"o": {"type": "literal", "value": "a\rb\nc"}},))
    (literal,) = ElementTree.fromstring(write_table(table, RESULTS_XML)).iter(f"{{{SRX}}}literal")
    assert literal.text == "a\rb\nc"


@pytest.mark.parametrize("media_type", RESULT_TYPES.values())
def test_a_table_without_rows_is_written_as_the_engine_writes_it(media_type: str) -> None:
    empty = make_store([])
    table = parse_table(empty.answer(SparqlQuery(QUERY)).body)
    assert write_table(table, media_type) == bytes(empty.answer(SparqlQuery(QUERY, results_type=media_type)).body)


def test_every_key_stands_in_every_record(store: Store) -> None:
    table = parse_table(store.answer(SparqlQuery(QUERY, results_type=RESULTS_JSON)).body)
    records = json.loads(write_records(table.columns, table.records()))
    assert all(list(record) == ["s", "p", "o", "never"] and record["never"] is None for record in records)
    assert [record["o"] for record in records][:3] == ["plain", "", 'a "quoted", text']


@pytest.mark.parametrize(
    ("value", "datatype", "plain"),
    [
        ("5", "integer", 5), ("-0", "integer", 0), ("9007199254740993", "integer", "9007199254740993"),
        ("5.5", "decimal", 5.5), ("INF", "double", "INF"), ("NaN", "double", "NaN"), ("1e3", "double", 1000.0),
        ("true", "boolean", True), ("0", "boolean", False), ("yes", "boolean", "yes"), ("five", "integer", "five"),
        ("2011-10-12", "date", "2011-10-12"), ("text", "string", "text"),
    ],
)  # fmt: skip
def test_a_value_is_typed(value: str, datatype: str, plain: Plain) -> None:
    found = to_python({"type": "literal", "value": value, "datatype": XSD + datatype})
    assert (found, type(found)) == (plain, type(plain))


def test_nothing_is_null_and_a_thing_is_its_iri() -> None:
    assert to_python(None) is None
    assert to_python({"type": "uri", "value": "urn:a"}) == "urn:a"


def test_csv_is_read_back_by_a_strict_reader(store: Store) -> None:
    body = bytes(store.answer(SparqlQuery(QUERY, results_type=CSV)).body).decode()
    rows = list(csv.reader(io.StringIO(body, newline=""), strict=True))
    assert rows[0] == ["s", "p", "o", "never"]
    assert [row[2] for row in rows[1:]] == [value.value for value in VALUES]
