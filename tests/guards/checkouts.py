"""A checkout of the project, built, released and served by its own command line."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from guards.masking import Names, name_places

_TIME = 1_764_000_000
_DAY = 86_400
_PARTS = ("ontology", "data", "queries")


@dataclass(frozen=True, slots=True)
class Output:
    """What a command did."""

    status: int
    out: bytes
    err: bytes


class Checkout:
    """One checkout and a temporary folder for what is built from it; `releases` are the identities, oldest first."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder, self.scratch = folder.resolve(), scratch
        self.releases: list[str] = []
        self.command = self.folder / ".venv" / "bin" / "ahg-graph"
        if not self.command.exists():
            raise SystemExit(f"{self.command}: not there; run `make .venv/.run frontend` in {self.folder}")

    def run(self, *words: str, stdin: bytes = b"", settings: Mapping[str, str] | None = None, day: int = 1) -> Output:
        """Run the command line in the checkout's folder and return what it wrote."""
        found = subprocess.run(
            [self.command, *words],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env=self.set_environment(settings, day),
        )
        return Output(found.returncode, found.stdout, found.stderr)

    def make(self, *, earlier: bool) -> None:
        """Build and release; with `earlier` first a release in which some labels were others."""
        if earlier:
            home = self.scratch / "earlier"
            for part in _PARTS:
                shutil.copytree(self.folder / part, home / part)
            for file in self.folder.glob("graph.toml"):
                shutil.copy(file, home)
            _change_labels(home)
            self._make("--home", str(home), day=0)
        self._make(day=1)

    def _make(self, *words: str, day: int) -> None:
        for command in (("build", *words), ("release",)):
            output = self.run(*command, day=day)
            if output.status:
                raise SystemExit(f"{self.folder}: {' '.join(command)} failed\n{output.err.decode()}")
        known = {path.name for path in (self.scratch / "releases").iterdir() if path.is_dir()}
        self.releases += sorted(known - set(self.releases))

    def list_files(self) -> dict[str, bytes]:
        """Return the files of the releases, by the place of the release and the name."""
        return {
            f"release {number}, {path.relative_to(folder).as_posix()}": path.read_bytes()
            for number, identity in enumerate(self.releases, 1)
            for folder in [self.scratch / "releases" / identity]
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    def take_from(self, other: Checkout) -> None:
        """Replace what was built here by a copy of what was built from another checkout.

        What says how pages show a graph stays this checkout's own.
        """
        for name in ("snapshots", "releases"):
            shutil.rmtree(self.scratch / name, ignore_errors=True)
            shutil.copytree(other.scratch / name, self.scratch / name, symlinks=True)
        self.releases = list(other.releases)
        for file in self.folder.glob("ontology/display.ttl"):
            for folder in (self.scratch / "snapshots").iterdir():
                if folder.is_dir() and not folder.is_symlink() and not (folder / file.name).exists():
                    shutil.copy(file, folder)

    @contextlib.contextmanager
    def serve(self, *words: str, **settings: object) -> Iterator[int]:
        """Serve the snapshot in force on a free port until the end of the block; yields the port."""
        given = {f"AHG_GRAPH_{name.upper()}": str(value) for name, value in settings.items()}
        with (self.scratch / "log").open("ab") as log:
            process = subprocess.Popen(
                [self.command, "serve", "--port", "0", *words],
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self.folder,
                env=self.set_environment(given, 1),
            )
        try:
            assert process.stdout is not None
            found = re.search(rb"http://[^/ ]+:([0-9]+)/", process.stdout.readline())
            if found is None:
                raise SystemExit(f"{self.folder}: the server does not start\n{(self.scratch / 'log').read_text()}")
            yield int(found[1])
        finally:
            process.terminate()
            process.wait(30)

    def names(self, port: int = 0) -> Names:
        """Return what stands for this checkout's address, folders and releases."""
        return name_places(port, [str(self.scratch), str(self.folder)], self.releases)

    def set_environment(self, settings: Mapping[str, str] | None = None, day: int = 1) -> dict[str, str]:
        """Return the environment of the checkout's processes: its own folders, one clock and no setting of ours."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AHG_GRAPH_", "PYTHON"))}
        return {
            **kept,
            "AHG_GRAPH_SNAPSHOTS": str(self.scratch / "snapshots"),
            "AHG_GRAPH_RELEASES": str(self.scratch / "releases"),
            "SOURCE_DATE_EPOCH": str(_TIME + day * _DAY),
            "PYTHONHASHSEED": "0",
            "COLUMNS": "100",
            "NO_COLOR": "1",
            "LC_ALL": "C.UTF-8",
            **(settings or {}),
        }


def _change_labels(home: Path) -> None:
    """Give one thing of each file of the register another preferred label: something to compare releases by."""
    changed = 0
    for path in sorted((home / "data" / "register").glob("*.ttl")):
        text, count = re.subn(r'(skos:prefLabel ")([^"]+"@en)', r"\1Earlier \2", path.read_text("utf-8"), count=1)
        path.write_text(text, encoding="utf-8")
        changed += count
    if not changed:
        raise SystemExit(f"{home}: no label to change")
