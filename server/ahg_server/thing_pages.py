"""What the page of a thing shows: its facts, its sections, where the sources differ, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ahg_graph.namespaces import ONT, PREFIXES
from ahg_server import links
from ahg_server.columns import (
    BOUNDS,
    COLUMNS,
    EVENT,
    FACTS,
    LABEL,
    LEADING,
    STATE,
    TYPE,
    Column,
    find_columns,
    find_form,
)
from ahg_server.sections import DISPUTES, PARTS, READINGS, RESTING, Section
from ahg_server.things import Fact, Item, Node, Term, Thing
from ahg_server.timespans import show_day
from ahg_server.vocabulary import Vocabulary

Shown = dict[str, Any]

_EVIDENCE, _REASON, _DISPUTED = ONT + "evidencedBy", ONT + "curatorsReason", ONT + "disputedBy"
_CLAIM = tuple(ONT + name for name in ("claimPredicate", "claimObject", "claimValue"))
_STATES = frozenset(ONT + name for name in ("Affiliation", "Mandate", "Chairing", "CoManagement", "PostHolding"))
_EVENTS = frozenset((ONT + "Event", ONT + "Meeting"))
_TOLD_ELSEWHERE = frozenset(
    (TYPE, LABEL, _EVIDENCE, _REASON, *BOUNDS, ONT + "hasReading", ONT + "partOrder", PREFIXES["owl"] + "differentFrom")
)
_POINTED_AT = frozenset(
    ONT + name for name in ("evidencedBy", "claimSubject", "claimObject", "discrepancyAbout", "hasReading")
)
_DATE = PREFIXES["xsd"] + "date"


class ThingPage:
    """The page of one thing in the words of one vocabulary."""

    def __init__(self, thing: Thing, vocabulary: Vocabulary, sections: Sequence[Section]) -> None:
        self._thing = thing
        self._words = vocabulary
        self._sections = tuple(sections)

    @property
    def title(self) -> str:
        """The name of the thing."""
        own = self._thing.get_item(self._thing.iri)
        return own.name(self._words)

    def describe(self) -> Shown:
        """Return what the template shows."""
        thing = self._thing
        kinds = self._words.list_specific(thing.classes)
        return {
            "title": self.title,
            "iri": thing.iri,
            "kinds": [{"text": self._words.name(kind), "link": links.find_thing(kind)} for kind in kinds],
            "facts": list(self._list_facts()),
            "reason": next(iter(thing.node.list_values(_REASON)), None),
            "evidence_parts": self._show_evidence(thing.node),
            "pictures": [],
            "sections": [shown for section in self._sections if (shown := self._show_section(section))],
            "others": list(self._list_others()),
            "inferred": list(self._list_inferred()),
            "is_whole": thing.is_whole,
        }

    # ---- the thing's own facts

    def _list_facts(self) -> Iterator[Shown]:
        """Yield the facts that sources state, with the inferred ones that belong beside them."""
        groups: dict[str, list[Fact]] = {}
        for fact in self._thing.facts:
            if fact.predicate not in _TOLD_ELSEWHERE and (not fact.inferred or fact.predicate in LEADING):
                groups.setdefault(fact.predicate, []).append(fact)
        time = self._thing.node.time
        if time.is_known:
            is_state = find_form(COLUMNS, self._thing.classes, self._words) in _STATES
            first = next(f for bound in BOUNDS for f in self._thing.facts if f.predicate == bound)
            text = time.describe_state() if is_state else time.describe_event()
            value: Shown = {
                "text": text,
                "link": None,
                "when": "",
                "inferred": first.inferred,
                "evidence": [],
                "proof": self._link_proof(first),
            }
            yield {
                "name": "when",
                "link": links.find_thing(BOUNDS[0]),
                "values": [value],
                "disputed": self._list_disputes(),
            }
        order = {iri: place for place, iri in enumerate(FACTS)}
        for predicate in sorted(groups, key=lambda iri: (order.get(iri, len(order)), self._words.name(iri))):
            yield {
                "name": self._words.name(predicate),
                "link": self._link_term(predicate),
                "values": [self._show_fact(fact) for fact in self._sort(groups[predicate])],
                "disputed": [],
            }

    def _list_inferred(self) -> Iterator[Shown]:
        """Yield the facts that follow by rule, by property, but for those that only lead back to nodes."""
        groups: dict[str, list[Fact]] = {}
        for fact in self._thing.facts:
            if (
                fact.inferred
                and fact.predicate not in LEADING | _TOLD_ELSEWHERE
                and not self._words.is_reverse(fact.predicate)
            ):
                groups.setdefault(fact.predicate, []).append(fact)
        types = [fact for fact in self._thing.facts if fact.inferred and fact.predicate == TYPE]
        if types:
            groups[TYPE] = types
        for predicate in sorted(groups, key=self._words.name):
            yield {
                "name": self._words.name(predicate),
                "link": self._link_term(predicate),
                "values": [self._show_fact(fact) for fact in self._sort(groups[predicate])],
            }

    def _show_fact(self, fact: Fact) -> Shown:
        claims = [
            node
            for node in self._thing.nodes
            if fact.predicate in node.list_values(_CLAIM[0]) and fact.object["value"] in node.list_values(*_CLAIM[1:])
        ]
        return {
            **self._show_value(fact.object, fact.predicate),
            "inferred": fact.inferred,
            "proof": self._link_proof(fact),
            "evidence": [part for claim in claims for part in self._show_evidence(claim)],
        }

    def _sort(self, facts: Iterable[Fact]) -> list[Fact]:
        def key(fact: Fact) -> tuple[str, str]:
            item = self._thing.get_item(fact.object["value"])
            return item.time.earliest, item.name(self._words) if fact.object["type"] == "uri" else fact.object["value"]

        return sorted(facts, key=key)

    def _list_disputes(self) -> list[Shown]:
        return [self._show_link(iri) for iri in self._thing.node.list_values(_DISPUTED)]

    # ---- sections

    def _show_section(self, section: Section) -> Shown | None:
        nodes = self._select(section)
        if not nodes or section in (READINGS, RESTING):
            return None
        shown: Shown = {
            "title": section.title,
            "count": len(nodes),
            "question": self._link_question(section),
            "tables": [],
            "disputes": [],
            "parts": [],
        }
        if section is DISPUTES:
            shown["disputes"] = [self._show_dispute(node) for node in self._sort_nodes(nodes)]
        elif section is PARTS:
            shown["parts"] = list(self._list_parts(nodes))
        else:
            shown["tables"] = list(self._list_tables(nodes, section.hidden))
        return shown

    def _select(self, section: Section) -> list[Node]:
        wanted = {*section.via, str(self._sections.index(section))}
        return [node for node in self._thing.nodes if not node.sections.isdisjoint(wanted)]

    def _link_question(self, section: Section) -> str | None:
        if section.query is None:
            return None
        name, parameter = section.query
        return links.query(name, [(parameter, self._thing.iri)])

    def _list_tables(self, nodes: Sequence[Node], hidden: Sequence[str]) -> Iterator[Shown]:
        """Yield one table for each form of node."""
        groups: dict[str, list[Node]] = {}
        for node in nodes:
            groups.setdefault(find_form(COLUMNS, self._get_classes(node), self._words), []).append(node)
        for form in sorted(groups, key=lambda iri: list(COLUMNS).index(iri) if iri in COLUMNS else len(COLUMNS)):
            columns = [c for c in find_columns((form,), self._words) if c.title not in hidden]
            rows = [self._show_row(node, columns) for node in self._sort_nodes(groups[form])]
            kept = [n for n in range(len(columns)) if any(row["cells"][n] for row in rows)]
            for row in rows:
                row["cells"] = [row["cells"][n] for n in kept]
            yield {
                "title": self._words.name(form) if len(groups) > 1 and form else "",
                "columns": [columns[n].title for n in kept],
                "rows": rows,
                "has_evidence": any(row["evidence"] for row in rows),
            }

    def _show_row(self, node: Node, columns: Sequence[Column]) -> Shown:
        cells = [self._show_cell(node, column) for column in columns]
        return {
            "cells": cells,
            "link": links.find_thing(node.iri),
            "named": any(part["link"] == links.find_thing(node.iri) for cell in cells for part in cell),
            "evidence": self._show_evidence(node),
            "reason": next(iter(node.list_values(_REASON)), None),
            "disputed": [self._show_link(iri) for iri in node.list_values(_DISPUTED)],
        }

    def _show_cell(self, node: Node, column: Column) -> list[Shown]:
        if column.form == "label":
            return [self._show_link(node.iri)]
        if column.form in (EVENT, STATE):
            text = node.time.describe_state() if column.form == STATE else node.time.describe_event()
            return [{"text": text, "link": None, "when": ""}] if text else []
        found = node.list_objects(*column.properties)
        return [self._show_value(term, column.properties[0]) for term in found]

    def _show_dispute(self, node: Node) -> Shown:
        readings = [n for n in self._select(READINGS) if node.iri in n.list_values(ONT + "readingOf")]
        return {
            **self._show_link(node.iri),
            "kind": [self._show_value(term) for term in node.list_objects(ONT + "kind")],
            "about": [self._show_value(term) for term in node.list_objects(ONT + "discrepancyAbout")],
            "ruling": next(iter(node.list_values(ONT + "ruling")), ""),
            "readings": [
                {
                    **self._show_link(reading.iri),
                    "rank": [self._show_value(term) for term in reading.list_objects(ONT + "rank")],
                    "evidence": self._show_evidence(reading),
                }
                for reading in self._sort_nodes(readings)
            ],
        }

    def _list_parts(self, parts: Sequence[Node]) -> Iterator[Shown]:
        """Yield the parts of a document in reading order, each with what rests on it."""
        resting: dict[str, list[Node]] = {}
        for node in self._select(RESTING):
            for iri in node.list_values(_EVIDENCE):
                resting.setdefault(iri, []).append(node)
        for part in sorted(parts, key=lambda node: self._thing.get_item(node.iri).order):
            place = next(iter(part.list_values(ONT + "locator")), None)
            yield {
                "text": place or self._name(part.iri),
                "link": links.find_thing(part.iri),
                "nothing": next(iter(part.list_values(ONT + "noFactReason")), None),
                "nodes": [
                    {**self._show_link(node.iri), "kind": self._name_kind(node)}
                    for node in sorted(resting.get(part.iri, ()), key=self._sort_by_kind)
                ],
            }

    def _list_others(self) -> Iterator[Shown]:
        """Yield what points to the thing and stands in no section, by property."""
        told = {via for section in self._sections for via in section.via} | _POINTED_AT
        own = {fact.predicate for fact in self._thing.facts}
        found: dict[str, set[str]] = {}
        for node in self._thing.nodes:
            for via in node.sections - told:
                back = self._words.list_inverse(via)
                if not via.isdigit() and not any(b in own and not self._words.is_reverse(b) for b in back):
                    found.setdefault(via, set()).add(node.iri)
        for via in sorted(found, key=self._words.name):
            items = sorted(found[via], key=lambda iri: (self._thing.get_item(iri).time.earliest, self._name(iri)))
            yield {
                "name": self._words.name(via),
                "link": self._link_term(via),
                "values": [self._show_link(iri) for iri in items],
            }

    # ---- values

    def _show_value(self, term: Term, predicate: str = "") -> Shown:
        if term["type"] == "uri":
            return self._show_link(term["value"])
        text = show_day(term["value"]) if term.get("datatype") == _DATE else term["value"]
        link = None
        if predicate == ONT + "webAddress" and text.startswith(("https://", "http://")):
            link = text
        return {"text": text, "link": link, "when": ""}

    def _show_link(self, iri: str) -> Shown:
        entry = self._words.entries.get(iri)
        if entry is not None and iri.startswith(ONT):
            return {"text": entry.label, "link": links.find_thing(iri), "when": ""}
        item = self._thing.get_item(iri)
        is_event = not _EVENTS.isdisjoint(item.classes)
        return {
            "text": item.name(self._words),
            "link": links.find_thing(iri),
            "when": item.time.describe_event() if is_event else "",
        }

    def _show_evidence(self, node: Node) -> list[Shown]:
        parts = [self._thing.get_item(iri) for iri in node.list_values(_EVIDENCE)]
        return [
            {"text": part.name(self._words), "link": links.find_thing(part.iri)}
            for part in sorted(parts, key=lambda part: (part.order, part.iri))
        ]

    def _link_term(self, iri: str) -> str | None:
        return links.find_thing(iri) if iri.startswith(ONT) else None

    def _link_proof(self, fact: Fact) -> str:
        return links.explain(self._thing.iri, fact.predicate, fact.object)

    def _get_classes(self, node: Node) -> tuple[str, ...]:
        return self._thing.get_item(node.iri).classes

    def _name(self, iri: str) -> str:
        return self._thing.get_item(iri).name(self._words)

    def _name_kind(self, node: Node) -> str:
        kinds = self._words.list_specific(self._get_classes(node))
        return self._words.name(kinds[0]) if kinds else ""

    def _sort_by_kind(self, node: Node) -> tuple[str, str]:
        return self._name_kind(node), self._name(node.iri)

    def _sort_nodes(self, nodes: Iterable[Node]) -> list[Node]:
        """Return nodes in order of time, then of where they stand in the documents, then by name."""

        def key(node: Node) -> tuple[str, list[tuple[int, int]], str]:
            linked = [self._thing.get_item(f.object["value"]) for f in node.facts if f.object["type"] == "uri"]
            times = [item.time.earliest for item in linked if self._is_event(item)]
            time = node.time.earliest if node.time.is_known else min(times, default="9999")
            places = sorted(self._thing.get_item(iri).order for iri in node.list_values(_EVIDENCE))
            return time, places[:1], self._name(node.iri)

        return sorted(nodes, key=key)

    def _is_event(self, item: Item) -> bool:
        return not _EVENTS.isdisjoint(item.classes)
