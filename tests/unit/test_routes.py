"""Every path belongs to one route, so that no order of registration matters."""

from __future__ import annotations

from itertools import permutations

import pytest
from fastapi.routing import APIRoute

from ahg_server.asgi.fastapi_app import ROUTERS
from ahg_server.http import urls

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def make_path(route: APIRoute) -> str:
    """Return a path that a route is for."""
    return route.path.replace("{path:path}", "kind/slug").replace("{target}", "names").replace("{ending}", "json")


@pytest.mark.parametrize(("one", "other"), list(permutations(ROUTES, 2)), ids=lambda route: str(route.path))
def test_no_path_belongs_to_two_routes(one: APIRoute, other: APIRoute) -> None:
    if one.endpoint is not other.endpoint:
        assert not other.path_regex.match(make_path(one).replace("{", "").replace("}", ""))


def test_fixed_paths_belong_to_a_route() -> None:
    fixed = {urls.HOME, urls.SPARQL, urls.QUERIES, urls.SEARCH, urls.EXPLAIN, urls.DOWNLOADS, urls.HEALTH, urls.TERMS}
    assert [path for path in fixed if not any(route.path_regex.match(path) for route in ROUTES)] == []
