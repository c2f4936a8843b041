"""Dates: declared formats first, no part invented, a day where only a day is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import BadValue
from crawler.items import Moment, Precision
from crawler.normalisation.dates.moments import instant, read_date, read_instant
from crawler.site import Site


@pytest.mark.parametrize(
    ("printed", "language", "place", "value", "on"),
    [
        # Headers: month first in English and Chinese, day first in Italian and Spanish.
        ("03/11/2022, 09.45", "en", "header", "2022-03-11T08:45:00Z", "2022-03-11"),
        ("10/05/2024, 12.14", "zh", "header", "2024-10-05T10:14:00Z", "2024-10-05"),
        ("28/06/2025, 08.49", "it", "header", "2025-06-28T06:49:00Z", "2025-06-28"),
        ("04/01/2023, 10.47", "es", "header", "2023-01-04T09:47:00Z", "2023-01-04"),
        ("12/04/2006, 00.00", "en", "header", "2006-12-04", "2006-12-04"),
        ("12/04/2006, 00.00", "zh", "header", "2006-12-04", "2006-12-04"),
        ("04/12/2006, 00.00", "it", "header", "2006-12-04", "2006-12-04"),
        ("» 08/25/2005", "en", "header", "2005-08-25", "2005-08-25"),
        ("» 02/15/2017, 14.55", "en", "header", "2017-02-15T13:55:00Z", "2017-02-15"),
        ("04/05/2011", "en", "header", "2011-04-05", "2011-04-05"),
        ("8/14/2012", "en", "header", "2012-08-14", "2012-08-14"),
        # See also and listings: day first on every page.
        ("17/10/2022 09:30", "en", "see_also", "2022-10-17T07:30:00Z", "2022-10-17"),
        ("03/11/2022 09:30", "zh", "see_also", "2022-11-03T08:30:00Z", "2022-11-03"),
        ("19/05/2017 10:14:00", "en", "see_also", "2017-05-19T08:14:00Z", "2017-05-19"),
        ("21/02/2007", "en", "see_also", "2007-02-21", "2007-02-21"),
        ("21/02/2007 00:00", "en", "see_also", "2007-02-21", "2007-02-21"),
        ("| 22/09/2023", "en", "listing", "2023-09-22", "2023-09-22"),
        # Odd digits and spaces.
        ("０３/１１/２０２２, ０９.４５", "zh", "header", "2022-03-11T08:45:00Z", "2022-03-11"),
        ("\u200b03/11/2022,\u00a0 09.45\n", "en", "header", "2022-03-11T08:45:00Z", "2022-03-11"),
        # Late in the evening the day in Rome is not the day in universal time.
        ("01/01/2023, 00.30", "it", "header", "2022-12-31T23:30:00Z", "2023-01-01"),
        # Year first is never turned round.
        ("2021-09-12", "en", "listing", "2021-09-12", "2021-09-12"),
        ("2021/09/12", "it", "header", "2021-09-12", "2021-09-12"),
        ("2021.9.12", "zh", "header", "2021-09-12", "2021-09-12"),
        ("2021-09-12 10:30", "en", "header", "2021-09-12T08:30:00Z", "2021-09-12"),
    ],
)
def test_a_date_is_read_as_its_place_and_language_print_it(
    asianews: Site, printed: str, language: str, place: str, value: str, on: str
) -> None:
    moment = read_date(printed, asianews, language, place)
    precision: Precision = "day" if len(value) == 10 else "second" if printed.count(":") == 2 else "minute"
    assert moment == Moment(value=value, on=on, precision=precision, raw=printed, guessed=False)


def test_a_date_without_a_time_is_known_to_the_day(asianews: Site) -> None:
    assert read_date("08/14/2012", asianews, "en", "header").precision == "day"


def test_a_time_that_means_not_recorded_leaves_the_day(asianews: Site, courier: Site) -> None:
    assert read_date("08/14/2012, 00.00", asianews, "en", "header").value == "2012-08-14"
    assert read_date("14 August 2012, 00:00", courier, "en", "header").value == "2012-08-13T23:00:00Z"


def test_an_hour_that_the_clocks_skip_is_read_with_the_offset_before(asianews: Site) -> None:
    assert read_date("27/03/2022, 02.30", asianews, "it", "header").value == "2022-03-27T01:30:00Z"


def test_an_hour_that_the_clocks_repeat_is_the_first(asianews: Site) -> None:
    assert read_date("30/10/2022, 02.30", asianews, "it", "header").value == "2022-10-30T00:30:00Z"


@pytest.mark.parametrize(
    ("printed", "language", "value"),
    [
        ("11 March 2022", "en", "2022-03-11"),
        ("March 11, 2022", "en", "2022-03-11"),
        ("11 marzo 2022, 09:45", "it", "2022-03-11T08:45:00Z"),
        ("11 de marzo de 2022", "es", "2022-03-11"),
        ("2022年3月11日", "zh", "2022-03-11"),
    ],
)
def test_a_date_in_words_is_read_and_marked_as_a_guess(asianews: Site, printed: str, language: str, value: str) -> None:
    moment = read_date(printed, asianews, language, "header")
    assert (moment.value, moment.guessed, moment.raw) == (value, True, printed)


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "»",
        "to",
        "on:",
        "18 1月",
        "March 2022",
        "11 March",
        "2022",
        "11.12.13",
        "yesterday",
        "1 hour ago",
        "now",
        "1646988300",
        "31/02/2022",
        "13/32/2022",
        "00/00/0000",
        "03/11/0022",
        "03/11/2122",
        "03/11/1522, 09.45",
        "Moscow",
        "03/11/2022, 25.00",
        "٣",
        "x" * 1000,
        "9" * 64,
        "/" * 64,
        "\ud800",
        "1 " * 30,
    ],
)
def test_half_a_date_is_no_date(asianews: Site, printed: str) -> None:
    for place in ("header", "see_also", "nowhere"):
        with pytest.raises(BadValue):
            read_date(printed, asianews, "en", place)


def test_a_site_may_forbid_guessing(courier: Site) -> None:
    assert read_date("11 March 2022, 09:45", courier, "en", "header").value == "2022-03-11T09:45:00Z"
    with pytest.raises(BadValue, match="no date format declared"):
        read_date("March 11, 2022", courier, "en", "header")


def test_a_date_that_only_another_order_explains_is_a_guess(asianews: Site) -> None:
    moment = read_date("25/03/2022, 09.00", asianews, "en", "header")
    assert (moment.on, moment.guessed) == ("2022-03-25", True)


def test_a_guess_keeps_the_order_that_the_site_declares(asianews: Site) -> None:
    assert read_date("03-11-2022", asianews, "en", "header").on == "2022-03-11"
    assert read_date("03-11-2022", asianews, "it", "header").on == "2022-11-03"


@pytest.mark.parametrize(
    ("printed", "value", "precision", "on"),
    [
        ("2022-03-11T09:45:00+01:00", "2022-03-11T08:45:00Z", "second", "2022-03-11"),
        ("2022-03-11T08:45:00Z", "2022-03-11T08:45:00Z", "second", "2022-03-11"),
        ("2022-03-11T08:45:00.123Z", "2022-03-11T08:45:00Z", "second", "2022-03-11"),
        ("2022-03-11 09:45:00 +0100", "2022-03-11T08:45:00Z", "second", "2022-03-11"),
        ("20220311T084500Z", "2022-03-11T08:45:00Z", "second", "2022-03-11"),
        ("2022-03-11T09:45", "2022-03-11T08:45:00Z", "minute", "2022-03-11"),
        ("2022-03-11T09:45+01:00", "2022-03-11T08:45:00Z", "minute", "2022-03-11"),
        ("2022-03-11T23:30:00Z", "2022-03-11T23:30:00Z", "second", "2022-03-12"),
        ("2022-03-11T23:30:00-08:00", "2022-03-12T07:30:00Z", "second", "2022-03-12"),
        ("2022-03-11", "2022-03-11", "day", "2022-03-11"),
        ("20220311", "2022-03-11", "day", "2022-03-11"),
        ("2012-08-14T00:00:00+02:00", "2012-08-14", "day", "2012-08-14"),
        ("Fri, 11 Mar 2022 09:45:00 +0100", "2022-03-11T08:45:00Z", "second", "2022-03-11"),
        ("Fri, 11 Mar 2022 08:45:00 GMT", "2022-03-11T08:45:00Z", "second", "2022-03-11"),
        ("11 Mar 2022 09:45 +0100", "2022-03-11T08:45:00Z", "minute", "2022-03-11"),
        ("Fri, 11 Mar 2022 08:45:00 -0000", "2022-03-11T08:45:00Z", "second", "2022-03-11"),
        ("Fri, 11 Mar 2022 09:45:00", "2022-03-11T08:45:00Z", "second", "2022-03-11"),
    ],
)
def test_structured_data_and_feeds_state_instants(
    asianews: Site, printed: str, value: str, precision: str, on: str
) -> None:
    moment = read_instant(printed, asianews)
    assert (moment.value, moment.precision, moment.on, moment.raw, moment.guessed) == (
        value,
        precision,
        on,
        printed,
        False,
    )


def test_midnight_is_a_time_where_the_site_does_not_say_otherwise(courier: Site) -> None:
    assert read_instant("2012-08-14T00:00:00+01:00", courier).value == "2012-08-13T23:00:00Z"


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "garbage",
        "2022-02-30",
        "2022-13-01",
        "2022-03-11T25:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "Fri, 32 Mar 2022 09:45:00 GMT",
        "03/11/2022",
        "2022",
        "2022-W10-5",
        "\x00",
        "9" * 5000,
        "Fri, 11 Mar 2022 09:45:00 +9999",
        "2022-03-11T09:45:00+99:00",
    ],
)
def test_what_is_neither_iso_nor_rfc_2822_is_refused(asianews: Site, printed: str) -> None:
    with pytest.raises(BadValue):
        read_instant(printed, asianews)


def test_an_instant_is_written_in_universal_time_with_seconds() -> None:
    assert instant(datetime(2022, 3, 11, 9, 45, tzinfo=timezone(timedelta(hours=1)))) == "2022-03-11T08:45:00Z"
    with pytest.raises(ValueError, match="time zone"):
        instant(datetime(2022, 3, 11))


@given(day=st.dates(date(1990, 1, 1), date(2100, 12, 31)), hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_every_day_and_time_reads_back_in_every_edition(asianews: Site, day: date, hour: int, minute: int) -> None:
    for language, order in (("en", "%m/%d/%Y"), ("it", "%d/%m/%Y"), ("es", "%d/%m/%Y"), ("zh", "%m/%d/%Y")):
        moment = read_date(f"{day:{order}}, {hour:02}.{minute:02}", asianews, language, "header")
        assert moment.on == day.isoformat()
        assert moment.precision == ("day" if hour == minute == 0 else "minute")


@given(st.datetimes(datetime(1990, 1, 2), datetime(2100, 12, 30), timezones=st.just(UTC)))
def test_every_instant_reads_back(asianews: Site, moment: datetime) -> None:
    site = replace(asianews, unknown_times=())
    assert read_instant(moment.isoformat(), site).value == instant(moment)


@given(st.text(max_size=70))
def test_any_text_is_an_instant_or_refused(asianews: Site, text: str) -> None:
    try:
        moment = read_instant(text, asianews)
    except BadValue:
        return
    assert moment.value.startswith(("15", "16", "17", "18", "19", "20", "21"))


@given(st.text("0123456789/.:, -»", max_size=24))
def test_figures_are_a_declared_date_or_refused(asianews: Site, text: str) -> None:
    site = replace(asianews, guess_dates=False)
    try:
        moment = read_date(text, site, "en", "header")
    except BadValue:
        return
    assert date.fromisoformat(moment.on).year in range(1600, 2101)
