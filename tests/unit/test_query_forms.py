"""What several saved queries say, each says in the same form: each stands alone, so that no other place can own it."""

import re
from pathlib import Path

import pytest

QUERIES = {path.stem: path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "queries").glob("*.rq")}
CURRENT = {name: text for name, text in QUERIES.items() if "@" not in name}
BASIS = 'BIND(IF(COALESCE(STR(?reason), "") = "", "stated", "inferred") AS ?basis)'
"""Not BOUND: one engine takes an unbound reason for a bound one."""
TRUTH = re.compile(r"BIND\(\s*!?\s*(EXISTS|NOT EXISTS|BOUND|true|false)\b", re.IGNORECASE)
"""A truth value taken as it is: one engine makes an integer of it."""
WORDS = re.compile(r"SELECT \?found WHERE \{.*?HAVING\(COUNT\(\?word\) = \?wanted\)", re.DOTALL)
"""The search for a text among the words of the parts."""


def find_faults(name: str, text: str) -> list[str]:
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#+"))
    found = []
    if re.search(r"^#\+\s+basis:", text, re.MULTILINE) and body.count("?basis)") != body.count(BASIS):
        found.append(f"{name}: basis")
    if TRUTH.search(body):
        found.append(f"{name}: truth value")
    return found


def find_word_search(text: str) -> str:
    """Return the search for words, with any parameter and indentation as one; empty where a query has none."""
    found = WORDS.search(text)
    return " ".join(found[0].replace("?__text", "?_text").split()) if found else ""


def test_a_mark_of_inference_and_a_truth_value_have_one_form() -> None:
    assert [fault for name, text in CURRENT.items() for fault in find_faults(name, text)] == []
    assert sum(BASIS in text for text in CURRENT.values()) == sum("basis:" in text for text in CURRENT.values())


def test_words_are_searched_for_in_one_way() -> None:
    searches = {name: find_word_search(text) for name, text in CURRENT.items() if "ahg:partWords" in text}
    assert searches.keys() == {"search", "decisions"}
    assert len(set(searches.values())) == 1
    assert "" not in searches.values()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (BASIS, 'BIND(IF(BOUND(?reason), "inferred", "stated") AS ?basis)', "attendance: basis"),
        ("BIND(STRDT(IF(EXISTS", "BIND(EXISTS { ?a ?b ?c } AS ?d) BIND(STRDT(IF(EXISTS", "attendance: truth value"),
    ],
)
def test_another_form_is_refused(old: str, new: str, fault: str) -> None:
    assert old in CURRENT["attendance"]
    assert find_faults("attendance", CURRENT["attendance"].replace(old, new)) == [fault]
