"""The memory and the disk that a build needs, estimated before it begins, against what it may use."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from ahg_graph.config.settings import read_setting
from ahg_graph.errors import BuildDisk, BuildMemory
from ahg_graph.rdf.terms import RdfFormat, parse

_MIB = 1 << 20
_SAMPLE = 100_000


@dataclass(frozen=True, slots=True)
class ResourceEstimate:
    """What a kind of build needs: `base` mebibytes for any graph, and `each` for a million asserted triples.

    Both are measured and rounded up: on the real graph, and on the invented ones of benchmarks/scale.
    """

    base: int
    each: int

    def estimate(self, triples: int) -> int:
        """Return the mebibytes that a graph needs."""
        return self.base + self.each * triples // 1_000_000


IN_MEMORY = ResourceEstimate(100, 12_000)
"""A build that holds everything in memory, with its shapes, proofs and saved queries."""

STREAMED = ResourceEstimate(1_700, 250)
"""A build that streams what it can: the loader's share is fixed, the reasoner's grows."""


RELEASED = ResourceEstimate(100, 3_500)
"""A release, whose files are made, hashed and described in memory; per million of all triples."""

EXPORTED = ResourceEstimate(100, 1_200)
"""An export in a syntax that is sorted; per million of all triples."""

ON_DISK = ResourceEstimate(500, 1_100)
"""The disk that a build which streams takes at its peak, where two triples follow from each asserted one."""


def available_memory() -> int:
    """Return the mebibytes that a build may use: as set, else what the machine has free."""
    return int(read_setting("build_memory")) or psutil.virtual_memory().available // _MIB


def check_capacity(need: ResourceEstimate, paths: Sequence[Path], advice: str = "") -> tuple[int, int]:
    """Return the mebibytes that a build may use, and about how many triples it is given.

    Raises BuildMemory with the numbers when it would need more.

    The number of triples is estimated from the first of each file.
    """
    triples = sum(count_triples(path) for path in paths)
    allowed = _allow(need, triples, f"about {triples:,} triples need", "the build may use", advice)
    return allowed, triples


def check_memory(need: ResourceEstimate, triples: int, what: str, advice: str) -> None:
    """Raise BuildMemory with the numbers when something needs more memory for a graph than it may use."""
    _allow(need, triples, f"{what} of {triples:,} triples needs", "may use", f"; {advice}")


def _allow(need: ResourceEstimate, triples: int, needs: str, may: str, advice: str) -> int:
    """Return the mebibytes that may be used, or raise BuildMemory in these words."""
    needed, allowed = need.estimate(triples), available_memory()
    if needed > allowed:
        raise BuildMemory(
            f"{needs} about {needed:,} MiB of memory, and {may} {allowed:,} MiB (AHG_GRAPH_BUILD_MEMORY){advice}",
            needed,
            allowed,
        )
    return allowed


def check_disk(triples: int, snapshots: Path) -> None:
    """Raise BuildDisk with the numbers when a build that streams needs more disk than the folder's disk has left."""
    place = next(folder for folder in (snapshots.absolute(), *snapshots.absolute().parents) if folder.is_dir())
    needed, free = ON_DISK.estimate(triples), shutil.disk_usage(place).free // _MIB
    if needed > free:
        raise BuildDisk(
            f"about {triples:,} triples need about {needed:,} MiB of disk while they are built, and {place} has "
            f"{free:,} MiB free",
            needed,
            free,
        )


def count_triples(path: Path) -> int:
    """Return about how many triples a Turtle file has: exact for a short one, else in proportion to its start."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        reader = _Counting(stream)
        found = 0
        try:
            for _ in parse(input=reader, format=RdfFormat.TURTLE):  # type: ignore[arg-type]  # it calls read() alone
                found += 1
                if found == _SAMPLE:
                    return found * size // reader.count
        except SyntaxError:
            return found  # the build itself says what is wrong
    return found


class _Counting:
    """Hands bytes on in small pieces and counts them."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.count = stream, 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(min(size, 65536) if size >= 0 else 65536)
        self.count += len(data)
        return data
