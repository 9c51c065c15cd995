"""The nodes that each part of each source document supports, or why it supports none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ahg_graph.config.prefixes import ONT, PREFIXES
from ahg_graph.rdf.provenance_vocabulary import EVIDENCED_BY, PART_OF_DOCUMENT
from ahg_graph.rdf.source_location import SourceLocation
from ahg_graph.rdf.terms import Literal, NamedNode, Term
from ahg_graph.sources.turtle import Sources

_TYPE = PREFIXES["rdf"] + "type"
_PART = NamedNode(ONT + "DocumentPart")


@dataclass(frozen=True, slots=True)
class PartCoverage:
    """One part of a document: how many nodes of each class it supports, and the reason given where it supports none.

    `document` is the document's key, `kinds` maps local names of classes to numbers, `place` is where the part is
    described.
    """

    part: NamedNode
    document: str
    locator: str
    kinds: Mapping[str, int]
    reason: str
    place: SourceLocation | None

    @property
    def is_covered(self) -> bool:
        """Whether the part supports a node, or a reason says why it supports none."""
        return bool(self.kinds or self.reason)


def measure_coverage(sources: Sources) -> tuple[PartCoverage, ...]:
    """Return every part of every source document, by the order of the documents and of reading."""
    values: dict[tuple[Term, str], list[Term]] = defaultdict(list)
    resting: dict[Term, set[Term]] = defaultdict(set)
    parts: list[NamedNode] = []
    evidence = _list_evidence_properties(sources)
    for subject, predicate, value in sources.triples("register", "record"):
        values[subject, predicate.value].append(value)
        if predicate in evidence:
            resting[value].add(subject)
        elif predicate.value == _TYPE and value == _PART and isinstance(subject, NamedNode):
            parts.append(subject)

    def read(subject: Term, name: str) -> str:
        return next((v.value for v in values.get((subject, ONT + name), ()) if isinstance(v, Literal)), "")

    def count(part: NamedNode) -> Counter[str]:
        return Counter(_name_class(values.get((node, _TYPE), [])) for node in resting.get(part, ()))

    def place(part: NamedNode) -> tuple[int, int, str]:
        document = next(iter(values.get((part, PART_OF_DOCUMENT), ())), part)
        return (int(read(document, "documentOrder") or 0), int(read(part, "partOrder") or 0), part.value)

    found: list[PartCoverage] = []
    for part in sorted(dict.fromkeys(parts), key=place):
        document = next(iter(values.get((part, PART_OF_DOCUMENT), ())), part)
        kinds = dict(sorted(count(part).items()))
        reason = read(part, "noFactReason")
        key = read(document, "documentKey")
        found.append(PartCoverage(part, key, read(part, "locator"), kinds, reason, sources.find_place(part)))
    return tuple(found)


def _list_evidence_properties(sources: Sources) -> list[Term]:
    """Return the property by which a node names its evidence, and those that the ontology makes of it."""
    narrower: dict[Term, list[Term]] = defaultdict(list)
    for subject, predicate, value in sources.triples("ontology"):
        if predicate.value == PREFIXES["rdfs"] + "subPropertyOf":
            narrower[value].append(subject)
    found: list[Term] = [NamedNode(EVIDENCED_BY)]
    for wider in found:
        found += [one for one in narrower[wider] if one not in found]
    return found


def _name_class(types: list[Term]) -> str:
    """Return the local name of a node's class; the last by name of several, "thing" for none."""
    names = sorted(kind.value.rpartition("#")[2] for kind in types if isinstance(kind, NamedNode))
    return names[-1] if names else "thing"
