"""Every IRI resolves to a page and to RDF; a retired one leads on, an unknown one to what is near it."""

from __future__ import annotations

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from ahg_graph.config.prefixes import PREFIXES
from ahg_graph.service.time_wording import Timespan
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.store import open_store
from ahg_graph.sparql.types import SparqlQuery
from support.html import Page, read_text
from support.namespaces import BASE, DOCUMENTS, GRAPH, ID, ONT
from support.servers import Running

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORMATS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
US = "/id/agent/united-states"


def get(site: Running, path: str, accept: str = BROWSER) -> httpx.Response:
    return site.client.get(path, headers={"accept": accept})


def read_page(site: Running, path: str) -> Page:
    answer = get(site, f"{path}.html")
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def select(snapshot: Snapshot, query: str) -> list[tuple[str, ...]]:
    table = parse_table(open_store(snapshot.path / "store").answer(SparqlQuery(query)).body)
    return [tuple(row[name]["value"] for name in table.columns) for row in table.rows]


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        (BROWSER, "html"),
        ("*/*", "ttl"),
        ("text/turtle", "ttl"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "jsonld"),
        ("application/json", "jsonld"),
        ("application/rdf+xml", "rdf"),
        ("text/turtle;q=0.5, application/rdf+xml;q=0.9", "rdf"),
        ("text/html;q=0.3, text/turtle", "ttl"),
    ],
)
@pytest.mark.parametrize("path", [US, "/id/doc/ahg-som-05-statement/p4", "/ont", "/graph/record/S5"])
def test_an_iri_leads_to_what_the_client_accepts(site: Running, path: str, accept: str, ending: str) -> None:
    answer = get(site, path, accept)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}.{ending}")
    assert "Accept" in answer.headers["vary"]


def test_a_client_that_accepts_none_of_it_gets_the_list_of_formats(site: Running) -> None:
    answer = get(site, US, "image/png")
    assert answer.status_code == 406
    assert set(answer.json()["available"]) == {"text/html", *FORMATS.values()}


def test_every_thing_and_term_of_the_graph_resolves(site: Running, real_snapshot: Snapshot) -> None:
    query = f'SELECT DISTINCT ?s WHERE {{ ?s ?p ?o FILTER(ISIRI(?s) && STRSTARTS(STR(?s), "{BASE}")) }}'
    iris = [iri for (iri,) in select(real_snapshot, query)]
    assert len(iris) > 1500
    paths = sorted(
        {"/" + iri.removeprefix(BASE).partition("#")[0] for iri in iris if not iri.startswith(BASE + "shapes")}
    )
    endings = [("html", BROWSER), *FORMATS.items()]
    lost = []
    for number, path in enumerate(paths):  # each by one Accept header, and each header many times
        ending, accept = endings[number % len(endings)]
        answer = get(site, path, accept)
        if (answer.status_code, answer.headers.get("location")) != (303, f"{path}.{ending}"):
            lost.append((path, accept, answer.status_code))
        elif f'<{BASE}{path[1:]}>; rel="about"' not in answer.headers["link"]:
            lost.append((path, "Link", answer.status_code))
    assert lost == []


@pytest.mark.parametrize("kind", ["id", "doc", "ont", "graph"])
def test_every_description_has_its_type_an_etag_and_links(site: Running, real_snapshot: Snapshot, kind: str) -> None:
    """One thing of each class, every part of one document, the ontology, every graph: as a page and in every syntax."""
    parts = f"SELECT ?part WHERE {{ ?part <{ONT}partOfDocument> <{ID}doc/{DOCUMENTS['P1']}> }} ORDER BY ?part"
    paths = {
        "id": [f"/{iri.removeprefix(BASE)}" for iri in list_firsts(real_snapshot)],
        "doc": [f"/{iri.removeprefix(BASE)}" for (iri,) in select(real_snapshot, parts)],
        "ont": ["/ont"],
        "graph": [f"/graph/{name.removeprefix(GRAPH)}" for name in real_snapshot.manifest.graphs],
    }[kind]
    for path in paths:
        for ending, media_type in {"html": "text/html", **FORMATS}.items():
            answer = get(site, f"{path}.{ending}")
            assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, media_type), path
            assert answer.headers["etag"].startswith('"')
            assert f'<{path}.ttl>; rel="alternate"; type="text/turtle"' in answer.headers["link"]
            syntax = RdfFormat.from_extension(ending)
            assert syntax is None or any(True for _ in parse(answer.content, syntax)), path


def list_firsts(snapshot: Snapshot) -> list[str]:
    """Return the first thing of each class."""
    query = f"""SELECT ?class (MIN(STR(?s)) AS ?first) WHERE {{
      ?s a ?class FILTER(STRSTARTS(STR(?class), "{ONT}") && STRSTARTS(STR(?s), "{ID}"))
    }} GROUP BY ?class"""
    return sorted({iri for _, iri in select(snapshot, query)})


def test_one_thing_of_each_class_has_a_well_formed_page(site: Running, real_snapshot: Snapshot) -> None:
    firsts = list_firsts(real_snapshot)
    assert len(firsts) > 30
    for iri in firsts:
        page = read_page(site, "/" + iri.removeprefix(BASE))
        assert len(page.text_of("h1")) == 1
        assert page.text_of("h1") != [""]


@pytest.mark.parametrize("ending", FORMATS)
def test_every_syntax_says_the_same_of_a_thing(site: Running, real_snapshot: Snapshot, ending: str) -> None:
    answer = get(site, f"{US}.{ending}")
    assert answer.headers["content-type"].split(";")[0] == FORMATS[ending]
    syntax = RdfFormat.from_extension(ending)
    assert syntax is not None
    triples = {quad.triple for quad in parse(answer.content, syntax)}
    nt = {quad.triple for quad in parse(get(site, f"{US}.nt").content, RdfFormat.N_TRIPLES)}
    assert triples == nt
    own = {(t.predicate.value, t.object.value) for t in triples if str(t.subject) == f"<{ID}agent/united-states>"}
    stored = select(real_snapshot, f"SELECT ?p ?o WHERE {{ <{ID}agent/united-states> ?p ?o }}")
    assert own == set(stored)


def test_a_description_holds_the_nodes_that_state_something_about_the_thing(site: Running) -> None:
    text = get(site, f"{US}.nt").text
    node = f"<{ID}affiliation/ahg-united-states-member>"
    assert f"{node} <{ONT}memberIn> <{ID}body/ahg> ." in text
    assert f'{node} <{ONT}startNotBefore> "2011-03-29"' in text


def test_a_description_is_kept_by_its_etag_and_linked(site: Running) -> None:
    first = get(site, f"{US}.ttl")
    again = site.client.get(f"{US}.ttl", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert f'<{BASE}id/agent/united-states>; rel="about"' in first.headers["link"]
    for ending, media_type in {"html": "text/html", **FORMATS}.items():
        assert f'<{US}.{ending}>; rel="alternate"; type="{media_type}"' in first.headers["link"]


def test_an_unknown_name_leads_to_what_is_near_it(site: Running) -> None:
    answer = get(site, "/id/agent/pakstan")
    assert answer.status_code == 404
    assert "/id/agent/pakistan" in Page(answer.text).links()
    problem = get(site, "/id/agent/pakstan", "application/json")
    assert (problem.status_code, problem.json()["code"]) == (404, "unknown-name")
    assert any(text.startswith("pakistan (") for text in problem.json()["candidates"])
    graph, chart = get(site, "/graph/record/XX"), get(site, "/pictures/nothing")
    assert (graph.status_code, chart.status_code) == (404, 404)
    assert "/graph/record/S5" in Page(graph.text).links()
    assert "/pictures/timeline" in Page(chart.text).links()


def test_a_thing_that_was_renamed_leads_to_its_new_name(hostile: Running) -> None:
    answer = get(hostile, "/id/agent/old")
    assert (answer.status_code, answer.headers["location"]) == (301, "/id/agent/evil")
    assert get(hostile, "/id/agent/old.ttl").status_code == 301
    assert get(hostile, "/id/agent/gone.html").status_code == 200


def test_a_graph_is_described_by_all_its_triples(site: Running, real_snapshot: Snapshot) -> None:
    triples = {quad.triple for quad in parse(get(site, "/graph/record/P1.ttl").content, RdfFormat.TURTLE)}
    assert len(triples) == real_snapshot.manifest.graphs[GRAPH + "record/P1"]
    page = Page(get(site, "/graph/record/P1.html").text)
    assert {f"/graph/{name.removeprefix(GRAPH)}" for name in real_snapshot.manifest.graphs} <= set(page.links())


# ---- what pages say, from the documents


def test_the_fifth_meeting_says_when_where_who_and_what_was_decided(site: Running) -> None:
    page = read_page(site, "/id/meeting/ahg-som-05")
    facts = page.facts()
    assert facts["when"].startswith("12 October 2011")
    assert facts["held in"].startswith("Sydney")
    hosts = page.rows("who-convened-hosted-and-chaired")
    assert ["Australia", "host"] in [row[:2] for row in hosts]
    there = {row[0]: row[1] for row in page.rows("who-was-there")}
    assert len(there) == 18
    new = {who for who, capacity in there.items() if capacity == "new member"}
    assert new == {"Philippines", "United States", "Vietnam"}
    observing = {who for who, capacity in there.items() if capacity == "observer"}
    assert observing == {"Canada", "United Nations Office on Drugs and Crime"}
    widened = next(row for row in page.rows("what-was-decided") if "from air to land and sea" in row[0])
    assert widened[1] == "agree"
    assert "S5, para 4" in widened[-1]


def test_disputed_dates_are_shown_with_every_reading(site: Running) -> None:
    page = read_page(site, "/id/meeting/ahg-som-01")
    section = page.section("where-the-sources-differ")
    texts = [read_text(li) for li in section.iter("li")]
    june = [text for text in texts if "27 June 2009" in text]
    july = [text for text in texts if "27 July 2009" in text]
    assert [text.split()[0] for text in june + july] == ["disputed", "disputed"]
    assert "P1, header" in june[0]
    assert "P1, introduction" in july[0]
    assert "disputed" in page.facts()["when"]


def test_a_state_shows_its_statuses_over_time_with_evidence(site: Running) -> None:
    rows = read_page(site, US).rows("status-over-time")
    member = next(row for row in rows if row[:2] == ["full member", "Ad Hoc Group"])
    assert member[2] == Timespan("2011-03-29", "2011-10-12", "2013-03-05").describe_state()
    assert "PR, composition of the AHG" in member[3]
    assert "S5, para 1" in member[3]


def test_what_follows_is_marked_and_leads_to_its_proof(site: Running) -> None:
    page = read_page(site, US)
    section = page.section("technical")
    triple = f"subject={ID}agent/united-states&predicate={ONT}isOrWasMemberOf&object={ID}body/ahg"
    wanted = "/explain?" + triple.replace("#", "%23")
    marks = [a for a in section.iter("a") if a.attrib["href"] == wanted]
    assert [read_text(mark).split(":")[0] for mark in marks] == ["inferred"]
    proof = get(site, wanted)
    assert proof.status_code == 200
    assert next(Page(proof.text).section("proof").iter("ul")).attrib["class"] == "tree"


@pytest.mark.parametrize("path", [US, "/id/meeting/ahg-som-01", "/id/body/rso", "/id/decision/s5-p4-2"])
def test_every_inferred_fact_leads_to_its_proof_and_its_evidence(site: Running, path: str) -> None:
    marks = [a for a in read_page(site, path).root.iter("a") if a.attrib.get("class") == "tag inferred"]
    assert marks
    for mark in marks:
        record = site.client.get(
            mark.attrib["href"], params={"format": "json"} | dict(httpx.URL(mark.attrib["href"]).params)
        )
        assert record.json()["standing"] == "derived", mark.attrib["href"]
    proof = Page(get(site, marks[0].attrib["href"]).text)
    parts = [a.attrib["href"] for a in proof.section("evidence").iter("a")]
    assert parts
    assert all(part.startswith("/id/doc/") for part in parts)


def test_every_asserted_fact_leads_to_where_it_is_stated(site: Running) -> None:
    page = read_page(site, "/id/meeting/ahg-som-05")
    reasons = [a.attrib["href"] for a in page.root.iter("a") if a.attrib.get("class") == "proof"]
    assert len(reasons) > 5
    standings = {site.client.get(link, headers={"accept": "application/json"}).json()["standing"] for link in reasons}
    assert standings == {"asserted"}


@pytest.mark.parametrize("path", ["agent/unodc", "agent/united-arab-emirates", "initiative/vrs-msrc", "body/rso"])
def test_a_page_lists_the_decisions_of_the_table_that_it_opens(site: Running, path: str) -> None:
    whole = get(site, f"/id/{path}.html?only=decisions-about-it")
    listed = {link for link in Page(whole.text).links() if link.startswith("/id/decision/")}
    rows = site.client.get("/queries/decisions.json", params={"about": path, "pageSize": 500}).json()
    asked = {"/id/" + row["decision"].removeprefix(ID) for row in rows}
    assert listed == asked and len(asked) > 4


def test_a_row_that_only_follows_by_rule_is_marked_and_leads_to_its_proof(site: Running) -> None:
    absent = read_page(site, "/id/meeting/ahg-som-07").section("members-not-on-the-list")
    assert "India listed by inference" in read_text(absent)
    link = next(a.get("href") for a in absent.iter("a") if "/explain?" in (a.get("href") or ""))
    assert "derived" in get(site, f"{link}&format=json", "application/json").text
    stated = read_text(read_page(site, "/id/agent/united-arab-emirates").section("decisions-about-it"))
    assert "on shared challenges." in stated and "on shared challenges. listed by inference" not in stated


def test_a_maker_is_shown_with_the_evidence_of_its_own_claim(site: Running) -> None:
    facts = read_text(read_page(site, "/id/doc/ahg-som-07-statement").root)
    assert (
        "S7, title" in facts.split("produced by")[1][:120]
        and "PR, closing note" not in facts.split("produced by")[1][:120]
    )


def test_a_thing_leads_to_the_charts_that_show_it(site: Running) -> None:
    def list_pictures(path: str) -> set[str]:
        return {link.partition("?")[0] for link in read_page(site, path).links() if link.startswith("/pictures/")}

    assert list_pictures("/id/body/ahg") == {"/pictures/membership", "/pictures/bodies"}
    wanted = {"/pictures/timeline", "/pictures/attendance", "/pictures/life"}
    assert list_pictures("/id/meeting/ahg-som-05") == wanted
    assert list_pictures("/id/decision/s5-p4-2") == {"/pictures/life"}
    assert list_pictures("/id/place/sydney") == set()


def test_a_long_section_has_a_page_of_its_own_that_holds_all(site: Running, real_snapshot: Snapshot) -> None:
    page = read_page(site, "/id/meeting/ahg-som-07")
    part = page.rows("what-it-follows")
    heading = read_text(page.section("what-it-follows").find("h2"))  # type: ignore[arg-type]
    (link,) = {link for link in page.links() if link.endswith("only=what-it-follows")}
    whole = Page(get(site, link).text)
    assert heading.startswith(whole.text_of("h1")[0])
    rows = whole.rows("Seventh Meeting of the AHG Senior Officials")
    assert rows[: len(part)] == part
    query = f"""SELECT DISTINCT ?n WHERE {{
      {{ ?n <{ONT}laterItem> <{ID}meeting/ahg-som-07> }}
      UNION {{ ?item <{ONT}takenAt>|<{ONT}putTo> <{ID}meeting/ahg-som-07> . ?n <{ONT}laterItem> ?item }}
    }}"""
    assert len(rows) == len(select(real_snapshot, query)) > len(part)
    unknown = site.client.get("/id/meeting/ahg-som-07.html", params={"only": "nothing"})
    assert unknown.status_code == 404
    assert link in Page(unknown.text).links()


def test_a_part_with_much_on_it_is_shown_whole_on_its_own_page(site: Running) -> None:
    page = read_page(site, f"/id/doc/{DOCUMENTS['PR']}")
    section = page.section("its-parts-and-what-rests-on-each")
    more = [text for a in section.iter("a") if "more at composition of the AHG" in (text := read_text(a))]
    (members,) = (int(text.split()[0]) for text in more if text.endswith("full membership"))
    rows = read_page(site, f"/id/doc/{DOCUMENTS['PR']}/composition").section("what-rests-on-it").iter("tr")
    shown = sum("full member" in read_text(row) for row in rows)
    assert shown == members + 6


def test_a_body_shows_mandates_members_and_what_it_grew_out_of(site: Running) -> None:
    tewg = read_page(site, "/id/body/tewg")
    assert len(tewg.rows("mandates")) == 2
    ahg = read_page(site, "/id/body/ahg")
    affiliated = {row[0] for row in ahg.rows("members-invited-and-applying")}
    assert affiliated >= {"Indonesia", "United States", "United Arab Emirates"}
    changes = [" ".join(row) for row in ahg.rows("setting-up-change-and-succession")]
    assert any("Ad hoc expert meetings" in change for change in changes)


def test_a_document_shows_its_parts_in_order_with_what_each_supports(site: Running, real_snapshot: Snapshot) -> None:
    page = read_page(site, f"/id/doc/{DOCUMENTS['S5']}")
    parts = [
        read_text(a)
        for a in page.section("its-parts-and-what-rests-on-each").iter("a")
        if a.attrib.get("class") == "place"
    ]
    query = f"""SELECT ?l WHERE {{
      ?p <{ONT}partOfDocument> <{ID}doc/{DOCUMENTS["S5"]}> ; <{ONT}locator> ?l ; <{ONT}partOrder> ?n
    }} ORDER BY ?n"""
    assert parts == [locator for (locator,) in select(real_snapshot, query)]
    assert "/id/decision/s5-p4-2" in page.links()


def test_a_part_shows_everything_that_it_supports(site: Running, real_snapshot: Snapshot) -> None:
    part = f"{ID}doc/{DOCUMENTS['S5']}/p4"
    resting = {iri for (iri,) in select(real_snapshot, f"SELECT ?n WHERE {{ ?n <{ONT}evidencedBy> <{part}> }}")}
    page = read_page(site, f"/id/doc/{DOCUMENTS['S5']}/p4")
    shown = {link.removesuffix(".html") for link in page.links()}
    assert {"/" + iri.removeprefix(BASE) for iri in resting} <= shown
    assert len(resting) > 5


def test_a_code_that_class_expressions_name_has_a_page(site: Running, real_snapshot: Snapshot) -> None:
    """What points to it has no IRI, and stands on no page."""
    codes = select(real_snapshot, f"SELECT DISTINCT ?code WHERE {{ ?node <{PREFIXES['owl']}hasValue> ?code }}")
    assert len(codes) > 10
    for (code,) in codes:
        assert get(site, f"/{code.removeprefix(BASE)}.html").status_code == 200, code
