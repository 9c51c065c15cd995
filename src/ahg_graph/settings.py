"""One table of settings; help texts, `/health` and the documentation are made from it.

A setting is read from the environment each time it is asked for, as `AHG_GRAPH_` and its name in capitals.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: `default` also fixes the type (int, float or str)."""

    name: str
    default: int | float | str
    help: str

    @property
    def variable(self) -> str:
        """The environment variable that overrides the default."""
        return "AHG_GRAPH_" + self.name.upper()


_TABLE = (
    Setting("home", "", "home folder; empty takes the folder one stands in, or else that of the package"),
    Setting("snapshots", "build/snapshots", "folder that holds the snapshots and the link `current`"),
    Setting("releases", "build/releases", "folder that holds the releases, each in a folder of its identity"),
    Setting("build_memory", 0, "mebibytes a build, release or export may use; 0 takes what the machine has free"),
    Setting("engine", "", "SPARQL endpoint that answers the queries instead of the embedded engine"),
    Setting("host", "127.0.0.1", "address the server listens on"),
    Setting("port", 8000, "port the server listens on; 0 takes any free one"),
    Setting("workers", 4, "worker processes that answer queries; slow queries hold at most all but one"),
    Setting("spares", 1, "worker processes that stand ready to replace one that is ended"),
    Setting(
        "held", 2_000_000, "triples up to which the graph is held in memory, twice; larger ones are read from disk"
    ),
    Setting("slow", 0.1, "seconds after which a query counts as slow"),
    Setting("queue", 100, "queries that may wait for a worker"),
    Setting("wait", 5.0, "seconds a query may wait for a worker"),
    Setting("timeout", 10.0, "seconds a query may run"),
    Setting("memory", 512, "mebibytes a query may use on top of an idle worker"),
    Setting("answer", 64, "mebibytes an answer may have"),
    Setting("depth", 200, "nesting depth of braces, brackets and parentheses that a query may have"),
    Setting("body", 1024, "kibibytes a request body may have"),
    Setting("url", 16, "kibibytes a URL may have"),
    Setting("receive", 15.0, "seconds a request may take to come in"),
    Setting("send", 30.0, "seconds a client may take to accept a quarter of a mebibyte"),
    Setting("connections", 1000, "connections the server holds at once"),
    Setting("rate", 0, "requests per second one client may make beyond kept answers; 0 sets no limit"),
    Setting("outgoing", 1024, "mebibytes of large answers that clients may be in the middle of taking"),
    Setting("cache", 128, "mebibytes of answers kept for the next who asks; 0 keeps none"),
    Setting("contact", "", "address at which readers report errors in the data; empty takes that of graph.toml"),
    Setting("address", "", "public address of the server, where the Host header does not say it"),
)

SETTINGS: Mapping[str, Setting] = MappingProxyType({setting.name: setting for setting in _TABLE})
"""Every setting by name."""


def read_setting(name: str) -> int | float | str:
    """Return the value in force, from the environment or the default, in the default's type.

    Raises KeyError for a name that is not in the table and ValueError for a value of the wrong type.
    """
    setting = SETTINGS[name]
    raw = os.environ.get(setting.variable)
    if raw is None:
        return setting.default
    try:
        return type(setting.default)(raw)
    except ValueError as error:
        kind = type(setting.default).__name__
        raise ValueError(f"{setting.variable}={raw!r} is not of type {kind} ({setting.help})") from error
