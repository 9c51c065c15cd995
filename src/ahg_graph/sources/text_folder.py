"""Where the texts of documents lie in a folder outside the project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path


def find_texts(folder: Path, keys: Iterable[str]) -> Mapping[str, Path]:
    """Return the text of each document in a folder: `{key}.txt`, with the key in any case."""
    files = {path.stem.upper(): path for path in sorted(folder.glob("*.txt"))}
    return {key: files[key.upper()] for key in keys if key.upper() in files}
