"""The pages that are made from docstrings and from the notebook are what `python -m docs.make` gives."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest
from docs.make import DOCS, NOTEBOOK, Notebook, run_notebook, write_api, write_tutorial

from ahg_graph.snapshot import Snapshot


@pytest.fixture
def notebook() -> Notebook:
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))


def test_the_reference_is_what_the_docstrings_say() -> None:
    assert (DOCS / "api.md").read_text(encoding="utf-8") == write_api()


def test_the_tutorial_is_the_notebook_as_a_page(notebook: Notebook) -> None:
    assert (DOCS / "tutorial.md").read_text(encoding="utf-8") == write_tutorial(notebook)


def test_the_notebook_prints_what_it_says(
    notebook: Notebook, real_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AHG_GRAPH_SNAPSHOTS", str(real_snapshot.path.parent))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert run_notebook(notebook) == notebook


def test_every_link_between_pages_leads_to_a_file() -> None:
    pages = [*DOCS.parent.glob("*.md"), *DOCS.rglob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())]
    assert len(links) > 40
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []
