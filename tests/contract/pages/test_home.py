"""The first page says what the graph holds: each figure is a count, by the name of what is counted."""

from __future__ import annotations

import re

from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.store import open_store
from ahg_graph.sparql.types import Question
from support.html import Page
from support.namespaces import DOCUMENTS, ONT
from support.servers import Running


def test_the_figures_are_counts_of_what_they_name(site: Running, real_snapshot: Snapshot) -> None:
    page = Page(site.client.get("/", headers={"accept": "text/html"}).text)
    names = {"source documents": "SourceDocument", "parts of them, cited": "DocumentPart", "meetings": "Meeting"}
    names |= {"decisions and tasks": "Decision", "attendances": "Attendance", "initiatives": "Initiative"}
    names |= {"disagreements of the sources": "Discrepancy"}
    names |= {"states, organisations, bodies and other agents": "Agent"}
    store = open_store(real_snapshot.path / "store")
    counts = {}
    for label, name in names.items():
        query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s a <{ONT}{name}> }}"
        counts[label] = re.findall(r'"value":"([0-9]+)"', bytes(store.answer(Question(query)).body).decode())[0]
    shown = {label: text.replace(",", "") for label, text in page.facts().items()}
    assert shown == counts
    assert shown["source documents"] == str(len(DOCUMENTS)) == "5"
