"""The page of the API shows every operation of the OpenAPI description, with its parameters and fields."""

from __future__ import annotations

from support.html import Page, read_text
from support.servers import Running


def test_every_operation_is_shown_with_what_it_takes_and_gives(site: Running) -> None:
    answer = site.client.get("/docs")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert len(answer.content) < 100 * 1024
    page = Page(answer.text)
    identities = [element.attrib["id"] for element in page.root.iter() if "id" in element.attrib]
    assert len(identities) == len(set(identities))
    shown = {e.attrib["id"]: read_text(e) for e in page.root.iter("details") if "id" in e.attrib}
    document = site.client.get("/openapi.json").json()
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    assert set(shown) == {f"op-{operation['operationId']}" for operation in operations}
    for operation in operations:
        text = shown[f"op-{operation['operationId']}"]
        assert operation["summary"] in text
        for parameter in operation["parameters"]:
            assert "$ref" in parameter or parameter["name"] in text
        for media_type, content in operation["responses"]["200"]["content"].items():
            if media_type == "application/json" and "items" in content["schema"]:
                assert all(name in text for name in content["schema"]["items"]["properties"])
    everything = read_text(page.section("common"))
    assert all(parameter["name"] in everything for parameter in document["components"]["parameters"].values())


def test_every_page_leads_there_and_its_examples_answer(site: Running) -> None:
    headers = {"accept": "text/html"}
    links = [a.attrib["href"] for a in Page(site.client.get("/", headers=headers).text).root.iter("a")]
    assert "/docs" in links
    examples = [a.attrib["href"] for a in Page(site.client.get("/docs").text).root.iter("a") if "?" in a.attrib["href"]]
    assert len(examples) > 20
    assert all(site.client.get(link).status_code == 200 for link in examples[::7])
