"""Moving a running server from snapshot to snapshot, under load, and refusing a damaged one."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest

from ahg_graph.snapshot import Snapshot
from ahg_graph.terms import Literal, NamedNode, Quad
from support.servers import COMMAND, Process, serve, shelve_snapshot

EX = "https://example.org/"
SIZE = 3000


def make(shelf: Path, edition: int, most: int = SIZE) -> Snapshot:
    """Every thing of an edition bears its number, so that an answer from two editions shows."""
    return shelve_snapshot(
        shelf,
        (
            Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}edition"), Literal(edition), NamedNode(f"{EX}graph"))
            for n in range(SIZE)
        ),
        most,
    )


def call_swap(shelf: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, "swap", "--snapshots", str(shelf)], capture_output=True, text=True, timeout=120)


def find_identity(server: Process) -> str:
    return str(httpx.get(f"{server.url}/health", timeout=30).json()["snapshot"]["identity"])


class Load:
    """Clients that ask without pause; every answer must be whole and of one edition."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.editions: list[int] = []
        self.faults: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(6)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        count = 0
        with httpx.Client(base_url=self.url, timeout=60) as client:
            while not self._stop.is_set():
                count += 1
                # Some questions are new each time and some are kept; some answers are large.
                fresh = f"# {number} {count}\n" if number % 2 else ""
                query = f"{fresh}SELECT ?e {{ ?s <{EX}edition> ?e }} LIMIT {SIZE + (count if number % 2 else 0)}"
                response = client.get("/sparql", params={"query": query}, headers={"accept-encoding": "identity"})
                if response.status_code != 200:
                    self.faults.append(response.text)
                    continue
                etag = f'"{hashlib.sha256(response.content).hexdigest()}"'
                values = [int(row["e"]["value"]) for row in response.json()["results"]["bindings"]]
                if len(values) != SIZE or len(set(values)) != 1 or response.headers["etag"] != etag:
                    self.faults.append(f"mixed or not whole: {len(values)} rows of {set(values)}")
                self.editions.append(values[0])


def test_no_request_fails_and_no_answer_is_mixed(tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    make(shelf, 1)
    with serve(shelf, tmp_path / "log") as server:
        with Load(server.url) as load:
            for edition in (2, 3):
                while len(load.editions) < 60 * (edition - 1):
                    assert not load.faults
                    time.sleep(0.01)
                snapshot = make(shelf, edition)
                assert find_identity(server) != snapshot.manifest.identity
                done = call_swap(shelf)
                assert (done.returncode, done.stdout) == (0, f"{server.url}/ serves {snapshot.manifest.identity}\n")
                assert find_identity(server) == snapshot.manifest.identity
            seen = len(load.editions)
            while len(load.editions) < seen + 60:
                assert not load.faults
                time.sleep(0.01)
        assert load.faults == []
        assert set(load.editions) == {1, 2, 3}
        assert server.stop() in {0, -signal.SIGTERM}


@pytest.mark.parametrize("damage", ["truncated", "missing", "changed", "no manifest"])
def test_a_bad_snapshot_is_refused_and_the_old_one_goes_on(tmp_path: Path, damage: str) -> None:
    shelf = tmp_path / "shelf"
    old = make(shelf, 1)
    with serve(shelf, tmp_path / "log") as server:
        new = make(shelf, 2)
        largest = max(new.store.glob("*.sst"), key=lambda path: path.stat().st_size)
        if damage == "truncated":
            largest.write_bytes(largest.read_bytes()[:-100])
        elif damage == "missing":
            largest.unlink()
        elif damage == "changed":
            data = bytearray(largest.read_bytes())
            data[len(data) // 2] ^= 1
            largest.write_bytes(data)
        else:
            (new.path / "manifest.json").unlink()
        done = call_swap(shelf)
        assert done.returncode != 0
        if damage != "no manifest":
            assert old.manifest.identity in done.stderr and largest.name in done.stderr
        assert find_identity(server) == old.manifest.identity
        query = f"SELECT DISTINCT ?e {{ ?s <{EX}edition> ?e }}"
        answer = httpx.get(f"{server.url}/sparql", params={"query": query}, timeout=30).json()
        assert [row["e"]["value"] for row in answer["results"]["bindings"]] == ["1"]


def test_without_a_server_there_is_nothing_to_move(tmp_path: Path) -> None:
    make(tmp_path / "shelf", 1)
    done = call_swap(tmp_path / "shelf")
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
    make(tmp_path / "shelf", 1, most=0)
    with serve(tmp_path / "shelf", tmp_path / "log") as server, Load(server.url) as load:
        wait_until_held(server)
        until = time.monotonic() + 60
        while not count_look_ups(server):
            assert time.monotonic() < until, server.log.read_text()
        seen = len(load.editions)
        while len(load.editions) < seen + 50:
            time.sleep(0.01)
        make(tmp_path / "shelf", 2, most=0)
        assert call_swap(tmp_path / "shelf").returncode == 0
        assert is_held(server)
        assert count_look_ups(server)
    assert load.faults == []
    assert set(load.editions) <= {1, 2}


def test_a_graph_over_the_setting_stays_on_disk(tmp_path: Path) -> None:
    make(tmp_path / "shelf", 1, most=0)
    with serve(tmp_path / "shelf", tmp_path / "log", held=SIZE - 1) as server:
        time.sleep(2)  # as long as holding it would take
        assert not is_held(server)
        assert not count_look_ups(server)


def test_a_server_that_is_reading_a_graph_ends_when_told(tmp_path: Path) -> None:
    make(tmp_path / "shelf", 1, most=0)
    with serve(tmp_path / "shelf", tmp_path / "log") as server:
        assert server.stop() == -signal.SIGTERM
    assert "Traceback" not in server.log.read_text()
