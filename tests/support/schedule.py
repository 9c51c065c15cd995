"""Which tests run beside which, when two processes share them (`pytest -n 2`)."""

from __future__ import annotations

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
)
"""Modules of half a minute and more: begun early, so that neither process waits long for the other at the end."""


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
