"""The process that hands over what a snapshot's files hold, started by `sparql.store`.

It is run as `python -m ahg_graph.workers.dump_process FOLDER`.

It writes every quad of the engine's files to its standard output, as N-Quads, and fails where it cannot.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ahg_graph.sparql.store import write_out


def main() -> None:
    """Write what the folder that is named holds."""
    write_out(Path(sys.argv[1]), sys.stdout.buffer)


if __name__ == "__main__":
    main()
