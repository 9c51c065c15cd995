"""Every kind of page in a real browser: accessible, small, readable without scripts, printed and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from browser.conftest import AXE, SCREENSHOTS

pytestmark = pytest.mark.browser
Opener = Callable[..., Any]

READING = {
    "home": "/",
    "state": "/id/agent/united-states.html",
    "meeting": "/id/meeting/ahg-som-05.html",
    "decision": "/id/decision/s5-p4-2.html",
    "body": "/id/body/ahg.html",
    "document": "/id/doc/ahg-progress-report-2013.html",
    "part": "/id/doc/ahg-som-05-statement/p4.html",
    "discrepancy": "/id/discrepancy/ahg-som-01-first-day.html",
    "code": "/id/act/agree.html",
    "graph": "/graph/record/S5.html",
    "ontology": "/ont.html",
    "search": "/search?q=training",
    "questions": "/queries",
    "question": "/queries/attendance?meeting=ahg-som-05",
}
DRAWN = {
    "timeline": "/pictures/timeline",
    "attendance": "/pictures/attendance",
    "membership": "/pictures/membership",
    "life": "/pictures/life?of=rso",
    "bodies": "/pictures/bodies",
    "proof": "/explain?subject=united-states&predicate=isOrWasMemberOf&object=body:ahg",
}
OTHERS = {"pictures": "/pictures", "explain": "/explain", "editor": "/sparql", "unasked": "/search"}
EVERY = {**READING, **DRAWN, **OTHERS}
BUDGET = 100 * 1024


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", EVERY)
def test_axe_finds_no_violation(open_page: Opener, name: str, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run make frontend")
    page = open_page(EVERY[name], color_scheme=scheme)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{scheme}.png", full_page=True)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []


@pytest.mark.parametrize("name", READING)
def test_a_reading_page_stays_within_its_budget(open_page: Opener, name: str) -> None:
    page = open_page(READING[name])
    sizes = page.evaluate(
        "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))"
        ".map(e => [e.name, e.transferSize])"
    )
    assert sum(size for _, size in sizes) < BUDGET, sizes


@pytest.mark.parametrize("name", EVERY)
def test_no_page_is_wider_than_a_phone(open_page: Opener, name: str) -> None:
    page = open_page(EVERY[name], viewport={"width": 360, "height": 740})
    page.screenshot(path=SCREENSHOTS / f"{name}-phone.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("name", EVERY)
def test_every_page_reads_without_scripts(open_page: Opener, name: str) -> None:
    page = open_page(EVERY[name], java_script_enabled=False)
    assert page.locator("h1").inner_text().strip() != ""
    assert page.locator("figure.picture:visible").count() == 0
    if name in DRAWN:
        assert page.locator("table tbody tr, ul.tree li").count() > 0


def test_paper_shows_the_page_and_not_the_ways_about(open_page: Opener) -> None:
    page = open_page(READING["meeting"])
    page.emulate_media(media="print")
    page.screenshot(path=SCREENSHOTS / "meeting-paper.png", full_page=True)
    assert page.locator("header nav").is_hidden()
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("name", DRAWN)
def test_each_picture_is_drawn_and_links_only_for_the_pointer(open_page: Opener, name: str) -> None:
    page = open_page(DRAWN[name])
    figure = page.locator("figure.picture")
    assert figure.get_attribute("class").split() == ["picture", "drawn"]
    assert figure.locator("svg").count() > 0
    marks = figure.locator("svg rect, svg circle, svg path.edge").count()
    assert marks > 3
    assert figure.locator('svg a:not([tabindex="-1"])').count() == 0
    assert figure.locator('svg:not([aria-hidden="true"])').count() == 0


def test_a_picture_holds_a_mark_for_every_dated_row(open_page: Opener) -> None:
    page = open_page(DRAWN["bodies"])
    assert page.locator("figure .node").count() == page.locator("#table ~ .scroll tbody tr").count()


def test_the_first_key_leads_past_the_header(open_page: Opener) -> None:
    page = open_page(READING["meeting"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_suggestions_work_from_the_keyboard(open_page: Opener) -> None:
    page = open_page("/")
    field = page.locator("#ask-text")
    field.press_sequentially("indon", delay=20)
    page.locator("[role=listbox]:visible [role=option]").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowDown")
    chosen = page.locator('[role=option][aria-selected="true"]')
    assert chosen.get_attribute("id") == field.get_attribute("aria-activedescendant")
    assert chosen.inner_text().startswith("Indonesia")
    field.press("Enter")
    page.wait_for_url("**/id/agent/indonesia.html")


def test_escape_closes_the_suggestions(open_page: Opener) -> None:
    page = open_page("/")
    field = page.locator("#ask-text")
    field.press_sequentially("indon", delay=20)
    page.locator("[role=listbox]:visible [role=option]").first.wait_for()
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert page.locator("[role=listbox]:visible").count() == 0


def test_a_form_filled_rightly_answers(open_page: Opener) -> None:
    page = open_page("/queries/attendance")
    page.fill("#p-meeting", "ahg-som-05")
    page.click("form.values button")
    page.wait_for_load_state("networkidle")
    assert page.locator("section[aria-labelledby=answer] tbody tr").count() == 18
