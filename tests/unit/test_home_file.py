"""`graph.toml` is read whole or refused with the key and what to do; the rest is read from the Turtle files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ahg_graph.config.home_file import Document, parse_home, read_home
from ahg_graph.config.starter import create_home
from ahg_graph.errors import HomeFileError
from support.homes import copy_second_home
from support.servers import COMMAND

HOME = Path(__file__).parents[2]
LEAST = {
    "name": '"the Council"',
    "title": '"Graph"',
    "description": '"About it."',
    "base": '"https://example.org/"',
    "licence": '"https://example.org/licence"',
}


def write(folder: Path, **changes: str | None) -> Path:
    lines = {**LEAST, **changes}
    text = "".join(f"{key} = {value}\n" for key, value in lines.items() if value is not None)
    (folder / "graph.toml").write_text(text, encoding="utf-8")
    return folder


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    home = read_home(write(tmp_path))
    assert (home.language, home.contact, home.licence_name) == ("en", "", "https://example.org/licence")
    assert home.documents == ()
    assert (home.id, home.inferred_graph) == ("https://example.org/id/", "https://example.org/graph/inferred")
    assert (home.sentence_name, home.counted_documents) == ("The Council", "no documents")
    assert home.expand("rdf:type") == "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": None}, 'title: is missing; write title = "..."'),
        ({"title": "3"}, 'title: 3 is no text; write title = "..."'),
        ({"name": '""'}, 'name: is missing; write name = "..."'),
        ({"base": '"https://example.org"'}, "base: https://example.org does not end with /"),
        ({"base": '"somewhere/"'}, "base: 'somewhere/' is no absolute IRI, as https://example.org/"),
        ({"licence": '"free"'}, "licence: 'free' is no absolute IRI, as https://example.org/"),
        ({"language": '"English"'}, "language: 'English' is no code of two letters (ISO 639-1)"),
        ({"prefixes": '"own"'}, "prefixes: is no table; write [prefixes] and a line for each"),
        (
            {"prefixes.rdf": '"https://example.org/"'},
            "prefixes.rdf: is reserved for http://www.w3.org/1999/02/22-rdf",
        ),
        ({"prefixes.own": '"here"'}, "prefixes.own: 'here' is no absolute IRI, as https://example.org/"),
        ({"example": '["one"]'}, "example: is no statement; write subject, predicate and object as three texts"),
        ({"colour": '"red"'}, "colour: no such key; there are about, base, brand,"),
        ({"name": "the Council"}, "Invalid value (at line 1, column 8)"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(tmp_path: Path, changes: dict[str, str | None], message: str) -> None:
    with pytest.raises(HomeFileError) as raised:
        read_home(write(tmp_path, **changes))
    assert str(raised.value).startswith(f"{tmp_path / 'graph.toml'}: {message}")


def test_a_folder_without_the_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(HomeFileError, match="there is none; make a home folder with: ahg-graph init FOLDER"):
        read_home(tmp_path)


def test_documents_come_in_the_order_of_citing_and_have_prefixes(tmp_path: Path) -> None:
    home = read_home(copy_second_home(tmp_path))
    start = "https://tern.example/graph/id/doc/spring-19"
    assert home.documents == (
        Document("T49", start + "49", "Minutes of the spring gathering of 1949"),
        Document("T50", start + "50", "Minutes of the spring gathering of 1950"),
    )
    assert home.counted_documents == "two minutes"
    assert {name: home.prefixes[name] for name in ("t49", "gauge", "tern")} == {
        "t49": start + "49/",
        "gauge": "https://tern.example/graph/id/gauge/",
        "tern": "https://tern.example/graph/ont#",
    }
    assert home.shorten(start + "49/m1") == "t49:m1"
    assert home.expand("t49:m1") == start + "49/m1"


def test_a_prefix_that_stands_for_two_things_is_left_out(tmp_path: Path) -> None:
    home = copy_second_home(tmp_path)
    more = home / "data" / "register" / "more.ttl"
    more.write_text("@prefix gauge: <https://tern.example/graph/id/gauge-of-old/> .\n", encoding="utf-8")
    assert "gauge" not in read_home(home).prefixes


def test_a_home_goes_through_a_manifest_unchanged() -> None:
    home = read_home(HOME)
    assert parse_home(home.to_json()) == home
    assert list(parse_home(home.to_json()).prefixes) == list(home.prefixes)


def test_a_home_is_made_in_an_empty_folder_only(tmp_path: Path) -> None:
    create_home(tmp_path / "made", "https://council.example/")
    assert read_home(tmp_path / "made").base == "https://council.example/"
    text = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "made").rglob("*") if path.is_file())
    assert "https://example.org/graph/" not in text
    with pytest.raises(HomeFileError, match="is not empty"):
        create_home(tmp_path / "made")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], cwd=folder, capture_output=True, text=True)


def test_what_init_makes_validates_builds_and_answers(tmp_path: Path) -> None:
    assert run(tmp_path, "init", "new", "--base", "https://council.example/").returncode == 0
    home = tmp_path / "new"
    checked = run(home, "validate")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert run(home, "build").returncode == 0
    asked = run(home, "ask", "who-took-part", "session=First session", "-f", "csv")
    start = "https://council.example/id/participant/"
    assert asked.stdout.split() == ["participant,name", f"{start}north,North", f"{start}south,South"]
    assert run(home, "coverage").returncode == 0


def test_a_base_that_is_none_is_refused(tmp_path: Path) -> None:
    refused = run(tmp_path, "init", "new", "--base", "council")
    assert (refused.returncode, (tmp_path / "new").exists()) == (2, False)


def test_the_first_page_leads_to_saved_queries_that_are_there(tmp_path: Path) -> None:
    home = copy_second_home(tmp_path)
    path = home / "ontology" / "display.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace('"gauges-of"', '"gauges-on"'), encoding="utf-8")
    checked = run(home, "validate")
    assert checked.returncode == 1
    assert "no saved query is called 'gauges-on'" in checked.stderr


def test_a_home_that_is_named_goes_before_the_setting_and_that_before_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = copy_second_home(tmp_path)
    create_home(tmp_path / "made")
    monkeypatch.setenv("AHG_GRAPH_HOME", str(second))
    monkeypatch.setenv("COLUMNS", "200")
    assert "7 files" in run(tmp_path / "made", "validate").stdout
    assert "5 files" in run(tmp_path / "made", "validate", "--home", ".").stdout
    assert "T49,minute 1" in run(tmp_path / "made", "coverage").stdout
    assert "M1,para 1" in run(tmp_path, "coverage", "--home", "made").stdout
    lost = run(tmp_path, "validate", "--home", "nowhere")
    assert (lost.returncode, "there is none; make a home folder with" in lost.stderr) == (1, True)
