"""Saved queries that answer with a graph: their header, their text, their answer, and what they have promised."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahg_graph.errors import BuildFailed, CatalogueError
from ahg_graph.queries.binding import bind_query
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.compatibility import check_compatibility, record_contracts
from ahg_graph.queries.model import TRIPLE, Predicate
from ahg_graph.queries.name_resolver import parse_names
from ahg_graph.queries.parser import parse_saved_query
from ahg_graph.queries.validation import check_example_results, lint_query
from ahg_graph.rdf.terms import Literal, NamedNode, RdfFormat, Triple, parse, serialize
from ahg_graph.sparql.memory_dataset import MemoryDataset
from ahg_graph.sparql.result_tables import list_triples, parse_graph, tabulate_triples
from support.namespaces import ONT

GOOD = """#+ summary: S
#+ description: D
#+ tags: [t]
#+ predicates:
#+   ahg:knows: {meaning: Whom it knows.}
#+   ahg:likes: {meaning: Whom it likes., optional: true}
#+ triples: 2

PREFIX ahg: <https://w3id.org/ahg-graph/ont#>
CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?p IN (ahg:knows, ahg:likes)) }
"""
A, B, KNOWS, LIKES = NamedNode("urn:a"), NamedNode("urn:b"), NamedNode(ONT + "knows"), NamedNode(ONT + "likes")
HELD = [Triple(A, KNOWS, B), Triple(B, KNOWS, A), Triple(A, NamedNode("urn:other"), Literal("x"))]


def write(folder: Path, text: str = GOOD) -> Path:
    (folder / "q.rq").write_text(text)
    return folder


def answer_reasons(folder: Path, text: str, held: list[Triple] = HELD) -> list[str]:
    return [e.reason for e in check_example_results(load_catalogue(write(folder, text)), MemoryDataset(held).select)]


def test_a_graph_is_the_table_of_its_triples() -> None:
    query = parse_saved_query("queries/q.rq", GOOD)
    assert (query.is_graph, query.form, query.rows) == (True, "graph", 2)
    assert (query.columns, query.key) == (TRIPLE, ("subject", "predicate", "object"))
    assert query.statements == (("?subject", "?predicate", "?object"),)
    assert query.predicates == (
        Predicate(ONT + "knows", "Whom it knows."),
        Predicate(ONT + "likes", "Whom it likes.", required=False),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("#+ triples: 2", "#+ rows: 2", 7, "unknown entry `rows`"),
        ("#+ triples: 2", "#+ key: [subject]", 7, "unknown entry `key`"),
        ("#+ triples: 2", "#+ triples: many", 7, "`triples` must be a number"),
        ("ahg:likes: {", "agh:likes: {", 6, "unknown prefix in 'agh:likes'"),
        ("{meaning: Whom it knows.}", "{}", 5, "`predicates.ahg:knows.meaning` is missing or empty"),
        ("{meaning: Whom it knows.}", "{meaning: W., type: iri}", 5, "unknown entry `predicates.ahg:knows.type`"),
        ("CONSTRUCT { ?s ?p ?o } WHERE", "DESCRIBE ?s WHERE", 1, "DESCRIBE "),
        ("CONSTRUCT { ?s ?p ?o } WHERE", "ASK", 1, "ASK "),
    ],
)
def test_a_error_of_the_header_is_reported_with_its_line(old: str, new: str, line: int, reason: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(BuildFailed) as caught:
        parse_saved_query("queries/q.rq", GOOD.replace(old, new))
    found = [(e.line, e.reason) for e in caught.value.problems if isinstance(e, CatalogueError)]
    assert any(at == line and said.startswith(reason) for at, said in found), found


def test_a_query_with_rows_has_no_predicates() -> None:
    text = GOOD.replace("CONSTRUCT { ?s ?p ?o } WHERE", "SELECT ?s WHERE")
    with pytest.raises(BuildFailed, match="predicates"):
        parse_saved_query("queries/q.rq", text)


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ("{ ?s ?p ?o } WHERE", "{ ?s ?p ?o } WHERE", []),
        ("ahg:likes)) }", "ahg:likes)) } ORDER BY ?s", ["a graph has no order"]),
        ("ahg:likes)) }", "ahg:likes)) } LIMIT 5", ["LIMIT and OFFSET "]),
        ("{ ?s ?p ?o } WHERE", "{ ?s ?p [] } WHERE", ["the template must be without blank nodes"]),
        ("{ ?s ?p ?o } WHERE", "{ ?s ?p _:b } WHERE", ["the template must be without blank nodes"]),
    ],
)
def test_a_text_that_is_not_the_same_each_time_is_refused(old: str, new: str, reasons: list[str]) -> None:
    found = [e.reason for e in lint_query(parse_saved_query("queries/q.rq", GOOD.replace(old, new)))]
    assert len(found) == len(reasons)
    assert all(said.startswith(reason) for said, reason in zip(found, reasons, strict=True))


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ("triples: 2", "triples: 2", []),
        ("triples: 2", "triples: 3", ["the example gives 2 triples; the header expects at least 3"]),
        (", optional: true", "", [f"<{ONT}likes> is in no triple and not marked optional"]),
        ("ahg:knows: {meaning", "ahg:hates: {optional: true, meaning",
         [f"<{ONT}knows> is a predicate of the answer and not of the header"]),
        ("ahg:knows: {meaning", '"*": {meaning', []),
        ("{ ?s ?p ?o } WHERE", "{ ?s ahg:likes ?o . ?s ?p ?o } WHERE",
         [f"the graph does not hold the triple {s} {LIKES} {o}" for s, o in ((A, B), (B, A))]),
    ],
)  # fmt: skip
def test_an_answer_that_breaks_the_header_is_reported(tmp_path: Path, old: str, new: str, reasons: list[str]) -> None:
    assert GOOD.count(old) == 1
    assert sorted(answer_reasons(tmp_path, GOOD.replace(old, new))) == reasons


def test_a_blank_node_in_an_answer_is_reported(tmp_path: Path) -> None:
    held = [*HELD, *(quad.triple for quad in parse(input=f"<urn:a> <{ONT}knows> [] .", format=RdfFormat.TURTLE))]
    assert any(said.startswith("`object` is of type term, and _:") for said in answer_reasons(tmp_path, GOOD, held))


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ("description: D", "description: E", []),
        ("#+ triples: 2", "#+   ahg:hates: {meaning: New.}\n#+ triples: 2", []),
        ("#+   ahg:likes: {meaning: Whom it likes., optional: true}\n", "", [f"the predicate {ONT}likes is gone"]),
        ("Whom it knows.}", "Whom it knows., optional: true}",
         [f"the predicate {ONT}knows was in every answer and may be missing"]),
        (GOOD[GOOD.index("#+ predicates"):], "#+ columns:\n#+   s: {type: iri, meaning: S.}\n#+ key: [s]\n\n"
         "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s\n", ["the answer was of another form, rows or a graph"]),
    ],
)  # fmt: skip
def test_a_promise_that_is_broken_is_reported(tmp_path: Path, old: str, new: str, reasons: list[str]) -> None:
    record_contracts(tmp_path, load_catalogue(write(tmp_path)))
    found = [e.reason for e in check_compatibility(tmp_path, load_catalogue(write(tmp_path, GOOD.replace(old, new))))]
    assert [said.partition(": give")[0] for said in found] == reasons


def test_values_take_their_places_in_a_template() -> None:
    text = GOOD.replace("CONSTRUCT { ?s ?p ?o } WHERE { ?s", "CONSTRUCT { ?_thing_iri ?p ?o } WHERE { ?_thing_iri")
    text = text.replace(
        "#+ triples", "#+ params:\n#+   thing: {type: thing, description: T.}\n#+ example: {thing: a}\n#+ triples"
    )
    names = parse_names([("urn:a", "class", ONT + "Agent"), ("urn:a", "label", "a")], [])
    bound = bind_query(parse_saved_query("queries/q.rq", text), {"thing": ["urn:a"]}, names)
    found = list(MemoryDataset(HELD).select(bound.text))
    assert found == [{"subject": A, "predicate": KNOWS, "object": B}]


def test_a_graph_is_read_in_the_order_of_its_lines_and_written_whole() -> None:
    values = [Literal("x"), Literal("x", language="en"), Literal("1", datatype=NamedNode("urn:t")), B]
    triples = [Triple(A, KNOWS, value) for value in values]
    lines = serialize([*triples, *triples], format=RdfFormat.N_TRIPLES)
    assert lines is not None
    table = parse_graph(lines)
    assert [str(triple) for triple in list_triples(table)] == sorted(map(str, triples))
    assert list_triples(tabulate_triples(triples)) == triples
