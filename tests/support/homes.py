"""A small home folder for tests of the build: its own ontology and data, the project's rules."""

from __future__ import annotations

import shutil
from pathlib import Path

TESTS = Path(__file__).parents[1]


def write_home_file(home: Path) -> None:
    """Give a home folder in the making the file of the small one."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(TESTS / "cases" / "home" / "graph.toml", home)


def copy_second_home(folder: Path) -> Path:
    """Copy tests/cases/second-home, another process under another base, with what every home shares."""
    home = folder / "second"
    shutil.copytree(TESTS / "cases" / "second-home", home)
    (home / "ontology" / "rules").mkdir()
    for name in ("ontology/evidence.ttl", "ontology/rules/owl-rl.rls"):
        shutil.copy(TESTS.parent / name, home / name)
    return home


def copy_small_home(folder: Path) -> Path:
    """Copy tests/cases/home into a folder; it builds at once, without a problem, with one warning."""
    home = folder / "home"
    shutil.copytree(TESTS / "cases" / "home", home)
    shutil.copytree(TESTS.parent / "ontology" / "rules", home / "ontology" / "rules")
    return home
