"""A query without what its optional parameters would do."""

import pytest

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.sparql.optional_parameters import settle_parameters


def settle(where: str, *given: str) -> str:
    names = ("?__x", "?__y")
    text = settle_parameters(f"SELECT * {{ {where} }}", given, set(names) - set(given))
    return text.removeprefix("SELECT * {").removesuffix("}").strip()


@pytest.mark.parametrize(
    ("where", "absent", "given"),
    [
        ("?s ?p ?o", "?s ?p ?o", "?s ?p ?o"),
        ("FILTER(?o = COALESCE(?__x, ?o))", "", "FILTER(?o = ?__x)"),
        ("?s ?p ?o FILTER(?o = COALESCE(?__x, ?o)) ?s ?q ?a", "?s ?p ?o . ?s ?q ?a", None),
        ("?s ?p ?o . FILTER(?o = COALESCE(?__x, ?o)) ?s ?q ?a", "?s ?p ?o .  ?s ?q ?a", None),
        ('FILTER(COALESCE(STR(?__x), "") = "" || ?o = ?__x)', "", "FILTER(?o = ?__x)"),
        ('FILTER(COALESCE(STR(?__x), "") = "" || EXISTS { ?s ?q ?__x })', "", "FILTER(EXISTS { ?s ?q ?__x })"),
        ('FILTER(COALESCE(STR(?__x), "") != "" && ?o = ?__x)', None, "FILTER(?o = ?__x)"),
        ('FILTER(COALESCE(STR(?__x), "9") >= ?o)', 'FILTER("9" >= ?o)', "FILTER(STR(?__x) >= ?o)"),
        ("BIND(COALESCE(STR(?__x), ?o) AS ?n)", "BIND(?o AS ?n)", "BIND(STR(?__x) AS ?n)"),
        ("BIND(COALESCE(?o, ?__x, ?p) AS ?n)", "BIND(COALESCE(?o, ?p) AS ?n)", "BIND(COALESCE(?o, ?__x, ?p) AS ?n)"),
        ("BIND(LCASE(STR(?__x)) AS ?n)", "", "BIND(LCASE(STR(?__x)) AS ?n)"),
        ('BIND(IF(COALESCE(?__x, "") = "", ?a, ?b) AS ?n)', "BIND(?a AS ?n)", "BIND(?b AS ?n)"),
        (
            "OPTIONAL { { SELECT ?w { BIND(LCASE(?__x) AS ?w) } } ?s ?p ?w }",
            "",
            "OPTIONAL { { SELECT ?w { BIND(LCASE(?__x) AS ?w) } } ?s ?p ?w }",
        ),
        ("FILTER(CONTAINS(?o, ?__x))", "FILTER(CONTAINS(?o, ?__x))", "FILTER(CONTAINS(?o, ?__x))"),
        ("{ FILTER(?o = COALESCE(?__x, ?o)) } UNION { ?s ?p ?o }", "{  } UNION { ?s ?p ?o }", None),
    ],
)
def test_what_has_no_value_is_left_out(where: str, absent: str | None, given: str | None) -> None:
    if absent is not None:
        assert settle(where) == absent
    if given is not None:
        assert settle(where, "?__x") == given


def test_two_parameters_are_decided_each_by_itself() -> None:
    both = 'FILTER(COALESCE(STR(?__x), STR(?__y), "") = "" || BOUND(?o))'
    assert settle(both) == ""
    assert settle(both, "?__x") == settle(both, "?__y") == "FILTER(BOUND(?o))"


def test_a_line_of_its_own_goes_as_a_whole() -> None:
    text = "SELECT * {\n  ?s ?p ?o .\n  FILTER(?o = COALESCE(?__x, ?o))\n}"
    assert settle_parameters(text, [], ["?__x"]) == "SELECT * {\n  ?s ?p ?o .\n}"


def test_a_text_in_a_string_or_a_comment_is_no_parameter() -> None:
    text = '# COALESCE(?__x, 1)\nSELECT * { ?s ?p "COALESCE(?__x, 1)" FILTER(?o = COALESCE(?__x, ?o)) }'
    assert settle_parameters(text, [], ["?__x"]) == '# COALESCE(?__x, 1)\nSELECT * { ?s ?p "COALESCE(?__x, 1)"  }'


def test_what_is_no_query_is_refused() -> None:
    with pytest.raises(QuerySyntaxError):
        settle_parameters("SELECT * { ?__x", [], ["?__x"])
