"""Addresses of saved queries as hostile and careless users write them: refused as what they are, never a fault."""

from __future__ import annotations

import pytest

from support.servers import Running

ATTENDANCE = "/queries/attendance"


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (f"{ATTENDANCE}.csv?meeting=ahg%2Dsom%2D05", 200),
        (f"{ATTENDANCE}.csv?meeting=+ahg-som-05+", 200),
        (f"{ATTENDANCE}.csv?meeting=ahg-som-05&meeting=", 200),
        (f"{ATTENDANCE}.csv?meeting=ahg-som-05&labels=fr,en&evidence=1&pageSize=5&page=2&release=", 200),
        (f"{ATTENDANCE}@1.json?meeting=ahg-som-05&evidence=1&pageSize=5&page=4", 200),
        (f"{ATTENDANCE}@1.json?meeting=ahg-som-05&evidence=1&pageSize=5&page=5", 422),
        (f"{ATTENDANCE}@01.json?meeting=ahg-som-05", 404),
        (f"{ATTENDANCE}@999999.json?meeting=ahg-som-05", 404),
        (f"{ATTENDANCE}.csv?meeting=%ff", 400),
        (f"{ATTENDANCE}.csv?meeting=%zz", 400),
        (f"{ATTENDANCE}.csv?meeting=%00", 422),
        (f"{ATTENDANCE}.csv?meeting=%E2%80%AE%F0%9F%98%80", 422),
        (f"{ATTENDANCE}.csv?meeting={'x' * 9000}", 422),
        (f"{ATTENDANCE}.csv?meeting={'x' * 20000}", 414),
        (f"{ATTENDANCE}.csv?meeting=ahg-som-05&page=1&page=1", 400),
        (f"{ATTENDANCE}.csv?meeting=ahg-som-05&pageSize=999999999", 200),
        (f"{ATTENDANCE}.csv?meeting=ahg-som-05&pageSize=9999999999", 422),
        (f"{ATTENDANCE}.csv?meeting=ahg-som-05&pageSize=1e3", 422),
        (f"{ATTENDANCE}.csv?meeting=ahg-som-05&timeout=nan", 422),
        (f"{ATTENDANCE}.csv?MEETING=ahg-som-05", 422),
        (f"{ATTENDANCE}.csv?=x&meeting=ahg-som-05", 422),
        ("/queries/decisions.csv?act=agree&act=&act=++&act=endorse", 200),
        ("/queries/meetings.csv?from=2012-00", 422),
        ("/queries/meetings.csv?from=0000", 422),
        ("/queries/meetings.csv?from=2012-02-30", 422),
        ("/queries/search.json?text=%22%7D%20UNION%20%7B%3Fs%20%3Fp%20%3Fo", 200),
        (f"{ATTENDANCE}/changes.json?meeting=ahg-som-05&since=%00", 404),
    ],
)  # fmt: skip
def test_an_odd_address_gets_the_status_that_is_its_own(graph: Running, target: str, status: int) -> None:
    response = graph.client.get(target)
    assert response.status_code == status, response.text[:300]
    if status != 200:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == status
    head = graph.client.head(target)
    assert (head.status_code, head.content) == (status, b"")


@pytest.mark.parametrize(
    ("accept", "status"),
    [("text/csv;q=0, application/json;q=0.1", 200), ("application/json;q=0", 406), ("text/csv;q=2", 200), (",", 200)],
)
def test_an_odd_accept_is_read_as_http_reads_it(graph: Running, accept: str, status: int) -> None:
    response = graph.client.get(ATTENDANCE, params={"meeting": "ahg-som-05"}, headers={"accept": accept})
    assert response.status_code == status
    assert "text/csv;q=0," not in accept or response.headers["content-type"] == "application/json"


def test_what_only_reads_takes_no_other_method(graph: Running) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        response = graph.client.request(method, f"{ATTENDANCE}.csv", params={"meeting": "ahg-som-05"})
        assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
