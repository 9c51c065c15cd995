"""Several server processes on one socket: they move, count, end and are replaced as one server."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from support.editions import EX, SIZE, Load, call_swap, find_identity, make
from support.servers import COMMAND, Process, serve

COUNT = 2


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    snapshots = tmp_path_factory.mktemp("processes") / "snapshots"
    make(snapshots, 1)
    with serve(snapshots, snapshots.parent / "log", processes=COUNT) as server:
        yield server


def list_members(server: Process) -> list[psutil.Process]:
    """Return the processes that serve, without one that has ended and is not yet collected."""
    found = []
    for child in psutil.Process(server.process.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):  # a zombie is one
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
    return found


def read_metrics(server: Process) -> dict[str, float]:
    lines = httpx.get(f"{server.url}/metrics", timeout=60).text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def ask_edition(server: Process) -> tuple[str, int]:
    """Ask something new on a connection of its own; return which process answered, and from which edition."""
    query = f"SELECT DISTINCT ?e {{ ?s <{EX}edition> ?e }} # {time.monotonic_ns()}"
    answer = httpx.get(f"{server.url}/sparql", params={"query": query}, timeout=60)
    assert answer.status_code == 200, answer.text
    (row,) = answer.json()["results"]["bindings"]
    return answer.headers["x-request-id"][:8], int(row["e"]["value"])


def wait_for(condition: Callable[[], bool], server: Process) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, server.log.read_text()
        time.sleep(0.05)


def test_every_process_answers_and_each_tells_the_sum(server: Process) -> None:
    answered = 'ahg_graph_requests_total{route="/sparql",status="200"}'
    before = read_metrics(server).get(answered, 0)
    asked, met = 0, set()
    while len(met) < COUNT or asked < 20:
        met.add(ask_edition(server)[0])
        asked += 1
        assert asked < 1000
    time.sleep(1.5)  # each writes its figures every second
    assert {read_metrics(server)[answered] for _ in range(10)} == {before + asked}
    assert read_metrics(server)["ahg_graph_server_processes"] == COUNT
    health = httpx.get(f"{server.url}/health", timeout=60).json()
    assert health["limits"]["workers"] == health["workers"]["ready"] == 4
    assert health["limits"]["queue"] == 100


def test_all_move_or_none(server: Process) -> None:
    first = ask_edition(server)[1]
    with Load(server.url) as load:
        new = make(server.snapshots, first + 1)
        done = call_swap(server.snapshots)
        assert (done.returncode, done.stdout) == (0, f"{server.url}/ serves {new.manifest.identity}\n"), done.stderr
        found = [ask_edition(server) for _ in range(20)]
        assert {edition for _, edition in found} == {first + 1}
        damaged = make(server.snapshots, first + 2)
        (damaged.path / "manifest.json").write_text("{")
        refused = call_swap(server.snapshots)
        assert refused.returncode != 0
        assert "manifest" in refused.stderr
        assert {find_identity(server) for _ in range(10)} == {new.manifest.identity}
        assert {ask_edition(server)[1] for _ in range(20)} == {first + 1}
    assert load.faults == []
    assert set(load.editions) <= {first, first + 1}


def test_a_process_that_is_killed_is_replaced_and_serves_what_the_others_do(server: Process) -> None:
    edition = ask_edition(server)[1] + 1
    new = make(server.snapshots, edition)
    assert call_swap(server.snapshots).returncode == 0
    time.sleep(1.5)
    counted = read_metrics(server)
    victim, other = list_members(server)
    victim.kill()
    assert ask_edition(server)[1] == edition
    wait_for(lambda: read_metrics(server)["ahg_graph_server_processes"] == COUNT, server)
    assert other in list_members(server)
    assert victim not in list_members(server)
    met: set[str] = set()
    wait_for(lambda: met.add(ask_edition(server)[0]) or len(met) == COUNT, server)  # type: ignore[func-returns-value]
    assert {find_identity(server) for _ in range(20)} == {new.manifest.identity}
    now = read_metrics(server)
    assert all(now[name] >= number for name, number in counted.items() if "_total" in name)


def test_one_that_cannot_prepare_keeps_all_from_moving(server: Process) -> None:
    edition = ask_edition(server)[1]
    make(server.snapshots, edition + 1)
    stopped = list_members(server)[0]
    with ThreadPoolExecutor(1) as pool:
        stopped.suspend()  # it does not answer, and meanwhile nobody moves
        moving = pool.submit(call_swap, server.snapshots)
        time.sleep(3)
        other_edition = {ask_edition_if_answered(server, edition) for _ in range(5)}
        stopped.resume()
        assert moving.result().returncode == 0
    assert other_edition == {edition}
    assert {ask_edition(server)[1] for _ in range(20)} == {edition + 1}


def ask_edition_if_answered(server: Process, edition: int) -> int:
    """Return the edition of an answer; the one known for a connection that the stopped process has taken."""
    try:
        query = f"SELECT DISTINCT ?e {{ ?s <{EX}edition> ?e }} # {time.monotonic_ns()}"
        rows = httpx.get(f"{server.url}/sparql", params={"query": query}, timeout=1).json()["results"]["bindings"]
    except httpx.TimeoutException:
        return edition
    return int(rows[0]["e"]["value"])


def test_what_is_under_way_is_answered_when_the_server_ends(tmp_path: Path) -> None:
    make(tmp_path / "snapshots", 1)
    with serve(tmp_path / "snapshots", tmp_path / "log", processes=COUNT, wait=60, timeout=60) as server:
        members = list_members(server)
        assert len(members) == COUNT
        slow = f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT * {{ ?a <{EX}edition> ?e }} LIMIT 200 }} ?b <{EX}edition> ?e }}"
        with ThreadPoolExecutor(6) as pool:
            asked = [
                pool.submit(httpx.get, f"{server.url}/sparql", params={"query": f"{slow} # {n}"}, timeout=60)
                for n in range(2)
            ]
            wait_for(lambda: read_metrics(server)["ahg_graph_workers_busy"] > 0 or all(a.done() for a in asked), server)
            server.process.send_signal(signal.SIGTERM)
            for answer in (future.result() for future in asked):
                assert answer.status_code == 200, answer.text
                assert answer.json()["results"]["bindings"][0]["n"]["value"] == str(200 * SIZE)
        server.process.wait(30)
        assert not [member for member in members if member.is_running()]
    assert "Traceback" not in server.log.read_text()


def test_without_their_supervisor_the_processes_end(tmp_path: Path) -> None:
    make(tmp_path / "snapshots", 1)
    with serve(tmp_path / "snapshots", tmp_path / "log", processes=COUNT) as server:
        members = list_members(server)
        server.process.kill()
        _, alive = psutil.wait_procs(members, timeout=30)
        assert alive == []


def test_the_rate_of_a_client_is_that_of_all_processes(tmp_path: Path) -> None:
    make(tmp_path / "snapshots", 1)
    with serve(tmp_path / "snapshots", tmp_path / "log", processes=COUNT, rate=10) as server:
        start = time.monotonic()
        asked = (httpx.get(f"{server.url}/sparql", params={"query": "ASK {}"}, timeout=60) for _ in range(60))
        statuses = [answer.status_code for answer in asked]
        seconds = time.monotonic() - start
        # Ten a second, and twice as many in a burst, whichever process is met.
        assert statuses.count(200) <= 20 + 10 * seconds + 1
        assert set(statuses) <= {200, 429}


def test_limits_that_cannot_be_divided_are_refused(tmp_path: Path) -> None:
    make(tmp_path / "snapshots", 1)
    done = subprocess.run(
        [*COMMAND, "serve", "--port", "0", "--processes", "3", "--snapshots", str(tmp_path / "snapshots")],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert "AHG_GRAPH_WORKERS=4 is too little for 3 server processes: each needs 2 at least" in done.stderr
