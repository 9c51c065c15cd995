"""A home folder to start from: the invented one in the package's folder `starter`, under a base of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from ahg_graph.config.paths import find_packaged_home
from ahg_graph.errors import HomeFileError

BASE = "https://example.org/graph/"
"""The base that the files of the starter are written in."""

_SHARED = ("ontology/evidence.ttl", "ontology/rules/owl-rl.rls")
"""Files of the package's home that every home needs as they are."""


def create_home(folder: Path, base: str = BASE) -> None:
    """Write a home folder that builds at once; `base` ends with a slash.

    Raises HomeFileError, and writes nothing, when there is something in the folder already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise HomeFileError(f"{folder} is not empty; name a folder that does not exist yet")
    starter = Path(__file__).parents[1] / "starter"
    for path in sorted(path for path in starter.rglob("*") if path.is_file()):
        target = folder / path.relative_to(starter)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text(encoding="utf-8").replace(BASE, base), encoding="utf-8")
    for name in _SHARED:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(find_packaged_home() / name, target)
