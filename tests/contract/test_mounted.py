"""Mounted under a path: whatever leads anywhere leads there, behind a real nginx and without one, and at the root."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from ahg_graph import open_graph
from ahg_graph.snapshot import Snapshot
from support.html import Page
from support.kinds import EVERY, WRONG, serve_releases
from support.proxies import needs_nginx, run_nginx
from support.servers import run

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ATTRIBUTES = ("href", "src", "action", "data-suggest", "data-search", "data-terms", "data-home")
DATA = {
    "/queries.json": "application/json",
    "/queries/tasks.json": "application/json",
    "/queries/attendance.csv?meeting=ahg-som-05": "text/csv",
    "/search?q=training&format=json": "application/json",
    "/openapi.json": "application/json",
    "/ont/terms.json": "application/json",
    "/.well-known/void": "text/turtle",
    "/.well-known/sparql-examples": "text/turtle",
    "/sparql": "text/turtle",
    "/sparql?query=ASK%7B%7D": "application/sparql-results+json",
    "/id/body/ahg.ttl": "text/turtle",
}
REDIRECTIONS = {
    "/id/body/ahg": 303,
    "/ont": 303,
    "/queries/": 307,
    "/queries/?a=b": 307,
    "/downloads/": 307,
    "/queries/tasks/": 307,
    "/downloads/current": 307,
    "/downloads/current/all.ttl": 307,
}
HOSTS = {"graph.example.org", "127.0.0.1"}


class Mount:
    """One way in: a client that knows addresses as visitors see them, and their prefix."""

    def __init__(self, base: str, prefix: str, client: httpx.Client, strips: bool = False) -> None:
        self.base, self.prefix, self._client, self._strips = base, prefix, client, strips

    def get(self, path: str, **headers: str) -> httpx.Response:
        assert path.startswith(self.prefix + "/")
        return self._client.get(path[len(self.prefix) :] if self._strips else path, headers=headers)


WAYS = ["root", "header", "setting", pytest.param("nginx", marks=needs_nginx)]


@pytest.fixture(scope="module", params=WAYS)
def mount(
    request: pytest.FixtureRequest, real_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mount]:
    with ExitStack() as stack:
        way, headers, prefix = request.param, {}, ""
        if way == "setting":
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            patch.setenv("AHG_GRAPH_ADDRESS", "https://graph.example.org/bali/graph/")
            prefix = "/bali/graph"
        elif way == "header":
            headers, prefix = {"x-forwarded-prefix": "/graph/", "x-forwarded-host": "graph.example.org"}, "/graph"
        running = stack.enter_context(run(real_snapshot))
        if way == "nginx":
            prefix = "/graph"
            location = f"""location /graph/ {{
                proxy_pass http://127.0.0.1:{running.port}/;
                proxy_set_header X-Forwarded-Prefix /graph;
                proxy_set_header X-Forwarded-Host graph.example.org;
                proxy_set_header X-Forwarded-For $remote_addr;
            }}"""
            port = stack.enter_context(run_nginx(tmp_path_factory.mktemp("nginx"), location))
        else:
            port = running.port
            # The same paths were asked for at the root before, and at the root nothing of a mount is left afterwards.
            for path in ("/", "/queries", "/ont.html") if headers else ():
                running.client.get(path, headers=BROWSER)
        client = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60))
        yield Mount(f"http://127.0.0.1:{port}{prefix}", prefix, client, strips=way in ("header", "setting"))
        if headers:
            check_all(find_addresses("/", running.client.get("/", headers=BROWSER)), "")


def find_addresses(path: str, response: httpx.Response) -> set[str]:
    """Return the paths on this server that a reply names, in whatever way."""
    found: list[str] = re.findall(r"<([^>]*)>", response.headers.get("link", ""))
    found += [response.headers["location"]] if "location" in response.headers else []
    if response.headers.get("content-type", "").startswith("text/html"):
        for element in Page(response.text).root.iter():
            found += [element.attrib[name] for name in ATTRIBUTES if name in element.attrib]
            if element.tag == "script" and element.attrib.get("type") == "application/json":
                found += list_links(json.loads("".join(element.itertext())))
    elif response.headers.get("content-type", "").startswith("application/json"):
        found += list_links(response.json())
    internal = (urljoin(path, address) for address in found)
    for address in found:
        host = urlsplit(address).hostname
        assert host is None or host not in {"127.0.0.1", "localhost"}, f"{path} leads to an internal host: {address}"
    return {address for address in internal if not urlsplit(address).netloc and address.startswith("/")}


def list_links(value: object) -> Iterator[str]:
    """Yield the addresses in data: what is called a link, or looks like a path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str) and name in ("link", "url") and not urlsplit(inner).scheme:
                yield inner
            elif isinstance(inner, dict | list) and name != "paths":
                yield from list_links(inner)
            elif name == "answers" and isinstance(inner, dict):
                yield from inner.values()
    elif isinstance(value, list):
        for inner in value:
            yield from list_links(inner)


def check_all(addresses: set[str], prefix: str) -> None:
    assert {address for address in addresses if not address.startswith(prefix + "/")} <= {prefix or "/"}
    if not prefix:
        assert {
            address for address in addresses if address.startswith(("/bali/", "/graph/queries", "/graph/static"))
        } == set()


def test_every_address_leads_under_the_path_and_is_answered(mount: Mount) -> None:
    found: set[str] = set()
    for path in EVERY.values():
        response = mount.get(mount.prefix + path, **BROWSER)
        assert response.status_code in {200, *(status for _, status in WRONG.values())}, path
        addresses = find_addresses(mount.prefix + path, response)
        check_all(addresses, mount.prefix)
        found |= addresses
    for path, accept in DATA.items():
        response = mount.get(mount.prefix + path, accept=accept)
        assert response.status_code == 200, path
        addresses = find_addresses(mount.prefix + path, response)
        check_all(addresses, mount.prefix)
        found |= addresses
    assert any("/static/bundle/" in address for address in found)
    # One of each kind that differs by what follows the last slash, and all that are few.
    kinds: dict[str, list[str]] = {}
    for address in sorted(found - {mount.prefix}):
        kinds.setdefault(address.partition("?")[0].rpartition("/")[0], []).append(address.partition("#")[0])
    for addresses in kinds.values():
        for address in addresses[:3]:
            response = mount.get(address, accept="*/*")
            # A release before this one, or a thing with such a name, there may not be; a page there is.
            assert response.status_code in {200, 303} or "page not found" not in response.text, address


@pytest.mark.parametrize("path", REDIRECTIONS)
def test_a_redirection_leads_under_the_path_and_names_no_host(mount: Mount, path: str) -> None:
    response = mount.get(mount.prefix + path, accept="*/*")
    location = response.headers["location"]
    assert response.status_code == REDIRECTIONS[path]
    assert urlsplit(location).netloc == "" and location.startswith(f"{mount.prefix}/")
    assert not location.startswith(f"{mount.prefix}{mount.prefix}/") or not mount.prefix


def test_what_names_the_server_names_it_as_visitors_do(mount: Mount) -> None:
    for path, accept in DATA.items():
        if accept != "text/turtle":
            continue
        text = mount.get(mount.prefix + path, accept=accept).text
        endpoints = re.findall(r"<(https?://[^>]*/sparql)>", text)
        for endpoint in endpoints:
            parts = urlsplit(endpoint)
            if mount.prefix:
                assert parts.hostname == "graph.example.org"
            assert parts.path == f"{mount.prefix}/sparql"
    for path in ("/robots.txt", "/sitemap.xml"):
        named = re.findall(
            r"https?://(?!www\.sitemaps\.org)[^\s<>]+", mount.get(mount.prefix + path, accept="*/*").text
        )
        assert named and all(urlsplit(address).path.startswith(f"{mount.prefix}/") for address in named)
    manifest = mount.get(f"{mount.prefix}/reconcile", accept="*/*").json()
    for address in (manifest["view"]["url"], manifest["preview"]["url"], manifest["suggest"]["entity"]["service_url"]):
        assert urlsplit(address).path.startswith(f"{mount.prefix}/")
        assert (urlsplit(address).hostname == "graph.example.org") is bool(mount.prefix)
    page = mount.get(f"{mount.prefix}/queries/tasks", **BROWSER).text
    assert f"{mount.prefix}/queries/tasks.csv" in page
    if mount.prefix:
        assert f"graph.example.org{mount.prefix}/queries/tasks.csv" in page
        assert "127.0.0.1" not in page


def test_the_description_says_where_its_operations_are(mount: Mount) -> None:
    described = mount.get(f"{mount.prefix}/openapi.json", accept="*/*").json()
    ((base,),) = (server.values() for server in described["servers"])
    for path, operations in described["paths"].items():
        if "get" in operations and "{" not in path:
            status = mount.get(base.rstrip("/") + path, accept="*/*").status_code
            assert status in {200, 422}, path


@pytest.mark.parametrize("mount", ["root", pytest.param("nginx", marks=needs_nginx)], indirect=True)
def test_the_client_finds_all_of_it(mount: Mount, real_snapshot: Snapshot) -> None:
    remote, local = open_graph(mount.base), open_graph(real_snapshot.path)
    assert remote.ask("tasks") == local.ask("tasks")
    text = "SELECT ?s { ?s a ?o FILTER(isIRI(?s)) } ORDER BY ?s LIMIT 3"
    assert remote.select(text) == local.select(text)


def test_downloads_lie_under_the_path(tmp_path: Path) -> None:
    with serve_releases(tmp_path) as (running, pages):
        headers = {**BROWSER, "x-forwarded-prefix": "/graph"}
        for path in pages.values():
            response = running.client.get(path, headers=headers)
            assert response.status_code == 200
            addresses = find_addresses(f"/graph{path}", response)
            check_all(addresses, "/graph")
            for address in addresses:
                at = address.removeprefix("/graph").partition("#")[0]
                answered = running.client.get(at, headers=headers)
                assert answered.status_code < 500 and "page not found" not in answered.text, address


@pytest.mark.parametrize(
    "address", ["graph.example.org", "ftp://graph.example.org/", "https://graph.example.org//evil/", "https://a/b?c"]
)
def test_an_address_that_is_none_is_told_at_the_start(
    address: str, real_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ahg_graph.errors import SettingError

    monkeypatch.setenv("AHG_GRAPH_ADDRESS", address)
    with pytest.raises(SettingError, match="AHG_GRAPH_ADDRESS"), run(real_snapshot):
        pass


def test_who_is_no_proxy_mounts_nothing(real_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AHG_GRAPH_TRUSTED_PROXIES", "192.0.2.1")
    with run(real_snapshot) as running:
        for headers in ({"x-forwarded-prefix": "/evil"}, {"x-forwarded-host": "evil.example"}):
            for path in ("/queries", "/queries/tasks"):
                assert "evil" not in running.client.get(path, headers={**BROWSER, **headers}).text
