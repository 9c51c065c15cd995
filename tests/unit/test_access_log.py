"""Which route a request counts for, and that all routes of the application have one."""

import pytest

from ahg_server.http.access_log import name_route
from ahg_server.http.urls import ROOTS


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "/"),
        ("/?x", "/"),
        ("/sparql?query=ASK", "/sparql"),
        ("/queries/decisions.csv", "/queries"),
        ("/queries.json", "/queries.json"),
        ("/id/agent/canada.ttl", "/id"),
        ("/graph/all", "/graph"),
        ("/ont.html", "/ont"),
        ("/downloads.atom", "/downloads"),
        ("/pictures/life", "/pictures"),
        ("/.well-known/void.ttl", "/.well-known"),
        ("/wp-login.php", "other"),
        ("/nothing", "other"),
        ("/.env", "other"),
        ("//", "/"),
    ],
)
def test_a_request_counts_for_its_route(path: str, route: str) -> None:
    assert name_route(path) == route


def test_each_first_part_is_a_route_of_its_own() -> None:
    assert {name_route(f"/{root}/x") for root in ROOTS} == {f"/{root}" for root in ROOTS}
