"""3/4/2025 is a day of March or of April: what the page prints elsewhere tells, then its country, then its language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from support.tables import check_rows

from crawler.items import Capture
from crawler.normalisation.dates.order import find_date_order
from crawler.sitekit.infer import infer_site
from seealso import read_date, read_page

SEEN_ON = date(2026, 11, 1)


@check_rows(
    "html, url, language, country, order",
    [
        # a number above twelve stands where the day is
        ("<p>3/4/2025</p><li>2/25/2025</li>", "/a", "en", "gb", "MDY"),
        ("<p>3/4/2025</p><li>25/2/2025</li>", "/a", "en", "us", "DMY"),
        ("<p>2/25/2025</p>", "/a", "zh", "it", "MDY"),
        ("<p>3-4-2025, 25-2-2025</p>", "/a", "en", "us", "DMY"),
        # a day that has not come is not the one meant
        ("<p>10/11/2026</p>", "/a", "en", "gb", "MDY"),
        ("<p>11/10/2026</p>", "/a", "en", "us", "DMY"),
        ("<p>11/12/2026</p>", "/a", "en", "us", "MDY"),
        # the address names the month
        ("<p>3/4/2025</p>", "/2025/03/nets", "en", "gb", "MDY"),
        ("<p>3/4/2025</p>", "/2025/april/03/nets", "en", "us", "DMY"),
        ("<p>3/4/2025</p>", "/2024/03/nets", "en", "gb", "DMY"),
        # at odds, or no dates: the country's order
        ("<p>2/25/2025 and 25/2/2025</p>", "/a", "en", "gb", "DMY"),
        ("<a href=/2025/2/25/2025/x>a</a> v1.2/25/2025 2/25/2025/9 2/25/20251 32/45/2025", "/a", "en", "gb", "DMY"),
        # the clock of a program with American settings
        ("<p>4/7/2003 9:12:11 PM</p>", "/a", "zh", "tw", "MDY"),
        ("<p>4/7/2003 9:12</p>", "/a", "zh", "tw", "DMY"),
        # a language in which nobody prints the month first
        ("<p>2/25/2025</p>", "/a", "de", "us", "DMY"),
    ],
)
def test_what_a_page_prints_tells_the_order(html: str, url: str, language: str, country: str, order: str):
    assert find_date_order(html.encode(), "https://harbour.example" + url, SEEN_ON, language, country) == order


def test_a_country_tells_before_a_language():
    order = {
        ("en", "us"): "MDY",
        ("en", "ph"): "MDY",
        ("fil", None): "MDY",
        ("en", "gb"): "DMY",
        ("en", "in"): "DMY",
        ("en", None): "MDY",
        ("es", "us"): "DMY",
        ("es", "pr"): "MDY",
        ("es", None): "DMY",
        ("fr", "us"): "DMY",
    }
    found = {key: find_date_order(b"", "https://harbour.example/a", SEEN_ON, *key) for key in order}
    assert found == order


def make_page(tag: str, more: str = "") -> bytes:
    paragraphs = "".join(
        f"<p>The {place} was opened again on Monday, and those who live there said that they were glad of it, "
        "although the storm had taken two of the older boats and all the nets.</p>"
        for place in ("harbour", "market", "old pier", "school")
    )
    title = "The harbour opens again after the storm"
    return f"<html {tag}><title>{title}</title>{more}<h1>{title}</h1><p>3/4/2025</p>{paragraphs}</html>".encode()


@pytest.mark.parametrize(
    ("url", "html", "day"),
    [
        ("https://quay.example/harbour-opens-again", make_page('lang="en"'), "2025-03-04"),
        ("https://quay.example.us/harbour-opens-again", make_page('lang="en-GB"'), "2025-03-04"),
        ("https://quay.example.co.uk/harbour-opens-again", make_page('lang="en-US"'), "2025-04-03"),
        ("https://quay.example/harbour-opens-again", make_page('lang="en-AU"'), "2025-04-03"),
        (
            "https://quay.example/harbour-opens-again",
            make_page('lang="en"', '<meta property="og:locale" content="en_IE">'),
            "2025-04-03",
        ),
        (
            "https://quay.example/harbour-opens-again",
            make_page("", '<meta name="x" content="19/2/2020">'),
            "2025-04-03",
        ),
        ("https://quay.example/harbour-opens-again", make_page('lang="it"'), "2025-04-03"),
    ],
)
def test_a_page_of_an_unknown_site_is_read_in_the_order_that_it_has(url: str, html: bytes, day: str):
    published = read_page(html, url, headers={"Date": "Sun, 01 Nov 2026 12:00:00 GMT"}).published
    assert published is not None
    assert (published.on, published.guessed, published.raw) == (day, True, "3/4/2025")


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("en-US", "2025-03-04"),
        ("en_PH", "2025-03-04"),
        ("en-GB", "2025-04-03"),
        ("en", "2025-04-03"),
        (None, "2025-04-03"),
    ],
)
def test_a_printed_date_alone_has_the_day_first_but_for_countries_that_have_not(language: str | None, day: str):
    moment = read_date("3/4/2025", language)
    assert moment is not None
    assert moment.on == day


def test_an_inferred_site_keeps_the_order_of_its_pages():
    def infer(host: str):
        captures = [
            Capture(
                url=f"https://{host}/news/{slug}-{number}.html",
                fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
                status=200,
                headers=(),
                body=make_page('lang="en"'),
            )
            for number, slug in enumerate(("harbour-opens-again", "storm-takes-two-boats"), start=4711)
        ]
        return infer_site(captures)

    assert infer("quay.example.us").site.date_order == "MDY"
    assert "date_order" in infer("quay.example.us").evidence
    assert infer("quay.example.co.uk").site.date_order == "DMY"


def test_figures_with_points_have_the_day_first_everywhere():
    moment = read_date("3.4.2025", "en-US")
    assert moment is not None
    assert moment.on == "2025-04-03"
