"""What readers take from an answer: the formats above it, a lasting link, citations, and the parts of a long answer."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

from support.html import Page, read_text
from support.servers import Running

BROWSER = {"accept": "text/html"}
LONG = "/queries/decisions?meeting=ahg-som-07"


def read(graph: Running, path: str) -> Page:
    answer = graph.client.get(path, headers=BROWSER)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def test_the_formats_most_wanted_stand_above_the_answer(graph: Running) -> None:
    page = read(graph, LONG)
    top = next(p for p in page.root.iter("p") if p.attrib.get("class") == "formats take")
    links = {read_text(a): a.attrib["href"] for a in top.iter("a")}
    assert list(links) == ["CSV", "Excel", "JSON"]
    for link in links.values():
        assert graph.client.get(link).status_code == 200


def test_a_long_answer_can_be_narrowed_and_the_counts_are_true(graph: Running) -> None:
    page = read(graph, LONG)
    facets = {read_text(p[0]).rstrip(":"): p for p in page.root.iter("p") if p.attrib.get("class") == "facet"}
    assert {"act", "about", "addressee"} <= facets.keys()
    for name in ("act", "addressee"):
        links, counts = list(facets[name].iter("a")), [e for e in facets[name].iter("span") if read_text(e).isdigit()]
        rows = graph.client.get(links[0].attrib["href"].replace("?", ".json?")).json()
        assert len(rows) == int(read_text(counts[0])), name
    narrowed = read(graph, next(facets["act"].iter("a")).attrib["href"])
    without = [a.attrib["href"] for a in narrowed.root.iter("a") if read_text(a).startswith("remove act")]
    assert without == [LONG]


def test_a_citation_names_the_release_its_day_and_a_lasting_address(graph: Running) -> None:
    page = read(graph, "/queries/members-on-date?body=ahg&date=2013-03-05")
    section = page.section("cite")
    forms = {read_text(d[0]): "".join(d.find("pre").itertext()) for d in section.iter("details")}
    assert list(forms) == ["BibTeX", "RIS", "CSL-JSON"]
    (item,) = json.loads(forms["CSL-JSON"])
    release = item["version"]
    assert parse_qs(urlsplit(item["URL"]).query) == {"body": ["ahg"], "date": ["2013-03-05"], "release": [release]}
    year = item["issued"]["date-parts"][0][0]
    for text in (read_text(section), forms["BibTeX"], forms["RIS"]):
        assert release in text
        assert str(year) in text
    assert re.search(r"^UR  - https://", forms["RIS"], re.MULTILINE)
    assert forms["RIS"].splitlines()[0] == "TY  - DATA"
    assert forms["BibTeX"].startswith("@misc{")
    assert forms["BibTeX"].count("{") == forms["BibTeX"].count("}")


def test_every_head_describes_its_page(graph: Running) -> None:
    for path in ("/", LONG, "/id/agent/vietnam.html", "/pictures/attendance", "/ont.html", "/sparql", "/nothing"):
        page = Page(graph.client.get(path, headers=BROWSER).text)
        found = {
            e.attrib.get("property", e.attrib.get("name")): e.attrib["content"]
            for e in page.root.iter("meta")
            if "content" in e.attrib
        }
        for name in ("description", "og:title", "og:description", "og:type", "og:site_name"):
            assert found[name].strip(), (path, name)
    vietnam = Page(graph.client.get("/id/agent/vietnam.html", headers=BROWSER).text)
    description = next(e for e in vietnam.root.iter("meta") if e.attrib.get("name") == "description")
    assert "full member" in description.attrib["content"]


def test_only_a_chart_alone_may_be_framed(graph: Running) -> None:
    embedded = graph.client.get("/embed/charts/attendance", headers=BROWSER)
    assert embedded.status_code == 200
    assert "frame-ancestors *" in embedded.headers["content-security-policy"]
    assert "x-frame-options" not in embedded.headers
    assert "script-src 'self'" in embedded.headers["content-security-policy"]
    page = read(graph, "/pictures/membership?body=ahg")
    whole = graph.client.get("/pictures/membership?body=ahg", headers=BROWSER)
    assert "frame-ancestors 'none'" in whole.headers["content-security-policy"]
    code = next("".join(e.itertext()) for e in page.root.iter("code") if "<iframe" in "".join(e.itertext()))
    source = re.search(r'src="([^"]+)"', code)
    assert source
    assert source[1].startswith(graph.url)
    alone = graph.client.get(source[1], headers=BROWSER)
    assert "frame-ancestors *" in alone.headers["content-security-policy"]
    assert Page(alone.text).text_of("h1") == page.text_of("h1")
    assert graph.client.get("/embed/charts/none", headers=BROWSER).status_code == 404
