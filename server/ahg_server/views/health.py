"""Liveness with the snapshot's identity and the current limits, and the metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from ahg_graph import __version__
from ahg_graph.config.settings import SETTINGS, read_setting
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import metrics, urls
from ahg_server.http.limits import read_most_connections
from ahg_server.views.application_state import State

_NO_STORE = {"cache-control": "no-store"}


def describe_health(context: SnapshotContext) -> dict[str, Any]:
    """Return what `/health` says; `status` is `ok` while a worker process is ready, else `unavailable`."""
    manifest = context.snapshot.manifest
    figures = context.pool.measure()
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
            "processes": figures.processes,
            "ready": figures.ready,
            "busy": figures.busy,
            "slow": figures.slow,
            "waiting": figures.waiting,
            "ended": figures.ends,
            "held": context.is_held,
        },
        "limits": {name: read_setting(name) for name in SETTINGS if name not in _NOT_LIMITS}
        | {"connections": read_most_connections()}
        | asdict(context.limits),
    }


_NOT_LIMITS = frozenset({"home", "snapshots", "releases", "engine", "host", "port", "address", "trusted_proxies"})


def _list_gauges(context: SnapshotContext) -> Iterator[tuple[str, str, float]]:
    figures = context.pool.measure()
    yield "worker_processes", "Worker processes running.", figures.processes
    yield "workers_busy", "Workers running a query.", figures.busy
    yield "workers_slow", "Workers running a slow query.", figures.slow
    yield "queue_length", "Queries waiting for a worker.", figures.waiting
    yield "kept_answers", "Answers in the cache.", len(context.answers)
    yield "kept_answers_bytes", "Bytes of answers in the cache.", context.answers.size
    yield "kept_replies", "Responses in the cache.", len(context.replies)
    yield "kept_replies_bytes", "Bytes of responses in the cache.", context.replies.size
    yield "snapshot_triples", "Triples of the snapshot.", context.snapshot.triples
    for cause, number in sorted(figures.ends.items()):
        yield f"workers_ended_{cause}", f"Workers of this snapshot stopped: {cause}.", number


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
    text = state.context.metrics.render(_list_gauges(state.context), info)
    return PlainTextResponse(text, media_type=metrics.MEDIA_TYPE, headers=_NO_STORE)
