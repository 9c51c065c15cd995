"""Asking by a subject finds all that is filed under it or under anything narrower, or that tasks it."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from ahg_graph.queries.binding import bind_query
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.name_resolver import open_names
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.store import Store, open_store
from ahg_graph.sparql.types import SparqlQuery
from support.namespaces import PREFIXES

PROLOGUE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
NAMED = """SELECT DISTINCT ?thing ?decision WHERE {
  ?decision a ahg:Decision ; ahg:concerns|ahg:topic|ahg:tasks ?named .
  ?named (ahg:broaderTopic|ahg:partOfInitiative|ahg:supplements)* ?thing .
  ?thing a ?class . VALUES ?class { ahg:Topic ahg:Body ahg:LegalInstrument }
}"""


def test_about_finds_every_decision_filed_under_the_thing_or_a_narrower_one(
    real_snapshot: Snapshot, home: Path
) -> None:
    store = open_store(real_snapshot.store)
    names = open_names(real_snapshot.path)
    filed = defaultdict(set)
    for thing, decision, _ in _rows(store, PROLOGUE + NAMED):
        filed[thing].add(decision)
    assert len(filed) > 50
    query = load_catalogue(home / "queries").get_query("decisions")
    missing = {
        thing: decisions - {row[0] for row in _rows(store, bind_query(query, {"about": [thing]}, names).text)}
        for thing, decisions in filed.items()
    }
    assert {thing: decisions for thing, decisions in missing.items() if decisions} == {}


def _rows(store: Store, text: str) -> list[tuple[str, str, str]]:
    found = json.loads(bytes(store.answer(SparqlQuery(text)).body))
    columns = [*found["head"]["vars"], "", "", ""]
    cells = [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]
    return [(row.get(columns[0], ""), row.get(columns[1], ""), row.get(columns[2], "")) for row in cells]
