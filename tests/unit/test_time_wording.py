"""Four bounds to words: what is known is said shortly, what is open stays open."""

from __future__ import annotations

import pytest

from ahg_graph.service.time_wording import Timespan, describe_days, show_day

EVENTS = [
    (("2011-10-12", "2011-10-12", "2011-10-12", "2011-10-12"), "12 October 2011"),
    (("2011-05-10", "2011-05-10", "2011-05-11", "2011-05-11"), "10–11 May 2011"),
    (("2011-05-30", "2011-05-30", "2011-06-01", "2011-06-01"), "30 May – 1 June 2011"),
    (("2011-12-30", "2011-12-30", "2012-01-02", "2012-01-02"), "30 December 2011 – 2 January 2012"),
    (("2011-03-01", "2011-03-31", "2011-03-01", "2011-03-31"), "March 2011"),
    (("2012-01-01", "2012-12-31", "2012-01-01", "2012-12-31"), "2012"),
    (("2012-02-01", "2012-02-29", "2012-02-01", "2012-02-29"), "February 2012"),
    (("2012-02-01", "2012-02-28", "2012-02-01", "2012-02-28"), "between 1 February 2012 and 28 February 2012"),
    (
        ("2009-06-27", "2009-07-27", "2009-06-29", "2009-07-29"),
        "began between 27 June 2009 and 27 July 2009; ended between 29 June 2009 and 29 July 2009",
    ),
    (
        ("2011-03-29", "2011-03-30", "2011-03-30", "2011-03-30"),
        "began between 29 March 2011 and 30 March 2011; ended on 30 March 2011",
    ),
    ((None, "2011-05-10", None, "2011-05-11"), "began on or before 10 May 2011; ended on or before 11 May 2011"),
    ((None, "2013-03-05", None, "2013-03-05"), "on or before 5 March 2013"),
    (("2013-03-05", "2013-03-05", "2013-03-05", None), "from 5 March 2013"),
    (("2014-08-06", None, None, None), "began on or after 6 August 2014"),
    (("2011-10-12", "2011-10-12", None, None), "12 October 2011"),
    (("2011-03-29", "2011-10-12", None, None), "between 29 March 2011 and 12 October 2011"),
    ((None, None, None, None), ""),
]
STATES = [
    ((None, "2013-03-05", "2013-03-05", None), "recorded on 5 March 2013; start and end not recorded"),
    (
        (None, "2012-09-01", "2013-03-05", None),
        "recorded from 1 September 2012 until 5 March 2013; start and end not recorded",
    ),
    (
        (None, "2012-07-26", "2012-07-23", None),
        "recorded some time between 23 July 2012 and 26 July 2012; start and end not recorded",
    ),
    (
        ("2011-03-29", "2011-10-12", "2013-03-05", None),
        "began between 29 March 2011 and 12 October 2011; still recorded on 5 March 2013",
    ),
    (("2014-08-06", "2014-08-06", "2014-08-06", None), "from 6 August 2014"),
    (("2014-08-06", "2014-08-06", "2014-09-01", None), "from 6 August 2014 until 1 September 2014 or later"),
    (("2014-08-06", "2014-08-06", "2014-08-08", "2014-08-08"), "from 6 August 2014 until 8 August 2014"),
    (("2014-08-06", "2014-08-06", "2014-08-06", "2014-08-06"), "on 6 August 2014"),
    (("2011-03-01", "2011-03-31", None, None), "began in March 2011"),
    ((None, None, "2010-01-01", "2011-10-12"), "ended between 1 January 2010 and 12 October 2011"),
    (("2012-01-01", None, None, "2012-06-01"), "began on or after 1 January 2012; ended on or before 1 June 2012"),
    ((None, None, None, None), ""),
]


@pytest.mark.parametrize(("bounds", "words"), EVENTS)
def test_an_event_is_dated_as_exactly_as_the_sources_allow(bounds: tuple[str | None, ...], words: str) -> None:
    assert Timespan(*bounds).describe_event() == words


@pytest.mark.parametrize(("bounds", "words"), STATES)
def test_a_state_of_affairs_keeps_its_open_ends(bounds: tuple[str | None, ...], words: str) -> None:
    assert Timespan(*bounds).describe_state() == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2011-10-12", "12 October 2011"),
        ("2011-10-12Z", "12 October 2011"),
        ("2011-13-01", "2011-13-01"),
        ("soon", "soon"),
    ],
)
def test_only_a_day_that_exists_is_written_out(text: str, words: str) -> None:
    assert show_day(text) == words


def test_days_that_are_none_come_back_as_they_are() -> None:
    assert describe_days("early", "late") == "early"


def test_an_open_time_comes_last() -> None:
    times = [Timespan(), Timespan(None, "2011-01-01"), Timespan("2010-01-01")]
    assert [time.earliest for time in sorted(times, key=lambda time: time.earliest)] == [
        "2010-01-01",
        "2011-01-01",
        "9999",
    ]
