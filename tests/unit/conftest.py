"""A small home folder for tests of the build: its own ontology and data, the project's rules."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


def copy_small_home(folder: Path) -> Path:
    home = folder / "home"
    shutil.copytree(TESTS / "cases" / "home", home)
    shutil.copytree(TESTS.parent / "ontology" / "rules", home / "ontology" / "rules")
    return home


@pytest.fixture(scope="session")
def make_small_home() -> Callable[[Path], Path]:
    """Makes a copy of tests/cases/home in a folder; it builds without a problem, with one warning."""
    return copy_small_home


@pytest.fixture
def small_home(tmp_path: Path) -> Path:
    """A copy of tests/cases/home that may be changed."""
    return copy_small_home(tmp_path)
