"""How long it takes to turn the values of a request into a query that is ready to run, for every saved query.

    python -m benchmarks.saved_queries            # prints the table of README.md
    python -m benchmarks.saved_queries --smoke    # a few seconds; the exit code says whether the bar is kept

Each query is bound with the example of its header, as a URL gives it (slugs, codes, dates), and then with every value
for a thing given by its IRI and by each of its recorded names. Binding is all that a saved query costs on top of the
same query sent as text: looking the values up, checking them, and writing the terms into the text. The bar: 1 ms.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from ahg_graph.errors import BadParameter
from ahg_graph.queries.binding import bind_query
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.model import SavedQuery
from ahg_graph.queries.name_resolver import Names, open_names
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.snapshot import open_current

ROOT = Path(__file__).parents[2]
BAR = 0.001
Given = Mapping[str, Sequence[str]]


def list_requests(query: SavedQuery, names: Names) -> list[Given]:
    """Return the example of a query, and the same with its things given by IRI and by label."""
    example = {name: list(values) for name, values in query.example.items()}
    found: list[Given] = [example]
    bound = bind_query(query, example, names)
    for name, values in bound.values.items():
        for value in values:
            if isinstance(value.term, NamedNode):
                for spelling in (value.term.value, value.label):
                    request = {**example, name: [spelling]}
                    try:
                        bind_query(query, request, names)
                    except BadParameter:
                        continue  # a label that two things share
                    found.append(request)
    return found


def measure(query: SavedQuery, given: Given, names: Names, batches: int) -> tuple[float, float]:
    """Return the median and the largest of the batches' mean seconds of one binding."""
    means = []
    for _ in range(batches):
        begun = time.perf_counter()
        for _ in range(20):
            bind_query(query, given, names)
        means.append((time.perf_counter() - begun) / 20)
    return median(means), max(means)


def time_refusal(query: SavedQuery, names: Names) -> float | None:
    """Return the seconds until a misspelt thing is refused with its near matches, or None: no parameter is a thing."""
    example = {name: list(values) for name, values in query.example.items()}
    for name, values in bind_query(query, example, names).values.items():
        if values and isinstance(values[0].term, NamedNode):
            begun = time.perf_counter()
            try:
                bind_query(query, {**example, name: [values[0].label[:-1] + "qz"]}, names)
            except BadParameter:
                return time.perf_counter() - begun
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="fewer repetitions")
    parser.add_argument("--snapshots", type=Path, default=ROOT / "build" / "snapshots")
    options = parser.parse_args()
    begun = time.perf_counter()
    names = open_names(open_current(options.snapshots).path)
    print(f"Names of the graph opened in {(time.perf_counter() - begun) * 1000:.1f} ms.\n")
    print("| query | ways of asking | median ms | slowest way, median ms | misspelt, refused after ms |")
    print("|---|--:|--:|--:|--:|")
    late = []
    for query in load_catalogue(ROOT / "queries").current.values():
        taken = [measure(query, given, names, 5 if options.smoke else 40)[0] for given in list_requests(query, names)]
        refusal = time_refusal(query, names)
        shown = f"{refusal * 1000:.1f}" if refusal else "-"
        print(f"| {query.name} | {len(taken)} | {median(taken) * 1000:.3f} | {max(taken) * 1000:.3f} | {shown} |")
        if max(taken) > BAR:
            late.append(query.name)
    if late:
        sys.exit(f"over {BAR * 1000:g} ms: {', '.join(late)}")


if __name__ == "__main__":
    main()
