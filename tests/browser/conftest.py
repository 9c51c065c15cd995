"""A real Chromium over the real graph; every page that logs an error or breaks its policy fails its test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ahg_graph.snapshot import Snapshot
from support.hostile import hostile
from support.servers import Running, run

__all__ = ["hostile"]

HOME = Path(__file__).parents[2]
AXE = HOME / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
BUNDLE = HOME / "server" / "ahg_server" / "static" / "bundle"
SCREENSHOTS = HOME / "build" / "screenshots"
READY = "() => !document.querySelector('figure.picture:not(.drawn), form.editor:not(.ready)')"
"""What has come about once the scripts of a page have done their work."""

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


def find_chromium() -> str | None:
    return os.environ.get("AHG_GRAPH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def site(real_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The real graph, served, with no release."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AHG_GRAPH_RELEASES", str(tmp_path_factory.mktemp("releases")))
        with run(real_snapshot) as running:
            yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests."""
    if os.environ.get("AHG_GRAPH_BROWSER") != "1":
        pytest.skip("a browser is driven only with AHG_GRAPH_BROWSER=1")
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: install Debian's package chromium, or name one in AHG_GRAPH_CHROMIUM")
    if not (BUNDLE / "editor.js").is_file():
        pytest.skip("the front-end parts are not bundled: run make frontend")
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run make frontend")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


@contextmanager
def open_pages(browser: Any, url: str) -> Iterator[Callable[..., Any]]:
    """Yield what opens an address; at the end nothing may have been logged as an error or loaded from elsewhere."""
    opened, complaints = [], []

    def complain(message: Any) -> None:
        # A page that says what is wrong comes with a status that says so too, which is logged.
        if message.type == "error" and message.location["url"].partition("?")[0] not in asked:
            complaints.append(message.text)

    asked: set[str] = set()

    def open_at(path: str, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda r: None if r.url.startswith((url, "data:")) else complaints.append(r.url))
        page.on("request", lambda r: asked.add(r.url.partition("?")[0]) if r.is_navigation_request() else None)
        opened.append(context)
        page.goto(url + path)
        if options.get("java_script_enabled", True):
            page.wait_for_function(READY)
        return page

    yield open_at
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def open_page(browser: Any, site: Running) -> Iterator[Callable[..., Any]]:
    """What opens an address of the real graph."""
    with open_pages(browser, site.url) as open_at:
        yield open_at


@pytest.fixture
def open_hostile(browser: Any, hostile: Running) -> Iterator[Callable[..., Any]]:
    """What opens an address of the graph whose every text is an attack."""
    with open_pages(browser, hostile.url) as open_at:
        yield open_at
