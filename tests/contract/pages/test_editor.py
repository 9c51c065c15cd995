"""The page at `/sparql`: a form that answers on the page, with no script needed."""

from __future__ import annotations

import pytest

from support.html import Page, read_text
from support.namespaces import GRAPH, ONT
from support.servers import Running

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
STATES = f"SELECT ?s WHERE {{ ?s a <{ONT}State> }} ORDER BY ?s"


def ask(site: Running, status: int = 200, **parameters: str) -> Page:
    answer = site.client.get("/sparql", params=parameters, headers=HTML)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def read_results(page: Page) -> str:
    return read_text(next(e for e in page.root.iter("section") if e.attrib.get("id") == "results"))


def test_a_browser_gets_the_form_and_a_program_the_description(site: Running) -> None:
    page = ask(site)
    (area,) = page.root.iter("textarea")
    assert "SELECT" in (area.text or "")
    assert site.client.get("/sparql").headers["content-type"].startswith("text/turtle")


def test_a_query_is_answered_on_the_page_with_names_and_links(site: Running) -> None:
    page = ask(site, query=STATES)
    assert [area.text for area in page.root.iter("textarea")] == [STATES]
    assert "/id/agent/canada" in page.links()
    assert "18 rows" in read_results(page)


def test_a_yes_or_no_is_said(site: Running) -> None:
    assert read_results(ask(site, query="ASK { ?s ?p ?o }")) == "Yes"
    assert read_results(ask(site, query="ASK { <a:a> <a:b> <a:c> }")) == "No"


def test_a_graph_is_shown_as_turtle(site: Running) -> None:
    page = ask(site, query=f"CONSTRUCT {{ ?s a <{ONT}State> }} WHERE {{ ?s a <{ONT}State> }} LIMIT 1")
    assert ONT + "State" in read_results(page)


def test_an_answer_of_the_moment_is_asked_anew(site: Running) -> None:
    query = "SELECT (STRUUID() AS ?once) {}"
    assert read_results(ask(site, query=query)) != read_results(ask(site, query=query))


def test_the_data_set_is_the_one_asked_for(site: Running) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    graph = {"default-graph-uri": GRAPH + "record/P1"}
    answer = site.client.get("/sparql", params={"query": query, **graph}).json()
    count = answer["results"]["bindings"][0]["n"]["value"]
    assert count in read_results(ask(site, query=query, **graph))
    assert count not in read_results(ask(site, query=query))


def test_a_long_answer_says_how_long_it_is(site: Running) -> None:
    results = read_results(ask(site, query="SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 900"))
    assert results.startswith("900 rows, the first 200 shown")


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("SELECT ?s WHERE {", 400, "line 1"),
        ("SELECT * WHERE { ?s foo:bar ?o }", 400, "foo: is not declared"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", 403, "no outgoing connection"),
        ("DELETE WHERE { ?s ?p ?o }", 400, "update"),
    ],
)
def test_a_wrong_query_is_explained_on_the_page(site: Running, query: str, status: int, said: str) -> None:
    page = ask(site, status, query=query)
    assert said in read_results(page)
    assert [area.text for area in page.root.iter("textarea")] == [query]


def test_every_saved_question_is_an_example_that_runs(site: Running) -> None:
    examples = [link for link in ask(site).links() if link.startswith("/sparql?example=")]
    assert len(examples) > 25
    for link in examples:
        page = Page(site.client.get(link, headers=HTML).text)
        (area,) = page.root.iter("textarea")
        headers = {"accept": "text/csv, text/turtle"}
        answer = site.client.post("/sparql", data={"query": area.text or ""}, headers=headers)
        assert answer.status_code == 200, link
    assert site.client.get("/sparql?example=none", headers=HTML).status_code == 404


def test_a_format_beats_the_browser(site: Running) -> None:
    answer = site.client.get("/sparql", params={"query": STATES, "format": "csv"}, headers=HTML)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_nothing_inline_is_allowed_but_one_known_style(site: Running) -> None:
    policy = site.client.get("/sparql", headers=HTML).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    other = site.client.get("/pictures", headers=HTML).headers["content-security-policy"]
    assert "style-src 'self';" in other
