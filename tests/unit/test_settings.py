"""Settings: one table, read on call, from which the page is made."""

from pathlib import Path

import pytest

from ahg_graph.cli.settings import write_page
from ahg_graph.config.settings import SETTINGS, read_setting

HOME = Path(__file__).parents[2]


def test_the_page_is_printed_from_the_table() -> None:
    assert (HOME / "docs" / "settings.md").read_text(encoding="utf-8") == write_page(), (
        "print it again: ahg-graph settings --markdown > docs/settings.md"
    )


@pytest.mark.parametrize("name", SETTINGS)
def test_each_has_its_default_and_can_be_set(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = SETTINGS[name]
    monkeypatch.delenv(setting.variable, raising=False)
    assert read_setting(name) == setting.default
    other = {int: ("7", 7), float: ("2.5", 2.5), str: ("x", "x")}[type(setting.default)]
    monkeypatch.setenv(setting.variable, other[0])
    assert read_setting(name) == other[1]


def test_a_value_of_the_wrong_type_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AHG_GRAPH_PORT", "http")
    with pytest.raises(ValueError, match=r"AHG_GRAPH_PORT.*http"):
        read_setting("port")


def test_an_unknown_setting_is_an_error() -> None:
    with pytest.raises(KeyError):
        read_setting("colour")
