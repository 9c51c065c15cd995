"""What a document touches of what was recorded before it: open discrepancies, expectations and undertakings.

Each is a question to the curator, with an answer that is kept: the document settles it, or leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ahg_graph.authoring.record_index import RecordIndex
from ahg_graph.authoring.review_log import read_log
from ahg_graph.config.prefixes import ONT, PREFIXES, shorten
from ahg_graph.rdf.source_location import SourceLocation
from ahg_graph.rdf.terms import Literal, NamedNode, Term
from ahg_graph.sources.turtle import Sources

_COMMON = 25
"""Things that more triples than that name are named everywhere: that two nodes share one says nothing."""
_SHORTEST = 8
"""Characters of a name that is looked for in a text: shorter ones stand in many words."""
_LABEL = PREFIXES["skos"] + "prefLabel"
_OPEN = frozenset(("planned", "undertaken", "proposed", "invited"))


@dataclass(frozen=True, slots=True)
class Ripple:
    """One thing recorded before that a document may settle: what it is, the question, and where it is written."""

    kind: str
    subject: NamedNode
    question: str
    place: SourceLocation | None

    @property
    def name(self) -> str:
        """The short name by which it is answered."""
        return shorten(self.subject.value)


def find_ripples(sources: Sources, key: str) -> tuple[Ripple, ...]:
    """Return what a document touches, by the place where it is written; raises UnknownName for the key of none."""
    index = RecordIndex(sources)
    document = index.find_document(key)
    parts = set(index.list_parts(document))
    resting = [
        subject
        for subject in index.about
        if isinstance(subject, NamedNode) and parts.intersection(index.list_values(subject, "evidencedBy"))
    ]
    touched = set(_list_things(index, [*resting, document]))
    own = {*resting, document, *parts}
    found = [ripple for ripple in _list_open(index, touched, own) if ripple.subject not in own]
    return tuple(sorted(found, key=lambda ripple: (ripple.kind, str(ripple.place), ripple.name)))


def find_touched(sources: Sources, text: str) -> tuple[Ripple, ...]:
    """Return what a text that is not recorded yet may touch, by the names that it has."""
    index = RecordIndex(sources)
    folded = " ".join(text.split()).lower()
    touched: set[Term] = set()
    for subject, triples in index.about.items():
        for triple in triples:
            name = str(triple.object.value) if isinstance(triple.object, Literal) else ""
            if len(name) < _SHORTEST or f" {name.lower()}" not in folded:
                continue
            if triple.predicate.value == ONT + "nameText":
                touched.update(value for value in index.list_values(subject, "nameOf"))
            elif triple.predicate.value == _LABEL:
                touched.add(subject)
    rare = {thing for thing in touched if index.times[thing] <= 4 * _COMMON}
    return tuple(sorted(_list_open(index, rare, set()), key=lambda ripple: (ripple.kind, str(ripple.place))))


def find_unanswered(home: Path, sources: Sources, key: str) -> tuple[Ripple, ...]:
    """Return what a document touches and no one has answered."""
    answered = {entry.subject for entry in read_log(home, key) if entry.kind == "ripple"}
    return tuple(ripple for ripple in find_ripples(sources, key) if ripple.name not in answered)


def _list_things(index: RecordIndex, subjects: list[NamedNode]) -> Iterator[Term]:
    """Yield the things that some nodes are about, and these themselves, save those that everything names."""
    for subject in subjects:
        yield subject
        for triple in index.about[subject]:
            value = triple.object
            if isinstance(value, NamedNode) and index.times[value] <= _COMMON and not _is_code(index, value):
                yield value


def _is_code(index: RecordIndex, value: NamedNode) -> bool:
    return bool(index.list_values(value, "inCodeList")) or "DocumentPart" in index.list_classes(value)


def _list_open(index: RecordIndex, touched: set[Term], own: set[NamedNode]) -> Iterator[Ripple]:
    followed = {value for subject in own for value in index.list_values(subject, "earlierItem")}
    for subject in list(index.about):
        if not isinstance(subject, NamedNode) or subject in own:
            continue
        place = index.sources.find_place(subject)
        shared = sorted({index.name(each) for each in _list_about(index, subject) if each in touched})
        if not shared:
            continue
        about = ", ".join(shared[:3])
        classes = index.list_classes(subject)
        if "Discrepancy" in classes:
            if not any(reading in own for reading in index.list_values(subject, "hasReading")):
                question = f"is this settled, or one reading more? {index.name(subject)} (about {about})"
                yield Ripple("discrepancy", subject, question, place)
        elif _read_status(index, subject) in _OPEN and subject not in followed:
            status = _read_status(index, subject)
            yield Ripple("expectation", subject, f"{status} before: is it recorded now? {index.name(subject)}", place)
        elif "Decision" in classes and _is_undertaking(index, subject) and subject not in followed:
            told = index.read(subject, "summary") or index.name(subject)
            yield Ripple("undertaking", subject, f"is this followed up? {told} (about {about})", place)


def _list_about(index: RecordIndex, subject: NamedNode) -> Iterator[Term]:
    yield subject
    for name in ("discrepancyAbout", "candidate", "concerns", "milestoneOf", "bodyAfter", "bodyBefore", "meetingOf"):
        yield from index.list_values(subject, name)
    for reading in index.list_values(subject, "hasReading"):
        yield from index.list_values(reading, "claimSubject")


def _read_status(index: RecordIndex, subject: NamedNode) -> str:
    found = index.list_values(subject, "eventStatus")
    return str(found[0].value).rpartition("/")[2] if found and isinstance(found[0], NamedNode) else ""


def _is_undertaking(index: RecordIndex, subject: NamedNode) -> bool:
    forces = [*index.list_values(subject, "actsAs")]
    for act in index.list_values(subject, "act"):
        forces += index.list_values(act, "forceOfAct")
    return any(isinstance(force, NamedNode) and force.value.endswith("/force/undertaking") for force in forces)
