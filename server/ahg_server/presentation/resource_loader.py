"""A thing as the graph knows it: its facts, the nodes that state something about it, and what those name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType

from ahg_graph.config.prefixes import ALIGNED_GRAPH, INFERRED_GRAPH, ONT, PREFIXES, is_term, shorten
from ahg_graph.rdf import provenance_vocabulary as provenance
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.service.time_wording import Timespan
from ahg_graph.sparql.parameter_template import Template, parse_template
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.types import SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.presentation.page_model import LABEL, LABEL_VIEWER, TYPE, PageModel, Section
from ahg_server.presentation.vocabulary import Vocabulary

MOST_FACTS, MOST_NODES = 3000, 2000
"""How many facts and how many nodes of a section a page shows; it says so when there are more."""

Term = Mapping[str, str]

FACTS = parse_template(f"""
SELECT ?predicate ?object ?inferred WHERE {{
  GRAPH ?graph {{ ?_thing ?predicate ?object }}
  FILTER(!ISBLANK(?object) && ?graph != <{ALIGNED_GRAPH}>)
  BIND(?graph = <{INFERRED_GRAPH}> AS ?inferred)
}}
LIMIT {MOST_FACTS + 1}
""")
"""The facts whose subject ?_thing is, but for what says the same in the terms of other vocabularies."""

_ASSERTED = f"""
  {{ SELECT DISTINCT ?via ?node WHERE {{
      GRAPH ?from {{ ?node ?via ?_thing }} FILTER(?from NOT IN (<{INFERRED_GRAPH}>, <{ALIGNED_GRAPH}>) && ISIRI(?node))
    }} LIMIT {MOST_NODES + 1} }}
"""
_RDFS_LABEL = PREFIXES["rdfs"] + "label"


@dataclass(frozen=True, slots=True)
class Fact:
    """One triple, its object as the results format gives it; `inferred` says that no source states it."""

    predicate: str
    object: Term
    inferred: bool


@dataclass(frozen=True)
class ResourceSummary:
    """Anything that a page names: its own values by property, and the names of what it links."""

    iri: str
    values: Mapping[str, tuple[str, ...]]
    linked: Mapping[str, tuple[str, ...]]
    key: str = ""
    order: tuple[int, int] = (0, 0)
    time: Timespan = field(default_factory=Timespan)

    def find(self, iri: str) -> str | None:
        """Return the first value of a property."""
        return next(iter(self.values.get(iri, ())), None)

    @property
    def classes(self) -> tuple[str, ...]:
        """Its classes, inferred ones included."""
        return self.values.get(TYPE, ())

    def name(self, vocabulary: Vocabulary) -> str:
        """Return its preferred name, or what else tells it: its text, its place in a document, or what it links."""
        label = self.find(LABEL) or (self.find(_RDFS_LABEL) if is_term(self.iri) else None)
        place = self.find(provenance.LOCATOR)
        if label or place is None:
            others = (text for name in vocabulary.pages.names if (text := self.find(name)))
            return label or next(others, None) or self._compose(vocabulary)
        return f"{self.key}, {place}" if self.key else place

    def _compose(self, vocabulary: Vocabulary) -> str:
        kinds = vocabulary.list_specific(self.classes)
        parts = [
            text
            for column in vocabulary.find_columns(self.classes)
            for text in dict.fromkeys(text for p in column.properties for text in self.linked.get(p, ()))
            if not column.said_by_class
        ]
        if not parts:
            return shorten(self.iri)
        return f"{vocabulary.name(kinds[0])}: {', '.join(parts)}" if kinds else ", ".join(parts)


@dataclass(frozen=True)
class LinkedNode:
    """A node that states something about a thing: how it is reached, and its facts."""

    iri: str
    sections: frozenset[str]
    facts: tuple[Fact, ...]
    bounds: tuple[str, ...] = ()

    @cached_property
    def _objects(self) -> Mapping[str, list[Term]]:
        found: dict[str, list[Term]] = {}
        for fact in self.facts:
            found.setdefault(fact.predicate, []).append(fact.object)
        return found

    def list_objects(self, *properties: str) -> list[Term]:
        """Return the objects of some properties, each once, in the order of the properties."""
        found = [term for name in properties for term in self._objects.get(name, ())]
        return list({(t["type"], t["value"], t.get("xml:lang")): t for t in found}.values())

    def list_values(self, *properties: str) -> list[str]:
        """Return the same as plain text."""
        return [term["value"] for term in self.list_objects(*properties)]

    @property
    def time(self) -> Timespan:
        """Its bounds in time."""
        return Timespan.read(self.list_values, self.bounds)


@dataclass(frozen=True)
class ResourceView:
    """A thing and what is around it; `is_whole` says that its page leaves no node out."""

    iri: str
    facts: tuple[Fact, ...]
    nodes: tuple[LinkedNode, ...]
    items: Mapping[str, ResourceSummary]
    is_whole: bool
    bounds: tuple[str, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Its classes, inferred ones included."""
        return tuple(fact.object["value"] for fact in self.facts if fact.predicate == TYPE)

    @property
    def node(self) -> LinkedNode:
        """The thing itself, to be shown like a node."""
        return LinkedNode(self.iri, frozenset(), self.facts, self.bounds)


async def load_facts(context: SnapshotContext, iri: str, client: str) -> tuple[Fact, ...]:
    """Return the facts whose subject a thing is, asserted ones first; none when the graph does not know it."""
    text = FACTS.fill({"?_thing": (NamedNode(iri),)})
    rows = parse_table((await context.ask(SparqlQuery(text), client)).body).rows
    return _gather((row["predicate"], row["object"], row["inferred"]) for row in rows)


async def load_resource(
    context: SnapshotContext,
    vocabulary: Vocabulary,
    iri: str,
    facts: tuple[Fact, ...],
    sections: tuple[Section, ...],
    client: str,
) -> ResourceView:
    """Return a thing with its nodes and everything that its page names."""
    text = make_template(sections, vocabulary.pages.node_properties).fill({"?_thing": (NamedNode(iri),)})
    rows = parse_table((await context.ask(SparqlQuery(text), client)).body).rows
    bounds = vocabulary.pages.bounds
    nodes = gather_nodes(rows, bounds)
    named = {iri, *(fact.predicate for fact in facts)}
    for fact in (*facts, *(fact for node in nodes for fact in node.facts)):
        if fact.object["type"] == "uri" and not vocabulary.is_reverse(fact.predicate):
            named.add(fact.object["value"])
    items = await load_summaries(context, vocabulary, {*named, *(node.iri for node in nodes)}, client)
    most = max(
        (sum(via in node.sections for node in nodes) for via in {v for n in nodes for v in n.sections}), default=0
    )
    return ResourceView(iri, facts[:MOST_FACTS], nodes, items, len(facts) <= MOST_FACTS and most <= MOST_NODES, bounds)


def gather_nodes(rows: Iterable[Mapping[str, Term]], bounds: tuple[str, ...]) -> tuple[LinkedNode, ...]:
    """Return the nodes of an answer by IRI, in whatever order the rows come: what is alike otherwise stays in it."""
    reached: dict[str, set[str]] = {}
    triples: dict[str, list[tuple[Term, Term, Term]]] = {}
    for row in rows:
        node = row["node"]["value"]
        reached.setdefault(node, set()).add(row["via"]["value"])
        triples.setdefault(node, []).append((row["predicate"], row["object"], row["inferred"]))
    return tuple(LinkedNode(node, frozenset(reached[node]), _gather(triples[node]), bounds) for node in sorted(reached))


async def load_summaries(
    context: SnapshotContext, vocabulary: Vocabulary, iris: Iterable[str], client: str
) -> Mapping[str, ResourceSummary]:
    """Return what there is to name each of some IRIs by; those that nothing is known of are left out."""
    pages = vocabulary.pages
    names = (LABEL, *pages.names, provenance.LOCATOR)
    query = _ask_about("?_item ?property ?value", (*names, _RDFS_LABEL, TYPE, *pages.bounds, *provenance.OF_NAMES))
    values = await _read_values(context, query, sorted(iris), client)
    told = {*names, _RDFS_LABEL}
    nameless = sorted(iri for iri, found in values.items() if found.keys().isdisjoint(told if is_term(iri) else names))
    linked = await _read_values(context, _ask_about_links(pages), nameless, client)
    documents = {iri for found in values.values() for iri in found.get(provenance.PART_OF_DOCUMENT, ())} - values.keys()
    values |= await _read_values(context, query, sorted(documents), client)
    items = {}
    for iri, found in values.items():
        document = values.get(next(iter(found.get(provenance.PART_OF_DOCUMENT, ())), ""), {})
        key = next(iter(document.get(provenance.DOCUMENT_KEY, ())), "")
        order = (_read_number(document, provenance.DOCUMENT_ORDER), _read_number(found, provenance.PART_ORDER))
        time = Timespan.read({bound: found.get(bound, ()) for bound in pages.bounds}.__getitem__, pages.bounds)
        items[iri] = ResourceSummary(
            iri, MappingProxyType(found), MappingProxyType(linked.get(iri, {})), key, order, time
        )
    return items


async def _read_values(
    context: SnapshotContext, query: Template, iris: Sequence[str], client: str
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the answer of a query for some IRIs as IRI, property and values in order."""
    found: dict[str, dict[str, set[str]]] = {}
    for start in range(0, len(iris), 1000):
        text = query.fill({"?_item": [NamedNode(iri) for iri in iris[start : start + 1000]]})
        for row in parse_table((await context.ask(SparqlQuery(text), client)).body).rows:
            of = found.setdefault(row["item"]["value"], {})
            of.setdefault(row["property"]["value"], set()).add(row["value"]["value"])
    return {iri: {name: tuple(sorted(texts)) for name, texts in of.items()} for iri, of in found.items()}


def _read_number(values: Mapping[str, tuple[str, ...]], name: str) -> int:
    text = next(iter(values.get(name, ())), "")
    return int(text) if text.isdigit() else 0


@lru_cache
def make_template(sections: tuple[Section, ...], node_properties: tuple[str, ...]) -> Template:
    """Return the query for every node that points to ?_thing, or that a section's pattern finds, with what is asked."""
    branches = [_ASSERTED] + [
        f"{{ SELECT DISTINCT ?via ?node {{ {section.pattern} BIND('{number}' AS ?via) }} LIMIT {MOST_NODES + 1} }}"
        for number, section in enumerate(sections)
        if section.pattern
    ]
    properties = ", ".join(f"<{iri}>" for iri in node_properties)
    return parse_template(f"""
SELECT ?via ?node ?predicate ?object ?inferred WHERE {{
  {"  UNION".join(branches)}
  GRAPH ?graph {{ ?node ?predicate ?object }}
  FILTER(?predicate IN ({properties}) && !ISBLANK(?object) && ?graph != <{ALIGNED_GRAPH}>)
  BIND(?graph = <{INFERRED_GRAPH}> AS ?inferred)
}}
""")


@lru_cache
def _ask_about(pattern: str, properties: tuple[str, ...]) -> Template:
    """Return the query for what a pattern gives as ?value of each of some properties of ?_item."""
    names = ", ".join(f"<{iri}>" for iri in properties)
    return parse_template(
        f"SELECT ?item ?property ?value WHERE {{ {pattern} FILTER(?property IN ({names})) BIND(?_item AS ?item) }}"
    )


def _ask_about_links(pages: PageModel) -> Template:
    """Return the query for the names of what the columns of a node link."""
    columns = [column for found in pages.columns.values() for column in found]
    shown = (p for c in columns if not c.is_time and c.viewer != LABEL_VIEWER for p in c.properties)
    links = tuple(dict.fromkeys(p for p in shown if p.startswith(ONT)))
    return _ask_about(f"?_item ?property ?other . ?other <{LABEL}> ?value", links)


def _gather(rows: Iterable[tuple[Term, Term, Term]]) -> tuple[Fact, ...]:
    """Return facts, each once; one that any source states is not inferred."""
    found: dict[tuple[str, str, str, str | None, str | None], tuple[Term, bool]] = {}
    for predicate, term, inferred in rows:
        key = (predicate["value"], term["type"], term["value"], term.get("xml:lang"), term.get("datatype"))
        known = found.get(key)
        found[key] = (term, inferred["value"] == "true" and (known is None or known[1]))
    return tuple(
        sorted(
            (Fact(key[0], term, inferred) for key, (term, inferred) in found.items()),
            key=lambda fact: (fact.inferred, fact.predicate, fact.object["value"]),
        )
    )
