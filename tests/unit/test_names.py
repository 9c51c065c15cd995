"""Which thing a value stands for."""

import pytest

from ahg_graph.names import NameIndex, find_near_words, fold_name, parse_names
from ahg_graph.namespaces import ID, ONT

AGENT, BODY, MEETING, PLACE = (ONT + name for name in ("Agent", "Body", "Meeting", "Place"))
ACTS = ID + "code-list/act"


@pytest.fixture(scope="module")
def index() -> NameIndex:
    things = {
        "agent/united-states": (["Agent"], ["USA", "US"], ["United States"], ["United States of America"]),
        "agent/vietnam": (["Agent"], ["VNM", "VN"], ["Vietnam"], ["Viet Nam"]),
        "agent/thailand": (["Agent"], ["THA", "TH"], ["Thailand"], []),
        "place/thailand": (["Place"], [], ["Thailand (venue)"], ["Thailand"]),
        "body/rso": (["Agent", "Body"], ["RSO"], ["Regional Support Office"], ["Bali Process RSO"]),
        "initiative/office": (["Initiative"], [], ["Plan for an office"], ["Regional Support Office", "RSO"]),
        "initiative/campaign-a": (["Initiative"], [], ["Campaign A"], ["the campaign"]),
        "initiative/campaign-b": (["Initiative"], [], ["Campaign B"], ["The  Campaign"]),
        "meeting/ahg-som-05": (
            ["Meeting", "Event"],
            [],
            ["Fifth Meeting"],
            ["5th AHG SOM", "AHG Senior Officials’ Meeting"],
        ),
        "attendance/x": (["Attendance"], [], ["x"], []),
    }
    rows = []
    for path, (classes, codes, labels, names) in things.items():
        rows += [(ID + path, "class", ONT + name) for name in classes]
        for tier, found in (("code", codes), ("label", labels), ("name", names)):
            rows += [(ID + path, tier, name) for name in found]
    codes_rows = [(ACTS, "agree", "agree"), (ACTS, "call-for", "call for"), (ACTS, "task", "task")]
    return parse_names(rows, codes_rows)


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
def test_a_value_stands_for_things(index: NameIndex, value: str, classes: list[str], slugs: list[str]) -> None:
    assert [thing.slug for thing in index.find_things(value, classes)] == slugs


def test_a_thing_knows_its_names(index: NameIndex) -> None:
    (thing,) = index.find_things("USA", [AGENT])
    assert (thing.label, thing.names) == ("United States", ("United States", "US", "USA", "United States of America"))
    assert str(thing) == "united-states (United States)"


@pytest.mark.parametrize(
    ("value", "classes", "first"),
    [("Viet-nam", [AGENT], "vietnam"), ("Tailand", [AGENT], "thailand"), ("ahg-som-5", [MEETING], "ahg-som-05")],
)
def test_the_nearest_names_are_found(index: NameIndex, value: str, classes: list[str], first: str) -> None:
    assert index.find_near(value, classes)[0].slug == first


def test_what_is_far_from_every_name_has_no_neighbour(index: NameIndex) -> None:
    assert index.find_near("%%%%%%%%", [AGENT]) == ()


@pytest.mark.parametrize(
    ("value", "code"), [("agree", "agree"), ("AGREE", "agree"), ("Call for", "call-for"), ("agreed", None), ("", None)]
)
def test_a_value_stands_for_a_code(index: NameIndex, value: str, code: str | None) -> None:
    assert index.find_code(value, ACTS) == code


def test_a_list_that_is_unknown_has_no_codes(index: NameIndex) -> None:
    assert index.find_code("agree", ID + "code-list/none") is None


def test_names_are_folded() -> None:
    assert fold_name("  Co‑Chairs’\tSTATEMENT ") == "co-chairs' statement"
    assert fold_name("ＡＨＧ") == "ahg"


def test_near_words_are_all_words_when_there_are_few() -> None:
    assert find_near_words("zzz", ["b", "a"]) == ("b", "a")
    words = ["agree", "welcome", "note", "task", "direct", "endorse"]
    assert find_near_words("agreed", words)[0] == "agree"
