"""The first page says what the graph holds: each figure is a count, by the name of what is counted."""

from __future__ import annotations

import re

from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.store import open_store
from ahg_graph.sparql.types import SparqlQuery
from ahg_server.presentation.page_sections import load_page_model
from support.html import Page, read_text
from support.namespaces import DOCUMENTS
from support.servers import Running


def test_the_figures_are_counts_of_what_they_name(site: Running, real_snapshot: Snapshot) -> None:
    page = Page(site.client.get("/", headers={"accept": "text/html"}).text)
    names = {label: iri for iri, label in load_page_model(real_snapshot.path).figures}
    assert len(names) == 8
    store = open_store(real_snapshot.path / "store")
    counts = {}
    for label, iri in names.items():
        query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s a <{iri}> }}"
        counts[label] = re.findall(r'"value":"([0-9]+)"', bytes(store.answer(SparqlQuery(query)).body).decode())[0]
    shown = {label: text.replace(",", "") for label, text in page.facts().items()}
    assert shown == counts
    assert shown["source documents"] == str(len(DOCUMENTS)) == "5"


def test_a_card_asks_the_question_of_its_example(site: Running) -> None:
    page = Page(site.client.get("/", headers={"accept": "text/html"}).text)
    asked = {a.attrib["href"]: read_text(a) for a in page.section("questions").iter("a")}
    assert (
        asked["/queries/members-on-date?body=ahg&date=2013-03-05"]
        == "Who was a full member of the Ad Hoc Group on 5 March 2013?"
    )
    assert not any("{" in text for text in asked.values())


def test_a_graph_without_what_the_examples_name_shows_the_questions(hostile: Running) -> None:
    answer = hostile.client.get("/", headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert "/queries/members-on-date?body=ahg&date=2013-03-05" in Page(answer.text).links()


def test_it_says_what_the_group_is_and_lists_the_documents(site: Running) -> None:
    page = Page(site.client.get("/", headers={"accept": "text/html"}).text)
    lead = next(p for p in page.root.iter("p") if p.attrib.get("class") == "lead")
    assert "Ad Hoc Group, activated in 2009" in read_text(lead)
    listed = [a.attrib["href"] for a in page.section("documents").iter("a")]
    assert [link for link in listed if link.startswith("/id/doc/")] == [
        f"/id/doc/{slug}" for slug in DOCUMENTS.values()
    ]


def test_a_count_to_browse_is_the_number_of_rows_that_it_leads_to(site: Running) -> None:
    page = Page(site.client.get("/", headers={"accept": "text/html"}).text)
    lists = {read_text(d[0]).rpartition(" ")[0]: d for d in page.section("browse").iter("details")}
    assert {
        "Meetings by kind",
        "Meetings by year",
        "Decisions by meeting",
        "Initiatives by kind",
        "States",
        "Bodies",
    } <= set(lists)
    states = [read_text(item) for item in lists["States"].iter("li")]
    assert {"Indonesia", "Vietnam"} <= set(states)
    for name in ("Meetings by kind", "Decisions by meeting", "Initiatives by kind"):
        entry = next(lists[name].iter("li"))
        link = entry[0].attrib["href"].replace("?", ".json?")
        assert len(site.client.get(link).json()) == int(read_text(entry[1])), (name, link)
