"""Writes the pages that come from elsewhere: `api.md` from docstrings, `tutorial.md` from the notebook.

    python -m docs.make

runs the notebook on the current snapshot, puts what its cells print into it, and writes both pages. The tests compare
the committed files with what this gives.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import itertools
import json
import os
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ahg_graph

DOCS = Path(__file__).parent
NOTEBOOK = DOCS / "tutorial.ipynb"
Notebook = dict[str, Any]


def run_notebook(notebook: Notebook) -> Notebook:
    """Return the notebook with what its code cells print, run one after the other in one namespace."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    folder = str(Path(sys.executable).parent)  # where the cells find the commands of this installation
    if folder not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join((folder, os.environ["PATH"]))
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec("".join(cell["source"]), namespace)  # noqa: S102 - the project's own notebook
            cell = cell | {"outputs": _list_outputs(printed.getvalue())}
        cells.append(cell)
    return notebook | {"cells": cells}


def write_tutorial(notebook: Notebook) -> str:
    """Return the notebook as a page of Markdown."""
    return "\n\n".join(block for cell in notebook["cells"] for block in _list_blocks(cell)) + "\n"


def write_api() -> str:
    """Return the reference of what the package exports, with the classes that its results belong to."""
    root = typing.get_type_hints(_implementation())["return"]
    module = inspect.getmodule(root)
    answers = [kind for kind in _list_results(root) if inspect.getmodule(kind) is module]
    kinds = [root, *answers, *itertools.chain.from_iterable(kind.__subclasses__() for kind in answers)]
    lines = [
        "# Python interface",
        "Made from the docstrings by `python -m docs.make`; do not edit by hand.\n"
        "The [tutorial](tutorial.md) shows it in use, the [glossary](glossary.md) says what the terms mean.",
        _describe(ahg_graph.open_graph, "ahg_graph.open_graph", "##"),
    ]
    for kind in dict.fromkeys(kinds):
        lines += [f"## `{kind.__name__}`", inspect.getdoc(kind) or ""]
        lines += [_describe(member, name, "###") for name, member in _list_members(kind)]
    lines += ["## Errors", _list_errors()]
    return "\n\n".join(lines) + "\n"


def _implementation() -> Any:
    """Return the function that `open_graph` passes its call to: its types are names of classes that exist."""
    from ahg_graph import client

    return client.open_graph


def _list_outputs(text: str) -> list[dict[str, object]]:
    return [{"name": "stdout", "output_type": "stream", "text": text.splitlines(keepends=True)}] if text else []


def _list_blocks(cell: dict[str, Any]) -> Iterator[str]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield source
        return
    yield f"```python\n{source}\n```"
    for output in cell["outputs"]:
        yield f"```text\n{''.join(output['text']).rstrip()}\n```"


def _list_results(root: type) -> list[type]:
    """Return the classes that the methods of a class return."""
    hints = (typing.get_type_hints(member).get("return") for _, member in inspect.getmembers(root, inspect.isfunction))
    return [hint for hint in dict.fromkeys(hints) if isinstance(hint, type)]


def _list_members(kind: type) -> list[tuple[str, Any]]:
    """Return the public members that a class defines itself, in its order."""
    return [
        (name, member)
        for name, member in vars(kind).items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))
    ]


def _describe(member: Any, name: str, level: str) -> str:
    text = inspect.getdoc(member) or ""
    signature = "" if isinstance(member, property) else _write_signature(member)
    return f"{level} `{name}{signature}`\n\n{text}"


def _write_signature(function: Any) -> str:
    signature = inspect.signature(function)
    kept = [parameter for name, parameter in signature.parameters.items() if name != "self"]
    return str(signature.replace(parameters=kept)).replace("'", "")


def _list_errors() -> str:
    """Return a table of the errors: name, code and when it is raised."""
    from ahg_graph.errors import AhgGraphError

    rows = [f"| `{kind.__name__}` | `{kind.code}` | {_first_line(kind)} |" for kind in _walk(AhgGraphError)]
    head = ("All are in `ahg_graph.errors`. Codes are stable, messages may change.", "", "| error | code | when |")
    return "\n".join([*head, "|---|---|---|", *rows])


def _walk(root: Any) -> Iterator[Any]:
    if root.__module__ == "ahg_graph.errors":
        yield root
        for kind in root.__subclasses__():
            yield from _walk(kind)


def _first_line(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split())


def main() -> None:
    """Run the notebook and write the pages."""
    notebook = run_notebook(json.loads(NOTEBOOK.read_text(encoding="utf-8")))
    NOTEBOOK.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (DOCS / "tutorial.md").write_text(write_tutorial(notebook), encoding="utf-8")
    (DOCS / "api.md").write_text(write_api(), encoding="utf-8")


if __name__ == "__main__":
    main()
