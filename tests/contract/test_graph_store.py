"""Graphs are read by the Graph Store Protocol, and crawlers find what they ask a host for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import rdflib

from ahg_graph.config.prefixes import get_home
from ahg_graph.rdf.terms import RdfFormat, parse
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.memory_dataset import read_quads
from support.namespaces import GRAPH, INFERRED_GRAPH
from support.servers import Running, run

STORE = "/rdf-graph-store"
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def site(real_snapshot: Snapshot) -> Iterator[Running]:
    with run(real_snapshot) as running:
        yield running


def test_default_graph_is_the_union(site: Running, real_snapshot: Snapshot) -> None:
    answer = site.client.get(f"{STORE}?default", headers={"accept": "application/n-triples"})
    assert answer.headers["content-type"] == "application/n-triples"
    found = {str(quad.triple) for quad in parse(answer.content, RdfFormat.N_TRIPLES) if "_:" not in str(quad)}
    assert found == {str(quad.triple) for quad in read_quads(real_snapshot.store) if "_:" not in str(quad)}


@pytest.mark.parametrize("name", ["register/states", "inferred", "record/S5"])
def test_named_graph_by_its_iri(site: Running, real_snapshot: Snapshot, name: str) -> None:
    answer = site.client.get(STORE, params={"graph": GRAPH + name}, headers={"accept": "text/turtle"})
    found = {quad.triple for quad in parse(answer.content, RdfFormat.TURTLE)}
    assert found == {quad.triple for quad in read_quads(real_snapshot.store, [GRAPH + name])} != set()


def test_head_is_get_without_a_body(site: Running) -> None:
    address = f"{STORE}?graph={GRAPH}register/states"
    got, head = site.client.get(address), site.client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    kept = ("content-type", "content-length", "etag")
    assert [head.headers[name] for name in kept] == [got.headers[name] for name in kept]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?graph=states", 400),
        (f"?default&graph={GRAPH}inferred", 400),
        (f"?graph={GRAPH}inferred&graph={GRAPH}record/S5", 400),
        (f"?graph={GRAPH}nowhere", 404),
        ("?default&format=csv", 406),
    ],
)
def test_what_names_no_graph_is_refused(site: Running, query: str, status: int) -> None:
    answer = site.client.get(STORE + query)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nothing_is_written(site: Running, method: str) -> None:
    answer = site.client.request(method, f"{STORE}?default", content=b"<a:b> <a:b> <a:b> .")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_entailment_is_described(site: Running) -> None:
    body = site.client.get("/sparql", headers={"accept": "text/turtle"}).text
    described = rdflib.Graph().parse(data=body, format="turtle")
    regime = rdflib.URIRef("http://www.w3.org/ns/entailment/OWL-RDF-Based")
    (service,) = described.subjects(rdflib.RDF.type, SD.Service)
    assert described.value(service, SD.defaultEntailmentRegime) == regime
    (named,) = described.subjects(SD.entailmentRegime, regime)
    assert described.value(named, SD.name) == rdflib.URIRef(INFERRED_GRAPH)


def test_robots_name_the_sitemap_and_every_page_in_it_is_there(site: Running) -> None:
    robots = site.client.get("/robots.txt").text
    assert "Disallow: /sparql" in robots.splitlines()
    (address,) = re.findall(r"^Sitemap: (.*)$", robots, re.MULTILINE)
    tree = ElementTree.fromstring(site.client.get(address).content)
    places = [place.text or "" for place in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(places) == len(set(places)) > 500
    hidden = re.findall(r"^Disallow: (.*)$", robots, re.MULTILINE)
    assert not [place for place in places if urlsplit(place).path.startswith(tuple(hidden))]
    assert f"{site.url}/id/meeting/ahg-som-05.html" in places
    for place in [*places[:60], *places[60::40]]:
        answer = site.client.get(place, headers={"accept": "text/html"})
        assert answer.status_code == 200, place


def test_security_contact_is_the_home_s_or_none(site: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    assert get_home().contact == ""
    assert site.client.get("/.well-known/security.txt").status_code == 404
    monkeypatch.setenv("AHG_GRAPH_CONTACT", "mailto:data@example.org")
    answer = site.client.get("/.well-known/security.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:data@example.org"
    expires = datetime.fromisoformat(fields["Expires"])
    assert datetime.now(UTC) < expires < datetime.now(UTC) + timedelta(days=365)
