"""The query editor in a real browser: it runs, completes, charts, explains what is wrong, and shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from browser.conftest import SCREENSHOTS
from support.namespaces import ONT

pytestmark = pytest.mark.browser
Opener = Callable[..., Any]

STATES = f"SELECT ?s WHERE {{ ?s a <{ONT}State> }} ORDER BY ?s"
COUNTS = f"""PREFIX ahg: <{ONT}>
SELECT ?kind (COUNT(?m) AS ?meetings) WHERE {{ ?m a ahg:Meeting ; ahg:kind ?kind }} GROUP BY ?kind ORDER BY ?kind"""


def at(query: str) -> str:
    return "/sparql?query=" + quote(query)


def set_query(page: Any, text: str) -> None:
    page.evaluate("text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", text)


def test_a_link_fills_the_editor_and_runs_it(open_page: Opener) -> None:
    page = open_page(at(STATES))
    page.locator(".yasr table tbody tr").first.wait_for()
    assert page.locator(".yasr table tbody tr").count() == 18
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "editor-table.png")


def test_run_puts_a_link_to_the_query_in_the_address(open_page: Opener) -> None:
    page = open_page("/sparql")
    set_query(page, STATES)
    page.click("form.editor button[type=submit] >> nth=0")
    page.locator(".yasr table tbody tr").first.wait_for()
    assert parse_qs(urlsplit(page.url).query)["query"] == [STATES]


def test_numbers_are_charted(open_page: Opener) -> None:
    page = open_page(at(COUNTS))
    page.locator(".yasr table tbody tr").first.wait_for()
    page.click(".yasr .select_chart")
    page.locator(".yasr svg.plot").wait_for()
    assert page.locator(".yasr svg.plot rect").count() > 5
    page.screenshot(path=SCREENSHOTS / "editor-chart.png")


def test_a_thing_in_the_results_leads_to_its_page_here(open_page: Opener) -> None:
    page = open_page(at(STATES))
    page.locator(".yasr a.iri").first.wait_for()
    page.locator(".yasr a.iri").first.click()
    page.wait_for_url("**/id/agent/afghanistan.html")


def test_names_are_completed_from_the_graph(open_page: Opener) -> None:
    page = open_page("/sparql")
    set_query(page, "SELECT ?m WHERE { ?m a ahg:Meet")
    declared = "document.querySelector('.CodeMirror').CodeMirror.getValue().startsWith('PREFIX ahg:')"
    page.wait_for_function(f"() => {declared}")
    editor = "document.querySelector('.CodeMirror').CodeMirror"
    page.evaluate(f"() => {{ const c = {editor}; c.focus(); c.setCursor(c.lastLine(), 99); }}")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hints li").first.wait_for()
    hints = page.locator(".CodeMirror-hints li").all_inner_texts()
    assert any(hint.endswith("ahg:Meeting") for hint in hints)


def test_escape_leaves_the_editor_for_the_keyboard(open_page: Opener) -> None:
    page = open_page("/sparql")
    page.locator(".CodeMirror").click()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Run"
