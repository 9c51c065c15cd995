"""The bundled front-end parts: made by the build, and perhaps left out; pages work the same without them."""

from __future__ import annotations

from pathlib import Path

BUNDLE_FOLDER = Path(__file__).parents[1] / "static" / "bundle"


def has_bundle(name: str) -> bool:
    """Return whether a bundled file is part of this installation."""
    return (BUNDLE_FOLDER / name).is_file()
