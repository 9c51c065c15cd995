"""`ahg-graph reason` on other people's files: what it writes, what it says, and that it never writes half."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
import rdflib
from rdflib.compare import isomorphic

from ahg_graph.errors import AhgGraphError, ReasonerError, RuleError
from ahg_graph.rdf.terms import RdfFormat, Triple, parse, serialize
from ahg_graph.reasoning.closure.nemo import run_program
from ahg_graph.reasoning.file_inference import infer, write_file
from ahg_graph.reasoning.rules.rule_parser import load_rules

ONTOLOGY = """
@prefix : <https://example.org/o#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:headcount rdfs:subPropertyOf :size .
:knows a owl:SymmetricProperty .
"""
DATA = """
@prefix : <https://example.org/o#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
_:someone :headcount "007"^^xsd:integer , "seven \\"and\\" a half"@en-GB ; :knows :a .
"""
EXPECTED = {
    '_:someone <https://example.org/o#size> "007"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    '_:someone <https://example.org/o#size> "seven \\"and\\" a half"@en-gb .',
    "<https://example.org/o#a> <https://example.org/o#knows> _:someone .",
}


def reason(*arguments: object) -> subprocess.CompletedProcess[str]:
    code = "from ahg_graph.cli.app import main; main()"
    command = [sys.executable, "-c", code, "reason", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def convert(text: str, kind: RdfFormat) -> str:
    triples: Iterable[Triple] = (quad.triple for quad in parse(input=text.encode(), format=RdfFormat.TURTLE))
    data = serialize(triples, format=kind)
    assert data is not None
    return data.decode()


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".rdf"])
def test_writes_what_follows_with_literals_and_labels_as_they_are(tmp_path: Path, suffix: str) -> None:
    ontology = write(tmp_path, "o.ttl", ONTOLOGY)
    kind = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML}[suffix]
    data = write(tmp_path, f"d{suffix}", convert(DATA, kind))
    done = reason(ontology, data, "-o", tmp_path / "out.nt")
    assert done.returncode == 0, done.stderr
    assert set((tmp_path / "out.nt").read_text(encoding="utf-8").splitlines()) == EXPECTED
    assert done.stdout == ""
    assert "5 triples read, 3 inferred" in done.stderr


def test_writes_to_standard_output_and_merges_with_the_input(tmp_path: Path) -> None:
    done = reason(write(tmp_path, "o.ttl", ONTOLOGY), write(tmp_path, "d.ttl", DATA))
    assert set(done.stdout.splitlines()) == EXPECTED


def test_all_writes_what_follows_from_any_graph_too(tmp_path: Path) -> None:
    """OWL 2 Profiles, section 4.3: eq-ref, and scm-op for the property that the ontology declares."""
    data = write(
        tmp_path,
        "d.ttl",
        "@prefix : <https://example.org/o#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
        ":p a owl:ObjectProperty . :a :p :b .",
    )
    usual, whole = reason(data), reason(data, "--all")
    assert usual.returncode == whole.returncode == 0, whole.stderr
    lines = whole.stdout.splitlines()
    assert len(lines) == len(set(lines))
    owl, rdfs = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"
    same = {f"<https://example.org/o#{name}> <{owl}sameAs> <https://example.org/o#{name}> ." for name in "abp"}
    below = {
        f"<https://example.org/o#p> <{iri}> <https://example.org/o#p> ."
        for iri in (f"{rdfs}subPropertyOf", f"{owl}equivalentProperty")
    }
    assert same | below <= set(lines)
    assert not (same | below) & set(usual.stdout.splitlines())
    assert set(usual.stdout.splitlines()) <= set(lines)


def test_a_label_in_two_files_is_two_nodes(tmp_path: Path) -> None:
    text = "@prefix : <https://example.org/o#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    text += "_:x :knows {} . :knows a owl:SymmetricProperty ."
    one = write(tmp_path, "one.ttl", text.format(":a"))
    two = write(tmp_path, "two.ttl", text.format(":b"))
    done = reason(one, two)
    subjects = {line.split()[0]: line.split()[2] for line in done.stdout.splitlines()}
    assert subjects["<https://example.org/o#a>"] == "_:x"
    assert subjects["<https://example.org/o#b>"] not in ("_:x", "")
    assert "1 blank node labels " in done.stderr


def test_unlabelled_nodes_are_kept_with_the_input_and_reported_without_it(tmp_path: Path) -> None:
    text = ONTOLOGY + ":a :knows [ :headcount 3 ] . _:genid0 :knows :b ."
    data = write(tmp_path, "d.ttl", text)
    alone, both = reason(data), reason(data, "--with-input")
    assert "3 of the inferred triples name blank nodes that have no label" not in both.stderr
    assert "2 of the inferred triples name blank nodes that have no label" in alone.stderr
    expected = rdflib.Graph().parse(data=text, format="turtle")
    knows, size = (rdflib.URIRef("https://example.org/o#" + name) for name in ("knows", "size"))
    for subject, value in list(expected.subject_objects(knows)):
        expected.add((value, knows, subject))
    for subject, value in list(expected.subject_objects(rdflib.URIRef("https://example.org/o#headcount"))):
        expected.add((subject, size, value))
    assert isomorphic(rdflib.Graph().parse(data=both.stdout, format="nt"), expected)
    assert reason(data).stdout == alone.stdout


def test_a_contradiction_ends_with_3_and_writes_nothing(tmp_path: Path) -> None:
    out = write(tmp_path, "out.nt", "as it was")
    data = write(
        tmp_path,
        "d.ttl",
        "@prefix : <https://example.org/o#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        ":Cat owl:disjointWith :Dog . :felix a :Cat , :Dog .",
    )
    done = reason(data, "-o", out)
    assert done.returncode == 3
    assert out.read_text(encoding="utf-8") == "as it was"
    assert "cax-dw: Nothing is a member of two disjoint classes. https://example.org/o#felix" in done.stderr
    assert "https://example.org/o#felix rdf:type https://example.org/o#Cat  [asserted]" in done.stderr
    assert done.stdout == ""


def test_every_contradiction_is_reported(tmp_path: Path) -> None:
    text = "@prefix : <https://example.org/o#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    text += ":Cat owl:disjointWith :Dog .\n" + "".join(f":felix{n} a :Cat , :Dog .\n" for n in range(30))
    done = reason(write(tmp_path, "d.ttl", text))
    told = [line.split()[9] for line in done.stderr.splitlines() if line.startswith("cax-dw: ")]
    assert sorted(told) == sorted(f"https://example.org/o#felix{n}," for n in range(30))
    assert "30 contradictions, the first 20 with their proofs" in done.stderr
    assert done.returncode == 3


def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    text = ONTOLOGY + "".join(f":a{n} :knows :b .\n" for n in range(20000))
    code = "from ahg_graph.cli.app import main; main()"
    command = [sys.executable, "-c", code, "reason", str(write(tmp_path, "d.ttl", text))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().endswith(".\n")
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    ("name", "text", "reason_given"),
    [
        ("d.ttl", "@prefix : <urn:x:> .\n:a :b\n  :c , ) .", "d.ttl:3:"),
        ("d.nt", "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .", "d.nt:2:"),
        ("d.rdf", "<rdf:RDF", "d.rdf:"),
        ("d.csv", "a,b", "unknown suffix"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(tmp_path: Path, name: str, text: str, reason_given: str) -> None:
    done = reason(write(tmp_path, name, text), "-o", tmp_path / "out.nt")
    assert done.returncode == 1
    assert reason_given in done.stderr
    assert "[source-syntax]" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]


def test_a_missing_file_is_a_wrong_call(tmp_path: Path) -> None:
    assert reason(tmp_path / "nowhere.ttl").returncode == 2


def test_a_rule_file_with_an_error_is_refused_with_its_line(tmp_path: Path) -> None:
    rules = write(tmp_path, "r.rls", "triple(?x, ?p, ?y) :-\n  triple(?x, ?p .")
    done = reason(write(tmp_path, "d.ttl", DATA), "--rules", rules)
    assert (done.returncode, done.stdout) == (1, "")
    assert "r.rls:2: expected )" in done.stderr


def test_own_rules_are_applied(tmp_path: Path) -> None:
    rules = write(
        tmp_path,
        "r.rls",
        '@prefix : <https://example.org/o#> .\n%%% Who knows is known.\n#[name("known")]\n'
        "triple(?y, :knownBy, ?x) :- triple(?x, :knows, ?y) .",
    )
    done = reason(write(tmp_path, "d.ttl", DATA), "--rules", rules)
    assert done.stdout == "<https://example.org/o#a> <https://example.org/o#knownBy> _:someone .\n"


def test_axioms_outside_the_profile_are_named(tmp_path: Path) -> None:
    data = write(
        tmp_path,
        "d.ttl",
        "@prefix : <https://example.org/o#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        ":p a owl:ReflexiveProperty . :C rdfs:subClassOf :R . :R owl:onProperty :p ; owl:someValuesFrom :D .\n"
        ":M owl:onProperty :p ; owl:maxCardinality 2 . :N owl:onProperty :p ; owl:maxCardinality 1 .",
    )
    told = [line for line in reason(data).stderr.splitlines() if line.startswith("outside OWL 2 RL: ")]
    assert told == [
        "outside OWL 2 RL: maximum cardinalities above 1: 1 not used, for example at https://example.org/o#M",
        "outside OWL 2 RL: reflexive properties: 1 not used, for example at https://example.org/o#p",
        "outside OWL 2 RL: what follows from being a member of an existential restriction: 1 not used, "
        "for example at https://example.org/o#R",
    ]


def test_an_engine_that_panics_is_a_clear_error(tmp_path: Path) -> None:
    """The engine panics on a table that it reads itself where one conclusion rests on each of its columns."""
    table = write(tmp_path, "t.csv", "1,2\n")
    program = (
        f'@import p :- csv {{resource = "{table}", format = (int, int)}} .\nd(?x) :- p(?x, ?y) .\nd(?y) :- p(?x, ?y) .'
    )
    with pytest.raises(ReasonerError, match="PanicException"):
        run_program(program, {}, {"d": 1})


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    def fail() -> Iterable[bytes]:
        yield b"half"
        raise RuntimeError("in the middle")

    path = write(tmp_path, "out.nt", "as it was")
    with pytest.raises(RuntimeError):
        write_file(path, fail())
    assert [item.read_text(encoding="utf-8") for item in tmp_path.iterdir()] == ["as it was"]


RULE = """@prefix : <https://example.org/o#> .
%%% What knows is known.
%%% Authority: none.
#[name("known")]
triple(?o, :known, ?s) :- triple(?s, :knows, ?o), ?s != ?o .
"""
WRONG_RULES = {
    "an integer in a triple": RULE.replace(":known, ?s", ":known, 1"),
    "an integer with its type in a triple": RULE.replace(
        "?s) :-", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>) :-'
    ),
    "an integer in a premise": RULE.replace(":knows, ?o", ":knows, 5"),
    "a fact with an integer": "triple(<https://x/a>, <https://x/b>, 1) .",
    "a huge integer": RULE.replace("?s != ?o", "?s != 99999999999999999999999999"),
    "a relative name": RULE.replace(":known, ?s", "<known>, ?s"),
    "a relative prefix": RULE.replace("https://example.org/o#", "o#"),
    "a zero byte": RULE + chr(0),
    "half a text": RULE[:-9],
    "another command": '@import triple :- rdf{resource="/etc/passwd"} .' + RULE,
    "an existential": RULE.replace(":known, ?s", ":known, !s"),
    "a negation without end": RULE.replace("?s != ?o", "~triple(?o, :known, ?s)"),
    "other arities": RULE.replace("triple(?s, :knows, ?o)", "triple(?s, ?o)"),
}


@pytest.mark.parametrize("name", WRONG_RULES)
def test_a_rule_file_that_is_wrong_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    rules = write(tmp_path, "wrong.rls", WRONG_RULES[name])
    with pytest.raises(RuleError):
        infer([write(tmp_path, "d.ttl", DATA)], (*load_rules(rules),), lambda stage: None)


@pytest.mark.parametrize("content", [b"\xff\xfe", RULE.encode("utf-16"), RULE.encode() + b"% caf\xe9"])
def test_one_that_is_no_text_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    rules = tmp_path / "wrong.rls"
    rules.write_bytes(content)
    found = reason(write(tmp_path, "d.ttl", DATA), "--rules", rules)
    assert (found.returncode, found.stdout) == (1, "")
    assert "Traceback" not in found.stderr and "wrong.rls" in found.stderr


def test_whatever_the_text_is_it_is_taken_or_refused(tmp_path: Path) -> None:
    noise = random.Random(7)
    data = write(tmp_path, "d.ttl", DATA)
    pieces = (*RULE, *RULE.split(), "1", "-1", "'", '"', "^^", "<", ">", "(", ")", ":-", "~", "!", chr(0), "\u202e")
    outcomes = set()
    for _ in range(400):
        text = list(RULE)
        for _ in range(noise.randint(1, 3)):
            place = noise.randrange(len(text))
            text[place : place + noise.choice((0, 1, 1, 4))] = [noise.choice(pieces)]
        try:
            infer([data], load_rules(write(tmp_path, "r.rls", "".join(text))), lambda stage: None)
            outcomes.add("taken")
        except AhgGraphError as error:
            outcomes.add(error.code)
    assert {"taken", "rule-error"} <= outcomes
