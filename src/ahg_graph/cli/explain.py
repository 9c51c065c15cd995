"""`ahg-graph explain`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from ahg_graph.cli.build import SnapshotsOption, find_snapshot_folder

if TYPE_CHECKING:
    from ahg_graph.explanation import Explanation, Proof
    from ahg_graph.explanation.model import DiscrepancyMatch
    from ahg_graph.rdf.terms import Term

_STANDINGS = {
    "asserted": "The graph asserts this.",
    "derived": "This follows from what the graph asserts.",
    "trivial": "This is true in every graph, so it is not stored.",
    "not-entailed": "This does not follow from what the graph asserts; that does not make it false.",
}
_CURATORS = {
    "asserted": "The graph asserts this; the curator infers it, or a part of it.",
    "derived": "This follows from what the graph asserts, of which the curator infers a part.",
}


def explain(
    subject: Annotated[str, typer.Argument(help="An IRI, a prefixed name, any name of a thing, or the end of an IRI.")],
    predicate: Annotated[str, typer.Argument(help="The same, such as `evidencedBy`.")],
    object: Annotated[str, typer.Argument(help="The same, or a literal.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole record as JSON.")] = False,
    snapshots: SnapshotsOption = None,
) -> None:
    """Explain one triple: where it is asserted, or the proof that it follows, down to the paragraphs.

    The smallest proof is shown, each step with the rule that makes it. Points on which the
    documents disagree about the triple or its premises are listed after it.

    Example:  ahg-graph explain session-01 own:hadParticipant north
    """
    from ahg_graph.explanation import ProofDatabase
    from ahg_graph.explanation import explain as explain_statement
    from ahg_graph.explanation.proof_database import NAME
    from ahg_graph.explanation.serialization import to_json
    from ahg_graph.explanation.term_resolution import resolve_statement
    from ahg_graph.queries.name_resolver import load_names
    from ahg_graph.snapshot import open_at_hand
    from ahg_graph.sparql.memory_dataset import Reader

    snapshot = open_at_hand(find_snapshot_folder(snapshots))
    names = load_names(snapshot.path, lambda query: Reader(snapshot.store).stream(query))
    with ProofDatabase(snapshot.path / NAME) as database:
        explanation = explain_statement(database, resolve_statement(database, names, subject, predicate, object))
    if as_json:
        typer.echo(json.dumps(to_json(explanation), ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 1000)
    console.print(render(explanation))


def render(explanation: Explanation) -> Tree:
    """Return an explanation as a tree for a terminal."""
    from ahg_graph.explanation.labels import word_statement

    sentences = _CURATORS if explanation.is_curators else _STANDINGS
    heading = Text.assemble((word_statement(explanation.statement), "bold"), f"\n{sentences[explanation.standing]}")
    tree = Tree(heading)
    if explanation.proof is not None:
        _add(tree, explanation.proof, {})
    for dispute in explanation.disputes:
        _add_dispute(tree, dispute)
    return tree


def _add(tree: Tree, proof: Proof, lists: dict[Term, str]) -> None:
    from ahg_graph.explanation.labels import is_list_cell, word_absence, word_lists, word_statement

    words = word_statement(proof.statement, lists)
    if not proof.rule:
        where = ", ".join(map(str, proof.positions))
        said = "; ".join(f"{p.document} {p.locator}" for p in proof.citations)
        leaf = tree.add(Text.assemble(words, ("  " + where, "dim"), ("  " + said, "green") if said else ""))
        for reason in proof.reasons:
            leaf.add(Text.assemble(("The curator infers it, or a part of it: ", "yellow"), reason))
        return
    branch = tree.add(Text.assemble(words, ("  by " + proof.rule, "cyan"), (f"  {proof.sentence}", "dim")))
    inner = word_lists(proof.premises)
    for premise in proof.premises:
        if not is_list_cell(premise.statement):
            _add(branch, premise, inner)
    for absence in proof.absences:
        branch.add(Text(word_absence(absence), style="magenta"))


def _add_dispute(tree: Tree, dispute: DiscrepancyMatch) -> None:
    kinds = {"statement": "Disputed", "premise": "A premise is disputed", "thing": "Disputed about the same thing"}
    branch = tree.add(Text.assemble((f"{kinds[dispute.touch]}: ", "yellow"), dispute.title))
    for reading in dispute.readings:
        said = "; ".join(f"{p.document} {p.locator}" for p in reading.citations)
        branch.add(Text.assemble(f"{reading.rank}: {reading.summary}", ("  " + said, "green")))
    if dispute.ruling:
        branch.add(Text.assemble(("Ruling: ", "bold"), dispute.ruling))
