"""What a record lacks that no shape can ask for: a word on each part of a document, and what is declared different."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from ahg_graph.config.prefixes import ONT, PREFIXES, shorten
from ahg_graph.errors import BuildError
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.sources.coverage import measure_coverage
from ahg_graph.sources.turtle import Sources

_RDF, _OWL = PREFIXES["rdf"], PREFIXES["owl"]
_SHOWN = 3
"""Things that a message names, before it counts the rest."""


def check_coverage(sources: Sources) -> list[BuildError]:
    """Return a problem for each part of a document from which nothing is taken and that does not say why."""
    return [
        BuildError(f"{part.place}: {part.document} {part.locator} has no facts; state some, or give ahg:noFactReason")
        for part in measure_coverage(sources)
        if not part.is_covered
    ]


def check_distinctness(sources: Sources) -> list[BuildError]:
    """Return what the lists of what is all different leave out, or close though a discrepancy leaves it open.

    Classes whose things stand in one list are compared with each other; of a class without a list nothing is asked.
    """
    lists = list(read_lists(sources))
    kinds = _read_classes(sources)
    groups = group_classes(lists, kinds)
    open_pairs: set[frozenset[object]] = _read_open_pairs(sources)
    declared: set[frozenset[object]] = {frozenset(pair) for members in lists for pair in combinations(members, 2)}
    registered: dict[int, list[NamedNode]] = defaultdict(list)
    for thing, classes in kinds.items():
        for number in {groups[each] for each in classes if each in groups}:
            registered[number].append(thing)
    missing: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    problems: list[BuildError] = []
    for things in registered.values():
        for one, other in combinations(sorted(things, key=str), 2):
            pair: frozenset[object] = frozenset((one, other))
            if pair not in declared and pair not in open_pairs:
                missing[one].append(other)
                missing[other].append(one)
            elif pair in declared and pair in open_pairs:
                told = f"{shorten(one.value)} and {shorten(other.value)} are declared different"
                advice = "a discrepancy leaves open whether they are one; take one of them out of the list"
                problems.append(BuildError(f"{sources.find_place(one)}: {told}, and {advice}"))
    return [*problems, *(_tell(thing, others, sources) for thing, others in _choose(missing))]


def _choose(missing: Mapping[NamedNode, Sequence[NamedNode]]) -> Iterator[tuple[NamedNode, list[NamedNode]]]:
    """Yield few things that account for all the missing pairs: those with most of them first."""
    left = {thing: set(others) for thing, others in missing.items()}
    while left:
        thing = max(left, key=lambda each: (len(left[each]), each.value))
        others = left.pop(thing)
        yield thing, sorted(others, key=str)
        for other in others:
            left[other].discard(thing)
            if not left[other]:
                del left[other]


def _tell(thing: NamedNode, others: Sequence[NamedNode], sources: Sources) -> BuildError:
    shown = ", ".join(shorten(other.value) for other in others[:_SHOWN])
    more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
    advice = "add it to owl:AllDifferent lists that hold these, or record the discrepancy of which both are candidates"
    return BuildError(
        f"{sources.find_place(thing)}: {shorten(thing.value)} is not declared different from {shown}{more}; {advice}"
    )


def read_lists(sources: Sources) -> Iterator[list[NamedNode]]:
    """Yield the members of each list of things that are all different."""
    values: dict[tuple[object, str], object] = {}
    heads: list[object] = []
    for triple in sources.triples("ontology"):
        if triple.predicate.value in (_RDF + "first", _RDF + "rest"):
            values[triple.subject, triple.predicate.value] = triple.object
        elif triple.predicate.value == _OWL + "distinctMembers":
            heads.append(triple.object)
    for head in heads:
        members: list[NamedNode] = []
        rest = head
        while member := values.get((rest, _RDF + "first")):
            if isinstance(member, NamedNode):
                members.append(member)
            rest = values[rest, _RDF + "rest"]
        yield members


def group_classes(
    lists: Sequence[Sequence[NamedNode]], kinds: Mapping[NamedNode, set[NamedNode]]
) -> dict[NamedNode, int]:
    """Return for each class whose things stand in a list the number of its group: one list, one group."""
    groups: dict[NamedNode, int] = {}
    for number, members in enumerate(lists):
        classes = set().union(*(kinds.get(member, set()) for member in members))
        old = {groups[each] for each in classes if each in groups}
        groups |= {each: number for each, group in groups.items() if group in old}
        groups |= dict.fromkeys(classes, number)
    return groups


def _read_classes(sources: Sources) -> dict[NamedNode, set[NamedNode]]:
    """Return the classes of each registered thing."""
    found: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for triple in sources.triples("register"):
        subject, kind = triple.subject, triple.object
        if triple.predicate.value == _RDF + "type" and isinstance(subject, NamedNode) and isinstance(kind, NamedNode):
            found[subject].add(kind)
    return found


def _read_open_pairs(sources: Sources) -> set[frozenset[object]]:
    about: dict[object, set[object]] = defaultdict(set)
    for triple in sources.triples("register", "record"):
        if triple.predicate.value == ONT + "candidate":
            about[triple.subject].add(triple.object)
    return {frozenset(pair) for things in about.values() for pair in combinations(sorted(things, key=str), 2)}
