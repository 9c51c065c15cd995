"""What changed in the facts between two releases: added, removed, newly inferred, no longer inferred; in words.

A triple is a fact here when it has no blank node. The anonymous class expressions of the ontology, which are all that
has any, are compared as a whole, since their labels are not kept from one release to the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from ahg_graph.config.prefixes import ONT, PREFIXES, get_home, shorten
from ahg_graph.errors import ReleaseError
from ahg_graph.rdf.provenance_vocabulary import DOCUMENT_KEY, LOCATOR, PART_OF_DOCUMENT
from ahg_graph.rdf.terms import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Term, Triple, parse
from ahg_graph.rdf.vocabulary import PROV
from ahg_graph.release.atom import AtomEntry, write_feed
from ahg_graph.release.canonicalization import hash_content
from ahg_graph.release.description import name_release
from ahg_graph.release.manifest import Release, verify_release
from ahg_graph.release.serializers import write_trig
from ahg_graph.sparql.media_types import ATOM, JSON, TRIG

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_LABELS = (
    NamedNode(PREFIXES["skos"] + "prefLabel"),
    NamedNode(PREFIXES["rdfs"] + "label"),
    NamedNode(ONT + "nameText"),
    NamedNode(ONT + "summary"),
)
"""What a thing goes by, the best first."""

_LOCATOR, _PART_OF_DOCUMENT, _KEY = map(NamedNode, (LOCATOR, PART_OF_DOCUMENT, DOCUMENT_KEY))
_TITLE, _PART_OF = NamedNode(PREFIXES["dcterms"] + "title"), NamedNode(PREFIXES["dcterms"] + "isPartOf")


class TripleChange(StrEnum):
    """What became of a fact."""

    ADDED = "added"
    REMOVED = "removed"
    NEWLY_INFERRED = "newly-inferred"
    NO_LONGER_INFERRED = "no-longer-inferred"


HEADINGS: Mapping[TripleChange, str] = {
    TripleChange.ADDED: "Added",
    TripleChange.REMOVED: "Removed",
    TripleChange.NEWLY_INFERRED: "Newly inferred",
    TripleChange.NO_LONGER_INFERRED: "No longer inferred",
}


MOVES: Mapping[TripleChange, str] = {
    TripleChange.ADDED: "was inferred before",
    TripleChange.REMOVED: "is still inferred",
    TripleChange.NEWLY_INFERRED: "was stated before",
    TripleChange.NO_LONGER_INFERRED: "is stated now",
}
"""What to say of a fact that stays in the graph and only changes sides."""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that changed: what kind of thing it is about, which thing, and the rest of it in words.

    `moved` says that the fact stays in the graph and only went from inferred to asserted or back.
    """

    kind: TripleChange
    about: str
    subject: str
    label: str
    words: str
    moved: bool
    triple: Triple


@dataclass(frozen=True)
class Changes:
    """All changes, ordered by kind, kind of thing, thing and words; and whether class expressions changed."""

    changes: tuple[Change, ...]
    expressions: bool

    def count(self) -> dict[str, int]:
        """Return the number of changes of each kind."""
        return {kind.value: sum(change.kind is kind for change in self.changes) for kind in TripleChange}

    def summarise(self) -> str:
        """Return the numbers in a sentence."""
        numbers = ", ".join(f"{number} {kind.replace('-', ' ')}" for kind, number in self.count().items() if number)
        text = f"Facts: {numbers}." if numbers else "No fact changed."
        return text + (" Class expressions of the ontology changed." if self.expressions else "")


@dataclass(frozen=True)
class EarlierRelease:
    """A release to compare with, and all its quads."""

    release: Release
    quads: Sequence[Quad]


def read_earlier_release(folder: Path, identity: str) -> EarlierRelease:
    """Return the release in a folder, for comparison with the one of an identity.

    Raises ReleaseError when it is missing or damaged, or has that identity itself.
    """
    release = verify_release(folder)
    if release.identity == identity:
        raise ReleaseError(f"{folder}: a release cannot be compared with itself")
    try:
        return EarlierRelease(release, list(parse(path=str(folder / "all.trig"), format=RdfFormat.TRIG)))
    except (OSError, SyntaxError) as error:
        raise ReleaseError(f"{folder}: all.trig cannot be read ({error})") from error


def compare(earlier: Iterable[Quad], later: Iterable[Quad]) -> Changes:
    """Return what changed from one content to another."""
    old, new = _Facts(earlier), _Facts(later)
    found = [
        *_tell(TripleChange.ADDED, new.asserted - old.asserted, new, old.inferred),
        *_tell(TripleChange.REMOVED, old.asserted - new.asserted, old, new.inferred),
        *_tell(TripleChange.NEWLY_INFERRED, new.inferred - old.inferred, new, old.asserted),
        *_tell(TripleChange.NO_LONGER_INFERRED, old.inferred - new.inferred, old, new.asserted),
    ]
    return Changes(tuple(found), old.expressions != new.expressions)


class _Facts:
    """The facts of one content, and the words for its terms."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        inferred = NamedNode(get_home().inferred_graph)
        self.asserted: set[Triple] = set()
        self.inferred: set[Triple] = set()
        anonymous: list[Quad] = []
        for quad in quads:
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                anonymous.append(quad)
            else:
                (self.inferred if quad.graph_name == inferred else self.asserted).add(quad.triple)
        self.inferred -= self.asserted
        self.expressions = hash_content(anonymous)
        self._labels: dict[object, tuple[int, str]] = {}
        self._kinds: dict[object, NamedNode] = {}
        self._parts: dict[NamedNode, dict[object, NamedNode | Literal]] = {
            name: {} for name in (_LOCATOR, _PART_OF_DOCUMENT, _KEY)
        }
        for triple in sorted(self.asserted, key=str, reverse=True):
            value = triple.object
            if triple.predicate in _LABELS and isinstance(value, Literal):
                found = (_LABELS.index(triple.predicate), value.value)
                self._labels[triple.subject] = min(found, self._labels.get(triple.subject, found))
            elif triple.predicate == _TYPE and isinstance(value, NamedNode):
                self._kinds[triple.subject] = value
            elif triple.predicate in self._parts and isinstance(value, NamedNode | Literal):
                self._parts[triple.predicate][triple.subject] = value

    def name(self, term: Term) -> str:
        """Return the words for a term."""
        if isinstance(term, Literal):
            return f"“{term.value}”"
        if term in self._labels:
            return self._labels[term][1]
        locator, document = self._parts[_LOCATOR].get(term), self._parts[_PART_OF_DOCUMENT].get(term)
        if locator and document:
            key = self._parts[_KEY].get(document)
            return f"{key.value if key else self.name(document)}, {locator.value}"
        return shorten(term.value)

    def classify(self, term: Term) -> str:
        """Return the words for the kind of a thing."""
        kind = self._kinds.get(term)
        return self.name(kind) if kind else "thing of no stated kind"


def _tell(kind: TripleChange, triples: Iterable[Triple], facts: _Facts, others: set[Triple]) -> list[Change]:
    found = []
    for triple in triples:
        if not isinstance(triple.subject, NamedNode) or not isinstance(triple.object, NamedNode | Literal):
            continue  # kept apart by `_Facts`
        verb = "is a" if triple.predicate == _TYPE else facts.name(triple.predicate)
        found.append(
            Change(
                kind=kind,
                about=facts.classify(triple.subject),
                subject=triple.subject.value,
                label=facts.name(triple.subject),
                words=f"{verb} {facts.name(triple.object)}",
                moved=triple in others,
                triple=triple,
            )
        )
    return sorted(found, key=lambda found: (found.about, found.label, found.subject, found.words, str(found.triple)))


def write(changes: Changes, release: Release, earlier: Release) -> Iterator[tuple[str, bytes, str]]:
    """Yield name, bytes and media type of each file that describes the changes."""
    yield "changes.json", write_json(changes, release, earlier), JSON
    yield "changes.trig", write_graphs(changes, release, earlier), TRIG
    yield "changes.atom", write_atom(changes, release, earlier), ATOM


def write_json(changes: Changes, release: Release, earlier: Release) -> bytes:
    """Return the changes as JSON: numbers, and for each kind the things with their facts in words and as N-Triples."""
    records = []
    for change in changes.changes:
        record = {**asdict(change), "triple": f"{change.triple} ."}
        records.append(record)
    facts = {
        "release": release.identity,
        "since": earlier.identity,
        "summary": changes.summarise(),
        "counts": changes.count(),
        "expressions": changes.expressions,
        "changes": records,
    }
    return (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode()


def write_graphs(changes: Changes, release: Release, earlier: Release) -> bytes:
    """Return the changes as TriG: a graph for each kind, and which release each is a revision of."""
    new, old = name_release(release.identity), name_release(earlier.identity)
    quads = [
        Quad(new, NamedNode(PROV + "wasRevisionOf"), old, DefaultGraph()),
        Quad(new, NamedNode("http://www.w3.org/ns/dcat#previousVersion"), old, DefaultGraph()),
    ]
    for kind in TripleChange:
        graph = NamedNode(f"{new.value}/changes#{kind.value}")
        title = f"{HEADINGS[kind]} since {earlier.identity}"
        quads.append(Quad(graph, _TITLE, Literal(title, language="en"), DefaultGraph()))
        quads.append(Quad(graph, _PART_OF, new, DefaultGraph()))
        facts = (change.triple for change in changes.changes if change.kind is kind)
        quads += [Quad(fact.subject, fact.predicate, fact.object, graph) for fact in facts]
    return write_trig(quads)


def write_atom(changes: Changes, release: Release, earlier: Release) -> bytes:
    """Return the changes as an Atom feed: one entry for each thing and kind of change."""
    address = f"{name_release(release.identity).value}/changes"
    entries = []
    for number, (title, text) in enumerate(_group(changes.changes), 1):
        entries.append(AtomEntry(f"{address}#{number}", title, text, release.created, address))
    title = f"{get_home().title}: changes from {earlier.identity} to {release.identity}"
    return write_feed(address, title, release.created, entries)


def _group(changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    for (kind, about, label, _), facts in groupby(changes, key=lambda c: (c.kind, c.about, c.label, c.subject)):
        lines = [fact.words + (f" ({MOVES[kind]})" if fact.moved else "") for fact in facts]
        yield f"{HEADINGS[kind]}: {label} ({about})", "\n".join(lines)
