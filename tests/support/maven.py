"""What Maven fetches for a check that is written in Java."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock

HOME = Path(__file__).parents[2]

needs_java = [
    pytest.mark.java,
    pytest.mark.skipif(not (shutil.which("java") and shutil.which("mvn")), reason="no Java runtime or no Maven"),
]
"""Marks of a module whose tests run a program of a Maven project."""


def find_classpath(pom: Path, folder: Path) -> str:
    """Return the class path of a Maven project's dependencies, fetched where they are not there; writes into a folder.

    One at a time: two that fetch the same file into Maven's repository may each take the other's half.
    """
    output = folder / "classpath"
    (HOME / "build").mkdir(exist_ok=True)
    call = ["mvn", "-q", "-B", "-f", pom, "dependency:build-classpath", f"-Dmdep.outputFile={output}"]
    with FileLock(HOME / "build" / "maven.lock"):
        subprocess.run(call, check=True, capture_output=True)
    return output.read_text()
