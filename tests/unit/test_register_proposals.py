"""With a record, `new-record` proposes what the register gains, and says what a record makes otherwise there."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahg_graph.authoring.ripples import find_touched
from ahg_graph.config.prefixes import ONT, get_home
from ahg_graph.reading.document_reading import DocumentReading, read_document
from ahg_graph.sources.register_proposals import propose_register
from ahg_graph.sources.scaffold import read_act_codes, read_agents
from ahg_graph.sources.turtle import Sources, load_source, load_sources, parse_turtle

HOME = Path(__file__).parents[2]
STATEMENT = (HOME / "tests" / "cases" / "ninth" / "statement.txt").read_text(encoding="utf-8")
ID = "https://w3id.org/ahg-graph/id/"


@pytest.fixture(scope="module")
def sources() -> Sources:
    return load_sources(HOME, "ontology", "register", "record")


@pytest.fixture(scope="module")
def reading(sources: Sources) -> DocumentReading:
    return read_document(STATEMENT, read_agents(sources), read_act_codes(sources))


def test_the_document_its_meeting_and_the_next_of_the_series(sources: Sources, reading: DocumentReading) -> None:
    lines = list(propose_register(sources, reading, "S9", "ahg-som-09-statement", "ahg-som-09"))
    proposed = "\n".join(line.removeprefix("#? ") for line in lines if line.startswith("#? "))
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in get_home().prefixes.items())
    prefixes += f"@prefix s9: <{ID}doc/ahg-som-09-statement/> .\n"
    triples, _, errors = parse_turtle((prefixes + proposed).encode(), "x.ttl", blank_nodes=False)
    assert errors == []
    found = {
        (t.subject.value.removeprefix(ID), t.predicate.value.rpartition("#")[2], t.object.value.removeprefix(ID))
        for t in triples
    }
    doc, meeting = "doc/ahg-som-09-statement", "meeting/ahg-som-09"
    assert {
        (doc, "prefLabel", "Co-Chairs' Statement of the Ninth Meeting of the AHG Senior Officials"),
        (doc, "documentKey", "S9"),
        (doc, "documentOrder", str(len(get_home().documents) + 1)),
        (doc, "kind", "document-kind/statement"),
        (doc, "recordsMeeting", meeting),
        (meeting, "prefLabel", "Ninth Meeting of the AHG Senior Officials"),
        (meeting, "inSeries", "series/ahg-som"),
        (meeting, "seriesOrdinal", "9"),
        (meeting, "attestation", "attestation/recorded"),
        (meeting, "startNotBefore", "2016-02-03"),
        (meeting, "endNotAfter", "2016-02-03"),
        (meeting, "heldIn", "place/colombo"),
        ("meeting/ahg-som-08", "nextInSeries", meeting),
    } <= found
    assert "#! add meeting:ahg-som-09 to each owl:AllDifferent list that holds meetings" in lines


def test_what_was_implied_or_planned_is_said_with_its_line(
    sources: Sources, reading: DocumentReading, tmp_path: Path
) -> None:
    path = tmp_path / "later.ttl"
    path.write_text(
        f"""@prefix ahg: <{ONT}> .
@prefix attestation: <{ID}attestation/> .
@prefix eventstatus: <{ID}event-status/> .
@prefix meeting: <{ID}meeting/> .
meeting:lamps-03 a ahg:Meeting ;
  ahg:eventStatus eventstatus:planned ;
  ahg:attestation attestation:implied ;
  ahg:curatorsReason "The fourth is counted."@en .
""",
        encoding="utf-8",
    )
    later = load_source(tmp_path, path, "register", f"{ID}graph/later")
    lines = list(propose_register(Sources((*sources.files, later)), reading, "L3", "lamps-03-statement", "lamps-03"))
    assert "#! later.ttl:7: meeting:lamps-03 was implied; write attestation:recorded" in lines
    assert "#! later.ttl:8: does the reason still hold? Take it away where the document says so itself" in lines
    assert "#! later.ttl:6: meeting:lamps-03 was planned; write eventstatus:held" in lines
    assert not [line for line in lines if "distinct" in line]


def test_a_meeting_without_one_before_it_leaves_open_what_no_text_says(
    sources: Sources, reading: DocumentReading
) -> None:
    text = "\n".join(propose_register(sources, reading, "L1", "lamps", "lamps-workshop"))
    assert 'meeting:lamps-workshop a ahg:Meeting ; skos:prefLabel "WHICH"@en' in text
    assert "nextInSeries" not in text


def test_what_a_text_may_touch_is_found_by_names(sources: Sources) -> None:
    touched = {ripple.name for ripple in find_touched(sources, "They spoke of the Regional Support Office at length.")}
    assert any(name.startswith("discrepancy:rso-") for name in touched)
    assert find_touched(sources, "They spoke of lamps.") == ()
