"""A text of the data never becomes markup, whatever it holds."""

from __future__ import annotations

import json
from xml.etree.ElementTree import Element

import pytest

from support.hostile import ATTACK
from support.html import Page
from support.servers import Running

HTML = {"accept": "text/html"}
PAGES = [
    "/id/agent/evil.html",
    "/id/meeting/evil.html",
    "/id/attendance/evil.html",
    "/id/doc/evil.html",
    "/id/doc/evil/p1.html",
    "/id/agent/nobody%22%3E%3Cscript%3E.html",
    "/ont.html",
    "/search?q=script",
    "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
    "/pictures/timeline",
    "/pictures/attendance",
    "/pictures/bodies",
    "/pictures/membership?body=body/evil",
    "/pictures/life?of=decision/evil",
    "/pictures/life?of=%3Cscript%3E",
    "/pictures/%3Cscript%3E",
    "/id/decision/evil.html",
    "/id/meeting/evil.html?only=what-was-decided",
    "/id/meeting/evil.html?only=%3Cscript%3E",
    "/pictures",
    "/sparql?query=SELECT%20*%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D",
    "/sparql?query=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "/explain?subject=%3Cscript%3E",
]


def is_ours(script: Element) -> bool:
    return script.attrib.get("type") == "application/json" or script.attrib.get("src", "").startswith("/static/")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_markup_of_the_data(hostile: Running, path: str) -> None:
    answer = hostile.client.get(path, headers=HTML)
    assert answer.status_code in (200, 400, 404, 422)
    page = Page(answer.text)
    assert [e for e in page.root.iter("script") if not is_ours(e)] == []
    assert list(page.root.iter("img")) == []
    for element in page.root.iter():
        assert not any(name.startswith("on") for name in element.attrib)
        assert not element.attrib.get("href", "").lower().startswith(("javascript:", "data:"))
    assert "49" not in (page.root.findtext(".//h1") or "")


def test_the_attack_is_shown_to_the_letter(hostile: Running) -> None:
    page = Page(hostile.client.get("/id/agent/evil.html").text)
    assert page.root.findtext(".//h1") == ATTACK


def test_the_data_of_a_picture_cannot_end_its_script(hostile: Running) -> None:
    text = hostile.client.get("/pictures/attendance", headers=HTML).text
    script = next(e for e in Page(text).root.iter("script") if e.attrib.get("type") == "application/json")
    assert json.loads(script.text or "")["agents"] == [ATTACK]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/pictures/bodies", "nodes"),
        ("/pictures/membership?body=body/evil", "spans"),
        ("/pictures/life?of=decision/evil", "nodes"),
    ],
)
def test_every_picture_is_given_the_text_as_it_is(hostile: Running, path: str, name: str) -> None:
    text = hostile.client.get(path, headers=HTML).text
    script = next(e for e in Page(text).root.iter("script") if e.attrib.get("type") == "application/json")
    marks = json.loads(script.text or "")[name]
    assert marks
    assert all(mark["label"].startswith(ATTACK) for mark in marks)


def test_suggestions_and_terms_hold_the_text_as_it_is(hostile: Running) -> None:
    found = hostile.client.get("/search", params={"q": "script", "in": "names", "format": "json"})
    assert found.headers["content-type"] == "application/json"
    assert ATTACK in {thing["label"] for thing in found.json()["things"]}
    terms = hostile.client.get("/ont/terms.json")
    assert terms.headers["content-type"] == "application/json"
    assert ATTACK in {term["label"] for term in terms.json()["terms"]}


@pytest.mark.parametrize("ending", ["ttl", "nt", "jsonld", "rdf"])
def test_rdf_keeps_the_text(hostile: Running, ending: str) -> None:
    answer = hostile.client.get(f"/id/agent/evil.{ending}")
    assert answer.status_code == 200
    assert "owned" in answer.text


def test_headers_hold_no_text_of_the_request(hostile: Running) -> None:
    answer = hostile.client.get("/id/agent/x%0d%0aset-cookie:a=b", headers=HTML)
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers
