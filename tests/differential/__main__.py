"""Hold our answers against those of Jena and rdflib: `python -m differential`, with `tests` on the path."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from ahg_graph.config.paths import find_folder
from ahg_graph.snapshot import open_at_hand
from ahg_graph.sparql.memory_dataset import read_quads
from differential.comparing import compare


def main() -> int:
    """Compare, say what was found, and return 1 if something is unexplained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=500, help="queries for each part of the graph")
    parser.add_argument("--rounds", type=int, default=4, help="parts of the graph")
    parser.add_argument("--seed", type=int, default=None, help="of the first round; another each time, if not given")
    words = parser.parse_args()
    first = words.seed if words.seed is not None else random.SystemRandom().randrange(10**9)
    quads = read_quads(open_at_hand(find_folder("snapshots")).store)
    failed = False
    for seed in range(first, first + words.rounds):
        with tempfile.TemporaryDirectory() as folder:
            report = compare(quads, seed, words.queries, Path(folder))
        print(f"seed {seed}:", ", ".join(f"{count} {outcome}" for outcome, count in report.outcomes.most_common()))
        for query in report.unexplained:
            failed = True
            print("unexplained:", query)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
