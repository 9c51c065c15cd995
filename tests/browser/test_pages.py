"""Pages at work in a real browser: from the keyboard, on paper, forms, pictures drawn from what the graph holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from browser.conftest import SCREENSHOTS
from support.kinds import DRAWN, READING

pytestmark = pytest.mark.browser
Opener = Callable[..., Any]
PAPER = {"width": 1040, "height": 720}
"""A sheet of A4 across, less its margins, in CSS pixels."""


def test_paper_shows_the_page_and_not_the_ways_about(open_page: Opener) -> None:
    page = open_page(READING["meeting"])
    page.emulate_media(media="print")
    page.screenshot(path=SCREENSHOTS / "meeting-paper.png", full_page=True)
    assert page.locator("header nav").is_hidden()
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("name", ["meeting", "ontology", *DRAWN])
def test_it_prints(open_page: Opener, name: str) -> None:
    """Nothing is cut off at the edge of a sheet, and a dark screen does not darken the paper."""
    page = open_page({**READING, **DRAWN}[name], color_scheme="dark", viewport=PAPER)
    page.pdf(path=SCREENSHOTS / f"{name}.pdf", prefer_css_page_size=True, format="A4")
    page.emulate_media(media="print", color_scheme="dark")
    wide = "[...document.querySelectorAll('svg')].filter(e => e.getBoundingClientRect().right > innerWidth).length"
    assert page.evaluate(wide) == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert sum(int(part) for part in ink.strip("rgb()").split(",")) < 200


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


def read_data(page: Any) -> Any:
    return json.loads(page.locator("figure.picture script").text_content())


def test_a_network_holds_a_box_for_every_node_and_an_arrow_for_every_link(open_page: Opener) -> None:
    for name in ("bodies", "life", "proof"):
        page = open_page(DRAWN[name])
        data = read_data(page)
        assert page.locator("figure .node").count() == len(data["nodes"])
        assert page.locator("figure path.edge").count() == len(data["edges"])
        assert page.locator("figure path.edge.dashed").count() == sum(e["inferred"] for e in data["edges"])


def test_every_topic_of_the_ontology_is_drawn(open_page: Opener) -> None:
    page = open_page(READING["ontology"])
    figures = page.locator("figure.picture")
    assert figures.count() > 6
    for number in range(figures.count()):
        figure = figures.nth(number)
        data = json.loads(figure.locator("script").text_content())
        assert figure.locator(".node").count() == len(data["nodes"])
        assert figure.locator("path.edge").count() == len(data["edges"])


def count_marks(spans: list[dict[str, Any]], kind: Callable[[dict[str, Any]], bool]) -> int:
    return sum(kind(span) for span in spans)


def test_certain_and_possible_membership_differ_in_form(open_page: Opener) -> None:
    """What is possible has a broken outline, what is certain is solid; and both stand where the data has them."""
    page = open_page(DRAWN["membership"])
    spans = read_data(page)["spans"]
    possible, certain = page.locator("figure g.open rect"), page.locator("figure g.certain")
    assert possible.count() == len(spans)
    dashes = possible.evaluate_all("all => all.map(e => getComputedStyle(e).strokeDasharray)")
    assert "none" not in dashes
    attested = [span for span in spans if span["by"] and span["until"] and span["by"] <= span["until"]]
    assert certain.locator("rect, line").count() == len(attested)
    assert 0 < len(attested) < len(spans)


def test_an_uncertain_date_is_drawn_as_uncertain(open_page: Opener) -> None:
    page = open_page(DRAWN["timeline"])
    marks = {
        title.split("\n")[0]: name
        for name in ("open", "certain")
        for title in page.locator(f"figure g.{name} title").all_text_contents()
    }
    assert marks["First Meeting of the AHG Senior Officials"] == "open"
    assert marks["Fifth Meeting of the AHG Senior Officials"] == "certain"
    dated = {span["label"] for span in read_data(page)["spans"]}
    assert set(marks) == dated


def test_the_matrix_fits_a_phone(open_page: Opener) -> None:
    page = open_page(DRAWN["attendance"], viewport={"width": 360, "height": 740})
    assert page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.canvas'))") <= 1
    letters = set(page.locator("figure text").all_text_contents())
    assert {"P", "N", "O", "C", "?", "–"} <= letters


def test_a_picture_wider_than_a_phone_shows_its_subject_and_scrolls_by_key(open_page: Opener) -> None:
    page = open_page(DRAWN["life"], viewport={"width": 360, "height": 740})
    canvas = page.locator(".canvas")
    box = page.locator("figure .node").first.bounding_box()
    assert 0 <= box["x"] <= 360
    before = canvas.evaluate("e => e.scrollLeft")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('.canvas').scrollLeft > before", arg=before)


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


def test_a_form_filled_wrongly_says_what_is_wrong_and_what_is_near(open_page: Opener) -> None:
    page = open_page("/queries/attendance")
    page.fill("#p-meeting", "ahg-sum-05")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    field = page.locator("#p-meeting")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby").split()
    assert page.get_by_role("alert").get_attribute("id") in described
    assert field.input_value() == "ahg-sum-05"
    page.get_by_role("alert").get_by_role("link").first.click()
    page.wait_for_load_state()
    assert page.locator("section[aria-labelledby=answer] tbody tr").count() > 0


def test_a_form_that_asks_for_a_picture_says_what_is_near(open_page: Opener) -> None:
    page = open_page("/pictures/life")
    page.fill("#of", "regional support offise")
    page.keyboard.press("Enter")
    page.locator("#near").wait_for()
    page.get_by_role("main").get_by_role("link", name="rso (Regional Support Office)").click()
    page.wait_for_selector("figure.drawn")


def test_a_whole_visit_from_the_keyboard(open_page: Opener) -> None:
    """From the first page by search to a thing, to the proof of what follows, to the paragraph."""
    page = open_page("/")
    while page.evaluate("document.activeElement.id") != "ask-text":
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.type("united states")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=united+states")
    press(page, "United States")
    page.wait_for_url("**/id/agent/united-states.html")
    press(page, "Technical view")
    press(page, "inferred: proof and evidence of Ad Hoc Group")
    page.wait_for_url("**/explain?**")
    press(page, "PR, composition of the AHG")
    page.wait_for_url("**/id/doc/ahg-progress-report-2013/composition*")
    assert page.get_by_role("heading", level=1).inner_text() == "PR, composition of the AHG"


def press(page: Any, name: str) -> None:
    """Go on by the Tab key to what is called so in the main part of the page, and follow or open it."""
    page.locator("main").focus()
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"nothing called {name!r} comes by the Tab key")
