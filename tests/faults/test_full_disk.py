"""No room to write: a build and a release fail and say why, what was in force stays, and a server goes on answering.

A file that may not grow (RLIMIT_FSIZE) stands for a full disk everywhere. Where the kernel lets an ordinary user mount
a file system of a few pages in a namespace of its own, a disk is filled in earnest.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from ahg_graph.build.pipeline import build
from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.snapshot import Snapshot, open_current, verify
from ahg_graph.snapshot.snapshot_store import CURRENT
from support.homes import copy_small_home
from support.servers import COMMAND, store_snapshot

EX = "https://example.org/"
KIBI = 1024
TESTS = Path(__file__).parents[1]


@cache
def _find_reason() -> str:
    """Return why no small file system can be mounted here, or nothing."""
    if sys.platform != "linux":
        return "a file system in a namespace of one's own is for Linux only"
    try:
        done = subprocess.run(
            [
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=64k",
                "none",
                "/mnt",
            ],
            capture_output=True,
            text=True,
        )
    except OSError as error:
        return f"unshare cannot be run: {error}"
    return f"no file system can be mounted by an ordinary user: {done.stderr.strip()}" if done.returncode else ""


small_disk = pytest.mark.skipif(bool(_find_reason()), reason=_find_reason())


def call_with_limit(size: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call the command line where no file may have more bytes."""
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def call_on_disk(disk: Path, size: int, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script of the shell where a folder is a disk of so many kibibytes; its arguments are "$@"."""
    mount = f'mount -t tmpfs -o size={size}k none "{disk}" || exit 99\n'
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount + script, "sh", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def store_small(snapshots: Path) -> Snapshot:
    return store_snapshot(
        snapshots,
        [Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}number"), Literal(n), NamedNode(f"{EX}graph")) for n in range(9)],
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copy_small_home(tmp_path)


def check_failure(done: subprocess.CompletedProcess[str]) -> None:
    """The failure is one line with its code and the reason of the system; nothing went to the output."""
    assert (done.returncode, done.stdout) == (6, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("[storage] ")
    assert any(reason in line for reason in ("File too large", "No space left", "No usable temporary", "disk I/O"))


def read_all(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("size", [0, 2, 8, 60])
def test_a_build_without_room_changes_nothing(home: Path, tmp_path: Path, size: int) -> None:
    snapshots = tmp_path / "snapshots"
    old = store_small(snapshots)
    before = read_all(snapshots)
    check_failure(call_with_limit(size * KIBI, "build", "--home", str(home), "--snapshots", str(snapshots)))
    assert read_all(snapshots) == before
    assert {path.name for path in snapshots.iterdir()} == {CURRENT, old.manifest.identity}
    assert open_current(snapshots) == old
    verify(old)


@pytest.mark.parametrize("size", [0, 4, 8])
def test_a_release_without_room_leaves_the_one_before(home: Path, tmp_path: Path, size: int) -> None:
    snapshots, releases = tmp_path / "snapshots", tmp_path / "releases"
    snapshot = build(home, snapshots)
    arguments = ("release", "--home", str(home), "--snapshots", str(snapshots), "--releases", str(releases))
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    before = read_all(releases)
    assert any(len(data) > size * KIBI for data in before.values())
    check_failure(call_with_limit(size * KIBI, *arguments))
    assert read_all(releases) == before
    assert [path.name for path in releases.iterdir()] == [snapshot.manifest.identity]


@small_disk
@pytest.mark.parametrize("size", [4, 64, 144, 200])
def test_a_build_on_a_full_disk_leaves_what_was_in_force(home: Path, tmp_path: Path, size: int) -> None:
    disk, source = tmp_path / "disk", tmp_path / "source"
    disk.mkdir()
    old = store_small(source)
    script = f"""
cp -a "{source}" "{disk}/snapshots" || exit 98
find "{disk}" | sort > "{tmp_path}/before"
dd if=/dev/zero of="{disk}/filler" bs=4k 2>/dev/null
truncate -s -{size}k "{disk}/filler"
"$@"
status=$?
rm "{disk}/filler"
find "{disk}" | sort > "{tmp_path}/after"
cat "{disk}/snapshots/{CURRENT}/manifest.json" > "{tmp_path}/manifest"
exit $status
"""
    command = (*COMMAND, "build", "--home", str(home), "--snapshots", str(disk / "snapshots"))
    done = call_on_disk(disk, 2048, script, *command)
    check_failure(done)
    assert str(disk) in done.stderr
    assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text()
    assert (tmp_path / "manifest").read_text() == old.manifest.to_json()


@small_disk
def test_a_server_whose_temporary_folder_and_log_are_full_answers_and_replaces_workers(tmp_path: Path) -> None:
    """The folder has not one page left when the server starts, so nothing that it needs can lie there."""
    disk, snapshots = tmp_path / "disk", tmp_path / "snapshots"
    disk.mkdir()
    store_small(snapshots)
    script = f"""
dd if=/dev/zero of="{disk}/filler" bs=4k 2>/dev/null
echo x > "{disk}/log" && exit 97
TMPDIR="{disk}" PYTHONPATH="{TESTS}" "$@"
"""
    done = call_on_disk(disk, 64, script, sys.executable, "-c", _FULL, str(snapshots), str(disk / "log"))
    assert (done.returncode, done.stdout) == (0, "answered\n"), done.stderr


_FULL = """
import os, signal, sys, time
from pathlib import Path
import httpx, psutil
from support.servers import serve
with serve(Path(sys.argv[1]), Path(sys.argv[2])) as server:
    for number in range(8):
        for child in psutil.Process(server.process.pid).children(recursive=True):
            os.kill(child.pid, signal.SIGKILL)
        query = {"query": "SELECT * { ?s ?p %d }" % number}
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            response = httpx.get(f"{server.url}/sparql", params=query, timeout=30)
            if response.status_code == 200:
                break
            time.sleep(0.05)
        assert len(response.json()["results"]["bindings"]) == 1, response.text
print("answered")
"""


def test_what_is_printed_where_there_is_no_room_is_no_success(home: Path, tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("/dev/full is for Linux only")
    snapshots = tmp_path / "snapshots"
    store_small(snapshots)
    with full.open("wb") as output:
        done = subprocess.run(
            [*COMMAND, "query", "--snapshots", str(snapshots), "SELECT * { ?s ?p ?o }"],
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 6
    assert done.stderr == "[storage] No space left on device\n"
