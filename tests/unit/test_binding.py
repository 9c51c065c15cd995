"""Values to terms, and terms in the places of variables."""

import json
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahg_graph.errors import BadParameter
from ahg_graph.queries.binding import BoundQuery, bind_query
from ahg_graph.queries.model import SavedQuery
from ahg_graph.queries.name_resolver import parse_names
from ahg_graph.queries.parser import parse_saved_query
from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.sparql.lexer import tokenize
from ahg_graph.sparql.types import SparqlQuery
from support.namespaces import ID, ONT
from support.stores import make_store

KINDS = ID + "code-list/meeting-kind"
NAMES = parse_names(
    [
        row
        for path, kind, label in (
            ("meeting/m-1", "Meeting", "First"),
            ("meeting/m-2", "Meeting", "Second"),
            ("agent/same-a", "Agent", "Same"),
            ("agent/same-b", "Agent", "Same"),
        )
        for row in (
            (ID + path, "class", ONT + kind),
            (ID + path, "class", ONT + ("Event" if kind == "Meeting" else kind)),
            (ID + path, "label", label),
        )
    ],
    [(KINDS, "workshop", "workshop"), (KINDS, "forum", "forum")],
)


def query(params: str, where: str, extra: str = "") -> SavedQuery:
    described = "".join(f"#+   {line}\n" for line in params.split("\n"))
    return parse_saved_query(
        "queries/q.rq",
        f"""#+ summary: S
#+ description: D
#+ tags: [t]
#+ params:
{described}#+ columns:
#+   s: {{type: iri, meaning: S.}}
#+ key: [s]
{extra}
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?s WHERE {{ {where} }} ORDER BY ?s
""",
    )


THING = query(
    "meeting: {type: thing, class: ahg:Meeting, description: The meeting., list: true}",
    "?s <urn:p> ?_meeting_iri",
    "#+ example: {meeting: m-1}",
)
AGENT = query("agent: {type: thing, class: ahg:Agent, description: A.}", "?s ?p ?__agent_iri")
TEXT = query("text: {type: text, description: T.}", 'FILTER(CONTAINS(?s, COALESCE(?__text, "")))')
CODE = query(
    "kind: {type: code, scheme: id:code-list/meeting-kind, description: K., list: true}",
    "?s <urn:k> ?k FILTER(?k = COALESCE(?__kind, ?k))",
)
DATES = query(
    "date: {type: date, description: D., last: dateEnd}\nfrom: {type: date, description: F.}\n"
    "to: {type: date, description: T., day: last}",
    'FILTER(CONCAT(STR(?__date_xsd_date), STR(?__dateEnd_xsd_date), STR(?__from_xsd_date), STR(?__to_xsd_date)) != "")',
    "#+ order: [[from, to]]",
)


def bind(saved: SavedQuery, **values: str | Sequence[str]) -> BoundQuery:
    return bind_query(saved, {k: [v] if isinstance(v, str) else v for k, v in values.items()}, NAMES)


def solid(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokenize(text) if token.kind not in ("space", "comment")]


def test_a_term_takes_the_place_of_the_variable() -> None:
    bound = bind(THING, meeting="First")
    assert f"?s <urn:p>  <{ID}meeting/m-1>  }} ORDER BY ?s" in bound.text
    assert bound.terms == {"?_meeting_iri": (NamedNode(ID + "meeting/m-1"),)}
    (value,) = bound.values["meeting"]
    assert (value.given, value.label) == ("First", "First")
    assert "#+" not in bound.text


def test_several_values_become_one_values_block() -> None:
    bound = bind(THING, meeting=["m-2", "First", "m-1"])
    assert (
        f"{{ VALUES ?_meeting_iri {{ <{ID}meeting/m-2> <{ID}meeting/m-1> }} ?s <urn:p> ?_meeting_iri }}" in bound.text
    )


def test_several_values_that_are_one_thing_are_one_term() -> None:
    assert "VALUES" not in bind(THING, meeting=["m-1", "First"]).text


def test_an_absent_or_empty_optional_parameter_has_no_value() -> None:
    for values in ({}, {"agent": ""}, {"agent": ["", " "]}):
        bound = bind(AGENT, **values)
        assert "?s ?p ?__agent_iri" in bound.text
        assert bound.values == {}


def test_a_default_stands_in() -> None:
    saved = query("text: {type: text, description: T.}", "?s ?p ?__text", "#+ defaults:\n#+   - text: word")
    assert bind(saved).terms["?__text"] == (Literal("word"),)
    assert bind(saved, text="").terms["?__text"] == (Literal("word"),)
    assert bind(saved, text="other").terms["?__text"] == (Literal("other"),)


def test_a_partial_date_has_a_first_and_a_last_day() -> None:
    bound = bind(DATES, date="2011-10", **{"from": "2011", "to": "2012-02"})
    assert {name: terms[0].value for name, terms in bound.terms.items()} == {
        "?__date_xsd_date": "2011-10-01",
        "?__dateEnd_xsd_date": "2011-10-31",
        "?__from_xsd_date": "2011-01-01",
        "?__to_xsd_date": "2012-02-29",
    }
    assert {terms[0].datatype.value for terms in bound.terms.values()} == {"http://www.w3.org/2001/XMLSchema#date"}


@pytest.mark.parametrize(
    ("saved", "values", "parameter", "candidates"),
    [
        (THING, {}, "meeting", ()),
        (THING, {"meeting": ""}, "meeting", ()),
        (THING, {"meting": "m-1"}, "meting", ("meeting",)),
        (THING, {"meeting": "m-3"}, "meeting", ("m-1 (First)", "m-2 (Second)")),
        (THING, {"meeting": "same-a"}, "meeting", None),
        (AGENT, {"agent": "same"}, "agent", ("same-a (Same)", "same-b (Same)")),
        (AGENT, {"agent": ["same-a", "same-b"]}, "agent", ()),
        (CODE, {"kind": "workshops"}, "kind", ("forum", "workshop")),
        (DATES, {"date": "12 October"}, "date", ()),
        (DATES, {"from": "2012", "to": "2011"}, "to", ()),
    ],
)
def test_a_wrong_value_is_an_error_of_its_parameter(
    saved: SavedQuery, values: Mapping[str, str], parameter: str, candidates: tuple[str, ...] | None
) -> None:
    with pytest.raises(BadParameter) as caught:
        bind(saved, **values)
    assert caught.value.parameter == parameter
    if candidates is not None:
        assert caught.value.candidates == candidates


def test_a_span_within_one_month_is_in_order() -> None:
    bind(DATES, **{"from": "2011-10", "to": "2011-10"})
    bind(DATES, **{"from": "2011-10-31", "to": "2011"})


ATTACKS = (
    '"', "'", '"""', "\\", "\\u0022", "\n", "\r", "\0", "}", "} UNION { ?s ?p ?o", "?s", "$s", "<urn:x>", "#", "%s",
    "{}", '") || true || CONTAINS("', "> . ?a ?b <urn:x", "'''", "\u2028", "😀", "https://w3id.org/> <x", "a" * 100_000,
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_is_one_literal_whatever_it_holds(attack: str) -> None:
    if not attack.strip():
        return
    bound = bind(TEXT, text=attack)
    plain = solid(TEXT.settle(["?__text"]).fill({}))
    found = solid(bound.text)
    place = plain.index(("variable", "?__text"))
    assert found[:place] + found[place + 1 :] == plain[:place] + plain[place + 1 :]
    assert found[place] == ("string", str(Literal(attack)))


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_comes_back_to_the_letter(text: str) -> None:
    if not text.strip():
        return
    saved = query("text: {type: text, description: T.}", "BIND(?__text AS ?s)")
    answer = make_store([]).answer(SparqlQuery(bind(saved, text=text).text))
    assert json.loads(answer.body)["results"]["bindings"] == [{"s": {"type": "literal", "value": text}}]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(("saved", "name"), [(THING, "meeting"), (AGENT, "agent"), (CODE, "kind"), (DATES, "date")])
def test_what_names_nothing_reaches_no_query(saved: SavedQuery, name: str, attack: str) -> None:
    if not attack.strip():
        return
    with pytest.raises(BadParameter) as caught:
        bind(saved, **{name: attack})
    assert caught.value.parameter == name


def test_a_list_gives_the_union_of_its_values() -> None:
    kind, thing = NamedNode("urn:k"), NamedNode
    store = make_store(
        Quad(thing(f"urn:{n}"), kind, Literal(value)) for n, value in enumerate(("workshop", "forum", "other"))
    )

    def ask(**values: str | Sequence[str]) -> bytes | memoryview:
        return store.answer(SparqlQuery(bind(CODE, **values).text, results_type="text/csv")).body

    assert ask() == b"s\r\nurn:0\r\nurn:1\r\nurn:2\r\n"
    assert ask(kind="forum") == b"s\r\nurn:1\r\n"
    assert ask(kind=["forum", "Workshop"]) == b"s\r\nurn:0\r\nurn:1\r\n"
