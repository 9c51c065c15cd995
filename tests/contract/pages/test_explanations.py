"""Any triple is explained as a page, JSON and RDF; what is unclear is asked back."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, parse

from ahg_graph.explanation.outline import CURATORS, STATUSES
from support.html import Page, read_text
from support.namespaces import ID, ONT, PREFIXES
from support.servers import Running

US = {"subject": "united-states", "predicate": "isOrWasMemberOf", "object": "body:ahg"}
HTML = {"accept": "text/html"}


def test_the_page_of_a_derived_fact_shows_its_proof_down_to_the_paragraphs(site: Running) -> None:
    page = Page(site.client.get("/explain", params=US, headers=HTML).text)
    proof = page.section("proof")
    folded = [read_text(details) for details in proof.iter("details")]
    assert any("rule prp-spo2" in text for text in folded)
    links = [a.attrib["href"] for a in proof.iter("a")]
    assert "/id/affiliation/ahg-united-states-member" in links
    assert {"/id/doc/ahg-progress-report-2013/composition", "/id/doc/ahg-som-05-statement/p1"} <= set(links)


def test_the_record_in_json_is_the_same_proof(site: Running) -> None:
    record = site.client.get("/explain", params={**US, "format": "json"}).json()
    assert record["standing"] == "derived"
    assert record["statement"]["object"] == {"type": "uri", "value": ID + "body/ahg"}
    leaves, waiting = [], [record["proof"]]
    while waiting:
        step = waiting.pop()
        waiting += step["premises"]
        if not step["premises"]:
            leaves.append(step)
    assert {p["part"] for leaf in leaves for p in leaf["passages"]} >= {ID + "doc/ahg-som-05-statement/p1"}


@pytest.mark.parametrize(
    ("name", "syntax"), [("ttl", RdfFormat.TURTLE), ("rdf", RdfFormat.RDF_XML), ("jsonld", RdfFormat.JSON_LD)]
)
def test_the_proof_is_there_as_rdf(site: Running, name: str, syntax: RdfFormat) -> None:
    answer = site.client.get("/explain", params={**US, "format": name})
    triples = [quad.triple for quad in parse(answer.content, syntax)]
    reified = [t for t in triples if t.predicate.value == PREFIXES["rdf"] + "predicate"]
    assert any(t.object.value == ONT + "isOrWasMemberOf" for t in reified)


def test_accept_chooses_too(site: Running) -> None:
    types = {
        "text/turtle": "text/turtle; charset=utf-8",
        "application/json": "application/json",
        "text/html": "text/html; charset=utf-8",
    }
    for accept, content_type in types.items():
        assert (
            site.client.get("/explain", params=US, headers={"accept": accept}).headers["content-type"] == content_type
        )
    assert site.client.get("/explain", params=US, headers={"accept": "image/png"}).status_code == 406


def test_an_asserted_fact_shows_where_it_is_stated(site: Running) -> None:
    triple = {"subject": "decision:s5-p12-1", "predicate": "ahg:act", "object": "act:confirm"}
    page = Page(site.client.get("/explain", params=triple, headers=HTML).text)
    stands = read_text(page.section("proof"))
    assert "stated in S5, para 12" in stands
    assert "data/record/s5.ttl:" in stands


def test_what_the_curator_infers_is_not_called_stated(site: Running) -> None:
    triple = {"subject": "involvement:tocta-unodc", "predicate": "ahg:asLeadOf", "object": "initiative:tocta"}
    page = Page(site.client.get("/explain", params=triple, headers=HTML).text)
    assert CURATORS["asserted"] in page.text_of("p")
    stands = read_text(page.section("proof"))
    assert "the curator infers it, or a part of it, from S7, para 13: The statement calls" in stands
    assert "stated in" not in stands
    derived = {"subject": "unodc", "predicate": "ahg:leads", "object": "initiative:tocta"}
    assert CURATORS["derived"] in Page(site.client.get("/explain", params=derived, headers=HTML).text).text_of("p")


def test_what_does_not_follow_is_not_called_false(site: Running) -> None:
    triple = {"subject": "canada", "predicate": "isOrWasMemberOf", "object": "body:ahg"}
    page = Page(site.client.get("/explain", params=triple, headers=HTML).text)
    assert STATUSES["not-entailed"] in page.text_of("p")
    assert site.client.get("/explain", params={**triple, "format": "json"}).json()["standing"] == "not-entailed"


def test_a_dispute_about_a_fact_is_beside_its_proof(site: Running) -> None:
    triple = {"subject": "meeting:ahg-som-01", "predicate": "ahg:startNotBefore"}
    value = '"2009-06-27"^^<http://www.w3.org/2001/XMLSchema#date>'
    page = Page(site.client.get("/explain", params={**triple, "object": value}, headers=HTML).text)
    section = read_text(page.section("disputes"))
    assert "First day of the first senior officials' meeting" in section
    assert "27 July 2009" in section


def test_without_a_triple_there_is_a_form(site: Running) -> None:
    page = Page(site.client.get("/explain", headers=HTML).text)
    assert [e.attrib["name"] for e in page.root.iter("input") if e.attrib["name"] != "q"] == [
        "subject",
        "predicate",
        "object",
    ]
    for accept in ("", "*/*", "*"):
        assert site.client.get("/explain", headers={"accept": accept}).headers["content-type"].startswith("text/html")
    assert site.client.get("/explain", params={"format": "json"}).status_code == 422
    assert site.client.get("/explain", headers={"accept": "application/json"}).status_code == 422
    assert site.client.get("/explain", params={"subject": "india"}).status_code == 422


def test_a_text_that_means_nothing_is_asked_back(site: Running) -> None:
    triple = {"subject": "atlantis", "predicate": "isOrWasMemberOf", "object": "body:ahg"}
    answer = site.client.get("/explain", params=triple, headers=HTML)
    assert answer.status_code == 422
    assert any("atlantis" in text for text in Page(answer.text).text_of("p"))
    problem = site.client.get("/explain", params={**triple, "format": "json"})
    assert (problem.status_code, problem.json()["parameter"]) == (422, "subject")
    assert site.client.get("/explain", params={**US, "format": "pdf"}).status_code == 422


def test_a_snapshot_without_proofs_says_so(hostile: Running) -> None:
    answer = hostile.client.get("/explain", params={**US, "format": "json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
