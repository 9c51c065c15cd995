"""Charts: their data is what their query answers, and so is the table beside each."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from support.html import Page
from support.namespaces import ID
from support.servers import Running

HTML = {"accept": "text/html"}


def draw(site: Running, name: str, **parameters: str) -> tuple[Page, dict[str, Any]]:
    answer = site.client.get(f"/pictures/{name}", params=parameters, headers=HTML)
    assert answer.status_code == 200, answer.text
    page = Page(answer.text)
    return page, read_data(page)


def read_data(page: Page) -> dict[str, Any]:
    """Return what the page gives the script to draw."""
    script = next(e for e in page.root.iter("script") if e.attrib.get("type") == "application/json")
    data: dict[str, Any] = json.loads(script.text or "")
    return data


def run_query(site: Running, page: Page) -> list[dict[str, Any]]:
    """Return the rows of the query that a picture says is behind it."""
    query = next(e.text for e in page.section("behind").iter("code"))
    answer = site.client.post("/sparql", data={"query": query}, headers={"accept": "application/json"})
    rows: list[dict[str, Any]] = answer.json()["results"]["bindings"]
    return rows


def test_the_list_leads_to_every_chart(site: Running) -> None:
    page = Page(site.client.get("/pictures", headers=HTML).text)
    names = ("timeline", "attendance", "membership", "life", "bodies")
    assert {f"/pictures/{name}" for name in names} <= set(page.links())
    assert "Regional Support Office" in page.text_of("a")


@pytest.mark.parametrize(("name", "of"), [("timeline", {}), ("membership", {"body": "ahg"})])
def test_spans_are_the_rows_of_the_query_that_have_a_date(site: Running, name: str, of: dict[str, str]) -> None:
    page, data = draw(site, name, **of)
    rows = run_query(site, page)
    bounds = [
        {key: row[key]["value"] if key in row else None for key in ("from", "by", "until", "last")} for row in rows
    ]
    dated = [bound for bound in bounds if name == "membership" or any(bound.values())]
    assert [{key: span[key] for key in ("from", "by", "until", "last")} for span in data["spans"]] == dated
    assert len(page.rows("table")) == len(rows)


def test_meetings_of_which_there_are_records_come_first(site: Running) -> None:
    _, data = draw(site, "timeline")
    lanes = list(dict.fromkeys(span["lane"] for span in data["spans"]))
    assert lanes[0] == next(span["lane"] for span in data["spans"] if span["row"] == ID + "meeting/ahg-som-07")
    assert lanes[-1] == "initiatives"


def test_an_uncertain_date_is_drawn_as_uncertain(site: Running) -> None:
    _, data = draw(site, "timeline")
    first = next(span for span in data["spans"] if span["row"] == ID + "meeting/ahg-som-01")
    assert (first["from"], first["by"]) == ("2009-06-27", "2009-07-27")
    planned = next(span for span in data["spans"] if span["row"] == ID + "meeting/tip-working-group-01")
    assert planned["held"] is False


def test_the_matrix_says_who_sat_where(site: Running) -> None:
    page, data = draw(site, "attendance")
    cells = {(cell["agent"], cell["meeting"]): cell["capacity"] for cell in data["cells"]}
    assert cells["Canada", "12 October 2011: Fifth Meeting of the AHG Senior Officials"] == "observer"
    assert cells["India", "5 March 2013: Seventh Meeting of the AHG Senior Officials"] == "member, not on the list"
    assert ("Canada", "2009: First Meeting of the AHG Senior Officials") not in cells
    assert len(page.rows("table")) == len(data["agents"])


def test_the_history_of_a_decision_holds_its_links_both_ways(site: Running) -> None:
    page, data = draw(site, "life", of="decision/s5-p4-2")
    edges = {(edge["from"], edge["to"]) for edge in data["edges"]}
    assert (ID + "decision/s5-p4-2", ID + "meeting/tewg-2012-06-11") in edges
    assert any(to == ID + "decision/s5-p4-2" for _, to in edges)
    rows = run_query(site, page)
    assert {(row["earlier"]["value"], row["later"]["value"]) for row in rows} == edges
    assert {node["id"] for node in data["nodes"]} == {end for edge in edges for end in edge}
    table = page.rows("table")
    assert len(table) == len(data["nodes"])


def test_the_bodies_hang_together(site: Running) -> None:
    page, data = draw(site, "bodies")
    edges = {(edge["from"], edge["to"]): edge for edge in data["edges"]}
    assert edges[ID + "body/bali-process", ID + "body/ahg"]["inferred"] is False
    assert edges[ID + "body/ad-hoc-expert-meetings", ID + "body/ahg"]["label"] == "formalisation"
    assert {node["id"] for node in data["nodes"]} == {row["body"]["value"] for row in run_query(site, page)}


def test_the_proof_of_a_fact_is_a_tree_of_its_steps(site: Running) -> None:
    triple = {"subject": "united-states", "predicate": "isOrWasMemberOf", "object": "body:ahg"}
    page = Page(site.client.get("/explain", params=triple, headers=HTML).text)
    data = json.loads(
        next(e for e in page.root.iter("script") if e.attrib.get("type") == "application/json").text or ""
    )
    roots = {node["id"] for node in data["nodes"]} - {edge["from"] for edge in data["edges"]}
    (root,) = (node for node in data["nodes"] if node["id"] in roots)
    assert root["label"] == "United States is or was member of Ad Hoc Group"


def test_a_history_without_links_says_so(site: Running) -> None:
    answer = site.client.get("/pictures/life", params={"of": "agent/pakistan"}, headers=HTML)
    page = Page(answer.text)
    assert list(page.root.iter("figure")) == []
    assert "table" not in page.ids()


def test_a_history_of_nothing_asks_of_what(site: Running) -> None:
    page = Page(site.client.get("/pictures/life", headers=HTML).text)
    assert [e.attrib["name"] for e in page.root.iter("input")][-1] == "of"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/pictures/none", 404, "unknown-name"),
        ("/pictures/life?of=atlantis", 422, "bad-parameter"),
        ("/pictures/membership?body=canada", 422, "bad-parameter"),
        ("/pictures/membership?body=a&body=b", 400, "bad-request"),
    ],
)
def test_what_cannot_be_drawn_is_refused(site: Running, path: str, status: int, code: str) -> None:
    answer: httpx.Response = site.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
