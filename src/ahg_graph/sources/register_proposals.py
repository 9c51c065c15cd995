"""What the register gains by a document, as proposals: the document, its meeting and place, and what changes by them.

A meeting of a series is proposed after the one before it. What was implied, mentioned or planned until now and has a
record from now on is said with the line where it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ahg_graph.config.prefixes import ONT, PREFIXES, get_home, shorten
from ahg_graph.rdf.terms import Literal, NamedNode, Term, Triple
from ahg_graph.reading.document_reading import DocumentReading
from ahg_graph.sources.turtle import Sources

_MARK = "#? "
_LABEL = PREFIXES["skos"] + "prefLabel"
_ORDINALS = {
    1: "First", 2: "Second", 3: "Third", 4: "Fourth", 5: "Fifth", 6: "Sixth", 7: "Seventh", 8: "Eighth", 9: "Ninth",
    10: "Tenth", 11: "Eleventh", 12: "Twelfth", 13: "Thirteenth", 14: "Fourteenth", 15: "Fifteenth", 16: "Sixteenth",
    17: "Seventeenth", 18: "Eighteenth", 19: "Nineteenth", 20: "Twentieth",
}  # fmt: skip
_KINDS = ("statement", "report", "note")
_FIRST_PARTS = 6


class _Register:
    """The triples of the register by subject."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.about: dict[object, list[Triple]] = {}
        for triple in sources.triples("register"):
            self.about.setdefault(triple.subject, []).append(triple)

    def read(self, subject: object, name: str) -> object:
        wanted = _LABEL if name == "label" else ONT + name
        found = (t.object for t in self.about.get(subject, ()) if t.predicate.value == wanted)
        return next(found, None)

    def text(self, subject: object, name: str) -> str:
        found = self.read(subject, name)
        return found.value if isinstance(found, Literal | NamedNode) else ""

    def place(self, subject: Term, name: str) -> str:
        value = self.read(subject, name)
        found = value if isinstance(value, Literal | NamedNode) else None
        return str(self.sources.find_place(subject, NamedNode(ONT + name), found))


def propose_register(
    sources: Sources, reading: DocumentReading, key: str, document: str, meeting: str | None
) -> Iterator[str]:
    """Yield the lines of the proposals; `document` and `meeting` are slugs."""
    register = _Register(sources)
    known = get_home().documents
    if any(each.key == key for each in known):
        yield f"#! the register has a document with the key {key}"
        return
    thing = NamedNode(f"{get_home().id}meeting/{meeting}") if meeting else None
    before = _find_before(register, meeting) if meeting else None
    yield from ("######## For data/register/documents.ttl", "")
    yield from _propose_document(register, reading, key, document, meeting, before)
    if thing is None or meeting is None:
        return
    yield from ("", "######## For data/register/meetings.ttl", "")
    if thing in register.about:
        yield from _tell_changes(register, thing)
    else:
        yield from _propose_meeting(register, reading, key, meeting, before)
    if before is not None and register.read(before, "nextInSeries") is None:
        yield from ("", f"{_MARK}{shorten(before.value)} ahg:nextInSeries meeting:{meeting} .")
    if thing not in register.about:
        yield from ("", "######## For ontology/distinct.ttl", "")
        yield f"#! add meeting:{meeting} to each owl:AllDifferent list that holds meetings"


def _find_before(register: _Register, meeting: str) -> NamedNode | None:
    """Return the meeting whose slug has the number before, where the register has it."""
    match = re.fullmatch(r"(.+-)(\d+)", meeting)
    if not match or int(match[2]) < 2:
        return None
    node = NamedNode(f"{get_home().id}meeting/{match[1]}{int(match[2]) - 1:0{len(match[2])}}")
    return node if node in register.about else None


def _propose_document(
    register: _Register, reading: DocumentReading, key: str, document: str, meeting: str | None, before: Term | None
) -> Iterator[str]:
    orders = [int(register.text(each, "documentOrder") or 0) for each in register.about]
    title = " ".join(part.text for part in reading.parts if part.kind == "title").lower()
    kind = next((word for word in _KINDS if word in title), "")
    label = _find_label(register, kind, before) if before is not None else ""
    yield f'{_MARK}doc:{document} a ahg:SourceDocument ; skos:prefLabel "{label or "WHICH"}"@en ;'
    rest = [f'ahg:documentKey "{key}"', f"ahg:documentOrder {max(orders, default=0) + 1}"]
    rest += [f"ahg:kind documentkind:{kind}"] if kind else []
    rest += [f"ahg:recordsMeeting meeting:{meeting}"] if meeting else []
    yield f"{_MARK}  {' ; '.join(rest)} ."


def _propose_meeting(
    register: _Register, reading: DocumentReading, key: str, meeting: str, before: NamedNode | None
) -> Iterator[str]:
    ordinal = int(register.text(before, "seriesOrdinal") or 0) + 1 if before else 0
    label = _put_ordinal(register.text(before, "label"), ordinal) if before else ""
    yield f'{_MARK}meeting:{meeting} a ahg:Meeting ; skos:prefLabel "{label or "WHICH"}"@en ;'
    rest = ["ahg:eventStatus eventstatus:held", "ahg:attestation attestation:recorded"]
    if before is not None:
        rest += [f"ahg:{name} {shorten(register.text(before, name))}" for name in ("kind", "inSeries")]
        rest += [f"ahg:seriesOrdinal {ordinal}"] if ordinal > 1 else []
    first = next(((part, span) for part, span in reading.dates[:_FIRST_PARTS] if span.is_day), None)
    if first:
        start, end = first[1].start.isoformat(), first[1].end.isoformat()
        for name, day in (
            ("startNotBefore", start),
            ("startNotAfter", start),
            ("endNotBefore", end),
            ("endNotAfter", end),
        ):
            rest.append(f'ahg:{name} "{day}"^^xsd:date')
    opening = " ".join(part.text for part in reading.parts[:_FIRST_PARTS])
    place = _find_place(register, opening)
    rest.append(f"ahg:heldIn {place or 'place:WHICH'}")
    if first:
        rest.append(f"ahg:evidencedBy {key.lower()}:{first[0].slug}")
    yield f"{_MARK}  {' ; '.join(rest)} ."
    if not place:
        yield "#! no place of the register is named: add it to data/register/places.ttl, with the state it lies in"


def _find_place(register: _Register, text: str) -> str:
    """Return the short name of the place of the register that a text names first."""
    start = get_home().id + "place/"
    found = [
        (match.start(), shorten(subject.value))
        for subject in register.about
        if isinstance(subject, NamedNode) and subject.value.startswith(start)
        if (label := register.text(subject, "label"))
        if (match := re.search(rf"\b{re.escape(label)}\b", text, re.IGNORECASE))
    ]
    return min(found, default=(0, ""))[1]


def _tell_changes(register: _Register, thing: NamedNode) -> Iterator[str]:
    """Yield what the register says of the meeting that a record makes otherwise."""
    name = shorten(thing.value)
    attestation = register.text(thing, "attestation").rpartition("/")[2]
    if attestation not in ("", "recorded"):
        yield f"#! {register.place(thing, 'attestation')}: {name} was {attestation}; write attestation:recorded"
    if register.read(thing, "curatorsReason") is not None:
        place = register.place(thing, "curatorsReason")
        yield f"#! {place}: does the reason still hold? Take it away where the document says so itself"
    status = register.text(thing, "eventStatus").rpartition("/")[2]
    if status not in ("", "held"):
        yield f"#! {register.place(thing, 'eventStatus')}: {name} was {status}; write eventstatus:held"
    if not any(t.predicate.value == ONT + "heldIn" for t in register.about[thing]):
        yield f"#! {name} has no place yet (ahg:heldIn)"


def _find_label(register: _Register, kind: str, before: Term) -> str:
    """Return what a document of a kind on a meeting of a series is called, by the others of the series."""
    series, number = register.text(before, "inSeries"), int(register.text(before, "seriesOrdinal") or 0)
    for subject in register.about:
        recorded = register.read(subject, "recordsMeeting")
        if (
            recorded is not None
            and register.text(subject, "kind").endswith(f"/{kind}")
            and register.text(recorded, "inSeries") == series
            and (label := _put_ordinal(register.text(subject, "label"), number + 1))
        ):
            return label
    return ""


def _put_ordinal(label: str, number: int) -> str:
    """Return a label with another ordinal, or nothing where it has none or the number has no word here."""
    found, count = re.subn(rf"\b({'|'.join(_ORDINALS.values())})\b", _ORDINALS.get(number, ""), label, count=1)
    return found if count and number in _ORDINALS else ""
