"""Measure what comes after one machine, on one machine: copies behind a balancer, and a remote engine.

    python -m benchmarks.scale.beyond            # some minutes; writes results/beyond.json and results/beyond.md
    python -m benchmarks.scale.beyond --smoke    # one round of a second each, into build/, to see that it runs

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
from dataclasses import dataclass
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
SMOKE = ROOT / "build" / "benchmarks" / "scale" / "smoke-beyond"
QUESTIONS = ("02-label", "06-decisions", "15-co-attendance")
CLIENTS = 16
ALONE, BALANCED, TWO, REMOTE = "one server", "one behind the balancer", "two behind the balancer", "remote engine"
_HEAD = f"""| question | {ALONE} | {BALANCED} | {TWO} | {REMOTE} |
|---|---:|---:|---:|---:|"""
_COMMAND = (sys.executable, "-c", "from ahg_server.commands import main; main()")
_HAPROXY = """defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  balance leastconn
  option httpchk GET /health
  option redispatch 1
  retries 3
  retry-on conn-failure empty-response
listen ahg
  bind 127.0.0.1:{port}
{servers}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--smoke", action="store_true", help="one short round, results into build/")
    options = parser.parse_args()
    if options.smoke:
        options.rounds, options.seconds, options.results = 1, 1, SMOKE
    for program in ("wrk", "haproxy"):
        find_program(program)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        ports, copy = start(folder, stack)
        found: dict[str, dict[str, list[dict[str, float]]]] = {question: {} for question in QUESTIONS}
        for _ in range(options.rounds):
            for question in QUESTIONS:
                for place, port in ports.items():
                    found[question].setdefault(place, []).append(press(port, question, options.seconds))
        failover = lose_a_copy(ports[TWO], copy)
    record = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load_average_at_start": round(load, 1),
        "balancer": subprocess.run([find_program("haproxy"), "-v"], capture_output=True, text=True).stdout.split(" 20")[
            0
        ],
        "rounds": options.rounds,
        "seconds": options.seconds,
        "engine": provision.OXIGRAPH,
        "clients": CLIENTS,
        "runs": found,
        "lost_copy": failover,
    }
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "beyond.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    (options.results / "beyond.md").write_text(write_table(record), encoding="utf-8")
    print(write_table(record))


def start(folder: Path, stack: ExitStack) -> tuple[dict[str, int], subprocess.Popen[str]]:
    """Build, release and publish the graph, start everything; return the port of each way to be asked, and one copy."""
    snapshots, releases = folder / "snapshots", folder / "releases"
    call("build", "--home", ROOT, "--snapshots", snapshots)
    call("release", "--home", ROOT, "--snapshots", snapshots, "--releases", releases, "--since", "none")
    alone, first, second = (stack.enter_context(serve(snapshots)) for _ in range(3))
    engine = find_port()
    program = provision.provide_python(provision.OXIGRAPH) / "bin" / "oxigraph"
    address = f"127.0.0.1:{engine}"
    stack.enter_context(run([program, "serve", "--location", folder / "engine", "--bind", address], engine))
    call("publish", "--to", f"http://{address}/store", "--snapshots", snapshots, "--releases", releases)
    ports = {
        ALONE: alone.port,
        BALANCED: balance(folder / "one.cfg", [alone.port], stack),
        TWO: balance(folder / "two.cfg", [first.port, second.port], stack),
        REMOTE: stack.enter_context(serve(snapshots, "--engine", f"http://{address}/query")).port,
    }
    return ports, first.process


def call(*words: object) -> None:
    """Run a command of the command line; raises when it fails."""
    subprocess.run([*_COMMAND, *map(str, words)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


@dataclass(frozen=True)
class Served:
    """A server of ours: its port and its process."""

    port: int
    process: subprocess.Popen[str]


def find_program(name: str) -> str:
    """Return the path of a program; ends with a word when this machine has none. Debian keeps some from users' PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin") or sys.exit(f"{name} is not installed")


@contextmanager
def serve(snapshots: Path, *words: str) -> Iterator[Served]:
    """Serve a snapshot without keeping answers."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("AHG_GRAPH_")}
    process = subprocess.Popen(
        [*_COMMAND, "serve", "--port", "0", "--snapshots", str(snapshots), *words],
        cwd=ROOT, env=environment | {"AHG_GRAPH_CACHE": "0", "AHG_GRAPH_WORKERS": "2"}, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line.startswith("http://"):
            sys.exit(f"a server did not start; it ended with {process.wait(30)}")
        yield Served(int(line.split()[0].rstrip("/").rpartition(":")[2]), process)
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def balance(file: Path, ports: list[int], stack: ExitStack) -> int:
    """Start the balancer over ports and return its own."""
    port = find_port()
    servers = "\n".join(f"  server copy{n} 127.0.0.1:{p} check inter 500ms" for n, p in enumerate(ports))
    file.write_text(_HAPROXY.format(port=port, servers=servers))
    stack.enter_context(run([find_program("haproxy"), "-db", "-f", file], port))
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
        else:
            sys.exit(f"{words[0]} did not open its port")
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
    text = quote((MIX / f"{question}.rq").read_text(encoding="utf-8").replace("?unique", "?uniqueNUMBER"))
    done = subprocess.run(
        [find_program("wrk"), "-t", "1", "-c", str(CLIENTS), "-d", f"{seconds:.0f}s", "--timeout", "20s", "-s",
         str(Path(__file__).with_name("beyond.lua")), f"http://127.0.0.1:{port}/", "--", text],
        capture_output=True, text=True, check=True, timeout=seconds + 60,
    )  # fmt: skip
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def lose_a_copy(port: int, copy: subprocess.Popen[str]) -> Mapping[str, int]:
    """Ask two hundred questions one after the other while a copy is told to end; count how they were answered."""
    counts: dict[str, int] = {}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        for number in range(200):
            if number == 50:
                copy.terminate()
            try:
                told = f"status {client.get('/sparql', params={'query': f'ASK {{ ?s ?p {number} }}'}).status_code}"
            except httpx.TransportError as error:
                told = type(error).__name__
            counts[told] = counts.get(told, 0) + 1
            time.sleep(0.01)
    return counts


def write_table(record: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "# Copies behind a balancer, and a remote engine",
        "",
        f"Measured {record['date']} on {record['machine']}: {record['balancer']}, {record['engine']}.",
        f"The load average was {record['load_average_at_start']} at the start. The real graph, no answer kept,",
        f"{record['clients']} clients, two workers a server; servers, engine, balancer and clients share the cores.",
        f"Medians over {record['rounds']} round(s) of {record['seconds']:g} s: answers a second, below it ms to the",
        "middle answer.",
        "",
        _HEAD,
    ]
    for question, places in record["runs"].items():
        rates = [median(r["requests"] / r["seconds"] for r in places[p]) for p in (ALONE, BALANCED, TWO, REMOTE)]
        waits = [median(r["median"] for r in places[p]) for p in (ALONE, BALANCED, TWO, REMOTE)]
        lines.append(f"| {question}, a second | {' | '.join(f'{rate:,.0f}' for rate in rates)} |")
        lines.append(f"| {question}, ms | {' | '.join(f'{wait:.1f}' for wait in waits)} |")
    wrong = sum(r["wrong"] for places in record["runs"].values() for runs in places.values() for r in runs)
    lost = ", ".join(f"{number} {told}" for told, number in record["lost_copy"].items())
    lines += [
        "",
        f"Answers that were not 200: {wrong:.0f}. When one of two copies was told to end after 50 of 200 questions",
        f"asked one after the other, the answers were: {lost}.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
