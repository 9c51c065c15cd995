"""The dashboard shows what `/metrics` gives, and leaves none of it out."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import httpx

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from support.servers import Running, make_snapshot, run

EX = "https://example.org/"
DASHBOARD = Path(__file__).parents[2] / "docs" / "operating" / "dashboard.json"
NAME = re.compile(r"ahg_graph_\w+")
NOT_SHOWN = {"ahg_graph_kept_answers", "ahg_graph_kept_replies", "ahg_graph_request_seconds_sum",
             "ahg_graph_request_seconds_count"}  # fmt: skip
"""Numbers of what is shown by its bytes, and two of the three series of a histogram."""


def list_panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def read_names(server: Running) -> set[str]:
    """Return the names of all series once each kind of thing has happened."""
    for query in ("ASK { ?s ?p 1 } # a", "ASK { ?s ?p 1 } # a", "ASK {"):
        server.ask(query)
    pool = server.application.front.serving.pool
    os.kill(pool.list_processes()[0], signal.SIGKILL)
    deadline = time.monotonic() + 10
    while not pool.measure().ends and time.monotonic() < deadline:
        time.sleep(0.01)
    lines = server.client.get("/metrics").text.splitlines()
    return {match.group() for line in lines if (match := NAME.match(line))}


def test_every_series_has_its_place_and_every_place_its_series(tmp_path: Path) -> None:
    quads = [Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}n"), Literal(n), NamedNode(f"{EX}g")) for n in range(9)]
    with run(make_snapshot(tmp_path, quads)) as server:
        names = read_names(server)
    shown: set[str] = set()
    for panel in list_panels(json.loads(DASHBOARD.read_text())):
        for target in panel["targets"]:
            # A name that is a pattern (`__name__=~"..."`) stands for all that it matches.
            patterns = re.findall(r'__name__=~"([^"]+)"', target["expr"])
            matched = {name for name in names if any(re.fullmatch(pattern, name) for pattern in patterns)}
            assert bool(matched) is bool(patterns), target["expr"]
            plain = set(NAME.findall(re.sub(r'"[^"]*"', "", target["expr"])))
            assert plain <= names, plain - names
            assert plain | matched
            shown |= plain | matched
    assert names - shown == NOT_SHOWN


def test_the_file_is_one_that_grafana_can_import() -> None:
    """What an import needs: numbered panels that lie on the grid and on no other, each with queries of its source."""
    dashboard = json.loads(DASHBOARD.read_text())
    assert dashboard["title"] and dashboard["schemaVersion"] >= 36
    (source,) = [variable for variable in dashboard["templating"]["list"] if variable["type"] == "datasource"]
    assert source["query"] == "prometheus"
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] >= 0 and place["x"] + place["w"] <= 24
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken
        taken |= cells
        assert panel["datasource"] == {"type": "prometheus", "uid": f"${{{source['name']}}}"}
        references = [target["refId"] for target in panel["targets"]]
        assert references and len(set(references)) == len(references)
        for target in panel["targets"]:
            for opening, closing in ("()", "{}", "[]"):
                assert target["expr"].count(opening) == target["expr"].count(closing)


def test_the_text_is_as_prometheus_reads_it(tmp_path: Path) -> None:
    """Every series has its type before it, and no series comes twice (text format 0.0.4)."""
    with run(make_snapshot(tmp_path, [Quad(*(NamedNode(f"{EX}{n}") for n in range(4)))])) as server:
        read_names(server)
        response: httpx.Response = server.client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert response.text.endswith("\n")
    series: set[str] = set()
    types: dict[str, str] = {}
    for line in response.text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types
            types[name] = kind
        elif not line.startswith("# HELP "):
            match = re.fullmatch(r'(\w+)(\{(?:\w+="[^"\\]*",?)*\})? (\S+)', line)
            assert match, line
            name = re.sub(r"_(bucket|sum|count)$", "", match[1]) if match[1] not in types else match[1]
            assert types[name] in {"counter", "gauge", "histogram"}
            float(match[3])
            assert line.rpartition(" ")[0] not in series
            series.add(line.rpartition(" ")[0])
