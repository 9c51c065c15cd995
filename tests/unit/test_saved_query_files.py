"""The `.rq` file: its header, its parameters, and every slip at its line."""

from pathlib import Path

import pytest

from ahg_graph.errors import BuildFailed, UnknownName
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.model import RESERVED, Column, Parameter
from ahg_graph.queries.parser import parse_saved_query

GOOD = """#+ summary: Who was there?
#+ description: >-
#+   A row is one agent
#+   at one place.
#+ tags: [attendance]
#+ method: GET
#+ endpoint_in_url: False
#+ version: 3
#+ defaults:
#+   - kind: state
#+ enumerate:
#+   - kind: [state, body]
#+ params:
#+   meeting: {type: thing, class: ahg:Meeting ahg:Body, description: The meeting.}
#+   kind: {type: code, description: The kind., list: true}
#+   day: {type: date, description: The day., last: dayEnd}
#+ columns:
#+   agent: {type: iri, meaning: The agent.}
#+   code: {type: code, meaning: Its code., optional: true}
#+ key: [agent]
#+ statements:
#+   - ?agent ahg:attended ?_meeting_iri
#+ example: {meeting: m-1}
#+ rows: 2

PREFIX ahg: <https://w3id.org/ahg-graph/ont#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?agent ?code WHERE {
  ?agent ahg:attended ?_meeting_iri .
  FILTER(?kind = COALESCE(?__kind, ?kind)) # ?_not_a_parameter
  FILTER("?_neither" != STR(?__day_xsd_date) && STR(?__dayEnd_xsd_date) != "")
} ORDER BY ?agent
"""


def problems(text: str, path: str = "queries/q.rq") -> list[tuple[int, str]]:
    with pytest.raises(BuildFailed) as caught:
        parse_saved_query(path, text)
    return [(error.line, error.reason) for error in caught.value.problems]


def test_a_whole_header_is_read() -> None:
    query = parse_saved_query("queries/who-was-there@3.rq", GOOD)
    assert (query.name, query.version, query.rows, query.key) == ("who-was-there", 3, 2, ("agent",))
    assert query.summary == "Who was there?"
    assert query.description == "A row is one agent at one place."
    assert query.tags == ("attendance",)
    assert query.statements == (("?agent", "ahg:attended", "?_meeting_iri"),)
    assert dict(query.example) == {"meeting": ("m-1",)}
    assert query.columns == (
        Column("agent", "iri", "The agent."),
        Column("code", "code", "Its code.", required=False),
    )
    ont = "https://w3id.org/ahg-graph/ont#"
    assert query.parameters == (
        Parameter("meeting", "?_meeting_iri", "thing", True, "The meeting.", (ont + "Meeting", ont + "Body")),
        Parameter("kind", "?__kind", "code", False, "The kind.", (), None, ("state", "body"), "state", True),
        Parameter("day", "?__day_xsd_date", "date", False, "The day.", last_variable="?__dayEnd_xsd_date"),
    )
    assert query.body.startswith("PREFIX ahg:") and "#+" not in query.body


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("#+ summary: Who was there?", "#+ summary:", 1, "`summary` is missing or empty"),
        ("#+ tags: [attendance]", "#+ tags: attendance", 5, "`tags` must be a list"),
        ("#+ method: GET", "#+ mehtod: GET", 6, "unknown entry `mehtod`"),
        ("#+ version: 3", "#+ version: three", 8, "`version` must be a number"),
        ("kind: [state, body]", "sort: [state]", 11, "`enumerate` names `sort`"),
        ("class: ahg:Meeting ahg:Body", "class: agh:Meeting", 14, "unknown prefix in 'agh:Meeting'"),
        ("type: code, description: The kind.", "type: iri, description: K.", 15, "unknown type `iri`"),
        ("type: code, description: The kind.", "type: date, description: K.", 15, "`?__kind` must end in `_xsd_date`"),
        ("last: dayEnd", "last: dayLast", 16, "the query has no optional variable `?__dayLast_xsd_date`"),
        ("#+ key: [agent]", "#+ key: [agnet]", 20, "the key names `agnet`"),
        ("{type: iri, meaning: The agent.}", "{type: uri, meaning: The agent.}", 18, "unknown type `uri`"),
        ("{type: iri, meaning: The agent.}", "{type: iri}", 18, "`columns.agent.meaning` is missing or empty"),
        ("?agent ahg:attended ?_meeting_iri\n#+ ex", "?agent ahg:attended\n#+ ex", 22, "a statement is a subject"),
        (
            "#+ example: {meeting: m-1}",
            "#+ example: {place: x}",
            23,
            "the example names `place`",
        ),
        ("#+ example: {meeting: m-1}", "#+ example: {}", 23, "the example gives no value for `meeting`"),
    ],
)
def test_a_error_is_reported_with_its_line(old: str, new: str, line: int, reason: str) -> None:
    assert GOOD.count(old) == 1
    found = problems(GOOD.replace(old, new))
    assert any(at == line and said.startswith(reason) for at, said in found), found


def test_all_errors_are_reported_at_once() -> None:
    text = GOOD.replace("Who was there?", "").replace("[agent]", "[agnet]").replace("type: iri, m", "type: uri, m")
    assert [line for line, _ in problems(text)] == [1, 18, 20]


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_reserved_name_is_refused(name: str) -> None:
    text = GOOD.replace("kind", name)
    assert (15, f"`{name}` is reserved and cannot be a parameter") in problems(text)


@pytest.mark.parametrize(
    ("variable", "reason"),
    [
        ("?_two_words", "`?_two_words` must end in `` to be of type text"),
        ("?_Upper", "`?_Upper` does not follow the convention"),
        ("?___three", "`?___three` does not follow the convention"),
        ("?_kind", " `kind`"),
        ("?_stray", "the variable `?_stray` is a parameter that `params` does not describe"),
        ("?__kindness", "`?__kindness` begins like the parameter `?__kind`"),
        ("$_meeting_iri", "`$_meeting_iri` does not follow the convention"),
    ],
)
def test_a_variable_that_breaks_the_convention_is_refused(variable: str, reason: str) -> None:
    text = GOOD.replace("} ORDER BY", f"FILTER({variable} != 1) }} ORDER BY")
    if variable == "?_two_words":
        text = text.replace("#+ columns:", "#+   two: {type: text, description: Two.}\n#+ columns:")
    assert any(reason in said for _, said in problems(text))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("SELECT * {}", 1, "no header"),
        ("#+ a: [\n#+ b: 1\n", 2, "expected ',' or ']'"),
        ("#+ just text\n", 1, "the header must be a YAML mapping"),
        ("#+ summary: x\n#+ summary: y\n", 2, "`summary` "),
        ("#+ summary: x\nSELECT * {}\n#+ tags: [a]\n", 3, "a `#+` line after the header has ended"),
    ],
)
def test_a_header_that_is_none_is_refused(text: str, line: int, reason: str) -> None:
    ((at, said),) = problems(text)
    assert (at, said.startswith(reason)) == (line, True), said


@pytest.mark.parametrize("name", ["Who.rq", "who_was.rq", "who@0.rq", "who@x.rq", "-who.rq"])
def test_a_file_name_that_is_no_name_is_refused(name: str) -> None:
    ((_, said),) = problems(GOOD, f"queries/{name}")
    assert said.startswith("the file must be named")


def test_the_version_in_name_and_header_must_agree() -> None:
    assert problems(GOOD, "queries/q@2.rq") == [(8, "the file's name says version 2, the header 3")]


def test_a_folder_gives_every_version_and_the_newest(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text(GOOD)
    (tmp_path / "q@1.rq").write_text(GOOD.replace("version: 3", "version: 1"))
    catalogue = load_catalogue(tmp_path)
    assert sorted(catalogue.versions) == [("q", 1), ("q", 3)]
    assert list(catalogue.current) == ["q"]
    assert catalogue.get_query("q").version == 3
    assert catalogue.get_query("q", 1).version == 1
    for name, version in (("r", None), ("q", 2)):
        with pytest.raises(UnknownName):
            catalogue.get_query(name, version)


def test_a_folder_reports_the_errors_of_all_files(tmp_path: Path) -> None:
    (tmp_path / "a.rq").write_text("SELECT")
    (tmp_path / "b.rq").write_bytes(b"\xff")
    (tmp_path / "c.rq").write_text(GOOD)
    (tmp_path / "c@3.rq").write_text(GOOD)
    with pytest.raises(BuildFailed) as caught:
        load_catalogue(tmp_path)
    assert [(Path(e.path).name, e.reason.partition(":")[0]) for e in caught.value.problems] == [
        ("a.rq", "no header"),
        ("b.rq", "not UTF-8"),
        ("c@3.rq", "version 3 is defined twice"),
    ]


def test_an_empty_folder_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match=r"\.rq"):
        load_catalogue(tmp_path)
