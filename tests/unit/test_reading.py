"""What is read of a text: layouts, who attended as what, what was decided, dates, and what could not be read."""

from __future__ import annotations

from datetime import date

import pytest

from ahg_graph.reading.agent_names import AgentNames, list_states, make_agent_names
from ahg_graph.reading.attendances import find_attendances
from ahg_graph.reading.dates import find_dates
from ahg_graph.reading.decisions import find_decisions
from ahg_graph.reading.document_parts import parse_document_parts, read_document_parts
from ahg_graph.reading.document_reading import read_document

CODES = frozenset(
    (
        "accept",
        "adopt",
        "agree",
        "appoint",
        "call-for",
        "commend",
        "decide",
        "discuss",
        "encourage",
        "express-appreciation",
        "invite",
        "note",
        "plan",
        "recall",
        "recommend",
        "request",
        "review",
        "task",
        "welcome",
    )
)


@pytest.fixture(scope="module")
def known() -> AgentNames:
    return make_agent_names(
        {"Ferry Fund": ("https://example.org/id/agent/ferry-fund", "FFD")}, "https://example.org/id/agent/"
    )


def list_parts(text: str) -> list[tuple[str, str]]:
    return [(part.slug, part.text) for part in parse_document_parts(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param(
            "FERRIES\n\nOne boat sank.\n\nTwo boats came.\n\nThree boats left.\n",
            ["FERRIES", "One boat sank.", "Two boats came.", "Three boats left."],
            id="a line each",
        ),
        pytest.param(
            "FERRIES\n\n1.\nOne.\n\n2.\nTwo.\n\n3.\nThree.\n", ["FERRIES", "One.", "Two.", "Three."], id="numbers alone"
        ),
        pytest.param(
            "FERRIES\n\n1\n\nOne.\n\n2\n\nTwo.\n\n3\n\nThree.\n",
            ["FERRIES", "One.", "Two.", "Three."],
            id="bare numbers",
        ),
        pytest.param(
            "FERRIES\n1. The boat carries a harmo-\nnised flag and a life-\nlong crew.\n2. Two life-long friends.\n",
            ["FERRIES", "The boat carries a harmonised flag and a life-long crew.", "Two life-long friends."],
            id="cut words",
        ),
        pytest.param(
            "FERRIES\n\nA life-long crew.\n\nMembers agreed:\n\n– one;\n\n    o two; and\n\n    o three;\n\n– four.\n",
            ["FERRIES", "A life-long crew.", "Members agreed:", "one;", "two; and", "three;", "four."],
            id="nested",
        ),
        pytest.param(
            "FERRIES\n\nMembers agreed on:\n\none flag;\n\ntwo horns; and\n\nthree oars.\n\nThey left.\n",
            ["FERRIES", "Members agreed on:", "one flag;", "two horns; and", "three oars.", "They left."],
            id="lost marks",
        ),
        pytest.param(
            "FERRIES\n\n\ufeffThe o\ufb03ce of the\u00a0co\u00adast.\n",
            ["FERRIES", "The office of the coast."],
            id="signs",
        ),
    ],
)
def test_parts_of_many_layouts(text: str, parts: list[str]) -> None:
    assert [words for _, words in list_parts(text)] == parts


def test_page_numbers_and_running_heads_are_left_out_and_said() -> None:
    text = "RECORD OF THE FERRIES\n1. The boat that was bought last\n- 2 -\nRecord of the Ferries\nyear has sunk.\n"
    read = read_document_parts(text)
    assert [part.text for part in read.parts] == [
        "RECORD OF THE FERRIES",
        "The boat that was bought last year has sunk.",
    ]
    assert [(item.line, item.reason) for item in read.dropped] == [(3, "page-number"), (4, "running-header")]


def test_a_lost_number_is_given_to_its_paragraph_and_said() -> None:
    read = read_document_parts("FERRIES\n\n1. One.\n\n2. Two.\n\nThree it was.\n\n4. Four.\n")
    assert [part.slug for part in read.parts] == ["title", "p1", "p2", "p3", "p4"]
    assert read.missing_numbers == ((9, "3"),)


def test_numbers_that_begin_anew_are_named_by_their_section_and_said() -> None:
    read = read_document_parts("FERRIES\n\nA. Boats\n\n1. One.\n\n2. Two.\n\nB. Oars\n\n1. Three.\n\n2. Four.\n")
    assert [part.slug for part in read.parts if part.kind == "paragraph"] == ["p1", "p2", "oars-p1", "oars-p2"]
    assert read.restarts == ((11, "1."),)


def test_a_part_says_where_it_stands() -> None:
    text = "FERRIES\r\n\r\n1. One\r\nboat.\r\n"
    part = parse_document_parts(text)[1]
    assert text[part.start : part.end] == "1. One\r\nboat."
    assert (part.text, part.marker, part.lines) == ("One boat.", "1.", (3, 4))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Fiji and Tonga attended, while Japan was present as an observer.", "FJI:p TON:p JPN:o"),
        ("Delegations of Fiji and the Kingdom of Tonga were present.", "FJI:p TON:p"),
        ("It was attended by Fiji, Tonga and, as observers, Japan and Peru.", "FJI:p TON:p JPN:o PER:o"),
        ("Fiji took part; Tonga took its seat as a new member.", "FJI:p TON:n"),
        ("We, the Ministers of Fiji, Tonga and Viet Nam, met in Suva,", "FJI:p TON:p VNM:p"),
        ("Fiji was represented at ministerial level, Tonga by officials.", "FJI:p TON:p"),
        ("Fiji, joined by Japan as observer and by the Ferry Fund, attended.", "FJI:p JPN:o FFD:p"),
        ("Participants: Fiji, Tonga. Observers: Japan (online). Apologies: Peru.", "FJI:p TON:p JPN:o"),
        ("Fiji attended, as did the Lao PDR and Iran (Islamic Republic of).", "FJI:p LAO:p IRN:p"),
        ("Ten delegations participated, among them those of Fiji and Tonga.", "FJI:p TON:p"),
        ("The talks brought together patrol leaders from Fiji and, for the first time, Tonga.", "FJI:p TON:p"),
        ("The Network comprises Fiji, Tonga and Samoa.", ""),
        ("Fiji did not attend, and Tonga sent apologies.", ""),
        ("Fiji will attend the next meeting in Tonga.", ""),
        ("Fiji and Tonga participated in a joint patrol.", ""),
        ("The meeting was held in Suva, Fiji, at the invitation of Tonga.", ""),
    ],
)
def test_a_capacity_belongs_to_the_names_that_it_stands_by(sentence: str, expected: str, known: AgentNames) -> None:
    parts = parse_document_parts(f"FERRIES\n\n1. {sentence}\n\n2. They left.\n")
    found = [
        f"{item.agent.code if item.agent else item.name}:{item.capacity[0]}" for item in find_attendances(parts, known)
    ]
    assert sorted(found) == sorted(expected.split())


def test_every_state_is_known_by_each_of_its_names(known: AgentNames) -> None:
    lost = [
        (code, name)
        for code, _, names, _ in list_states()
        for name in names
        if (known.find(name) or known).code != code
    ]  # type: ignore[union-attr]
    assert lost == []
    assert len(list_states()) > 240


@pytest.mark.parametrize(
    ("sentence", "acts"),
    [
        ("Members discussed fees and requested the Fund to wait.", "discuss request"),
        ("Members heard a song and commended the singer.", "commend"),
        ("The agenda was adopted.", "adopt"),
        ("It was agreed that boats be painted.", "agree"),
        ("Ministers welcome the boat, call on owners to paint it and look forward to the race.", "welcome call-for -"),
        ("The Working Group tasks the Fund with a list.", "task"),
        ("Members took note of the agreed plan, which had been adopted by parliaments.", "note"),
        ("Members noted that Fiji had requested a boat and that an adopted plan would be reviewed.", "note"),
        ("Fiji reported that its parliament welcomed the boat.", ""),
        ("The representative of Fiji noted the list.", ""),
        ("The Network was established by its founders in 2009.", ""),
        ("A boat was requested by hauliers.", ""),
        ("They conveyed their thanks to Fiji.", "express-appreciation"),
    ],
)
def test_acts_of_the_meeting_are_found_and_others_are_not(sentence: str, acts: str, known: AgentNames) -> None:
    parts = parse_document_parts(f"FERRIES\n\n1. {sentence}\n\n2. So it was.\n")
    found = [item.act or "-" for item in find_decisions(parts, CODES, known)]
    assert found == acts.split()


def test_a_verb_before_a_list_is_said_of_each_item(known: AgentNames) -> None:
    text = "FERRIES\n\n1. Members agreed:\n\n• to paint one;\n\n• to sell one.\n\n2. "
    text += "The following recommendations were made:\n\n• a horn;\n\n• a bell.\n"
    found = [(item.part.slug, item.act, item.lead) for item in find_decisions(parse_document_parts(text), CODES, known)]
    assert found == [
        ("p1b1", "agree", "p1"),
        ("p1b2", "agree", "p1"),
        ("p2b1", "recommend", "p2"),
        ("p2b2", "recommend", "p2"),
    ]


def test_what_an_act_is_about_is_given(known: AgentNames) -> None:
    parts = parse_document_parts("FERRIES\n\n1. Members requested the Fund to wait; they left.\n\n2. So.\n")
    assert [(item.actor, item.object) for item in find_decisions(parts, CODES, known)] == [
        ("Members", "the Fund to wait")
    ]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("18 and 19 June 2019", date(2019, 6, 18), date(2019, 6, 19)),
        ("29 August - 2 September 2016", date(2016, 8, 29), date(2016, 9, 2)),
        ("30 December 2016 to 2 January 2017", date(2016, 12, 30), date(2017, 1, 2)),
        ("9–10 APRIL 2018", date(2018, 4, 9), date(2018, 4, 10)),
        ("November 4, 2021", date(2021, 11, 4), date(2021, 11, 4)),
        ("the 3rd of May 2013", date(2013, 5, 3), date(2013, 5, 3)),
        ("February 2024", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_dates_are_read(text: str, start: date, end: date) -> None:
    assert [(span.start, span.end) for span in find_dates(f"It was {text}, in Suva.")] == [(start, end)]


@pytest.mark.parametrize("text", ["31 February 2019", "12 boats in 2019", "5 May"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert [span for span in find_dates(text) if span.is_day] == []


def test_what_could_not_be_read_is_said(known: AgentNames) -> None:
    text = "FERRIES\n\n1. Fiji, Tonga and Atlantis attended.\n\n3. Members urged all to wait.\n\n"
    text += "4. Members danced.\n"
    said = {(item.code, item.message) for item in read_document(text, known, CODES).problems}
    assert ("number-missing", "no paragraph has the number 2; the next number is in line 5") in said
    assert ("name-unknown", "not recognised: Atlantis") in said
    assert ("verb-unknown", "no code of act for: urge") in said
    assert ("verb-unknown", "not known as an act: danced") in said


def test_another_language_is_named_and_only_parts_are_read(known: AgentNames) -> None:
    text = "LES BACS\n\n1. Les participants ont adopté le plan et remercié la France de son accueil.\n\n"
    text += "2. Ils sont convenus de se revoir.\n"
    reading = read_document(text, known, CODES)
    assert (reading.language, reading.is_supported) == ("fr", False)
    assert len(reading.parts) == 3
    assert (reading.attendances, reading.decisions) == ((), ())
    assert [item.code for item in reading.problems] == ["language"]
