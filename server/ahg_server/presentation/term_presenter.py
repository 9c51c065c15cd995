"""Terms as pages show them: a thing by its name with its page, a day in words, a part of a document by its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ahg_graph.config.prefixes import PREFIXES
from ahg_graph.service.time_wording import show_day
from ahg_server.http import urls
from ahg_server.presentation.resource_loader import ResourceSummary, Term
from ahg_server.presentation.vocabulary import Vocabulary

TemplateContext = dict[str, Any]

_DATE = PREFIXES["xsd"] + "date"


@dataclass(frozen=True)
class TermPresenter:
    """What is known of everything that one page names, and the words of the ontology."""

    items: Mapping[str, ResourceSummary]
    words: Vocabulary

    def get_item(self, iri: str) -> ResourceSummary:
        """Return what is known of something, a bare item when nothing is."""
        return self.items.get(iri) or ResourceSummary(iri, {}, {})

    def name(self, iri: str) -> str:
        """Return the name of a thing or term."""
        if iri not in self.items and iri in self.words.entries:
            return self.words.name(iri)
        return self.get_item(iri).name(self.words)

    def order(self, iri: str) -> tuple[str, str]:
        """Return what things are sorted by: when they were, then their names."""
        return self.get_item(iri).time.earliest, self.name(iri)

    def is_event(self, iri: str) -> bool:
        """Return whether something is an event, whose time a page shows beside its name."""
        return not self.words.pages.with_time.isdisjoint(self.get_item(iri).classes)

    def name_kind(self, iri: str) -> str:
        """Return the name of the most specific class of a thing, or nothing."""
        kinds = self.words.list_specific(self.get_item(iri).classes)
        return self.words.name(kinds[0]) if kinds else ""

    def show_link(self, iri: str) -> TemplateContext:
        """Return the name and the page of a thing, with its time when it is an event."""
        when = self.get_item(iri).time.describe_event() if self.is_event(iri) else ""
        return {"text": self.name(iri), "link": urls.resource(iri), "when": when}

    def show_value(self, term: Term, predicate: str = "") -> TemplateContext:
        """Return a term; only a web address that a source gives becomes a link that leads elsewhere."""
        if term["type"] == "uri":
            return self.show_link(term["value"])
        text = show_day(term["value"]) if term.get("datatype") == _DATE else term["value"]
        leads = predicate in self.words.pages.links and text.startswith(("https://", "http://"))
        return {"text": text, "link": text if leads else None, "when": ""}

    def show_parts(self, iris: Iterable[str]) -> list[TemplateContext]:
        """Return parts of documents in citing order."""
        parts = sorted((self.get_item(iri) for iri in iris), key=lambda part: (part.order, part.iri))
        return [{"iri": part.iri, "text": part.name(self.words), "link": urls.resource(part.iri)} for part in parts]
