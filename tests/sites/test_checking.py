"""What is wrong with the values of a site is told with its key, before anything is fetched."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawler.errors import BadSiteFile
from crawler.site import AddressForm, DateFormats, Expectation, Labels, Site
from crawler.sites.checking import check_site, refuse_bad_patterns, refuse_errors
from crawler.sites.registry import load_known_sites

SOUND = Site(
    name="courier",
    title="The Courier",
    origin="https://www.courier.example",
    languages=("en", "de"),
    timezone="Europe/London",
    addresses=(
        AddressForm(kind="article", path=r"/(?P<language>en|de)/(?P<key>\d{4,})(?:/[^/]*)?"),
        AddressForm(kind="listing", path=r"/day/\d{4}-\d\d-\d\d", follow=True),
        AddressForm(kind="feed", host=r"feeds\.courier\.example", path=r"/(?P<language>en|de)"),
    ),
    entry_points=("https://feeds.courier.example/en",),
    by_day="/day/{day}",
    by_id="/{language}/{key}",
    dates=(DateFormats(place="header", formats=("%d %B %Y, %H:%M", "%d.%m.%y")),),
    labels=Labels(share=("Share",)),
)
ARTICLE, LISTING, FEED = SOUND.addresses


def list_faults(site: Site) -> list[tuple[str, str, bool]]:
    return [(fault.key, fault.reason, fault.is_error) for fault in check_site(site)]


def list_shipped_sites() -> list[Site]:
    return [known.site for known in load_known_sites().values() if known.source == "shipped"]


def test_shipped_sites_and_a_site_with_everything_are_sound() -> None:
    assert [fault for site in (SOUND, *list_shipped_sites()) for fault in check_site(site)] == []
    refuse_errors(SOUND)


def test_languages_with_a_common_first_letter_are_told_apart() -> None:
    form = AddressForm(kind="article", path=r"/(?P<language>en|es|et)/(?P<key>\d{4,})")
    site = replace(SOUND, languages=("en", "es", "et"), addresses=(form, LISTING, FEED), entry_points=(), by_id=None)
    assert [fault for fault in check_site(site) if fault.key.startswith("languages")] == []


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ({"name": "../x"}, "name", "'../x' names no site"),
        ({"title": " "}, "title", "is empty"),
        ({"labels": Labels(share=("Share", ""))}, "labels.share[1]", "is empty"),
        ({"origin": "www.courier.example"}, "origin", "'www.courier.example' is no scheme and host"),
        ({"origin": "https://localhost"}, "origin", "'https://localhost' is no scheme and host"),
        ({"origin": "https://www.courier.example/"}, "origin", "holds more than scheme and host"),
        ({"aliases": ("https://c.example",)}, "aliases[0]", "'https://c.example' is no public host"),
        ({"domains": ("example",)}, "domains[0]", "'example' is no public host"),
        ({"country": "GB"}, "country", "'GB' is no ISO 3166 code"),
        ({"languages": ("en", "de", "english")}, "languages[2]", "'english' is no code of a language"),
        ({"languages": ("en", "de", "fr")}, "languages[2]", "no form of articles tells 'fr'"),
        ({"timezone": "Europe/Londn"}, "timezone", "no time zone 'Europe/Londn' exists"),
        ({"addresses": (LISTING, FEED), "by_id": None}, "addresses", "no form is that of an article"),
        (
            {"entry_points": ("/rss",)},
            "entry_points[0]",
            "'/rss' is read as other: no form of a feed, home page or listing fits",
        ),
        ({"by_day": "/{day}"}, "by_day", "'/2003-12-31' is not read as listing in en"),
        ({"by_day": "/day"}, "by_day", "{day} is missing"),
        ({"by_id": "/{language}/{key}/{slug}"}, "by_id", "{slug} means nothing"),
        ({"by_id": "/fr/{key}"}, "by_id", "'/fr/123456789' is not read as article in en"),
        ({"dates": (DateFormats(place="top", formats=()),)}, "dates[0].place", "no place is named 'top'"),
        (
            {"dates": (DateFormats(place="feed", formats=("%d %B",)),)},
            "dates[0].formats[0]",
            "'%d %B' does not read back the day that it prints",
        ),
        (
            {"dates": (DateFormats(place="feed", formats=("%Q",)),)},
            "dates[0].formats[0]",
            "'%Q' does not read back the day that it prints",
        ),
        (
            {"dates": (DateFormats(place="feed", formats=(), languages=("fr",)),)},
            "dates[0].languages",
            "'fr' is no language of the site",
        ),
        ({"crawl_delay": -1.0}, "crawl_delay", "-1 is no delay"),
        ({"expect": Expectation(required=("headlin",))}, "expect.required[0]", "no article has a field 'headlin'"),
        ({"expect": Expectation(alarm_after=0)}, "expect.alarm_after", "0 is no number of pages"),
    ],
)
def test_an_error_in_a_value(changes: dict[str, Any], key: str, reason: str) -> None:
    site = replace(SOUND, **changes)
    assert (key, reason, True) in list_faults(site)
    with pytest.raises(BadSiteFile):
        refuse_errors(site)


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        (
            "https://courier.example.org/rss",
            "'https://courier.example.org/rss' is read as other: no form of a feed, home",
        ),
        ("https://[/rss", "'https://[/rss' is malformed"),
        ("/en/12345", "'/en/12345' is read as article: no form of a feed, home"),
    ],
)
def test_where_a_crawl_cannot_begin(point: str, reason: str) -> None:
    [fault] = check_site(replace(SOUND, entry_points=(point,)))
    assert (fault.key, fault.is_error) == ("entry_points[0]", True)
    assert fault.reason.startswith(reason)


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ({"path": "/(?P<key>"}, "path", "is no regular expression: missing ), unterminated subpattern at 1"),
        (
            {"path": r"/(?:\w+-?)+(?P<key>\d)"},
            "path",
            "may take very long: a repetition holds another of the same characters",
        ),
        (
            {"query": {"id": "(a+)+"}},
            "query.id",
            "may take very long: a repetition holds another of the same characters",
        ),
        ({"host": r".*\.example"}, None, None),
        ({"host": r".*"}, "host", "fits hosts of others, as nobody.invalid"),
        ({"host": r"[^.]+"}, "host", "fits hosts of others, as localhost"),
        ({"path": r"/(?P<language>en|de)/\d+"}, "path", "the form of an article holds no group key"),
        (
            {"path": r"/(?P<language>en|de)/(?P<key>[^/]+)"},
            "numeric",
            "the key is to be a number, and its pattern matches others",
        ),
        ({"path": r"/(?P<folder>en|de)/(?P<key>\d+)"}, "folders", "the group folder has no table"),
        ({"folders": {"a": "en"}}, "folders", "no group is named folder"),
        ({"folders": {"a": "fr"}}, "folders.a", "'fr' is no language of the site"),
        ({"fetch": "/{slug}"}, "fetch", "{slug} is named by no group of the form"),
        ({"series": "{desk}"}, "series", "{desk} is named by no group of the form"),
        ({"fetch": "https://evil.example/{key}"}, "fetch", "is no path, and no address of the site"),
    ],
)
def test_an_error_in_a_form(changes: dict[str, Any], key: str | None, reason: str | None) -> None:
    faults = list_faults(replace(SOUND, addresses=(replace(ARTICLE, **changes), *SOUND.addresses)))
    errors = [fault for fault in faults if fault[2]]
    assert errors == [] if key is None else (f"addresses[0].{key}", reason, True) in errors


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"crawl_delay": 0.5}, "crawl_delay"),
        ({"entry_points": (), "sitemaps": "none"}, "entry_points"),
        (
            {"addresses": (*SOUND.addresses, replace(ARTICLE, path=r"/en/(?P<key>\d{5})", numeric=False))},
            "addresses[3].path",
        ),
        ({"addresses": (replace(ARTICLE, follow=True), LISTING, FEED)}, "addresses[0].follow"),
        ({"addresses": (replace(ARTICLE, case_sensitive=True), LISTING, FEED)}, "addresses[0].case_sensitive"),
    ],
)
def test_what_is_likely_to_be_a_mistake(changes: dict[str, Any], key: str) -> None:
    site = replace(SOUND, **changes)
    assert [(fault.key, fault.is_error) for fault in check_site(site)] == [(key, False)]
    refuse_errors(site)


def test_a_crawl_begins_with_no_pattern_that_may_take_very_long() -> None:
    slow = replace(SOUND, addresses=(replace(ARTICLE, path="(a+)+"),))
    with pytest.raises(BadSiteFile, match=r"the site 'courier': addresses\[0\]\.path may take very long"):
        refuse_bad_patterns(slow)
