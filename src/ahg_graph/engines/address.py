"""Where the engine is, and by what header the server shows who it is."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ahg_graph.errors import EngineFault

AUTHORIZATION = "AHG_GRAPH_ENGINE_AUTHORIZATION"
"""Environment variable with the value of the Authorization header; no setting, so that nothing ever shows it."""


@dataclass(frozen=True, slots=True)
class Address:
    """An endpoint; `authorization` is kept out of every text that a person may see."""

    url: str
    authorization: str = field(default="", repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """The headers that go with every request."""
        return {"authorization": self.authorization} if self.authorization else {}

    def __str__(self) -> str:
        return urlsplit(self.url)._replace(netloc=urlsplit(self.url).netloc.rpartition("@")[2]).geturl()


def read_address(url: str) -> Address:
    """Return the address of an endpoint, with the authorization that the environment holds.

    Raises EngineFault unless the URL is absolute, of HTTP or HTTPS, and free of a password.
    """
    try:
        parts = urlsplit(url)
        has_place = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # the port is none, or the host
        has_place = False
    if not has_place or parts.scheme not in ("http", "https"):
        raise EngineFault(f"{url!r} is not the address of an engine; it must begin with http:// or https://")
    if parts.username or parts.password:
        raise EngineFault(f"put the password not into the address of an engine but into {AUTHORIZATION}")
    return Address(url, os.environ.get(AUTHORIZATION, "").strip())
