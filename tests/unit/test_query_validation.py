"""Whether a query keeps what its header promises."""

from collections.abc import Callable, Iterator

import pytest

from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.queries.model import SavedQuery
from ahg_graph.queries.name_resolver import parse_names
from ahg_graph.queries.parser import parse_saved_query
from ahg_graph.queries.validation import check_rows, check_unaffected, lint_query
from ahg_graph.rdf.terms import Literal, NamedNode, Term

HEADER = """#+ summary: S
#+ description: D
#+ tags: [t]
#+ params:
#+   kind: {type: text, description: K., list: true}
#+   day: {type: date, description: D.}
#+ columns:
#+   a: {type: iri, meaning: A.}
#+   n: {type: integer, meaning: N., optional: true}
#+ key: [a]
#+ rows: 2
"""
PREFIX = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
WHERE = '{ ?a ?p ?k FILTER(?k = COALESCE(?__kind, ?k)) FILTER(COALESCE(STR(?__day_xsd_date), "") <= STR(?d)) }'
GOOD = f"SELECT ?a (COUNT(?k) AS ?n) WHERE {WHERE} GROUP BY ?a ORDER BY DESC(?n) ?a"


def parse(body: str, prefix: str = PREFIX) -> SavedQuery:
    return parse_saved_query("queries/q.rq", f"{HEADER}\n{prefix}{body}\n")


def test_a_query_that_keeps_its_promises_has_no_problem() -> None:
    assert lint_query(parse(GOOD)) == []


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("SELECT ?a (COUNT(?k) AS ?n)", "SELECT (COUNT(?k) AS ?n) ?a", "the columns are n, a; the header says a, n"),
        ("SELECT ?a", "SELECT ?a ?b", "the columns are a, b, n; the header says a, n"),
        ("SELECT ?a (COUNT(?k) AS ?n)", "SELECT *", "the columns are none; the header says a, n"),
        (" ORDER BY DESC(?n) ?a", "", "no ORDER BY at the outermost level"),
        ("ORDER BY DESC(?n) ?a", "ORDER BY ?a ?n", "ORDER BY must end in the key: ?a"),
        ("ORDER BY DESC(?n) ?a", "ORDER BY STR(?a)", "ORDER BY must end in the key: ?a"),
        ("ORDER BY DESC(?n) ?a", "ORDER BY DESC(?n) ?a LIMIT 5", "LIMIT and OFFSET "),
        ("FILTER(?k = COALESCE(?__kind, ?k))", "FILTER(!BOUND(?__kind))", "`?__kind` "),
        ("FILTER(?k = COALESCE(?__kind, ?k))", "BIND(?k AS ?__kind)", "`?__kind` "),
        ("GROUP BY ?a", "GROUP BY ?a ?__kind", "`?__kind` "),
        ("FILTER(?k = COALESCE(?__kind, ?k))", "OPTIONAL { ?a ?q ?__kind }", "`kind` cannot be a list"),
        ("{ ?a ?p ?k FILTER", "{ ?a ?p ?__kind { ?a ?q ?__kind } FILTER", "`kind` cannot be a list"),
    ],
)
def test_a_text_that_breaks_its_header_is_reported(old: str, new: str, reason: str) -> None:
    assert GOOD.count(old) == 1
    problems = lint_query(parse(GOOD.replace(old, new)))
    assert [p.reason for p in problems if p.reason.startswith(reason)], problems
    assert {(p.path, p.line) for p in problems} == {("queries/q.rq", 13)}


def test_a_date_needs_the_prefix_that_grlc_would_add() -> None:
    (problem,) = lint_query(parse(GOOD, "PREFIX  xsd: <http://www.w3.org/2001/XMLSchema#>\n"))
    assert problem.reason.startswith("a query with a date must declare `PREFIX xsd:")


def test_an_order_inside_a_group_is_none_outside() -> None:
    where = "{ ?a ?p ?n FILTER(?p = COALESCE(?__kind, ?p) && ?n = COALESCE(?__day_xsd_date, ?n)) }"
    body = f"SELECT ?a ?n WHERE {{ SELECT ?a ?n WHERE {where} ORDER BY ?a }}"
    assert [p.reason[:11] for p in lint_query(parse(body))] == ["no ORDER BY"]


def row(a: Term | None, n: Term | None = None) -> dict[str, Term | None]:
    return {"a": a, "n": n}


A, B = NamedNode("urn:a"), NamedNode("urn:b")


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        ([row(A), row(B, Literal(1))], []),
        ([row(A)], ["the example gives 1 rows; the header expects at least 2"]),
        ([row(A), row(None)], ["`a` is empty in 1 rows and not marked optional"]),
        ([row(A), row(B, Literal("1"))], ['`n` is of type integer, and "1" is not']),
        ([row(A), row(Literal("b"))], ['`a` is of type iri, and "b" is not']),
        ([row(A, Literal(1)), row(A, Literal(2))], ["the key <urn:a> occurs in 2 rows"]),
    ],
)
def test_rows_that_break_the_header_are_reported(rows: list[dict[str, Term | None]], reasons: list[str]) -> None:
    assert check_rows(parse(GOOD), rows) == reasons


def test_a_code_that_its_list_does_not_have_is_reported() -> None:
    scheme = "https://w3id.org/ahg-graph/id/code-list/act"
    header = HEADER.replace("type: integer, meaning: N.", "type: code, scheme: id:code-list/act, meaning: N.")
    query = parse_saved_query("queries/q.rq", f"{header}\n{PREFIX}{GOOD}\n")
    index = parse_names([], [(scheme, "agree", "agree"), (scheme, "note", "note")])
    rows = [row(A, Literal("agree")), row(B, Literal("agreed"))]
    assert check_rows(query, rows, index) == [f"`n` has codes that {scheme} does not list: agreed"]
    assert check_rows(query, [row(A, Literal("agree")), row(B, Literal("note"))], index) == []


def test_a_query_that_meets_the_terms_of_others_is_reported() -> None:
    """Where triples are added that it does not name, its answer stays as it is."""
    query = parse_saved_query("queries/q.rq", f"{HEADER}\n{PREFIX}{GOOD}\n")
    catalogue = Catalogue({("q", 1): query})

    def select(extra: bool) -> Callable[[str], Iterator[dict[str, Term | None]]]:
        return lambda text: iter([] if "ahg:" in text else [row(A), *([row(B)] if extra else [])])

    assert check_unaffected(catalogue, select(False), select(False)) == []
    (problem,) = check_unaffected(catalogue, select(False), select(True))
    assert "another answer with the triples of graph/aligned" in str(problem)
