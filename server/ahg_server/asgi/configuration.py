"""How uvicorn runs the application."""

from __future__ import annotations

import uvicorn

from ahg_server.asgi.application import Application
from ahg_server.asgi.process_member import MemberFactory
from ahg_server.asgi.protocol import LimitedHttpProtocol

_HUNG = 30  # seconds after which a process that says nothing is replaced


def make_config(application: Application | MemberFactory, processes: int = 1) -> uvicorn.Config:
    """Return how the application is run: its own logs, limits on connections, no waiting for idle clients."""
    return uvicorn.Config(
        application,
        factory=isinstance(application, MemberFactory),
        workers=processes,
        timeout_worker_healthcheck=_HUNG,
        http=LimitedHttpProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
    )
