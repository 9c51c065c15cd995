"""Saved queries that answer with a graph: the syntaxes of RDF say the same, and every triple has its evidence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import rdflib
from rdflib.namespace import RDF

from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.model import ANY, SavedQuery
from ahg_graph.rdf.terms import RdfFormat, parse, serialize
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.memory_dataset import read_quads
from ahg_server.http import urls
from support.namespaces import ID, ONT
from support.servers import Running

QUERIES = [q for q in load_catalogue(Path(__file__).parents[3] / "queries").current.values() if q.is_graph]
MEDIA_TYPES = {
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
AVAILABLE = {*(media_type.partition(";")[0] for media_type in MEDIA_TYPES.values()), "text/html"}
RECORD, FIFTH = "/queries/meeting-record", {"meeting": "ahg-som-05"}
every_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)


def get(graph: Running, path: str, params: Any = None, **headers: str) -> httpx.Response:
    response = graph.client.get(path, params=params, headers=headers)
    assert response.status_code == 200, response.text
    return response


def read(response: httpx.Response) -> rdflib.Graph:
    """Return the graph of an answer; the JSON-LD reader of rdflib warns of itself, so another reads it first."""
    media_type = response.headers["content-type"].partition(";")[0]
    syntax = RdfFormat.from_media_type(media_type)
    assert syntax is not None
    lines = serialize(
        (quad.triple for quad in parse(input=response.content, format=syntax)), format=RdfFormat.N_TRIPLES
    )
    return rdflib.Graph().parse(data=lines, format="nt")


@every_query
def test_the_syntaxes_say_the_same(graph: Running, query: SavedQuery) -> None:
    params = urls.flatten(query.example)
    found = {}
    for kind, media_type in MEDIA_TYPES.items():
        response = get(graph, f"/queries/{query.name}.{kind}", params)
        assert response.headers["content-type"] == media_type
        assert response.headers["content-disposition"].endswith(f'.{kind}"')
        found[kind] = set(read(response))
        by_accept = get(graph, f"/queries/{query.name}", params, accept=media_type)
        assert by_accept.content == response.content == get(graph, f"/queries/{query.name}@1.{kind}", params).content
    assert found["ttl"] == found["nt"] == found["jsonld"] == found["rdf"]
    assert len(found["nt"]) >= query.rows
    assert not any(isinstance(term, rdflib.BNode) for triple in found["nt"] for term in triple)


@every_query
def test_an_answer_is_a_part_of_the_graph(real_snapshot: Snapshot, graph: Running, query: SavedQuery) -> None:
    lines = get(graph, f"/queries/{query.name}.nt", urls.flatten(query.example)).text.splitlines()
    assert lines == sorted(set(lines))
    held = {f"{quad.triple} ." for quad in read_quads(real_snapshot.store)}
    assert set(lines) <= held
    named = {predicate.iri for predicate in query.predicates}
    found = {line.split()[1].strip("<>") for line in lines}
    assert {p.iri for p in query.predicates if p.required} <= found
    assert ANY in named or found <= named


@every_query
def test_every_triple_has_its_evidence(graph: Running, query: SavedQuery) -> None:
    params = urls.flatten(query.example)
    plain = set(read(get(graph, f"/queries/{query.name}.nt", params)))
    for kind in MEDIA_TYPES:
        whole = read(get(graph, f"/queries/{query.name}.{kind}", [*params, ("evidence", "1")]))
        assert plain <= set(whole)
        assert not any(isinstance(term, rdflib.BNode) for triple in whole for term in triple)
    evidenced, proven = rdflib.URIRef(ONT + "evidencedBy"), rdflib.URIRef("http://www.w3.org/ns/prov#wasDerivedFrom")
    source = rdflib.URIRef("http://purl.org/dc/terms/source")
    for subject, predicate, value in plain:
        statements = [
            node
            for node in whole.subjects(RDF.object, value)
            if (node, RDF.subject, subject) in whole and (node, RDF.predicate, predicate) in whole
        ]
        (statement,) = statements
        assert (statement, RDF.type, RDF.Statement) in whole
        assert (statement, proven, None) in whole or (statement, source, None) in whole
        parts = set(whole.objects(statement, evidenced))
        assert parts and all(str(part).startswith(f"{ID}doc/") for part in parts)
        for part in parts:
            assert whole.value(part, rdflib.URIRef(ONT + "locator"))
            document = whole.value(part, rdflib.URIRef(ONT + "partOfDocument"))
            assert whole.value(document, rdflib.URIRef(ONT + "documentKey"))


@every_query
def test_the_page_shows_every_triple(graph: Running, query: SavedQuery) -> None:
    params = [*urls.flatten(query.example), ("pageSize", "1000")]
    lines = get(graph, f"/queries/{query.name}.nt", params).text.splitlines()
    page = get(graph, f"/queries/{query.name}", params, accept="text/html").text
    assert page.count('<tr id="row-') == len(lines)
    assert page.count('<tr class="subject">') == len({line.split()[0] for line in lines})
    assert "IMPORTDATA" not in page and "Csv.Document" not in page
    shown = get(graph, f"/queries/{query.name}", [*params, ("evidence", "1")], accept="text/html").text
    assert shown.count('<tr class="evidence">') == len(lines)


def test_the_page_begins_with_what_was_asked_about_and_ends_with_mere_names(graph: Running) -> None:
    page = get(graph, "/queries/meeting-record", FIFTH, accept="text/html").text
    subjects = re.findall(r'<tr class="subject"><th[^>]*><a href="([^"]+)"', page)
    assert subjects[0] == "/id/meeting/ahg-som-05"
    assert len(set(subjects)) == len(subjects)
    lines = get(graph, RECORD, {**FIFTH, "format": "nt"}).text.splitlines()
    told = {line.split()[0] for line in lines if "/core#prefLabel>" not in line.split()[1]}
    ranks = [f"<https://w3id.org/ahg-graph{path}>" not in told for path in subjects]
    assert ranks == sorted(ranks)
    assert {True, False} == set(ranks)


def test_the_page_says_it_in_words_and_each_statement_of_its_evidence_once(graph: Running) -> None:
    page = get(graph, "/queries/meeting-record", {**FIFTH, "evidence": "1"}, accept="text/html").text
    assert "preferred name" in page
    assert "skos:prefLabel</th>" not in page
    for cell in re.findall(r'<tr class="evidence">.*?</tr>', page, re.DOTALL):
        said = re.findall(r"</a>: ([^<]+)</li>", cell)
        assert len(said) == len(set(said))
    records = get(graph, RECORD, {**FIFTH, "format": "nt", "evidence": "1"}).text
    parts = set(re.findall(r"#evidencedBy> <https://w3id.org/ahg-graph(/id/doc/[^>]+)>", records))
    whole = get(
        graph, "/queries/meeting-record", {**FIFTH, "evidence": "1", "pageSize": "1000"}, accept="text/html"
    ).text
    assert parts <= set(re.findall(r'href="(/id/doc/[^"]+)"', whole))
    assert parts


@pytest.mark.parametrize("value", ["csv", "tsv", "srj", "srx", "json", "trig", "nq"])
def test_rows_cannot_be_made_of_a_graph(graph: Running, value: str) -> None:
    for response in (
        graph.client.get(f"{RECORD}.{value}", params=FIFTH),
        graph.client.get(RECORD, params=FIFTH, headers={"accept": "text/csv, application/json"}),
    ):
        assert response.status_code == 406
        assert (response.json()["code"], set(response.json()["available"])) == ("not-acceptable", AVAILABLE)


@pytest.mark.parametrize(
    ("value", "kind"),
    [("ttl", "ttl"), ("turtle", "ttl"), ("TURTLE", "ttl"), ("n-triples", "nt"), ("json-ld", "jsonld"),
     ("rdf+xml", "rdf"), ("xml", "rdf"), ("text/turtle", "ttl"), ("application/rdf+xml", "rdf")],
)  # fmt: skip
def test_a_format_goes_by_the_names_that_clients_send(graph: Running, value: str, kind: str) -> None:
    response = get(graph, RECORD, {**FIFTH, "format": value}, accept="text/html")
    assert response.headers["content-type"] == MEDIA_TYPES[kind]


def test_the_pages_of_a_graph_together_are_the_whole(graph: Running) -> None:
    whole = get(graph, f"{RECORD}.nt", FIFTH).text.splitlines()
    size = len(whole) // 3 + 1
    pages = [get(graph, f"{RECORD}.nt", {**FIFTH, "pageSize": str(size), "page": str(n)}) for n in (1, 2, 3)]
    assert [line for page in pages for line in page.text.splitlines()] == whole
    turns = [re.findall(r'<([^>]+)>; rel="(first|prev|next|last)"', page.headers["link"]) for page in pages]
    assert [{relation for _, relation in found} for found in turns] == [
        {"first", "next", "last"}, {"first", "prev", "next", "last"}, {"first", "prev", "last"},
    ]  # fmt: skip
    (following,) = (address for address, relation in turns[0] if relation == "next")
    assert get(graph, following).text == pages[1].text
    beyond = graph.client.get(f"{RECORD}.nt", params={**FIFTH, "pageSize": str(size), "page": "4"})
    assert (beyond.status_code, beyond.json()["parameter"]) == (422, "page")


def test_labels_and_release_are_read_as_for_rows(graph: Running) -> None:
    plain = get(graph, f"{RECORD}.ttl", FIFTH)
    assert get(graph, f"{RECORD}.ttl", {**FIFTH, "labels": "fr,en"}).content == plain.content
    refused = graph.client.get(f"{RECORD}.ttl", params={**FIFTH, "labels": "fr"})
    assert (refused.status_code, refused.json()["parameter"]) == (422, "labels")
    (bound,) = re.findall(r'<([^>]+)>; rel="bookmark"', plain.headers["link"])
    assert f"release={plain.headers['release']}" in bound and "/meeting-record@1.ttl" in bound
    assert get(graph, bound).content == plain.content


def test_an_empty_graph_says_why(graph: Running) -> None:
    for path, params, reason in (
        ("membership-graph", {"body": "rso"}, "silent"),
        ("membership-graph", {"body": "rso", "date": "2012"}, "silent"),
        ("membership-graph", {"body": "tip-working-group"}, "silent"),
    ):
        for kind in MEDIA_TYPES:
            response = get(graph, f"/queries/{path}.{kind}", params)
            assert response.headers["empty-answer"].partition(";")[0] == reason
            assert len(read(response)) == 0
        assert "<table>" not in get(graph, f"/queries/{path}", params, accept="text/html").text


@every_query
def test_the_description_shows_a_real_graph(graph: Running, query: SavedQuery) -> None:
    document = get(graph, "/openapi.json").json()
    operation = document["paths"][f"/queries/{query.name}"]["get"]
    content = operation["responses"]["200"]["content"]
    assert set(content) == AVAILABLE
    jsonld = get(graph, f"/queries/{query.name}.jsonld", urls.flatten(query.example)).json()
    jsonschema.validate(jsonld, content["application/ld+json"]["schema"])
    common = document["components"]["parameters"]
    taken = [common[p["$ref"].rpartition("/")[2]] for p in operation["parameters"] if "$ref" in p]
    assert [p["schema"]["enum"] for p in taken if p["name"] == "format"] == [[*MEDIA_TYPES, "html"]]
    assert "excel" not in {p["name"] for p in taken}
    examples = {p["name"]: p["example"] for p in operation["parameters"] if "example" in p}
    examples |= {p["name"]: p["example"] for p in taken if "example" in p}
    assert get(graph, f"/queries/{query.name}.ttl", examples).text == content["text/turtle"]["example"]
