"""Every kind of page in a real browser: accessible, readable on a phone and without scripts, small, painted soon."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import AXE, SCREENSHOTS, open_pages
from support.kinds import DRAWN, EVERY, READING, serve_releases
from support.servers import Running

pytestmark = pytest.mark.browser
Opener = Callable[..., Any]

RELEASED = ("downloads", "release", "changes")
WEIGHT = 100 * 1024  # bytes of a reading page with all that it loads, as they come over the wire
PAINT = 500  # milliseconds to the first contentful paint
TRIES = 8
UNKEPT = 3  # of them, how many ask for a page that the server has not kept
DARK = {*DRAWN, "home", "state", "meeting", "ontology", "question", "editor", "unknown-thing"}
"""Pages of which there is a screenshot in the dark too."""
PHONE = {"width": 360, "height": 740}
SHOWN = 3000  # pixels of a page that a screenshot keeps
SHOW = "() => document.querySelectorAll('main > section').forEach(e => { e.style.contentVisibility = 'visible' })"
"""Lays out what is not on the screen yet."""


@pytest.fixture(scope="module")
def released(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, dict[str, str]]]:
    with serve_releases(tmp_path_factory.mktemp("released")) as served:
        yield served


@pytest.fixture(scope="module")
def visit(request: pytest.FixtureRequest, browser: Any, site: Running) -> Iterator[tuple[str, Any]]:
    """The name of a kind of page and one visit to it, which the tests of that kind share."""
    url, path = site.url, EVERY.get(request.param)
    if path is None:
        running, pages = request.getfixturevalue("released")
        url, path = running.url, pages[request.param]
    with open_pages(browser, url) as open_at:
        yield request.param, open_at(path)


def shoot(page: Any, name: str) -> None:
    size = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], SHOWN)}
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True, clip=clip)


@pytest.mark.parametrize("visit", [*EVERY, *RELEASED], indirect=True)
def test_axe_finds_no_violation(visit: tuple[str, Any]) -> None:
    name, page = visit
    page.evaluate(SHOW)
    shoot(page, f"{name}-light")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert examine(page, {}) == []
    page.emulate_media(color_scheme="dark")
    if name in DARK:
        shoot(page, f"{name}-dark")
    assert examine(page, {"runOnly": ["color-contrast"]}) == []
    page.emulate_media(color_scheme="light")


def examine(page: Any, options: dict[str, Any]) -> list[tuple[str, list[Any]]]:
    found = page.evaluate("o => axe.run(document, o)", {"resultTypes": ["violations"], **options})["violations"]
    return [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found]


@pytest.mark.parametrize("visit", [*EVERY, *RELEASED], indirect=True)
def test_a_screen_reader_finds_its_way(visit: tuple[str, Any]) -> None:
    """One main heading, named landmarks, levels of headings without gaps, headers of tables, pictures told apart."""
    _, page = visit
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("navigation", name="Main").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))")
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))
    assert page.title().strip() not in ("", "· AHG graph")
    assert page.locator("table:not(:has(th))").count() == 0
    assert page.locator("svg:not([aria-hidden]):not([role=img])").count() == 0


@pytest.mark.parametrize("visit", [*EVERY, *RELEASED], indirect=True)
def test_no_page_is_wider_than_a_phone(visit: tuple[str, Any]) -> None:
    name, page = visit
    page.set_viewport_size(PHONE)
    if name in DRAWN:
        page.reload()  # pictures are drawn for the room that there is
        page.wait_for_selector("figure.drawn")
    shoot(page, f"{name}-phone")
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert width <= PHONE["width"]


@pytest.fixture(scope="module")
def bare(browser: Any, site: Running) -> Iterator[Any]:
    """A page that runs no scripts."""
    with open_pages(browser, site.url) as open_at:
        yield open_at("/", java_script_enabled=False)


@pytest.mark.parametrize("name", EVERY)
def test_every_page_reads_without_scripts(bare: Any, site: Running, name: str) -> None:
    page = bare
    page.goto(site.url + EVERY[name])
    assert page.locator("h1").inner_text().strip() != ""
    assert page.locator("figure.picture:visible").count() == 0
    if name in DRAWN:
        assert page.locator("table tbody tr, ul.tree li").count() > 0


@pytest.mark.parametrize("name", READING)
def test_a_reading_page_is_small_and_painted_soon(browser: Any, site: Running, name: str) -> None:
    """Each try asks as a new visitor does, of whom the browser keeps nothing; the first are the first of all, for whom
    the server has kept no page either. The best counts: a machine that is busy with something else is slower.
    """
    paints, weights, decoded = [], [], 0
    path = READING[name]
    for number in range(TRIES):
        # The page of a question is kept by no one, and knows no parameter but its own.
        mark = "" if path.startswith("/queries/") else "&?"["?" not in path] + f"try={min(number, UNKEPT)}"
        with open_pages(browser, site.url) as open_at:
            page = open_at(path + mark)
            entries = page.evaluate(
                "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))"
                ".map(e => [e.transferSize, e.decodedBodySize])"
            )
            paint = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
            paints.append(page.wait_for_function(paint).json_value())
        weights.append(sum(size for size, _ in entries))
        decoded = entries[0][1]
        if paints[-1] < PAINT:
            break
    keep(name, {"transferred": max(weights), "page": decoded, "firstPaint": round(min(paints))})
    assert max(weights) < WEIGHT
    assert min(paints) < PAINT, paints


def keep(name: str, figures: dict[str, int]) -> None:
    """Keep what was measured beside the screenshots."""
    path = Path(SCREENSHOTS / "budgets.json")
    known = json.loads(path.read_text()) if path.is_file() else {}
    path.write_text(json.dumps(known | {name: figures}, indent=1, sort_keys=True) + "\n")
