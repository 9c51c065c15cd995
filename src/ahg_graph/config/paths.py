"""Where ontology, data and queries lie, and where what is built from them goes: in a checkout, or installed.

A home folder holds `graph.toml`, `ontology/`, `data/` and `queries/`. An installed package brings one with it; a
checkout is one. The home at hand is the one that the setting `home` names, else the current folder, else the
package's.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from ahg_graph.config.settings import SETTINGS, read_setting

DISPLAY_FILE = "display.ttl"
"""The file beside the ontology that says how pages show it; also its copy in a snapshot."""

ALIGNMENT_RULES = "alignments.rls"
"""The file beside the ontology with the rules of its alignments."""

VERSIONS = "versions"
"""The folder beside the ontology that keeps its earlier versions as published; also its copy in a snapshot."""
SHAPES_FILE, CONTEXT_FILE = "shapes.ttl", "context.jsonld"
"""The shapes that the data fit, and the context of JSON-LD, in a snapshot and in a release."""

HOME_FILE = "graph.toml"
"""The file of a home folder that states what its graph is about; see `config.home_file`."""


def is_home(folder: Path) -> bool:
    """Return whether a folder is a home folder, be it one that lacks something: what needs it says so."""
    return (folder / HOME_FILE).is_file() or all((folder / name).is_dir() for name in ("ontology", "data", "queries"))


def find_packaged_home() -> Path:
    """Return the home folder that came with the package: beside this module, or the checkout that it is in."""
    installed = Path(__file__).parents[1] / "home"
    return installed if installed.is_dir() else Path(__file__).parents[3]


def find_home() -> Path:
    """Return the home folder at hand."""
    if named := str(read_setting("home")):
        return Path(named)
    return Path() if is_home(Path()) else find_packaged_home()


def choose_home(folder: Path) -> None:
    """Make a folder the home at hand, here and in every process started from here."""
    os.environ[SETTINGS["home"].variable] = str(folder.resolve())


def find_folder(name: str) -> Path:
    """Return the folder of `snapshots` or `releases`.

    It is what the setting of that name says; where nothing was set, `build/` of the home folder that was named or that
    one stands in; and outside any, a folder of the user's cache that belongs to exactly the home folder of the package.
    """
    if os.environ.get(SETTINGS[name].variable):
        return Path(str(read_setting(name)))
    if read_setting("home") or is_home(Path()):
        return find_home() / str(read_setting(name))
    return find_cache() / name


def find_cache() -> Path:
    """Return the package's folder in the user's cache (XDG Base Directory Specification)."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(cache) if Path(cache).is_absolute() else Path.home() / ".cache"
    return root / "ahg-graph" / _hash(find_packaged_home())


@cache
def _hash(home: Path) -> str:
    digest = hashlib.sha256((home / HOME_FILE).read_bytes())
    for folder in ("data", "ontology", "queries"):
        for path in sorted(path for path in (home / folder).rglob("*") if path.is_file()):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(home).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]
