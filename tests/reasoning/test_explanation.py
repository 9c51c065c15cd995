"""Explanations of an invented graph: what is asserted, derived, trivial, not entailed, or disputed, whole and exact."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ahg_graph.build.proof_export import export_proofs
from ahg_graph.errors import BadParameter, SnapshotError
from ahg_graph.explanation import Citation, Proof, ProofDatabase, explain
from ahg_graph.explanation.proof_database import NAME
from ahg_graph.explanation.serialization import name_statement, to_json, to_rdf
from ahg_graph.explanation.term_resolution import resolve_statement
from ahg_graph.queries.name_resolver import parse_names
from ahg_graph.rdf.source_location import SourceLocation
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, RdfFormat, Statement, Term, parse, serialize
from ahg_graph.reasoning.closure import close_graph
from ahg_graph.reasoning.rules import find_rule_folder, load_rule_folder
from ahg_graph.sources.turtle import load_sources
from support.namespaces import ONT, PREFIXES, expand

ONTOLOGY = """@prefix ahg: <https://w3id.org/ahg-graph/ont#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ahg:memberIn rdfs:subPropertyOf ahg:towardsBody ; rdfs:range ahg:Body .
ahg:withinBody a owl:TransitiveProperty .
ahg:hasAffiliation owl:inverseOf ahg:affiliationOf .
ahg:isOrWasMemberOf owl:propertyChainAxiom ( ahg:hasAffiliation ahg:memberIn ) .
"""
REGISTER = """@prefix ahg: <https://w3id.org/ahg-graph/ont#> .
@prefix body: <https://w3id.org/ahg-graph/id/body/> .
@prefix name: <https://w3id.org/ahg-graph/id/name/> .
body:a ahg:withinBody body:b .
body:b ahg:withinBody body:c .
body:c ahg:withinBody body:d .
name:a ahg:nameOf body:a .
"""
RECORD = """@prefix affiliation: <https://w3id.org/ahg-graph/id/affiliation/> .
@prefix agent: <https://w3id.org/ahg-graph/id/agent/> .
@prefix ahg: <https://w3id.org/ahg-graph/ont#> .
@prefix body: <https://w3id.org/ahg-graph/id/body/> .
@prefix claim: <https://w3id.org/ahg-graph/id/claim/> .
@prefix discrepancy: <https://w3id.org/ahg-graph/id/discrepancy/> .
@prefix doc: <https://w3id.org/ahg-graph/id/doc/> .
@prefix rank: <https://w3id.org/ahg-graph/id/rank/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
doc:report ahg:documentKey "R" ; ahg:documentOrder 1 .
<https://w3id.org/ahg-graph/id/doc/report/p1> ahg:partOfDocument doc:report ; ahg:locator "para 1" ; ahg:partOrder 1 .
<https://w3id.org/ahg-graph/id/doc/report/p2> ahg:partOfDocument doc:report ; ahg:locator "para 2" ; ahg:partOrder 2 .
affiliation:x ahg:affiliationOf agent:x ; ahg:evidencedBy <https://w3id.org/ahg-graph/id/doc/report/p1> ;
  ahg:memberIn body:a ;
  ahg:startNotBefore "2010" .
claim:early ahg:claimSubject affiliation:x ; ahg:claimPredicate ahg:statedStart ; ahg:claimValue "2010" ;
  ahg:summary "In 2010."@en ; ahg:rank rank:disputed ; ahg:evidencedBy <https://w3id.org/ahg-graph/id/doc/report/p2> .
claim:late ahg:claimSubject affiliation:x ; ahg:claimPredicate ahg:statedStart ; ahg:claimValue "2011" ;
  ahg:summary "In 2011."@en ; ahg:rank rank:disputed ; ahg:evidencedBy <https://w3id.org/ahg-graph/id/doc/report/p1> .
discrepancy:start skos:prefLabel "When it began"@en ; ahg:discrepancyAbout affiliation:x ;
  ahg:hasReading claim:early , claim:late ; ahg:ruling "Nothing decides."@en .
claim:parent ahg:claimSubject body:a ; ahg:claimPredicate ahg:withinBody ; ahg:claimObject body:b ;
  ahg:rank rank:accepted ; ahg:evidencedBy <https://w3id.org/ahg-graph/id/doc/report/p2> .
claim:grandparent ahg:claimSubject body:b ; ahg:claimPredicate ahg:withinBody ; ahg:claimObject body:c ;
  ahg:rank rank:accepted ; ahg:curatorsReason "No document says so outright."@en .
affiliation:z ahg:affiliationOf agent:z ; ahg:memberIn body:b ;
  ahg:curatorsReason "The report lists it among others."@en .
"""
P1 = Citation("https://w3id.org/ahg-graph/id/doc/report/p1", "R", "para 1")
P2 = Citation("https://w3id.org/ahg-graph/id/doc/report/p2", "R", "para 2")


def st(subject: str, predicate: str, value: str) -> Statement:
    return Statement(*(NamedNode(expand(name)) for name in (subject, predicate, value)))


def leaf(statement: Statement, place: str, *citations: Citation) -> Proof:
    path, _, line = place.partition(":")
    return Proof(statement, positions=(SourceLocation(path, int(line)),), citations=citations)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProofDatabase]:
    home = tmp_path_factory.mktemp("home")
    for path, text in (
        ("ontology/o.ttl", ONTOLOGY),
        ("data/register/r.ttl", REGISTER),
        ("data/record/r.ttl", RECORD),
    ):
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text, encoding="utf-8")
    sources = load_sources(home)
    assert sources.errors == ()
    closure = close_graph(sources.triples(), load_rule_folder(find_rule_folder()), prove=True)
    export_proofs(home / NAME, sources, closure.steps)
    with ProofDatabase(home / NAME) as opened:
        yield opened


def strip(proof: Proof) -> Proof:
    """Return a proof without the wording of its rules, which the rule files fix."""
    premises = tuple(map(strip, proof.premises))
    return Proof(proof.statement, proof.rule, "", "", (), premises, proof.positions, proof.citations)


def test_an_asserted_triple_gives_its_line_and_its_paragraphs(database: ProofDatabase) -> None:
    answer = explain(database, st("affiliation:x", "ahg:memberIn", "body:a"))
    assert answer.standing == "asserted"
    assert answer.proof == leaf(st("affiliation:x", "ahg:memberIn", "body:a"), "data/record/r.ttl:14", P1)


def test_a_plain_triple_is_based_on_the_claim_that_states_it(database: ProofDatabase) -> None:
    answer = explain(database, st("body:a", "ahg:withinBody", "body:b"))
    assert answer.proof == leaf(st("body:a", "ahg:withinBody", "body:b"), "data/register/r.ttl:4", P2)
    assert answer.disputes == ()


def test_what_the_curator_infers_is_said_to_be_the_curators_with_the_reason(database: ProofDatabase) -> None:
    answer = explain(database, st("affiliation:z", "ahg:memberIn", "body:b"))
    assert answer.proof is not None
    assert (answer.is_curators, answer.proof.reasons) == (True, ("The report lists it among others.",))
    follows = explain(database, st("agent:z", "ahg:isOrWasMemberOf", "body:b"))
    assert (follows.standing, follows.is_curators) == ("derived", True)
    assert not explain(database, st("affiliation:x", "ahg:memberIn", "body:a")).is_curators
    claimed = explain(database, st("body:b", "ahg:withinBody", "body:c"))
    assert (claimed.standing, claimed.is_curators) == ("asserted", True)


def test_a_derived_triple_gives_the_smallest_proof_down_to_the_asserted(database: ProofDatabase) -> None:
    answer = explain(database, st("body:a", "ahg:withinBody", "body:c"))
    axiom = leaf(st("ahg:withinBody", "rdf:type", "owl:TransitiveProperty"), "ontology/o.ttl:5")
    assert answer.standing == "derived"
    assert answer.proof is not None
    assert strip(answer.proof) == Proof(
        st("body:a", "ahg:withinBody", "body:c"),
        "prp-trp",
        premises=(
            axiom,
            leaf(st("body:a", "ahg:withinBody", "body:b"), "data/register/r.ttl:4", P2),
            leaf(st("body:b", "ahg:withinBody", "body:c"), "data/register/r.ttl:5"),
        ),
    )
    assert answer.proof.sentence == "A transitive property holds across two steps."
    assert answer.proof.authority.startswith("OWL 2 Web Ontology Language Profiles")
    assert dict(answer.proof.bindings) == {
        "p": NamedNode(ONT + "withinBody"),
        **{v: NamedNode(expand(f"body:{n}")) for v, n in zip("xyz", "abc", strict=True)},
    }


def test_a_chain_shows_its_axiom_and_the_inverse_that_it_uses(database: ProofDatabase) -> None:
    answer = explain(database, st("agent:x", "ahg:isOrWasMemberOf", "body:a"))
    assert answer.proof is not None
    shown = [(leaf.statement.predicate, leaf.positions) for leaf in answer.proof.leaves()]
    chain, inverse = SourceLocation("ontology/o.ttl", 7), SourceLocation("ontology/o.ttl", 6)
    rdf, owl = PREFIXES["rdf"], PREFIXES["owl"]
    cells = [rdf + "first", rdf + "rest", rdf + "first", rdf + "rest"]
    assert shown == [
        (NamedNode(owl + "propertyChainAxiom"), (chain,)),
        *((NamedNode(name), (chain,)) for name in cells),
        (NamedNode(owl + "inverseOf"), (inverse,)),
        (NamedNode(ONT + "affiliationOf"), (SourceLocation("data/record/r.ttl", 13),)),
        (NamedNode(ONT + "memberIn"), (SourceLocation("data/record/r.ttl", 14),)),
    ]


def test_what_follows_from_any_graph_is_trivial(database: ProofDatabase) -> None:
    answer = explain(database, st("body:a", "owl:sameAs", "body:a"))
    assert (answer.standing, answer.proof) == ("trivial", None)


@pytest.mark.parametrize(
    "statement",
    [
        st("body:c", "ahg:withinBody", "body:a"),
        st("urn:x:unknown", "owl:sameAs", "urn:x:unknown"),
        st("body:a", "ahg:unknown", "body:b"),
    ],
)
def test_what_does_not_follow_is_said_not_to(database: ProofDatabase, statement: Statement) -> None:
    answer = explain(database, statement)
    assert (answer.standing, answer.proof, answer.disputes) == ("not-entailed", None, ())


def test_a_disputed_triple_names_the_readings(database: ProofDatabase) -> None:
    statement = Statement(NamedNode(expand("affiliation:x")), NamedNode(ONT + "startNotBefore"), Literal("2010"))
    (dispute,) = explain(database, statement).disputes
    assert (dispute.title, dispute.touch, dispute.ruling) == ("When it began", "statement", "Nothing decides.")
    assert [(r.summary, r.rank, r.citations) for r in dispute.readings] == [
        ("In 2010.", "disputed", (P2,)),
        ("In 2011.", "disputed", (P1,)),
    ]


def test_a_dispute_about_a_premise_touches_what_follows_from_it(database: ProofDatabase) -> None:
    answer = explain(database, st("agent:x", "ahg:isOrWasMemberOf", "body:a"))
    assert [(d.title, d.touch, d.on) for d in answer.disputes] == [
        ("When it began", "premise", expand("affiliation:x"))
    ]
    assert answer.is_disputed
    assert not explain(database, st("body:a", "ahg:withinBody", "body:c")).is_disputed


NAMES = parse_names(
    [
        (expand("body:a"), "class", ONT + "Agent"),
        (expand("body:a"), "label", "The Body of A"),
        (expand("body:a"), "name", "The Twins"),
        (expand("body:c"), "class", ONT + "Agent"),
        (expand("body:c"), "label", "C"),
        (expand("body:c"), "name", "The Twins"),
    ],
    [],
)


def test_things_go_by_any_of_their_names(database: ProofDatabase) -> None:
    found = resolve_statement(database, NAMES, "the body of a", "ahg:withinBody", "C")
    assert found == st("body:a", "ahg:withinBody", "body:c")
    for text, candidates in (
        ("the twins", (f"<{expand('body:c')}>", f"<{expand('body:a')}>")),
        ("body of", ("a (The Body of A)",)),
    ):
        with pytest.raises(BadParameter) as error:
            resolve_statement(database, NAMES, text, "ahg:withinBody", "C")
        assert (error.value.parameter, error.value.candidates[: len(candidates)]) == ("subject", candidates)


def test_short_names_mean_terms(database: ProofDatabase) -> None:
    expected = st("affiliation:x", "ahg:memberIn", "body:a")
    assert resolve_statement(database, NAMES, "affiliation:x", "memberIn", f"<{expand('body:a')}>") == expected
    assert resolve_statement(database, NAMES, "b", "a", "Body") == st("body:b", "rdf:type", "ahg:Body")
    assert resolve_statement(database, NAMES, "body:a", "ahg:withinBody", "2010").object == Literal("2010")
    with pytest.raises(BadParameter) as error:
        resolve_statement(database, NAMES, "nobody", "memberIn", "body:a")
    assert error.value.parameter == "subject"
    with pytest.raises(BadParameter) as error:
        resolve_statement(database, NAMES, "body:a", "memberIn", '"unfinished')
    assert error.value.parameter == "object"


def test_a_record_keeps_every_key_and_says_the_same(database: ProofDatabase) -> None:
    record = to_json(explain(database, st("body:c", "ahg:withinBody", "body:a")))
    uris = {"subject": "body:c", "predicate": "ahg:withinBody", "object": "body:a"}
    assert json.loads(json.dumps(record)) == {
        "statement": {place: {"type": "uri", "value": expand(name)} for place, name in uris.items()},
        "standing": "not-entailed",
        "disputed": False,
        "proof": None,
        "disputes": [],
    }
    derived = to_json(explain(database, st("body:a", "ahg:withinBody", "body:c")))["proof"]
    assert [premise["rule"] for premise in derived["premises"]] == [None, None, None]
    assert derived["premises"][1]["positions"] == [{"file": "data/register/r.ttl", "line": 4}]
    assert derived["premises"][1]["passages"] == [{"part": P2.part, "document": "R", "locator": "para 2"}]


def test_rdf_of_an_explanation_is_well_formed_and_derives_from_its_premises(database: ProofDatabase) -> None:
    triples = list(to_rdf(explain(database, st("body:a", "ahg:withinBody", "body:c"))))
    data = serialize(triples, format=RdfFormat.TURTLE)
    assert data is not None
    assert len(list(parse(input=data, format=RdfFormat.TURTLE))) == len(set(triples))
    derived = NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
    subjects: set[Term] = {t.subject for t in triples if t.predicate == derived}  # type: ignore[misc]
    assert subjects == {name_statement(st("body:a", "ahg:withinBody", "body:c"))}
    assert not any(isinstance(term, BlankNode) for triple in triples for term in triple)
    assert len([t for t in triples if t.predicate == derived]) == 3


@pytest.mark.slow
def test_every_proof_of_a_graph_ends_in_what_is_asserted() -> None:
    """Each premise is asserted or concluded by a smaller proof, so that following premises always ends."""
    sources = load_sources(Path(__file__).parents[2])
    closure = close_graph(
        sources.triples("ontology", "register", "record"), load_rule_folder(find_rule_folder()), prove=True
    )
    asserted = {Statement(*triple) for triple in sources.triples("ontology", "register", "record")}
    assert {Statement(*triple) for triple in closure.inferred} <= closure.steps.keys()
    assert asserted.isdisjoint(closure.steps)
    size: dict[Statement, int] = dict.fromkeys(asserted, 1)
    pending = set(closure.steps)
    while pending:
        settled = {s for s in pending if all(premise in size for premise in closure.steps[s].premises)}
        assert settled, f"circular or groundless: {sorted(map(str, pending))[:3]}"
        size.update((s, 1 + sum(size[premise] for premise in closure.steps[s].premises)) for s in settled)
        pending -= settled


def test_a_missing_or_damaged_proof_database_is_a_snapshot_error(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError):
        ProofDatabase(tmp_path / NAME)
    (tmp_path / NAME).write_bytes(b"not a data base, whatever it is called; long enough to be read as one" * 20)
    with pytest.raises(SnapshotError):
        ProofDatabase(tmp_path / NAME)
    (tmp_path / NAME).unlink()
    import sqlite3

    connection = sqlite3.connect(tmp_path / NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.execute("CREATE TABLE x (y)")
    connection.close()
    with pytest.raises(SnapshotError, match="99"):
        ProofDatabase(tmp_path / NAME)


def test_explaining_loads_no_reasoner() -> None:
    code = "import sys, ahg_graph.explanation.serialization; sys.exit('nmo_python' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
