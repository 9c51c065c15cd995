"""The official TypeScript client gets what the Python one gets, and the oldest SDK that may be installed serves it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import ClientSession, StdioServerParameters, stdio_client

from ahg_graph.snapshot import Snapshot
from ahg_server.views.mcp.messages import LONGEST_MESSAGE
from interop import provision
from support.namespaces import CHECKOUT, ID
from support.servers import COMMAND, Running, run

HOME = Path(__file__).parents[2]

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def served(real_snapshot: Snapshot) -> Iterator[Running]:
    with run(real_snapshot) as running:
        yield running


@pytest.fixture(scope="module")
def found(served: Running) -> dict[str, Any]:
    """What the TypeScript client gets."""
    try:
        folder = provision.provide_npm("clients")
    except provision.Unavailable as error:
        pytest.skip(str(error))
    call = ["node", str(folder / "mcp.mjs"), f"{served.url}/mcp"]
    answer: dict[str, Any] = json.loads(subprocess.run(call, check=True, capture_output=True, timeout=120).stdout)
    return answer


def read(message: dict[str, Any]) -> Any:
    """Return what a tool answered: the one text of its message."""
    (content,) = message["content"]
    assert "structuredContent" not in message
    assert len(json.dumps(message)) <= LONGEST_MESSAGE
    return json.loads(content["text"])


def test_the_typescript_client_gets_answers(found: dict[str, Any]) -> None:
    for answer in (read(found["answer"]), read(found["asked"])):
        (row,) = answer["rows"]
        assert (row["agentLabel"], "S7 para 1" in row["evidence"]) == ("India", True)
    assert read(found["selected"])["rows"][0]["n"] > 1000
    assert {"attendance", "ask", "describe", "explain", "sparql"} <= set(found["tools"])


def test_the_typescript_client_shows_what_is_wrong(found: dict[str, Any]) -> None:
    assert (found["wrong"]["isError"], read(found["wrong"])["code"]) == (True, "bad-parameter")
    assert "Atlantis" in read(found["wrong"])["detail"]
    assert (found["refused"]["isError"], read(found["refused"])["code"]) == (True, "query-syntax")


def test_the_typescript_client_gets_resources_and_prompts(found: dict[str, Any]) -> None:
    assert found["resources"] == [document.label for document in CHECKOUT.documents]
    (content,) = found["document"]["contents"]
    assert json.loads(content["text"])["iri"] == CHECKOUT.documents[0].iri
    assert found["prompt"]["messages"][0]["content"]["text"].startswith("Who attended the ahg-som-05?")
    assert "Fifth Meeting of the AHG Senior Officials" in found["completed"]["completion"]["values"]


def test_the_oldest_sdk_that_is_declared_serves_the_tools(real_snapshot: Snapshot) -> None:
    declared = re.search(r'"mcp>=([\d.]+),<', (HOME / "pyproject.toml").read_text(encoding="utf-8"))
    assert declared is not None
    folders = [provision.provide_python(f"{name}=={declared[1]}") for name in ("mcp", "mcp-types")]
    path = os.pathsep.join(map(str, folders))
    used = "import importlib.metadata as m; print(m.version('mcp'))"
    environment = {**os.environ, "PYTHONPATH": path}
    shown = subprocess.run([sys.executable, "-c", used], check=True, capture_output=True, text=True, env=environment)
    assert shown.stdout.strip() == declared[1]
    arguments = [*COMMAND[1:], "mcp", "--snapshots", str(real_snapshot.path.parent)]
    command = StdioServerParameters(command=sys.executable, args=arguments, env=environment)

    async def converse() -> tuple[Any, ...]:
        async with stdio_client(command) as (reading, writing), ClientSession(reading, writing) as session:
            await session.initialize()
            return (
                await session.call_tool("members-not-attending", {"meeting": "ahg-som-07"}),
                await session.call_tool("attendance", {}),
                await session.read_resource(f"{ID}body/ahg"),
                await session.list_prompts(),
            )

    answer, wrong, resource, prompts = asyncio.run(converse())
    assert json.loads(answer.content[0].text)["rows"][0]["agentLabel"] == "India"
    assert wrong.is_error
    assert json.loads(resource.contents[0].text)["label"] == "Ad Hoc Group"
    assert prompts.prompts
