"""What a saved query must not lean on: each rule refuses a planted case, and takes the form that it asks for."""

from pathlib import Path

import pytest

from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.model import SavedQuery
from ahg_graph.queries.parser import parse_saved_query
from ahg_graph.queries.portability import compare_left_out, find_unportable
from ahg_graph.queries.validation import lint_query
from ahg_graph.rdf.terms import Literal

HEAD = """#+ summary: S
#+ description: D
#+ tags: [t]
#+ params:
#+   x: {type: text, description: X.}
#+ columns:
#+   s: {type: iri, meaning: S.}
#+   n: {type: text, meaning: N., optional: true}
#+ key: [s]

SELECT ?s ?n WHERE { ?s <urn:p> ?o FILTER(?o = COALESCE(?__x, ?o)) %s } ORDER BY ?s
"""


def make(where: str) -> SavedQuery:
    return parse_saved_query("queries/q.rq", HEAD % where)


def test_every_version_of_every_saved_query_holds_the_rules() -> None:
    versions = load_catalogue(Path(__file__).parents[2] / "queries").versions
    assert {name: found for name, query in versions.items() if (found := find_unportable(query))} == {}


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("BIND(BOUND(?o) && ?o = ?__x AS ?n)", "`?__x` must be left out"),
        ("FILTER(CONTAINS(?o, ?__x))", "`?__x` must be left out"),
        ("FILTER NOT EXISTS { ?a <urn:q> ?s FILTER NOT EXISTS { ?a <urn:r> ?o } }", "EXISTS within EXISTS"),
        ("FILTER EXISTS { ?a <urn:q> ?s { BIND(IF(EXISTS { ?a <urn:r> ?o }, 1, 2) AS ?b) } }", "EXISTS within EXISTS"),
        ('FILTER(?o = "a" || EXISTS { ?a <urn:q> ?s })', "EXISTS must be the whole"),
        ("FILTER(! EXISTS { ?a <urn:q> ?s })", "EXISTS must be the whole"),
        ('BIND(IF(EXISTS { ?a <urn:q>/<urn:r> ?s }, "a", "b") AS ?n)', "EXISTS that gives a value holds a path"),
        ("FILTER(1 - 2 + 3 = 2)", "what follows `-`"),
        ("FILTER(1 - 2 - 3 = 2)", "what follows `-`"),
        ("BIND(STR(8 / 2 * 3) AS ?n)", "what follows `/`"),
        ("?s (<urn:q>*)? ?a", "a path repeats"),
        ("?s !(<urn:q>|^<urn:p>) ?a", "a path with `!`"),
        ("?s <urn:q>{1,2} ?a", "a strict parser refuses"),
        ("OPTIONAL { ?s <urn:q> ?a FILTER(?a != ?o) }", "the FILTER of an OPTIONAL names ?o"),
        (
            '{ SELECT ?s (GROUP_CONCAT(?a; SEPARATOR=", ") AS ?n) { ?s <urn:q> ?a } GROUP BY ?s }',
            "GROUP_CONCAT must join",
        ),
        ("{ SELECT ?s (GROUP_CONCAT(?a) AS ?n) { ?s <urn:q> ?a } GROUP BY ?s }", "GROUP_CONCAT must join"),
        (
            '{ SELECT ?s (STRBEFORE(GROUP_CONCAT(?a; SEPARATOR="; "), ";") AS ?n) { ?s <urn:q> ?a } GROUP BY ?s }',
            "GROUP_CONCAT must be a column",
        ),
        ("FILTER(LANGDIR(?o) = '')", "the function LANGDIR is not of SPARQL 1.1"),
    ],
)
def test_a_rule_refuses(where: str, reason: str) -> None:
    found = find_unportable(make(where))
    assert len(found) == 1
    assert found[0].startswith(reason)
    assert found[0] in [problem.reason for problem in lint_query(make(where))]


@pytest.mark.parametrize(
    "where",
    [
        "FILTER NOT EXISTS { ?a <urn:q> ?s OPTIONAL { ?a <urn:r> ?b } FILTER(COALESCE(STR(?b), '') = '') }",
        'FILTER(COALESCE(STR(?__x), "") = "" || EXISTS { ?a <urn:q> ?s })',
        'BIND(STRDT(IF(EXISTS { ?a <urn:q> ?s }, "true", "false"), <urn:t>) AS ?n)',
        "FILTER(1 + 3 - 2 = 2 && (8 * 3) / 2 = 12 && (1 - 2) + 3 = 2)",
        "?s (<urn:q>/<urn:r>*)? ?a",
        "OPTIONAL { ?s <urn:q> ?a FILTER(?a != ?s) }",
        '{ SELECT ?s (GROUP_CONCAT(?a; SEPARATOR="; ") AS ?n) { ?s <urn:q> ?a } GROUP BY ?s }',
        '{ SELECT ?s (GROUP_CONCAT(?a; SEPARATOR="\\n") AS ?n) { ?s <urn:q> ?a } GROUP BY ?s }',
    ],
)
def test_a_rule_takes(where: str) -> None:
    assert find_unportable(make(where)) == []


def test_leaving_out_must_not_change_the_answer() -> None:
    one, other = {"s": Literal("a")}, {"s": Literal("b")}
    assert compare_left_out([one, other], [other, one]) == []
    assert len(compare_left_out([one, other], [one])) == 1
