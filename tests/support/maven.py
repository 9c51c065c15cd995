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


def hold_repository() -> FileLock:
    """Return a lock for what fetches into Maven's repository or build/: two at once may take each other's halves."""
    (HOME / "build").mkdir(exist_ok=True)
    return FileLock(HOME / "build" / "fetching.lock")


def find_classpath(pom: Path, folder: Path) -> str:
    """Return the class path of a Maven project's dependencies, which is written into a folder."""
    output = folder / "classpath"
    call = ["mvn", "-q", "-B", "-f", str(pom), "dependency:build-classpath", f"-Dmdep.outputFile={output}"]
    with hold_repository():
        subprocess.run(call, check=True, capture_output=True)
    return output.read_text()
