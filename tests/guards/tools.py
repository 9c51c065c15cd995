"""The saved queries as tools over the Model Context Protocol, asked line by line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

from guards.checkouts import Checkout
from guards.listing import Get

_START = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "guard", "version": "1"}}


def list_calls(ask: Get) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield methods and their parameters: every tool with its example, and some that are wrong."""
    yield "tools/list", {}
    for query in json.loads(ask("/queries.json", "*/*").content):
        lists = {parameter["name"] for parameter in query["parameters"] if parameter["list"]}
        given = {name: values if name in lists else values[0] for name, values in query["example"].items()}
        yield "tools/call", {"name": query["name"], "arguments": given}
    wrong = {"subject": "united-states", "predicate": "isOrWasMemberOf", "object": "body:ahg"}
    for name, given in (("explain", wrong), ("describe", {"thing": "Canada"}), ("describe", {"thing": "Atlantis"}),
                        ("none", {}), ("attendance", {}), ("attendance", {"meeting": "Atlantis"})):  # fmt: skip
        yield "tools/call", {"name": name, "arguments": given}
    for method in ("resources/list", "prompts/list", "nothing"):
        yield method, {}


def call_tools(checkout: Checkout, calls: list[tuple[str, dict[str, Any]]]) -> list[bytes]:
    """Return the reply to each call as a line of JSON."""
    with subprocess.Popen(
        [checkout.command, "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        cwd=checkout.folder, env=checkout.set_environment(),
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None

        def say(message: dict[str, Any]) -> None:
            assert process.stdin is not None
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
            process.stdin.flush()

        say({"id": 0, "method": "initialize", "params": _START})
        found = [process.stdout.readline()]
        say({"method": "notifications/initialized"})
        for number, (method, parameters) in enumerate(calls, 1):
            say({"id": number, "method": method, "params": parameters})
            found.append(process.stdout.readline())
        process.stdin.close()
    return found
