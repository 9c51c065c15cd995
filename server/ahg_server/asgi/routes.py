"""The modules that add routes to the framework: each has `register(framework, serving)`.

A route asks by `await serving.ask(Question(...), client)` and lets the errors of `ahg_graph.errors` pass: the front
turns them into problem documents. A reply whose Cache-Control says `public` must depend on nothing but the URL, the
Accept and Accept-Encoding headers and the snapshot: it is kept, and the next one who asks gets it without a call of
the route. ETag, 304, HEAD, compression, CORS and security headers are added by the front.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from ahg_server.context.snapshot_context import Serving
from ahg_server.views import charts, health
from ahg_server.views.downloads import routes as downloads
from ahg_server.views.explanations import routes as explanations
from ahg_server.views.ontology import routes as ontology_pages
from ahg_server.views.queries import changes
from ahg_server.views.queries import routes as pages
from ahg_server.views.resources import routes as entities
from ahg_server.views.search import routes as search_pages
from ahg_server.views.sparql import editor

Register = Callable[[FastAPI, Serving], None]

REGISTERS: tuple[Register, ...] = (
    health.register,
    downloads.register,
    pages.register,
    changes.register,
    entities.register,
    explanations.register,
    editor.register,
    ontology_pages.register,
    search_pages.register,
    charts.register,
)
