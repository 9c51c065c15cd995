"""The page of figures is the one that the sources give."""

from __future__ import annotations

from pathlib import Path

from ahg_graph.build.statistics import count_statistics, write_page
from ahg_graph.snapshot import Snapshot
from support.namespaces import CHECKOUT


def test_the_page_in_the_documentation_is_what_the_snapshot_gives(home: Path, real_snapshot: Snapshot) -> None:
    page = (home / "docs" / "figures.md").read_text(encoding="utf-8")
    assert page == write_page(count_statistics(real_snapshot)), "renew it: ahg-graph figures --page > docs/figures.md"


def test_the_figures_add_up(real_snapshot: Snapshot) -> None:
    tables = {table.heading: table for table in count_statistics(real_snapshot)}
    *graphs, total = tables["Triples"].rows
    assert int(total[1]) == real_snapshot.manifest.asserted + real_snapshot.manifest.inferred
    assert sum(int(number) for _, number in graphs) == int(total[1])
    assert [row[0] for row in tables["Documents"].rows] == [document.key for document in CHECKOUT.documents]
