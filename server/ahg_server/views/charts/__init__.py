"""Pictures of what tables cannot show, each with a table that says the same and the query behind it."""

from __future__ import annotations

from ahg_server.views.charts.chart import Picture
from ahg_server.views.charts.routes import register

__all__ = ["Picture", "register"]
