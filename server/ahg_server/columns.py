"""What pages show of each kind of node, as tables of columns.

The table is all that a new class of the ontology needs to be shown well; a class that it does not name is still
shown, with every fact, under the names of its properties.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ahg_graph.namespaces import ONT, PREFIXES
from ahg_server.vocabulary import Vocabulary

LABEL = PREFIXES["skos"] + "prefLabel"
TYPE = PREFIXES["rdf"] + "type"
BOUNDS = tuple(ONT + name for name in ("startNotBefore", "startNotAfter", "endNotBefore", "endNotAfter"))
EVENT, STATE = "event", "state"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table of nodes: its title and the properties whose values it shows, or a form of its own.

    `form`: `label` is the node's name, `event` and `state` are its time, `values` everything else.
    """

    title: str
    properties: tuple[str, ...]
    form: str = "values"


def _column(title: str, *names: str) -> Column:
    return Column(title, tuple(ONT + name for name in names))


_NAME = Column("Name", (LABEL,), "label")
_WHEN = Column("When", BOUNDS, EVENT)
_DURING = Column("When", BOUNDS, STATE)
_KIND = _column("Kind", "kind")
_SUMMARY = _column("What", "summary")

COLUMNS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        ONT + name: columns
        for name, columns in {
            "Affiliation": (_column("Who", "affiliationOf"), _column("Status", "status"),
                            _column("Body", "towardsBody"), _DURING),
            "Attendance": (_column("Who", "attendanceOf"), _column("Meeting", "atMeeting"),
                           _column("Capacity", "capacity")),
            "Hosting": (_column("Who", "hostingBy"), _column("Event", "hostingOf"), _column("Role", "role")),
            "Chairing": (_column("Who", "chairingBy"), _column("Body", "chairingOf"), _column("Term", "term"), _DURING),
            "CoManagement": (_column("Who", "coManagementBy"), _column("Body", "coManagementOf"), _DURING),
            "Contribution": (_column("Who", "contributionBy"), _column("Kind", "contributionKind"),
                             _column("To", "contributionTo"), _SUMMARY),
            "Involvement": (_column("Who", "involvementOf"), _column("Initiative", "involvementIn"),
                            _column("Part", "involvementKind")),
            "PostHolding": (_column("Who", "postHoldingOf"), _column("Post", "ofPost"), _DURING),
            "Signature": (_column("Who", "signatureOf"), _column("Document", "signsDocument"),
                          _column("As", "signsAs")),
            "Presentation": (_column("Who", "presentationBy"), _column("Meeting", "presentedAt"),
                             _column("Form", "form"), _SUMMARY, _column("About", "presentationTopic")),
            "Decision": (_SUMMARY, _column("Act", "act"),
                         _column("Meeting", "takenAt"), _column("By", "takenBy"),
                         _column("Addressed to", "addressedTo"), _column("About", "concerns"), _WHEN),
            "Proposal": (_NAME, _column("By", "proposedBy"), _column("Put to", "putTo"), _column("Thing", "proposes"),
                         _column("Response", "response")),
            "FollowUp": (_column("Earlier", "earlierItem"), _column("Later", "laterItem"), _SUMMARY),
            "Progress": (_column("Thing", "progressOf"), _column("Stage", "stage"), _WHEN, _SUMMARY),
            "Mandate": (_column("Mandate", "summary"), _column("Body", "mandateOf"), _DURING),
            "Event": (_NAME, _KIND, _SUMMARY, _WHEN, _column("Where", "heldIn"), _column("Before", "bodyBefore"),
                      _column("After", "bodyAfter"), _column("Begins", "beginsStatus"), _column("Ends", "endsStatus")),
            "Meeting": (_NAME, _WHEN, _column("Where", "heldIn"), _KIND, _column("State", "eventStatus")),
            "Reading": (_column("Reading", "summary"), _column("Standing", "rank")),
            "Claim": (_column("Reading", "summary"), _column("About", "claimSubject"),
                      _column("Says", "claimPredicate"), _column("Value", "claimObject", "claimValue"),
                      _column("Standing", "rank")),
            "Discrepancy": (_NAME, _KIND, _column("About", "discrepancyAbout"),
                            _column("What the graph holds", "ruling")),
            "Name": (_column("Name", "nameText"), _KIND, _column("Of", "nameOf")),
            "ClosedList": (_column("List of", "closesListOf"),
                           _column("Complete for members of", "completeForMembersOf")),
            "DocumentPart": (_column("Place", "locator"), _KIND,
                             _column("Nothing rests on it because", "noFactReason")),
            "Document": (_NAME, _KIND),
            "Initiative": (_NAME, _KIND),
            "MeetingSeries": (_NAME, _column("Of", "seriesOf")),
            "Place": (_NAME, _column("In", "inState")),
            "Code": (_NAME, Column("Meaning", (PREFIXES["skos"] + "definition",)), _column("List", "inCodeList")),
            "Agent": (_NAME, _KIND),
        }.items()
    }
)  # fmt: skip
"""Columns by class; of the classes of a node the most specific one that stands here counts."""

PLAIN = (_NAME,)

PROPERTIES = tuple(
    dict.fromkeys(
        (
            *(p for columns in COLUMNS.values() for column in columns for p in column.properties),
            *(
                ONT + name
                for name in ("evidencedBy", "curatorsReason", "disputedBy", "summary", "condition", "readingOf")
            ),
            TYPE,
        )
    )
)
"""Everything that is asked of a node that is shown in a table."""

FACTS = tuple(
    ONT + name
    for name in (
        "kind",
        "nameText",
        "nameOf",
        "claimSubject",
        "claimPredicate",
        "claimObject",
        "claimValue",
        "act",
        "condition",
        "takenAt",
        "takenBy",
        "addressedTo",
        "tasks",
        "concerns",
        "establishes",
        "respondsTo",
        "givesResponse",
        "response",
        "summary",
        "ruling",
        "rank",
        "status",
        "capacity",
        "role",
        "contributionKind",
        "involvementKind",
        "heldIn",
        "eventStatus",
        "attestation",
        "inSeries",
        "seriesOrdinal",
        "meetingOf",
        "previousInSeries",
        "nextInSeries",
        "subBodyOf",
        "succeeds",
        "precedes",
        "latestMandate",
        "recordedBy",
        "curatorsReason",
    )
)
"""Facts in the order in which a page shows them; the others follow by name."""

LEADING = frozenset(
    ONT + name
    for name in (
        "status",
        "capacity",
        "role",
        "contributionKind",
        "involvementKind",
        "response",
        "meetingOf",
        "previousInSeries",
        "succeeds",
        "precedes",
        "latestMandate",
        "recordedBy",
        "followsUp",
        "followedUpBy",
    )
)
"""Inferred facts that are shown beside the asserted ones; the others stand together at the end of the page."""


def find_columns(classes: Iterable[str], vocabulary: Vocabulary) -> tuple[Column, ...]:
    """Return the columns for a node of these classes."""
    return COLUMNS.get(find_form(COLUMNS, classes, vocabulary), PLAIN)


def find_form(table: Mapping[str, object], classes: Iterable[str], vocabulary: Vocabulary) -> str:
    """Return the most specific of some classes that a table names; empty when it names none."""
    known = [iri for iri in classes if iri in table]
    general = {above for iri in known for above in vocabulary.list_above(iri)}
    return min((iri for iri in known if iri not in general), default="")
