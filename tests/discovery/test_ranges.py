"""Ranges of days and numbers, and the addresses that a walk is made of."""

from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.ranges import BadRange, plan_range, read_days, read_ids
from crawler.normalisation.addresses.urls import read_address
from crawler.site import AddressForm
from crawler.sites.registry import find_site

ASIANEWS = find_site("asianews")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2003-12-01..2003-12-31", date(2003, 12, 1), date(2003, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2003", date(2003, 1, 1), date(2003, 12, 31)),
        ("2003..2004-06", date(2003, 1, 1), date(2004, 6, 30)),
        (" 2022-03-11 ", date(2022, 3, 11), date(2022, 3, 11)),
    ],
)
def test_a_month_or_a_year_means_all_of_its_days(text, first, last):
    assert read_days(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "..", "2003-12-01..", "..2003", "2003-13", "2003-02-30", "soon", "2004..2003", "0000", "2003...2004", "١٩٩٩"],
)
def test_what_is_no_range_of_days_is_one_clear_line(text):
    with pytest.raises(BadRange, match="range of days") as raised:
        read_days(text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "range_"), [("55000..55400", (55000, 55400)), ("127", (127, 127)), ("007..9", (7, 9))]
)
def test_numbers_may_be_one_or_many(text, range_):
    assert read_ids(text) == range_


@pytest.mark.parametrize("text", ["", "..", "1..", "a..b", "9..1", "-1..5", "1..9999999999", "1...5", "1,5", "١..٢"])
def test_what_is_no_range_of_numbers_is_one_clear_line(text):
    with pytest.raises(BadRange, match="range of numbers"):
        read_ids(text)


@given(st.text(max_size=300))
def test_any_text_is_a_range_or_a_clear_line(text):
    for read in (read_days, read_ids):
        with suppress(BadRange):
            first, last = read(text)
            assert first <= last


def test_the_sites_own_addresses_are_made_and_read_back():
    walk = plan_range(ASIANEWS, "2003-12-31..2004-01-01", "127..128", ("en", "zh"))
    steps = list(walk.iter_steps(date(2026, 1, 1)))
    assert [(step.day, step.path.partition("l=")[2][:2]) for step in steps[:4]] == [
        ("2003-12-31", "en"),
        ("2003-12-31", "zh"),
        ("2004-01-01", "en"),
        ("2004-01-01", "zh"),
    ]
    assert [step.url_key for step in steps[4:]] == [
        "asianews/en/127",
        "asianews/zh/127",
        "asianews/en/128",
        "asianews/zh/128",
    ]
    for step in steps:
        link = step.make_link(ASIANEWS)
        assert link.address.url_key == step.url_key
        assert link.address.kind == ("listing" if step.day else "article")
        assert link.address.language in ("en", "zh")


@pytest.mark.parametrize(("by_id", "key"), [("/v/{key}", "post/?/video/7"), ("/{language}/n/{key}", "post/fr/7")])
def test_numbers_of_a_series_and_without_language_are_walked_over(by_id, key):
    forms = (
        AddressForm(kind="article", path=r"/v/(?P<key>\d)", series="video"),
        AddressForm(kind="article", path=r"/(?P<language>en|fr)/n/(?P<key>\d)"),
    )
    site = replace(ASIANEWS, name="post", addresses=forms, languages=("en", "fr"), by_id=by_id)
    walk = plan_range(site, None, "6..7", ("fr",))
    steps = list(walk.iter_steps(date(2026, 1, 1)))
    assert steps[1].url_key == steps[1].make_link(site).address.url_key == key
    assert walk.covers(steps[1].make_link(site).address)
    assert not walk.covers(read_address("/en/n/7", site))


def test_days_to_come_are_left_out():
    walk = plan_range(ASIANEWS, "2026-01-01..2026-12-31", None, ("en",))
    assert len(list(walk.iter_steps(date(2026, 1, 3)))) == 3
    assert list(walk.iter_steps(date(2025, 12, 31))) == []


def test_a_walk_covers_the_numbers_of_its_languages_only():
    walk = plan_range(ASIANEWS, None, "100..200", ("en",))
    for path, covered in (
        ("/news-en/x-100.html", True),
        ("/news-en/x-201.html", False),
        ("/notizie-it/x-150.html", False),
        ("/en/south-asia/nepal/slug", False),
        ("/en.xml", False),
    ):
        assert walk.covers(read_address(path, ASIANEWS)) is covered


def test_what_a_site_does_not_have_is_said():
    with pytest.raises(BadRange, match="no language 'fr'"):
        plan_range(ASIANEWS, None, "1..2", ("fr",))
    with pytest.raises(BadRange, match="cannot be walked that way"):
        plan_range(replace(ASIANEWS, by_id=None), None, "1..2")
    with pytest.raises(BadRange, match="cannot be walked that way"):
        plan_range(replace(ASIANEWS, by_day=None), "2003", None)
    assert plan_range(ASIANEWS, None, None) is None
