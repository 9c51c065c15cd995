"""Search finds things by any of their names and statements by their words, as a page and as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from support.html import Page, read_text
from support.namespaces import ID
from support.servers import Running


def search(site: Running, **parameters: str) -> dict[str, Any]:
    answer = site.client.get("/search", params={**parameters, "format": "json"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("United States", "agent/united-states"),
        ("usa", "agent/united-states"),
        ("US", "agent/united-states"),
        ("TEWG", "body/tewg"),
        ("steering committee", "body/steering-group"),
        ("AATIP", "initiative/aaptip"),
        ("  unhcr ", "agent/unhcr"),
        ("Office of the United Nations High Commissioner", "agent/unhcr"),
        ("S7", "doc/ahg-som-07-statement"),
    ],
)
def test_the_first_thing_found_is_the_one_meant(site: Running, text: str, slug: str) -> None:
    assert search(site, q=text)["things"][0]["iri"] == ID + slug


def test_what_is_found_says_its_kind_its_page_and_the_name_that_matched(site: Running) -> None:
    first = search(site, q="AATIP", limit="1")["things"]
    assert first == [
        {
            "iri": ID + "initiative/aaptip",
            "label": "Australia-Asia Program to Combat Trafficking in Persons",
            "kind": "initiative",
            "matchedName": "AATIP",
            "url": "/id/initiative/aaptip.html",
        }
    ]


def test_a_misspelling_finds_what_is_near(site: Running) -> None:
    page = Page(site.client.get("/search", params={"q": "Indonezia"}, headers={"accept": "text/html"}).text)
    exact = Page(site.client.get("/search", params={"q": "Indonesia"}, headers={"accept": "text/html"}).text)
    assert page.text_of("h2")[0].rstrip("0123456789") != exact.text_of("h2")[0].rstrip("0123456789")
    assert "/id/agent/indonesia.html" in page.links()


def test_words_find_statements_with_their_evidence(site: Running) -> None:
    found = search(site, q="mandate land sea")["statements"]
    widened = next(item for item in found if item["iri"] == ID + "decision/s5-p4-2")
    place = "doc/ahg-som-05-statement/p4"
    assert widened["evidence"] == [{"iri": ID + place, "text": "S5, para 4", "link": f"/id/{place}"}]
    for item in found:
        if item["foundIn"] == "summary":
            assert all(word in item["summary"].lower() for word in ("mandate", "land", "sea"))


def test_words_of_a_document_lead_to_its_paragraph_and_what_rests_on_it(site: Running) -> None:
    found = search(site, q="NGO")["statements"]
    by_words = {item["iri"].removeprefix(ID): item for item in found if item["foundIn"] == "words"}
    part = by_words.pop("doc/ahg-som-07-statement/p18")
    assert (part["summary"], part["url"]) == ("S7, para 18", "/id/doc/ahg-som-07-statement/p18.html")
    assert {"decision/s7-p18-1", "mandate/tip-working-group-1"} <= by_words.keys()
    assert all("S7, para 18" in [place["text"] for place in item["evidence"]] for item in by_words.values())
    page = Page(site.client.get("/search", params={"q": "NGO"}, headers={"accept": "text/html"}).text)
    assert "By the words of the documents" in page.text_of("h3")
    assert "/id/doc/ahg-som-07-statement/p18.html" in page.links()


def test_what_is_inferred_or_one_of_several_readings_is_marked(site: Running) -> None:
    fourth = search(site, q="fourth technical experts")["statements"]
    meeting = next(item for item in fourth if item["iri"] == ID + "meeting/tewg-2012-06-11")
    assert (meeting["basis"], meeting["rank"], meeting["disputed"]) == ("inferred", None, [])
    readings = search(site, q="intends to accept, and so has not")["statements"]
    reading = next(item for item in readings if item["iri"] == ID + "claim/uae-status-march-2013-invited")
    assert (reading["basis"], reading["rank"]) == ("stated", "disputed")
    assert [about["link"] for about in reading["about"]] == ["/id/discrepancy/uae-status-march-2013"]
    stated = search(site, q="Welcome an update from IOM on the portal")["statements"]
    assert [(item["basis"], item["reason"]) for item in stated if item["foundIn"] == "summary"] == [("stated", None)]
    page = Page(
        site.client.get("/search", params={"q": "fourth technical experts"}, headers={"accept": "text/html"}).text
    )
    assert "curator’s inference" in page.text_of("summary")
    page = Page(
        site.client.get("/search", params={"q": "intends to accept, and so"}, headers={"accept": "text/html"}).text
    )
    assert "disputed reading" in page.text_of("span")


def test_what_is_found_by_summaries_comes_first(site: Running) -> None:
    places = [item["foundIn"] for item in search(site, q="governed")["statements"]]
    assert places == sorted(places) and set(places) == {"summary"}
    places = [item["foundIn"] for item in search(site, q="irregular movement")["statements"]]
    assert places == sorted(places) and set(places) == {"summary", "words"}


def test_names_alone_are_asked_for_by_suggestions(site: Running) -> None:
    found = search(site, q="mandate", **{"in": "names"})
    assert found["statements"] == []
    assert 0 < len(found["things"]) <= 50


def test_a_search_for_nothing_shows_the_form(site: Running) -> None:
    page = Page(site.client.get("/search", headers={"accept": "text/html"}).text)
    assert page.text_of("h2") == []
    assert search(site, q="")["things"] == []


def test_what_no_one_says_is_not_found(site: Running) -> None:
    found = search(site, q="zzzzqqqq xxxxvvvv")
    assert (found["things"], found["statements"]) == ([], [])
    answer = site.client.get("/search", params={"q": "zzzzqqqq xxxxvvvv"}, headers={"accept": "text/html"})
    assert "/id/" not in "".join(Page(answer.text).links())


@pytest.mark.parametrize("limit", ["0", "51", "x", "-1", "1.5"])
def test_a_wrong_limit_is_refused(site: Running, limit: str) -> None:
    answer = site.client.get("/search", params={"q": "a", "limit": limit})
    assert (answer.status_code, answer.json()["parameter"]) == (422, "limit")


def test_a_wrong_format_is_refused(site: Running) -> None:
    assert site.client.get("/search", params={"q": "a", "format": "csv"}).status_code == 422
    assert site.client.get("/search", params={"q": "a"}, headers={"accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    "text", ['"', "' OR 1", "\\", "}", "} SELECT * {", "?_w0", "<x>", "a" * 3000, "%", "\x00", "ß İ"]
)
def test_no_text_breaks_a_search(site: Running, text: str) -> None:
    answer = site.client.get("/search", params={"q": text}, headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert read_text(Page(answer.text).root.find(".//h1")) == "Search"  # type: ignore[arg-type]
