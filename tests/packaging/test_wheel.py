"""The wheel in an environment of its own, far from any checkout: it builds its graph, serves it and answers."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

HOME = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PAGES = {".md", ".png"}
FOLDERS = ("graph.toml", "ontology", "data", "queries")

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    environment = {**os.environ, "AHG_GRAPH_WITHOUT_FRONTEND": "1", "SOURCE_DATE_EPOCH": "1364860800"}
    call = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(call, cwd=HOME, env=environment, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `bin` folder of a fresh environment with the wheel and its locked dependencies."""
    uv = BIN / "uv"
    if not uv.exists():
        pytest.skip("no uv beside this Python to install with")
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, folder], check=True, capture_output=True)
    environment = {**os.environ, "VIRTUAL_ENV": str(folder)}
    install = [uv, "pip", "install", "-q"]
    run = subprocess.run(
        [*install, "--require-hashes", "-r", HOME / "requirements" / "run.txt"],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    if run.returncode:
        pytest.skip(f"the dependencies could not be installed: {run.stderr.strip().splitlines()[-1]}")
    subprocess.run([*install, "--no-deps", wheel], env=environment, check=True, capture_output=True)
    return folder / "bin"


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """An environment without this project's settings, and with a cache folder of its own."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("AHG_GRAPH_", "PYTHON"))}
    return {**plain, "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}


@pytest.fixture(scope="module")
def url(installed: Path, surroundings: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the installed server, started in an empty folder that cannot be written to."""
    folder = tmp_path_factory.mktemp("nowhere")
    folder.chmod(0o555)
    log = tmp_path_factory.mktemp("log") / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [installed / "ahg-graph", "serve", "--port", "0"], cwd=folder, env=surroundings, stdout=subprocess.PIPE,
            stderr=errors, text=True,
        )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        assert line.startswith("http://"), log.read_text()
        assert "first start" in log.read_text()
        assert list(folder.iterdir()) == []
        yield line.split()[0].rstrip("/")
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def test_the_wheel_holds_the_home_folder_whole(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", *FOLDERS], cwd=HOME, capture_output=True, text=True, check=False
    ).stdout
    expected = {f"ahg_graph/home/{name}" for name in tracked.splitlines() if (HOME / name).exists()}
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("ahg_graph/home/")}
    assert expected
    assert expected <= held
    assert {name.split("/")[2] for name in held} == set(FOLDERS)


def test_the_wheel_holds_the_guide_whole(wheel: Path) -> None:
    pages = {path.relative_to(HOME / "docs").as_posix() for path in (HOME / "docs").rglob("*") if path.suffix in PAGES}
    held = zipfile.ZipFile(wheel).namelist()
    assert {f"ahg_server/guide/{name}" for name in pages} <= set(held)


def test_the_wheel_holds_no_tests_and_no_build(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"ahg_graph", "ahg_server"}
    assert [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".nq"))] == []


def test_pages_queries_releases_and_things_are_served(url: str) -> None:
    def get(path: str, **headers: str) -> httpx.Response:
        return httpx.get(url + path, headers=headers, timeout=60)

    assert get("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D").json()["boolean"] is True
    assert get("/queries/attendance.json?meeting=ahg-som-05").status_code == 200
    assert get("/", accept="text/html").status_code == 200
    assert get("/static/style.css").status_code == 200
    assert "Excel" in get("/guide/tables", accept="text/html").text
    assert get("/guide/pictures/question.png").content.startswith(b"\x89PNG")
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    tools = httpx.post(
        url + "/mcp", json=message, headers={"accept": "application/json, text/event-stream"}, timeout=60
    )
    assert "attendance" in {tool["name"] for tool in tools.json()["result"]["tools"]}
    assert get("/id/meeting/ahg-som-05", accept="text/turtle").status_code == 303
    listed = get("/downloads.json").json()
    (release,) = listed["releases"]
    assert release["identity"] == listed["current"]
    assert get(f"/downloads/{release['identity']}/all.ttl").status_code == 200


def test_the_command_line_answers_from_the_same_snapshot(
    url: str, installed: Path, surroundings: Mapping[str, str], tmp_path: Path
) -> None:
    call = [installed / "ahg-graph", "ask", "attendance", "meeting=ahg-som-05", "-f", "csv"]
    run = subprocess.run(call, cwd=tmp_path, env=surroundings, capture_output=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert run.stdout == httpx.get(f"{url}/queries/attendance.csv?meeting=ahg-som-05", timeout=60).content
