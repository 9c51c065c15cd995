"""Wrong designs that are easy to fall into: each would entail what no document says, and ours does not.

A case is a folder: `data.ttl`, the axioms of the wrong design (`wrong.ttl`), what then follows and must not
(`forbidden.ttl`), and what does follow and must (`expected.ttl`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ahg_graph.rdf.terms import RdfFormat, Triple, parse
from ahg_graph.reasoning.closure import close_graph
from ahg_graph.reasoning.rules import find_rule_folder, load_rule_folder

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "traps"


def _read(path: Path) -> set[Triple]:
    return {quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)}


def _ontology(*, without: str = "") -> set[Triple]:
    files = sorted((ROOT / "ontology").glob("*.ttl"))
    aside = {"alignments", "display", "distinct", without}
    return set().union(*(_read(path) for path in files if path.stem not in aside))


def _close(triples: set[Triple]) -> set[Triple]:
    return set(close_graph(triples, load_rule_folder(find_rule_folder())).inferred)


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_only_the_wrong_design_entails_it(case: str) -> None:
    data = _ontology() | _read(CASES / case / "data.ttl")
    forbidden = _read(CASES / case / "forbidden.ttl")
    expected = _read(CASES / case / "expected.ttl")
    assert forbidden
    assert expected

    ours = _close(data)
    assert ours & forbidden == set()
    assert expected - ours == set()

    theirs = _close(data | _read(CASES / case / "wrong.ttl"))
    assert forbidden - theirs == set()


def test_a_state_in_the_place_of_a_body_is_a_contradiction_only_while_kinds_exclude_each_other() -> None:
    slip = _parse("""@prefix ahg: <https://w3id.org/ahg-graph/ont#> . @prefix x: <https://example.org/trap/> .
        x:canada a ahg:State . x:m ahg:affiliationOf x:state ; ahg:memberIn x:canada .""")
    rules = load_rule_folder(find_rule_folder())
    found = close_graph(_ontology() | slip, rules).contradictions
    assert any("https://example.org/trap/canada" in str(contradiction) for contradiction in found)

    header = ROOT / "ontology" / "ahg.ttl"
    text = header.read_text(encoding="utf-8")
    loose = "\n".join(line for line in text.splitlines() if "( ahg:State " not in line)
    assert loose != text
    ontology = _ontology(without="ahg") | _parse(loose)
    assert close_graph(ontology | slip, rules).contradictions == ()


def _parse(text: str) -> set[Triple]:
    return {quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)}
