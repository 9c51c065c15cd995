"""Clients generated from the OpenAPI description ask a server, made by three generators in two languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ahg_graph.snapshot import Snapshot
from interop import provision
from support.servers import Running, run

TOOL = "openapi-python-client==0.29.1"
ABSENT = [["India", "certain"]]
"""Members of the group that the list of the seventh meeting (S7, paragraph 1) leaves out."""

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def served(real_snapshot: Snapshot) -> Iterator[Running]:
    with run(real_snapshot) as running:
        yield running


@pytest.fixture(scope="module")
def description(served: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The description, as a file."""
    path = tmp_path_factory.mktemp("description") / "openapi.json"
    path.write_bytes(served.client.get("/openapi.json").content)
    return path


@pytest.fixture(scope="module")
def node() -> Path:
    """The Node.js packages, with the scripts beside them."""
    try:
        return provision.provide_npm("clients")
    except provision.Unavailable as error:
        pytest.skip(str(error))


def call(command: Sequence[object], folder: Path, **variables: str) -> str:
    """Return what a command writes; it must succeed."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, env={**os.environ, **variables}, timeout=300
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def compile_script(node: Path, folder: Path, script: str) -> Path:
    """Return a script compiled beside what was generated, where the compiler finds nothing to complain of."""
    (folder / script).write_text((node / script).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(node / "node_modules")
    options = [
        "--strict",
        "--skipLibCheck",
        "--target",
        "es2022",
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
    ]
    declared = folder / "node.d.ts"
    declared.write_text("declare const process: { argv: string[] };", encoding="utf-8")
    call([node / "node_modules/.bin/tsc", *options, "--outDir", folder / "out", script, declared.name], folder)
    (folder / "out" / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    return folder / "out" / script.replace(".ts", ".js")


def test_openapi_typescript_gives_types(served: Running, description: Path, node: Path, tmp_path: Path) -> None:
    call([node / "node_modules/.bin/openapi-typescript", description, "-o", tmp_path / "schema.ts"], tmp_path)
    script = compile_script(node, tmp_path, "typed.ts")
    assert json.loads(call(["node", script, served.url], tmp_path)) == ABSENT


def test_openapi_generator_gives_a_client(served: Running, description: Path, node: Path, tmp_path: Path) -> None:
    try:
        path = provision.provide_maven("clients")
    except provision.Unavailable as error:
        pytest.skip(str(error))
    wanted = ["generate", "-i", description, "-g", "typescript-fetch", "-o", tmp_path / "generated"]
    options = ["--additional-properties=importFileExtension=.js", "--global-property", "skipFormModel=false"]
    call(["java", "-cp", path, "org.openapitools.codegen.OpenAPIGenerator", *wanted, *options], tmp_path)
    script = compile_script(node, tmp_path, "generated.ts")
    assert json.loads(call(["node", script, served.url], tmp_path)) == ABSENT


def test_openapi_python_client_gives_a_client(served: Running, description: Path, tmp_path: Path) -> None:
    try:
        tools = provision.provide_tool(TOOL)
    except provision.Unavailable as error:
        pytest.skip(str(error))
    path = os.pathsep.join(map(str, (tools, tmp_path)))
    wanted = ["generate", "--path", description, "--output-path", tmp_path / "generated", "--meta", "none"]
    call([sys.executable, "-m", "openapi_python_client", *wanted], tmp_path, PYTHONPATH=path)
    program = (
        "import json, sys\n"
        "from generated import Client\n"
        "from generated.api.attendance import members_not_attending\n"
        "found = members_not_attending.sync(client=Client(base_url=sys.argv[1]), meeting='ahg-som-07')\n"
        "print(json.dumps([[record.agent_label, record.certainty] for record in found]))\n"
    )
    shown = call([sys.executable, "-c", program, served.url], tmp_path, PYTHONPATH=path)
    assert json.loads(shown) == ABSENT
