"""A thing as the graph knows it: its facts, the nodes that state something about it, and what those name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType

from ahg_graph.namespaces import INFERRED_GRAPH, ONT, PREFIXES, is_term, shorten
from ahg_graph.records import parse_table
from ahg_graph.results import Question
from ahg_graph.template import Template, parse_template
from ahg_graph.terms import NamedNode
from ahg_server.columns import BOUNDS, COLUMNS, LABEL, PROPERTIES, TYPE, find_columns
from ahg_server.sections import Section
from ahg_server.serving import Serving
from ahg_server.timespans import Timespan
from ahg_server.vocabulary import Vocabulary

MOST_FACTS, MOST_NODES = 3000, 2000
"""How many facts and how many nodes of a section a page shows; it says so when there are more."""

Term = Mapping[str, str]

FACTS = parse_template(f"""
SELECT ?predicate ?object ?inferred WHERE {{
  GRAPH ?graph {{ ?_thing ?predicate ?object }}
  FILTER(!ISBLANK(?object))
  BIND(?graph = <{INFERRED_GRAPH}> AS ?inferred)
}}
LIMIT {MOST_FACTS + 1}
""")
"""The facts whose subject ?_thing is."""

_ASSERTED = f"""
  {{ SELECT DISTINCT ?via ?node WHERE {{
      GRAPH ?from {{ ?node ?via ?_thing }} FILTER(?from != <{INFERRED_GRAPH}> && ISIRI(?node))
    }} LIMIT {MOST_NODES + 1} }}
"""
_ITEM_PROPERTIES = (
    LABEL, PREFIXES["rdfs"] + "label", TYPE, PREFIXES["skos"] + "notation", *BOUNDS,
    *(ONT + name for name in ("summary", "nameText", "locator", "partOrder", "partOfDocument", "documentKey",
      "documentOrder", "acronym")),
)  # fmt: skip
_TOLD_BY_CLASS = frozenset(("Capacity", "Role", "Kind", "Part", "Status"))
"""Columns whose codes the name of the most specific class says too."""
_DOCUMENT = ONT + "partOfDocument"
_NAMES = frozenset((LABEL, PREFIXES["rdfs"] + "label", *(ONT + name for name in ("nameText", "summary", "locator"))))


@dataclass(frozen=True, slots=True)
class Fact:
    """One triple, its object as the results format gives it; `inferred` says that no source states it."""

    predicate: str
    object: Term
    inferred: bool


@dataclass(frozen=True)
class Item:
    """Anything that a page names: its own values by property, and the names of what it links."""

    iri: str
    values: Mapping[str, tuple[str, ...]]
    linked: Mapping[str, tuple[str, ...]]
    key: str = ""
    order: tuple[int, int] = (0, 0)

    def find(self, iri: str) -> str | None:
        """Return the first value of a property."""
        return next(iter(self.values.get(iri, ())), None)

    @property
    def classes(self) -> tuple[str, ...]:
        """Its classes, inferred ones included."""
        return self.values.get(TYPE, ())

    @property
    def time(self) -> Timespan:
        """Its bounds in time."""
        return Timespan(*(self.find(bound) for bound in BOUNDS))

    def name(self, vocabulary: Vocabulary) -> str:
        """Return its preferred name, or what else tells it: its text, its place in a document, or what it links."""
        label = self.find(LABEL) or self.find(PREFIXES["rdfs"] + "label")
        place = self.find(ONT + "locator")
        if label or place is None:
            return label or self.find(ONT + "nameText") or self.find(ONT + "summary") or self._compose(vocabulary)
        return f"{self.key}, {place}" if self.key else place

    def _compose(self, vocabulary: Vocabulary) -> str:
        kinds = vocabulary.list_specific(self.classes)
        parts = [
            text
            for column in find_columns(self.classes, vocabulary)
            for text in dict.fromkeys(text for p in column.properties for text in self.linked.get(p, ()))
            if column.title not in _TOLD_BY_CLASS
        ]
        if not parts:
            return shorten(self.iri)
        return f"{vocabulary.name(kinds[0])}: {', '.join(parts)}" if kinds else ", ".join(parts)


@dataclass(frozen=True)
class Node:
    """A node that states something about a thing: how it is reached, and its facts."""

    iri: str
    sections: frozenset[str]
    facts: tuple[Fact, ...]

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
        return Timespan(*(next(iter(self.list_values(bound)), None) for bound in BOUNDS))


@dataclass(frozen=True)
class Thing:
    """A thing and what is around it; `is_whole` says that its page leaves no node out."""

    iri: str
    facts: tuple[Fact, ...]
    nodes: tuple[Node, ...]
    items: Mapping[str, Item]
    is_whole: bool

    @property
    def classes(self) -> tuple[str, ...]:
        """Its classes, inferred ones included."""
        return tuple(fact.object["value"] for fact in self.facts if fact.predicate == TYPE)

    @property
    def node(self) -> Node:
        """The thing itself, to be shown like a node."""
        return Node(self.iri, frozenset(), self.facts)


async def read_facts(serving: Serving, iri: str, client: str) -> tuple[Fact, ...]:
    """Return the facts whose subject a thing is, asserted ones first; none when the graph does not know it."""
    text = FACTS.fill({"?_thing": (NamedNode(iri),)})
    rows = parse_table((await serving.ask(Question(text), client)).body).rows
    return _gather((row["predicate"], row["object"], row["inferred"]) for row in rows)


async def read_thing(
    serving: Serving,
    vocabulary: Vocabulary,
    iri: str,
    facts: tuple[Fact, ...],
    sections: tuple[Section, ...],
    client: str,
) -> Thing:
    """Return a thing with its nodes and everything that its page names."""
    text = make_template(sections).fill({"?_thing": (NamedNode(iri),)})
    rows = parse_table((await serving.ask(Question(text), client)).body).rows
    reached: dict[str, set[str]] = {}
    triples: dict[str, list[tuple[Term, Term, Term]]] = {}
    for row in rows:
        node = row["node"]["value"]
        reached.setdefault(node, set()).add(row["via"]["value"])
        triples.setdefault(node, []).append((row["predicate"], row["object"], row["inferred"]))
    nodes = tuple(Node(node, frozenset(via), _gather(triples[node])) for node, via in reached.items())
    named = {iri, *(fact.predicate for fact in facts)}
    for fact in (*facts, *(fact for node in nodes for fact in node.facts)):
        if fact.object["type"] == "uri" and not vocabulary.is_reverse(fact.predicate):
            named.add(fact.object["value"])
    items = await read_items(serving, {*named, *reached}, client)
    most = max(
        (sum(via in node.sections for node in nodes) for via in {v for n in nodes for v in n.sections}), default=0
    )
    return Thing(iri, facts[:MOST_FACTS], nodes, items, len(facts) <= MOST_FACTS and most <= MOST_NODES)


async def read_items(serving: Serving, iris: Iterable[str], client: str) -> Mapping[str, Item]:
    """Return what there is to name each of some IRIs by; those that nothing is known of are left out."""
    values = await _read_values(serving, _ITEM_QUERY, sorted(iris), client)
    nameless = sorted(iri for iri, found in values.items() if found.keys().isdisjoint(_NAMES))
    linked = await _read_values(serving, _LINKS_QUERY, nameless, client)
    documents = {iri for found in values.values() for iri in found.get(_DOCUMENT, ())} - values.keys()
    values |= await _read_values(serving, _ITEM_QUERY, sorted(documents), client)
    items = {}
    for iri, found in values.items():
        document = values.get(next(iter(found.get(_DOCUMENT, ())), ""), {})
        key = next(iter(document.get(ONT + "documentKey", ())), "")
        order = (_read_number(document, "documentOrder"), _read_number(found, "partOrder"))
        items[iri] = Item(iri, MappingProxyType(found), MappingProxyType(linked.get(iri, {})), key, order)
    return items


async def _read_values(
    serving: Serving, query: Template, iris: Sequence[str], client: str
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the answer of a query for some IRIs as IRI, property and values in order."""
    found: dict[str, dict[str, set[str]]] = {}
    for start in range(0, len(iris), 1000):
        text = query.fill({"?_item": [NamedNode(iri) for iri in iris[start : start + 1000]]})
        for row in parse_table((await serving.ask(Question(text), client)).body).rows:
            of = found.setdefault(row["item"]["value"], {})
            of.setdefault(row["property"]["value"], set()).add(row["value"]["value"])
    return {iri: {name: tuple(sorted(texts)) for name, texts in of.items()} for iri, of in found.items()}


def _read_number(values: Mapping[str, tuple[str, ...]], name: str) -> int:
    text = next(iter(values.get(ONT + name, ())), "")
    return int(text) if text.isdigit() else 0


@lru_cache
def make_template(sections: tuple[Section, ...]) -> Template:
    """Return the query for every node that points to ?_thing, or that a section's pattern finds, with its facts."""
    branches = [_ASSERTED] + [
        f"{{ SELECT DISTINCT ?via ?node {{ {section.pattern} BIND('{number}' AS ?via) }} LIMIT {MOST_NODES + 1} }}"
        for number, section in enumerate(sections)
        if section.pattern
    ]
    properties = ", ".join(f"<{iri}>" for iri in PROPERTIES)
    return parse_template(f"""PREFIX ahg: <{ONT}>
SELECT ?via ?node ?predicate ?object ?inferred WHERE {{
  {"  UNION".join(branches)}
  GRAPH ?graph {{ ?node ?predicate ?object }}
  FILTER(?predicate IN ({properties}) && !ISBLANK(?object))
  BIND(?graph = <{INFERRED_GRAPH}> AS ?inferred)
}}
""")


_LINKS = tuple(
    dict.fromkeys(
        p
        for columns in COLUMNS.values()
        for column in columns
        if column.form == "values"
        for p in column.properties
        if is_term(p)
    )
)


def _ask_about(pattern: str, properties: Iterable[str]) -> Template:
    names = ", ".join(f"<{iri}>" for iri in properties)
    return parse_template(
        f"SELECT ?item ?property ?value WHERE {{ {pattern} FILTER(?property IN ({names})) BIND(?_item AS ?item) }}"
    )


_ITEM_QUERY = _ask_about("?_item ?property ?value", _ITEM_PROPERTIES)
_LINKS_QUERY = _ask_about(f"?_item ?property ?other . ?other <{LABEL}> ?value", _LINKS)


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
