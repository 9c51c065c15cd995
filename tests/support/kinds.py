"""One address for every kind of page, over the real graph; tests of HTML, accessibility and budgets read the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from support.namespaces import GRAPH, ID, ONT, ONTOLOGY_GRAPH, PREFIXES
from support.releases import serve_pair
from support.servers import Running

MEMBER = "/explain?subject=united-states&predicate=isOrWasMemberOf&object=body:ahg"
FIRST_DAY = (
    "/explain?subject=meeting:ahg-som-01&predicate=startNotBefore"
    "&object=%222009-06-27%22%5E%5E%3Chttp://www.w3.org/2001/XMLSchema%23date%3E"
)

READING = {
    "home": "/",
    "state": "/id/agent/united-states.html",
    "organisation": "/id/agent/unhcr.html",
    "person": "/id/agent/craig-chittick.html",
    "meeting": "/id/meeting/ahg-som-05.html",
    "long-meeting": "/id/meeting/ahg-som-07.html",
    "section": "/id/meeting/ahg-som-07.html?only=what-it-follows",
    "disputed-meeting": "/id/meeting/ahg-som-01.html",
    "series": "/id/series/ahg-som.html",
    "decision": "/id/decision/s5-p4-2.html",
    "proposal": "/id/proposal/p8-b6-policy-guides.html",
    "initiative": "/id/initiative/rso-establishment.html",
    "body": "/id/body/ahg.html",
    "office": "/id/body/rso.html",
    "document": "/id/doc/ahg-progress-report-2013.html",
    "part": "/id/doc/ahg-som-05-statement/p4.html",
    "affiliation": "/id/affiliation/ahg-united-states-member.html",
    "discrepancy": "/id/discrepancy/ahg-som-01-first-day.html",
    "code": "/id/act/agree.html",
    "graph": "/graph/record/S5.html",
    "ontology": "/ont.html",
    "search": "/search?q=training",
    "search-near": "/search?q=Indonezia",
    "search-empty": "/search?q=zzzzqqqq",
    "questions": "/queries",
    "question": "/queries/attendance?meeting=ahg-som-05",
    "question-evidence": "/queries/members-on-date?body=ahg&date=2013-03-05&evidence=1",
    "question-empty": "/queries/attendance?meeting=ahg-som-02",
    "question-graph": "/queries/meeting-record?meeting=ahg-som-07&evidence=1",
    "explain-stated": "/explain?subject=decision:s5-p4-2&predicate=act&object=act:agree",
    "explain-disputed": FIRST_DAY,
    "explain-open": "/explain?subject=canada&predicate=isOrWasMemberOf&object=body:ahg",
    "no-downloads": "/downloads",
    "api": "/docs",
    "guide": "/guide",
    "guide-page": "/guide/tables",
    "guide-search": "/guide?q=spreadsheet",
}
"""Pages to read: each has to be small and to be painted soon."""

DRAWN = {
    "timeline": "/pictures/timeline",
    "attendance": "/pictures/attendance",
    "membership": "/pictures/membership",
    "life": "/pictures/life?of=rso",
    "bodies": "/pictures/bodies",
    "proof": MEMBER,
}
"""Pages with a chart."""

OTHERS = {
    "pictures": "/pictures",
    "life-of-what": "/pictures/life",
    "life-empty": "/pictures/life?of=pakistan",
    "explain": "/explain",
    "editor": "/sparql",
    "unasked": "/search",
}

WRONG = {
    "unknown-thing": ("/id/agent/pakstan.html", 404),
    "unknown-address": ("/nothing", 404),
    "unknown-picture": ("/pictures/none", 404),
    "wrong-value": ("/queries/attendance?meeting=ahg-sum-05", 422),
    "wrong-parameter": ("/queries/attendance?meting=ahg-som-05", 422),
    "wrong-subject": ("/explain?subject=atlantis&predicate=isOrWasMemberOf&object=body:ahg", 422),
    "wrong-body": ("/pictures/membership?body=canada", 422),
    "wrong-query": ("/sparql?query=SELECT", 400),
}
"""Pages that say what is wrong, with their status."""

EVERY = {**READING, **DRAWN, **OTHERS, **{name: path for name, (path, _) in WRONG.items()}}


@contextmanager
def serve_releases(folder: Path) -> Iterator[tuple[Running, dict[str, str]]]:
    """Serve a small graph with two releases; yields the server and the pages of downloads, by kind."""

    def quad(subject: str, predicate: str, value: NamedNode | Literal, graph: str) -> Quad:
        return Quad(NamedNode(subject), NamedNode(predicate), value, NamedNode(graph))

    label = PREFIXES["skos"] + "prefLabel"
    meeting, record = ID + "meeting/m", GRAPH + "record/S5"
    common = [
        quad(meeting, PREFIXES["rdf"] + "type", NamedNode(ONT + "Meeting"), record),
        quad(ONT + "Meeting", PREFIXES["rdf"] + "type", NamedNode(PREFIXES["owl"] + "Class"), ONTOLOGY_GRAPH),
    ]
    old = [*common, quad(meeting, label, Literal("Meeting", language="en"), record)]
    new = [*common, quad(meeting, label, Literal("<b>Meeting</b> & 'more'", language="en"), record)]
    with serve_pair(folder, old, new) as (running, _, after):
        release = f"/downloads/{after.identity}"
        yield running, {"downloads": "/downloads", "release": release, "changes": f"{release}/changes"}
