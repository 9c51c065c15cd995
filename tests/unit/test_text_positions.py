"""Positions and hashes lead to the parts they were made of, and to nothing else; no sentence is kept."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path

import pytest
import rdflib
from typer.testing import CliRunner, Result

from ahg_graph.cli.app import make_app
from ahg_graph.sources.part_words import cut_at, cut_text
from ahg_graph.sources.text_normalization import normalize_text
from ahg_graph.sources.text_positions import TextPositions, compare_positions, describe_positions
from support.namespaces import ID, ONT

TEXTS = Path(os.environ.get("AHG_GRAPH_TEXTS", "/nowhere"))
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")
EXTENT = rdflib.Namespace(f"{ID}text-extent/")
AHG = rdflib.Namespace(ONT)
TEXT = """# MINUTES

1. The  **meeting** was
opened.

2. Members agreed:

- to meet in 2031; and

- to share cafe\u0301 visits.
"""
SLUGS = ("title", "p1", "p2", "p2b1", "p2b2")


def test_normalization_is_what_it_says() -> None:
    assert normalize_text(TEXT) == (
        "MINUTES 1. The meeting was opened. 2. Members agreed: - to meet in 2031; and - to share caf\u00e9 visits."
    )


def test_positions_are_those_of_the_parts_and_survive_a_round() -> None:
    cut = cut_text(TEXT, SLUGS)
    parts = {slug: cut.whole[start:end] for slug, (start, end) in cut.spans.items()}
    assert parts == {
        "title": "MINUTES",
        "p1": "The meeting was opened.",
        "p2": "Members agreed:",
        "p2b1": "to meet in 2031; and",
        "p2b2": "to share caf\u00e9 visits.",
    }
    again = cut_at(TEXT, SLUGS, cut.spans)
    assert (again.texts, again.missing, again.spans) == (parts, (), cut.spans)
    kept = describe_positions(cut)
    start, end = cut.spans["p2"]
    assert kept.parts["p2"] == (start, end, hashlib.sha256(b"Members agreed:").hexdigest())


@pytest.mark.parametrize(
    ("before", "after", "differing"),
    [
        ("opened", "opened", set()),
        ("opened", "closed", {"the text", "p1"}),
        ("2031; and", "2031;", {"the text", "p2b1", "p2b2"}),
        ("visits", "visit", {"the text", "p2b2"}),
    ],
)
def test_what_differs_is_said_part_by_part(before: str, after: str, differing: set[str]) -> None:
    kept = describe_positions(cut_text(TEXT, SLUGS))
    said = compare_positions(kept, normalize_text(TEXT.replace(before, after)), dict.fromkeys(SLUGS, "place"))
    assert {sentence.partition(" (")[0].partition(" is")[0] for sentence in said} == differing


def test_a_part_without_a_position_is_said() -> None:
    kept = describe_positions(cut_text(TEXT, SLUGS))
    less = TextPositions(kept.text_hash, {slug: place for slug, place in kept.parts.items() if slug != "p2"})
    assert list(compare_positions(less, normalize_text(TEXT), {"p2": "para 2"})) == ["p2 (para 2): no position is kept"]


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(make_app(), ["texts", *arguments, "--home", str(home)])


@pytest.fixture
def project(tmp_path: Path, home: Path) -> Path:
    """A home with one document, whose text lies beside it."""
    for name in ("graph.toml", "ontology"):
        (tmp_path / name).symlink_to(home / name)
    (tmp_path / "data/record").mkdir(parents=True)
    (tmp_path / "data/register").symlink_to(home / "data/register")
    (tmp_path / "data/record/p8.ttl").symlink_to(home / "data/record/p8.ttl")
    texts = tmp_path / "texts"
    texts.mkdir()
    slugs = re.findall(r"^p8:([\w-]+) a ahg:DocumentPart", (home / "data/record/p8.ttl").read_text(), re.MULTILINE)
    lines = {slug: f"The text of {slug} is this line." for slug in slugs}
    (texts / "p8.txt").write_text("\n".join(lines.values()), encoding="utf-8")
    (texts / "p8.openings").write_text("".join(f"{k}: The text of {k} is\n" for k in lines), encoding="utf-8")
    return tmp_path


def test_the_command_writes_and_checks(project: Path) -> None:
    texts = project / "texts"
    untold = run(project, str(texts))
    assert (untold.exit_code, "P8: no positions are kept" in untold.stderr) == (1, True)
    assert run(project, str(texts), "--write").exit_code == 0
    written = (project / "data/texts/p8.ttl").read_text()
    assert "is this line" not in written
    (texts / "p8.openings").unlink()
    checked = run(project, str(texts))
    assert (checked.exit_code, checked.stderr) == (0, "P8: all 14 parts are where they are said to be\n")
    text = (texts / "p8.txt").read_text()
    (texts / "p8.txt").write_text(text.replace("The text of b3 is", "The text of b3 was"))
    changed = run(project, str(texts))
    assert changed.exit_code == 1
    assert "P8: b3 (bullet 3): characters" in changed.stderr
    (texts / "p8.txt").unlink()
    missing = run(project, str(texts))
    assert (missing.exit_code, missing.stderr) == (1, "P8: no text\n")


def read_graph(home: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in (*(home / "data/texts").glob("*.ttl"), *(home / "data/record").glob("*.ttl")):
        graph.parse(path)
    return graph.parse(home / "data/register/documents.ttl")


def test_every_part_has_a_hash_and_a_position(home: Path) -> None:
    graph = read_graph(home)
    parts = set(graph.subjects(rdflib.RDF.type, AHG.DocumentPart))
    assert len(parts) > 150
    for part in parts:
        assert re.fullmatch("[0-9a-f]{64}", str(graph.value(part, AHG.textHash, any=False)))
        selector = graph.value(part, OA.hasSelector, any=False)
        assert (selector, rdflib.RDF.type, OA.TextPositionSelector) in graph
        start, end = (graph.value(selector, name, any=False) for name in (OA.start, OA.end))
        assert 0 <= int(str(start)) < int(str(end))


@pytest.mark.skipif(not TEXTS.is_dir(), reason="AHG_GRAPH_TEXTS names no folder with the texts of the documents")
def test_anyone_with_the_texts_finds_the_parts(home: Path) -> None:
    """Read with no code of the project, by the sentence that says what normalizing is."""
    graph = read_graph(home)
    for document, key in graph.subject_objects(AHG.documentKey):
        raw = (TEXTS / f"{key.lower()}.txt").read_text(encoding="utf-8")
        plain = re.sub(r"\*\*|__|<[^>]*>", "", re.sub(r"(?m)^[ \t]*#+[ \t]", "", raw))
        whole = " ".join(unicodedata.normalize("NFC", plain).split())
        assert hashlib.sha256(whole.encode()).hexdigest() == str(graph.value(document, AHG.textHash))
        for part in graph.subjects(AHG.partOfDocument, document):
            selector = graph.value(part, OA.hasSelector)
            start, end = (int(str(graph.value(selector, name))) for name in (OA.start, OA.end))
            assert hashlib.sha256(whole[start:end].encode()).hexdigest() == str(graph.value(part, AHG.textHash)), part
    assert run(home, str(TEXTS)).exit_code == 0


def test_where_a_document_was_found_has_a_day(home: Path) -> None:
    graph = read_graph(home).parse(home / "data/register/document-copies.ttl")
    documents = set(graph.subjects(AHG.documentKey))
    for document in documents:
        assert str(document).startswith(ID)
        assert graph.value(document, AHG.textExtent) in (EXTENT.whole, EXTENT.partial)
        assert (graph.value(document, AHG.foundAt) is None) == (graph.value(document, AHG.foundOn) is None)
    assert any(graph.value(document, AHG.foundAt) for document in documents)
