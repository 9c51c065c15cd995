"""The page of a thing begins with the answer: sentences from saved queries, each with its paragraph, none says more."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from support.html import Page, read_text
from support.servers import Running

BROWSER = {"accept": "text/html"}


def read_lead(site: Running, path: str) -> list[Element]:
    answer = site.client.get(f"{path}.html", headers=BROWSER)
    assert answer.status_code == 200
    lists = [e for e in Page(answer.text).root.iter("ul") if e.attrib.get("class") == "answer"]
    return list(lists[0]) if lists else []


@pytest.mark.parametrize(
    ("path", "sentences"),
    [
        (
            "/id/agent/unodc",  # S7 para 16, P8 bullet 9, P1, S5 para 1, S7 para 1, P8
            [
                "Bali Process: applicant by 5 March 2013.",
                "Ad Hoc Group: full member from 6 August 2014.",
                "Attended as participant: First Meeting of the AHG Senior Officials.",
                "Attended as observer: Fifth Meeting of the AHG Senior Officials, "
                "Seventh Meeting of the AHG Senior Officials and Eighth Meeting of the AHG Senior Officials.",
            ],
        ),
        (
            "/id/meeting/ahg-som-08",
            [
                "Held on 6 August 2014 in Canberra: ",
                "Attended as observer, 2: Canada and United Nations Office on Drugs and Crime.",
                "Possibly: full members not on the list, 2: India and Pakistan.",
            ],
        ),
        (
            "/id/agent/india",
            [
                "Attended as participant: First Meeting of the AHG Senior Officials.",
                "Full member of Ad Hoc Group, not on the list of: Seventh Meeting of the AHG Senior Officials.",
                "Possibly: full member of Ad Hoc Group, not on the list of: "
                "Fifth Meeting of the AHG Senior Officials and Eighth",
            ],
        ),
        ("/id/agent/indonesia", ["Co-manager of Regional Support Office."]),
        ("/id/doc/ahg-som-07-statement", ["Source document S7, dated on 5 March 2013, in 44 parts."]),
    ],
)
def test_it_says_what_the_documents_say(site: Running, path: str, sentences: list[str]) -> None:
    found = [read_text(item) for item in read_lead(site, path)]
    for sentence in sentences:
        assert any(text.startswith(sentence) for text in found), found


@pytest.mark.parametrize(
    "path", ["/id/agent/vietnam", "/id/meeting/ahg-som-07", "/id/body/rso", "/id/initiative/policy-guides"]
)
def test_each_clause_leads_to_its_paragraph(site: Running, path: str) -> None:
    lead = read_lead(site, path)
    assert lead
    for item in lead:
        parts = [a.attrib["href"] for a in item.iter("a") if a.attrib.get("class") == "part"]
        assert any(part.startswith("/id/doc/") for part in parts), read_text(item)


def test_what_is_disputed_or_inferred_is_marked(site: Running) -> None:
    lead = read_lead(site, "/id/agent/united-arab-emirates")
    (accepted,) = [item for item in lead if read_text(item).startswith("Ad Hoc Group: accepted")]
    (invited,) = [item for item in lead if read_text(item).startswith("Bali Process: invited")]
    tags = [[a.attrib.get("class") for a in item.iter("a")] for item in (accepted, invited)]
    assert "tag disputed" in tags[0]
    assert "tag disputed" not in tags[1]
    absent = [item for item in read_lead(site, "/id/meeting/ahg-som-07") if "not on the list" in read_text(item)]
    assert any(a.attrib.get("class") == "tag curators" for a in absent[0].iter("a"))


def test_the_rest_stands_below_under_all_facts(site: Running) -> None:
    page = Page(site.client.get("/id/agent/unodc.html", headers=BROWSER).text)
    headings = page.text_of("h2")
    assert headings.index("All facts") > 1
    assert page.section("all-facts").find("dl") is not None
