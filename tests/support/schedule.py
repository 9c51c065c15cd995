"""Which tests are slow, and which run beside which when two processes share them (`pytest -n 2`)."""

from __future__ import annotations

from collections.abc import Iterable

from xdist.scheduler import LoadScopeScheduling

TIMED = (
    "tests/faults/",
    "tests/contract/test_engine.py",
    "tests/contract/test_answering.py",
    "tests/contract/test_limits.py",
    "tests/contract/test_publication.py",
    "tests/contract/test_refusals.py",
)
"""Modules that wait for limits of time, or load a server: never two of them at once."""

LONG = (
    "tests/ontology/test_profile.py",
    "tests/reasoning/test_owl2_rl_conformance.py",
    "tests/packaging/",
    "tests/reasoning/test_closure.py",
    "tests/conformance/",
    "tests/contract/queries/test_releases.py",
    "tests/interop/test_matrix.py",
    "tests/browser/test_kinds.py",
    "tests/interop/test_remote.py",
    "tests/differential/",
)
"""Modules of half a minute and more: begun early, so that neither process waits long for the other at the end."""

SLOW = (
    *TIMED,
    *LONG,
    "tests/browser/",
    "tests/contract/pages/",
    "tests/contract/test_downloads.py",
    "tests/interop/",
    "tests/measurements/",
    "tests/ontology/",
    "tests/reasoning/test_benchmark.py",
    "tests/reasoning/test_reason_command.py",
    "tests/unit/test_streaming.py",
    "tests/unit/test_cli.py",
    "tests/unit/test_snapshot.py",
)
"""Modules of which every test is slow; a single slow test bears the marker itself."""

SLOW_FIXTURES = frozenset({"real_snapshot"})
"""What takes seconds to set up: a test that needs one of them, itself or through another fixture, is slow."""


def is_slow(nodeid: str, fixtures: Iterable[str]) -> bool:
    """Return whether a test is slow by its module or by what it needs; `make quick` leaves it out."""
    return nodeid.startswith(SLOW) or not SLOW_FIXTURES.isdisjoint(fixtures)


def find_group(nodeid: str) -> str:
    """Return the name of the group that a test runs in: that of the timed ones, or its module.

    A module stays in one process, which sets up once what its tests share.
    """
    return "timed" if nodeid.startswith(TIMED) else nodeid.partition("::")[0]


def find_place(nodeid: str) -> int:
    """Return the place in line of a test's group: the timed ones first, then the long ones, then all others."""
    order = (TIMED, *LONG)
    return next((place for place, start in enumerate(order) if nodeid.startswith(start)), len(order))


class Schedule(LoadScopeScheduling):
    """Gives each process a group at a time, in the order of their places."""

    def _split_scope(self, nodeid: str) -> str:
        return find_group(nodeid)

    def schedule(self) -> None:
        self.config.option.loadscopereorder = False
        super().schedule()
