"""The guide: every page of it, its links, its search, on a server and as a site of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ahg_graph.cli.app import make_app
from ahg_server.commands import list_commands
from ahg_server.presentation.guide_pages import GROUPS, find_guide, list_names, load_page, search_guide
from support.html import Page, read_text
from support.servers import Running

DOCS = Path(__file__).parents[3] / "docs"


def read(site: Running, path: str) -> Page:
    answer = site.client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200, path
    return Page(answer.text)


def test_every_page_of_the_documentation_is_in_the_guide() -> None:
    assert find_guide() == DOCS
    files = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")}
    assert set(list_names()) == {*files, "decisions/README"}
    assert {name for names in GROUPS.values() for name in names} <= set(list_names())


def test_every_page_is_served_with_its_words_and_no_dead_link(site: Running) -> None:
    pages = {f"/guide/{name}": read(site, f"/guide/{name}") for name in list_names()}
    anchors = {path: {e.attrib["id"] for e in page.root.iter() if "id" in e.attrib} for path, page in pages.items()}
    for path, page in pages.items():
        (article,) = page.root.iter("article")
        source = load_page(path.removeprefix("/guide/"))
        assert source is not None
        assert source.title in read_text(article)
        for link in (a.attrib["href"] for a in article.iter("a") if a.attrib.get("href", "").startswith("/")):
            target, _, anchor = link.partition("#")
            assert target in pages, (path, link)
            assert not anchor or anchor in anchors[target], (path, link)
        for picture in article.iter("img"):
            found = site.client.get(picture.attrib["src"])
            assert found.content.startswith(b"\x89PNG"), picture.attrib["src"]
            assert picture.attrib["alt"]


def test_every_page_of_the_site_leads_there(site: Running) -> None:
    for path in ("/", "/queries", "/guide/tables", "/nothing-here"):
        answer = site.client.get(path, headers={"accept": "text/html"})
        assert "/guide" in [a.attrib.get("href") for a in Page(answer.text).root.iter("a")]


@pytest.mark.parametrize(
    ("words", "name"),
    [("excel double click", "tables"), ("nesting depth of braces", "settings"), ("nextCursor", "saved-queries")],
)
def test_a_search_finds_the_section(site: Running, words: str, name: str) -> None:
    page = read(site, f"/guide?q={words}")
    links = [a.attrib["href"] for e in page.root.iter("ul") if e.attrib.get("class") == "hits" for a in e.iter("a")]
    assert links[0].startswith(f"/guide/{name}#")
    assert read(site, links[0].partition("#")[0])


def test_a_search_for_what_is_nowhere_says_so(site: Running) -> None:
    assert "No section has all of these words" in read_text(read(site, "/guide?q=zzzzqq <b>").root)
    assert search_guide("") == search_guide(" .,") == []


def test_what_is_not_in_the_guide_is_not_found(site: Running) -> None:
    for path in (
        "/guide/nothing",
        "/guide/../graph.toml",
        "/guide/make.py",
        "/guide/pictures/none.png",
        "/guide/tables.py",
    ):
        assert site.client.get(path).status_code == 404
    moved = site.client.get("/guide/tables.md")
    assert (moved.status_code, moved.headers["location"]) == (301, "/guide/tables")


def test_it_is_a_site_of_its_own_too(tmp_path: Path) -> None:
    done = CliRunner().invoke(make_app(list_commands()), ["guide", str(tmp_path)])
    assert done.exit_code == 0
    for name in list_names():
        path = tmp_path / f"{name}.html"
        page = Page(path.read_text(encoding="utf-8"))
        links = [e.attrib[key] for e in page.root.iter() for key in ("href", "src") if e.attrib.get(key)]
        local = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
        assert [link for link in local if not (path.parent / link).resolve().is_file()] == []
    text = (tmp_path / "index.js").read_text(encoding="utf-8")
    sections = json.loads(text.removeprefix("window.guideSections = ").removesuffix(";\n"))
    assert {section["link"].partition("#")[0] for section in sections} == {f"{name}.html" for name in list_names()}
