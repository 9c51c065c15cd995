"""The words of a document's parts: cut out of its text, each once and sorted, with nothing of the text lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ahg_graph.cli.app import make_app
from ahg_graph.sources.part_words import PartTexts, cut_text, list_words, read_openings, read_words
from ahg_graph.sources.turtle import load_sources

NUMBERED = """MINUTES

1. The meeting was opened.

2. Members agreed:

- to meet in 2031; and

- to share co-
hosted work.
"""
PLAIN = """Minutes Place: RiverDate: 5 May
The meeting was opened.
The meeting was closed.
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Meeting, the meeting", ["meeting", "the"]),
        ("co-\nhosted by co-hosts", ["by", "co", "co-hosted", "co-hosts", "hosted", "hosts"]),
        ("States’ 10<sup>th</sup> **forum** (2011)", ["10th", "2011", "forum", "states"]),
        ("RiverDate of RSOs", ["date", "of", "river", "riverdate", "rsos"]),
        ("", []),
    ],
)
def test_words_are_listed_once_and_sorted(text: str, words: list[str]) -> None:
    assert list_words(text) == words


def test_a_text_is_cut_by_its_numbers_and_bullets() -> None:
    assert cut_text(NUMBERED, ("title", "p1", "p2", "p2b1", "p2b2", "p3")) == PartTexts(
        {
            "title": "MINUTES",
            "p1": "The meeting was opened.",
            "p2": "Members agreed:",
            "p2b1": "to meet in 2031; and",
            "p2b2": "to share co-hosted work.",
        },
        ("p3",),
    )


def test_a_part_that_the_record_does_not_have_counts_as_the_part_before_it() -> None:
    assert cut_text(NUMBERED, ("title", "p1", "p2")).texts["p2"] == (
        "Members agreed: to meet in 2031; and to share co-hosted work."
    )


def test_a_text_is_cut_where_its_parts_are_said_to_open() -> None:
    openings = read_openings("# the page\nheader: Minutes\nopening: The meeting\nnote: Note\nclosing: The  meeting\n")
    assert openings == {"header": "Minutes", "opening": "The meeting", "note": "Note", "closing": "The meeting"}
    assert cut_text(PLAIN, ("header", "opening", "note", "closing"), openings) == PartTexts(
        {
            "header": "Minutes Place: RiverDate: 5 May ",
            "opening": "The meeting was opened. ",
            "closing": "The meeting was closed.",
        },
        ("note",),
    )


def test_the_words_of_each_part_that_is_in_the_text_are_written(tmp_path: Path, home: Path) -> None:
    for name in ("graph.toml", "ontology"):
        (tmp_path / name).symlink_to(home / name)
    (tmp_path / "data/record").mkdir(parents=True)
    (tmp_path / "data/register").symlink_to(home / "data/register")
    (tmp_path / "data/record/p8.ttl").symlink_to(home / "data/record/p8.ttl")
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "page.txt").write_text("A page\nBullet one. Bullet one again.\n", encoding="utf-8")
    (texts / "p8.openings").write_text("header: A page\nb1: Bullet\nb2: Bullet\n", encoding="utf-8")
    told = CliRunner().invoke(make_app(), ["words", str(texts), "--text", "p8=page.txt", "--home", str(tmp_path)])
    assert told.exit_code == 1
    assert "P8: purpose was not found in page.txt; say in p8.openings how it opens" in told.stderr
    assert "P8: words of 3 of 14 parts" in told.stderr
    written = {part.value.rpartition("/")[2]: words for part, words in read_words(load_sources(tmp_path)).items()}
    assert written == {"header": ("a", "page"), "b1": ("bullet", "one"), "b2": ("again", "bullet", "one")}


def test_the_words_in_the_project_are_sorted_and_belong_to_every_part(home: Path) -> None:
    sources = load_sources(home)
    words = read_words(sources)
    parts = {triple.subject for triple in sources.triples("record") if triple.predicate.value.endswith("partOrder")}
    assert words.keys() == parts
    assert {part: found for part, found in words.items() if list(found) != sorted(set(found)) or not found} == {}
