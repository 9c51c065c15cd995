"""What is known of how pages show the things of a graph: sections, columns, facts that lead, links to charts.

Made without arguments the model shows every graph: each fact, and all that points to a thing, under the names of the
properties. `page_sections` reads what a display file adds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ahg_graph.config.prefixes import PREFIXES
from ahg_graph.rdf import provenance_vocabulary as provenance
from ahg_graph.rdf.vocabulary import DASH, DISPLAY
from ahg_graph.service.lead_sentences import LeadRule

LABEL = PREFIXES["skos"] + "prefLabel"
TYPE = PREFIXES["rdf"] + "type"
LABEL_VIEWER = DASH + "LabelViewer"
EVENT_TIME, STATE_TIME = DISPLAY + "EventTimeViewer", DISPLAY + "StateTimeViewer"
DISCREPANCIES, DOCUMENT_PARTS = DISPLAY + "DiscrepancyViewer", DISPLAY + "DocumentPartViewer"
MOST = 25
"""Rows of a section that the page of a thing shows, unless the section says another number."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table of nodes: its title, the properties whose values it shows, and how, unless as usual.

    `is_wide` asks for more room, `stated_only` leaves out what is inferred, `said_by_class` says that the name of the
    most specific class tells the values too.
    """

    title: str
    properties: tuple[str, ...]
    viewer: str = ""
    is_wide: bool = False
    stated_only: bool = False
    said_by_class: bool = False

    @property
    def is_time(self) -> bool:
        """Whether it shows when the node was."""
        return self.viewer in (EVENT_TIME, STATE_TIME)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page of a thing: the nodes that point to it by one of `via`, or that `pattern` finds.

    `pattern` is a group of SPARQL that binds ?node from ?_thing; it finds what is inferred too. `query` names a saved
    query and the parameter that takes the thing. `hidden` are titles of columns that would repeat the page's own thing.
    Of more than `most` rows the page shows the first, and the whole section has a page of its own. `beneath` names the
    section whose nodes are shown under those of this one. `drawn` is the one property by which a rule may have drawn
    the way to a node: nodes that are reached by it alone are marked as inferred.
    """

    name: str
    title: str
    via: tuple[str, ...] = ()
    pattern: str = ""
    properties: tuple[str, ...] = ()
    query: tuple[str, str] | None = None
    hidden: frozenset[str] = frozenset()
    most: int = MOST
    viewer: str = ""
    beneath: str = ""
    named_slug: str = ""
    drawn: str = ""

    @property
    def slug(self) -> str:
        """What the address of its own page has: as given, else made from the title."""
        return self.named_slug or re.sub(r"[^a-z]+", "-", self.title.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class ChartLink:
    """A link from the page of a thing to a chart that shows it, where the graph has what the chart draws.

    `reached_by`: a property by which a node points to the thing; `nodes_have`: properties of which some node has one.
    """

    text: str
    chart: str
    parameter: str | None = None
    reached_by: str | None = None
    nodes_have: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Browsing:
    """A list to browse on the home page: the things of a class, or the values of a column of a saved query's answer.

    Each value leads to the query with it as the `parameter`; a year to the query from its beginning `until` its end.
    """

    title: str
    of_class: str = ""
    query: str = ""
    parameter: str = ""
    column: str = ""
    until: str = ""


DISPUTES = Section(
    "discrepancies",
    "Where the documents disagree",
    pattern=f"?_thing ^<{provenance.DISCREPANCY_ABOUT}> ?node .",
    viewer=DISCREPANCIES,
    named_slug="where-the-sources-differ",
)
"""What the page of anything has where the display file does not say."""


@dataclass(frozen=True)
class PageModel:
    """What the display file says, and where it says nothing what holds of every graph.

    Mappings are by class, in the order of tables of several classes.
    """

    sections: Mapping[str, tuple[Section, ...]] = field(default_factory=dict)
    columns: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)
    charts: Mapping[str, tuple[ChartLink, ...]] = field(default_factory=dict)
    leads: Mapping[str, tuple[LeadRule, ...]] = field(default_factory=dict)
    named_sections: Mapping[str, Section] = field(default_factory=dict)
    fallback: tuple[Section, ...] = (DISPUTES,)
    plain: tuple[Column, ...] = (Column("Name", (LABEL,), LABEL_VIEWER),)
    everywhere: tuple[ChartLink, ...] = ()
    with_time: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    bounds: tuple[str, ...] = ()
    time_from: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    summary: str = ""
    facts: tuple[str, ...] = ()
    leading: frozenset[str] = frozenset()
    leads_back: tuple[str, ...] = ()
    links: frozenset[str] = frozenset()
    notes: tuple[Column, ...] = ()
    on_fact: Mapping[str, str] = field(default_factory=dict)
    in_code_list: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    browse: tuple[Browsing, ...] = ()
    highlights: tuple[str, ...] = ()
    topics: tuple[tuple[str, tuple[str, ...]], ...] = ()
    first_query: str = f"SELECT ?thing ?name WHERE {{\n  ?thing <{LABEL}> ?name .\n}}\nORDER BY ?name\nLIMIT 20\n"

    @cached_property
    def readings(self) -> Section:
        """The readings of the discrepancies about a thing, which every page asks for and shows beneath them."""
        disputes = next((s for s in self.fallback if s.viewer == DISCREPANCIES), None)
        found = self.named_sections.get(disputes.beneath) if disputes else None
        path = f"^<{provenance.DISCREPANCY_ABOUT}>/<{provenance.HAS_READING}>"
        return found or Section("readings", "Readings", pattern=f"?_thing {path} ?node .")

    @cached_property
    def node_properties(self) -> tuple[str, ...]:
        """Everything that is asked of a node that is shown in a table."""
        columns = [column for found in self.columns.values() for column in found]
        shown = (p for column in (*columns, *self.plain, *self.notes) for p in column.properties)
        own = (self.summary,) if self.summary else ()
        return tuple(dict.fromkeys((*shown, *self.bounds, *provenance.OF_NODES, *own, TYPE)))

    def complete(self, sections: Sequence[Section]) -> tuple[Section, ...]:
        """Return the sections of a page with those that are shown beneath them, and the readings last."""
        beneath = (self.named_sections.get(section.beneath) for section in sections)
        found = (section for section in beneath if section is not None and section not in sections)
        return tuple(dict.fromkeys((*sections, *(s for s in found if s != self.readings), self.readings)))
