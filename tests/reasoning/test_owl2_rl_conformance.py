"""Public OWL 2 test cases, by manifest: what this reasoner gets wrong, and, for comparison, what two others do.

AHG_GRAPH_CONFORMANCE names the folder that holds `owl2-rl/<id>/` with `premise.ttl`, `conclusion.ttl` for entailments
and `meta.json`. A positive entailment holds when the conclusion, its blank nodes read as variables, matches the
closure; an inconsistency when a contradiction is reported; a negative entailment when the conclusion does not match; a
consistency case when no contradiction is reported. Cases whose expected verdict is contested are listed and not
counted.

`owl2_rl.yaml` lists every failure of each engine with its reason, and is strict both ways: a failure that it does not
list and a listed one that passes both break the test. Run as a script, with PYTHONPATH=tests, it prints the scores.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import owlrl
import pytest
import rdflib
import reasonable
import yaml

from ahg_graph.rdf.terms import BlankNode, RdfFormat, Term, Triple, parse
from ahg_graph.reasoning.closure import Closure, close_generically, close_graph
from ahg_graph.reasoning.closure.ntriples_writer import Tally
from ahg_graph.reasoning.file_inference import infer
from ahg_graph.reasoning.rules import find_rule_folder, load_rules
from support.rdflib_terms import from_rdflib, to_rdflib

FAILURES = Path(__file__).with_name("owl2_rl.yaml")
VARIABLE = "AHG_GRAPH_CONFORMANCE"
NOTHING = rdflib.URIRef("http://www.w3.org/2002/07/owl#Nothing")
RULES = load_rules(find_rule_folder() / "owl-rl.rls")

Graph = set[tuple[Term, Term, Term]]
Engine = Callable[["Case"], tuple[Graph, bool]]
"""Gives the closure of a case's premise, and whether it found a contradiction."""


@dataclass(frozen=True)
class Case:
    """One case: what is given, what is asked, and the verdict that is expected."""

    name: str
    folder: Path
    kind: str
    derivable: bool
    contested: bool

    def read(self, part: str) -> list[Triple]:
        return [quad.triple for quad in parse(path=str(self.folder / f"{part}.ttl"), format=RdfFormat.TURTLE)]


def load_cases() -> list[Case]:
    folder = Path(os.environ[VARIABLE], "owl2-rl")
    cases = []
    for path in sorted(folder.glob("*/meta.json")):
        meta = json.loads(path.read_text(encoding="utf-8"))
        derivable = bool(meta.get("rl_rules_derivable", True))
        cases.append(Case(path.parent.name, path.parent, meta["type"], derivable, bool(meta.get("contested"))))
    return cases


def is_passed(case: Case, graph: Graph, contradicts: bool) -> bool:
    if case.kind == "Consistency":
        return not contradicts
    if case.kind == "Inconsistency":
        return contradicts
    return is_matched([tuple(triple) for triple in case.read("conclusion")], graph) == (
        case.kind == "PositiveEntailment"
    )


def is_matched(pattern: list[tuple[Term, Term, Term]], graph: Graph) -> bool:
    """Tell whether a pattern, its blank nodes read as variables, has a match in a graph."""
    rows: dict[Term, list[tuple[Term, Term, Term]]] = {}
    for row in graph:
        rows.setdefault(row[1], []).append(row)
    return any(True for _ in _match(pattern, rows, {}))


def _match(
    pattern: list[tuple[Term, Term, Term]], rows: dict[Term, list[tuple[Term, Term, Term]]], known: dict[Term, Term]
) -> Iterator[dict[Term, Term]]:
    if not pattern:
        yield known
        return
    first = max(pattern, key=lambda t: sum(term in known or not isinstance(term, BlankNode) for term in t))
    rest = [other for other in pattern if other is not first]
    for row in rows.get(first[1], ()):
        extended = dict(known)
        if all(
            (extended.setdefault(want, have) if isinstance(want, BlankNode) else want) == have
            for want, have in zip(first, row, strict=True)
        ):
            yield from _match(rest, rows, extended)


# ---- The engines ------------------------------------------------------------------------------------------------


@cache
def close(case: Case) -> Closure:
    return close_graph(case.read("premise"), RULES, keep_trivial=True)


def run_ours(case: Case) -> tuple[Graph, bool]:
    closure = close(case)
    rows: Iterable[Triple] = (*case.read("premise"), *closure.inferred, *closure.trivial)
    return {(t.subject, t.predicate, t.object) for t in rows}, bool(closure.contradictions)


def run_files(case: Case) -> tuple[Graph, bool]:
    """The same as `ahg-graph reason --all --with-input` writes it."""
    inference = infer([case.folder / "premise.ttl"], RULES, keep_trivial=True)
    text = b"".join(inference.write(Tally(), with_input=True, with_trivial=True))
    triples = [quad.triple for quad in parse(text, RdfFormat.N_TRIPLES)]
    assert len(triples) == len(set(triples))
    return {(t.subject, t.predicate, t.object) for t in triples}, bool(inference.contradiction_count)


def _from_rdflib(triples: Iterable[tuple[rdflib.term.Node, ...]]) -> Graph:
    return {(from_rdflib(s), from_rdflib(p), from_rdflib(o)) for s, p, o in triples}


def run_owlrl(case: Case) -> tuple[Graph, bool]:
    graph = rdflib.Graph()
    for triple in case.read("premise"):
        graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    message = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
    return _from_rdflib(graph), any(graph.triples((None, message, None)))


def run_reasonable(case: Case) -> tuple[Graph, bool]:
    reasoner = reasonable.PyReasoner()
    reasoner.load_file(str(case.folder / "premise.ttl"))
    triples = [*reasoner.get_base_triples(), *reasoner.reason()]
    return _from_rdflib(triples), any(o == NOTHING and p == rdflib.RDF.type for _, p, o in triples)


ENGINES: dict[str, Engine] = {"ours": run_ours, "owlrl": run_owlrl, "reasonable": run_reasonable}


def find_failures(engine: Engine, cases: Iterable[Case]) -> set[str]:
    failed = set()
    for case in cases:
        try:
            passed = is_passed(case, *engine(case))
        except Exception:
            if engine in (run_ours, run_files):
                raise
            passed = False
        if not passed:
            failed.add(case.name)
    return failed


# ---- The tests --------------------------------------------------------------------------------------------------

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} does not name the conformance folder"),
]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.filterwarnings("ignore")
def test_failures_are_those_listed(name: str) -> None:
    listed = yaml.safe_load(FAILURES.read_text(encoding="utf-8"))
    reasons = {case: group["reason"] for group in listed[name] for case in group["cases"]}
    assert find_failures(ENGINES[name], load_cases()) == set(reasons)


def test_what_the_rules_can_derive_is_derived_and_nothing_is_wrong() -> None:
    """The bar, read off the list that the test above holds to: only what the rules cannot reach may fail."""
    listed = yaml.safe_load(FAILURES.read_text(encoding="utf-8"))
    ours = {case for group in listed["ours"] for case in group["cases"]}
    excused = {
        case.name
        for case in load_cases()
        if case.contested or (case.kind == "PositiveEntailment" and not case.derivable)
    }
    assert ours <= excused


def test_the_command_answers_what_the_library_answers() -> None:
    listed = yaml.safe_load(FAILURES.read_text(encoding="utf-8"))
    ours = {case for group in listed["ours"] for case in group["cases"]}
    assert find_failures(run_files, load_cases()) == ours


def test_both_forms_close_every_premise_alike() -> None:
    def show(closure: Closure) -> tuple[object, ...]:
        named = [(c.rule, c.culprits) for c in closure.contradictions]
        return closure.inferred, closure.trivial, named

    different = []
    for case in load_cases():
        if show(close(case)) != show(close_generically(case.read("premise"), RULES)):
            different.append(case.name)
    assert different == []


def main() -> None:
    """Print the scores by kind of case, contested cases left out."""
    cases = load_cases()
    kinds = {
        "positive, derivable": lambda c: c.kind == "PositiveEntailment" and c.derivable,
        "positive, beyond the rules": lambda c: c.kind == "PositiveEntailment" and not c.derivable,
        "negative": lambda c: c.kind == "NegativeEntailment",
        "inconsistent": lambda c: c.kind == "Inconsistency",
        "consistent": lambda c: c.kind == "Consistency",
    }
    sys.stdout.write(f"{'':28}{'cases':>8}" + "".join(f"{name:>12}" for name in ENGINES) + "\n")
    failed = {name: find_failures(engine, cases) for name, engine in ENGINES.items()}
    for label, belongs in kinds.items():
        counted = [case for case in cases if belongs(case) and not case.contested]
        passed = Counter({name: sum(case.name not in failed[name] for case in counted) for name in ENGINES})
        sys.stdout.write(f"{label:28}{len(counted):>8}" + "".join(f"{passed[name]:>12}" for name in ENGINES) + "\n")
    for name in ENGINES:
        sys.stdout.write(f"\n{name}:\n" + "".join(f"  {case}\n" for case in sorted(failed[name])))


if __name__ == "__main__":
    main()
