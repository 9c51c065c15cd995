"""That axioms have their effect is remembered for exactly what the check depends on, and only where they have."""

from pathlib import Path

import pytest

from ahg_graph.build import remembered_checks
from ahg_graph.build.remembered_checks import check_axioms
from ahg_graph.reasoning.rules import Rule, load_rule_folder
from ahg_graph.sources.turtle import Sources, load_sources

RULES = Path(__file__).parents[2] / "ontology" / "rules"
ONTOLOGY = """
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <https://example.org/> .
:A a owl:Class ; rdfs:subClassOf :B . :B a owl:Class .
"""


def read(home: Path, ontology: str, data: str = "") -> Sources:
    for folder, text in (("ontology", ontology), ("data/register", data)):
        (home / folder).mkdir(parents=True, exist_ok=True)
        (home / folder / "a.ttl").write_text(text, encoding="utf-8")
    return load_sources(home)


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of times that axioms were tested."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found: list[int] = []
    check = remembered_checks.check_axiom_tests

    def count(*arguments: object) -> object:
        found.append(1)
        return check(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(remembered_checks, "check_axiom_tests", count)
    return found


@pytest.fixture
def rules() -> tuple[Rule, ...]:
    return load_rule_folder(RULES)


def test_what_held_is_not_tested_again(tmp_path: Path, calls: list[int], rules: tuple[Rule, ...]) -> None:
    assert check_axioms(read(tmp_path, ONTOLOGY), rules) == ()
    assert check_axioms(read(tmp_path, ONTOLOGY, "<urn:a> <urn:b> <urn:c> ."), rules) == ()
    assert len(calls) == 1


def test_another_ontology_rule_or_program_is_tested(
    tmp_path: Path, calls: list[int], rules: tuple[Rule, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_axioms(read(tmp_path, ONTOLOGY), rules) == ()
    assert check_axioms(read(tmp_path, ONTOLOGY + ":C rdfs:subClassOf :A ."), rules) == ()
    assert check_axioms(read(tmp_path, ONTOLOGY), rules[:-1]) == ()
    monkeypatch.setattr(remembered_checks, "_hash_program", lambda: "another")
    assert check_axioms(read(tmp_path, ONTOLOGY), rules) == ()
    assert len(calls) == 4


def test_what_did_not_hold_is_tested_again(tmp_path: Path, calls: list[int], rules: tuple[Rule, ...]) -> None:
    few = [rule for rule in rules if not rule.name.startswith(("cax-sco", "scm-"))]
    sources = read(tmp_path, ONTOLOGY)
    assert check_axioms(sources, few) != ()
    assert check_axioms(sources, few) != ()
    assert len(calls) == 2


def test_where_nothing_can_be_kept_it_is_tested_each_time(
    tmp_path: Path, calls: list[int], rules: tuple[Rule, ...]
) -> None:
    (tmp_path / "cache").write_text("a file in the place of the folder")
    sources = read(tmp_path, ONTOLOGY)
    assert check_axioms(sources, rules) == check_axioms(sources, rules) == ()
    assert len(calls) == 2
