"""Requests made from the server's own description of its interface: every reply is one that the description foretells.

For each operation schemathesis sends the described examples, every boundary of every parameter, what no parameter
allows, other methods, and a number of random requests. It checks status, media type, headers and body of each reply
against the description, that what is described as wrong is refused, and that the server is never at fault.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from ahg_graph.snapshot import Snapshot
from ahg_graph.workers import Limits
from support.servers import run

CONFIGURATION = Path(__file__).with_name("api.toml")
COMMAND = (sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()")


def test_every_reply_is_one_that_the_description_foretells(real_snapshot: Snapshot, tmp_path: Path) -> None:
    with run(real_snapshot, Limits(timeout=2, memory=128)) as server:
        paths = server.client.get("/openapi.json").json()["paths"]
        done = subprocess.run(
            [*COMMAND, "--config-file", str(CONFIGURATION), "run", f"{server.url}/openapi.json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    tested = re.search(r"Tested: (\d+)", done.stdout)
    assert tested and int(tested[1]) == sum(len(operations) for operations in paths.values())
    generated = re.search(r"(\d+) generated, \1 passed", done.stdout)
    assert generated and int(generated[1]) > 1000, done.stdout
