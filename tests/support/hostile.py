"""A graph whose every text is an attack, for the tests of pages with a browser and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from support.namespaces import GRAPH, ID, ONT, ONTOLOGY_GRAPH, PREFIXES
from support.servers import Running, make_snapshot, run

RDF, RDFS, SKOS, OWL, DCTERMS = (PREFIXES[name] for name in ("rdf", "rdfs", "skos", "owl", "dcterms"))
ATTACK = (
    "</script></style><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">'\"&{{7*7}}"
)


def quad(subject: str, predicate: str, value: NamedNode | Literal, graph: str = GRAPH + "record/S5") -> Quad:
    return Quad(NamedNode(subject), NamedNode(predicate), value, NamedNode(graph))


def list_hostile_quads() -> Iterator[Quad]:
    """Every kind of text that a page shows, each an attack; and two retired IRIs."""
    evil = Literal(ATTACK, language="en")
    thing, meeting, node, part, document = (
        ID + name for name in ("agent/evil", "meeting/evil", "attendance/evil", "doc/evil/p1", "doc/evil")
    )
    for iri, kind in (
        (thing, "State"),
        (thing, "Agent"),
        (meeting, "Meeting"),
        (meeting, "Event"),
        (node, "Attendance"),
        (part, "DocumentPart"),
        (document, "SourceDocument"),
    ):
        yield quad(iri, RDF + "type", NamedNode(ONT + kind))
    for iri in (thing, meeting, document):
        yield quad(iri, SKOS + "prefLabel", evil)
    yield quad(thing, ONT + "acronym", Literal(ATTACK))
    yield quad(thing, ONT + "webAddress", Literal("javascript:document.title='owned'"))
    yield quad(thing, ONT + "summary", evil)
    yield quad(node, ONT + "attendanceOf", NamedNode(thing))
    yield quad(node, ONT + "asParticipantAt", NamedNode(meeting))
    yield quad(node, ONT + "curatorsReason", evil)
    yield quad(node, ONT + "summary", evil)
    yield quad(node, ONT + "evidencedBy", NamedNode(part))
    yield quad(part, ONT + "locator", Literal(ATTACK))
    yield quad(part, ONT + "partOfDocument", NamedNode(document))
    yield quad(document, ONT + "documentKey", Literal(ATTACK))
    yield quad(meeting, ONT + "startNotBefore", Literal(ATTACK))
    yield quad(meeting, ONT + "kind", NamedNode(ID + "meeting-kind/evil"))
    yield quad(meeting, ONT + "eventStatus", NamedNode(ID + "event-status/evil"))
    yield quad(node, ONT + "capacity", NamedNode(ID + "capacity/evil"))
    yield quad(ID + "capacity/evil", SKOS + "prefLabel", evil)
    yield quad(thing, ONT + "agentKind", NamedNode(ID + "agent-kind/evil"))
    yield quad(ID + "agent-kind/evil", SKOS + "prefLabel", evil)
    yield quad(node, ONT + "atMeeting", NamedNode(meeting))
    yield from list_hostile_links(evil, thing, meeting)
    yield quad(ID + "meeting-kind/evil", SKOS + "prefLabel", evil)
    yield quad(ID + "event-status/evil", SKOS + "prefLabel", evil)
    for iri in (ONT + "State", ONT + "Meeting", ONT + "Attendance"):
        yield quad(iri, RDF + "type", NamedNode(OWL + "Class"), ONTOLOGY_GRAPH)
        yield quad(iri, RDFS + "label", evil, ONTOLOGY_GRAPH)
        yield quad(iri, SKOS + "definition", evil, ONTOLOGY_GRAPH)
    for iri in (ONT + "attendanceOf", ONT + "atMeeting"):
        yield quad(iri, RDF + "type", NamedNode(OWL + "ObjectProperty"), ONTOLOGY_GRAPH)
        yield quad(iri, RDFS + "label", evil, ONTOLOGY_GRAPH)
        yield quad(iri, RDFS + "domain", NamedNode(ONT + "Attendance"), ONTOLOGY_GRAPH)
    yield quad(ONT + "attendanceOf", RDFS + "range", NamedNode(ONT + "State"), ONTOLOGY_GRAPH)
    yield quad(ONT + "attended", RDF + "type", NamedNode(OWL + "ObjectProperty"), ONTOLOGY_GRAPH)
    yield quad(ONT + "attended", RDFS + "label", evil, ONTOLOGY_GRAPH)
    yield quad(ID + "agent/old", OWL + "deprecated", Literal(True))
    yield quad(ID + "agent/old", DCTERMS + "isReplacedBy", NamedNode(thing))
    yield quad(ID + "agent/gone", OWL + "deprecated", Literal(True))
    yield quad(ID + "agent/gone", SKOS + "prefLabel", Literal("Gone"))


def list_hostile_links(evil: Literal, thing: str, meeting: str) -> Iterator[Quad]:
    """What the pictures of bodies, of members and of decisions draw."""
    body, parent, change, status, decision, later, link, offer = (
        ID + name
        for name in (
            *("body/evil", "body/parent", "event/evil", "affiliation/evil", "decision/evil", "decision/later"),
            *("follow-up/evil", "proposal/evil"),
        )
    )
    for iri in (body, parent):
        yield quad(iri, RDF + "type", NamedNode(ONT + "Body"))
        yield quad(iri, RDF + "type", NamedNode(ONT + "Agent"))
        yield quad(iri, SKOS + "prefLabel", evil)
    yield quad(body, ONT + "subBodyOf", NamedNode(parent))
    yield quad(change, ONT + "bodyBefore", NamedNode(body))
    yield quad(change, ONT + "bodyAfter", NamedNode(parent))
    yield quad(change, ONT + "kind", NamedNode(ID + "meeting-kind/evil"))
    yield quad(status, ONT + "towardsBody", NamedNode(body))
    yield quad(status, ONT + "affiliationOf", NamedNode(thing))
    yield quad(status, ONT + "status", NamedNode(ID + "capacity/evil"))
    yield quad(status, ONT + "startNotAfter", Literal("2011-01-01"))
    for iri in (decision, later):
        yield quad(iri, RDF + "type", NamedNode(ONT + "Decision"))
        yield quad(iri, ONT + "summary", evil)
        yield quad(iri, ONT + "condition", evil)
        yield quad(iri, ONT + "takenAt", NamedNode(meeting))
        yield quad(iri, ONT + "concerns", NamedNode(body))
    yield quad(link, ONT + "earlierItem", NamedNode(decision))
    yield quad(link, ONT + "laterItem", NamedNode(later))
    yield quad(link, ONT + "curatorsReason", evil)
    yield quad(decision, ONT + "respondsTo", NamedNode(offer))
    yield quad(decision, ONT + "givesResponse", NamedNode(ID + "capacity/evil"))
    yield quad(offer, ONT + "summary", evil)


@pytest.fixture(scope="session")
def hostile(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A graph whose every text is an attack, served."""
    snapshot = make_snapshot(
        tmp_path_factory.mktemp("hostile"), list_hostile_quads(), display=home / "ontology" / "display.ttl"
    )
    with run(snapshot) as running:
        yield running
