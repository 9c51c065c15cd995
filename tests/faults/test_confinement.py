"""What the processes that run queries cannot do, and that the server needs no right to write."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from ahg_graph.rdf.terms import NamedNode, Quad
from support.servers import serve, store_snapshot

linux = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"},
    reason="the kernel's filter is set on Linux for x86-64 and ARM64 only",
)

TRIALS = """
import os, resource, socket, subprocess, sys
from ahg_graph.workers.sandbox import install_seccomp_filter, limit_resources
pair = socket.socketpair()
assert install_seccomp_filter()
for trial in (lambda: socket.socket(), lambda: socket.socket(socket.AF_UNIX), lambda: pair[0].connect("/nowhere"),
              lambda: subprocess.run(["/bin/true"]), lambda: os.execv("/bin/true", ["true"])):
    try:
        trial()
    except PermissionError:
        continue
    sys.exit(f"{trial} was allowed")
pair[0].send(b"x")
assert pair[1].recv(1) == b"x"
limit_resources(64 * 1024 * 1024, 1024)
try:
    bytearray(128 * 1024 * 1024)
except MemoryError:
    pass
else:
    sys.exit("the memory is not limited")
file = os.memfd_create("x")
try:
    assert os.write(file, b"x" * 2048) == 1024
    os.write(file, b"x")
except OSError as error:
    assert error.errno == 27
else:
    sys.exit("the size of a file is not limited")
print("confined")
"""


@linux
def test_a_confined_process_has_no_network_no_programs_and_little_memory() -> None:
    done = subprocess.run([sys.executable, "-c", TRIALS], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("confined\n", "")


def test_the_server_writes_nothing_but_its_notice(tmp_path: Path) -> None:
    snapshots, temporary = tmp_path / "snapshots", tmp_path / "temporary"
    temporary.mkdir()
    snapshot = store_snapshot(snapshots, [Quad(*(NamedNode(f"https://example.org/{n}") for n in range(4)))])
    before = {path: path.stat().st_mtime_ns for path in snapshots.rglob("*")}
    folders = [path for path in [snapshots, snapshot.path, *snapshot.path.rglob("*")] if path.is_dir()]
    for path in [*folders, *(path for path in snapshot.path.rglob("*") if path.is_file())]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        with serve(snapshots, tmp_path / "log", environment={"TMPDIR": str(temporary)}) as server:
            answer = httpx.get(f"{server.url}/sparql", params={"query": "ASK { ?s ?p ?o }"}, timeout=30)
            assert answer.json()["boolean"] is True
            assert [path.name for path in temporary.rglob("*") if path.is_file()] == [f"{server.process.pid}.json"]
        assert {path: path.stat().st_mtime_ns for path in snapshots.rglob("*")} == before
        assert [path for path in temporary.rglob("*") if path.is_file()] == []
    finally:
        for path in folders:
            path.chmod(0o755)


def test_every_promise_names_a_test_that_is_there() -> None:
    root = Path(__file__).parents[2]
    table = (root / "SECURITY.md").read_text().partition("| promise |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(table) > 8
    for row in table:
        names = re.findall(r"`(tests/[^`]+)`", row.rpartition(" | ")[2])
        assert names and all((root / name).is_file() for name in names), row
