"""A table is matched to the graph by the Reconciliation Service API 0.2, with the requests that OpenRefine sends."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from ahg_graph.snapshot import Snapshot
from support.namespaces import ID, ONT, PREFIXES
from support.servers import Running, run

JSON = dict[str, Any]
FOLDER = Path(os.environ.get("AHG_GRAPH_CONFORMANCE", "none")) / "reconciliation"
SCHEMAS = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the specification's schemas are read from the folder of AHG_GRAPH_CONFORMANCE"
)


@pytest.fixture(scope="module")
def site(real_snapshot: Snapshot) -> Iterator[Running]:
    with run(real_snapshot) as running:
        yield running


@pytest.fixture(scope="module")
def manifest(site: Running) -> JSON:
    found: JSON = site.client.get("/reconcile").json()
    return found


def validate(name: str, found: object) -> None:
    """Check an answer by a schema of the specification, which are said to be of the latest draft there was."""
    schemas = {path.name: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}
    for schema in schemas.values():
        schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    resources = [(schema["$id"], Resource.from_contents(schema)) for schema in schemas.values() if "$id" in schema]
    # The specification's schema for the authentication is that of Swagger 2.0, which `openapi.json` holds.
    swagger = DRAFT7.create_resource(schemas["openapi.json"])
    registry: Any = Registry().with_resources([*resources, ("http://swagger.io/v2/schema.json", swagger)])
    Draft7Validator(schemas[f"{name}.json"], registry=registry).validate(found)


def ask(site: Running, queries: JSON) -> JSON:
    """Send a batch as OpenRefine does, and return the answer, checked."""
    answer = site.client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    found: JSON = answer.json()
    assert found.keys() == queries.keys()
    if FOLDER.is_dir():
        validate("reconciliation-query-batch", queries)
        validate("reconciliation-result-batch", found)
    return found


def find(site: Running, text: str, **more: object) -> list[JSON]:
    result: list[JSON] = ask(site, {"q0": {"query": text, **more}})["q0"]["result"]
    return result


@SCHEMAS
def test_manifest_is_valid(manifest: JSON) -> None:
    validate("manifest", manifest)


def test_identifier_space_and_identifier_are_the_iri(site: Running, manifest: JSON) -> None:
    found = find(site, "Australia", type=f"{ONT}State")[0]
    assert manifest["identifierSpace"] + found["id"] == f"{ID}agent/australia"
    page = manifest["view"]["url"].replace("{{id}}", quote(found["id"], safe=""))
    answer = httpx.get(page, headers={"accept": "text/html"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "<h1>Australia</h1>" in answer.text


def test_batch_of_openrefine(site: Running) -> None:
    """The form of OpenRefine 3: one type as text, `should`, columns as properties, a limit."""
    found = ask(
        site,
        {
            "q0": {"query": "Viet Nam", "type": f"{ONT}State", "type_strict": "should", "limit": 5},
            "q1": {"query": "unodc", "type_strict": "should"},
            "q2": {"query": "ahg-som-05", "type_strict": "should", "properties": []},
        },
    )
    best = {key: answer["result"][0] for key, answer in found.items()}
    assert {key: item["match"] for key, item in best.items()} == {"q0": True, "q1": True, "q2": True}
    assert best["q0"]["id"] == "agent/vietnam"
    assert [kind["name"] for kind in best["q0"]["type"]] == ["state"]
    assert best["q2"]["id"] == "meeting/ahg-som-05"


def test_same_by_get_and_by_post(site: Running) -> None:
    queries = json.dumps({"a": {"query": "Timor", "limit": 3}})
    by_get = site.client.get("/reconcile", params={"queries": queries})
    assert by_get.json() == site.client.post("/reconcile", data={"queries": queries}).json()


@pytest.mark.parametrize("form", ["Indonesia", '{"query": "Indonesia"}'])
def test_single_query(site: Running, form: str) -> None:
    answer = site.client.get("/reconcile", params={"query": form}).json()
    assert answer["result"][0]["id"] == "agent/indonesia"


def test_identifier_and_iri_are_found(site: Running) -> None:
    for text in ("agent/indonesia", f"{ID}agent/indonesia"):
        first = find(site, text)[0]
        assert (first["id"], first["score"], first["match"]) == ("agent/indonesia", 100, True)


def test_scores_fall_and_limit_holds(site: Running) -> None:
    scores = [item["score"] for item in find(site, "working group", limit=7)]
    assert len(scores) == 7
    assert scores == sorted(scores, reverse=True)


def test_misspelt_name_is_near_and_never_certain(site: Running) -> None:
    found = find(site, "Indonisia", type="State")
    assert found[0]["id"] == "agent/indonesia"
    assert not any(item["match"] for item in found)


@pytest.mark.parametrize("name", [f"{ONT}State", "ahg:State", "State", "state"])
def test_type_restricts(site: Running, name: str) -> None:
    everything = find(site, "Thailand", limit=50)
    states = find(site, "Thailand", limit=50, type=name)
    assert len(states) < len(everything)
    assert all(f"{ONT}State" in [kind["id"] for kind in item["type"]] for item in states)


def test_type_that_should_hold_gives_way(site: Running) -> None:
    """No state is called so: with `any` no name holds it, with `should` that of the body does, and is not certain."""
    text = "Regional Support Office"
    assert "body/rso" not in [item["id"] for item in find(site, text, type="State")]
    found = {item["id"]: item["match"] for item in find(site, text, type="State", type_strict="should", limit=50)}
    assert found["body/rso"] is False
    assert not any(found.values())


def test_all_types_must_hold(site: Running) -> None:
    found = find(site, "Australia", type=["State", "Meeting"], type_strict="all")
    assert found == []


def test_property_decides_between_namesakes(site: Running) -> None:
    """A code tells which one is meant, as text or as an entity that was matched before."""
    namesakes = [item for item in find(site, "Working Group") if item["score"] == 100]
    assert len(namesakes) > 1
    assert not any(item["match"] for item in namesakes)
    for item in namesakes:
        told = find(site, "Working Group", properties=[{"pid": "skos:prefLabel", "v": item["name"].upper()}])
        assert [(found["id"], found["match"]) for found in told] == [(item["id"], True)]
    wrong = find(site, "Australia", properties=[{"pid": "ahg:isoCode", "v": "NZL"}])
    assert wrong[0]["id"] == "agent/australia"
    assert not any(item["match"] for item in wrong)
    assert {"id": "ahg:isoCode", "value": False} in wrong[0]["features"]


def test_properties_alone(site: Running) -> None:
    queries = {"q": {"properties": [{"pid": f"{ONT}isoCode", "v": ["THA", "nothing"]}]}}
    found = ask(site, queries)["q"]["result"]
    assert [item["id"] for item in found] == ["agent/thailand"]
    member = {"pid": f"{ONT}heldIn", "v": {"id": "place/canberra", "name": "Canberra"}}
    meetings = ask(site, {"q": {"type": "Meeting", "properties": [member], "limit": 50}})["q"]["result"]
    query = f"PREFIX ahg: <{ONT}> SELECT DISTINCT ?m {{ ?m a ahg:Meeting ; ahg:heldIn <{ID}place/canberra> }}"
    rows = site.ask(query, accept="application/sparql-results+json").json()["results"]["bindings"]
    assert {ID + item["id"] for item in meetings} == {row["m"]["value"] for row in rows} != set()


def test_suggestions(site: Running, manifest: JSON) -> None:
    wanted = {
        "entity": ("austr", "agent/australia"),
        "type": ("meet", f"{ONT}Meeting"),
        "property": ("held in", f"{ONT}heldIn"),
    }
    for kind, (prefix, identifier) in wanted.items():
        service = manifest["suggest"][kind]
        answer = httpx.get(service["service_url"] + service["service_path"], params={"prefix": prefix}).json()
        assert identifier in [item["id"] for item in answer["result"]], kind
        if FOLDER.is_dir():
            validate(
                {"entity": "suggest-entities-response", "type": "suggest-types-response"}.get(
                    kind, "suggest-properties-response"
                ),
                answer,
            )
        path = service["flyout_service_path"].replace("${id}", quote(identifier, safe=""))
        flyout = httpx.get(service["flyout_service_url"] + path).json()
        assert flyout["id"] == identifier
        assert answer["result"][[i["id"] for i in answer["result"]].index(identifier)]["name"] in flyout["html"]


def test_suggestions_go_on_at_the_cursor(site: Running) -> None:
    address = "/reconcile/suggest/entity"
    whole = site.client.get(address, params={"prefix": "meeting"}).json()["result"]
    rest = site.client.get(address, params={"prefix": "meeting", "cursor": 5}).json()["result"]
    assert rest[: len(whole) - 5] == whole[5:]
    assert whole


def test_preview_may_be_framed_and_nothing_else(site: Running, manifest: JSON) -> None:
    answer = httpx.get(manifest["preview"]["url"].replace("{{id}}", quote("agent/unhcr", safe="")))
    assert answer.status_code == 200
    assert "UNHCR" in answer.text
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    other = site.client.get("/id/agent/unhcr.html")
    assert other.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in other.headers["content-security-policy"]


def test_proposed_properties_are_those_in_use(site: Running, manifest: JSON) -> None:
    service = manifest["extend"]["propose_properties"]
    address = service["service_url"] + service["service_path"]
    found = httpx.get(address, params={"type": f"{ONT}State", "limit": 500}).json()
    if FOLDER.is_dir():
        validate("data-extension-property-proposal", found)
    proposed = {item["id"] for item in found["properties"]}
    assert {f"{ONT}isoCode", f"{PREFIXES['skos']}prefLabel"} <= proposed
    query = f"PREFIX ahg: <{ONT}> SELECT DISTINCT ?p {{ ?s a ahg:State ; ?p ?v }}"
    rows = site.ask(query, accept="application/sparql-results+json").json()["results"]["bindings"]
    assert proposed <= {row["p"]["value"] for row in rows}


def test_table_is_extended(site: Running) -> None:
    asked = {
        "ids": ["agent/australia", "meeting/ahg-som-05", "agent/nowhere"],
        "properties": [
            {"id": "ahg:isoCode"},
            {"id": f"{ONT}heldIn"},
            {"id": "ahg:startNotBefore"},
            {"id": "ahg:seriesOrdinal", "settings": {"limit": "1"}},
        ],
    }
    found = site.client.post("/reconcile", data={"extend": json.dumps(asked)}).json()
    if FOLDER.is_dir():
        validate("data-extension-query", asked)
        validate("data-extension-response", found)
    rows = found["rows"]
    assert rows["agent/australia"]["ahg:isoCode"] == [{"str": "AUS"}]
    assert set(rows["agent/nowhere"]) == {item["id"] for item in asked["properties"]}  # type: ignore[attr-defined]
    assert not any(rows["agent/nowhere"].values())
    (place,) = rows["meeting/ahg-som-05"][f"{ONT}heldIn"]
    assert site.client.get(f"/id/{place['id']}.html").status_code == 200
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", rows["meeting/ahg-som-05"]["ahg:startNotBefore"][0]["date"])
    assert rows["meeting/ahg-som-05"]["ahg:seriesOrdinal"] == [{"int": 5}]
    meta = {item["id"]: item for item in found["meta"]}
    assert meta[f"{ONT}heldIn"]["type"]["id"] == f"{ONT}Place"


def test_script_of_another_site_may_call(site: Running) -> None:
    answer = site.client.get("/reconcile", params={"callback": "jQuery1_2.done"})
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert re.fullmatch(r"/\*\*/jQuery1_2\.done\((\{.*\})\);", answer.text)
    assert site.client.get("/reconcile", params={"callback": "alert(1)"}).status_code == 422
    preflight = site.client.options("/reconcile", headers={"access-control-request-method": "POST"})
    assert "POST" in preflight.headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"queries": "[]"}, 400),
        ({"queries": "{"}, 400),
        ({}, 400),
        ({"queries": '{"q": {}}'}, 422),
        ({"queries": '{"q": {"query": "x", "type": "Spaceship"}}'}, 422),
        ({"queries": '{"q": {"query": "x", "limit": 0}}'}, 422),
        ({"queries": '{"q": {"query": "x", "type_strict": "never"}}'}, 422),
        ({"queries": '{"q": {"query": "x", "properties": [{"pid": "ahg:isoCode"}]}}'}, 422),
        ({"queries": json.dumps({str(n): {"query": "x"} for n in range(101)})}, 413),
        ({"extend": '{"ids": ["agent/australia"], "properties": [{"id": "colour"}]}'}, 422),
    ],
)
def test_what_the_protocol_does_not_know_is_refused(site: Running, form: dict[str, str], status: int) -> None:
    answer = site.client.post("/reconcile", data=form, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_unknown_thing_and_kind(site: Running) -> None:
    assert site.client.get("/embed/preview", params={"id": "agent/nobody"}).status_code == 404
    assert site.client.get("/reconcile/suggest/colour").status_code == 404
    assert (
        site.client.post("/reconcile", content=b"{}", headers={"content-type": "application/json"}).status_code == 415
    )
