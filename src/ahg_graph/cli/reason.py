"""`ahg-graph reason`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ahg_graph.cli.console import errors, progress


def reason(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="Turtle, N-Triples, RDF/XML files.")
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write instead of the screen.")] = None,
    with_input: Annotated[
        bool,
        typer.Option("--with-input", help="Write the input too, so that blank nodes without a label are included."),
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Write also what follows from any graph, such as that a thing is itself.")
    ] = False,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", exists=True, dir_okay=False, help="Rule files to use besides those of OWL 2 RL."),
    ] = None,
) -> None:
    """Infer what follows from RDF files by the rules of OWL 2 RL.

    The inferred triples are written as N-Triples; those that follow from any graph are left out, unless all
    are asked for.
    Labels of blank nodes are those of the input. Nothing is written when the graph contradicts itself: then the exit
    code is 3 and all contradictions are on standard error, the first of them with their proofs.

    Example:  ahg-graph reason ontology.ttl data.ttl -o inferred.nt
    """
    from ahg_graph.reasoning.closure.ntriples_writer import Tally
    from ahg_graph.reasoning.file_inference import PROVEN, infer, write_file
    from ahg_graph.reasoning.rules import find_rule_folder, load_rules

    program = [rule for path in (find_rule_folder() / "owl-rl.rls", *(rules or ())) for rule in load_rules(path)]
    console = errors()
    with progress() as report:
        inference = infer(files, program, report, keep_trivial=everything)
        if not inference.contradiction_count:
            tally = Tally()
            report("writing")
            pieces = inference.write(tally, with_input=with_input, with_trivial=everything)
            if output:
                write_file(output, pieces)
            else:
                sys.stdout.buffer.writelines(pieces)
                sys.stdout.buffer.flush()
    for ignored in inference.ignored:
        console.print(escape(f"outside OWL 2 RL: {ignored}"))
    if inference.contradiction_count:
        for contradiction in inference.contradictions:
            console.print(escape(str(contradiction)), soft_wrap=True)
        console.print(
            escape(
                f"[contradiction] {inference.contradiction_count} contradictions, the first {PROVEN} with their proofs"
            )
            if inference.contradiction_count > PROVEN
            else escape(f"[contradiction] {inference.contradiction_count} contradictions")
        )
        console.print("nothing was written")
        raise typer.Exit(3)
    if inference.reading.renamed:
        console.print(f"{inference.reading.renamed} blank node labels occurred in two files and were renamed in one")
    if tally.unlabelled and not with_input:
        console.print(
            f"{tally.unlabelled} of the inferred triples name blank nodes that have no label in the input; use "
            "--with-input to write both together"
        )
    count = inference.reading.graph.count
    console.print(f"{count} triples read, {tally.triples} inferred in {inference.seconds:.2f} s")
