"""The one snapshot of the real sources that the tests share, which tests are slow, and who runs what when they are
shared out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from xdist.remote import Producer
from xdist.scheduler import Scheduling

from ahg_graph.build.pipeline import build
from ahg_graph.config.prefixes import activate_home
from ahg_graph.config.settings import SETTINGS
from ahg_graph.snapshot import Snapshot, open_current
from ahg_graph.snapshot.snapshot_store import CURRENT
from support.maven import find_classpath
from support.namespaces import CHECKOUT
from support.schedule import Schedule, find_place, is_slow

HOME = Path(__file__).parents[1]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Share the tests out by groups."""
    return Schedule(config, log)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a slow test."""
    if is_slow(item.nodeid, getattr(item, "fixturenames", ())):
        item.add_marker("slow")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what takes long first when the tests are shared out."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: find_place(item.nodeid))


@pytest.fixture(autouse=True)
def _checkout_at_hand() -> Iterator[None]:
    """A process works with one home: each test begins with that of the checkout and leaves no other behind."""
    activate_home(CHECKOUT)
    variable = SETTINGS["home"].variable
    before = os.environ.get(variable)
    yield
    os.environ.pop(variable, None)
    if before is not None:
        os.environ[variable] = before


@pytest.fixture(scope="session", autouse=True)
def _no_texts() -> Iterator[None]:
    """Pages are those of a server without the documents' texts; a test that shows some names their folder itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(SETTINGS["texts"].variable, raising=False)
        yield


@pytest.fixture(scope="session")
def home() -> Path:
    """The checkout: ontology/, data/ and queries/ lie in it."""
    return HOME


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A temporary folder that is the same for all processes of a run."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if hasattr(request.config, "workerinput") else folder


@pytest.fixture(scope="session")
def real_snapshot(shared: Path) -> Snapshot:
    """A snapshot of the real sources, for tests that only read it."""
    snapshots = shared / "snapshots"
    with FileLock(shared / "snapshots.lock"):
        return open_current(snapshots) if (snapshots / CURRENT).exists() else build(HOME, snapshots)


@pytest.fixture(scope="module")
def classpath(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The class path of the Maven project beside a module of tests."""
    return find_classpath(request.path.with_name("pom.xml"), tmp_path_factory.mktemp("maven"))
