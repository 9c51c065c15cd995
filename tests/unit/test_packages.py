"""Who imports whom is as docs/architecture.md says, in both halves, and importing does nothing.

Every import counts: those inside functions, and those under TYPE_CHECKING, because a reader follows them all the same.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
ENGINES = {
    "pyoxigraph": {
        "ahg_graph.rdf.terms",
        "ahg_graph.sparql.store",
        "ahg_graph.sparql.query_checks",
        "ahg_graph.sparql.memory_dataset",
    },
    "pyshacl": {"ahg_graph.shapes"},
    "rdflib": {"ahg_graph.shapes"},
    "nmo_python": {"ahg_graph.reasoning.closure"},
    "fastapi": {"ahg_server"},
    "starlette": {"ahg_server"},
    "uvicorn": {"ahg_server"},
    "ahg_server": {"ahg_server"},
}
"""Distributions that only some modules may import, by the modules or packages that may."""

FLOORS = 6
LINES = 300

Graph = Mapping[str, set[str]]


@dataclass(frozen=True)
class Half:
    """One of the two packages of the project: where it lies, and the heading of its table."""

    name: str
    root: Path
    heading: str

    def read_table(self) -> dict[str, set[str]]:
        """Return the allowed imports by package, in the order of the page."""
        text = (HOME / "docs" / "architecture.md").read_text(encoding="utf-8")
        section = text.partition(f"## {self.heading}\n")[2].partition("\n## ")[0]
        table: dict[str, set[str]] = {}
        for name, allowed in re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", section, re.MULTILINE):
            table[name] = set(table) if allowed == "all above" else set(re.findall(r"\w+", allowed))
        return table

    def read_modules(self) -> dict[str, set[str]]:
        """Return what each module imports of this half, modules by their dotted names."""
        paths = {self.name_module(path): path for path in sorted(self.root.rglob("*.py"))}
        return {
            module: {name for name in find_modules(path, paths) if name != module} for module, path in paths.items()
        }

    def name_module(self, path: Path) -> str:
        """Return the dotted name of a file."""
        parts = path.relative_to(self.root).with_suffix("").parts
        return ".".join((self.name, *(part for part in parts if part != "__init__")))

    def find_package(self, module: str) -> str:
        """Return the package, or the module beside the packages, that a module belongs to; the half's own name for
        the half itself, whose one function opens what lies highest and which everyone may ask for the version."""
        return module.split(".")[1] if "." in module else module

    def read_packages(self) -> dict[str, set[str]]:
        """Return what each package imports of this half, itself and the half's own module left out."""
        packages: dict[str, set[str]] = {}
        for module, imported in self.read_modules().items():
            package = self.find_package(module)
            if package != self.name:
                found = {self.find_package(name) for name in imported}
                packages.setdefault(package, set()).update(found - {package, self.name})
        return packages


CORE = Half("ahg_graph", HOME / "src" / "ahg_graph", "Core packages, lowest first")
SERVER = Half("ahg_server", HOME / "server" / "ahg_server", "Server packages, lowest first")
HALVES = pytest.mark.parametrize("half", [CORE, SERVER], ids=lambda half: half.name)


def read_imports(path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, `from package import module` included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def find_modules(path: Path, known: Iterable[str]) -> Iterator[str]:
    """Yield the modules among the known ones that a file's imports name: the longest that fits each."""
    names = set(known)
    for name in read_imports(path):
        parts = name.split(".")
        fitting = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
        module = next((candidate for candidate in fitting if candidate in names), None)
        if module:
            yield module


def find_circle(graph: Graph) -> list[str]:
    """Return the nodes of a circle in order, or nothing when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def count_floors(graph: Graph) -> int:
    """Return how many nodes the longest way down a graph without circles passes."""
    floors: dict[str, int] = {}
    for node in TopologicalSorter(graph).static_order():
        floors[node] = 1 + max((floors[below] for below in graph.get(node, ())), default=0)
    return max(floors.values(), default=0)


def test_circles_and_floors_are_found() -> None:
    assert find_circle({"a": {"b"}, "b": {"c"}}) == []
    assert set(find_circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}
    assert count_floors({"a": {"b", "c"}, "b": {"c"}, "d": set()}) == 3


def test_every_import_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "from typing import TYPE_CHECKING\nimport a.b\nif TYPE_CHECKING:\n    from a.c import Thing\n"
        "def act():\n    from a import d\n"
    )
    assert set(find_modules(path, ("a", "a.b", "a.c", "a.d", "e"))) == {"a.b", "a.c", "a.d"}


@HALVES
def test_a_row_names_only_rows_above(half: Half) -> None:
    seen: set[str] = set()
    for name, allowed in half.read_table().items():
        assert allowed <= seen, name
        seen.add(name)


@HALVES
def test_every_package_has_a_row_and_every_row_a_package(half: Half) -> None:
    assert set(half.read_table()) == set(half.read_packages())


@HALVES
def test_packages_import_what_their_rows_allow(half: Half) -> None:
    table = half.read_table()
    over = {
        package: sorted(imported - table.get(package, set()))
        for package, imported in half.read_packages().items()
        if imported - table.get(package, set())
    }
    assert over == {}


@HALVES
def test_no_packages_import_each_other_in_a_circle(half: Half) -> None:
    assert find_circle(half.read_packages()) == []


@HALVES
def test_no_modules_import_each_other_in_a_circle(half: Half) -> None:
    modules = {
        module: imported - {half.name} for module, imported in half.read_modules().items() if module != half.name
    }
    assert find_circle(modules) == []


def test_server_has_few_floors() -> None:
    assert count_floors(SERVER.read_packages()) <= FLOORS


def test_views_do_not_import_each_other() -> None:
    """What they share is below them, but for the state that the application gives to every route."""
    views = f"{SERVER.name}.views."
    crossing = [
        f"{module} -> {name}"
        for module, imported in SERVER.read_modules().items()
        for name in sorted(imported)
        if module.startswith(views) and name.startswith(views) and name != f"{views}application_state"
        if module.split(".")[2] != name.split(".")[2]
    ]
    assert crossing == []


@pytest.mark.parametrize(("distribution", "allowed"), ENGINES.items(), ids=ENGINES)
def test_only_some_modules_import_an_engine_or_a_framework(distribution: str, allowed: set[str]) -> None:
    importing = {
        half.name_module(path)
        for half in (CORE, SERVER)
        for path in sorted(half.root.rglob("*.py"))
        if distribution in {name.partition(".")[0] for name in read_imports(path)}
    }
    assert [name for name in sorted(importing) if not any(f"{name}.".startswith(f"{a}.") for a in allowed)] == []


def test_server_loads_neither_reasoner_nor_shapes() -> None:
    code = "import sys, ahg_server.asgi.application; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"nmo_python", "pyshacl", "rdflib"}.isdisjoint(run.stdout.split())


def test_importing_prints_nothing() -> None:
    code = "\n".join(f"import {module}" for half in (CORE, SERVER) for module in half.read_modules())
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_modules_are_short() -> None:
    long = {
        half.name_module(path): count
        for half in (CORE, SERVER)
        for path in half.root.rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LINES
    }
    assert long == {}
