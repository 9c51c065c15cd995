"""The ontology is OWL 2 RL and DL, and it is consistent with the data: said by OWLAPI and HermiT."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from ahg_graph.rdf.terms import Literal, Triple
from ahg_graph.sources.turtle import load_sources, parse_turtle
from support.maven import needs_java

HERE = Path(__file__).parent
HOME = HERE.parents[1]
PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org/> a owl:Ontology .
"""

pytestmark = needs_java


def examine(classpath: str, folder: Path, *graphs: Iterable[Triple]) -> list[list[str]]:
    """Return the findings as number, check and text, with one line of axioms for each graph.

    A graph is put into one file, since OWLAPI needs declarations beside their use.
    """
    files = []
    for number, graph in enumerate(graphs):
        files.append(folder / f"{number}.ttl")
        files[-1].write_text("".join(sorted({f"{triple} .\n" for triple in graph})), encoding="utf-8")
    call = ["java", "-cp", classpath, HERE / "Examine.java", *files]
    run = subprocess.run(call, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    findings = [line.split(maxsplit=2) for line in run.stdout.splitlines()]
    assert [line[0] for line in findings if line[1] == "axioms"] == [str(number + 1) for number in range(len(files))]
    return findings


def is_date(triple: Triple) -> bool:
    return isinstance(triple.object, Literal) and triple.object.datatype.value.endswith("#date")


def test_ontology_with_data_is_rl_and_dl_and_consistent(classpath: str, tmp_path: Path) -> None:
    """Dates are left out: xsd:date is outside the OWL 2 datatype map, and no axiom speaks of dates.

    OWLAPI gives text with a language rdf:langString, a type younger than OWL 2 RL, which has rdf:PlainLiteral for it.
    """
    sources = load_sources(HOME)
    terms = list(sources.triples("ontology"))
    data = [triple for triple in sources.triples("ontology", "register", "record") if not is_date(triple)]
    findings = examine(classpath, tmp_path, terms, data)
    counts = [int(text) for _, check, text in findings if check == "axioms"]
    assert [line for line in findings if line[1] != "axioms" and "rdf-syntax-ns#langString" not in line[2]] == []
    assert 500 < counts[0] <= counts[1]


def test_findings_are_noticed(classpath: str, tmp_path: Path) -> None:
    texts = (
        ":a a :A, :B . :A a owl:Class ; owl:disjointWith :B . :B a owl:Class .",
        ":p a owl:ObjectProperty . :A a owl:Class ; rdfs:subClassOf "
        "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom owl:Thing ] .",
        ":p a owl:ObjectProperty, owl:TransitiveProperty, owl:AsymmetricProperty .",
        ":A a owl:Class ; rdfs:subClassOf :B, :C . :B a owl:Class ; owl:disjointWith :C . :C a owl:Class .",
    )
    graphs = []
    for text in texts:
        triples, _, slips = parse_turtle((PREFIXES + text).encode(), "case.ttl")
        assert slips == []
        graphs.append(triples)
    findings = [line for line in examine(classpath, tmp_path, *graphs) if line[1] != "axioms"]
    assert [[*line[:2], line[2].split()[0]] for line in findings] == [
        ["1", "hermit", "inconsistent"],
        ["2", "rl", "UseOfNonSuperClassExpression"],
        ["3", "rl", "UseOfNonSimplePropertyInAsymmetricObjectPropertyAxiom"],
        ["3", "dl", "UseOfNonSimplePropertyInAsymmetricObjectPropertyAxiom"],
        ["3", "hermit", "refuses"],
        ["4", "hermit", "unsatisfiable"],
    ]
