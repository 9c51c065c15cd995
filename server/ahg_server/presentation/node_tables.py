"""Nodes as the sections of a page show them: tables by form, discrepancies with their readings, parts of a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ahg_graph.rdf import provenance_vocabulary as provenance
from ahg_server.http import urls
from ahg_server.presentation.page_model import LABEL_VIEWER, STATE_TIME, Column, Section
from ahg_server.presentation.resource_loader import LinkedNode
from ahg_server.presentation.term_presenter import TemplateContext, TermPresenter

_SHORT = 40  # characters of a text that needs no line of its own
_MOST = 6  # nodes of one kind that a document shows under one of its parts


class NodeTables:
    """Makes the tables of one page."""

    def __init__(self, display: TermPresenter) -> None:
        self._display = display
        self._words = display.words
        self._pages = display.words.pages

    def list_tables(self, nodes: Sequence[LinkedNode], section: Section, thing: str) -> Iterator[TemplateContext]:
        """Yield one table for each form of node around a thing; a column that is empty in every row is left out."""
        groups: dict[str, list[LinkedNode]] = {}
        for node in nodes:
            form = self._words.find_form(self._pages.columns, self._display.get_item(node.iri).classes)
            groups.setdefault(form, []).append(node)
        forms = list(self._pages.columns)
        for form in sorted(groups, key=lambda iri: forms.index(iri) if iri in forms else len(forms)):
            columns = [c for c in self._words.find_columns((form,)) if c.title not in section.hidden]
            rows = [self._show_row(node, columns) for node in self.sort(groups[form], section.via)]
            kept = [n for n in range(len(columns)) if any(row["cells"][n] for row in rows)]
            for row in rows:
                row["cells"] = [row["cells"][n] for n in kept]
                if section.drawn and row["is_drawn"]:
                    row["proof"] = urls.explain(row["iri"], section.drawn, {"type": "uri", "value": thing})
            yield {
                "title": self._words.name(form) if len(groups) > 1 and form else "",
                "columns": [{"title": columns[n].title, "width": _measure(columns[n])} for n in kept],
                "rows": rows,
                "has_evidence": any(row["evidence"] for row in rows),
            }

    def show_dispute(self, node: LinkedNode, readings: Sequence[LinkedNode]) -> TemplateContext:
        """Return a discrepancy with those of the readings that are readings of it."""
        own = [reading for reading in readings if node.iri in reading.list_values(provenance.READING_OF)]
        return {
            **self._display.show_link(node.iri),
            "kind": self._show_all(node, provenance.DISCREPANCY_KIND),
            "about": self._show_all(node, provenance.DISCREPANCY_ABOUT),
            "ruling": next(iter(node.list_values(provenance.RULING)), ""),
            "readings": [
                {
                    **self._display.show_link(reading.iri),
                    "rank": self._show_all(reading, provenance.RANK),
                    "evidence": self._display.show_parts(reading.list_values(provenance.EVIDENCED_BY)),
                }
                for reading in self.sort(own)
            ],
        }

    def list_parts(self, parts: Sequence[LinkedNode], resting: Sequence[LinkedNode]) -> Iterator[TemplateContext]:
        """Yield the parts of a document in reading order, each with what it supports."""
        by_part: dict[str, list[LinkedNode]] = {}
        for node in resting:
            for iri in node.list_values(provenance.EVIDENCED_BY):
                by_part.setdefault(iri, []).append(node)
        for part in sorted(parts, key=lambda node: self._display.get_item(node.iri).order):
            groups: dict[str, list[TemplateContext]] = {}
            for node in sorted(by_part.get(part.iri, ()), key=lambda node: self._display.name(node.iri)):
                shown = {**self._display.show_link(node.iri), "when": ""}
                groups.setdefault(self._display.name_kind(node.iri), []).append(shown)
            yield {
                "text": next(iter(part.list_values(provenance.LOCATOR)), None) or self._display.name(part.iri),
                "link": urls.resource(part.iri),
                "nothing": next(iter(part.list_values(provenance.NO_FACT_REASON)), None),
                "groups": [
                    {
                        "kind": kind,
                        "nodes": nodes[:_MOST],
                        "more": max(0, len(nodes) - _MOST),
                        "is_short": all(len(node["text"]) <= _SHORT for node in nodes[:_MOST]),
                    }
                    for kind, nodes in sorted(groups.items())
                ],
            }

    def sort(self, nodes: Iterable[LinkedNode], via: Sequence[str] = ()) -> list[LinkedNode]:
        """Return nodes by how they are reached, time, place in the documents, and name; else as they come, by IRI."""

        def key(node: LinkedNode) -> tuple[int, str, list[tuple[int, int]], str]:
            reached = min((place for place, iri in enumerate(via) if iri in node.sections), default=len(via))
            times = [self._display.get_item(iri).time.earliest for iri in node.list_values(*self._pages.time_from)]
            time = node.time.earliest if node.time.is_known else min(times, default="9999")
            places = sorted(self._display.get_item(iri).order for iri in node.list_values(provenance.EVIDENCED_BY))
            return reached, time, places[:1], self._display.name(node.iri)

        return sorted(nodes, key=key)

    def _show_row(self, node: LinkedNode, columns: Sequence[Column]) -> TemplateContext:
        cells = [self._show_cell(node, column) for column in columns]
        for number, column in enumerate(columns):
            if number and column.properties == (self._pages.summary,) and cells[number][:1] and cells[0][:1]:
                # What has no name of its own is called by its summary.
                cells[number] = [] if cells[number][0]["text"] == cells[0][0]["text"] else cells[number]
        own = urls.resource(node.iri)
        return {
            "iri": node.iri,
            "cells": cells,
            "link": own,
            "is_drawn": all(via.isdigit() for via in node.sections),
            "proof": None,
            "named": any(part["link"] == own for cell in cells for part in cell),
            "notes": list(self._list_notes(node)),
            "evidence": self._display.show_parts(node.list_values(provenance.EVIDENCED_BY)),
            "reason": next(iter(node.list_values(provenance.CURATORS_REASON)), None),
            "disputed": self._list_disputes(node),
        }

    def _list_disputes(self, node: LinkedNode) -> list[TemplateContext]:
        """Return the discrepancies about what a row says; those about a thing stand on the page of that thing."""
        if not self._pages.things.isdisjoint(self._display.get_item(node.iri).classes):
            return []
        return [self._display.show_link(iri) for iri in node.list_values(provenance.DISPUTED_BY)]

    def _show_cell(self, node: LinkedNode, column: Column) -> list[TemplateContext]:
        if column.viewer == LABEL_VIEWER:
            return [{**self._display.show_link(node.iri), "when": ""}]
        if column.is_time:
            text = node.time.describe_state() if column.viewer == STATE_TIME else node.time.describe_event()
            return [{"text": text, "link": None, "when": ""}] if text else []
        if column.stated_only:
            stated = (f for f in node.facts if f.predicate in column.properties and not f.inferred)
            return [self._display.show_value(fact.object, fact.predicate) for fact in stated]
        return self._show_all(node, *column.properties)

    def _list_notes(self, node: LinkedNode) -> Iterator[TemplateContext]:
        """Yield what is shown in the first cell of a row, under titles."""
        for column in self._pages.notes:
            for value in node.list_values(*column.properties)[:1]:
                yield {"title": column.title, "text": value}

    def _show_all(self, node: LinkedNode, *properties: str) -> list[TemplateContext]:
        return [self._display.show_value(term, properties[0]) for term in node.list_objects(*properties)]


def _measure(column: Column) -> str:
    """Return how wide a column is wanted: `long`, `time`, or nothing in particular."""
    if column.is_time:
        return "time"
    return "long" if column.is_wide else ""
