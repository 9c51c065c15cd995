"""The paragraph behind a fact: shown as text where its hash is the record's, else the reason; and never kept."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ahg_graph.config.prefixes import PREFIXES
from ahg_graph.config.settings import SETTINGS
from ahg_graph.rdf import provenance_vocabulary as provenance
from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.rdf.vocabulary import OA
from ahg_graph.sources.text_normalization import hash_text
from support.html import Page, read_text
from support.namespaces import GRAPH, ID
from support.servers import Running, make_snapshot, run

VARIABLE = SETTINGS["texts"].variable
TEXTS = Path(os.environ.get(VARIABLE, "/nowhere"))
PART = "/id/doc/ahg-som-07-statement/p1.html"
EVIDENCE = "/queries/attendance?meeting=ahg-som-07&evidence=1"
WHY = "/explain?subject=vietnam&predicate=attended&object=ahg-som-07"
PAGES = (PART, EVIDENCE, WHY)
ATTACK = "The Tern Club met. &lt;b&gt; \"terns\" onclick='x' <script src=//evil.example"


def get(site: Running, path: str) -> httpx.Response:
    """Return a page, and none that was kept while another folder was set: a server has one as long as it runs."""
    answer = site.client.get(path, headers={"accept": f"text/html, x/{hash_text(os.environ.get(VARIABLE, ''))}"})
    assert answer.status_code == 200, answer.text
    return answer


def read_passages(answer: httpx.Response) -> list[str]:
    return Page(answer.text).text_of("blockquote")


@pytest.mark.parametrize("path", PAGES)
def test_without_texts_a_page_says_where_the_documents_are(site: Running, path: str) -> None:
    answer = get(site, path)
    assert read_passages(answer) == []
    assert "does not carry the texts" in answer.text
    assert "https://www.baliprocess.net/" in Page(answer.text).links()


@pytest.mark.parametrize("path", PAGES)
def test_another_text_is_refused_and_said_so(
    site: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    (tmp_path / "s7.txt").write_text("1. Twelve terns met on the quay.\n" * 40, encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    answer = get(site, path)
    assert read_passages(answer) == []
    assert "terns" not in answer.text
    assert "their hashes differ" in answer.text


def test_a_file_that_is_no_text_is_refused(site: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "S7.txt").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert "cannot be read as UTF-8" in get(site, PART).text


@pytest.mark.skipif(not TEXTS.is_dir(), reason=f"{VARIABLE} names no folder with the texts of the documents")
@pytest.mark.parametrize("path", PAGES)
def test_the_paragraph_stands_beside_the_fact(site: Running, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv(VARIABLE, str(TEXTS))
    answer = get(site, path)
    page = Page(answer.text)
    shown = page.text_of("blockquote")
    assert any("attended by representatives of" in text for text in shown)
    assert any(read_text(mark) == "Vietnam" for mark in page.root.iter("mark"))
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.content) < 100_000
    monkeypatch.delenv(VARIABLE)
    assert read_passages(get(site, path)) == []


@pytest.mark.skipif(not TEXTS.is_dir(), reason=f"{VARIABLE} names no folder with the texts of the documents")
def test_a_row_marks_what_it_says_alone(site: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(TEXTS))
    page = Page(get(site, EVIDENCE).text)
    marked = [[read_text(mark) for mark in quote.iter("mark")] for quote in page.root.iter("blockquote")]
    assert any("Afghanistan" in found and "Vietnam" not in found for found in marked)
    assert any("Vietnam" in found and "Afghanistan" not in found for found in marked)


@pytest.mark.skipif(not TEXTS.is_dir(), reason=f"{VARIABLE} names no folder with the texts of the documents")
def test_no_file_or_answer_in_a_data_format_holds_a_text(site: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(TEXTS))
    for path in (
        PART.removesuffix("html") + "ttl",
        EVIDENCE + "&format=json",
        EVIDENCE + "&format=csv",
        WHY + "&format=json",
    ):
        answer = site.client.get(path)
        assert answer.status_code == 200
        assert "attended by representatives" not in answer.text


@pytest.fixture(scope="module")
def hostile_text(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A graph of one part, and its text, which is an attack."""
    folder = tmp_path_factory.mktemp("attack")
    document, part = f"{ID}doc/minutes", f"{ID}doc/minutes/p1"
    stated = [
        (document, provenance.DOCUMENT_KEY, Literal("M1")),
        (document, provenance.TEXT_HASH, Literal(hash_text(ATTACK))),
        (part, provenance.PART_OF_DOCUMENT, NamedNode(document)),
        (part, provenance.LOCATOR, Literal("para 1")),
        (part, provenance.TEXT_HASH, Literal(hash_text(ATTACK))),
        (part, OA + "hasSelector", NamedNode(part + "/position")),
        (part + "/position", OA + "start", Literal(0)),
        (part + "/position", OA + "end", Literal(len(ATTACK))),
        (ID + "node", provenance.EVIDENCED_BY, NamedNode(part)),
        (ID + "node", ID + "by", NamedNode(ID + "club")),
        (ID + "club", PREFIXES["skos"] + "prefLabel", Literal("Tern Club", language="en")),
        (ID + "club", PREFIXES["skos"] + "altLabel", Literal("ern", language="en")),
        (ID + "node", ID + "says", Literal("onclick='x'")),
    ]
    graph = NamedNode(f"{GRAPH}record/M1")
    quads = [Quad(NamedNode(s), NamedNode(p), o, graph) for s, p, o in stated]
    (folder / "m1.txt").write_text(ATTACK, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(folder))
        with run(make_snapshot(folder / "snapshot", quads)) as running:
            yield running


def test_a_text_is_shown_as_text(hostile_text: Running) -> None:
    answer = get(hostile_text, "/id/doc/minutes/p1.html")
    page = Page(answer.text)
    assert page.text_of("blockquote") == [ATTACK]
    assert [read_text(mark) for mark in page.root.iter("mark")] == ["Tern Club", "onclick='x'"]
    assert "evil.example" not in [e.attrib.get("src", "") for e in page.root.iter("script")]
    assert "<script src=//" not in answer.text


@pytest.mark.skipif(not TEXTS.is_dir(), reason=f"{VARIABLE} names no folder with the texts of the documents")
def test_assistants_read_the_paragraph_once_in_a_message(site: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(TEXTS))

    def call(name: str, **arguments: str) -> dict[str, Any]:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        accept = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}
        answer = site.client.post("/mcp", json=message, headers=accept)
        assert answer.status_code == 200, answer.text
        assert len(answer.text) <= 20_000
        found: dict[str, Any] = json.loads(answer.json()["result"]["content"][0]["text"])
        return found

    rows = call("attendance", meeting="ahg-som-07")["rows"]
    quoted = [row["paragraphs"] for row in rows if "paragraphs" in row]
    assert len(rows) == 18
    assert [list(texts) for texts in quoted] == [["S7 para 1"]]
    assert "attended by representatives of" in quoted[0]["S7 para 1"]
    why = call("explain", subject="vietnam", predicate="attended", object="ahg-som-07")
    assert "attended by representatives of" in why["paragraphs"]["S7 para 1"]
    monkeypatch.delenv(VARIABLE)
    assert not any("paragraphs" in row for row in call("attendance", meeting="ahg-som-07")["rows"])
