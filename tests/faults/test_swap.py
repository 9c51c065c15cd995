"""Moving a running server from snapshot to snapshot, under load, and refusing a damaged one."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import SnapshotError
from ahg_graph.snapshot import Snapshot
from ahg_graph.snapshot.snapshot_store import WHOLE
from ahg_graph.workers.pool import Pool
from ahg_server.asgi.application import create_app
from support.editions import EX, SIZE, Load, call_swap, find_identity, make
from support.servers import Process, serve


def test_no_request_fails_and_no_answer_is_mixed(tmp_path: Path) -> None:
    snapshots = tmp_path / "snapshots"
    make(snapshots, 1)
    with serve(snapshots, tmp_path / "log") as server:
        with Load(server.url) as load:
            for edition in (2, 3):
                while len(load.editions) < 60 * (edition - 1):
                    assert not load.faults
                    time.sleep(0.01)
                snapshot = make(snapshots, edition)
                assert find_identity(server) != snapshot.manifest.identity
                done = call_swap(snapshots)
                assert (done.returncode, done.stdout) == (0, f"{server.url}/ serves {snapshot.manifest.identity}\n")
                assert find_identity(server) == snapshot.manifest.identity
            seen = len(load.editions)
            while len(load.editions) < seen + 60:
                assert not load.faults
                time.sleep(0.01)
        assert load.faults == []
        assert set(load.editions) == {1, 2, 3}
        assert server.stop() in {0, -signal.SIGTERM}


def truncate(snapshot: Snapshot) -> None:
    file = _find_largest(snapshot)
    file.write_bytes(file.read_bytes()[:-100])


def change(snapshot: Snapshot) -> None:
    _flip(_find_largest(snapshot))


def change_held(snapshot: Snapshot) -> None:
    _flip(snapshot.path / WHOLE)


def remove(snapshot: Snapshot) -> None:
    _find_largest(snapshot).unlink()


def remove_held(snapshot: Snapshot) -> None:
    (snapshot.path / WHOLE).unlink()


def make_unreadable(snapshot: Snapshot) -> None:
    """What is no file cannot be read by anyone, the administrator included."""
    file = _find_largest(snapshot)
    file.unlink()
    file.mkdir()


def remove_manifest(snapshot: Snapshot) -> None:
    (snapshot.path / "manifest.json").unlink()


def break_manifest(snapshot: Snapshot) -> None:
    (snapshot.path / "manifest.json").write_text("{")


def change_format(snapshot: Snapshot) -> None:
    _edit_manifest(snapshot, format=999)


def change_counts(snapshot: Snapshot) -> None:
    _edit_manifest(snapshot, asserted=1)


def lose_all(snapshot: Snapshot) -> None:
    shutil.rmtree(snapshot.path)


def _find_largest(snapshot: Snapshot) -> Path:
    return max(snapshot.store.glob("*.sst"), key=lambda path: path.stat().st_size)


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def _edit_manifest(snapshot: Snapshot, **facts: object) -> None:
    file = snapshot.path / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **facts}))


DAMAGES: dict[Callable[[Snapshot], None], str] = {
    truncate: ".sst", change: ".sst", remove: ".sst", make_unreadable: ".sst", change_held: WHOLE, remove_held: WHOLE,
    remove_manifest: "manifest", break_manifest: "manifest", change_format: "format 999",
    change_counts: "manifest was changed", lose_all: "snapshot",
}  # fmt: skip
"""Ways to damage a snapshot, and what the refusal names."""


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, Snapshot]]:
    snapshots = tmp_path_factory.mktemp("damaged") / "snapshots"
    old = make(snapshots, 1)
    with serve(snapshots, snapshots.parent / "log") as server:
        yield server, old


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_bad_snapshot_is_refused_and_the_old_one_goes_on(
    damaged: tuple[Process, Snapshot], damage: Callable[[Snapshot], None]
) -> None:
    server, old = damaged
    new = make(server.snapshots, 2 + list(DAMAGES).index(damage))
    damage(new)
    done = call_swap(server.snapshots)
    assert done.returncode != 0
    assert DAMAGES[damage] in done.stderr, done.stderr
    assert find_identity(server) == old.manifest.identity
    query = f"SELECT DISTINCT ?e {{ ?s <{EX}edition> ?e }} # {damage.__name__}"
    answer = httpx.get(f"{server.url}/sparql", params={"query": query}, timeout=30).json()
    assert [row["e"]["value"] for row in answer["results"]["bindings"]] == ["1"]
    # The server itself refuses too, whoever tells it.
    refused = read_refusals(server)
    server.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 30
    while read_refusals(server) == refused and time.monotonic() < deadline:
        time.sleep(0.05)
    assert read_refusals(server) == refused + 1
    assert find_identity(server) == old.manifest.identity


def test_a_refused_snapshot_leaves_the_home_of_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = make(tmp_path / "old", 1), make(tmp_path / "new", 2)
    titles = {}
    homes = {name: replace(get_home(), title=name) for name in ("old", "new")}
    old, new = (
        replace(snapshot, manifest=replace(snapshot.manifest, home=homes[name]).identified())
        for name, snapshot in (("old", old), ("new", new))
    )

    async def refuse(*_: object, **__: object) -> None:
        titles["starting"] = get_home().title
        raise SnapshotError("no worker came up")

    async def go() -> None:
        application = create_app(old)
        monkeypatch.setattr(Pool, "start", refuse)
        with pytest.raises(SnapshotError, match="no worker came up"):
            await application.reload(new)
        titles["after"] = get_home().title
        await application.close()

    asyncio.run(go())
    assert titles == {"starting": "new", "after": "old"}


def read_refusals(server: Process) -> int:
    name = 'ahg_graph_events_total{kind="swap",cause="refused"} '
    lines = httpx.get(f"{server.url}/metrics", timeout=30).text.splitlines()
    return next((int(line.removeprefix(name)) for line in lines if line.startswith(name)), 0)


def test_without_a_server_there_is_nothing_to_move(tmp_path: Path) -> None:
    make(tmp_path / "snapshots", 1)
    done = call_swap(tmp_path / "snapshots")
    assert done.returncode == 0
    assert "no server" in done.stdout


def is_held(server: Process) -> bool:
    return bool(httpx.get(f"{server.url}/health", timeout=30).json()["workers"]["held"])


def wait_until_held(server: Process) -> None:
    until = time.monotonic() + 60
    while not is_held(server):
        assert time.monotonic() < until, server.log.read_text()
        time.sleep(0.05)


def count_look_ups(server: Process) -> int:
    """Ask a look-up that nobody has asked, and return how many were answered without a worker."""
    query = f"ASK {{ <{EX}1> <{EX}edition> ?n{time.monotonic_ns()} }}"
    assert httpx.get(f"{server.url}/sparql", params={"query": query}).json()["boolean"] is True
    text = httpx.get(f"{server.url}/metrics").text
    found = [line for line in text.splitlines() if line.startswith("ahg_graph_events_total") and "lookup" in line]
    return sum(int(line.rpartition(" ")[2]) for line in found)


def test_a_larger_graph_is_answered_from_its_files_until_it_is_in_memory(tmp_path: Path) -> None:
    make(tmp_path / "snapshots", 1, most=0)
    with serve(tmp_path / "snapshots", tmp_path / "log") as server, Load(server.url) as load:
        wait_until_held(server)
        until = time.monotonic() + 60
        while not count_look_ups(server):
            assert time.monotonic() < until, server.log.read_text()
        seen = len(load.editions)
        while len(load.editions) < seen + 50:
            time.sleep(0.01)
        make(tmp_path / "snapshots", 2, most=0)
        assert call_swap(tmp_path / "snapshots").returncode == 0
        assert is_held(server)
        assert count_look_ups(server)
    assert load.faults == []
    assert set(load.editions) <= {1, 2}


def test_a_graph_over_the_setting_stays_on_disk(tmp_path: Path) -> None:
    make(tmp_path / "snapshots", 1, most=0)
    with serve(tmp_path / "snapshots", tmp_path / "log", held=SIZE - 1) as server:
        time.sleep(2)  # as long as holding it would take
        assert not is_held(server)
        assert not count_look_ups(server)


def test_a_server_that_is_reading_a_graph_ends_when_asked(tmp_path: Path) -> None:
    make(tmp_path / "snapshots", 1, most=0)
    with serve(tmp_path / "snapshots", tmp_path / "log") as server:
        assert server.stop() == -signal.SIGTERM
    assert "Traceback" not in server.log.read_text()
