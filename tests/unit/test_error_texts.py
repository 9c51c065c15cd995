"""The texts of errors: each error class is raised with one, and none is in words that readers found cryptic.

All other tests tell errors apart by class, code and fields, so that a text can be made better by changing it alone.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

import ahg_graph
import ahg_server
from ahg_graph.errors import AhgGraphError

HOME = Path(__file__).parents[2]
SAMPLES: dict[str, str] = yaml.safe_load((HOME / "tests/cases/error_texts.yaml").read_text(encoding="utf-8"))
CRYPTIC = re.compile(
    r"\b(in force|kept|keeps|hot|stands?|stood|rests?|made over|house|whom|tells?|told|of late|slips?|mend|nobody)\b"
)
GENERAL = {"error", "engine", "publication-failed"}
"""Codes of classes that only group others, or pass on what another error says."""


def walk_kinds(root: type[AhgGraphError] = AhgGraphError) -> Iterator[type[AhgGraphError]]:
    yield root
    for kind in root.__subclasses__():
        yield from walk_kinds(kind)


for package in (ahg_graph, ahg_server):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
KINDS = {kind.__name__: kind for kind in walk_kinds() if kind.__module__.startswith(("ahg_graph.", "ahg_server."))}


def read_texts(node: ast.expr, constants: Mapping[str, ast.expr]) -> Iterator[str]:
    """Yield the texts that an expression can give, with `{}` for each value put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from read_texts(node.body, constants)
        yield from read_texts(node.orelse, constants)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = [next(read_texts(side, constants), "{}") for side in (node.left, node.right)]
        yield "".join(sides)
    elif isinstance(node, ast.Name) and node.id in constants:
        yield from read_texts(constants[node.id], {})


def find_calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls that make an error, with the name of its class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in KINDS or name == "ValueError":
                yield name, node
        elif isinstance(node, ast.ClassDef) and node.name in KINDS:
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                    yield node.name, call


def find_texts() -> dict[str, set[tuple[str, str]]]:
    """Return for each error class the files and texts with which it is made."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path in sorted([*HOME.glob("src/**/*.py"), *HOME.glob("server/**/*.py")]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
        for name, call in find_calls(tree):
            texts = (text for argument in call.args for text in read_texts(argument, constants))
            found[name] |= {(str(path.relative_to(HOME)), text) for text in texts}
    return found


FOUND = find_texts()


@pytest.mark.parametrize("name", sorted(FOUND))
def test_no_text_is_cryptic(name: str) -> None:
    assert sorted(found for found in FOUND[name] if CRYPTIC.search(found[1])) == []


def test_every_code_has_its_sample() -> None:
    assert set(SAMPLES) == {kind.code for kind in KINDS.values()} - GENERAL


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_a_sample_is_what_an_error_of_the_code_says(code: str) -> None:
    texts = {text for name, found in FOUND.items() if name in KINDS and KINDS[name].code == code for _, text in found}
    assert SAMPLES[code] in texts
    assert SAMPLES[code] == SAMPLES[code].rstrip(" .") and not CRYPTIC.search(SAMPLES[code])
