"""The build hook: a wheel holds the bundled front-end parts, which no file of the sources does."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontendHook(BuildHookInterface[Any]):
    """Bundles the front-end parts into the package; AHG_GRAPH_WITHOUT_FRONTEND=1 leaves them out."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle, unless this is an installation of the sources themselves, for which `make frontend` does it."""
        if version == "editable" or os.environ.get("AHG_GRAPH_WITHOUT_FRONTEND") == "1":
            return
        sys.path.insert(0, str(Path(self.root) / "frontend"))
        from bundle import bundle

        bundle()
