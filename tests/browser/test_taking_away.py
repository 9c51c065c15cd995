"""What readers take away in a real browser: tables that sort, filter, hide and copy; charts saved and embedded."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import pytest

from support.kinds import DRAWN, READING

pytestmark = pytest.mark.browser
Opener = Callable[..., Any]
ANSWER = "/queries/decisions?meeting=ahg-som-07"
PNG = b"\x89PNG\r\n\x1a\n"


def read_column(page: Any, place: int) -> list[str]:
    rows = page.locator("#answer ~ .scroll tbody tr:not(.evidence):visible")
    texts: list[str] = rows.evaluate_all(f"rows => rows.map(r => r.cells[{place}].textContent.trim())")
    return texts


def test_a_table_sorts_both_ways_and_says_so(open_page: Opener) -> None:
    page = open_page(ANSWER)
    before = read_column(page, 2)
    head = page.locator("#answer ~ .scroll thead th").nth(2)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert read_column(page, 2) == sorted(before)
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert read_column(page, 2) == sorted(before, reverse=True)


def test_a_row_of_evidence_goes_with_its_row(open_page: Opener) -> None:
    page = open_page(ANSWER + "&evidence=1")
    pairs = "rows => rows.map(r => [r.cells[0].textContent, r.nextElementSibling.textContent])"
    rows = page.locator("#answer ~ .scroll tbody tr:not(.evidence)")
    before = dict(rows.evaluate_all(pairs))
    page.locator("#answer ~ .scroll thead th button").nth(1).click()
    assert dict(rows.evaluate_all(pairs)) == before


def test_a_table_filters_and_hides_columns(open_page: Opener) -> None:
    page = open_page(ANSWER)
    whole = len(read_column(page, 0))
    page.get_by_label("Filter rows").fill("trafficking")
    shown = len(read_column(page, 0))
    assert 0 < shown < whole
    assert page.locator(".tools [role=status]").inner_text() == f"{shown} of {whole} rows"
    page.locator(".tools summary").click()
    page.get_by_label("summary", exact=True).uncheck()
    assert page.locator("#answer ~ .scroll thead th").nth(1).is_hidden()
    assert page.locator("#answer ~ .scroll tbody td:visible").first.inner_text() != ""


def test_what_is_copied_is_what_is_shown(open_page: Opener) -> None:
    page = open_page(ANSWER, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_label("Filter rows").fill("RILON")
    page.get_by_role("button", name="Copy table").click()
    page.get_by_role("button", name="Copied").wait_for()
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert len(lines) == len(read_column(page, 0)) + 1
    assert all("rilon" in line.lower() for line in lines[1:])
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_timeout(200)
    assert "release=" in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("path", ["/pictures/attendance", "/pictures/timeline", "/pictures/bodies"])
def test_a_chart_is_saved_as_it_is_drawn(open_page: Opener, tmp_path: Path, path: str) -> None:
    page = open_page(path)
    for kind in ("SVG", "PNG"):
        with page.expect_download() as waited:
            page.get_by_role("button", name=f"Save the chart as {kind}").first.click()
        waited.value.save_as(tmp_path / kind)
    root = ElementTree.fromstring((tmp_path / "SVG").read_text(encoding="utf-8"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    drawn = page.locator("figure .canvas svg text").first.inner_html()
    assert drawn.split("<")[0] in "".join(root.itertext())
    assert (tmp_path / "PNG").read_bytes().startswith(PNG)
    assert (tmp_path / "PNG").stat().st_size > 5_000


class _Frame(BaseHTTPRequestHandler):
    """A page of somebody else, with a frame of the address that its own path gives."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        source = unquote(self.path[1:])
        self.wfile.write(f'<!doctype html><title>x</title><iframe src="{source}" width="900"></iframe>'.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_another_page_may_show_a_chart_and_nothing_else(browser: Any, site: Any) -> None:
    page = browser.new_context().new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "frame" in message.text.lower() else None)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Frame) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        for path, is_shown in (("/embed/charts/membership?body=ahg", True), ("/pictures/membership?body=ahg", False)):
            page.goto(f"http://127.0.0.1:{other.server_port}/{quote(site.url + path, safe='')}")
            if is_shown:
                page.frame_locator("iframe").locator("figure.drawn svg").first.wait_for()
            else:
                page.wait_for_timeout(500)
            assert bool(refused) != is_shown
        other.shutdown()


@pytest.mark.parametrize("name", ["attendance", "timeline", "membership", "bodies", "state", "meeting", "question"])
def test_nothing_jumps_while_a_page_comes(open_page: Opener, name: str) -> None:
    page = open_page({**READING, **DRAWN}[name])
    page.wait_for_timeout(300)
    shifts = page.evaluate(
        "new Promise(done => { let sum = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) "
        "sum += e.value; }).observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 200); })"
    )
    assert shifts < 0.1
