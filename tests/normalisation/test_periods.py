"""Years, months and days as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import BadValue
from crawler.normalisation.dates.periods import NoSuchDay, is_exact_period, is_period, read_period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("2022-03", date(2022, 3, 1), date(2022, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-2", date(2023, 2, 1), date(2023, 2, 28)),
        ("2022-03-11", date(2022, 3, 11), date(2022, 3, 11)),
        (" 2022-3-1 ", date(2022, 3, 1), date(2022, 3, 1)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_a_year_a_month_and_a_day_have_a_first_and_a_last_day(text, first, last):
    assert read_period(text) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "22", "2022-", "2022-03-11-", "2022/03", "2022-003", "٢٠٢٢", "yesterday", "2022-03-11T"]
)
def test_what_has_another_form_is_refused(text):
    with pytest.raises(BadValue) as caught:
        read_period(text)
    assert not isinstance(caught.value, NoSuchDay)


@pytest.mark.parametrize("text", ["2022-13", "2022-00", "2023-02-29", "2022-04-31", "0000", "0000-01-01"])
def test_what_the_calendar_has_not_is_said_to_be_no_day(text):
    with pytest.raises(NoSuchDay):
        read_period(text)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("2022", True),
        ("2022-03", True),
        ("2022-03-11", True),
        ("2022-3", False),
        ("2022-03-1", False),
        (" 2022", False),
        ("2023-02-29", False),
        ("1599", False),
        ("1600-01-01", True),
        ("1899", True),
        ("2100", True),
        ("2101", False),
    ],
)
def test_archives_write_periods_of_the_years_they_read_in_one_way(text, known):
    assert is_period(text) is known


@pytest.mark.parametrize(
    ("text", "exact"), [("0001", True), ("1899-12", True), ("9999-12-31", True), ("2022-3", False), ("10000", False)]
)
def test_any_year_of_four_digits_is_a_period(text, exact):
    assert is_exact_period(text) is exact


@given(st.dates())
def test_every_day_is_in_its_month_and_its_month_in_its_year(day):
    text = day.isoformat()
    (begin, end), (first, last) = read_period(text[:7]), read_period(text[:4])
    assert read_period(text) == (day, day)
    assert first <= begin <= day <= end <= last
