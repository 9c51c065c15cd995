"""All that is wrong is reported at once, each kind in its own form."""

from pathlib import Path

import pytest

from ahg_graph.build.validation import validate_home

WARNING = "data/register/things.ttl:7: agent:two ahg:memberIn: is it a member nowhere? [ahgs:Agent]"
CLASH = """contradiction: Nothing is a member of two of a list of disjoint classes. \
body:group, ahg:Agent, ahg:Body [cax-adc]
  _:ahg0 a owl:AllDisjointClasses  (ontology/ahg.ttl:11)
  _:ahg0 owl:members _:ahg1  (ontology/ahg.ttl:11)
  body:group a ahg:Agent  (data/record/s5.ttl:6)
  body:group a ahg:Body  (data/register/things.ttl:8)"""


def append(home: Path, name: str, text: str) -> None:
    with (home / name).open("a", encoding="utf-8") as file:
        file.write(text)


def replace(home: Path, name: str, old: str, new: str) -> None:
    text = (home / name).read_text(encoding="utf-8")
    assert old in text
    (home / name).write_text(text.replace(old, new), encoding="utf-8")


def test_a_sound_home_has_warnings_only(small_home: Path) -> None:
    stages: list[str] = []
    examination = validate_home(small_home, stages.append)
    assert examination.problems == ()
    assert [str(warning) for warning in examination.warnings] == [WARNING]
    assert examination.held_back == 0
    assert stages == [
        "reading",
        "reasoning",
        "testing that axioms have an effect",
        "checking shapes",
        "checking saved queries",
    ]


def test_every_kind_of_problem_is_reported_in_its_form(small_home: Path) -> None:
    append(small_home, "data/record/s5.ttl", "body:group a ahg:Agent .\nagent:two ahg:memberIn agent:one .\n")
    append(small_home, "data/record/s5.ttl", "agent:three a ahg:Agent .\n")
    append(
        small_home, "data/register/things.ttl", "place:x a ahg:Place .\nbody:team a ahg:Body ; skos:prefLabel Team .\n"
    )
    append(small_home, "ontology/shapes/agents.ttl", "ahgs:Other a sh:NodeShape")
    replace(small_home, "queries/memberships.rq", "ORDER BY ?bodyLabel ?body", "ORDER BY ?bodyLabel")
    found = [str(problem) for problem in validate_home(small_home).problems]
    # Shapes cannot run while their own file is broken.
    assert [line for line in found if not line.startswith("contradiction")] == [
        "data/register/things.ttl:9:1: The prefix place: has not been declared",
        "data/register/things.ttl:10:39: Team is not a valid RDF object",
        "ontology/shapes/agents.ttl:10:26: the file ends inside a statement or a string",
        "queries/memberships.rq:20: ORDER BY must end in the key: ?body",
    ]
    assert sum(line.startswith("contradiction") for line in found) == 2

    replace(small_home, "ontology/shapes/agents.ttl", "ahgs:Other a sh:NodeShape", "")
    replace(
        small_home,
        "data/register/things.ttl",
        "place:x a ahg:Place .\nbody:team a ahg:Body ; skos:prefLabel Team .\n",
        "",
    )
    found = [str(problem) for problem in validate_home(small_home).problems]
    assert [line for line in found if not line.startswith("contradiction")] == [
        "data/record/s5.ttl:7: agent:two ahg:memberIn: one is a member in a body (agent:one) [ahgs:Agent]",
        "data/record/s5.ttl:8: agent:three skos:prefLabel: give it a label [ahgs:Agent]",
        "queries/memberships.rq:20: ORDER BY must end in the key: ?body",
    ]


def test_a_triple_in_two_files_is_counted_once_or_refused(small_home: Path) -> None:
    append(small_home, "data/record/s5.ttl", "body:group a ahg:Body .\nbody:group a ahg:Body .\n")
    assert [str(problem) for problem in validate_home(small_home).problems] == [
        "data/record/s5.ttl:6: body:group rdf:type ahg:Body is a duplicate, first stated at "
        "data/register/things.ttl:8; keep that one, and state only further evidence here"
    ]


def test_a_contradiction_comes_with_its_proof_and_places(small_home: Path) -> None:
    append(small_home, "data/record/s5.ttl", "body:group a ahg:Agent .\n")
    contradictions = [
        str(problem) for problem in validate_home(small_home).problems if str(problem).startswith("contradiction")
    ]
    assert contradictions == [CLASH]


def test_reports_that_a_error_may_have_caused_are_held_back(small_home: Path) -> None:
    append(small_home, "data/record/s5.ttl", "agent:three a ahg:Agent .\n")
    replace(small_home, "data/register/things.ttl", "body:group a ahg:Body ;", "body:group x:a ahg:Body ;")
    examination = validate_home(small_home)
    assert [str(problem) for problem in examination.problems] == [
        "data/register/things.ttl:8:12: The prefix x: has not been declared",
        "data/record/s5.ttl:6: agent:three skos:prefLabel: give it a label [ahgs:Agent]",
    ]
    assert examination.held_back == 2  # agent:one's membership in the lost body, and the warning on agent:two


def test_an_ontology_with_a_error_stops_shapes_and_reasoning(small_home: Path) -> None:
    append(small_home, "data/record/s5.ttl", "agent:three a ahg:Agent .\n")
    append(small_home, "ontology/ahg.ttl", "ahg:Late a owl:Class ;; .\nahg:Late x:y 1 .\n")
    examination = validate_home(small_home)
    assert [str(problem) for problem in examination.problems] == [
        "ontology/ahg.ttl:15:10: The prefix x: has not been declared"
    ]
    assert examination.closure is None


@pytest.mark.parametrize("folder", ["ontology", "ontology/rules"])
def test_a_folder_without_its_parts_is_said_to_be_one(small_home: Path, folder: str) -> None:
    for path in (small_home / folder).glob("*.*"):
        path.unlink()
    assert folder in str(validate_home(small_home).problems[0])


def test_a_broken_rule_is_a_problem(small_home: Path) -> None:
    append(small_home, "ontology/rules/owl-rl.rls", "nonsense\n")
    problems = validate_home(small_home).problems
    assert len(problems) == 1
    assert "owl-rl.rls" in str(problems[0])


def test_a_query_is_asked_of_the_sound_graph(small_home: Path) -> None:
    replace(small_home, "queries/memberships.rq", "#+ rows: 1", "#+ rows: 2")
    (problem,) = validate_home(small_home).problems
    assert str(problem) == "queries/memberships.rq:0: the example gives 1 rows; the header expects at least 2"
