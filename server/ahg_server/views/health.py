"""Liveness with the snapshot's identity and the current limits, and the metrics for Prometheus."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from ahg_graph import __version__
from ahg_graph.config.settings import SETTINGS, is_shared, read_setting
from ahg_server.context.figures import ENDED, join_figures, sum_figures
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import metrics, urls
from ahg_server.http.limits import read_most_connections
from ahg_server.views.application_state import State

_NO_STORE = {"cache-control": "no-store"}


def describe_health(context: SnapshotContext) -> dict[str, Any]:
    """Return what `/health` says; `status` is `ok` while a worker process is ready, else `unavailable`."""
    manifest = context.snapshot.manifest
    figures = context.pool.measure()
    processes = max(1, int(read_setting("processes")))
    total = sum_figures(context)
    return {
        "status": "ok" if figures.ready else "unavailable",
        "version": __version__,
        "snapshot": {
            "identity": manifest.identity,
            "created": manifest.created,
            "content": manifest.content,
            "triples": context.snapshot.triples,
            "asserted": manifest.asserted,
            "inferred": manifest.inferred,
        },
        "workers": {
            "processes": total["worker_processes"],
            "ready": total["workers_ready"],
            "busy": total["workers_busy"],
            "slow": total["workers_slow"],
            "waiting": total["queue_length"],
            "ended": {name.removeprefix(ENDED): number for name, number in total.items() if name.startswith(ENDED)},
            "held": context.is_held,
        },
        "limits": {name: read_setting(name) for name in SETTINGS if name not in _NOT_LIMITS}
        | {"connections": read_most_connections() * processes}
        | {name: value * (processes if is_shared(name) else 1) for name, value in asdict(context.limits).items()},
    }


_NOT_LIMITS = frozenset(
    {"home", "snapshots", "releases", "texts", "engine", "host", "port", "address", "trusted_proxies"}
)


router = APIRouter()


@router.get(urls.HEALTH, summary="Liveness, the snapshot and the limits", tags=["service"])
async def read_health(state: State) -> JSONResponse:
    """Return whether queries are answered, with the snapshot and every limit."""
    health = describe_health(state.context)
    return JSONResponse(health, 200 if health["status"] == "ok" else 503, _NO_STORE)


@router.get(urls.METRICS, summary="Metrics for Prometheus", tags=["service"])
async def read_metrics(state: State) -> Response:
    """Return the metrics for Prometheus."""
    info = {"identity": state.context.identity, "version": __version__}
    counts, gauges = join_figures(state.context)
    text = counts.render(gauges, info)
    return PlainTextResponse(text, media_type=metrics.MEDIA_TYPE, headers=_NO_STORE)
