"""One table of settings; help texts, `/health` and the documentation are made from it.

A setting is read from the environment each time it is asked for, as `AHG_GRAPH_` and its name in capitals.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ahg_graph.errors import SettingError


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: `default` also fixes the type (int, float or str); no number is below 0 or above `most`.

    A number that `least` is given for is shared by all server processes, each of which has that much of it or more.
    """

    name: str
    default: int | float | str
    help: str
    most: int | None = None
    least: int | None = None

    @property
    def variable(self) -> str:
        """The environment variable that overrides the default."""
        return "AHG_GRAPH_" + self.name.upper()


_TABLE = (
    Setting("home", "", "home folder; if empty, the current folder, or else that of the package"),
    Setting("snapshots", "build/snapshots", "folder that holds the snapshots and the link `current`"),
    Setting("releases", "build/releases", "folder that holds the releases, each in a folder named by its identity"),
    Setting(
        "texts",
        "",
        "folder with the texts of the documents ({key}.txt), shown beside the facts that they state; empty for none",
    ),
    Setting("build_memory", 0, "memory limit of a build, release or export, in MiB; 0 for what the machine has free"),
    Setting("engine", "", "SPARQL endpoint that answers the queries instead of the embedded engine"),
    Setting("host", "127.0.0.1", "address the server listens on"),
    Setting("port", 8000, "port the server listens on; 0 for any free one", 65535),
    Setting("processes", 1, "server processes that listen together and divide the limits that they share", 64),
    Setting("workers", 4, "worker processes that answer queries; slow queries may use all but one", least=2),
    Setting("spares", 1, "spare worker processes, ready to replace one that was stopped", least=0),
    Setting(
        "held",
        2_000_000,
        "graphs of up to this many triples are loaded into memory (twice); larger ones are read from disk",
    ),
    Setting("slow", 0.1, "seconds after which a query counts as slow"),
    Setting("queue", 100, "maximum number of queries waiting for a worker", least=1),
    Setting("wait", 5.0, "maximum time a query waits for a worker, in seconds"),
    Setting("timeout", 10.0, "time limit of a query, in seconds"),
    Setting("memory", 512, "memory limit of a query, in MiB, beyond what an idle worker uses"),
    Setting("answer", 64, "maximum size of an answer, in MiB"),
    Setting("depth", 200, "maximum nesting depth of braces, brackets and parentheses in a query"),
    Setting("body", 1024, "maximum size of a request body, in KiB"),
    Setting("url", 16, "maximum length of a URL, in KiB"),
    Setting("receive", 15.0, "maximum time to receive a request, in seconds"),
    Setting("send", 30.0, "maximum time a client takes to receive 256 KiB of a response, in seconds"),
    Setting("connections", 1000, "maximum number of open connections", least=1),
    Setting("rate", 0, "maximum requests per second of one client, cached responses included; 0 for no limit", least=1),
    Setting(
        "trusted_proxies",
        "127.0.0.0/8,::1",
        "addresses and networks of proxies whose X-Forwarded-* and Forwarded headers are believed",
    ),
    Setting("outgoing", 1024, "MiB of large responses in flight", least=1),
    Setting("cache", 128, "size of the cache of responses, in MiB; 0 for no cache", least=0),
    Setting(
        "contact",
        "",
        "where to report errors in the data (e-mail address or URL), shown on every page; empty for that of graph.toml",
    ),
    Setting(
        "address", "", "public URL of the server, with the path that it is mounted under, if requests do not say it"
    ),
)

SETTINGS: Mapping[str, Setting] = MappingProxyType({setting.name: setting for setting in _TABLE})
"""Every setting by name."""


def read_setting(name: str) -> int | float | str:
    """Return the current value, from the environment or the default, in the default's type.

    Raises KeyError for a name that is not in the table and SettingError for a value that the setting cannot have.
    """
    setting = SETTINGS[name]
    raw = os.environ.get(setting.variable)
    if raw is None:
        return setting.default
    if isinstance(setting.default, str):
        return raw
    try:
        value = type(setting.default)(raw)
        if 0 <= value <= (math.inf if setting.most is None else setting.most) and math.isfinite(value):
            return value
    except ValueError:
        pass
    kind = "a whole number" if isinstance(setting.default, int) else "a number"
    bounds = "from 0" if setting.most is None else f"from 0 to {setting.most}"
    raise SettingError(f"{setting.variable}={raw!r} is not {kind} {bounds} ({setting.help})")


def is_shared(name: str) -> bool:
    """Return whether all server processes share a number, each with its part."""
    return SETTINGS[name].least is not None


def read_share(name: str) -> int:
    """Return what one server process has of a number that all of them share: all of it, where there is one.

    Shares are rounded down, so that together they are no more than the whole; 0 stays what it means. Raises
    SettingError where the share is less than a process needs.
    """
    setting, whole, processes = SETTINGS[name], int(read_setting(name)), max(1, int(read_setting("processes")))
    if setting.least is None:
        raise KeyError(f"{name} is not shared")
    if processes == 1 or not whole:
        return whole
    share = whole // processes
    if share < setting.least:
        raise SettingError(
            f"{setting.variable}={whole} is too little for {processes} server processes: each needs {setting.least} "
            f"at least ({setting.help})"
        )
    return share
