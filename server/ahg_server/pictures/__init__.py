"""Pictures of what tables cannot show, each with a table that says the same and the query behind it."""

from __future__ import annotations

from ahg_server.pictures.pages import register
from ahg_server.pictures.records import Picture

__all__ = ["Picture", "register"]
