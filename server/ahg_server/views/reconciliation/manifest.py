"""What the reconciliation service says of itself (Reconciliation Service API 0.2, section 3.1)."""

from __future__ import annotations

from typing import Any

from ahg_graph import __version__
from ahg_graph.config.prefixes import ONT, get_home
from ahg_graph.queries.name_rows import NAMED
from ahg_server.http import urls
from ahg_server.views.reconciliation.batch import MOST_QUERIES
from ahg_server.views.reconciliation.schema import Schema

WIDTH, HEIGHT = 420, 240
KINDS = ("entity", "type", "property")


def describe_service(address: str, schema: Schema) -> dict[str, Any]:
    """Return the manifest, with the addresses of the server as the client sees it."""
    service = address + urls.address(urls.RECONCILE)
    return {
        "versions": ["0.2"],
        "name": get_home().title,
        "identifierSpace": get_home().id,
        "schemaSpace": ONT,
        "documentation": f"{address}{urls.address(urls.ONTOLOGY)}.html",
        "logo": address + urls.static("icon.svg"),
        "serviceVersion": __version__,
        "batchSize": MOST_QUERIES,
        "defaultTypes": [schema.show_type(iri) for iri in schema.types if iri in NAMED],
        "view": {"url": f"{address}{urls.address(urls.ENTITIES)}/{{{{id}}}}"},
        "preview": {"url": f"{address}{urls.address(urls.PREVIEW)}?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {
            kind: {
                "service_url": service,
                "service_path": f"/suggest/{kind}",
                "flyout_service_url": service,
                "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
            }
            for kind in KINDS
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "The most values to fetch for each row; 0 fetches all",
                }
            ],
        },
    }
