"""The image of the Containerfile, built and run as its first lines say: it answers, and holds and may do nothing more.

Everything that podman keeps is in one folder, which the last test leaves empty.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from ahg_graph.release import make_release
from ahg_graph.snapshot import Snapshot

HOME = Path(__file__).parents[2]
CONTAINERFILE = HOME / "packaging" / "Containerfile"
EPOCH = 1364860800
IMAGE = "localhost/ahg-graph"
OWN = ("opt/ahg-graph/", "graph/")
"""Where the image may have more than its base."""
OF_A_RUNTIME = {"/dev/mqueue", "/dev/shm", "/sys/fs/cgroup"}
"""Memory that podman gives to every container, read-only or not; the last only in the place of control groups."""
WRITABLE = """
import os
for folder, folders, _ in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) != "/proc"]
    try:
        open(os.path.join(folder, "written-by-a-test"), "x").close()
    except OSError:
        continue
    os.remove(os.path.join(folder, "written-by-a-test"))
    print(folder)
    folders.clear()
"""
DISTRIBUTIONS = "from importlib.metadata import distributions as d; print(*(x.name for x in d()), sep='\\n')"
PRIVATE = """
if [ -e /sys/fs/cgroup/unified ]; then umount -l /sys/fs/cgroup && mount -t tmpfs none /sys/fs/cgroup; fi
exec "$@"
"""
"""No mount outlives the command; nor does crun, which knows no hybrid of control groups, see one."""

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(
        os.environ.get("AHG_GRAPH_CONTAINER") != "1", reason="an image is built only with AHG_GRAPH_CONTAINER=1"
    ),
    pytest.mark.skipif(os.geteuid() != 0, reason="the test keeps its mounts to itself, for which it must be root"),
    pytest.mark.skipif(shutil.which("podman") is None, reason="podman is not installed"),
]


class Podman:
    """Podman with images and containers of its own; it neither makes control groups nor asks systemd to."""

    def __init__(self, folder: Path) -> None:
        self.call = [
            "unshare", "--mount", "sh", "-c", PRIVATE, "sh", "podman", "--root", str(folder / "images"),
            "--runroot", str(folder / "run"), "--cgroup-manager", "cgroupfs", "--events-backend", "file",
        ]  # fmt: skip

    def __call__(self, *words: object, check: bool = True, limit: float = 120) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([*self.call, *map(str, words)], capture_output=True, text=True, timeout=limit)
        assert not check or done.returncode == 0, f"podman {words[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done

    def run(self, *words: object) -> str:
        """Run a container as the Containerfile says, on this machine's own network, and return what it prints."""
        (documented,) = re.findall(
            r"^#   podman run (.*) \\\n#     -p 8000:8000 ahg-graph$", CONTAINERFILE.read_text(), re.M
        )
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        limits = (f"--ulimit=nofile={files}:{files}", "--ulimit=nproc=1000:1000")
        here = ("--cgroups=disabled", "--network=host", "--no-healthcheck", *limits)
        return self("run", *here, *documented.split(), *words).stdout

    def inspect(self, name: str) -> dict[str, Any]:
        (found,) = json.loads(self("inspect", name).stdout)
        return dict(found)

    def files(self, image: str) -> set[str]:
        call = ("--user=0", "--cap-add=DAC_READ_SEARCH", "--entrypoint=find", image, "/", "-xdev", "!", "-type", "d")
        return set(self.run("--rm", *call).split("\n"))


@pytest.fixture(scope="module")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Podman]:
    folder = tmp_path_factory.mktemp("podman")
    podman = Podman(folder)
    try:
        yield podman
    finally:
        podman("rm", "-af", "-t", "2", check=False)
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def base(podman: Podman) -> str:
    (public,) = re.findall(r"^ARG BASE=(\S+)$", CONTAINERFILE.read_text(), re.M)
    named = os.environ.get("AHG_GRAPH_CONTAINER_BASE")
    pulled = podman("pull", "-q", named or public, check=False, limit=300)
    if pulled.returncode and not named:
        pytest.skip(f"{public} cannot be pulled: {pulled.stderr.strip()[-300:]}")
    assert pulled.returncode == 0, pulled.stderr
    return pulled.stdout.strip()


@pytest.fixture(scope="module")
def image(podman: Podman, base: str) -> str:
    arguments = ("--build-arg", f"BASE={base}", "--build-arg", f"SOURCE_DATE_EPOCH={EPOCH}", "--pull-never")
    how = ("--layers=false", "--isolation=chroot", "--format=docker")
    podman("build", *how, *arguments, "-f", CONTAINERFILE, "-t", IMAGE, HOME, limit=900)
    return IMAGE


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def container(podman: Podman, image: str, port: int) -> str:
    """The name of the container, once its server says that it listens."""
    podman.run("-d", "--name=served", "-e", "AHG_GRAPH_HOST=127.0.0.1", "-e", f"AHG_GRAPH_PORT={port}", image)
    for _ in range(120):
        if podman("logs", "served").stdout.startswith(f"http://127.0.0.1:{port}"):
            return "served"
        time.sleep(0.5)
    raise AssertionError(podman("logs", "served").stderr)


@pytest.fixture(scope="module")
def url(port: int, container: str) -> str:
    assert container
    return f"http://127.0.0.1:{port}"


def test_the_image_says_how_it_is_run(podman: Podman, image: str) -> None:
    config = podman.inspect(image)["Config"]
    assert (config["User"], config["Entrypoint"], config["Cmd"]) == ("10001:10001", ["ahg-graph"], ["serve"])
    assert config["ExposedPorts"] == {"8000/tcp": {}}
    assert {"AHG_GRAPH_HOST=0.0.0.0", "AHG_GRAPH_PORT=8000"} <= set(config["Env"])


def test_the_image_holds_its_base_the_server_and_the_graph(podman: Podman, base: str, image: str) -> None:
    before, after = podman.files(base), podman.files(image)
    assert before - after == set()
    assert {name for name in after - before if not name[1:].startswith(OWN)} == set()


def test_the_server_has_its_locked_dependencies_and_no_tools(podman: Podman, image: str) -> None:
    def names(text: str) -> set[str]:
        return {re.sub(r"[-_.]+", "-", name).lower() for name in text.split("\n") if name}

    locked = re.findall(r"^([^\s=#]+)==", (HOME / "requirements" / "run.txt").read_text(), re.M)
    held = names(podman.run("--rm", "--entrypoint=python", image, "-c", DISTRIBUTIONS))
    elsewhere = {"colorama", "importlib-metadata", "lazy-importer", "zipp"}  # on another system or an older Python
    assert held - elsewhere == names("\n".join([*locked, "ahg-graph"])) - elsewhere


def test_it_answers(url: str) -> None:
    answer = httpx.get(f"{url}/queries/members-not-attending.csv?meeting=ahg-som-07", timeout=60)
    assert answer.status_code == 200
    assert answer.text.splitlines()[1:] == ["https://w3id.org/ahg-graph/id/agent/india,India,IND,certain"]
    for path in ("/", "/explain", "/static/style.css", "/static/bundle/editor.js"):
        assert httpx.get(url + path, headers={"accept": "text/html,*/*;q=0.5"}, timeout=60).status_code == 200, path


def test_it_is_the_graph_of_these_sources_and_its_release_the_same_to_the_byte(
    url: str, real_snapshot: Snapshot, tmp_path: Path
) -> None:
    release = make_release(real_snapshot, tmp_path, datetime.fromtimestamp(EPOCH, UTC))
    assert httpx.get(f"{url}/health", timeout=60).json()["snapshot"]["identity"] == release.identity
    sums = httpx.get(f"{url}/downloads/{release.identity}/SHA256SUMS", timeout=60)
    assert sums.text == (tmp_path / release.identity / "SHA256SUMS").read_text(encoding="utf-8")


def test_it_holds_no_privilege(podman: Podman, container: str) -> None:
    status = Path(f"/proc/{podman.inspect(container)['State']['Pid']}/status").read_text(encoding="utf-8")
    held = dict(line.split(":\t", 1) for line in status.splitlines())
    assert (held["Uid"].split(), held["Gid"].split()) == (["10001"] * 4, ["10001"] * 4)
    assert held["NoNewPrivs"] == "1"
    capabilities = {name: int(text, 16) for name, text in held.items() if name.startswith("Cap")}
    assert capabilities == dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), 0)


def test_it_can_write_to_its_temporary_folder_alone(podman: Podman, container: str) -> None:
    written = podman("exec", container, "python", "-c", WRITABLE).stdout.splitlines()
    assert set(written) - OF_A_RUNTIME == {"/tmp"}


def test_its_health_check_distinguishes_a_server_from_none(podman: Podman, image: str, container: str) -> None:
    kind, *check = podman.inspect(image)["Healthcheck"]["Test"]
    assert kind == "CMD"
    assert podman("exec", container, *check, check=False).returncode == 0
    assert podman("exec", "-e", "AHG_GRAPH_PORT=1", container, *check, check=False).returncode == 1


def test_it_ends_when_asked_to(podman: Podman, container: str, url: str) -> None:
    podman("stop", "-t", "20", container)
    state = podman.inspect(container)["State"]
    assert (state["Status"], state["ExitCode"], state["OOMKilled"]) == ("exited", 0, False)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health", timeout=5)
