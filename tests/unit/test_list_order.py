"""The order of what a cell lists, whatever order an engine has joined it in."""

import itertools
import json
from collections.abc import Mapping
from pathlib import Path

from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.list_order import find_lists, order_cells, order_terms
from ahg_graph.service.engine import StoreEngine, call_at_once, finish
from ahg_graph.service.query_request import QueryRequest
from ahg_graph.service.query_service import open_query_service
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.media_types import CSV, RESULTS_JSON
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.store import open_store
from ahg_graph.sparql.types import SparqlQuery, SparqlResult

PLACES = {("S5", "para 1"): (1, 4), ("S5", "title"): (1, 1), ("PR", "para 1"): (0, 2)}


def test_places_are_in_citing_order_and_stay_beside_their_documents() -> None:
    lists = {"document": "; ", "locator": "; "}
    for pairs in itertools.permutations(PLACES):
        cells = {name: "; ".join(pair[side] for pair in pairs) for side, name in enumerate(lists)}
        assert order_cells(cells, lists, PLACES) == {"document": "PR; S5; S5", "locator": "para 1; title; para 1"}


def test_names_and_sentences_are_in_the_order_of_code_points() -> None:
    cells = {"names": "b; a; B", "reason": "Two.\nOne, and more.", "other": "b; a"}
    assert order_cells(cells, {"names": "; ", "reason": "\n"}, {}) == {
        "names": "B; a; b",
        "reason": "One, and more.\nTwo.",
    }


def test_a_list_without_members_is_unbound() -> None:
    row: Mapping[str, Mapping[str, str]] = {
        "names": {"type": "literal", "value": ""},
        "s": {"type": "uri", "value": "u"},
    }
    assert order_terms(row, {"names": "; "}, {}) == {"s": {"type": "uri", "value": "u"}}


def test_lists_are_found_where_they_are_made_and_where_they_are_handed_on() -> None:
    text = """SELECT ?s ?names ?reason ?other {
      { SELECT ?s (GROUP_CONCAT(?n; SEPARATOR="; ") AS ?names) (GROUP_CONCAT(?w; SEPARATOR="\\n") AS ?why) (1 AS ?m)
        { ?s <urn:n> ?n } GROUP BY ?s }
      BIND(IF(?a = 1, COALESCE(?why, ?b), ?c) AS ?reason) BIND(STRLEN(?names) AS ?other)
    }"""
    assert find_lists(text) == {"names": "; ", "why": "\n", "reason": "\n"}


class TurningEngine(StoreEngine):
    """An engine that joins the members of lists from the last to the first, as it may."""

    async def ask(self, question: SparqlQuery, client: str = "", /) -> SparqlResult:
        result = await super().ask(question, client)
        document = json.loads(result.body)
        for row in document["results"]["bindings"]:
            for name in {"document", "locator"} & row.keys():
                row[name]["value"] = "; ".join(reversed(row[name]["value"].split("; ")))
        return result._replace(body=json.dumps(document).encode())


def test_an_answer_does_not_depend_on_the_order_in_which_lists_are_joined(real_snapshot: Snapshot) -> None:
    catalogue = load_catalogue(Path(__file__).parents[2] / "queries")
    query = catalogue.get_query("body-history")
    answers = []
    for kind in (StoreEngine, TurningEngine):
        engine = kind(open_store(real_snapshot.store))
        service = finish(open_query_service(engine, real_snapshot, catalogue, call_at_once))
        request = QueryRequest(query=query, given=query.example)
        answers.append([finish(service.write(request, kind)).body for kind in (RESULTS_JSON, CSV)])
    assert answers[0] == answers[1]
    assert any("; " in row["locator"]["value"] for row in parse_table(answers[0][0]).rows)
