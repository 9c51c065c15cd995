"""Measure resolution and binding on the real graph: `python -m benchmarks.saved_queries.binding [SNAPSHOT]`.

For each query of the catalogue, with its example: the median and the 99th percentile of a thousand bindings, values
resolved by slug, by code and by name as the example gives them. The bar is one millisecond.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from ahg_graph.queries.binding import bind_query
from ahg_graph.queries.catalogue import find_query_folder, load_catalogue
from ahg_graph.queries.name_resolver import open_names
from ahg_graph.snapshot import open_snapshot

ROUNDS = 1000


def main() -> int:
    """Print a table of microseconds; the exit code is 1 when a median is over a millisecond."""
    snapshot = open_snapshot(Path(sys.argv[1] if len(sys.argv) > 1 else "build/snapshots/current"))
    start = time.perf_counter()
    names = open_names(snapshot.path)
    print(f"names opened in {1000 * (time.perf_counter() - start):.1f} ms")
    worst = 0.0
    print(f"{'query':34}{'median us':>10}{'99 % us':>10}")
    for query in load_catalogue(find_query_folder()).current.values():
        bind_query(query, query.example, names)
        took = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            bind_query(query, query.example, names)
            took.append(1e6 * (time.perf_counter() - start))
        median = statistics.median(took)
        worst = max(worst, median)
        print(f"{query.name:34}{median:10.0f}{statistics.quantiles(took, n=100)[98]:10.0f}")
    return int(worst > 1000)


if __name__ == "__main__":
    sys.exit(main())
