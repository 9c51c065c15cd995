"""A small home folder for tests of the build: its own ontology and data, the project's rules."""

from __future__ import annotations

import shutil
from pathlib import Path

TESTS = Path(__file__).parents[1]


def copy_small_home(folder: Path) -> Path:
    """Copy tests/cases/home into a folder; it builds at once, without a problem, with one warning."""
    home = folder / "home"
    shutil.copytree(TESTS / "cases" / "home", home)
    shutil.copytree(TESTS.parent / "ontology" / "rules", home / "ontology" / "rules")
    return home
