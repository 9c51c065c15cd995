"""What the page of a thing shows: its facts, its sections, where the sources differ, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ahg_graph.config.prefixes import PREFIXES, is_term
from ahg_graph.rdf import provenance_vocabulary as provenance
from ahg_server.http import urls
from ahg_server.http.problems import UnknownThing
from ahg_server.presentation.node_tables import NodeTables
from ahg_server.presentation.page_model import DISCREPANCIES, DOCUMENT_PARTS, LABEL, STATE_TIME, TYPE, Section
from ahg_server.presentation.resource_loader import Fact, LinkedNode, ResourceView
from ahg_server.presentation.term_presenter import TemplateContext, TermPresenter
from ahg_server.presentation.vocabulary import Vocabulary

_SHOWN_ELSEWHERE = frozenset((TYPE, LABEL, PREFIXES["owl"] + "differentFrom")) | provenance.SHOWN_ELSEWHERE


class ResourcePage:
    """The page of one thing in the words of one vocabulary; with `only`, that of one of its sections, whole."""

    def __init__(
        self, thing: ResourceView, vocabulary: Vocabulary, sections: Sequence[Section], only: str | None = None
    ) -> None:
        self._thing = thing
        self._only = only
        self._words = vocabulary
        self._pages = vocabulary.pages
        self._sections = tuple(sections)
        self._shown_elsewhere = _SHOWN_ELSEWHERE.union(self._pages.bounds)
        self._beneath = {self._pages.readings.name, *(section.beneath for section in self._sections)}
        self._display = TermPresenter(thing.items, vocabulary)
        self._tables = NodeTables(self._display)

    def describe(self) -> TemplateContext:
        """Return what the template shows; raises UnknownThing for a section that the thing has not."""
        thing = self._thing
        kinds = self._words.list_specific(thing.classes)
        sections = [made for section in self._sections if (made := self._show_section(section))]
        shown: TemplateContext = {
            "title": self._display.name(thing.iri),
            "iri": thing.iri,
            "kinds": [{"text": self._words.name(kind), "link": urls.resource(kind)} for kind in kinds],
            "sections": sections,
            "is_whole": thing.is_whole,
            "only": None,
        }
        if self._only:
            shown["sections"] = [section for section in sections if section["slug"] == self._only]
            if not shown["sections"]:
                slugs = [str(section["slug"]) for section in sections]
                links = [urls.section_url(thing.iri, slug) for slug in slugs]
                raise UnknownThing(f"<{thing.iri}> has no section {self._only!r}", slugs, links)
            return shown | {"only": urls.resource_url(thing.iri, "html")}
        return shown | {
            "facts": list(self._list_facts()),
            "reason": next(iter(thing.node.list_values(provenance.CURATORS_REASON)), None),
            "reason_about": [self._words.name(name) for name in thing.node.list_values(provenance.REASON_ABOUT)],
            "evidence_parts": self._display.show_parts(thing.node.list_values(provenance.EVIDENCED_BY)),
            "others": list(self._list_others()),
            "inferred": list(self._list_inferred()),
        }

    # ---- the thing's own facts

    def _list_bounds(self) -> list[Fact]:
        """Return the facts that bound the thing in time, the closest of each kind; a stated one before one as close."""
        found: list[Fact] = []
        for place in range(4):
            names = self._pages.bounds[place::4]
            facts = sorted(
                (f for f in self._thing.facts if f.predicate in names), key=lambda f: names.index(f.predicate)
            )
            alike = [fact for fact in facts if fact.object["value"] == facts[0].object["value"]]
            found += sorted(alike, key=lambda fact: fact.inferred)[:1]
        return found

    def _list_facts(self) -> Iterator[TemplateContext]:
        """Yield the facts that sources state, with the inferred ones that belong beside them."""
        groups: dict[str, list[Fact]] = {}
        for fact in self._thing.facts:
            if fact.predicate == self._pages.summary and fact.object["value"] == self._display.name(self._thing.iri):
                continue
            is_leading = not fact.inferred or fact.predicate in self._pages.leading
            if is_leading and fact.predicate not in self._shown_elsewhere:
                groups.setdefault(fact.predicate, []).append(fact)
        disputed = self._find_disputed()
        bounds = self._list_bounds()
        if bounds:
            is_state = any(c.viewer == STATE_TIME for c in self._words.find_columns(self._thing.classes))
            time = self._thing.node.time
            value: TemplateContext = {
                "text": time.describe_state() if is_state else time.describe_event(),
                "link": None,
            }
            drawn = next((fact for fact in bounds if fact.inferred), None)
            value |= {"when": "", "inferred": drawn is not None, "evidence": []}
            value |= {"proof": self._link_proof(drawn or bounds[0])}
            link = urls.resource(self._pages.bounds[0])
            yield {"name": "when", "link": link, "values": [value], "disputed": disputed.get("when", [])}
        order = {iri: place for place, iri in enumerate(self._pages.facts)}
        for predicate in sorted(groups, key=lambda iri: (order.get(iri, len(order)), self._words.name(iri))):
            yield self._show_group(predicate, groups[predicate]) | {"disputed": disputed.get(predicate, [])}

    def _list_inferred(self) -> Iterator[TemplateContext]:
        """Yield the facts that follow by rule, by property, but for those that only lead back to nodes."""
        groups: dict[str, list[Fact]] = {}
        for fact in self._thing.facts:
            shown_above = fact.predicate in self._pages.leading or fact.predicate in self._shown_elsewhere - {TYPE}
            if fact.inferred and not shown_above and not self._words.is_reverse(fact.predicate):
                groups.setdefault(fact.predicate, []).append(fact)
        for predicate in sorted(groups, key=self._words.name):
            yield self._show_group(predicate, groups[predicate])

    def _show_group(self, predicate: str, facts: Iterable[Fact]) -> TemplateContext:
        ordered = sorted(facts, key=lambda fact: self._display.order(fact.object["value"]))
        return {
            "name": self._words.name(predicate),
            "link": self._link_term(predicate),
            "values": [self._show_fact(fact) for fact in ordered],
        }

    def _show_fact(self, fact: Fact) -> TemplateContext:
        parts = {
            part
            for node in self._thing.nodes
            if provenance.CLAIM_SUBJECT in node.sections
            and fact.predicate in node.list_values(provenance.CLAIM_PREDICATE)
            and fact.object["value"] in node.list_values(provenance.CLAIM_OBJECT, provenance.CLAIM_VALUE)
            for part in node.list_values(provenance.EVIDENCED_BY)
        }
        return {
            **self._display.show_value(fact.object, fact.predicate),
            "inferred": fact.inferred,
            "proof": self._link_proof(fact),
            "evidence": self._display.show_parts(parts),
        }

    def _find_disputed(self) -> dict[str, list[TemplateContext]]:
        """Return the discrepancies whose claims are about this thing, by the property that they touch."""
        found: dict[str, dict[str, TemplateContext]] = {}
        for reading in self._select(self._pages.readings):
            if provenance.CLAIM_SUBJECT in reading.sections:
                for predicate in reading.list_values(provenance.CLAIM_PREDICATE):
                    fact = self._pages.on_fact.get(predicate, predicate)
                    point = "when" if fact in self._pages.bounds else fact
                    for iri in reading.list_values(provenance.READING_OF):
                        found.setdefault(point, {})[iri] = self._display.show_link(iri)
        return {point: list(disputes.values()) for point, disputes in found.items()}

    # ---- sections

    def _show_section(self, section: Section) -> TemplateContext | None:
        nodes = self._select(section)
        if not nodes or section.name in self._beneath:
            return None
        shown: TemplateContext = {
            "title": section.title,
            "slug": section.slug,
            "count": len(nodes),
            "whole": None,
            "question": urls.query(section.query[0], [(section.query[1], self._thing.iri)]) if section.query else None,
            "tables": [],
            "disputes": [],
            "parts": [],
        }
        if section.viewer == DISCREPANCIES:
            readings = self._select_beneath(section)
            shown["disputes"] = [self._tables.show_dispute(node, readings) for node in self._sort_disputes(nodes)]
        elif section.viewer == DOCUMENT_PARTS:
            shown["parts"] = list(self._tables.list_parts(nodes, self._select_beneath(section)))
        else:
            shown["tables"] = list(self._tables.list_tables(nodes, section, self._thing.iri))
        if not self._only:
            lists = [shown["disputes"], *(table["rows"] for table in shown["tables"])]
            if any(len(found) > section.most for found in lists):
                shown["whole"] = urls.section_url(self._thing.iri, section.slug)
            for found in lists:
                del found[section.most :]
        return shown

    def _sort_disputes(self, nodes: Sequence[LinkedNode]) -> list[LinkedNode]:
        """Return discrepancies, those about the thing itself before those about what is said of it."""
        about = provenance.DISCREPANCY_ABOUT
        return sorted(self._tables.sort(nodes), key=lambda node: self._thing.iri not in node.list_values(about))

    def _select_beneath(self, section: Section) -> list[LinkedNode]:
        """Return the nodes that are shown beneath those of a section; readings where it names no other section."""
        beneath = self._pages.named_sections.get(section.beneath)
        return self._select(beneath or self._pages.readings)

    def _select(self, section: Section) -> list[LinkedNode]:
        if section not in self._sections:
            return []
        wanted = {*section.via, str(self._sections.index(section))}
        return [node for node in self._thing.nodes if not node.sections.isdisjoint(wanted)]

    def _list_others(self) -> Iterator[TemplateContext]:
        """Yield what points to the resource and is in no section, by property."""
        shown_above = {via for section in self._sections for via in section.via} | provenance.POINTERS
        own = {fact.predicate for fact in self._thing.facts if not self._words.is_reverse(fact.predicate)}
        found: dict[str, list[str]] = {}
        for node in self._thing.nodes:
            for via in node.sections - shown_above:
                if not via.isdigit() and own.isdisjoint(self._words.list_inverse(via)):
                    found.setdefault(via, []).append(node.iri)
        for via in sorted(sorted(found), key=self._words.name):
            values = [self._display.show_link(iri) for iri in sorted(found[via], key=self._display.order)]
            yield {"name": self._words.name(via), "link": self._link_term(via), "values": values}

    def _link_term(self, iri: str) -> str | None:
        return urls.resource(iri) if is_term(iri) else None

    def _link_proof(self, fact: Fact) -> str:
        return urls.explain(self._thing.iri, fact.predicate, fact.object)
