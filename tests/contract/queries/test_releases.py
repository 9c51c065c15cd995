"""Answers bound to a release, and what a later release changed in them, on two releases built from data that differ."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from ahg_graph.build.pipeline import build
from ahg_graph.errors import SnapshotError
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.model import SavedQuery
from ahg_graph.release import Release, make_release, verify_release
from ahg_graph.service import query_service
from ahg_graph.snapshot import Snapshot
from ahg_server.http import urls
from support.servers import Running, run

HOME = Path(__file__).parents[3]
NAMES = "/queries/names"
FIFTH = {"entity": "ahg-som-05"}
SHORT = "fifth meeting of AHG Senior Officials"
FOURTH = "fourth meeting of AHG Senior Officials"
VARIANT = "fifth Meeting of Ad Hoc Group (AHG) Senior Officials"
ONCE = "the meeting in October"
QUERIES = list(load_catalogue(HOME / "queries").current.values())


@dataclass(frozen=True)
class Served:
    """A server over the later release, with the earlier one beside it."""

    running: Running
    earlier: Release
    later: Release
    releases: Path

    def get(self, path: str, params: Any = None, **headers: str) -> httpx.Response:
        response = self.running.client.get(path, params=params, headers=headers)
        assert response.status_code == 200, response.text
        return response

    def problem(self, path: str, params: Any = None) -> dict[str, Any]:
        found: dict[str, Any] = self.running.client.get(path, params=params).json()
        return found

    def compare(self, params: Any, path: str = NAMES) -> dict[str, Any]:
        pairs = {**params, "since": self.earlier.identity, "release": self.later.identity}
        found: dict[str, Any] = self.get(f"{path}/changes.json", pairs).json()
        return found


def make_earlier_home(folder: Path) -> Path:
    """Return a home whose statement of the 5th meeting names things otherwise, and whose catalogue lacks a query."""
    for name in ("ontology", "data", "queries"):
        shutil.copytree(HOME / name, folder / name)
    shutil.copy(HOME / "graph.toml", folder)
    record = folder / "data" / "record" / "s5.ttl"
    text = record.read_text(encoding="utf-8")
    short = re.search(rf'\nname:\S+ a ahg:Name ;[^.]*?"{SHORT}"@en ;.*?\.\n', text, re.DOTALL)
    assert short is not None
    text = text.replace(short.group(), "\n")
    for old, new in (
        (f'"{VARIANT}"@en ;\n  ahg:kind namekind:variant ;\n  ahg:evidencedBy s5:p1 .',
         f'"{VARIANT}"@en ;\n  ahg:kind namekind:variant ;\n  ahg:evidencedBy s5:p18 .'),
        (f'ahg:nameOf meeting:ahg-som-04 ;\n  ahg:nameText "{FOURTH}"@en',
         f'ahg:nameOf meeting:ahg-som-05 ;\n  ahg:nameText "{FOURTH}"@en'),
    ):  # fmt: skip
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    text += f"""
name:ahg-som-05-once a ahg:Name ;
  ahg:nameOf meeting:ahg-som-05 ; ahg:nameText "{ONCE}"@en ; ahg:kind namekind:short ; ahg:evidencedBy s5:p1 .
"""
    record.write_text(text, encoding="utf-8")
    (folder / "queries" / "instruments.rq").unlink()
    promises = json.loads((folder / "queries" / "interfaces.json").read_text(encoding="utf-8"))
    del promises["instruments@1"]
    (folder / "queries" / "interfaces.json").write_text(json.dumps(promises), encoding="utf-8")
    with (folder / "queries" / "documents.rq").open("a", encoding="utf-8") as file:
        file.write("# as it was\n")
    return folder


@pytest.fixture(scope="module")
def served(real_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("releases")
    releases = folder / "releases"
    before = build(make_earlier_home(folder / "home"), folder / "snapshots")
    earlier = make_release(before, releases, datetime(2014, 8, 5, tzinfo=UTC))
    later = make_release(real_snapshot, releases, datetime(2014, 8, 6, tzinfo=UTC), releases / earlier.identity)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AHG_GRAPH_RELEASES", str(releases))
        patch.setenv("AHG_GRAPH_SNAPSHOTS", str(folder / "snapshots"))
        with run(real_snapshot) as running:
            yield Served(running, earlier, later, releases)


def list_names(response: httpx.Response) -> set[tuple[str, str]]:
    return {(row["name"], row["locator"]) for row in response.json()}


def test_an_answer_bound_to_a_release_is_of_its_data(served: Served) -> None:
    old = served.get(f"{NAMES}.json", {**FIFTH, "release": served.earlier.identity})
    new = served.get(f"{NAMES}.json", {**FIFTH, "release": served.later.identity})
    plain = served.get(f"{NAMES}.json", FIFTH)
    assert new.json() == plain.json()
    assert list_names(old) - list_names(new) == {(VARIANT, "para 18"), (FOURTH, "para 3"), (ONCE, "para 1")}
    assert list_names(new) - list_names(old) == {(VARIANT, "para 1"), (SHORT, "para 17; para 18")}
    assert [r.headers["release"] for r in (old, new, plain)] == [
        served.earlier.identity, served.later.identity, served.later.identity,
    ]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_answer_leads_to_its_permanent_address_and_its_changes(served: Served, query: SavedQuery) -> None:
    ending = "nt" if query.is_graph else "csv"
    answer = served.get(urls.answer(query.name, ending, urls.to_pairs(query.example)))
    found = dict(re.findall(r'<([^>]+)>; rel="(bookmark|version-history)"', answer.headers["link"]))
    (permanent, history) = found
    assert f"@{query.version}.{ending}" in permanent and f"release={served.later.identity}" in permanent
    assert served.get(permanent).content == answer.content
    old = served.get(permanent.replace(served.later.identity, served.earlier.identity))
    page = served.get(history, accept="text/html")
    assert f"<code>{served.earlier.identity}</code>" in page.text
    if query.name not in ("names", "documents", "instruments", "search", "evidence"):
        assert old.content == answer.content, "the two releases differ in names of meetings alone"


def test_what_a_release_changed_in_a_graph_is_listed_triple_by_triple(served: Served) -> None:
    path = "/queries/entity-description"
    old, new = (
        set(served.get(f"{path}.nt", {**FIFTH, "release": release.identity}).text.splitlines())
        for release in (served.earlier, served.later)
    )
    found = served.get(f"{path}/changes.json", FIFTH).json()
    kinds: dict[str, set[str]] = {"added": set(), "removed": set()}
    for change in found["changes"]:
        row = change["after"] or change["before"]
        assert list(row) == found["key"] == ["subject", "predicate", "object"]
        kinds[change["change"]].add(f"<{row['subject']}> <{row['predicate']}>")
    assert new - old and old - new
    assert kinds["added"] == {" ".join(line.split()[:2]) for line in new - old}
    assert kinds["removed"] == {" ".join(line.split()[:2]) for line in old - new}
    assert found["counts"] == {
        "added": len(new - old), "removed": len(old - new), "changed": 0, "unchanged": len(old & new),
    }  # fmt: skip


def test_a_release_answers_from_its_file_alone(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, real_snapshot: Snapshot
) -> None:
    pairs = {**FIFTH, "release": served.earlier.identity}
    expected = served.get(f"{NAMES}.csv", pairs).content
    monkeypatch.setenv("AHG_GRAPH_SNAPSHOTS", str(tmp_path))
    with run(real_snapshot) as running:
        answer = running.client.get(f"{NAMES}.csv", params=pairs)
        assert (answer.status_code, answer.content) == (200, expected), answer.text
        # What the release does not hold is refused, not left out.
        refused = running.client.get("/queries/attendance.json", params={
            "meeting": "ahg-som-05", "release": served.earlier.identity, "evidence": "1",
        })  # fmt: skip
        assert (refused.status_code, refused.json()["code"]) == (410, "release-gone")


def test_what_changed_is_listed_whole(served: Served) -> None:
    found = served.compare(FIFTH)
    assert found["counts"] == {
        "added": 1, "removed": 2, "changed": 1, "unchanged": len(served.get(f"{NAMES}.json", FIFTH).json()) - 2,
    }  # fmt: skip
    assert {(c["change"], (c["after"] or c["before"])["name"]) for c in found["changes"]} == {
        ("added", SHORT), ("removed", FOURTH), ("removed", ONCE), ("changed", VARIANT),
    }  # fmt: skip
    (changed,) = (c for c in found["changes"] if c["change"] == "changed")
    assert changed["columns"] == ["locator"]
    assert (changed["before"]["locator"], changed["after"]["locator"]) == ("para 18", "para 1")
    assert all((c["before"] is None) == (c["change"] == "added") for c in found["changes"])
    assert all((c["after"] is None) == (c["change"] == "removed") for c in found["changes"])


def test_the_other_way_round_what_was_added_is_removed(served: Served) -> None:
    pairs = {**FIFTH, "since": served.later.identity, "release": served.earlier.identity}
    found = served.get(f"{NAMES}/changes.json", pairs).json()
    forth = served.compare(FIFTH)
    kinds = {"added": "removed", "removed": "added", "changed": "changed"}

    def read(changes: list[dict[str, Any]], back: bool) -> set[tuple[str, str, str]]:
        before, after = ("after", "before") if back else ("before", "after")
        return {(kinds[c["change"]] if back else c["change"], str(c[before]), str(c[after])) for c in changes}

    assert read(found["changes"], back=True) == read(forth["changes"], back=False)


def test_the_table_of_changes_says_the_same(served: Served) -> None:
    pairs = {**FIFTH, "since": served.earlier.identity, "release": served.later.identity}
    response = served.get(f"{NAMES}/changes.csv", pairs)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8"), newline="")))
    query = next(q for q in QUERIES if q.name == "names")
    columns = [column.name for column in query.columns]
    rest = [name for name in columns if name not in query.key]
    assert list(rows[0]) == ["change", *columns, "changed", *(f"{name}Before" for name in rest)]
    expected = []
    for change in served.compare(FIFTH)["changes"]:
        row = {name: value or "" for name, value in (change["after"] or change["before"]).items()}
        before = {f"{n}Before": change["before"][n] if n in change["columns"] else "" for n in rest}
        expected.append({"change": change["change"], **row, "changed": "; ".join(change["columns"]), **before})
    assert rows == expected
    marked = served.get(f"{NAMES}/changes.csv", {**pairs, "excel": "1"})
    assert marked.content == b"\xef\xbb\xbf" + response.content


def test_the_page_of_changes_shows_them(served: Served) -> None:
    pairs = {**FIFTH, "since": served.earlier.identity, "release": served.later.identity}
    page = served.get(f"{NAMES}/changes", pairs, accept="text/html").text
    added, removed, changed = page.split("<section")[1:]
    assert SHORT in added and ONCE in removed and FOURTH in removed
    assert VARIANT in changed and "para 1 <del>para 18</del>" in changed
    assert [part.count("<tr>") - 1 for part in (added, removed, changed)] == [1, 2, 1]


def test_without_names_the_served_release_is_compared_with_the_one_before(served: Served) -> None:
    plain = served.get(f"{NAMES}/changes.json", FIFTH)
    assert plain.json() == served.compare(FIFTH)
    assert "public" not in plain.headers["cache-control"]  # it depends on what is kept
    other = next(q.name for q in QUERIES if q.name == "meetings")
    assert served.get(f"/queries/{other}@1/changes.json").json()["counts"]["unchanged"] > 40


def test_a_release_compared_with_itself_has_not_changed(served: Served) -> None:
    for release in (served.earlier, served.later):
        pairs = {**FIFTH, "since": release.identity, "release": release.identity}
        found = served.get(f"{NAMES}/changes.json", pairs).json()
        rows = served.get(f"{NAMES}.json", {**FIFTH, "release": release.identity}).json()
        assert found["changes"] == []
        assert found["counts"] == {"added": 0, "removed": 0, "changed": 0, "unchanged": len(rows)}


def test_a_name_that_one_release_does_not_know_is_asked_by_what_the_other_means(served: Served) -> None:
    for name, stranger in ((SHORT, served.earlier), (ONCE, served.later)):
        found = served.compare({"entity": name})
        assert found["counts"] == served.compare(FIFTH)["counts"]
        assert [note.partition(":")[0] for note in found["notes"]] == [stranger.identity]


def test_a_name_that_changed_its_meaning_is_refused(served: Served) -> None:
    pairs = {"entity": FOURTH, "since": served.earlier.identity, "release": served.later.identity}
    found = served.problem(f"{NAMES}/changes.json", pairs)
    assert (found["status"], found["parameter"]) == (422, "entity")
    assert [text.rpartition("/")[2] for text in found["candidates"]] == ["ahg-som-05", "ahg-som-04"]
    both = served.problem(f"{NAMES}/changes.json", {**pairs, "entity": "atlantis"})
    assert (both["status"], both["parameter"]) == (422, "entity")


@pytest.mark.parametrize("path", [f"{NAMES}.json", f"{NAMES}.csv", f"{NAMES}/changes.json"])
@pytest.mark.parametrize("identity", ["0123456789abcdef", "..", "x" * 200, "current"])
def test_an_unknown_release_is_not_found(served: Served, path: str, identity: str) -> None:
    found = served.problem(path, {**FIFTH, "release": identity})
    assert (found["status"], found["code"]) == (404, "unknown-name")
    if identity.isalnum() and len(identity) < 65:
        assert [text.partition(" ")[0] for text in found["candidates"]] == [
            served.later.identity, served.earlier.identity,
        ]  # fmt: skip


def test_a_release_that_cannot_be_opened_is_gone_and_leaves_nothing_running(
    served: Served, real_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one whose names an earlier version of this software wrote."""

    def refuse(*_: object) -> None:
        raise SnapshotError("another format")

    with run(real_snapshot) as running:
        running.client.get(f"{NAMES}.json", params=FIFTH)
        for name in ("open_names", "parse_names"):
            monkeypatch.setattr(query_service, name, refuse)
        processes = len(psutil.Process().children(recursive=True))
        for _ in range(3):
            found = running.client.get(f"{NAMES}.json", params={**FIFTH, "release": served.earlier.identity})
            assert (found.status_code, found.json()["code"]) == (410, "release-gone")
            assert "another format" in found.json()["detail"]
        assert len(psutil.Process().children(recursive=True)) == processes


def test_a_release_that_is_not_available_or_damaged_is_gone(
    served: Served, real_snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AHG_GRAPH_RELEASES", str(tmp_path))
    monkeypatch.setenv("AHG_GRAPH_SNAPSHOTS", str(tmp_path / "none"))
    shutil.copytree(served.releases / served.later.identity, tmp_path / served.later.identity)
    pairs = {**FIFTH, "release": served.earlier.identity}
    with run(real_snapshot) as running:
        found = running.client.get(f"{NAMES}.json", params=pairs)
        assert (found.status_code, found.json()["code"]) == (410, "release-gone")
        assert [text.partition(" ")[0] for text in found.json()["candidates"]] == [served.later.identity]
        alone = running.client.get(f"{NAMES}/changes.json", params=FIFTH)
        assert (alone.status_code, alone.json()["code"]) == (404, "not-found")
        shutil.copytree(served.releases / served.earlier.identity, tmp_path / served.earlier.identity)
        with (tmp_path / served.earlier.identity / "all.trig").open("a") as file:
            file.write("# a slip\n")
        damaged = running.client.get(f"{NAMES}.json", params=pairs)
        assert (damaged.status_code, damaged.json()["code"]) == (410, "release-gone")
        shutil.copy(served.releases / served.earlier.identity / "all.trig", tmp_path / served.earlier.identity)
        verify_release(tmp_path / served.earlier.identity)
        assert running.client.get(f"{NAMES}.json", params=pairs).status_code == 200


@pytest.mark.parametrize(("name", "code"), [("names", None), ("instruments", "absent"), ("documents", "reworded")])
def test_a_release_made_with_another_question_says_so(served: Served, name: str, code: str | None) -> None:
    query = next(query for query in QUERIES if query.name == name)
    pairs = [*urls.to_pairs(query.example), ("release", served.earlier.identity)]
    answer = served.get(f"/queries/{name}.csv", pairs)
    said = answer.headers.get("release-contract", "")
    assert said.partition(";")[0] == (code or "")
    page = served.get(f"/queries/{name}", pairs, accept="text/html").text
    notes = served.get(f"/queries/{name}/changes.json", urls.to_pairs(query.example)).json()["notes"]
    assert bool(notes) == bool(code)
    if code:
        (sentence,) = re.findall(r'reason="([^"]+)"', said)
        assert sentence.replace("'", "&#39;") in page
        assert notes == [f"{served.earlier.identity}: {sentence}"]
    assert "release-contract" not in served.get(f"/queries/{name}.csv", urls.to_pairs(query.example)).headers


@pytest.mark.parametrize(
    ("path", "params", "parameter"),
    [
        (f"{NAMES}.json", {"since": "x"}, "since"),
        (f"{NAMES}/changes.json", {"evidence": "1"}, "evidence"),
        (f"{NAMES}/changes.json", {"pageSize": "5"}, "pageSize"),
        (f"{NAMES}/changes.json", {"entities": "rso"}, "entities"),
    ],
)
def test_what_a_comparison_does_not_take_is_reported(
    served: Served, path: str, params: dict[str, str], parameter: str
) -> None:
    found = served.problem(path, {**FIFTH, **params})
    assert (found["status"], found["parameter"]) == (422, parameter)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/queries/nothing/changes", 404), (f"{NAMES}/changes.ttl", 404), (f"{NAMES}.csv/changes", 404),
     (f"{NAMES}@2/changes.csv", 404), (f"{NAMES}/changes?format=srx&entity=rso", 406)],
)  # fmt: skip
def test_a_comparison_that_is_not_there_is_not_found(served: Served, path: str, status: int) -> None:
    assert served.problem(path)["status"] == status


def test_the_page_of_a_bound_answer_stays_bound(served: Served) -> None:
    pairs = {**FIFTH, "release": served.earlier.identity, "evidence": "1"}
    page = served.get(NAMES, pairs, accept="text/html").text
    assert ONCE in page
    assert f'<input type="hidden" name="release" value="{served.earlier.identity}">' in page
    assert "/explain?" not in page.partition("<main")[2]  # the proof there would be that of the release served
    for link in re.findall(r'<p class="formats">.*?</p>', page, re.DOTALL):
        assert link.count(f"release={served.earlier.identity}") == link.count("href=")
