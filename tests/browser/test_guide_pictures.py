"""The pictures of the guide and of the README, taken anew: AHG_GRAPH_PICTURES=1 puts them into docs/pictures."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import HOME, SCREENSHOTS

pytestmark = pytest.mark.browser
SIZE = {"width": 1100, "height": 720}
SHOWN = {
    "question": "/ask?q=which+members+missed+the+7th+SOM",
    "chart": "/pictures/membership",
}
"""Pages by the name of their picture: answers and charts, which show facts, and no text of a document."""


def read_size(path: Path) -> tuple[int, int]:
    """Return width and height of a PNG."""
    width, height = struct.unpack(">II", path.read_bytes()[16:24])
    return width, height


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_is_taken(open_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("AHG_GRAPH_TEXTS", raising=False)
    page = open_page(SHOWN[name], viewport=SIZE, color_scheme="light")
    assert page.locator("h1").is_visible()
    assert page.locator(".passage").count() == 0
    taken = SCREENSHOTS / f"guide-{name}.png"
    page.screenshot(path=taken)
    kept = HOME / "docs" / "pictures" / f"{name}.png"
    if os.environ.get("AHG_GRAPH_PICTURES") == "1":
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(taken.read_bytes())
    assert read_size(kept) == read_size(taken) == (SIZE["width"], SIZE["height"])
    assert kept.stat().st_size < 200_000


def test_the_readme_and_the_guide_show_them() -> None:
    texts = [(HOME / name).read_text(encoding="utf-8") for name in ("README.md", "docs/first-steps.md")]
    for picture in (HOME / "docs" / "pictures").glob("*.png"):
        assert any(f"pictures/{picture.name})" in text for text in texts), picture.name
        assert picture.stem in SHOWN
