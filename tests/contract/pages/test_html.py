"""Every kind of page is valid HTML and every style sheet valid CSS: said by the Nu Html Checker of the W3C."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from support.kinds import EVERY, WRONG, serve_releases
from support.servers import Running

HERE = Path(__file__).parent
STATIC = HERE.parents[2] / "server" / "ahg_server" / "static"
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

pytestmark = [
    pytest.mark.java,
    pytest.mark.skipif(not (shutil.which("java") and shutil.which("mvn")), reason="no Java runtime or no Maven"),
]


@pytest.fixture(scope="module")
def classpath(tmp_path_factory: pytest.TempPathFactory) -> str:
    output = tmp_path_factory.mktemp("maven") / "classpath"
    call = ["mvn", "-q", "-B", "-f", HERE / "pom.xml", "dependency:build-classpath", f"-Dmdep.outputFile={output}"]
    subprocess.run(call, check=True, capture_output=True)
    return output.read_text()


def check(classpath: str, *paths: Path) -> list[str]:
    """Return what the checker finds wrong, warnings included, each with its file and place."""
    main = "nu.validator.client.SimpleCommandLineValidator"
    call = ["java", "-cp", classpath, main, "--format", "json", "--also-check-css", *paths]
    run = subprocess.run(call, capture_output=True, text=True)
    messages = json.loads(run.stderr)["messages"]
    return [
        f"{Path(m.get('url', '')).name}:{m.get('lastLine')}: {m['message']} {m.get('extract', '')}"
        for m in messages
        if m["type"] == "error" or m.get("subType") in ("warning", "fatal")
    ]


def save(site: Running, pages: dict[str, str], folder: Path) -> None:
    for name, path in pages.items():
        answer = site.client.get(path, headers=BROWSER)
        assert answer.status_code == WRONG.get(name, (path, 200))[1], path
        assert answer.headers["content-type"] == "text/html; charset=utf-8", path
        (folder / f"{name}.html").write_bytes(answer.content)


def test_every_kind_of_page_is_valid(classpath: str, site: Running, hostile: Running, tmp_path: Path) -> None:
    save(site, EVERY, tmp_path)
    save(hostile, {"hostile-state": "/id/agent/evil.html", "hostile-meeting": "/id/meeting/evil.html"}, tmp_path)
    with serve_releases(tmp_path / "served") as (releases, pages):
        save(releases, pages, tmp_path)
    written = sorted(tmp_path.glob("*.html"))
    assert len(written) == len(EVERY) + 5
    assert check(classpath, *written) == []


def test_the_style_sheets_are_valid(classpath: str) -> None:
    """The checker does not know a property of CSS Box Sizing Module Level 4, section 4.3, which browsers do."""
    found = check(classpath, *sorted(STATIC.glob("*.css")))
    assert [text for text in found if "“contain-intrinsic-size” doesn't exist" not in text] == []


def test_the_checker_finds_what_is_wrong(classpath: str, tmp_path: Path) -> None:
    page = tmp_path / "wrong.html"
    page.write_text("<!doctype html><html lang=en><title>x</title><p><div></p>")
    assert any("No “p” element in scope" in text for text in check(classpath, page))
