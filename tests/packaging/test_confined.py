"""The installed server as an operator confines it: by pipx, with a read-only root, without privileges, by the unit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

HOME = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"
UNIT = HOME / "packaging" / "ahg-graph.service"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command that `pipx install` puts there for the wheel."""
    if not UV.exists():
        pytest.skip("no uv beside this Python to run pipx with")
    folder = tmp_path_factory.mktemp("pipx")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("AHG_GRAPH_", "PYTHON"))}
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist"],
        cwd=HOME, env=plain | {"AHG_GRAPH_WITHOUT_FRONTEND": "1"}, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = (folder / "dist").glob("*.whl")
    environment = plain | {"PIPX_HOME": str(folder / "home"), "PIPX_BIN_DIR": str(folder / "bin")}
    (folder / "empty").mkdir()
    run = subprocess.run(
        [UV, "tool", "run", "-q", "pipx", "install", "--python", sys.executable, wheel],
        cwd=folder / "empty", env=environment, capture_output=True, text=True,
    )  # fmt: skip
    if run.returncode:
        pytest.skip(f"pipx could not install: {run.stderr.strip()[-200:]}")
    return folder / "bin" / "ahg-graph"


@pytest.fixture(scope="module")
def url(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the server without capabilities, where nothing but its cache and /tmp can be written to."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        pytest.skip("bubblewrap is not installed")
    cache = tmp_path_factory.mktemp("cache")
    process = subprocess.Popen(
        [bwrap, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--new-session",
         "--bind", cache, "/mnt", "--chdir", "/", "--cap-drop", "ALL", "--unshare-user", "--uid", "10001",
         "--gid", "10001", "--unshare-pid", "--die-with-parent", "--clearenv", "--setenv", "PATH", "/usr/bin:/bin",
         "--setenv", "HOME", "/nonexistent", "--setenv", "XDG_CACHE_HOME", "/mnt", "--setenv", "TMPDIR", "/mnt",
         program, "serve", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    try:
        if not line and "namespace" in (said := process.stderr.read()):
            pytest.skip(f"bubblewrap cannot confine here: {said.strip()}")
        assert line.startswith("http://"), said
        assert {path.name for path in cache.iterdir()} >= {"ahg-graph"}
        yield line.split()[0].rstrip("/")
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
        process.stderr.close()


@pytest.mark.network
def test_it_serves_from_a_read_only_root_without_privileges(url: str) -> None:
    answer = httpx.get(f"{url}/queries/members-not-attending.csv?meeting=ahg-som-07", timeout=60)
    assert answer.status_code == 200
    assert answer.text.splitlines()[1:] == ["https://w3id.org/ahg-graph/id/agent/india,India,IND,certain"]
    assert httpx.get(f"{url}/", headers={"accept": "text/html"}, timeout=60).status_code == 200


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_unit_is_well_formed_and_exposes_little(tmp_path: Path) -> None:
    program = tmp_path / "ahg-graph"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/ahg-graph/bin/ahg-graph", str(program)))
    verified = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    # 2.0 of 10, on the scale of systemd.exec(5)'s restrictions, of which 10 is none at all.
    call = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", unit]
    assert subprocess.run(call, capture_output=True).returncode == 0
