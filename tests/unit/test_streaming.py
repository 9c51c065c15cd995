"""A graph built as a stream: the same triples as in memory, what it left out said, and no more memory than allowed."""

import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ahg_graph.build.pipeline import build
from ahg_graph.build.resource_estimates import IN_MEMORY, ON_DISK, STREAMED, count_triples
from ahg_graph.build.streaming import LEFT_OUT, build_streaming
from ahg_graph.errors import BuildDisk, BuildFailed, BuildMemory, SnapshotError
from ahg_graph.reasoning.subprocess_inference import infer_in_subprocess
from ahg_graph.snapshot import Snapshot, open_current, verify
from ahg_graph.snapshot.manifest import NAME, parse_manifest
from ahg_graph.sparql.memory_dataset import Loader, count_graphs, read_quads

Build = Callable[[Path, Path], Snapshot]


def append(home: Path, text: str) -> None:
    with (home / "data" / "record" / "s5.ttl").open("a", encoding="utf-8") as file:
        file.write(text)


def test_it_has_the_same_triples_as_a_build_in_memory(small_home: Path, tmp_path: Path) -> None:
    streamed, held = build_streaming(small_home, tmp_path / "a"), build(small_home, tmp_path / "b")
    assert set(read_quads(streamed.store)) == set(read_quads(held.store))
    ours, theirs = streamed.manifest, held.manifest
    assert (ours.graphs, ours.classes, ours.asserted, ours.inferred, ours.sources, ours.questions) == (
        theirs.graphs,
        theirs.classes,
        theirs.asserted,
        theirs.inferred,
        theirs.sources,
        theirs.questions,
    )


def test_the_manifest_says_what_was_left_out(small_home: Path, tmp_path: Path) -> None:
    assert build_streaming(small_home, tmp_path / "a").manifest.left_out == LEFT_OUT
    assert "shapes were not run" in LEFT_OUT
    assert build(small_home, tmp_path / "b").manifest.left_out == ()


def test_the_same_sources_give_the_same_snapshot_and_others_another(small_home: Path, tmp_path: Path) -> None:
    first, second = (build_streaming(small_home, tmp_path / name).manifest.identity for name in "ab")
    append(small_home, "agent:two ahg:memberIn body:group .\n")
    assert first == second != build_streaming(small_home, tmp_path / "c").manifest.identity


def test_verifying_counts_the_triples(small_home: Path, tmp_path: Path) -> None:
    snapshot = build_streaming(small_home, tmp_path / "snapshots")
    verify(snapshot)
    facts = json.loads((snapshot.path / NAME).read_text(encoding="utf-8"))
    facts["graphs"]["https://w3id.org/ahg-graph/graph/inferred"] += 1
    changed = Snapshot(snapshot.path, parse_manifest(json.dumps(facts)).identified())
    with pytest.raises(SnapshotError):
        verify(changed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("agent:two ahg:memberIn\n", "s5.ttl:"),
        ("agent:two ahg:memberIn [] .\n", "1 blank node"),
        ("agent:two a ahg:Body .\n", "cax-adc"),
    ],
    ids=["slip", "blank node", "contradiction"],
)
def test_problems_leave_the_current_snapshot(small_home: Path, tmp_path: Path, text: str, said: str) -> None:
    snapshots = tmp_path / "snapshots"
    before = build(small_home, snapshots)
    append(small_home, text)
    with pytest.raises(BuildFailed) as failure:
        build_streaming(small_home, snapshots)
    assert said in str(failure.value)
    assert open_current(snapshots) == before
    assert {path.name for path in snapshots.iterdir()} == {before.path.name, "current"}


@pytest.mark.parametrize("make", [build, build_streaming])
def test_too_little_memory_is_reported_before_anything_is_read(
    make: Build, small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AHG_GRAPH_BUILD_MEMORY", "50")
    append(small_home, "no Turtle")
    stages: list[str] = []
    with pytest.raises(BuildMemory) as failure:
        make(small_home, tmp_path / "snapshots", stages.append)  # type: ignore[call-arg]
    assert stages == []
    assert not (tmp_path / "snapshots").exists()
    needed = (IN_MEMORY if make is build else STREAMED).estimate(7)
    assert (failure.value.needed, failure.value.allowed) == (needed, 50)


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_too_little_disk_is_reported_before_anything_is_read(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def measure(place: Path) -> Usage:
        asked.append(place)
        return Usage(1 << 40, 1 << 40, 70 << 20)

    monkeypatch.setattr(shutil, "disk_usage", measure)
    append(small_home, "no Turtle")
    stages: list[str] = []
    with pytest.raises(BuildDisk) as failure:
        build_streaming(small_home, tmp_path / "not" / "yet" / "there", stages.append)
    assert (stages, asked) == ([], [tmp_path])
    assert not (tmp_path / "not").exists()
    needed = ON_DISK.estimate(7)
    assert (failure.value.needed, failure.value.free) == (needed, 70)


@pytest.mark.parametrize("piece", [1, 60, 61, 1000, 300_000, 1 << 30])
def test_lines_are_loaded_in_pieces_of_whole_lines(tmp_path: Path, piece: int) -> None:
    count = 5 if piece < 1000 else 20 if piece == 1000 else 10_000
    text = b"".join(b'<https://example.org/%d> <https://example.org/p> "%d" .\n' % (n, n) for n in range(count))
    loader = Loader(tmp_path / "store")
    digest = loader.load_lines(io.BytesIO(text), "https://example.org/g", piece)
    loader.finish(["https://example.org/empty"])
    del loader
    assert digest == hashlib.sha256(text).hexdigest()
    assert count_graphs(tmp_path / "store") == {"https://example.org/g": count}
    found = [str(quad.triple).encode() + b" .\n" for quad in read_quads(tmp_path / "store")]
    assert sorted(found) == sorted(text.splitlines(True))


def test_no_lines_are_none(tmp_path: Path) -> None:
    loader = Loader(tmp_path / "store")
    assert loader.load_lines(io.BytesIO(b""), "https://example.org/g") == hashlib.sha256(b"").hexdigest()
    loader.finish()
    del loader
    assert read_quads(tmp_path / "store") == []


def test_a_reasoner_that_takes_more_after_all_is_ended(small_home: Path, tmp_path: Path) -> None:
    target = tmp_path / "inferred.nt"
    paths = [small_home / "ontology" / "ahg.ttl", small_home / "data" / "record" / "s5.ttl"]
    with pytest.raises(BuildMemory) as failure:
        infer_in_subprocess(paths, small_home / "ontology" / "rules", target, 0, 1)
    assert failure.value.allowed == 1
    assert not target.exists()


def test_triples_are_estimated_from_the_start_of_a_file(tmp_path: Path) -> None:
    few, many = tmp_path / "few.ttl", tmp_path / "many.ttl"
    lines = [f"<https://example.org/{n:06}> <https://example.org/p> {n:06} .\n" for n in range(300_000)]
    few.write_text("".join(lines[:1000]))
    many.write_text("".join(lines))
    assert count_triples(few) == 1000
    assert 295_000 < count_triples(many) < 305_000
