"""Who imports whom is as docs/architecture.md says, and importing does nothing."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
CORE = HOME / "src" / "ahg_graph"
SERVER = HOME / "server" / "ahg_server"
ENGINES = {
    "pyoxigraph": {"terms", "store", "dataset"},
    "pyshacl": {"shapes"},
    "rdflib": {"shapes"},
    "nmo_python": {"closure"},
    "ahg_server": set(),
    "fastapi": set(),
    "starlette": set(),
    "uvicorn": set(),
}
"""Packages that only some modules of the core may import."""

Table = dict[str, set[str]]


def read_table() -> Table:
    """Return the allowed imports by module, in the order of the page."""
    text = (HOME / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", text, re.MULTILINE)
    table: Table = {}
    for name, allowed in rows:
        above = set(table)
        table[name] = above if allowed == "all above" else set(re.findall(r"\w+", allowed)) - {"_"}
    return table


def read_imports(path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, `from package import module` included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def read_units(root: Path) -> dict[str, set[str]]:
    """Return what each module or package directly under a root imports; its own parts are left out."""
    units: dict[str, set[str]] = defaultdict(set)
    for path in sorted(root.rglob("*.py")):
        unit = path.relative_to(root).parts[0].removesuffix(".py")
        if unit != "__init__":
            units[unit].update(read_imports(path))
    return units


def list_modules(root: Path, package: str) -> list[str]:
    parts = (path.relative_to(root).with_suffix("").parts for path in sorted(root.rglob("*.py")))
    return [".".join((package, *(part for part in names if part != "__init__"))) for names in parts]


def test_a_row_names_only_rows_above() -> None:
    seen: set[str] = set()
    for name, allowed in read_table().items():
        assert allowed <= seen, name
        seen.add(name)


def test_every_module_of_the_core_has_a_row() -> None:
    assert set(read_units(CORE)) <= set(read_table())


@pytest.mark.parametrize(("unit", "imported"), sorted(read_units(CORE).items()))
def test_core_imports_what_its_row_allows(unit: str, imported: set[str]) -> None:
    own = {name.split(".")[1] for name in imported if name.startswith("ahg_graph.")} - {unit, "__version__"}
    assert own <= read_table()[unit]
    packages = {name.partition(".")[0] for name in imported}
    assert [package for package, allowed in ENGINES.items() if package in packages and unit not in allowed] == []


def test_server_imports_no_engine() -> None:
    imported = {name.partition(".")[0] for names in read_units(SERVER).values() for name in names}
    assert imported.isdisjoint({"pyoxigraph", "pyshacl", "rdflib", "nmo_python"})


def test_server_loads_neither_reasoner_nor_shapes() -> None:
    code = "import sys, ahg_server.asgi.application; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"nmo_python", "pyshacl", "rdflib"}.isdisjoint(run.stdout.split())


@pytest.mark.slow
def test_importing_prints_nothing() -> None:
    modules = [*list_modules(CORE, "ahg_graph"), *list_modules(SERVER, "ahg_server")]
    code = "\n".join(f"import {module}" for module in modules)
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_modules_are_short() -> None:
    long = {
        path.relative_to(HOME).as_posix(): count
        for root in (CORE, SERVER)
        for path in root.rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
