"""A small home folder for tests of the build: its own ontology and data, the project's rules."""

import shutil
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.fixture
def small_home(tmp_path: Path) -> Path:
    """A copy of tests/cases/home that may be changed; it builds without a problem, with one warning."""
    home = tmp_path / "home"
    shutil.copytree(TESTS / "cases" / "home", home)
    shutil.copytree(TESTS.parent / "ontology" / "rules", home / "ontology" / "rules")
    return home
