"""A text becomes a skeleton that proposes and asserts nothing; completed, it becomes part of the graph."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ahg_graph.reading.attendances import find_attendances
from ahg_graph.reading.document_parts import parse_document_parts
from ahg_graph.reading.document_reading import DocumentReading, read_document
from ahg_graph.sources.coverage import measure_coverage
from ahg_graph.sources.scaffold import read_act_codes, read_agents, write_record
from ahg_graph.sources.turtle import Sources, load_sources, parse_turtle
from support.homes import add_documents, copy_home

HOME = Path(__file__).parents[2]
NINTH = HOME / "tests" / "cases" / "ninth"
STATEMENT = (NINTH / "statement.txt").read_text(encoding="utf-8")
AHG_GRAPH = Path(sys.executable).with_name("ahg-graph")
ID = "https://w3id.org/ahg-graph/id/"


def run(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "COLUMNS": "200"}
    return subprocess.run([AHG_GRAPH, *arguments], cwd=folder, capture_output=True, text=True, env=variables)


@pytest.fixture(scope="module")
def sources() -> Sources:
    return load_sources(HOME)


@pytest.fixture(scope="module")
def reading(sources: Sources) -> DocumentReading:
    return read_document(STATEMENT, read_agents(sources), read_act_codes(sources))


def list_parts(text: str) -> list[tuple[str, str, str]]:
    return [(part.slug, part.locator, part.kind) for part in parse_document_parts(text)]


def test_a_statements_parts_are_found() -> None:
    assert list_parts(STATEMENT) == [
        ("title", "title", "title"),
        ("p1", "para 1", "paragraph"),
        ("p2", "para 2", "paragraph"),
        ("heading-outcomes", "heading Outcomes", "heading"),
        ("p3", "para 3", "paragraph"),
        ("p3b1", "para 3 bullet 1", "bullet"),
        ("p3b2", "para 3 bullet 2", "bullet"),
        ("p4", "para 4", "paragraph"),
    ]


def test_a_blank_line_after_every_line_changes_nothing() -> None:
    spaced = STATEMENT.replace("\n", "\n\n")
    assert list_parts(spaced) == list_parts(STATEMENT)


def test_bullets_whose_marks_were_lost_are_found() -> None:
    text = "1. Members agreed to:\n one thing,\nwhich goes on; and\n another thing.\n2. They left.\n"
    parts = parse_document_parts(text)
    assert [(part.slug, part.text) for part in parts] == [
        ("p1", "Members agreed to:"),
        ("p1b1", "one thing, which goes on; and"),
        ("p1b2", "another thing."),
        ("p2", "They left."),
    ]


def test_numbers_out_of_order_are_no_paragraphs() -> None:
    assert [part.slug for part in parse_document_parts("1. In the year\n2011. it began.\n3. no\n2. Then.\n")] == [
        "p1",
        "p2",
    ]


def test_markdown_web_pages_and_dated_entries_are_read() -> None:
    text = """# **A page**

Something happened.

It went on.

## Annexure A

10-11 May 2011, Colombo: a meeting.

a) first;
b) second.

30 May 2011 a workshop.

- one
- two
"""
    assert list_parts(text) == [
        ("title", "title", "title"),
        ("introduction-p1", "introduction, para 1", "paragraph"),
        ("introduction-p2", "introduction, para 2", "paragraph"),
        ("heading-annexure-a", "heading Annexure A", "heading"),
        ("annexure-a-2011-05-10", "Annexure A, 10-11 May 2011", "entry"),
        ("annexure-a-2011-05-10a", "Annexure A, 10-11 May 2011, item a", "bullet"),
        ("annexure-a-2011-05-10b", "Annexure A, 10-11 May 2011, item b", "bullet"),
        ("annexure-a-2011-05-30", "Annexure A, 30 May 2011", "entry"),
        ("annexure-a-2011-05-30b1", "Annexure A, 30 May 2011, bullet 1", "bullet"),
        ("annexure-a-2011-05-30b2", "Annexure A, 30 May 2011, bullet 2", "bullet"),
    ]


def test_kinds_of_parts_are_codes(sources: Sources) -> None:
    kinds = {part.kind for part in parse_document_parts("T\n\n1. a\n- b\na) c\n3 May 2011 d.\nHead Line\n2. e\n")}
    codes = {
        triple.subject.value.removeprefix(ID + "part-kind/")
        for triple in sources.triples("ontology")
        if triple.subject.value.startswith(ID + "part-kind/")
    }
    assert kinds <= codes


def test_names_are_recognised_with_their_capacity(sources: Sources) -> None:
    found = find_attendances(parse_document_parts(STATEMENT), read_agents(sources))
    assert {
        (item.name, item.agent and item.agent.iri and item.agent.iri.removeprefix(ID), item.capacity) for item in found
    } == {
        ("Afghanistan", "agent/afghanistan", "participant"),
        ("Australia", "agent/australia", "participant"),
        ("Bangladesh", "agent/bangladesh", "participant"),
        ("Indonesia", "agent/indonesia", "participant"),
        ("Malaysia", "agent/malaysia", "participant"),
        ("Maldives", "agent/maldives", "participant"),
        ("Myanmar", "agent/myanmar", "participant"),
        ("New Zealand", "agent/new-zealand", "participant"),
        ("Sri Lanka", "agent/sri-lanka", "participant"),
        ("Thailand", "agent/thailand", "participant"),
        ("Atlantis", None, "participant"),
        ("Office of the United Nations High Commissioner for Refugees (UNHCR)", "agent/unhcr", "participant"),
        ("International Organization for Migration (IOM)", "agent/iom", "participant"),
        ("United Nations Office on Drugs and Crime (UNODC)", "agent/unodc", "observer"),
        ("Canada", "agent/canada", "observer"),
    }


def test_the_skeleton_asserts_parts_only(reading: DocumentReading) -> None:
    text = write_record("S9", "ahg-som-09-statement", "ahg-som-09", reading, "statement.txt")
    triples, _, slips = parse_turtle(text.encode(), "data/record/s9.ttl", blank_nodes=False)
    assert slips == []
    base = ID + "doc/ahg-som-09-statement/"
    assert {triple.subject.value for triple in triples} == {base + part.slug for part in reading.parts}
    proposals = [line.removeprefix("#? ") for line in text.splitlines() if line.startswith("#? ")]
    prefixes = "\n".join(line for line in text.splitlines() if line.startswith("@prefix"))
    assert len(proposals) == 14 + 3
    assert parse_turtle((prefixes + "\n" + "\n".join(proposals)).encode(), "s9.ttl", blank_nodes=False)[2] == []
    assert "#! not recognised in para 1: Atlantis, as participant" in text


def test_the_skeleton_carries_no_sentence_of_the_text(reading: DocumentReading) -> None:
    skeleton = write_record("S9", "x", None, reading, "statement.txt")
    words = re.findall(r"\w+", STATEMENT)
    runs = {" ".join(words[i : i + 8]) for i in range(len(words) - 7)}
    assert not [run for run in runs if run in " ".join(re.findall(r"\w+", skeleton))]


def test_a_record_is_never_written_over(tmp_path: Path) -> None:
    output = tmp_path / "s9.ttl"
    call = ("new-record", "S9", NINTH / "statement.txt", "--meeting", "ahg-som-09", "-o", output)
    first = run(HOME, *call)
    assert (first.returncode, first.stdout) == (0, "")
    assert first.stderr == "not recognised: Atlantis\n8 parts, 14 agents recognised\n"
    before = output.read_text(encoding="utf-8")
    again = run(HOME, *call)
    assert again.returncode == 2
    assert output.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("s 9", NINTH / "statement.txt"), "s 9"), (("S9", Path("nowhere.txt")), "nowhere.txt")],
)
def test_a_wrong_call_says_what_is_wrong(arguments: tuple[str | Path, ...], word: str) -> None:
    done = run(HOME, "new-record", *arguments)
    assert done.returncode == 2
    assert word in done.stderr


@pytest.mark.slow
def test_the_completed_record_becomes_part_of_the_graph(tmp_path: Path) -> None:
    """What docs/adding-a-document.md walks through, from the text to an answer."""
    home = add_documents(copy_home(tmp_path), "ninth")
    assert [part.locator for part in measure_coverage(load_sources(home)) if not part.is_covered] == []
    built = run(home, "build")
    assert built.returncode == 0, built.stderr
    asked = run(home, "ask", "attendance", "meeting=ahg-som-09", "-f", "csv")
    assert (asked.returncode, asked.stderr) == (0, "")
    rows = [line.split(",")[1:7] for line in asked.stdout.splitlines()[1:]]
    expected = [
        ["Thailand", "THA", "state", "participant", "S9", "para 1"],
        ["Myanmar", "MMR", "state", "participant", "S9", "para 1"],
        ["Maldives", "MDV", "state", "participant", "S9", "para 1"],
        ["Malaysia", "MYS", "state", "participant", "S9", "para 1"],
        ["Bangladesh", "BGD", "state", "participant", "S9", "para 1"],
        ["Afghanistan", "AFG", "state", "participant", "S9", "para 1"],
        ["Atlantis", "", "collective", "participant", "S9", "para 1"],
        ["Australia", "AUS", "state", "participant", "S9", "para 1"],
        ["Canada", "CAN", "state", "observer", "S9", "para 1"],
        ["Indonesia", "IDN", "state", "participant", "S9", "para 1"],
        ["International Organization for Migration", "IOM", "organisation", "participant", "S9", "para 1"],
        ["New Zealand", "NZL", "state", "participant", "S9", "para 1"],
        [
            "Office of the United Nations High Commissioner for Refugees",
            "UNHCR",
            "organisation",
            "participant",
            "S9",
            "para 1",
        ],
        ["Sri Lanka", "LKA", "state", "participant", "S9", "para 1"],
        ["United Nations Office on Drugs and Crime", "UNODC", "organisation", "observer", "S9", "para 1"],
    ]
    assert sorted(rows) == sorted(expected)
