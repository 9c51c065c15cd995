"""A small home folder for tests of the build: its own ontology and data, the project's rules."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
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


def copy_home(folder: Path) -> Path:
    """Copy the sources of the real home into a folder."""
    home = folder / "home"
    for name in ("ontology", "data", "queries"):
        shutil.copytree(TESTS.parent / name, home / name)
    shutil.copy(TESTS.parent / "graph.toml", home)
    return home


def add_documents(home: Path, *names: str) -> Path:
    """Put invented documents of tests/cases into a copy of the real home, as a curator adds them."""
    for name in names:
        shutil.copytree(TESTS / "cases" / name / "data", home / "data", dirs_exist_ok=True)
        new = (TESTS / "cases" / name / "distinct.txt").read_text(encoding="utf-8").split()
        declare_distinct(home / "ontology" / "distinct.ttl", new)
    return home


def declare_distinct(path: Path, things: Iterable[str]) -> None:
    """Add things to each list of what is all different that holds others of their kind (`meeting:...`)."""
    lists = path.read_text(encoding="utf-8").split("owl:distinctMembers (")
    for thing in things:
        kind = thing.partition(":")[0] + ":"
        for number, text in enumerate(lists[1:], 1):
            if text.split()[0].startswith(kind):
                lists[number] = f" {thing}{text}"
    path.write_text("owl:distinctMembers (".join(lists), encoding="utf-8")
