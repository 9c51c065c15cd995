"""Which sections the page of each kind of thing has, by what a reader asks of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ahg_graph.namespaces import ONT
from ahg_server.columns import find_form
from ahg_server.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page of a thing: the nodes that point to it by one of `via`, or that `pattern` finds.

    `pattern` is a group of SPARQL that binds ?node from ?_thing; the prefix `ahg:` is declared. `query` names a saved
    query and the parameter that takes the thing. `hidden` are titles of columns that would repeat the page's own thing.
    Of more than `most` rows the page shows the first, and the whole section has a page of its own.
    """

    title: str
    via: tuple[str, ...] = ()
    pattern: str = ""
    query: tuple[str, str] | None = None
    hidden: tuple[str, ...] = ()
    most: int = 25

    @property
    def slug(self) -> str:
        """The title as the address of its own page has it."""
        return re.sub(r"[^a-z]+", "-", self.title.lower()).strip("-")


def _section(
    title: str, via: str = "", query: tuple[str, str] | None = None, pattern: str = "", hidden: str = "", most: int = 25
) -> Section:
    return Section(title, tuple(ONT + name for name in via.split()), pattern, query, tuple(hidden.split("/")), most)


DISPUTES = _section(
    "Where the sources differ", query=("discrepancies", "entity"), hidden="About", most=12,
    pattern="?_thing ahg:hasSituation? ?disputed . ?node ahg:discrepancyAbout ?disputed .",
)  # fmt: skip
READINGS = _section(
    "Readings",
    pattern="?_thing ahg:hasSituation? ?disputed . "
            "?discrepancy ahg:discrepancyAbout ?disputed ; ahg:hasReading ?node .",
)  # fmt: skip
"""Shown under the discrepancies that they are readings of."""
PARTS = _section("Its parts, and what rests on each", "partOfDocument")
RESTING = _section(
    "What rests on its parts", pattern="?part ahg:partOfDocument ?_thing . ?node ahg:evidencedBy ?part ."
)
"""Shown under the parts."""
_NAMES = _section("Names", "nameOf", ("names", "entity"), hidden="Of")
_ABOUT = _section("Decisions about it", "concerns establishes", ("decisions", "about"), hidden="About")
_CAME_OF_IT = _section(
    "What came of it", "earlierItem", ("follow-up-chain", "of"),
    pattern="{ ?node ahg:earlierItem ?_thing } "
            "UNION { ?item ahg:takenAt|ahg:putTo ?_thing . ?node ahg:earlierItem ?item }",
)  # fmt: skip
_CAME_BEFORE = _section(
    "What it follows", "laterItem",
    pattern="{ ?node ahg:laterItem ?_thing } "
            "UNION { ?item ahg:takenAt|ahg:putTo ?_thing . ?node ahg:laterItem ?item }",
)  # fmt: skip
_AGENT = (
    _section("Status over time", "affiliationOf", ("status-history", "agent"), hidden="Who"),
    _section("Meetings attended", "attendanceOf", ("meetings-attended", "agent"), hidden="Who"),
    _section("Meetings hosted", "hostingBy", ("hosts", "agent"), hidden="Who"),
    _section("Chairs held", "chairingBy", hidden="Who"),
    _section("Bodies co-managed", "coManagementBy", hidden="Who"),
    _section("Posts held", "postHoldingOf", hidden="Who"),
    _section("Holders of the post", "ofPost", hidden="Post"),
    _section("Proposals", "proposedBy", ("proposals", "agent"), hidden="By"),
    _section("Presentations and reports", "presentationBy", ("presentations", "agent"), hidden="Who"),
    _section("Contributions", "contributionBy", ("contributions", "agent"), hidden="Who"),
    _section("Part in initiatives", "involvementOf", hidden="Who"),
    _section("Documents signed", "signatureOf signsAs", hidden="Who"),
    _section("Tasks given to it", "tasks", ("tasks", "agent"), hidden="Addressed to"),
    _section("Decisions addressed to it", "addressedTo", ("decisions", "addressee"), hidden="Addressed to"),
    _section("Decisions it took", "takenBy", hidden="By"),
    _ABOUT,
    _CAME_BEFORE,
    _CAME_OF_IT,
    DISPUTES,
    _NAMES,
)
SECTIONS: Mapping[str, tuple[Section, ...]] = MappingProxyType(
    {
        ONT + name: sections
        for name, sections in {
            "Agent": _AGENT,
            "Body": (
                _section("Mandates", "mandateOf", hidden="Body"),
                _section("Members, invited and applying",
                         "memberIn observerIn inviteeIn acceptedInvitationIn applicantIn", hidden="Body"),
                _section("Chairs", "chairingOf", hidden="Body"),
                _section("Co-managers", "coManagementOf", hidden="Body"),
                _section("Bodies within it", "subBodyOf", ("bodies-within", "body")),
                _section("Setting up, change and succession", "bodyBefore bodyAfter affectsBody milestoneOf",
                         ("body-history", "body")),
                _section("Stages reached", "progressOf", hidden="Thing"),
                _section("Meetings",
                         pattern="?node ahg:meetingOf ?_thing ."),
                _section("Initiatives", "initiativeOf realisedBy"),
                _section("Support given to it", "cashTo inKindTo secondmentTo administrativeSupportTo", hidden="To"),
                *_AGENT,
            ),
            "Meeting": (
                _section("Who convened, hosted and chaired",
                         "asHostOf asCoHostOf asConvenorOf asCoChairOf offersToHost",
                         ("hosts", "meeting"), hidden="Event"),
                _section("Who was there", "asParticipantAt asNewMemberAt asObserverAt asOfficerAt",
                         ("attendance", "meeting"), hidden="Meeting"),
                _section("How far the list is complete", "closesListOf", hidden="List of"),
                _section("Members not on the list", "memberNotAttending", ("members-not-attending", "meeting"),
                         pattern="?node ahg:memberNotAttending ?_thing ."),
                _section("Perhaps members, not on the list", "possibleMemberNotAttending",
                         pattern="?node ahg:possibleMemberNotAttending ?_thing ."),
                _section("What was decided", "takenAt", ("decisions", "meeting"), hidden="Meeting/When", most=100),
                _section("What was proposed to it", "putTo", ("proposals", "meeting"), hidden="Put to"),
                _section("What was presented", "presentedAt", ("presentations", "meeting"), hidden="Meeting"),
                _CAME_OF_IT,
                _CAME_BEFORE,
                _section("Decisions about it", "concerns", ("decisions", "about"), hidden="About"),
                DISPUTES,
                _NAMES,
            ),
            "Decision": (_CAME_OF_IT, _CAME_BEFORE, DISPUTES),
            "Proposal": (
                _section("How it was answered", "respondsTo", hidden=""),
                _ABOUT, _CAME_OF_IT, _CAME_BEFORE, DISPUTES,
            ),
            "Initiative": (
                _section("Who leads and takes part", "asLeadOf asPartnerIn", hidden="Initiative"),
                _section("Stages reached", "progressOf", hidden="Thing"),
                _section("Steps", "milestoneOf"),
                _section("Parts of it", "partOfInitiative"),
                _section("Proposals", "proposes", hidden="Thing"),
                _ABOUT,
                _section("Presentations and reports", "presentationTopic", hidden="About"),
                _section("Support given to it", "cashTo inKindTo secondmentTo administrativeSupportTo", hidden="To"),
                _CAME_OF_IT, _CAME_BEFORE, DISPUTES, _NAMES,
            ),
            "SourceDocument": (
                _section("Who signed it", "signsDocument", hidden="Document"), PARTS, RESTING,
                _ABOUT, _CAME_OF_IT, _CAME_BEFORE, DISPUTES, _NAMES,
            ),
            "Document": (
                _section("Who signed it", "signsDocument", hidden="Document"),
                _section("Proposals", "proposes", hidden="Thing"),
                _ABOUT, _CAME_OF_IT, _CAME_BEFORE, DISPUTES, _NAMES,
            ),
            "Mandate": (_ABOUT, DISPUTES),
            "MeetingSeries": (
                _section("Meetings in order", "inSeries", ("meeting-series", "series")), DISPUTES, _NAMES,
            ),
            "Event": (_CAME_OF_IT, _CAME_BEFORE, DISPUTES, _NAMES),
            "Discrepancy": (_section("Readings", pattern="?_thing ahg:hasReading ?node ."),),
            "Code": (_section("Where it is used", pattern="?node ?link ?_thing ."),),
            "CodeList": (_section("Codes", "inCodeList", hidden="List"),),
            "DocumentPart": (_section("What rests on it", "evidencedBy"),),
            "Topic": (_ABOUT, _section("Events on it", "eventTopic"), _NAMES),
            "LegalInstrument": (
                _NAMES, _ABOUT, _section("Events on it", "eventTopic"), _section("Supplements to it", "supplements"),
            ),
            "Place": (
                _section("Events there", "heldIn", hidden="Where"), _section("Bodies seated there", "seat"), _NAMES,
            ),
        }.items()
    }
)  # fmt: skip
"""Sections by class, in the order of the page; of the classes of a thing the most specific one counts."""

FALLBACK = (DISPUTES, _NAMES)


def find_sections(classes: Iterable[str], vocabulary: Vocabulary) -> tuple[Section, ...]:
    """Return the sections for a thing of these classes."""
    return (*SECTIONS.get(find_form(SECTIONS, classes, vocabulary), FALLBACK), READINGS)
