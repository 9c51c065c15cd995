"""What was saved last is checked at once: one slip of the pen, one message, with the name that was meant."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ahg_graph.authoring.quick_check import QuickCheck
from ahg_graph.shapes import check_shapes, load_shapes
from ahg_graph.shapes.slips import Names, find_undescribed, leave_out_consequences
from ahg_graph.sources.turtle import load_sources
from support.homes import copy_small_home

HOME = Path(__file__).parents[2]
S7, P1 = "data/record/s7.ttl", "data/record/p1.ttl"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> QuickCheck:
    home = tmp_path_factory.mktemp("watched")
    for folder in ("ontology", "data"):
        shutil.copytree(HOME / folder, home / folder)
    shutil.copy(HOME / "graph.toml", home)
    return QuickCheck(home)


@pytest.fixture(autouse=True)
def _put_back(watched: QuickCheck) -> Iterator[None]:
    """Each test begins with the sources as they are, which are right."""
    yield
    for folder in ("ontology", "data"):
        for path in (HOME / folder).rglob("*.ttl"):
            copy = watched.watched.home / path.relative_to(HOME)
            if copy.read_bytes() != path.read_bytes():
                shutil.copyfile(path, copy)


def _stops(problem: object) -> bool:
    return getattr(problem, "severity", "violation") == "violation"


def save(watched: QuickCheck, name: str, old: str, new: str) -> int:
    """Replace the first of a text in a file and return the line on which it stood."""
    path = watched.watched.home / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def look(watched: QuickCheck) -> list[str]:
    return [str(problem) for problem in watched.check(watched.watched.take_changes()) if _stops(problem)]


@pytest.mark.parametrize(
    ("name", "old", "new", "wrong", "meant"),
    [
        (S7, "ahg:attendanceOf agent:malaysia ", "ahg:attendanceOf agent:malaysa ", "agent:malaysa", "agent:malaysia"),
        (S7, "ahg:asObserverAt ", "ahg:asObserverrAt ", "ahg:asObserverrAt", "ahg:asObserverAt"),
        (S7, "a ahg:Attendance ;", "a ahg:Atendance ;", "ahg:Atendance", "ahg:Attendance"),
        (S7, "ahg:nameOf meeting:ahg-som-06 ", "ahg:nameOf meeting:ahg-som06 ", "meeting:ahg-som06", "ahg-som-06"),
        (S7, "ahg:mandateOf body:", "ahg:mandateOf agent:", "agent:tip-working-group", "body:tip-working-group"),
        ("data/record/pr.ttl", "ahg:startNotAfter ", "ahg:startNotAftr ", "ahg:startNotAftr", "ahg:startNotAfter"),
        ("data/register/meetings.ttl", "ahg:heldIn place:", "ahg:heldIn place:x", "place:x", ""),
    ],
)
def test_a_misspelt_name_is_one_message_that_names_what_was_meant(
    watched: QuickCheck, name: str, old: str, new: str, wrong: str, meant: str
) -> None:
    line = save(watched, name, old, new)
    (message,) = look(watched)
    assert message.startswith(f"{name}:{line}: ")
    assert wrong in message
    assert meant in message.rpartition(wrong)[2]


def test_a_code_that_is_not_in_the_list_comes_with_those_that_are(watched: QuickCheck) -> None:
    codes = {path.rpartition("/")[2] for path in Names(watched.watched.sources).codes[f"{_base()}part-kind/"]}
    for wrong in ("partkind:bulet", "act:agree"):
        line = save(watched, "data/record/p8.ttl", "partkind:bullet", wrong)
        (message,) = look(watched)
        assert message.startswith(f"data/record/p8.ttl:{line}: p8:b1 ahg:kind")
        assert ", ".join(sorted(codes)) in message
        save(watched, "data/record/p8.ttl", wrong, "partkind:bullet")
        assert look(watched) == []


def _base() -> str:
    from ahg_graph.config.prefixes import get_home

    return get_home().id


def test_a_missing_semicolon_is_one_message_that_says_where_to_write_it(watched: QuickCheck) -> None:
    line = save(watched, S7, '  ahg:locator "para 1" ;', '  ahg:locator "para 1"')
    (message,) = look(watched)
    assert message.startswith(f"{S7}:{line + 1}:3: ")
    assert f"end line {line} with ;" in message


def test_a_prefix_that_is_not_declared_comes_with_the_near_one(watched: QuickCheck) -> None:
    line = save(watched, S7, "ahg:evidencedBy s7:p24 ", "ahg:evidencedBy s77:p24 ")
    (message,) = look(watched)
    assert message.startswith(f"{S7}:{line}:")
    assert "did you mean s7:?" in message


def test_a_thing_that_is_no_longer_described_is_one_message_for_all_who_name_it(watched: QuickCheck) -> None:
    save(watched, "data/register/states.ttl", "agent:malaysia a ahg:State", "agent:malaysa a ahg:State")
    (message,) = look(watched)
    assert "agent:malaysia" in message
    assert "more places" in message
    assert "did you mean agent:malaysa?" in message


def test_what_was_wrong_stays_told_until_it_is_right(watched: QuickCheck) -> None:
    save(watched, S7, '"2013-03-05"^^xsd:date', '"5 March 2013"')
    (told,) = look(watched)
    save(watched, P1, "# ", "#  ")
    assert look(watched) == [told]
    save(watched, S7, '"5 March 2013"', '"2013-03-05"^^xsd:date')
    assert look(watched) == []


def test_what_changed_is_told_as_the_whole_tells_it(watched: QuickCheck) -> None:
    """Several slips at once, some of which only things next to the change break."""
    for name, old, new in (
        (S7, '"2013-03-05"^^xsd:date', '"5 March 2013"'),
        (S7, "ahg:kind partkind:title ;", ""),
        (P1, "ahg:attendanceOf agent:malaysia ", "ahg:attendanceOf meeting:ahg-som-01 "),
        ("data/register/states.ttl", 'ahg:isoCode "MYS" ;', ""),
        ("data/register/meetings.ttl", "ahg:heldIn ", "ahg:heldIn agent:malaysia , "),
        ("data/register/bodies.ttl", "a ahg:Body ;", "a ahg:Meeting ;"),
    ):
        text = (watched.watched.home / name).read_text(encoding="utf-8")
        if old in text:
            save(watched, name, old, new)
    quick = set(look(watched))
    sources = load_sources(watched.watched.home)
    names = Names(sources)
    undescribed = find_undescribed(sources.files, names)
    found = leave_out_consequences(check_shapes(load_shapes(watched.watched.home), sources), undescribed, names)
    assert len(quick) > 4
    assert quick == {str(each) for each in (*undescribed, *found) if _stops(each)}


def test_it_takes_less_than_a_second_of_the_processor(watched: QuickCheck) -> None:
    times = []
    for old, new in (("agent:malaysia ", "agent:malaysa "), ("agent:malaysa ", "agent:malaysia ")) * 2:
        save(watched, S7, f"ahg:attendanceOf {old}", f"ahg:attendanceOf {new}")
        began = time.process_time()
        look(watched)
        times.append(time.process_time() - began)
    assert min(times) < 1


def test_the_command_answers_to_each_saving_and_then_for_the_whole(tmp_path: Path) -> None:
    home = copy_small_home(tmp_path)
    command = [Path(sys.executable).with_name("ahg-graph"), "validate", "--watch"]
    with subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout
        told = iter(process.stdout.readline, "")
        try:
            assert next(told) == "watching 3 files\n"
            assert next(line for line in told if line.startswith("the whole: ")).startswith("the whole: no problems (")
            with (home / "data/record/s5.ttl").open("a", encoding="utf-8") as file:
                file.write("agent:three a ahg:Agent .\n")
            assert next(told) == "data/record/s5.ttl:6: agent:three skos:prefLabel: give it a label [ahgs:Agent]\n"
            assert next(told).startswith("warning: data/record/s5.ttl:6: ")
            assert next(told).startswith("data/record/s5.ttl: 1 problem (")
            assert next(line for line in told if line.startswith("the whole: ")).startswith("the whole: 1 problem (")
        finally:
            process.terminate()
            process.wait()
