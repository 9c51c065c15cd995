"""How tests are shared out: what is timed stays together, a module stays whole, and nothing is named that is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.schedule import LONG, SLOW, TIMED, find_group, find_place, is_slow

HOME = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [*TIMED, *LONG, *SLOW])
def test_each_name_is_of_a_module_or_a_folder(name: str) -> None:
    path = HOME / name
    assert path.is_dir() if name.endswith("/") else path.is_file()


def test_timed_modules_are_one_group_and_others_a_group_each() -> None:
    ids = (
        "tests/faults/test_api.py::a",
        "tests/contract/test_limits.py::b[c::d]",
        "tests/unit/test_partial_dates.py::e[f::g]",
    )
    assert [find_group(nodeid) for nodeid in ids] == ["timed", "timed", "tests/unit/test_partial_dates.py"]


def test_timed_tests_come_first_then_long_ones_then_others() -> None:
    ids = [f"{name}::x" for name in ("tests/faults/test_api.py", LONG[0], LONG[1], "tests/unit/test_partial_dates.py")]
    assert [find_place(nodeid) for nodeid in ids] == [0, 1, 2, len(LONG) + 1]


def test_a_test_is_slow_by_its_module_or_by_what_it_needs() -> None:
    asked = [
        ("tests/faults/test_api.py::a", ()),
        ("tests/unit/test_partial_dates.py::b", ("tmp_path",)),
        ("tests/unit/test_partial_dates.py::c", ("tmp_path", "real_snapshot")),
    ]
    assert [is_slow(*each) for each in asked] == [True, False, True]
