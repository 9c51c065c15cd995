"""What of an ontology the OWL 2 RL rules do not use, or use in one direction only.

OWL 2 Profiles, section 4.2, says which axioms OWL 2 RL has. An axiom outside it is not refused: the rules draw from it
what they can, and what they leave is named here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ahg_graph.config.prefixes import PREFIXES, shorten
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.reasoning.closure.literal_tables import Values
from ahg_graph.reasoning.closure.relation_tables import Graph

_UNUSED_PROPERTIES = {
    "hasSelf": "self-restrictions",
    "minCardinality": "minimum cardinalities",
    "minQualifiedCardinality": "minimum cardinalities",
    "cardinality": "exact cardinalities",
    "qualifiedCardinality": "exact cardinalities",
    "disjointUnionOf": "disjoint unions",
    "datatypeComplementOf": "complements of datatypes",
    "onDatatype": "restrictions of datatypes",
    "onProperties": "restrictions on several properties",
    "onDataRange": "qualified cardinalities on data ranges",
    "imports": "imports, which are not followed",
}
_UNUSED_CLASSES = {"ReflexiveProperty": "reflexive properties"}
_EXISTENTIAL = {
    "someValuesFrom": "what follows from being a member of an existential restriction",
    "unionOf": "what follows from being a member of a union",
    "oneOf": "what follows from being a member of an enumeration",
}


@dataclass(frozen=True, slots=True)
class Ignored:
    """Axioms that the rules do not use: what they are, how many, and one of their subjects."""

    what: str
    count: int
    example: str

    def __str__(self) -> str:
        return f"{self.what}: {self.count} not used, for example at {self.example}"


def find_ignored(graph: Graph) -> tuple[Ignored, ...]:
    """Return what of a graph's ontology lies outside OWL 2 RL, by kind, ordered by its name."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for what, number in _scan(graph):
        counts[what] += 1
        term = graph.symbols.term(number)
        examples.setdefault(what, shorten(term.value) if isinstance(term, NamedNode) else str(term))
    return tuple(Ignored(what, count, examples[what]) for what, count in sorted(counts.items()))


def _scan(graph: Graph) -> Iterator[tuple[str, int]]:
    def table(kind: str, name: str) -> list[tuple[int, ...]]:
        number = graph.symbols.find(NamedNode(PREFIXES["owl"] + name))
        return list(graph.tables.get(f"{kind}{number}", ())) if number is not None else []

    for name, what in _UNUSED_PROPERTIES.items():
        yield from ((what, row[0]) for row in table("p", name))
    for name, what in _UNUSED_CLASSES.items():
        yield from ((what, row[0]) for row in table("c", name))
    for name in ("maxCardinality", "maxQualifiedCardinality"):
        rows = table("p", name)
        values = Values(graph.symbols)
        used = {row[0] for count in (0, 1) for row in values.tabulate_counts(count, (row[1] for row in rows))}
        yield from (("maximum cardinalities above 1", row[0]) for row in rows if row[1] not in used)
    above = _find_above(graph)
    for name, what in _EXISTENTIAL.items():
        yield from ((what, row[0]) for row in table("p", name) if row[0] in above)


def _find_above(graph: Graph) -> set[int]:
    """Return the numbers of the class expressions that some class is said to lie within."""
    found: set[int] = set()
    for name, places in (
        (PREFIXES["rdfs"] + "subClassOf", (1,)),
        (PREFIXES["rdfs"] + "domain", (1,)),
        (PREFIXES["rdfs"] + "range", (1,)),
        (PREFIXES["owl"] + "equivalentClass", (0, 1)),
    ):
        number = graph.symbols.find(NamedNode(name))
        for row in graph.tables.get(f"p{number}", ()) if number is not None else ():
            found.update(row[place] for place in places)
    return found
