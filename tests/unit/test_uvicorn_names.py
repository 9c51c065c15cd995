"""The server uses uvicorn by its public names alone."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

from uvicorn.protocols.http import flow_control, httptools_impl

SERVER = Path(__file__).parents[2] / "server"
CLASSES = {"HttpToolsProtocol", "RequestResponseCycle", "FlowControl"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def list_private_names() -> set[str]:
    """Return what uvicorn's classes of a connection define with an underscore, methods and attributes."""
    found: set[str] = set()
    for module in (flow_control, httptools_impl):
        for kind in ast.parse(inspect.getsource(module)).body:
            if isinstance(kind, ast.ClassDef) and kind.name in CLASSES:
                found |= {node.name for node in ast.walk(kind) if isinstance(node, ast.FunctionDef)}
                found |= {node.attr for node in ast.walk(kind) if isinstance(node, ast.Attribute)}
    return {name for name in found if is_private(name)}


def list_names(tree: ast.AST) -> set[str]:
    """Return every name that a module uses, defines or spells."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def test_nothing_of_uvicorn_with_an_underscore_is_used() -> None:
    private = list_private_names()
    assert {"_start_asgi_task", "_should_upgrade", "_unset_keepalive_if_required"} <= private
    for path in sorted(SERVER.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            part
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("uvicorn")
            for part in (*(node.module or "").split("."), *(name.name for name in node.names))
        }
        assert not {name for name in imported if is_private(name)}, path
        assert not private & list_names(tree), path
