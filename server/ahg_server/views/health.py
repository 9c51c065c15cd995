"""Liveness with the snapshot's identity and the current limits, and the metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from ahg_graph import __version__
from ahg_graph.config.settings import SETTINGS, read_setting
from ahg_server.context.snapshot_context import Serving
from ahg_server.http import metrics, urls

_NO_STORE = {"cache-control": "no-store"}


def describe_health(serving: Serving) -> dict[str, Any]:
    """Return what `/health` says; `status` is `ok` while a worker process is ready, else `unavailable`."""
    manifest = serving.snapshot.manifest
    figures = serving.pool.measure()
    return {
        "status": "ok" if figures.ready else "unavailable",
        "version": __version__,
        "snapshot": {
            "identity": manifest.identity,
            "created": manifest.created,
            "content": manifest.content,
            "triples": sum(manifest.graphs.values()),
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
            "held": serving.is_held,
        },
        "limits": {name: read_setting(name) for name in SETTINGS if name not in _NOT_LIMITS} | asdict(serving.limits),
    }


_NOT_LIMITS = frozenset({"snapshots", "releases", "engine", "host", "port", "address", "trusted_proxies"})


def _list_gauges(serving: Serving) -> Iterator[tuple[str, str, float]]:
    figures = serving.pool.measure()
    yield "worker_processes", "Worker processes running.", figures.processes
    yield "workers_busy", "Workers running a query.", figures.busy
    yield "workers_slow", "Workers running a slow query.", figures.slow
    yield "queue_length", "Queries waiting for a worker.", figures.waiting
    yield "kept_answers", "Answers in the cache.", len(serving.answers)
    yield "kept_answers_bytes", "Bytes of answers in the cache.", serving.answers.size
    yield "kept_replies", "Responses in the cache.", len(serving.replies)
    yield "kept_replies_bytes", "Bytes of responses in the cache.", serving.replies.size
    yield "snapshot_triples", "Triples of the snapshot.", sum(serving.snapshot.manifest.graphs.values())
    for cause, number in sorted(figures.ends.items()):
        yield f"workers_ended_{cause}", f"Workers of this snapshot stopped: {cause}.", number


def register(framework: FastAPI, serving: Serving) -> None:
    """Add the two routes."""

    @framework.get(urls.HEALTH, summary="Liveness, the snapshot and the limits", tags=["service"])
    async def read_health() -> JSONResponse:
        health = describe_health(serving)
        return JSONResponse(health, 200 if health["status"] == "ok" else 503, _NO_STORE)

    @framework.get(urls.METRICS, summary="Metrics for Prometheus", tags=["service"])
    async def read_metrics() -> Response:
        info = {"identity": serving.identity, "version": __version__}
        text = serving.metrics.render(_list_gauges(serving), info)
        return PlainTextResponse(text, media_type=metrics.MEDIA_TYPE, headers=_NO_STORE)
