"""What saved queries have promised, and whether it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahg_graph.errors import CatalogueError
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.compatibility import FILE, check_compatibility, record_contracts

QUERY = """#+ summary: S
#+ description: D
#+ tags: [t]
#+ params:
#+   thing: {type: thing, description: T.}
#+   kind: {type: code, description: K., list: true}
#+ enumerate:
#+   - kind: [a, b]
#+ columns:
#+   a: {type: iri, meaning: A.}
#+   b: {type: text, meaning: B.}
#+ key: [a]
#+ example: {thing: x}

SELECT ?a ?b WHERE { ?a ?_thing_iri ?b FILTER(?b = COALESCE(?__kind, ?b)) } ORDER BY ?b ?a
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "q.rq").write_text(QUERY)
    record_contracts(tmp_path, load_catalogue(tmp_path))
    return tmp_path


def reasons(folder: Path) -> list[str]:
    return [error.reason for error in check_compatibility(folder, load_catalogue(folder))]


def test_what_is_recorded_is_kept(folder: Path) -> None:
    assert reasons(folder) == []


def test_where_nothing_is_recorded_nothing_is_promised(folder: Path) -> None:
    (folder / FILE).unlink()
    assert reasons(folder) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "#+   b: {type: text, meaning: B.}\n",
            "#+   b: {type: text, meaning: B.}\n#+   c: {type: iri, meaning: C.}\n",
        ),
        ("#+ enumerate:", "#+   more: {type: text, description: M.}\n#+ enumerate:"),
        ("meaning: A.", "meaning: Another sentence."),
    ],
)
def test_what_takes_nothing_back_is_allowed(folder: Path, old: str, new: str) -> None:
    text = QUERY.replace(old, new)
    if "more" in text:
        text = text.replace("WHERE {", 'WHERE { FILTER(COALESCE(?__more, "") = "")')
    (folder / "q.rq").write_text(text)
    assert reasons(folder) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([("#+   b: {type: text, meaning: B.}\n", "")], "the column `b` is gone or moved"),
        (
            [("{type: text, meaning: B.}", "{type: code, meaning: B.}")],
            "the column `b` was of type text and is of type code",
        ),
        ([("meaning: B.}", "meaning: B., optional: true}")], "the column `b` was never empty and may be"),
        ([("key: [a]", "key: [b, a]")], "the key was a and is b a"),
        (
            [("?__kind", "?_kind"), ("thing: x", "thing: x, kind: a")],
            "the parameter `kind` was optional and is required",
        ),
        ([(", list: true", "")], "the parameter `kind` was a list and takes one value"),
        (
            [("thing: {type: thing", "thing: {type: text"), ("?_thing_iri", "?_thing")],
            "the parameter `thing` was of type thing and is of type text",
        ),
        (
            [("thing: {", "other: {"), ("?_thing_iri", "?_other_iri"), ("{thing: x}", "{other: x}")],
            "the parameter `thing` is gone",
        ),
    ],
)
def test_what_takes_something_back_needs_a_new_version(
    folder: Path, changes: list[tuple[str, str]], reason: str
) -> None:
    text = QUERY
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "q.rq").write_text(text)
    found = reasons(folder)
    assert f"{reason}: give the changed query `version: 2` and keep this one as q@1.rq" in found
    with pytest.raises(CatalogueError):
        record_contracts(folder, load_catalogue(folder))

    (folder / "q.rq").write_text(text.replace("#+ tags", "#+ version: 2\n#+ tags"))
    assert any(said.startswith("q@1 was promised and is gone") for said in reasons(folder))
    (folder / "q@1.rq").write_text(QUERY)
    assert reasons(folder) == [f"version 2 is not recorded in {FILE}; `ahg-graph record-interfaces` records it"]
    record_contracts(folder, load_catalogue(folder))
    assert reasons(folder) == []


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_damaged_record_is_reported(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text)
    assert len(reasons(folder)) == 1
