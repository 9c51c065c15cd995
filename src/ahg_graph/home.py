"""Where ontology, data and queries lie, and where what is built from them goes: in a checkout, or installed.

A home folder holds `ontology/`, `data/` and `queries/`. An installed package brings one with it; a checkout is one.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ahg_graph.settings import SETTINGS, read_setting


def is_home(folder: Path) -> bool:
    """Say whether a folder is a home folder."""
    return all((folder / name).is_dir() for name in ("ontology", "data", "queries"))


def find_packaged_home() -> Path:
    """Return the home folder that came with the package: beside this module, or the checkout that it stands in."""
    installed = Path(__file__).parent / "home"
    return installed if installed.is_dir() else Path(__file__).parents[2]


def find_home(folder: Path = Path()) -> Path:
    """Return a folder if it is a home folder or was named by someone, else the home folder of the package."""
    return folder if folder != Path() or is_home(folder) else find_packaged_home()


def find_folder(name: str) -> Path:
    """Return the folder of `snapshots` or `releases`.

    It is what the setting of that name says; where nothing was set, `build/` of the home folder that one works in; and
    outside any, a folder of the user's cache that belongs to exactly the home folder of the package.
    """
    if is_home(Path()) or os.environ.get(SETTINGS[name].variable):
        return Path(str(read_setting(name)))
    return _find_cache() / name


def _find_cache() -> Path:
    """Return the package's folder in the user's cache (XDG Base Directory Specification)."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(cache) if Path(cache).is_absolute() else Path.home() / ".cache"
    return root / "ahg-graph" / _hash(find_packaged_home())


def _hash(home: Path) -> str:
    digest = hashlib.sha256()
    for folder in ("data", "ontology", "queries"):
        for path in sorted(path for path in (home / folder).rglob("*") if path.is_file()):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(home).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]
