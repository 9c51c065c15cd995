"""The display file of a snapshot to the model of its pages.

A property of the vocabulary that is not there says nothing; one whose value is not what it must be is an error that
names file and line. docs/modelling.md explains the vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TypeVar

from ahg_graph.config.paths import DISPLAY_FILE
from ahg_graph.config.prefixes import PREFIXES
from ahg_graph.errors import DisplayError
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.rdf.vocabulary import DASH, DISPLAY
from ahg_graph.service.lead_sentences import MOST_CLAUSES, LeadRule
from ahg_server.presentation.display_nodes import DisplayNodes, Node
from ahg_server.presentation.page_model import MOST, Browsing, ChartLink, Column, PageModel, Section

_RDF, _SH, _OWL = PREFIXES["rdf"], PREFIXES["sh"], PREFIXES["owl"]
_ANY_PROPERTY = DISPLAY + "anyProperty"
_LAST = 1_000_000  # the order of a table that has none

Made = TypeVar("Made")


def load_page_model(snapshot: Path) -> PageModel:
    """Return what the display file of a snapshot's folder says; raises DisplayError when it is wrong."""
    path = snapshot / DISPLAY_FILE
    return parse_page_model(path.read_bytes(), str(path)) if path.is_file() else PageModel()


def parse_page_model(data: bytes, path: str = DISPLAY_FILE) -> PageModel:
    """Return what a display file says; raises DisplayError with the line of the node that is wrong."""
    try:
        return _Reader(data, path).read()
    except RecursionError:
        raise DisplayError(path, 0, "a shape, a section or a path leads back to itself") from None


class _Reader(DisplayNodes):
    """What the nodes say of pages."""

    def __init__(self, data: bytes, path: str) -> None:
        super().__init__(data, path)
        self._sections: dict[str, Section] = {}

    def read(self) -> PageModel:
        """Return the whole."""
        shapes: dict[str, Node] = {}
        for node in self.having(_SH + "targetClass"):
            if NamedNode(_SH + "NodeShape") not in self.all(node, _RDF + "type"):
                continue
            target = self.iri(self.find(node, _SH + "targetClass"), node, "sh:targetClass")
            if target in shapes:
                raise self.fault(node, f"<{target}> has a shape already")
            shapes[target] = node
        anything = shapes.pop(_OWL + "Thing", None)
        ordered = dict(sorted(shapes.items(), key=lambda item: (self.number(item[1], _SH + "order", _LAST), item[0])))
        model = PageModel(
            sections=_gather(shapes, self._list_sections),
            columns=_gather(ordered, lambda node: self._list_columns(node, "columns")),
            charts=_gather(shapes, self._list_charts),
            leads=_gather(shapes, self._list_leads),
            named_sections=self._sections,
            with_time=frozenset(iri for iri, node in shapes.items() if self.flag(node, "timeBesideName")),
            things=frozenset(iri for iri, node in shapes.items() if self.flag(node, "isThing")),
            values=frozenset(iri for iri, node in shapes.items() if self.flag(node, "isValue")),
            on_fact={
                self.iri(node, node, "what states a fact"): self.iri(term, node, "display:onFact")
                for node in self.having(DISPLAY + "onFact")
                for term in self.all(node, DISPLAY + "onFact")
            },
            figures=tuple(
                (self.iri(self.find(node, _SH + "targetClass"), node, "sh:targetClass"), self.text(node, _SH + "name"))
                for node in self._list_anywhere("figures")
            ),
            highlights=tuple(self.literal(term, term, "a highlight") for term in self._list_anywhere("highlights")),
            browse=tuple(
                Browsing(
                    title=self.text(node, _SH + "name"),
                    of_class=self._find_target(node),
                    query=self.optional(node, DISPLAY + "query") or "",
                    parameter=self.optional(node, DISPLAY + "parameter") or "",
                    column=self.optional(node, DISPLAY + "column") or "",
                    until=self.optional(node, DISPLAY + "until") or "",
                )
                for node in self._list_anywhere("browse")
            ),
            topics=tuple(
                (self.text(node, _SH + "name"), self._list_iris(node, "classes"))
                for node in self._list_anywhere("topics")
            ),
        )
        for node in self.having(DISPLAY + "firstQuery"):
            model = replace(model, first_query=self.text(node, DISPLAY + "firstQuery"))
        return model if anything is None else self._read_anything(model, anything)

    def _read_anything(self, model: PageModel, node: Node) -> PageModel:
        """Return a model with what the file says of things of every class."""
        bounds = self._list_iris(node, "time")
        if len(bounds) % 4:
            raise self.fault(
                node,
                "display:time lists four properties: earliest and latest beginning, and end; or several times four",
            )
        return replace(
            model,
            fallback=self._list_sections(node) or model.fallback,
            plain=self._list_columns(node, "columns") or model.plain,
            everywhere=self._list_charts(node),
            bounds=bounds,
            time_from=self._list_iris(node, "timeFrom"),
            names=self._list_iris(node, "nameFallbacks"),
            summary=self._find_iri(node, "summary") or "",
            facts=self._list_iris(node, "facts"),
            leading=frozenset(self._list_iris(node, "leading")),
            leads_back=self._list_iris(node, "leadsBack"),
            links=frozenset(self._list_iris(node, "externalLinks")),
            notes=self._list_columns(node, "rowNotes"),
            in_code_list=self._find_iri(node, "inCodeList") or "",
        )

    def _list_sections(self, shape: Node) -> tuple[Section, ...]:
        """Return the sections of a shape: its own, then those of the shape that it names by sh:node."""
        own = tuple(self._read_section(node) for node in self.members(shape, DISPLAY + "sections"))
        other = self.find(shape, _SH + "node")
        return own if other is None else (*own, *self._list_sections(other))

    def _read_section(self, node: Node) -> Section:
        name = str(node)
        if name in self._sections:
            return self._sections[name]
        path = self._get_path(node)
        properties, via = self._read_path(path)
        drawn = via[0] if len(via) == 1 and self._leads_back_only(path) and self.flag(node, "withInferred") else ""
        if _ANY_PROPERTY in properties or self.flag(node, "withInferred"):
            via = ()
        is_stated = bool(via) and self._leads_back_only(path)
        query, beneath = self.optional(node, DISPLAY + "query"), self.find(node, DISPLAY + "beneath")
        pattern = self._write_path(path, "?_thing", "?node", (f"?step{n}" for n in count(1)))
        if _ANY_PROPERTY in properties:
            pattern = "?node ?link ?_thing . FILTER(ISIRI(?node))"
        if beneath == node:
            raise self.fault(node, "a section cannot stand beneath itself")
        self._sections[name] = Section(
            name=name,
            title=self.text(node, _SH + "name"),
            via=via,
            pattern="" if is_stated else pattern,
            properties=properties,
            query=(query, self.text(node, DISPLAY + "parameter")) if query else None,
            hidden=frozenset(self.literal(t, node, "display:leaveOut") for t in self.all(node, DISPLAY + "leaveOut")),
            most=self.number(node, DISPLAY + "most", MOST),
            viewer=self._find_viewer(node),
            beneath=self._read_section(beneath).name if beneath is not None else "",
            named_slug=self.optional(node, DISPLAY + "slug") or "",
            drawn=drawn,
        )
        return self._sections[name]

    def _list_columns(self, shape: Node, name: str) -> tuple[Column, ...]:
        return tuple(self._read_column(node) for node in self.members(shape, DISPLAY + name))

    def _read_column(self, node: Node) -> Column:
        path = self._get_path(node)
        choices = self.members(path, _SH + "alternativePath")
        return Column(
            title=self.text(node, _SH + "name"),
            properties=tuple(self.iri(term, node, "the path of a column") for term in (choices or [path])),
            viewer=self._find_viewer(node),
            is_wide=self.flag(node, "wide"),
            stated_only=self.flag(node, "statedOnly"),
            said_by_class=self.flag(node, "saidByClass"),
        )

    def _list_leads(self, shape: Node) -> tuple[LeadRule, ...]:
        return tuple(
            LeadRule(
                query=self.text(node, DISPLAY + "query"),
                parameter=self.optional(node, DISPLAY + "parameter") or "",
                column=self.optional(node, DISPLAY + "column") or "",
                sentence=self.text(node, DISPLAY + "sentence"),
                listed=self.optional(node, DISPLAY + "listed") or "",
                most=self.number(node, DISPLAY + "most", MOST_CLAUSES),
            )
            for node in self.members(shape, DISPLAY + "lead")
        )

    def _list_charts(self, shape: Node) -> tuple[ChartLink, ...]:
        return tuple(
            ChartLink(
                text=self.text(node, _SH + "name"),
                chart=self.text(node, DISPLAY + "chart"),
                parameter=self.optional(node, DISPLAY + "parameter"),
                reached_by=self._find_iri(node, "reachedBy"),
                nodes_have=frozenset(
                    self.iri(term, node, "display:nodesHave") for term in self.all(node, DISPLAY + "nodesHave")
                ),
            )
            for node in self.members(shape, DISPLAY + "charts")
        )

    def _get_path(self, node: Node) -> Node:
        path = self.find(node, _SH + "path")
        if path is None:
            raise self.fault(node, "sh:path is missing")
        return path

    def _read_path(self, path: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the properties of a path in order, and those that lead from a node to the thing by themselves."""
        if isinstance(path, NamedNode):
            return (str(path.value),), ()
        if self.all(path, _RDF + "first"):
            return tuple(p for step in self.walk(path, path) for p in self._read_path(step)[0]), ()
        if (ways := self.members(path, _SH + "alternativePath")) and (found := [self._read_path(way) for way in ways]):
            return tuple(p for way in found for p in way[0]), tuple(p for way in found for p in way[1])
        if (inner := self.find(path, _SH + "zeroOrOnePath")) is not None:
            return self._read_path(inner)[0], ()
        if (inner := self.find(path, _SH + "inversePath")) is not None:
            properties, _ = self._read_path(inner)
            return properties, properties if self._is_simple(inner) else ()
        raise self.fault(
            path, "no path: a property, a list, or one of sh:inversePath, sh:alternativePath, sh:zeroOrOnePath"
        )

    def _is_simple(self, path: Node) -> bool:
        """Return whether a path is one property, or one of several."""
        ways = self.members(path, _SH + "alternativePath") or [path]
        return all(isinstance(way, NamedNode) for way in ways)

    def _leads_back_only(self, path: Node) -> bool:
        """Return whether a path is one step backwards along one property, or one of several."""
        ways = self.members(path, _SH + "alternativePath") or [path]
        inner = [self.find(way, _SH + "inversePath") for way in ways]
        return all(found is not None and self._is_simple(found) for found in inner)

    def _write_path(self, path: Node, start: str, end: str, names: Iterator[str]) -> str:
        """Return a group of SPARQL that leads from one variable to another; `names` gives those between."""
        if self._is_simple(path):
            ways = self.members(path, _SH + "alternativePath") or [path]
            return f"{start} {'|'.join(map(str, ways))} {end} ."
        if self.all(path, _RDF + "first"):
            steps = self.walk(path, path)
            places = [start, *(next(names) for _ in steps[1:]), end]
            return " ".join(self._write_path(*move, names) for move in zip(steps, places, places[1:], strict=False))
        if ways := self.members(path, _SH + "alternativePath"):
            return " UNION ".join(f"{{ {self._write_path(way, start, end, names)} }}" for way in ways)
        if (inner := self.find(path, _SH + "zeroOrOnePath")) is not None and self._is_simple(inner):
            ways = self.members(inner, _SH + "alternativePath") or [inner]
            return f"{start} ({'|'.join(map(str, ways))})? {end} ."
        if (inner := self.find(path, _SH + "inversePath")) is not None:
            return self._write_path(inner, end, start, names)
        raise self.fault(path, "sh:zeroOrOnePath takes one property, or a choice of several")

    def _find_viewer(self, node: Node) -> str:
        viewer = self.find(node, DASH + "viewer")
        return "" if viewer is None else self.iri(viewer, node, "dash:viewer")

    def _find_target(self, node: Node) -> str:
        target = self.find(node, _SH + "targetClass")
        return "" if target is None else self.iri(target, node, "sh:targetClass")

    def _find_iri(self, node: Node, name: str) -> str | None:
        term = self.find(node, DISPLAY + name)
        return None if term is None else self.iri(term, node, f"display:{name}")

    def _list_iris(self, node: Node, name: str) -> tuple[str, ...]:
        return tuple(self.iri(term, node, f"display:{name}") for term in self.members(node, DISPLAY + name))

    def _list_anywhere(self, name: str) -> Iterator[Node]:
        """Yield the members of the lists that any node has for a property."""
        for node in self.having(DISPLAY + name):
            yield from self.members(node, DISPLAY + name)


def _gather(shapes: Mapping[str, Node], read: Callable[[Node], tuple[Made, ...]]) -> dict[str, tuple[Made, ...]]:
    """Return what is read of each shape, without those of which nothing is."""
    return {iri: found for iri, node in shapes.items() if (found := read(node))}
