"""What goes wrong is told a browser as a page, with what may have been meant, and a program as a problem document."""

from __future__ import annotations

import httpx
import pytest

from support.html import Page
from support.kinds import WRONG
from support.servers import Running

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def get(site: Running, path: str, accept: str = BROWSER) -> httpx.Response:
    return site.client.get(path, headers={"accept": accept})


@pytest.mark.parametrize("name", WRONG)
def test_a_browser_gets_a_page_with_the_status(site: Running, name: str) -> None:
    path, status = WRONG[name]
    answer = get(site, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    assert "content-security-policy" in answer.headers
    assert len(Page(answer.text).text_of("h1")) == 1


def test_the_page_says_the_code_and_the_number_of_the_request(site: Running) -> None:
    answer = get(site, "/nothing")
    codes = Page(answer.text).text_of("code")
    assert "not-found" in codes
    assert answer.headers["x-request-id"] in codes


def test_a_wrong_value_leads_to_the_page_with_what_is_near(site: Running) -> None:
    page = Page(get(site, "/pictures/life?of=regional+support+offise").text)
    assert "/pictures/life?of=rso" in page.links()
    assert get(site, "/pictures/life?of=rso").status_code == 200


def test_a_program_gets_the_problem_document(site: Running) -> None:
    for accept in ("*/*", "application/json", "text/turtle, text/html;q=0.5"):
        answer = get(site, "/pictures/life?of=atlantis", accept)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        "/queries/attendance.csv?meeting=atlantis",
        "/queries/attendance.json?meeting=atlantis",
        "/explain?subject=atlantis&predicate=x&object=y&format=json",
        "/search?q=x&format=csv",
        "/id/agent/pakstan.ttl",
    ],
)
def test_an_address_that_asks_for_data_is_never_answered_with_a_page(site: Running, path: str) -> None:
    answer = get(site, path)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_refused_method_is_no_page(site: Running) -> None:
    answer = site.client.put("/pictures", headers={"accept": BROWSER})
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
    assert "GET" in answer.headers["allow"]
