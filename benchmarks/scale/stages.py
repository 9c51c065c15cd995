"""What is measured at one scale: building in a process of its own, then a server that is started and asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import psutil

from benchmarks.reasoning.generator import PREFIXES, write_graph

ROOT = Path(__file__).parents[2]
QUESTIONS = Path(__file__).with_name("questions")
SNAPSHOTS = "snapshots"
ADDRESSES = {
    "/queries/meeting-record.nt?meeting=p3m2": "/meeting/p3m2>",
    "/queries/membership-graph.nt?body=group%203.1": "/body/p3b1>",
    "/queries/membership-graph.nt?body=grup%203.1": "p3b1 (Group 3.1)",
    "/search?q=group%203.1&in=names&format=json": "Group 3.1",
    "/queries/search.json?text=group%203.1": "Group 3.1",
}
"""Addresses that name things as readers do, and what the answer has to hold; one has a slip in a name, and near ones
are told. The invented graph has few of the properties that other saved queries ask for."""

_MIB = 1 << 20


def make_home(home: Path, scale: float) -> int:
    """Make a home folder with an invented graph of a scale, and return the bytes of its Turtle."""
    shutil.rmtree(home, ignore_errors=True)
    for name in ("data/register", "data/record"):
        (home / name).mkdir(parents=True)
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, home / name)
    shutil.copy(ROOT / "graph.toml", home)
    whole, data = home / "whole.ttl", home / "data" / "record" / "invented.ttl"
    write_graph(whole, scale)
    with whole.open("rb") as source, data.open("wb") as target:
        start = source.read(4 * _MIB).rindex(PREFIXES.encode())  # the ontology comes first, and is in a folder here
        source.seek(start)
        shutil.copyfileobj(source, target)
    whole.unlink()
    return data.stat().st_size


class Watch:
    """Samples the memory of a process with all below it, and the bytes in a folder, until it is left."""

    def __init__(self, pid: int, folder: Path) -> None:
        self._pid, self._folder = pid, folder
        self.memory = self.disk = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(0.2):
            self.memory = max(self.memory, measure_memory(self._pid))
            self.disk = max(self.disk, measure_disk(self._folder))


def measure_memory(pid: int) -> int:
    """Return the bytes that a process and all below it hold."""
    total = 0
    try:
        root = psutil.Process(pid)
        processes = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for process in processes:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def measure_disk(folder: Path) -> int:
    """Return the bytes of the files in a folder."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 - five times a second
            except FileNotFoundError:
                continue
    return total


def build(home: Path) -> dict[str, Any]:
    """Build the snapshot of a home folder; return seconds by stage, peaks, and what was made."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.scale.building", str(home), str(home / SNAPSHOTS)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    stages: dict[str, float] = {}
    with Watch(process.pid, home / SNAPSHOTS) as watch:
        began, current = start, "starting"
        for line in process.stdout:
            now = time.perf_counter()
            stages[current] = round(now - began, 2)
            began, current = now, line.strip()
            print(f"{now - start:8.1f} s  {current}  {watch.memory // _MIB} MiB", flush=True)
        process.wait()
    if process.returncode:
        raise SystemExit(f"the build failed with exit code {process.returncode}")
    manifest = json.loads((home / SNAPSHOTS / "current" / "manifest.json").read_text(encoding="utf-8"))
    return {
        "seconds": round(time.perf_counter() - start, 1),
        "stages": stages,
        "memory": watch.memory // _MIB,
        "disk_peak": watch.disk // _MIB,
        "disk": measure_disk(home / SNAPSHOTS) // _MIB,
        "asserted": manifest["asserted"],
        "inferred": manifest["inferred"],
        "left_out": manifest["left_out"],
    }


def serve(home: Path, rounds: int) -> dict[str, Any]:
    """Serve the snapshot of a home folder, ask every question, and return seconds, memory and what was answered."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("AHG_GRAPH_")}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", "from ahg_server.commands import main; main()", "serve", "--port", "0", "--snapshots",
         str(home / SNAPSHOTS)],
        cwd=ROOT, env=environment | {"AHG_GRAPH_CACHE": "0"}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        url = process.stdout.readline().split()[0]
        with Watch(process.pid, home / "nothing") as watch, httpx.Client(base_url=url, timeout=60) as client:
            first = client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"]
            assert first is True
            opened = time.perf_counter() - start
            answers = {path.stem: _ask(client, path.read_text(), rounds) for path in sorted(QUESTIONS.glob("*.rq"))}
            named = {address: _get(client, address, held, rounds) for address, held in ADDRESSES.items()}
        return {"open": round(opened, 2), "memory": watch.memory // _MIB, "answers": answers, "named": named}
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def _get(client: httpx.Client, address: str, held: str, rounds: int) -> dict[str, Any]:
    """Get one address some times and return what `_time` does."""

    def check(response: httpx.Response) -> dict[str, Any]:
        if held not in response.text:
            raise SystemExit(f"{address} was answered with {response.status_code}: {response.text[:500]}")
        return {}

    return _time(lambda turn: client.get(address), check, rounds, (200, 422))


def _ask(client: httpx.Client, query: str, rounds: int) -> dict[str, Any]:
    """Ask one question some times and return what `_time` does, and the number of rows."""

    def send(turn: int) -> httpx.Response:
        # A comment of its own in each round, so that nothing on the way can have kept the answer.
        return client.post("/sparql", data={"query": f"# {turn}\n{query}"}, headers={"accept": "text/csv"})

    return _time(send, lambda response: {"rows": len(response.text.splitlines()) - 1}, rounds)


def _time(
    send: Callable[[int], httpx.Response],
    check: Callable[[httpx.Response], dict[str, Any]],
    rounds: int,
    wanted: tuple[int, ...] = (200,),
) -> dict[str, Any]:
    """Return the first and the middle milliseconds with what `check` tells of the last answer, or the refusal."""
    times, told = [], {}
    for turn in range(rounds):
        start = time.perf_counter()
        response = send(turn)
        times.append((time.perf_counter() - start) * 1000)
        if response.status_code not in wanted:
            return {"refused": response.json()["code"], "milliseconds": round(times[-1], 1)}
        told = check(response)
    return {"first": round(times[0], 1), "milliseconds": round(median(times), 1), **told}
