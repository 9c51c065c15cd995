"""What ontology engineers open first takes every file of a release: OWLAPI, which editors are made of, and ROBOT."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from ahg_graph.rdf.terms import NamedNode, RdfFormat, Triple, parse
from ahg_graph.release import Release
from interop import provision
from support.namespaces import BASE, PREFIXES

pytestmark = [pytest.mark.interop, pytest.mark.java]

PARTS = ("ontology", "asserted", "inferred", "linked", "all")
OWL, TYPE = PREFIXES["owl"], PREFIXES["rdf"] + "type"
ASSERTIONS = {"ObjectProperty": "ObjectPropertyAssertion", "DatatypeProperty": "DataPropertyAssertion"}


def find_path(name: str) -> str:
    try:
        return provision.provide_maven(name)
    except provision.Unavailable as error:
        pytest.skip(f"{name}: {error}")


def read(path: Path) -> set[Triple]:
    return {quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)}


def list_declared(triples: set[Triple], kind: str) -> set[object]:
    return {t.subject for t in triples if t.predicate.value == TYPE and t.object == NamedNode(OWL + kind)}


@pytest.fixture(scope="module")
def opened(released: tuple[Path, Release]) -> dict[str, list[str]]:
    """What OWLAPI says of each part's Turtle file: header, version, imports, and axioms by kind."""
    files = [released[0] / f"{part}.ttl" for part in PARTS]
    call = ["java", "-Xmx2g", "-cp", find_path("hermit"), provision.HERE / "hermit" / "Open.java", *files]
    run = subprocess.run(call, capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stderr[-2000:]
    lines = [line.replace("SubClassOf ", "").split(" ") for line in run.stdout.splitlines()]
    return {line[0].removesuffix(".ttl"): line[1:] for line in lines}


def test_every_file_has_one_header_or_none_and_imports_nothing(
    opened: dict[str, list[str]], released: tuple[Path, Release]
) -> None:
    version = released[1].version
    own = [f"{BASE}ont", f"{BASE}ont/{version}", "0"]
    aligned = [f"{BASE}ont/align", f"{BASE}ont/align/{version}", "0"]
    none = ["-", "-", "0"]
    expected = {"ontology": own, "asserted": none, "inferred": none, "linked": aligned, "all": own}
    assert {part: line[:3] for part, line in opened.items()} == expected


@pytest.mark.parametrize("part", [part for part in PARTS if part != "ontology"])
def test_every_statement_is_read_as_the_assertion_that_it_is(
    part: str, opened: dict[str, list[str]], released: tuple[Path, Release]
) -> None:
    """Of each kind of property there are as many assertions as the file has triples with a property of that kind."""
    triples, ontology = read(released[0] / f"{part}.ttl"), read(released[0] / "ontology.ttl")
    read_from = dict(found.rsplit("=", 1) for found in opened[part][3:] if "=" in found)
    for kind, axiom in ASSERTIONS.items():
        of_kind = list_declared(ontology | triples, kind)
        wanted = Counter(triple.predicate in of_kind for triple in triples)[True]
        assert int(read_from.get(axiom, 0)) == wanted, axiom
    assert part == "linked" or int(read_from["ObjectPropertyAssertion"]) > 1000


def run_robot(*words: object) -> subprocess.CompletedProcess[str]:
    main = "org.obolibrary.robot.CommandLineInterface"
    call = ["java", "-Xmx2g", "-cp", find_path("robot"), main, *map(str, words)]
    return subprocess.run(call, capture_output=True, text=True, timeout=600)


@pytest.mark.parametrize("part", PARTS)
def test_robot_finds_the_profile_of_owl_dl(part: str, released: tuple[Path, Release], tmp_path: Path) -> None:
    """In what is said of things the one thing outside it are dates: xsd:date is not in the datatype map of OWL 2."""
    output = tmp_path / "profile.txt"
    file = released[0] / f"{part}.ttl"
    run = run_robot("validate-profile", "--profile", "DL", "--input", file, "--output", output)
    lines = output.read_text(encoding="utf-8").splitlines()[1:]
    assert [line for line in lines if line and not re.search(r"\^\^xsd:date\b|datatype: xsd:date\b", line)] == []
    assert (run.returncode == 0) == (part == "ontology"), run.stdout


def test_robot_reports_no_error_in_the_ontology(released: tuple[Path, Release], tmp_path: Path) -> None:
    """Its own list of checks: labels, duplicates, deprecated terms, licence, title and more."""
    output = tmp_path / "report.tsv"
    file = released[0] / "ontology.ttl"
    run = run_robot("report", "--input", file, "--output", output, "--fail-on", "ERROR")
    rows = [line.split("\t") for line in output.read_text(encoding="utf-8").splitlines()[1:]]
    assert [row for row in rows if row[0] == "ERROR"] == []
    assert rows
    assert run.returncode == 0, run.stdout
