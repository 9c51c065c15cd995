"""The parts cited for what an agent did or had name the agent; what documents tell of a purpose is in an answer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ahg_graph.queries.binding import bind_query
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.name_resolver import open_names
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.store import Store, open_store
from ahg_graph.sparql.types import SparqlQuery
from support.namespaces import PREFIXES

PROLOGUE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
CITED = """SELECT ?node ?part ?words ?name WHERE {
  ?node ahg:affiliationOf|ahg:attendanceOf|ahg:presentationBy|ahg:contributionBy|ahg:involvementOf ?agent ;
    ahg:evidencedBy ?part .
  ?agent a ?class . VALUES ?class { ahg:State ahg:Organisation }
  ?part ahg:partWords ?words . ?called ahg:nameOf ?agent ; ahg:nameText ?name .
  FILTER NOT EXISTS {
    ?node ahg:startNotBefore|ahg:startNotAfter|ahg:endNotBefore|ahg:endNotAfter ?day .
    ?event ahg:startNotBefore|ahg:endNotAfter ?day ; a ahg:Meeting ; ahg:evidencedBy ?part .
  }
}"""
"""A part that only gives the day of a meeting by which the node is bounded is left out."""
TOLD = """SELECT DISTINCT ?node ?summary WHERE {
  ?node a ?class ; ahg:summary ?summary . VALUES ?class { ahg:Meeting ahg:Proposal }
  FILTER NOT EXISTS { ?node ahg:curatorsReason ?reason }
}"""


@pytest.fixture(scope="module")
def store(real_snapshot: Snapshot) -> Store:
    return open_store(real_snapshot.store)


def find_silent_parts(rows: list[dict[str, str]]) -> set[tuple[str, str]]:
    """Return each node with a cited part in which no name of its agent stands."""
    named: dict[tuple[str, str], bool] = {}
    for row in rows:
        words = set(row["words"].split())
        is_there = words.issuperset(re.findall(r"[^\W_]+", row["name"].lower()))
        named[row["node"], row["part"]] = named.get((row["node"], row["part"]), False) or is_there
    return {cited for cited, is_there in named.items() if not is_there}


def test_the_parts_cited_for_what_an_agent_did_name_the_agent(store: Store) -> None:
    rows = _rows(store, PROLOGUE + CITED)
    assert len({row["node"] for row in rows}) > 100
    assert find_silent_parts(rows) == set()


def test_a_part_that_does_not_name_the_agent_is_found() -> None:
    rows = [
        {"node": "a", "part": "p", "words": "bali in march states", "name": "United States"},
        {"node": "a", "part": "q", "words": "states the united", "name": "United States"},
        {"node": "a", "part": "q", "words": "states the united", "name": "USA"},
    ]
    assert find_silent_parts(rows) == {("a", "p")}


def test_what_a_meeting_or_a_proposal_is_for_is_in_an_answer(real_snapshot: Snapshot, home: Path, store: Store) -> None:
    names, catalogue = open_names(real_snapshot.path), load_catalogue(home / "queries")
    shown = {
        (row[column], row["summary"])
        for name, column in (("meetings", "meeting"), ("proposals", "proposal"))
        for row in _rows(store, bind_query(catalogue.get_query(name), {}, names).text)
        if "summary" in row
    }
    told = {(row["node"], row["summary"]) for row in _rows(store, PROLOGUE + TOLD)}
    assert len(told) > 10
    assert told - shown == set()


def _rows(store: Store, text: str) -> list[dict[str, str]]:
    found = json.loads(bytes(store.answer(SparqlQuery(text)).body))["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in found]
