"""The ontology reads as one page: every term once, by topic, with what it says and the questions it serves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, RdfFormat, parse

from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.memory_dataset import read_quads
from support.html import Page, read_text
from support.namespaces import ONT, ONTOLOGY_GRAPH, PREFIXES
from support.servers import Running


@pytest.fixture(scope="module")
def page(site: Running) -> Page:
    return Page(site.client.get("/ont.html").text)


def test_every_term_of_the_files_is_on_the_page_once(page: Page, home: Path) -> None:
    kinds = {PREFIXES["owl"] + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
    terms = {
        quad.subject.value.removeprefix(ONT)
        for path in (home / "ontology").glob("*.ttl")
        for quad in parse(path.read_bytes(), RdfFormat.TURTLE)
        if quad.predicate.value == PREFIXES["rdf"] + "type"
        and quad.object.value in kinds
        and str(quad.subject).startswith(f"<{ONT}")
    }
    shown = [e.attrib["id"] for e in page.root.iter("div") if e.attrib.get("class") == "term"]
    assert sorted(shown) == sorted(terms)


def test_no_term_is_without_a_topic(page: Page) -> None:
    assert "Other terms" not in page.text_of("h2")


def test_a_term_says_its_neighbours_its_chain_and_its_questions(page: Page) -> None:
    term = next(e for e in page.root.iter("div") if e.attrib.get("id") == "isOrWasMemberOf")
    text = read_text(term)
    assert "follows from has affiliation then member in" in text
    assert "a case of affiliated with" in text
    assert "read the other way has or had member" in text
    leads = next(e for e in page.root.iter("div") if e.attrib.get("id") == "leads")
    assert "/queries/initiatives" in [a.attrib["href"] for a in leads.iter("a")]


def test_a_class_says_the_condition_that_makes_it(page: Page) -> None:
    term = next(e for e in page.root.iter("div") if e.attrib.get("id") == "FullMembership")
    assert "whenever status is full member" in read_text(term)


def test_every_term_says_what_it_serves(page: Page) -> None:
    silent = [
        term.attrib["id"]
        for term in page.root.iter("div")
        if term.attrib.get("class") == "term"
        and not {"used by", "used indirectly by", "shown on pages"} & {read_text(dt) for dt in term.iter("dt")}
    ]
    assert silent == []


def test_every_question_is_listed_with_its_terms(page: Page, home: Path) -> None:
    section = page.section("questions")
    asked = {a.attrib["href"] for a in section.iter("a") if read_text(a) == "Ask it"}
    assert asked == {f"/queries/{path.stem}" for path in (home / "queries").glob("*.rq") if "@" not in path.stem}
    hosts = next(e for e in section.iter("details") if e.attrib["id"] == "q-hosts")
    assert {"#hostingBy", "#hostingOf"} <= {a.attrib["href"] for a in hosts.iter("a")}


def test_diagrams_show_what_sources_state_and_tables_say_the_same(page: Page, home: Path) -> None:
    section = page.section("Membership and other statuses")
    data = json.loads(next(section.iter("script")).text or "")
    names = {node["id"]: node["label"] for node in data["nodes"]}
    edges = {(names[e["from"]], label, names[e["to"]]) for e in data["edges"] for label in e["label"].split("\n")}
    assert ("affiliation", "affiliation of", "agent") in edges
    assert ("affiliation", "towards body", "body") in edges
    assert ("invitation", "", "affiliation") in edges  # the step to the wider class
    drawn = {word for edge in edges for word in edge}
    assert drawn.isdisjoint({"is or was member of", "member in"})  # derived, and below a wider property
    table = next(section.iter("table"))
    rows = {tuple(read_text(cell) for cell in row) for row in list(table.iter("tr"))[1:]}
    arrows = {(start, label or "is a kind of", end) for start, label, end in edges}
    assert arrows <= rows
    boxes = {(node["label"], text.partition(" → ")[0]) for node in data["nodes"] for text in node["below"]}
    assert {(start, prop) for start, prop, _ in rows - arrows} == boxes


def test_the_graph_of_the_ontology_is_there_whole(site: Running, real_snapshot: Snapshot) -> None:
    triples = {quad.triple for quad in parse(site.client.get("/ont.nt").content, RdfFormat.N_TRIPLES)}
    graph = {quad.triple for quad in read_quads(real_snapshot.store, [ONTOLOGY_GRAPH])}
    named = {t for t in triples if not isinstance(t.subject, BlankNode) and not isinstance(t.object, BlankNode)}
    assert {t for t in graph if not isinstance(t.subject, BlankNode) and not isinstance(t.object, BlankNode)} <= named
    more = triples - graph - (triples - named)
    assert {t.predicate.value for t in more} == {PREFIXES["rdfs"] + "label"}
    codes = {t.subject for t in graph if t.predicate.value == f"{ONT}inCodeList"}
    assert codes <= {t.subject for t in more}


def test_other_versions_and_endings_are_not_there(site: Running) -> None:
    html = {"accept": "text/html"}
    assert site.client.get("/ont/99", headers=html).status_code == 404
    assert site.client.get("/ont.doc", headers=html).status_code == 404


def test_the_editor_is_given_every_term_and_prefix(site: Running) -> None:
    document = site.client.get("/ont/terms.json").json()
    assert document["prefixes"] == dict(PREFIXES)
    labels = {term["iri"]: term["label"] for term in document["terms"]}
    assert labels[ONT + "isOrWasMemberOf"] == "is or was member of"
