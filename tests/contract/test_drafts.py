"""What is being written is shown as it is saved, marked as a draft, with what is wrong with it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import httpx
import pytest

from support.homes import copy_small_home
from support.servers import COMMAND


@pytest.mark.slow
def test_a_draft_follows_each_saving(tmp_path: Path) -> None:
    home = copy_small_home(tmp_path)
    with subprocess.Popen(
        [*COMMAND, "serve", "--watch", "--port", "0"],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        told = iter(process.stdout.readline, "")
        try:
            url = next(line for line in told if line.startswith("http")).strip()
            with httpx.Client(headers={"accept": "text/html"}, follow_redirects=True, timeout=60) as client:
                before = client.get(f"{url}id/agent/one").text
                assert "<strong>Draft.</strong>" in before
                assert "No problems so far." in before
                with (home / "data/register/things.ttl").open("a", encoding="utf-8") as file:
                    file.write('agent:three a ahg:Agent ; skos:prefLabel "Three"@en ; ahg:memberIn body:grup .\n')
                assert f"{url}id/agent/one shows it, as a draft\n" in told
                after = client.get(f"{url}id/agent/three").text
            assert "Three" in after
            assert "1 problem so far:" in after
            assert "body:grup" in after and "did you mean body:group?" in after
        finally:
            process.terminate()
            process.wait()
    assert not (home / "build" / "snapshots").exists()
