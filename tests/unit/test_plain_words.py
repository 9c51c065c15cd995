"""The words of a question: stems, numbers, spelling, dates, and ways to ask with choices."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.dates import find_span
from ahg_graph.queries.words import Lexicon, split, stem
from ahg_graph.questions.phrasings import ANY, Phrasings, expand

WAYS = Phrasings(load_catalogue(Path(__file__).parents[2] / "queries").current.values())
LEXICON = Lexicon(["smuggling", "meeting", "officials", "trafficking", "pairs"], ["canberra", "malaysia", "som"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Who attended the 7th SOM?", ["Who", "attended", "the", "7th", "SOM"]),
        ("som1", ["som", "1"]),
        ("SOM-07", ["SOM", "07"]),
        ("the group’s members", ["the", "group", "members"]),
        ("senior officials' meeting", ["senior", "officials", "meeting"]),
        ("RSO-JCLEC", ["RSO", "JCLEC"]),
        ("", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert split(text) == words


def test_stems_bring_forms_and_spellings_together() -> None:
    assert stem("organisation") == stem("organization")
    assert stem("programmes") == stem("program")
    assert stem("seventh") == stem("7th") == "#7"
    assert stem("meetings") == stem("meeting")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Canbera", "canberra"), ("smugling", "smuggling"), ("Wich", "which"), ("oficials", "officials")],
)
def test_a_slip_of_the_pen_is_put_right(written: str, meant: str) -> None:
    (word,) = LEXICON.read(written)
    assert (word.folded, word.known) == (meant, True)


@pytest.mark.parametrize("written", ["population", "hotel", "poem", "weather", "xyz", "boat"])
def test_a_word_of_something_else_stays_unknown(written: str) -> None:
    (word,) = LEXICON.read(written)
    assert (word.folded, word.known) == (written, False)


def test_a_name_is_put_right_to_a_name_alone() -> None:
    assert [word.known for word in LEXICON.read("in Paris or Canbera")] == [True, False, True, True]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("members on 5 March 2013", "2013-03-05", "2013-03-05"),
        ("members on 5th of March 2013", "2013-03-05", "2013-03-05"),
        ("members on March 5, 2013", "2013-03-05", "2013-03-05"),
        ("members on 2013-03-05", "2013-03-05", "2013-03-05"),
        ("meetings in March 2011", "2011-03", "2011-03"),
        ("meetings in may 2011", "2011-05", "2011-05"),
        ("meetings in 2012", "2012", "2012"),
        ("meetings between 2010 and 2012", "2010", "2012"),
        ("meetings from March to October 2011", "2011-03", "2011-10"),
        ("meetings from 2 February 2010 until June 2011", "2010-02-02", "2011-06"),
        ("meetings since 2012", "2012", None),
        ("meetings until August 2012", None, "2012-08"),
        ("meetings after 2011", "2012", None),
        ("meetings before March 2012", None, "2012-02"),
        ("meetings after 31 December 2012", "2013-01-01", None),
    ],
)
def test_days_that_a_question_names(text: str, first: str | None, last: str | None) -> None:
    span = find_span(LEXICON.read(text))
    assert span is not None
    assert (span.first, span.last) == (first, last)


@pytest.mark.parametrize("text", ["who may attend", "the 7th meeting", "between 2012 and 2010", "2010, 2011 and 2012"])
def test_what_is_no_span_of_days(text: str) -> None:
    assert find_span(LEXICON.read(text)) is None


def test_choices_of_a_way_to_ask() -> None:
    assert expand("who (chairs|leads) {body}") == ["who chairs {body}", "who leads {body}"]
    assert expand("(a|b) (c|d)") == ["a c", "a d", "b c", "b d"]
    assert expand("plain") == ["plain"]


def test_no_way_to_ask_is_that_of_another_query() -> None:
    taken: dict[tuple[object, ...], str] = {}
    for phrasing in WAYS.all:
        places = [phrasing.query.find_parameter(name) for name in phrasing.places]
        kinds = sorted((p.type, p.scheme or "", *p.classes) for p in places if p)
        key = (phrasing.words, *kinds, phrasing.places.count(ANY))
        assert taken.setdefault(key, phrasing.query.name) == phrasing.query.name, (key, phrasing.query.name)


def test_a_way_to_ask_without_a_word_of_its_own_has_a_place() -> None:
    assert not [p for p in WAYS.all if not any(map(WAYS.knows, p.words)) and not p.places]
