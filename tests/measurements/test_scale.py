"""The measurement of large graphs runs: a small one is built as a stream, served, and every question answered."""

import json
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).parents[2]
QUESTIONS = {path.stem for path in (HOME / "benchmarks" / "scale" / "questions").glob("*.rq")}


def test_a_small_graph_is_built_opened_and_asked() -> None:
    call = [sys.executable, "-m", "benchmarks.scale", "--smoke"]
    done = subprocess.run(call, cwd=HOME, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    results = HOME / "build" / "benchmarks" / "scale" / "smoke"
    (run,) = json.loads((results / "results.json").read_text(encoding="utf-8"))["runs"]
    assert run["build"]["asserted"] >= 10_000 * run["scale"]
    assert run["build"]["inferred"] > 0
    assert "shapes were not run" in run["build"]["left_out"]
    answers = run["serve"]["answers"]
    assert answers.keys() == QUESTIONS
    assert {name for name, answer in answers.items() if not answer.get("rows")} == set()
    assert min(run["build"]["memory"], run["build"]["disk"], run["serve"]["open"], run["serve"]["memory"]) > 0
    assert (results / "results.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert "shapes were not run" in (results / "results.md").read_text(encoding="utf-8")
