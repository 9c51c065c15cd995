"""A real Chromium over the real graph; every page that logs an error or breaks its policy fails its test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ahg_graph.snapshot import Snapshot
from support.servers import Running, run

HOME = Path(__file__).parents[2]
AXE = HOME / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
BUNDLE = HOME / "server" / "ahg_server" / "static" / "bundle"
SCREENSHOTS = HOME / "build" / "screenshots"

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


def find_chromium() -> str | None:
    return os.environ.get("AHG_GRAPH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def site(real_snapshot: Snapshot) -> Iterator[Running]:
    """The real graph, served."""
    with run(real_snapshot) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One Chromium for all tests."""
    if os.environ.get("AHG_GRAPH_BROWSER") != "1":
        pytest.skip("a browser is driven only with AHG_GRAPH_BROWSER=1")
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: install Debian's package chromium, or name one in AHG_GRAPH_CHROMIUM")
    if not (BUNDLE / "editor.js").is_file():
        pytest.skip("the front-end parts are not bundled: run make frontend")
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: object, site: Running) -> Iterator[Callable[..., object]]:
    """Opens an address; at the end of the test nothing may have been logged as an error or loaded from elsewhere."""
    opened, complaints = [], []

    def open_at(path: str, **options: object) -> object:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})  # type: ignore[attr-defined]
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((site.url, "data:")) else complaints.append(r.url))
        opened.append(context)
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_at
    for context in opened:
        context.close()
    assert complaints == []
