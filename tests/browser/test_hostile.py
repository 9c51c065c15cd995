"""What scripts write into a page stays text, whatever the data holds: suggestions, completion, results, pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from support.hostile import ATTACK
from support.namespaces import PREFIXES

pytestmark = pytest.mark.browser
Opener = Callable[..., Any]
LABELS = "SELECT ?label (COUNT(?s) AS ?count) WHERE { ?s skos:prefLabel ?label } GROUP BY ?label".replace(
    "skos:prefLabel", f"<{PREFIXES['skos']}prefLabel>"
)
PICTURES = {
    "/pictures/timeline": "text",
    "/pictures/attendance": "text",
    "/pictures/bodies": "title",
    "/pictures/membership?body=body/evil": "title",
    "/pictures/life?of=decision/evil": "title",
    "/ont.html": "title",
}
"""Pictures, and the element of each in which the text stands whole."""


def is_clean(page: Any) -> bool:
    """Say whether a page has no element and no title that the data brought."""
    scripts = page.locator("script:not([type='application/json']):not([src^='/static/'])").count()
    attributes = "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes].map(a => a.name))"
    handlers = [name for name in page.evaluate(attributes) if name.startswith("on")]
    return scripts == 0 and page.locator("img").count() == 0 and not handlers and page.title() != "owned"


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_draws_the_text(open_hostile: Opener, path: str) -> None:
    page = open_hostile(path)
    texts = page.locator(f"figure.drawn svg {PICTURES[path]}").all_text_contents()
    assert any(ATTACK[:18] in text for text in texts)
    assert is_clean(page)


def test_suggestions_show_the_text(open_hostile: Opener) -> None:
    page = open_hostile("/")
    page.locator("#ask-text").press_sequentially("script", delay=20)
    page.locator("[role=option]").first.wait_for()
    assert any(ATTACK in text for text in page.locator("[role=option]").all_text_contents())
    assert is_clean(page)


def test_completion_shows_the_text(open_hostile: Opener) -> None:
    page = open_hostile("/sparql")
    editor = "document.querySelector('.CodeMirror').CodeMirror"
    page.evaluate(f"() => {editor}.setValue('SELECT * {{ ?s a ahg:Sta')")
    page.wait_for_function(f"() => {editor}.getValue().startsWith('PREFIX ahg:')")
    page.evaluate(f"() => {{ const c = {editor}; c.focus(); c.setCursor(c.lastLine(), 99); }}")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hints li").first.wait_for()
    assert any(ATTACK in text for text in page.locator(".CodeMirror-hints li").all_text_contents())
    assert is_clean(page)


def test_a_search_in_the_results_makes_no_element(open_hostile: Opener) -> None:
    page = open_hostile("/sparql?query=" + quote(LABELS))
    page.locator(".yasr table tbody tr").first.wait_for()
    loads = "() => performance.getEntriesByType('resource').length"
    before = page.evaluate(loads)
    for text, rows in (("zzzz", 0), ("owned", 1)):
        page.locator(".yasr .tableFilter").fill("")
        page.locator(".yasr .tableFilter").press_sequentially(text)
        page.wait_for_function(f"() => document.querySelectorAll('.yasr td .nonIri').length === {2 * rows}")
    assert page.evaluate(loads) == before
    assert is_clean(page)


@pytest.mark.parametrize("view", ["table", "chart", "response"])
def test_results_show_the_text(open_hostile: Opener, view: str) -> None:
    page = open_hostile("/sparql?query=" + quote(LABELS))
    page.locator(".yasr table tbody tr").first.wait_for()
    page.click(f".yasr .select_{view}")
    place = {"table": ".yasr table", "chart": ".yasr svg.plot", "response": ".yasr .CodeMirror"}[view]
    page.locator(place).first.wait_for()
    assert "<script>" in page.locator(place).first.text_content().replace("…", "") or view == "chart"
    assert is_clean(page)


def test_what_was_asked_for_stays_text(open_hostile: Opener) -> None:
    for path in ("/search?q=", "/pictures/life?of=", "/explain?predicate=x&object=y&subject=", "/id/agent/"):
        assert is_clean(open_hostile(path + quote(ATTACK)))
