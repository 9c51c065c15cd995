"""What the IRI of a version names never changes: earlier ones are kept, and a changed one is not released."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ahg_graph.build.pipeline import build
from ahg_graph.errors import BuildFailed, ReleaseError
from ahg_graph.release import Release, make_release
from ahg_graph.snapshot import Snapshot

TIME = datetime(2013, 4, 2, tzinfo=UTC)
ONT = "https://w3id.org/ahg-graph/ont"
HEADER = "<https://w3id.org/ahg-graph/ont> a owl:Ontology ;"
EARLIER = f"""@prefix owl: <http://www.w3.org/2002/07/owl#> .
<{ONT}> a owl:Ontology ; owl:versionIRI <{ONT}/0.0.1> .
"""


def set_header(home: Path, text: str) -> None:
    path = home / "ontology" / "ahg.ttl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(f"{text}\n" if line.startswith(HEADER) else line for line in lines), encoding="utf-8")


def keep(home: Path, name: str, text: str) -> None:
    path = home / "ontology" / "versions" / "ont" / f"{name}.ttl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def make(home: Path, folder: Path, since: Release | None = None) -> Release:
    snapshot: Snapshot = build(home, folder / "snapshots")
    return make_release(snapshot, folder / "releases", TIME, folder / "releases" / since.identity if since else None)


def change(home: Path) -> None:
    with (home / "ontology" / "ahg.ttl").open("a", encoding="utf-8") as file:
        file.write("ahg:Agent rdfs:label 'agent'@en .\n")


def test_a_snapshot_carries_the_versions_that_are_kept(small_home: Path, tmp_path: Path) -> None:
    keep(small_home, "0.0.1", EARLIER)
    set_header(small_home, f"{HEADER} owl:versionIRI <{ONT}/0.0.2> ; owl:priorVersion <{ONT}/0.0.1> .")
    snapshot = build(small_home, tmp_path / "snapshots")
    assert (snapshot.path / "versions" / "ont" / "0.0.1.ttl").read_text(encoding="utf-8") == EARLIER
    assert "ontology/versions/ont/0.0.1.ttl" in snapshot.manifest.sources
    assert f"{ONT}/0.0.1" not in snapshot.manifest.graphs


def test_a_version_before_that_is_not_kept_is_a_problem(small_home: Path, tmp_path: Path) -> None:
    set_header(small_home, f"{HEADER} owl:versionIRI <{ONT}/0.0.2> ; owl:priorVersion <{ONT}/0.0.1> .")
    with pytest.raises(BuildFailed) as failure:
        build(small_home, tmp_path / "snapshots")
    assert [str(problem) for problem in failure.value.problems] == [
        f"ontology/ahg.ttl:7: the version before, <{ONT}/0.0.1>, has no file; put its text into "
        "ontology/versions/ont/0.0.1.ttl"
    ]


def test_a_kept_text_is_of_its_own_version(small_home: Path, tmp_path: Path) -> None:
    keep(small_home, "0.0.3", EARLIER)
    with pytest.raises(BuildFailed, match=r"0\.0\.3\.ttl: its owl:versionIRI is not"):
        build(small_home, tmp_path / "snapshots")


def test_a_changed_ontology_needs_a_new_version(small_home: Path, tmp_path: Path) -> None:
    set_header(small_home, f"{HEADER} owl:versionIRI <{ONT}/0.0.2> .")
    first = make(small_home, tmp_path)
    change(small_home)
    with pytest.raises(ReleaseError, match=f"changed since release {first.identity} .* raise owl:versionIRI"):
        make(small_home, tmp_path, first)
    set_header(small_home, f"{HEADER} owl:versionIRI <{ONT}/0.0.3> .")
    assert make(small_home, tmp_path, first).since == first.identity


def test_data_may_change_under_one_version(small_home: Path, tmp_path: Path) -> None:
    set_header(small_home, f"{HEADER} owl:versionIRI <{ONT}/0.0.2> .")
    first = make(small_home, tmp_path)
    record = small_home / "data" / "record" / "s5.ttl"
    record.write_text(record.read_text(encoding="utf-8") + "agent:one ahg:memberIn body:group .\n", encoding="utf-8")
    assert make(small_home, tmp_path, first).since == first.identity


def test_a_kept_version_cannot_be_released_otherwise(small_home: Path, tmp_path: Path) -> None:
    keep(small_home, "0.0.1", EARLIER)
    set_header(small_home, f"{HEADER} owl:versionIRI <{ONT}/0.0.1> .")
    with pytest.raises(ReleaseError, match=r"changed since ontology/versions/ont/0\.0\.1\.ttl"):
        make(small_home, tmp_path)
