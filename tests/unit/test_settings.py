"""Settings: one table, read on call, from which the page is made."""

from pathlib import Path

import pytest

from ahg_graph.cli.settings import write_page
from ahg_graph.config.settings import SETTINGS, read_setting
from ahg_graph.errors import SettingError

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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "http"),
        ("port", "65536"),
        ("port", "-1"),
        ("port", "1.5"),
        ("wait", "nan"),
        ("wait", "inf"),
        ("wait", ""),
    ],
)
def test_a_value_that_it_cannot_have_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    variable = f"AHG_GRAPH_{name.upper()}"
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingError) as caught:
        read_setting(name)
    assert str(caught.value).startswith(f"{variable}={value!r} is not ")


def test_an_unknown_setting_is_an_error() -> None:
    with pytest.raises(KeyError):
        read_setting("colour")
