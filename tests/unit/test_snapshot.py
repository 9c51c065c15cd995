"""A snapshot is whole or refused: built beside, verified, swapped in one step, found out when damaged."""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ahg_graph.build import pipeline as building
from ahg_graph.build.pipeline import build, read_time
from ahg_graph.errors import BuildFailed, SnapshotError
from ahg_graph.snapshot import Snapshot, make_current, open_current, open_snapshot, verify
from ahg_graph.sparql.media_types import CSV
from ahg_graph.sparql.store import open_store
from ahg_graph.sparql.types import SparqlQuery

GRAPH = "https://w3id.org/ahg-graph/graph/"
ONT = "https://w3id.org/ahg-graph/ont#"


@pytest.fixture
def snapshots(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


@pytest.fixture
def snapshot(small_home: Path, snapshots: Path) -> Snapshot:
    return build(small_home, snapshots)


def list_names(snapshots: Path) -> set[str]:
    return {path.name for path in snapshots.iterdir()}


def change(home: Path) -> None:
    with (home / "data" / "record" / "s5.ttl").open("a", encoding="utf-8") as file:
        file.write("agent:two ahg:memberIn body:group .\n")


def spoil(home: Path) -> None:
    with (home / "data" / "record" / "s5.ttl").open("a", encoding="utf-8") as file:
        file.write("agent:two ahg:memberIn\n")


def test_manifest_says_what_is_in_it(small_home: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    manifest = build(small_home, snapshots).manifest
    assert manifest.created == "1970-01-02T00:00:00Z"
    assert manifest.graphs == {
        GRAPH + "inferred": 1,
        GRAPH + "ontology": 16,
        GRAPH + "record/S5": 1,
        GRAPH + "register/things": 6,
    }
    assert (manifest.asserted, manifest.inferred) == (23, 1)
    assert {name: n for name, n in manifest.classes.items() if name.startswith(ONT)} == {
        ONT + "Agent": 2,
        ONT + "Body": 1,
    }
    assert manifest.versions["ontology"] == "0.0.1"
    assert set(manifest.sources) == {
        "data/record/s5.ttl",
        "data/register/things.ttl",
        "ontology/ahg.ttl",
        "ontology/shapes/agents.ttl",
    }
    assert manifest.warnings == (
        "data/register/things.ttl:7: agent:two ahg:memberIn: is it a member nowhere? [ahgs:Agent]",
    )


def test_each_file_is_a_graph_and_a_plain_query_sees_all(snapshot: Snapshot) -> None:
    store = open_store(snapshot.store)
    assert list(store.list_graphs()) == sorted(snapshot.manifest.graphs)
    text = f"SELECT ?g {{ GRAPH ?g {{ ?s ?p ?o }} ?s <{ONT}hasMember>|<{ONT}memberIn> ?o }} ORDER BY ?g"
    assert bytes(store.answer(SparqlQuery(text, results_type=CSV)).body).decode().split() == [
        "g",
        GRAPH + "inferred",
        GRAPH + "record/S5",
    ]


def test_same_sources_give_the_same_snapshot(
    small_home: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    first = build(small_home, snapshots)
    inode = first.path.stat().st_ino
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    again = build(small_home, snapshots)
    assert again == first
    assert again.path.stat().st_ino == inode
    elsewhere = build(small_home, snapshots.with_name("other"))
    assert elsewhere.manifest.identity == first.manifest.identity
    assert elsewhere.manifest.content == first.manifest.content


def test_other_sources_give_another_snapshot_and_it_becomes_current(small_home: Path, snapshots: Path) -> None:
    first = build(small_home, snapshots)
    change(small_home)
    second = build(small_home, snapshots)
    assert first.manifest.identity != second.manifest.identity
    assert open_current(snapshots) == second
    assert list_names(snapshots) == {"current", first.path.name, second.path.name}
    make_current(first, snapshots)
    assert open_current(snapshots) == first


def test_a_failed_build_leaves_everything_as_it_was(small_home: Path, snapshots: Path, snapshot: Snapshot) -> None:
    before = list_names(snapshots)
    spoil(small_home)
    with pytest.raises(BuildFailed) as failure:
        build(small_home, snapshots)
    assert len(failure.value.problems) == 1
    assert list_names(snapshots) == before
    assert open_current(snapshots) == snapshot
    verify(snapshot)


@pytest.mark.parametrize("stage", ["write_store", "commit", "make_current"])
def test_a_build_that_breaks_off_leaves_the_old_snapshot_current(
    small_home: Path, snapshots: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    def break_off(*arguments: object, **options: object) -> None:
        raise RuntimeError("broken off")

    change(small_home)
    monkeypatch.setattr(building, stage, break_off)
    with pytest.raises(RuntimeError, match="broken off"):
        build(small_home, snapshots)
    assert open_current(snapshots) == snapshot
    assert not [name for name in list_names(snapshots) if name.startswith(".")]
    verify(open_current(snapshots))


def largest(snapshot: Snapshot) -> Path:
    return max(
        (path for path in snapshot.store.iterdir() if path.suffix == ".sst"), key=lambda path: path.stat().st_size
    )


def test_a_truncated_file_is_found_out(snapshot: Snapshot) -> None:
    path = largest(snapshot)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(SnapshotError, match=rf"store/{path.name} .*{len(data) // 2}"):
        verify(snapshot)


def test_a_flipped_bit_is_found_out(snapshot: Snapshot) -> None:
    path = largest(snapshot)
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(SnapshotError, match=rf"store/{path.name} .*{len(data)}"):
        verify(snapshot, content=False)


def test_missing_and_added_files_are_found_out_together(snapshot: Snapshot) -> None:
    gone = largest(snapshot)
    gone.unlink()
    (snapshot.store / "more").write_text("x")
    with pytest.raises(SnapshotError, match=rf"store/{gone.name}.*store/more"):
        verify(snapshot)


def test_a_store_that_holds_something_else_is_found_out(small_home: Path, snapshots: Path, snapshot: Snapshot) -> None:
    """Another snapshot's files under this manifest, with the hashes of the files put right."""
    change(small_home)
    other = build(small_home, snapshots)
    facts = json.loads((snapshot.path / "manifest.json").read_text(encoding="utf-8"))
    facts["files"] = json.loads((other.path / "manifest.json").read_text(encoding="utf-8"))["files"]
    (other.path / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(SnapshotError):
        verify(open_snapshot(other.path))


def test_a_changed_manifest_is_found_out(snapshot: Snapshot) -> None:
    path = snapshot.path / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"inferred": 1', '"inferred": 2'), encoding="utf-8")
    with pytest.raises(SnapshotError):
        verify(open_snapshot(snapshot.path))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{", ""),
        ("[]", ""),
        ('{"format": 99}', "99"),
        ('{"format": 1}', ""),
        ('{"format": 1, "files": {}, "warnings": []}', ""),
    ],
)
def test_an_unreadable_manifest_is_an_error(tmp_path: Path, text: str, value: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(SnapshotError, match=value or None):
        open_snapshot(tmp_path)


def test_no_snapshot_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="ahg-graph build"):
        open_current(tmp_path)
    with pytest.raises(SnapshotError):
        open_snapshot(tmp_path)


def test_a_damaged_snapshot_in_the_folder_is_replaced(small_home: Path, snapshots: Path, snapshot: Snapshot) -> None:
    shutil.rmtree(snapshot.store)
    again = build(small_home, snapshots)
    assert again.path == snapshot.path
    verify(again)
    assert [name for name in list_names(snapshots) if name.startswith(".damaged-")]


def test_time_is_the_epoch_or_the_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert read_time(tmp_path) == datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= read_time(tmp_path) <= datetime.now(UTC)
    run = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run([*run, "init", "-q"], check=True)
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2013-03-05T00:00:00Z")
    subprocess.run([*run, "commit", "-q", "--allow-empty", "-m", "m"], check=True)
    assert read_time(tmp_path) == datetime(2013, 3, 5, tzinfo=UTC)
