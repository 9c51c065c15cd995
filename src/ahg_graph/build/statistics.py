"""The size of a snapshot, by kind: counted by queries, shown as a page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from ahg_graph.config.prefixes import ONT, PREFIXES, get_home
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.store import Store, open_store
from ahg_graph.sparql.types import SparqlQuery

_PROLOGUE = f"PREFIX ahg: <{ONT}> PREFIX skos: <{PREFIXES['skos']}> PREFIX rdfs: <{PREFIXES['rdfs']}>\n"
_KINDS = """SELECT ?label (COUNT(DISTINCT ?thing) AS ?number) WHERE {
  ?thing a ?class . ?class rdfs:label ?label .
  FILTER(STRSTARTS(STR(?class), STR(ahg:)) || STRSTARTS(STR(?class), STR(<ont#>)))
} GROUP BY ?label ORDER BY DESC(?number) ?label"""
_DOCUMENTS = """SELECT ?key (COUNT(DISTINCT ?part) AS ?parts) (COUNT(DISTINCT ?decision) AS ?decisions) WHERE {
  ?document ahg:documentKey ?key ; ahg:documentOrder ?order . ?part ahg:partOfDocument ?document .
  OPTIONAL { ?decision ahg:evidencedBy ?part ; a ahg:Decision }
} GROUP BY ?key ?order ORDER BY ?order"""
_CODED = """SELECT ?code (COUNT(DISTINCT ?thing) AS ?number) WHERE {
  ?thing a ahg:%s ; ahg:%s/skos:notation ?code } GROUP BY ?code ORDER BY DESC(?number) ?code"""


@dataclass(frozen=True, slots=True)
class CountTable:
    """A heading, the names of the columns and the rows, numbers last."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def count_statistics(snapshot: Snapshot) -> tuple[CountTable, ...]:
    """Return the figures of a snapshot: triples by graph, things by kind, and the commonest codes."""
    store = open_store(snapshot.store)
    manifest = snapshot.manifest
    graphs = [(iri, str(number)) for iri, number in sorted(get_home().select_own(manifest.graphs).items())]
    total = ("all", str(manifest.asserted + manifest.inferred))
    return (
        CountTable("Triples", ("graph", "triples"), (*graphs, total)),
        CountTable("Documents", ("document", "parts", "decisions"), _select(store, _DOCUMENTS)),
        CountTable(
            "Things by kind; a thing counts under each kind that it is of", ("kind", "number"), _select(store, _KINDS)
        ),
        CountTable("Decisions by act", ("act", "number"), _select(store, _CODED % ("Decision", "act"))),
        CountTable("Meetings by status", ("status", "number"), _select(store, _CODED % ("Meeting", "eventStatus"))),
        CountTable("Meetings by kind", ("kind", "number"), _select(store, _CODED % ("Meeting", "kind"))),
        CountTable("Discrepancies by kind", ("kind", "number"), _select(store, _CODED % ("Discrepancy", "kind"))),
    )


def write_page(tables: Iterable[CountTable]) -> str:
    """Return the figures as a Markdown page."""
    lines = ["# The graph in figures", "", "Made from the snapshot by `ahg-graph figures --page`; do not edit by hand."]
    for table in tables:
        lines += [
            "",
            f"## {table.heading}",
            "",
            _line(table.columns),
            _line(("---", *["---:"] * (len(table.columns) - 1))),
        ]
        lines += [_line(row) for row in table.rows]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _select(store: Store, text: str) -> tuple[tuple[str, ...], ...]:
    found = json.loads(bytes(store.answer(SparqlQuery(_PROLOGUE + text)).body))
    return tuple(tuple(row[name]["value"] for name in found["head"]["vars"]) for row in found["results"]["bindings"])
