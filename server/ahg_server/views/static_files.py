"""The files of pages: style sheets, scripts and images."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

FOLDER = Path(__file__).parents[1] / "static"


class WholeFiles(StaticFiles):
    """Files of a folder, whole: parts and dates say nothing of the bytes that are sent, which may be compressed."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: MutableMapping[str, Any],
        status_code: int = 200,
    ) -> Response:
        """Return a file as any other response, which the dispatcher finishes and caches."""
        kind = mimetypes.guess_type(full_path)[0] or "application/octet-stream"
        headers = {"cache-control": "public, no-cache"}
        return Response(Path(full_path).read_bytes(), status_code, headers, media_type=kind)
