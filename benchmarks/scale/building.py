"""The build that is measured: prints the name of each stage as it begins.

python -m benchmarks.scale.building HOME SNAPSHOTS
"""

from __future__ import annotations

import sys
from pathlib import Path

from ahg_graph.build.streaming import build_streaming


def main() -> None:
    build_streaming(Path(sys.argv[1]), Path(sys.argv[2]), lambda stage: print(stage, flush=True))
    print("end", flush=True)


if __name__ == "__main__":
    main()
