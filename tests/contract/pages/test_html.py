"""Every kind of page is valid HTML and every style sheet valid CSS: said by the Nu Html Checker of the W3C."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from support.kinds import EVERY, WRONG, serve_releases
from support.maven import needs_java
from support.servers import Running

HERE = Path(__file__).parent
STATIC = HERE.parents[2] / "server" / "ahg_server" / "static"
WRONG_PAGE = "wrong.html"
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

pytestmark = needs_java


@pytest.fixture(scope="module")
def found(
    classpath: str, site: Running, hostile: Running, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    """What the checker finds wrong in one run, warnings included, by file: pages, style sheets, and a wrong page."""
    folder = tmp_path_factory.mktemp("pages")
    save(site, EVERY, folder)
    save(hostile, {"hostile-state": "/id/agent/evil.html", "hostile-meeting": "/id/meeting/evil.html"}, folder)
    with serve_releases(folder / "served") as (releases, pages):
        save(releases, pages, folder)
    (folder / WRONG_PAGE).write_text("<!doctype html><html lang=en><title>x</title><p><div></p>")
    files = [*sorted(folder.glob("*.html")), *sorted(STATIC.glob("*.css"))]
    main = "nu.validator.client.SimpleCommandLineValidator"
    call = ["java", "-cp", classpath, main, "--format", "json", "--also-check-css", *files]
    messages = json.loads(subprocess.run(call, capture_output=True, text=True).stderr)["messages"]
    wrong: dict[str, list[str]] = {path.name: [] for path in files}
    for message in messages:
        if message["type"] == "error" or message.get("subType") in ("warning", "fatal"):
            place = f"line {message.get('lastLine')}: {message['message']}"
            wrong[Path(message["url"]).name].append(place)
    return wrong


def save(site: Running, pages: dict[str, str], folder: Path) -> None:
    for name, path in pages.items():
        answer = site.client.get(path, headers=BROWSER)
        assert answer.status_code == WRONG.get(name, (path, 200))[1], path
        assert answer.headers["content-type"] == "text/html; charset=utf-8", path
        (folder / f"{name}.html").write_bytes(answer.content)


def test_every_kind_of_page_is_valid(found: dict[str, list[str]]) -> None:
    pages = {name: wrong for name, wrong in found.items() if name.endswith(".html") and name != WRONG_PAGE}
    assert len(pages) == len(EVERY) + 5
    assert {name: wrong for name, wrong in pages.items() if wrong} == {}


def test_the_style_sheets_are_valid(found: dict[str, list[str]]) -> None:
    """The checker does not know a property of CSS Box Sizing Module Level 4, section 4.3, which browsers do."""
    sheets = {name: wrong for name, wrong in found.items() if name.endswith(".css")}
    assert len(sheets) == 5
    unknown = "Property “contain-intrinsic-size” doesn't exist"
    assert [text for wrong in sheets.values() for text in wrong if unknown not in text] == []


def test_the_checker_finds_what_is_wrong(found: dict[str, list[str]]) -> None:
    assert any("No “p” element in scope" in text for text in found[WRONG_PAGE])
