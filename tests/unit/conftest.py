"""A small home folder for tests of the build."""

from pathlib import Path

import pytest

from support.homes import copy_small_home


@pytest.fixture
def small_home(tmp_path: Path) -> Path:
    """A copy of tests/cases/home that may be changed."""
    return copy_small_home(tmp_path)
