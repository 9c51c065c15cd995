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
    from ahg_graph.explanation import Explanation
    from ahg_graph.explanation.outline import OutlineLine

_STYLES = {
    "heading": "bold",
    "position": "dim",
    "passage": "green",
    "rule": "cyan",
    "sentence": "dim",
    "reason": "yellow",
    "absence": "magenta",
    "dispute": "yellow",
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
    from ahg_graph.explanation.serialization import to_json
    from ahg_graph.queries.name_resolver import load_names
    from ahg_graph.service.explaining import explain_texts
    from ahg_graph.snapshot import open_at_hand
    from ahg_graph.sparql.memory_dataset import Reader

    snapshot = open_at_hand(find_snapshot_folder(snapshots))
    names = load_names(snapshot.path, lambda query: Reader(snapshot.store).stream(query))
    texts = {"subject": subject, "predicate": predicate, "object": object}
    explanation = explain_texts(snapshot.path, names, texts)
    if as_json:
        typer.echo(json.dumps(to_json(explanation), ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 1000)
    console.print(render(explanation))


def render(explanation: Explanation) -> Tree:
    """Return an explanation as a tree for a terminal."""
    from ahg_graph.explanation.outline import outline

    first, second, *rest = outline(explanation)
    tree = Tree(Text("\n").join((_style(first), _style(second))))
    branches = [tree]
    for line in rest:
        del branches[line.depth :]
        branches.append(branches[-1].add(_style(line)))
    return tree


def _style(line: OutlineLine) -> Text:
    return Text("  ").join(Text(text, _STYLES.get(kind, "")) for text, kind in line.pieces)
