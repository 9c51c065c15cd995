"""A display file is checked by a build, goes into the snapshot beside the graph, and changes nothing in the graph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ahg_graph.build.display_file import check_display, load_display
from ahg_graph.build.pipeline import build
from ahg_graph.build.streaming import build_streaming
from ahg_graph.build.validation import validate_home
from ahg_graph.errors import BuildFailed
from ahg_graph.snapshot import verify

PREFIXES = """@prefix ahg: <https://w3id.org/ahg-graph/ont#> .
@prefix dash: <http://datashapes.org/dash#> .
@prefix display: <https://w3id.org/ahg-graph/display#> .
@prefix page: <https://w3id.org/ahg-graph/page#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
SOUND = """page:Agent a sh:NodeShape ; sh:targetClass ahg:Agent ; display:sections ( page:memberships ) .
page:memberships sh:name "Memberships" ; sh:path ahg:memberIn ;
  display:query "memberships" ; display:parameter "agent" .
"""


def write_display(home: Path, text: str) -> Path:
    path = home / "ontology" / "display.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    return path


def test_a_sound_file_has_no_problem(small_home: Path) -> None:
    write_display(small_home, SOUND)
    examination = validate_home(small_home)
    assert examination.problems == ()
    assert "ontology/display.ttl" not in {source.path for source in examination.sources.files}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("page:A sh:targetClass ahg:Agnet .", ":6: ahg:Agnet is not declared in the ontology; is it misspelt?"),
        ("page:A sh:path ( ahg:memberOn ) .", ":6: ahg:memberOn is not declared in the ontology; is it misspelt?"),
        (
            "\nahg:saidIn display:onFact ahg:memberIn .",
            ":7: ahg:saidIn is not declared in the ontology; is it misspelt?",
        ),
        ("page:A display:colums ( ) .", ":6: display:colums says nothing of a page"),
        ("page:A sh:minCount 1 .", ":6: sh:minCount says nothing of a page"),
        ("page:A dash:viewer dash:MapViewer .", ":6: no viewer is called <http://datashapes.org/dash#MapViewer>"),
        ('page:A display:query "member" .', ":6: no saved query is called 'member'"),
        (
            'page:A display:lead ( [ display:query "memberships" ; display:parameter "agent" ; '
            'display:sentence "{bodyLabel} {when} {since}" ] ) .',
            ":6: the saved query 'memberships' has no column since",
        ),
        ('page:A display:highlights ( "memberships" "member" ) .', ":6: no saved query is called 'member'"),
        (
            'page:A display:query "memberships" ;\n  display:parameter "club" .',
            ":7: the saved query 'memberships' has no parameter \"club\"; it has agent",
        ),
        (
            "page:A display:sections (\n  page:B ) .\npage:B sh:name 'B' .",
            ":7: page:B must have one sh:path",
        ),
        ("page:A display:columns ( [ sh:path ahg:memberIn ] ) .", ":6: what it lists must have one sh:name"),
        ("page:A sh:path [", ":6:17: the file ends inside a statement or a string"),
    ],
)
def test_what_it_names_must_be_there(small_home: Path, text: str, problem: str) -> None:
    write_display(small_home, text)
    assert [str(found) for found in validate_home(small_home).problems] == [f"ontology/display.ttl{problem}"]
    with pytest.raises(BuildFailed):
        build(small_home, small_home / "snapshots")
    with pytest.raises(BuildFailed):
        build_streaming(small_home, small_home / "snapshots")


@pytest.mark.parametrize("make", [build, build_streaming])
def test_the_graph_is_the_same_with_it_and_without(
    small_home: Path, make: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    before = make(small_home, small_home / "snapshots").manifest
    path = write_display(small_home, SOUND)
    snapshot = make(small_home, small_home / "snapshots")
    after = snapshot.manifest
    verify(snapshot)
    assert (snapshot.path / "display.ttl").read_bytes() == path.read_bytes()
    assert {name for name in set(after.files) - set(before.files) if not name.startswith("store/")} == {"display.ttl"}
    assert set(after.sources) - set(before.sources) == {"ontology/display.ttl"}
    assert after.identity != before.identity
    own = replace(after.home, prefixes=before.home.prefixes)
    same = {"identity": "", "files": {}, "sources": {}, "home": before.home}
    assert replace(after, **same) == replace(before, **same)
    assert own == before.home

    write_display(small_home, SOUND.replace("Memberships", "Member of"))
    assert make(small_home, small_home / "snapshots").manifest.identity != after.identity


def test_a_home_without_one_has_none(small_home: Path, home: Path) -> None:
    assert load_display(small_home) is None
    examination = validate_home(small_home)
    assert examination.display is None
    own = load_display(home)
    assert own is not None
    assert list(check_display(own, examination.sources, None)) != [], "the small ontology has not what it names"
