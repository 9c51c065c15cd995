"""The modules that add routes to the framework: each has `register(framework, serving)`.

A route asks by `await serving.ask(Question(...), client)` and lets the errors of `ahg_graph.errors` pass: the front
turns them into problem documents. A reply whose Cache-Control says `public` must depend on nothing but the URL, the
Accept and Accept-Encoding headers and the snapshot: it is kept, and the next one who asks gets it without a call of
the route. ETag, 304, HEAD, compression, CORS and security headers are added by the front.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from ahg_server import (
    comparison_pages,
    downloads,
    editor_pages,
    entities,
    explanations,
    health,
    ontology_pages,
    pages,
    pictures,
    search_pages,
)
from ahg_server.serving import Serving

Register = Callable[[FastAPI, Serving], None]

REGISTERS: tuple[Register, ...] = (
    health.register,
    downloads.register,
    pages.register,
    comparison_pages.register,
    entities.register,
    explanations.register,
    editor_pages.register,
    ontology_pages.register,
    search_pages.register,
    pictures.register,
)
