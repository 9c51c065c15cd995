"""Shapes, the context of JSON-LD, and what describes each CSV file: published, and true of what is published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import csvw
import pytest
import rdflib
from rdflib.compare import isomorphic

from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.rdf.terms import Literal, NamedNode, Quad, RdfFormat, parse
from ahg_graph.release import make_release
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.json_ld import load_context, write_json_ld
from ahg_server.http import urls
from support.namespaces import BASE, ID, ONT, PREFIXES
from support.servers import Running, run

CATALOGUE = load_catalogue(Path(__file__).parents[2] / "queries")
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own reader of JSON-LD
TABLES = [query for query in CATALOGUE.versions.values() if not query.is_graph]
FORMATS = {"ttl": "turtle", "nt": "nt11", "jsonld": "json-ld", "rdf": "xml"}


@pytest.fixture(scope="module")
def site(real_snapshot: Snapshot) -> Iterator[Running]:
    with run(real_snapshot) as running:
        yield running


@pytest.fixture(scope="module")
def shapes(home: Path) -> rdflib.Graph:
    """The shapes as a second reader reads them from their files."""
    found = rdflib.Graph()
    for path in (home / "ontology" / "shapes").glob("*.ttl"):
        found.parse(path)
    return found


@pytest.mark.parametrize("ending", FORMATS)
def test_shapes_are_those_that_a_build_checks(site: Running, shapes: rdflib.Graph, ending: str) -> None:
    answer = site.client.get(f"/shapes.{ending}")
    assert answer.status_code == 200
    assert isomorphic(rdflib.Graph().parse(data=answer.content, format=FORMATS[ending]), shapes)


def test_shapes_are_found_from_their_iris(site: Running, shapes: rdflib.Graph) -> None:
    answer = site.client.get("/shapes", headers={"accept": "text/turtle"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/shapes.ttl")
    page = site.client.get("/shapes", headers={"accept": "text/html"}, follow_redirects=True).text
    named = {str(s) for s in shapes.subjects(rdflib.RDF.type, rdflib.SH.NodeShape) if isinstance(s, rdflib.URIRef)}
    for iri in named:
        assert f'id="{iri.rpartition("#")[2]}"' in page
        assert urls.resource(iri) == "/shapes#" + iri.rpartition("#")[2]


def test_context_names_each_property(site: Running) -> None:
    answer = site.client.get("/context.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    context = answer.json()["@context"]
    kinds = " ".join(f"<{PREFIXES['owl']}{kind}Property>" for kind in ("Object", "Datatype", "Annotation"))
    query = f"SELECT ?p {{ ?p a ?kind VALUES ?kind {{ {kinds} }} }}"
    rows = site.ask(query, accept="application/sparql-results+json").json()["results"]["bindings"]
    own = {row["p"]["value"] for row in rows if row["p"]["value"].startswith(ONT)}
    terms = {name: value for name, value in context.items() if isinstance(value, dict)}
    named = {value["@id"] for value in terms.values()}
    assert named <= own
    assert {iri.rpartition("#")[2] for iri in own - named} <= {name for name in context if name not in terms}
    assert terms["heldIn"] == {"@id": ONT + "heldIn", "@type": "@id"}
    assert terms["seriesOrdinal"]["@type"] == PREFIXES["xsd"] + "integer"


@pytest.mark.parametrize("path", ["/id/meeting/ahg-som-05.jsonld", "/graph/register/states.jsonld", "/ont.jsonld"])
def test_descriptions_hold_a_part_of_the_context(site: Running, path: str) -> None:
    whole = site.client.get("/context.jsonld").json()["@context"]
    document = site.client.get(path).json()
    assert document["@context"].items() <= whole.items()
    turtle = site.client.get(path.replace(".jsonld", ".ttl")).content
    read = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    assert isomorphic(read, rdflib.Graph().parse(data=turtle, format="turtle"))


def test_description_reads_as_json(site: Running) -> None:
    nodes = {node["@id"]: node for node in site.client.get("/id/meeting/ahg-som-05.jsonld").json()["@graph"]}
    meeting = nodes["meeting:ahg-som-05"]
    assert meeting["seriesOrdinal"] == "5"
    assert isinstance(meeting["heldIn"], str)


def test_release_has_shapes_and_context(real_snapshot: Snapshot, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    release = make_release(real_snapshot, tmp_path, datetime(2013, 4, 2, tzinfo=UTC))
    names = {file.name for file in release.files}
    assert {"shapes.ttl", "context.jsonld"} <= names
    folder = tmp_path / release.identity
    context = json.loads((folder / "context.jsonld").read_text())["@context"]
    document = json.loads((folder / "all.jsonld").read_text())
    assert document["@context"].items() <= context.items()
    keys = {key for graph in document["@graph"] for node in graph["@graph"] for key in node}
    assert {key for key in keys if key.startswith(ONT)} == set()


ODD = [
    Quad(NamedNode("agent:odd"), NamedNode(ONT + "heldIn"), Literal("not a place")),
    Quad(
        NamedNode(ID + "agent/a/b"), NamedNode("urn:p"), Literal("2", datatype=NamedNode(PREFIXES["xsd"] + "integer"))
    ),
    Quad(NamedNode(ID), NamedNode(PREFIXES["rdf"] + "type"), Literal("a type")),
    Quad(NamedNode(ID + "agent/x"), NamedNode(ONT + "startNotBefore"), Literal("@id")),
    Quad(NamedNode(ID + "agent/x"), NamedNode(ONT + "startNotBefore"), NamedNode(ID + "agent/heldIn")),
    Quad(
        NamedNode(ID + "agent/x"), NamedNode(PREFIXES["rdf"] + "type"), NamedNode(ONT + "heldIn"), NamedNode(BASE + "g")
    ),
    Quad(
        NamedNode(ID + "agent/x"), NamedNode(PREFIXES["skos"] + "prefLabel"), Literal("ä\u2028\x00", language="de-at")
    ),
]
"""What a writer may mistake: an IRI that begins like a prefix, values of another kind than usual, a term as a value."""


@pytest.mark.parametrize("quads", [*([quad] for quad in ODD), ODD], ids=[*map(str, range(len(ODD))), "all"])
def test_odd_terms_come_back(real_snapshot: Snapshot, quads: list[Quad]) -> None:
    body = write_json_ld(quads, load_context(real_snapshot.path))
    assert set(parse(body, RdfFormat.JSON_LD)) == set(quads)


@pytest.mark.parametrize("query", TABLES, ids=lambda query: f"{query.name}@{query.version}")
def test_every_csv_is_as_its_metadata_say(site: Running, query: Any) -> None:
    """A reader of CSV on the Web finds the metadata by the link, and reads each value by its type, key and all."""
    address = urls.answer(query.name, "csv", urls.to_pairs(query.example), query.version)
    found = csvw.CSVW(site.url + address, validate=True)
    assert found.is_valid, [str(warning.message) for warning in found.warnings]
    (table,) = found.tables
    assert [column.name for column in table.tableSchema.columns] == [column.name for column in query.columns]
    assert not found.no_metadata


def test_csv_with_evidence_has_its_column(site: Running) -> None:
    query = CATALOGUE.get_query("members-on-date")
    address = urls.answer(query.name, "csv", [*urls.to_pairs(query.example), ("evidence", "1")])
    found = csvw.CSVW(site.url + address, validate=True)
    assert found.is_valid
    assert found.tables[0].tableSchema.columns[-1].name == "evidence"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT ?s ?label { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }", ["s", "label"]),
        (f'SELECT * {{ <{ID}agent/iom> ?p ?o FILTER(?o != "a,b<c>é") }}', ["p", "o"]),
        ("SELECT (COUNT(*) AS ?number) ?_x ?größe { VALUES ?_x { 1 } } GROUP BY ?_x ?größe", ["number", "_x", "größe"]),
        (f"SELECT ?o {{ <{ID}agent/iom> ?p ?o }}", ["o"]),
    ],
)
@pytest.mark.parametrize("ending", ["&format=csv", "&format=csv&timeout=5", "&output=csv"])
def test_csv_of_any_query_has_metadata(site: Running, query: str, names: list[str], ending: str) -> None:
    found = csvw.CSVW(f"{site.url}/sparql?query={quote(query)}{ending}", validate=True)
    assert found.is_valid, [str(warning.message) for warning in found.warnings]
    assert not found.no_metadata
    titles = [column.titles.getfirst() for column in found.tables[0].tableSchema.columns]
    address = f"{site.url}/sparql?query={quote(query)}{ending}"
    assert titles == site.client.get(address).text.partition("\r\n")[0].split(",")
    assert sorted(titles) == sorted(names)


def test_metadata_of_any_query_are_of_its_rows_alone(site: Running) -> None:
    for query in ("ASK {}", "DESCRIBE <x:y>"):
        refused = site.client.get("/sparql", params={"query": query, "csvMetadata": "1"})
        assert refused.status_code in (400, 406), query
        plain = site.client.get("/sparql", params={"query": query})
        assert "csvMetadata" not in plain.headers["link"]
    posted = site.client.post("/sparql", data={"query": "SELECT * {}"}, headers={"accept": "text/csv"})
    assert "csvMetadata" not in posted.headers["link"], "an answer to POST has no address to describe"


def test_metadata_are_refused_for_a_graph(site: Running) -> None:
    assert site.client.get("/queries/membership-graph.csv-metadata.json").status_code == 406
