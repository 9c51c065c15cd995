"""The same files run under grlc as they stand, with the same answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from ahg_graph.queries.binding import bind_query
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.model import SavedQuery
from ahg_graph.queries.name_resolver import NameResolver
from ahg_graph.sparql.media_types import CSV, N_TRIPLES
from ahg_server.http import urls
from support.servers import Running

HOME = Path(__file__).parents[3]
QUERIES = list(load_catalogue(HOME / "queries").current.values())


def list_arguments(query: SavedQuery, names: NameResolver) -> dict[str, str]:
    """Return the example as grlc takes it: IRIs in full, dates as days, and the last day under its own name."""
    bound = bind_query(query, query.example, names)
    return {
        variable.strip("?_").removesuffix("_iri").removesuffix("_xsd_date"): terms[0].value
        for variable, terms in bound.terms.items()
    }


def test_every_query_answers_the_same_under_grlc(graph: Running, names: NameResolver, tmp_path: Path) -> None:
    (tmp_path / "queries").mkdir()
    for path in (HOME / "queries").glob("*.rq"):
        (tmp_path / "queries" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "config.ini").write_text(
        f"[defaults]\nsparql_endpoint = {graph.url}/sparql\n[local]\nlocal_sparql_dir = {tmp_path}/queries\n"
    )
    kinds = {True: N_TRIPLES, False: CSV}
    calls = [(query.name, list_arguments(query, names), kinds[query.is_graph]) for query in QUERIES]
    run = subprocess.run(
        [sys.executable, Path(__file__).parent / "grlc_calls.py"],
        input=json.dumps({"folder": f"{tmp_path}/queries", "calls": calls}),
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert sorted(found["described"]) == sorted(f"/{path.stem}" for path in (HOME / "queries").glob("*.rq"))
    differing = {}
    for query, (status, body) in zip(QUERIES, found["answers"], strict=True):
        ending = "nt" if query.is_graph else "csv"
        ours = graph.client.get(urls.answer(query.name, ending, urls.to_pairs(query.example))).text
        if query.is_graph and status == 200:
            body = "".join(sorted(set(body.splitlines(keepends=True))))
        if (status, body) != (200, ours):
            differing[query.name] = (status, body[:300])
    assert differing == {}
