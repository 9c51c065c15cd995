"""What is compared: each engine reads one Turtle file and writes what follows from it as N-Triples, in a process.

python -m benchmarks.reasoning.engines owlrl graph.ttl out.nt
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path


def run_ours(source: Path, target: Path) -> None:
    from ahg_graph.reasoning.closure.ntriples_writer import Tally
    from ahg_graph.reasoning.file_inference import infer, write_file
    from ahg_graph.reasoning.rules import find_rule_folder, load_rules

    inference = infer([source], tuple(load_rules(find_rule_folder() / "owl-rl.rls")))
    if inference.clashes:
        sys.exit("the graph contradicts itself")
    write_file(target, inference.write(Tally(), with_input=False))


def run_owlrl(source: Path, target: Path) -> None:
    import owlrl
    import rdflib

    graph = rdflib.Graph()
    graph.parse(source, format="turtle")
    asserted = set(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    with target.open("w", encoding="utf-8") as file:
        for triple in graph:
            if triple not in asserted and not isinstance(triple[0], rdflib.Literal):
                file.write(" ".join(term.n3() for term in triple) + " .\n")


def run_reasonable(source: Path, target: Path) -> None:
    import logging

    import reasonable

    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    reasoner = reasonable.PyReasoner()
    reasoner.load_file(str(source))
    with target.open("w", encoding="utf-8") as file:
        for triple in reasoner.reason():
            file.write(" ".join(term.n3() for term in triple) + " .\n")


ENGINES: dict[str, Callable[[Path, Path], None]] = {
    "ahg-graph": run_ours,
    "owlrl": run_owlrl,
    "reasonable": run_reasonable,
}

if __name__ == "__main__":
    ENGINES[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
