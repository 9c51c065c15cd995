"""`ontology/display.ttl`, which says how pages show the things of a graph: where it lies, and whether it is sound.

It is no part of the graph: a build checks it and puts a copy beside the graph, so that what the graph holds, its counts
and what follows from it are the same with it and without. The vocabulary is SHACL's for property shapes (`sh:path`,
`sh:name`, `sh:targetClass`), `dash:viewer`, and the terms below, which docs/modelling.md explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from pathlib import Path

from ahg_graph.config.paths import DISPLAY_FILE
from ahg_graph.config.prefixes import ONT, PREFIXES, get_home, shorten
from ahg_graph.errors import DisplayError
from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.rdf.terms import Literal, NamedNode, Term, Triple
from ahg_graph.rdf.vocabulary import DASH, DISPLAY
from ahg_graph.sources.turtle import Source, Sources, load_source

VIEWERS = frozenset(
    (
        DASH + "LabelViewer",
        *(DISPLAY + name for name in ("EventTimeViewer", "StateTimeViewer", "DiscrepancyViewer", "DocumentPartViewer")),
    )
)
"""The ways of showing a column or a section that are not the usual one."""
TERMS = frozenset(
    (
        *("sections", "columns", "charts", "timeBesideName", "isThing", "isValue", "facts", "leading", "leadsBack"),
        *("time", "timeFrom", "nameFallbacks", "summary", "externalLinks", "rowNotes", "onFact", "inCodeList"),
        *(
            "query",
            "parameter",
            "withInferred",
            "leaveOut",
            "most",
            "slug",
            "beneath",
            "wide",
            "statedOnly",
            "saidByClass",
        ),
        *("chart", "reachedBy", "nodesHave", "figures", "highlights", "topics", "classes", "firstQuery"),
        *("lead", "sentence", "listed", "column", "browse", "until"),
    )
)
"""The local names of the properties that a display file may use."""
LISTS = frozenset(DISPLAY + name for name in ("sections", "columns", "rowNotes"))
"""The properties whose values list property shapes, each with a title and a path."""
OTHERS = frozenset(
    PREFIXES[prefix] + name
    for prefix, names in {
        "rdf": ("type", "first", "rest"),
        "rdfs": ("comment",),
        "sh": (
            *("targetClass", "path", "name", "order", "node"),
            *("inversePath", "alternativePath", "zeroOrOnePath"),
        ),
    }.items()
    for name in names
) | {DASH + "viewer"}
"""The properties of other vocabularies that it may use."""


def load_display(home: Path) -> Source | None:
    """Return the display file of a home folder as read, or None when it has none."""
    path = home / "ontology" / DISPLAY_FILE
    return load_source(home, path, "display", DISPLAY) if path.is_file() else None


def check_display(display: Source, sources: Sources, catalogue: Catalogue | None) -> Iterator[Exception]:
    """Yield what is wrong with a display file: errors, and names that are declared nowhere."""
    yield from display.errors
    declared = {triple.subject for triple in sources.triples("ontology")}
    for triple, line in zip(display.triples, display.lines, strict=True):
        for reason in _find_faults(triple, declared, catalogue):
            yield DisplayError(display.path, line, reason)
    yield from _check_members(display)
    if catalogue:
        yield from _check_parameters(display, catalogue)


def _find_faults(triple: Triple, declared: Set[object], catalogue: Catalogue | None) -> Iterator[str]:
    predicate, value = triple.predicate.value, triple.object
    if predicate not in OTHERS and predicate.removeprefix(DISPLAY) not in TERMS:
        yield f"{_shorten(predicate)} says nothing of a page"
    if predicate == DASH + "viewer" and not (isinstance(value, NamedNode) and value.value in VIEWERS):
        yield f"no viewer is called {value}"
    for term in (triple.subject, value):
        if isinstance(term, NamedNode) and term.value.startswith(ONT) and term not in declared:
            yield f"{shorten(term.value)} is not declared in the ontology; is it misspelt?"
    # Texts in a list are the highlights of the home page.
    is_query = predicate in (DISPLAY + "query", PREFIXES["rdf"] + "first")
    named = value.value if is_query and isinstance(value, Literal) else None
    if catalogue and named is not None and named not in catalogue.current:
        yield f"no saved query is called {named!r}"


def _check_members(display: Source) -> Iterator[DisplayError]:
    """Yield the sections and columns that a list names and that have not one title and one path."""
    values: dict[object, dict[str, list[Term | Triple]]] = {}
    for triple in display.triples:
        values.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
    for triple, line in zip(display.triples, display.lines, strict=True):
        if triple.predicate.value not in LISTS:
            continue
        cell: object = triple.object
        met = {cell}
        while first := values.get(cell, {}).get(PREFIXES["rdf"] + "first"):
            for name in ("path", "name"):
                if len(values.get(first[0], {}).get(PREFIXES["sh"] + name, ())) != 1:
                    shown = _shorten(first[0].value) if isinstance(first[0], NamedNode) else "what it lists"
                    yield DisplayError(display.path, line, f"{shown} must have one sh:{name}")
            cell = next(iter(values[cell].get(PREFIXES["rdf"] + "rest", ())), None)
            if cell in met:
                break
            met.add(cell)


def _check_parameters(display: Source, catalogue: Catalogue) -> Iterator[DisplayError]:
    """Yield the parameters and columns that the saved queries named beside them do not have."""
    queries = {t.subject: t.object.value for t in display.triples if t.predicate.value == DISPLAY + "query"
             and isinstance(t.object, Literal)}  # fmt: skip
    for triple, line in zip(display.triples, display.lines, strict=True):
        query = catalogue.current.get(queries.get(triple.subject, ""))
        if query is not None and triple.predicate.value in (
            DISPLAY + "sentence",
            DISPLAY + "listed",
            DISPLAY + "column",
        ):
            columns = {column.name for column in query.columns} | {"count", "when"}
            text = triple.object.value if isinstance(triple.object, Literal) else ""
            wanted = re.findall(r"\{(.*?)\}", text) if triple.predicate.value == DISPLAY + "sentence" else [text]
            for name in wanted:
                if name not in columns:
                    yield DisplayError(display.path, line, f"the saved query {query.name!r} has no column {name}")
        if query is None or triple.predicate.value not in (DISPLAY + "parameter", DISPLAY + "until"):
            continue
        names = [parameter.name for parameter in query.parameters]
        if not isinstance(triple.object, Literal) or triple.object.value not in names:
            reason = f"the saved query {query.name!r} has no parameter {triple.object}; it has {', '.join(names)}"
            yield DisplayError(display.path, line, reason)


def _shorten(iri: str) -> str:
    """Return an IRI as display files write it: their vocabulary and what they describe are no part of the graph."""
    for prefix, namespace in (("display", DISPLAY), ("page", get_home().base + "page#")):
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return shorten(iri)
