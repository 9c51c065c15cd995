"""Which thing a value stands for, and what is near it, by names in a file and by names held in memory."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ahg_graph.errors import BadParameter, SnapshotError
from ahg_graph.queries.name_database import NAME, open_file, write_names
from ahg_graph.queries.name_resolver import (
    NameResolver,
    find_near_words,
    load_names,
    open_names,
    parse_names,
    read_candidate,
)
from ahg_graph.queries.name_rows import CODES_QUERY, NAMES_QUERY
from ahg_graph.queries.named_entity import fold_name
from ahg_graph.rdf.terms import Literal, NamedNode, Triple
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.memory_dataset import MemoryDataset, Reader
from support.namespaces import ID, ONT, PREFIXES

AGENT, BODY, MEETING, PLACE = (ONT + name for name in ("Agent", "Body", "Meeting", "Place"))
ACTS = ID + "code-list/act"
SKOS = PREFIXES["skos"]


@pytest.fixture(scope="module", params=["memory", "file", "many"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NameResolver:
    things = {
        "agent/united-states": (["Agent"], ["USA", "US"], ["United States"], ["United States of America"]),
        "agent/vietnam": (["Agent"], ["VNM", "VN"], ["Vietnam"], ["Viet Nam"]),
        "agent/thailand": (["Agent"], ["THA", "TH"], ["Thailand"], []),
        "place/thailand": (["Place"], [], ["Thailand (venue)"], ["Thailand"]),
        "body/rso": (["Agent", "Body"], ["RSO"], ["Regional Support Office"], ["Bali Process RSO"]),
        "initiative/office": (["Initiative"], [], ["Plan for an office"], ["Regional Support Office", "RSO"]),
        "initiative/campaign-a": (["Initiative"], [], ["Campaign A"], ["the campaign"]),
        "initiative/campaign-b": (["Initiative"], [], ["Campaign B"], ["The  Campaign"]),
        "initiative/law": (["Initiative"], [], ["Centre for Law & Order"], []),
        "meeting/ahg-som-05": (
            ["Meeting", "Event"],
            [],
            ["Fifth Meeting"],
            ["5th AHG SOM", "AHG Senior Officials’ Meeting"],
        ),
        "attendance/x": (["Attendance"], [], ["x"], []),
    }
    triples = []
    for path, (classes, codes, labels, names) in things.items():
        triples += [(ID + path, PREFIXES["rdf"] + "type", NamedNode(ONT + name)) for name in classes]
        properties = ((ONT + "acronym", codes), (SKOS + "prefLabel", labels), (SKOS + "altLabel", names))
        triples += [(ID + path, name, Literal(text)) for name, found in properties for text in found]
    for code, label in (("agree", "agree"), ("call-for", "call for"), ("task", "task")):
        item = f"{ID}act/{code}"
        triples += [(item, SKOS + "notation", Literal(code)), (item, SKOS + "prefLabel", Literal(label))]
        triples += [(item, ONT + "inCodeList", NamedNode(ACTS))]
    graph = MemoryDataset(Triple(NamedNode(s), NamedNode(p), o) for s, p, o in triples)

    def select(query: str) -> Iterator[tuple[str, ...]]:
        return (tuple(getattr(term, "value", "") for term in row.values()) for row in graph.select(query))

    if request.param == "memory":
        return parse_names(select(NAMES_QUERY), select(CODES_QUERY))  # type: ignore[arg-type]  # rows of three
    folder = tmp_path_factory.mktemp("names")
    write_names(folder / NAME, select, [ONT + name for classes, *_ in things.values() for name in classes])
    return NameResolver(open_file(folder, scanned=0)) if request.param == "many" else open_names(folder)


@pytest.mark.parametrize(
    ("value", "classes", "slugs"),
    [
        (ID + "agent/vietnam", [AGENT], ["vietnam"]),
        (ID + "agent/vietnam", [BODY], []),
        (ID + "agent/atlantis", [], []),
        ("vietnam", [AGENT], ["vietnam"]),
        ("VNM", [AGENT], ["vietnam"]),
        ("vnm", [AGENT], ["vietnam"]),
        ("vn", [AGENT], ["vietnam"]),
        ("viet   NAM", [AGENT], ["vietnam"]),
        ("agent/thailand", [], ["thailand"]),
        ("thailand", [], ["thailand", "thailand"]),
        ("thailand", [PLACE], ["thailand"]),
        ("RSO", [], ["rso"]),
        ("regional support office", [], ["rso"]),
        ("the campaign", [], ["campaign-a", "campaign-b"]),
        ("AHG Senior Officials' Meeting", [MEETING], ["ahg-som-05"]),
        ("x", [], []),
        ("Atlantis", [], []),
        ("", [], []),
    ],
)
def test_a_value_stands_for_things(index: NameResolver, value: str, classes: list[str], slugs: list[str]) -> None:
    assert [thing.slug for thing in index.find_things(value, classes)] == slugs


def test_a_thing_knows_its_names(index: NameResolver) -> None:
    (thing,) = index.find_things("USA", [AGENT])
    assert (thing.label, thing.names) == ("United States", ("United States", "US", "USA", "United States of America"))
    assert str(thing) == "united-states (United States)"


@pytest.mark.parametrize(
    ("value", "classes", "first"),
    [("Viet-nam", [AGENT], "vietnam"), ("Tailand", [AGENT], "thailand"), ("ahg-som-5", [MEETING], "ahg-som-05")],
)
def test_the_nearest_names_are_found(index: NameResolver, value: str, classes: list[str], first: str) -> None:
    assert index.find_near(value, classes)[0].slug == first


def test_what_is_far_from_every_name_has_no_near_name(index: NameResolver) -> None:
    assert index.find_near("%%%%%%%%", [AGENT]) == ()


@pytest.mark.parametrize(
    ("value", "code"), [("agree", "agree"), ("AGREE", "agree"), ("Call for", "call-for"), ("agreed", None), ("", None)]
)
def test_a_value_stands_for_a_code(index: NameResolver, value: str, code: str | None) -> None:
    assert index.find_code(value, ACTS) == code


def test_a_list_that_is_unknown_has_no_codes(index: NameResolver) -> None:
    assert index.find_code("agree", ID + "code-list/none") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("viet", [("vietnam", 1)]),
        ("vnm", [("vietnam", 0)]),
        ("support office", [("rso", 2), ("office", 2)]),
        ("office support", [("office", 4), ("rso", 4)]),
        ("of america", [("united-states", 2)]),
        ("ahg som", [("ahg-som-05", 2)]),
        ('"" *', []),
        ("law & order", [("law", 2)]),
        ("", []),
    ],
)
def test_a_search_finds_things_by_their_names(index: NameResolver, text: str, found: list[tuple[str, int]]) -> None:
    assert sorted((m.thing.slug, m.rank) for m in index.search(text)) == sorted(found)


@pytest.mark.parametrize("text", ["viet\0nam", "\0", "\udcff", "&", "1 " * 100, "a b c d e f g h"])
def test_odd_texts_are_searched_and_mean_nothing(index: NameResolver, text: str) -> None:
    assert {match.rank for match in index.search(text)} <= {3, 4, 5}
    assert index.find_things(text) == ()


@pytest.mark.parametrize("text", ["Vietnamm", '"; DROP TABLE name; -- vietnam'])
def test_a_search_that_no_name_holds_finds_near_ones(index: NameResolver, text: str) -> None:
    assert index.search(text)[0].thing.slug == "vietnam"
    assert {match.rank for match in index.search(text)} == {5}


@pytest.mark.parametrize(("most", "slugs"), [(3, {"thailand", "united-states", "vietnam"}), (2, None)])
def test_things_are_listed_unless_there_are_too_many(index: NameResolver, most: int, slugs: set[str] | None) -> None:
    states = [thing for thing in index.list_things([AGENT], 10) or () if BODY not in thing.classes]
    assert {thing.slug for thing in states} == {"thailand", "united-states", "vietnam"}
    found = index.list_things([AGENT], most + 1)
    assert (found and {thing.slug for thing in found} - {"rso"}) == slugs


def test_a_class_without_things_has_none(index: NameResolver) -> None:
    assert index.list_things([ONT + "Topic"], 5) in ([], ())


@pytest.fixture(scope="module")
def real(real_snapshot: Snapshot) -> NameResolver:
    """The real graph's names, from the file that the build wrote."""
    return open_names(real_snapshot.path)


@pytest.fixture(scope="module")
def many(real_snapshot: Snapshot) -> NameResolver:
    """The same, looked up as those of a graph that has too many to go through."""
    return NameResolver(open_file(real_snapshot.path, scanned=0))


def test_a_build_writes_the_names_that_the_graph_has(real: NameResolver, real_snapshot: Snapshot) -> None:
    select = Reader(real_snapshot.store).stream
    held = load_names(real_snapshot.path / "none", select)
    things = real.list_things((), 100_000)
    assert things is not None
    assert len(things) > 500
    assert sorted(things, key=str) == sorted(held.list_things((), 100_000) or (), key=str)
    assert real.codes == held.codes


def test_the_real_names_are_the_same_however_many_there_are(real: NameResolver, many: NameResolver) -> None:
    things = real.list_things((), 100_000) or ()
    for text in {text for thing in things for text in (*thing.names, thing.slug, thing.iri)}:
        assert many.find_things(text) == real.find_things(text), text


def test_the_real_names_are_searched_alike_by_the_beginnings_of_words(real: NameResolver, many: NameResolver) -> None:
    for text in ("office", "regional", "som", "viet", "steering group", "2013", "iom", "trafficking"):
        whole = [match for match in real.search(text, 1000) if match.rank < 3]
        assert whole
        assert [match for match in many.search(text, 1000) if match.rank < 3] == whole, text


def test_what_a_search_finds_first_is_the_first_candidate(real: NameResolver) -> None:
    things = real.list_things((), 100_000) or ()
    names = sorted({name for thing in things for name in (*thing.names, thing.slug)})[::9]
    for text in (*names, *(name[: len(name) // 2] for name in names), *(name[1:] for name in names)):
        found, near = real.search(text), real.find_near(text)
        assert [match.thing for match in found[:1]] == list(near[:1]), text
        meant = real.find_things(text)
        assert tuple(match.thing for match in found[: len(meant)]) == meant, text


def test_what_a_value_means_beats_what_bears_the_name_too(index: NameResolver) -> None:
    assert [match.thing.slug for match in index.search("RSO")][:2] == ["rso", "office"]
    assert [match.rank for match in index.search("ahg-som-05")] == [0]


@pytest.mark.parametrize(
    ("value", "classes", "reason", "candidates"),
    [
        ("the campaign", [], "ambiguous", ("campaign-a (Campaign A)", "campaign-b (Campaign B)")),
        ("thailand", [], "ambiguous", (f"{ID}agent/thailand (Thailand)", f"{ID}place/thailand (Thailand (venue))")),
        ("Viet Name", [AGENT], "no Agent is known as", ("vietnam (Vietnam)",)),
        ("Thailand", [BODY], "not a Body but thailand (Thailand)", ()),
    ],
)
def test_what_is_not_one_thing_is_refused_with_what_may_be_meant(
    index: NameResolver, value: str, classes: list[str], reason: str, candidates: tuple[str, ...]
) -> None:
    with pytest.raises(BadParameter, match=re.escape(reason)) as caught:
        index.resolve("of", value, classes)
    assert (caught.value.parameter, caught.value.candidates[: len(candidates)]) == ("of", candidates)
    assert all(index.find_things(read_candidate(text), classes) for text in caught.value.candidates)


ODD = [*"abAÉéßﬁ-–’'\"*%_1２()İıͅǰ日/:+^\t ", "SS", "fi", " OR ", " NOT "]
"""What names are made of here: letters that fold, words and marks of a search's syntax, white space and dashes."""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(
        st.tuples(
            st.sampled_from(["agent/a", "agent/a-b", "agent/A1", "place/a", "topic/b", "x/b"]),
            st.sampled_from(["Agent", "Body", "Place", "Attendance"]),
            st.sampled_from([ONT + "acronym", SKOS + "prefLabel", SKOS + "altLabel"]),
            st.lists(st.sampled_from(ODD), min_size=1, max_size=5).map("".join),
        ),
        min_size=1,
        max_size=12,
    ),
    others=st.lists(st.lists(st.sampled_from(ODD), max_size=5).map("".join), max_size=5),
)
def test_any_names_mean_the_same_wherever_they_are(
    names: list[tuple[str, str, str, str]], others: list[str], tmp_path: Path
) -> None:
    triples = set()
    for path, kind, name, text in names:
        thing = NamedNode(ID + path)
        triples |= {
            Triple(thing, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(ONT + kind)),
            Triple(thing, NamedNode(name), Literal(text)),
        }
    graph = MemoryDataset(triples)

    def select(query: str) -> Iterator[tuple[str, ...]]:
        return (tuple(getattr(term, "value", "") for term in row.values()) for row in graph.select(query))

    held = parse_names(select(NAMES_QUERY), [])  # type: ignore[arg-type]
    (tmp_path / NAME).unlink(missing_ok=True)
    write_names(tmp_path / NAME, select, [ONT + kind for _, kind, _, _ in names])
    file = open_names(tmp_path)
    many = NameResolver(open_file(tmp_path, scanned=0))
    for value in {*others, *(ID + path for path, *_ in names), *(text for *_, text in names)}:
        for classes in ((), (ONT + "Agent",), (ONT + "Body", ONT + "Place")):
            assert file.find_things(value, classes) == held.find_things(value, classes)
            assert file.find_things(value, classes) == many.find_things(value, classes)
            assert file.find_near(value, classes) == held.find_near(value, classes)


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / NAME) as base:
        base.execute("PRAGMA user_version = 99")
    base.close()
    with pytest.raises(SnapshotError, match="format 99"):
        open_names(tmp_path)


def test_a_file_that_is_damaged_or_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="is missing"):
        open_names(tmp_path)
    (tmp_path / NAME).write_bytes(b"not a data base, at the least " * 40)
    with pytest.raises(SnapshotError, match="cannot be read"):
        open_names(tmp_path)


def test_damage_that_is_met_later_is_said_too(real_snapshot: Snapshot, tmp_path: Path) -> None:
    data = (real_snapshot.path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(data[: len(data) // 2] + bytes(len(data) // 2))
    with pytest.raises(SnapshotError, match="cannot be read"):
        names = open_names(tmp_path)
        names.find_near("Indonesia")
        names.list_things((), 100_000)


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / NAME).touch()
    with pytest.raises(FileExistsError):
        write_names(tmp_path / NAME, lambda query: [], [])


def test_names_are_folded() -> None:
    assert fold_name("  Co‑Chairs’\tSTATEMENT ") == "co-chairs' statement"
    assert fold_name("ＡＨＧ") == "ahg"


def test_near_words_are_all_words_when_there_are_few() -> None:
    assert find_near_words("zzz", ["b", "a"]) == ("b", "a")
    words = ["agree", "welcome", "note", "task", "direct", "endorse"]
    assert find_near_words("agreed", words)[0] == "agree"
