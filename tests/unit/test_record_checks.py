"""What `make test` refuses of a record, `validate` refuses first: parts without a word, pairs, copied sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahg_graph.build.record_checks import check_coverage, check_distinctness
from ahg_graph.config.prefixes import ONT, get_home
from ahg_graph.sources.copied_runs import find_copied_runs
from ahg_graph.sources.turtle import Sources, load_source, load_sources

HOME = Path(__file__).parents[2]
HEAD = f"""@prefix ahg: <{ONT}> .
@prefix agent: <https://w3id.org/ahg-graph/id/agent/> .
@prefix discrepancy: <https://w3id.org/ahg-graph/id/discrepancy/> .
@prefix doc: <https://w3id.org/ahg-graph/id/doc/> .
@prefix meeting: <https://w3id.org/ahg-graph/id/meeting/> .
@prefix place: <https://w3id.org/ahg-graph/id/place/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
TEXT = "12. Members warmly noted that the yellow lamps of the old harbour were lit again before the winter storms."


def read(folder: Path, **texts: str) -> Sources:
    files = []
    for name, text in texts.items():
        role, _, stem = name.partition("_")
        path = folder / f"{stem}.ttl"
        path.write_text(HEAD + text, encoding="utf-8")
        files.append(load_source(folder, path, role, f"{get_home().graph}{stem}"))  # type: ignore[arg-type]
    return Sources(tuple(files))


@pytest.fixture(scope="module")
def real() -> Sources:
    return load_sources(HOME, "ontology", "register", "record")


def test_the_record_as_it_is_lacks_nothing(real: Sources) -> None:
    assert check_coverage(real) == []
    assert check_distinctness(real) == []


def test_a_new_thing_of_a_class_with_a_list_is_one_message(real: Sources, tmp_path: Path) -> None:
    new = read(tmp_path, register_new="meeting:next a ahg:Meeting .\nplace:next a ahg:Place .\n")
    (problem,) = check_distinctness(Sources((*real.files, *new.files)))
    assert str(problem).startswith("new.ttl:9: meeting:next is not declared different from ")
    assert " more; add it to " in str(problem)


def test_a_pair_is_different_or_open(tmp_path: Path) -> None:
    things = "meeting:a a ahg:Meeting . meeting:b a ahg:Meeting .\nmeeting:c a ahg:Meeting .\n"
    lists = "[] a owl:AllDifferent ; owl:distinctMembers ( meeting:a meeting:c ) ."
    both = f"{lists} [] a owl:AllDifferent ; owl:distinctMembers ( meeting:b meeting:c ) ."
    open_pair = "discrepancy:d ahg:candidate meeting:a , meeting:b .\n"
    assert check_distinctness(read(tmp_path, ontology_o=both, register_r=things + open_pair)) == []
    (problem,) = check_distinctness(read(tmp_path, ontology_o=both, register_r=things))
    assert "meeting:b is not declared different from meeting:a;" in str(problem)
    closed = f"{both} [] a owl:AllDifferent ; owl:distinctMembers ( meeting:a meeting:b ) ."
    (problem,) = check_distinctness(read(tmp_path, ontology_o=closed, register_r=things + open_pair))
    assert "meeting:a and meeting:b are declared different, and a discrepancy leaves open" in str(problem)


def test_a_part_without_a_word_is_named_with_its_place(tmp_path: Path) -> None:
    parts = """doc:x a ahg:SourceDocument ; ahg:documentKey "X" ; ahg:documentOrder 1 .
<https://w3id.org/ahg-graph/id/doc/x/p1> a ahg:DocumentPart ; ahg:partOfDocument doc:x ; ahg:locator "para 1" .
<https://w3id.org/ahg-graph/id/doc/x/p2> a ahg:DocumentPart ; ahg:partOfDocument doc:x ; ahg:noFactReason "Thanks."@en .
"""
    (problem,) = check_coverage(read(tmp_path, record_x=parts))
    assert str(problem).startswith("x.ttl:10: X para 1 has no facts; ")


def written(text: str, folder: Path) -> list[str]:
    return [str(run) for run in find_copied_runs(read(folder, record_x=text), {"X": TEXT})]


def test_a_copied_sentence_is_named_with_its_words(tmp_path: Path) -> None:
    copied = 'meeting:a ahg:summary "It says that the yellow lamps of the old harbour were lit again, and more."@en .'
    (told,) = written(copied, tmp_path)
    assert told.startswith("x.ttl:9: meeting:a ahg:summary: these words stand in X too; ")
    assert told.endswith(": that the yellow lamps of the old harbour were lit again")
    assert written("# noted that the yellow lamps\n# of the old harbour were lit\n", tmp_path) != []


@pytest.mark.parametrize(
    "text",
    [
        'meeting:a ahg:summary "The harbour has its lamps again, and they are yellow, before storms come."@en .',
        'meeting:a ahg:summary "the yellow lamps of the old harbour"@en .',
        'meeting:a ahg:nameText "that the yellow lamps of the old harbour were lit again"@en .',
        'meeting:a skos:prefLabel "the yellow lamps of the old harbour were lit again"@en .\n'
        'meeting:b ahg:summary "the yellow lamps of the old harbour were lit again"@en .',
    ],
)
def test_words_of_ones_own_few_words_and_names_are_not_copied(text: str, tmp_path: Path) -> None:
    assert written(text, tmp_path) == []
