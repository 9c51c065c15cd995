"""Measure what comes after one machine, on one machine: copies behind a balancer, and a remote engine.

    python -m benchmarks.scale.beyond        # writes results/beyond.json and results/beyond.md

Needs `wrk` and `haproxy`. The real graph is served alone, alone behind the balancer, by two copies behind it, and with
its queries answered by Oxigraph's own server; each is asked the same questions by as many clients, taking turns. All of
it, clients too, shares this machine's processors, so that two copies can show that they work and what the balancer
costs, and not what a second machine would add.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

import httpx

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from interop import provision  # noqa: E402

MIX = ROOT / "benchmarks" / "serving" / "mix"
RESULTS = Path(__file__).with_name("results")
QUESTIONS = ("02-label", "06-decisions", "15-co-attendance")
CLIENTS = 16
ALONE, BALANCED, TWO, REMOTE = "one server", "one behind the balancer", "two behind the balancer", "remote engine"
_HEAD = f"""| question | {ALONE} | {BALANCED} | {TWO} | {REMOTE} |
|---|---:|---:|---:|---:|"""
_COMMAND = (sys.executable, "-c", "from ahg_graph.cli import main; main()")
_HAPROXY = """defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  balance leastconn
  option httpchk GET /health
listen ahg
  bind 127.0.0.1:{port}
{servers}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        ports = start(folder, stack)
        found: dict[str, dict[str, list[dict[str, float]]]] = {question: {} for question in QUESTIONS}
        for _ in range(options.rounds):
            for question in QUESTIONS:
                for place, port in ports.items():
                    found[question].setdefault(place, []).append(press(port, question, options.seconds))
        failover = lose_a_copy(ports[TWO])
    record = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "balancer": subprocess.run(["haproxy", "-v"], capture_output=True, text=True).stdout.split(" 20")[0],
        "engine": provision.OXIGRAPH,
        "clients": CLIENTS,
        "runs": found,
        "lost_copy": failover,
    }
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "beyond.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    (options.results / "beyond.md").write_text(write_table(record), encoding="utf-8")
    print(write_table(record))


def start(folder: Path, stack: ExitStack) -> dict[str, int]:
    """Build, release and publish the graph, start everything, and return the port of each way to be asked."""
    shelf, releases = folder / "snapshots", folder / "releases"
    call("build", "--home", ROOT, "--snapshots", shelf)
    call("release", "--home", ROOT, "--snapshots", shelf, "--releases", releases, "--since", "none")
    alone, first, second = (stack.enter_context(serve(shelf)) for _ in range(3))
    engine = find_port()
    program = provision.provide_python(provision.OXIGRAPH) / "bin" / "oxigraph"
    address = f"127.0.0.1:{engine}"
    stack.enter_context(run([program, "serve", "--location", folder / "engine", "--bind", address], engine))
    call("publish", "--to", f"http://{address}/store", "--snapshots", shelf, "--releases", releases)
    return {
        ALONE: alone.port,
        BALANCED: balance(folder / "one.cfg", [alone.port], stack),
        TWO: balance(folder / "two.cfg", [first.port, second.port], stack),
        REMOTE: stack.enter_context(serve(shelf, "--engine", f"http://{address}/query")).port,
    }


def call(*words: object) -> None:
    """Run a command of the command line; raises when it fails."""
    subprocess.run([*_COMMAND, *map(str, words)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


class Served:
    """A server of ours: its port and its process."""

    all: list[Served] = []  # noqa: RUF012 - which were started, to lose one of them

    def __init__(self, port: int, process: subprocess.Popen[str]) -> None:
        self.port, self.process = port, process
        self.all.append(self)


@contextmanager
def serve(shelf: Path, *words: str) -> Iterator[Served]:
    """Serve a snapshot without keeping answers."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("AHG_GRAPH_")}
    process = subprocess.Popen(
        [*_COMMAND, "serve", "--port", "0", "--snapshots", str(shelf), *words],
        cwd=ROOT, env=environment | {"AHG_GRAPH_CACHE": "0", "AHG_GRAPH_WORKERS": "2"}, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield Served(int(process.stdout.readline().split()[0].rstrip("/").rpartition(":")[2]), process)
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def balance(file: Path, ports: list[int], stack: ExitStack) -> int:
    """Start the balancer over ports and return its own."""
    port = find_port()
    servers = "\n".join(f"  server copy{n} 127.0.0.1:{p} check inter 500ms" for n, p in enumerate(ports))
    file.write_text(_HAPROXY.format(port=port, servers=servers))
    program = shutil.which("haproxy") or "/usr/sbin/haproxy"
    stack.enter_context(run([program, "-db", "-f", file], port))
    return port


@contextmanager
def run(words: list[object], port: int) -> Iterator[None]:
    """Run a program until the end of the block, which begins once its port is open."""
    process = subprocess.Popen([str(w) for w in words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def press(port: int, question: str, seconds: float) -> dict[str, float]:
    """Ask one question by all clients for some seconds; return what `beyond.lua` prints."""
    text = quote((MIX / f"{question}.rq").read_text(encoding="utf-8"))
    done = subprocess.run(
        ["wrk", "-t", "1", "-c", str(CLIENTS), "-d", f"{seconds:.0f}s", "--timeout", "20s", "-s",
         str(Path(__file__).with_name("beyond.lua")), f"http://127.0.0.1:{port}/", "--", text],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def lose_a_copy(port: int) -> Mapping[str, int]:
    """Ask two hundred questions one after the other while one of the two copies is told to end; count the answers."""
    counts: dict[str, int] = {}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        for number in range(200):
            if number == 50:
                Served.all[1].process.terminate()
            response = client.get("/sparql", params={"query": f"ASK {{ ?s ?p {number} }}"})
            counts[str(response.status_code)] = counts.get(str(response.status_code), 0) + 1
            time.sleep(0.01)
    return counts


def write_table(record: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "# Copies behind a balancer, and a remote engine",
        "",
        f"Measured {record['date']} on {record['machine']}: {record['balancer']}, {record['engine']}.",
        f"The real graph, {record['clients']} clients, no answer kept, two workers a server; servers, engine, balancer",
        "and clients share the cores. Medians of the rounds: answers a second, below it ms to the middle answer.",
        "",
        _HEAD,
    ]
    for question, places in record["runs"].items():
        rates = [median(r["requests"] / r["seconds"] for r in places[p]) for p in (ALONE, BALANCED, TWO, REMOTE)]
        waits = [median(r["median"] for r in places[p]) for p in (ALONE, BALANCED, TWO, REMOTE)]
        lines.append(f"| {question}, a second | {' | '.join(f'{rate:,.0f}' for rate in rates)} |")
        lines.append(f"| {question}, ms | {' | '.join(f'{wait:.1f}' for wait in waits)} |")
    wrong = sum(r["wrong"] for places in record["runs"].values() for runs in places.values() for r in runs)
    lost = ", ".join(f"{number} with status {status}" for status, number in record["lost_copy"].items())
    lines += [
        "",
        f"Answers that were not 200: {wrong:.0f}. When one of two copies was told to end after 50 of 200 questions",
        f"asked one after the other, the answers were: {lost}.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
