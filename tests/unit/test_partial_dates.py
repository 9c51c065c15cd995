"""Dates as readers write them."""

import pytest

from ahg_graph.rdf.partial_dates import parse_date


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2011-10-12", "2011-10-12", "2011-10-12"),
        (" 2011-10 ", "2011-10-01", "2011-10-31"),
        ("2011", "2011-01-01", "2011-12-31"),
        ("2012-02", "2012-02-01", "2012-02-29"),
        ("2100-02", "2100-02-01", "2100-02-28"),
        ("2000-02-29", "2000-02-29", "2000-02-29"),
    ],
)
def test_a_date_has_a_first_and_a_last_day(text: str, first: str, last: str) -> None:
    assert parse_date(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "11", "12/10/2011", "2011-1", "2011-13", "2011-00", "2011-02-29", "2011-10-32", "20111012", "2011-10-12Z",
     "0000", "٢٠١١", "2011-10-12T00:00:00", "-2011"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text)
