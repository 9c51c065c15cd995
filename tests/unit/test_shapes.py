"""How shapes are run: where violations stand, how severe they are, and that pySHACL alone finds the same."""

import re
from pathlib import Path

import pyshacl
import pytest
from rdflib.namespace import RDF, SH

from ahg_graph.shapes import ShapeError, Shapes, check_shapes
from ahg_graph.shapes.rdflib_conversion import from_node, to_graph
from ahg_graph.sources.turtle import Sources, load_source, load_sources, parse_turtle

HOME = Path(__file__).parents[2]
CASES = HOME / "tests" / "cases" / "shapes"
HEAD = """@prefix : <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def make_shapes(text: str) -> Shapes:
    triples, _, slips = parse_turtle((HEAD + text).encode(), "shapes.ttl")
    assert slips == []
    return Shapes(("shapes.ttl",), tuple(triples), ())


def check(shapes: str, data: str, folder: Path) -> list[str]:
    for name, text in (("ontology/a.ttl", ":B rdfs:subClassOf :A ."), ("data/record/r.ttl", data)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD + text, encoding="utf-8")
    return [f"{v.severity} {v}" for v in check_shapes(make_shapes(shapes), load_sources(folder))]


def test_a_violation_names_file_line_subject_path_value_and_shape(tmp_path: Path) -> None:
    shape = (
        ':S a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path :p ; sh:maxCount 0 ; sh:message "drop it" ] ,'
    )
    shape += ' [ sh:path :q ; sh:datatype xsd:date ; sh:message "a date" ; sh:severity sh:Warning ] .'
    assert check(shape, ':x a :B ;\n  :p 1 ;\n  :q "x" .', tmp_path) == [
        "violation data/record/r.ttl:5: http://example.org/x http://example.org/p: drop it [http://example.org/S]",
        'warning data/record/r.ttl:7: http://example.org/x http://example.org/q: a date ("x") [http://example.org/S]',
    ]


def test_paths_are_written_as_in_sparql(tmp_path: Path) -> None:
    shape = """:S a sh:NodeShape ; sh:targetNode :x ; sh:property
      [ sh:path ( [ sh:inversePath :p ] [ sh:zeroOrMorePath :q ]
        [ sh:alternativePath ( :r :s ) ] ) ; sh:minCount 9 ; sh:message "m" ] ."""
    (line,) = check(shape, ":x :p 1 .", tmp_path)
    path = "^<p>/(<q>)*/<r>|<s>".replace("<", "http://example.org/").replace(">", "")
    assert line == f"violation data/record/r.ttl:5: http://example.org/x {path}: m [http://example.org/S]"


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("sh:targetClass :A", ["x", "y"]),
        ("sh:targetNode :y", ["y"]),
        ("sh:targetSubjectsOf :p", ["x", "y", "z"]),
        ("sh:targetObjectsOf :p", []),
    ],
)
def test_sparql_constraints_hold_at_focus_nodes_only(target: str, found: list[str], tmp_path: Path) -> None:
    shape = f':S a sh:NodeShape ; {target} ; sh:sparql [ sh:message "no {{?value}}" ; '
    shape += 'sh:select "SELECT $this ?value { $this <http://example.org/p> ?value }" ] .'
    lines = check(shape, ":x a :A ; :p 1 .\n:y a :B ; :p 1 .\n:z a :C ; :p 1 .", tmp_path)
    assert lines == [
        f"violation data/record/r.ttl:{5 + 'xyz'.index(name)}: http://example.org/{name}: no 1 [http://example.org/S]"
        for name in found
    ]


@pytest.mark.parametrize(
    ("constraint", "reason"),
    [
        ('sh:message "m" ; sh:select "SELECT $this { $this"', "expected"),
        ('sh:message "m" ; sh:select "SELECT $this { ?a ?b ?c }"', "must bind $this"),
        ('sh:message "m" ; sh:select "SELECT $this { $this $PATH ?c }"', "without $PATH"),
        ('sh:select "SELECT $this { $this ?b ?c }"', "a message"),
        ('sh:message "m"', "needs sh:select"),
    ],
)
def test_a_constraint_that_cannot_be_run_is_named(constraint: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match=f"^http://example.org/S: .*{reason.replace('$', '[$]')}"):
        check(f":S a sh:NodeShape ; sh:targetNode :x ; sh:sparql [ {constraint} ] .", ":x :p 1 .", tmp_path)


def test_a_shape_that_cannot_be_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ShapeError):
        check(":S a sh:NodeShape ; sh:targetNode :x ; sh:property [ sh:minCount 1 ] .", ":x :p 1 .", tmp_path)


@pytest.mark.slow
def test_pyshacl_alone_finds_the_same() -> None:
    """On the shapes of decisions, whose SPARQL pySHACL runs itself, focus node by focus node."""
    paths = [HOME / "ontology" / "shapes" / name for name in ("shapes.ttl", "decisions.ttl")]
    declared, own = (parse_turtle(path.read_bytes(), path.name)[0] for path in paths)
    prefixes = [triple for triple in declared if triple.predicate.value.startswith(str(SH) + "declare")]
    nodes = {triple.object for triple in prefixes}
    shapes = Shapes((), (*own, *prefixes, *(triple for triple in declared if triple.subject in nodes)), ())
    names = ("world", "Decision.bad", "Tasking.bad", "FollowUp.bad", "Proposal.bad")
    cases = [load_source(HOME, CASES / f"{name}.ttl", "record", "http://example.org/g") for name in names]
    sources = Sources((*load_sources(HOME).select("ontology"), *cases))
    ours = {(v.subject, v.path != "", v.sentence) for v in check_shapes(shapes, sources)}
    _, report, _ = pyshacl.validate(to_graph(sources.triples()), shacl_graph=to_graph(shapes.triples), inference="none")
    theirs = set()
    details = set(report.objects(None, SH.detail))  # what led to a result is none of its own
    for result in set(report.subjects(RDF.type, SH.ValidationResult)) - details:
        # A SPARQL constraint's own message goes before its shape's (SHACL, section 5.3.2); pySHACL gives both.
        constraint = report.value(result, SH.sourceConstraint)
        source = report.value(result, SH.sourceShape) if constraint is None else constraint
        message = str(report.value(source, SH.message) or report.value(result, SH.resultMessage))
        focus, path = report.value(result, SH.focusNode), report.value(result, SH.resultPath)
        theirs.add((from_node(focus), path is not None, message))
    # pySHACL gives the message as the shape has it, without what stands for its variables.
    variable = re.escape("{?value}")
    templates = {text: re.escape(text).replace(variable, ".+") for _, _, text in theirs if "{?value}" in text}
    unfilled = {
        (subject, path, next((text for text, found in templates.items() if re.fullmatch(found, said)), said))
        for subject, path, said in ours
    }
    assert len(ours) > 20
    assert theirs == unfilled
