"""Addresses of sites with several hosts, with keys of every kind, and with a language that the page alone tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawler.errors import BadAddress
from crawler.items import Address
from crawler.normalisation.addresses.hosts import is_site_host, list_sites_of_address
from crawler.normalisation.addresses.urls import preferred_spelling, read_address
from crawler.site import AddressForm, Site

HERALD = Site(
    name="herald",
    title="The Herald",
    origin="https://www.herald.example",
    languages=("en", "de", "fr"),
    timezone="UTC",
    aliases=("old-herald.example", "m.herald.example"),
    addresses=(
        AddressForm(
            kind="article",
            host=r"(?P<folder>www|de|fr)\.herald\.example",
            path=r"/(?:[^/]+/)?(?P<key>\d+)-[^/]*",
            folders={"www": "en", "de": "de", "fr": "fr"},
        ),
        AddressForm(
            kind="article",
            host=r"(?P<desk>courts|money)\.herald\.example",
            path=r"/(?P<language>en|de)/(?P<key>\d+)",
            series="{desk}",
        ),
        AddressForm(kind="feed", host=r"feeds\.elsewhere\.example", path="/herald"),
        AddressForm(kind="listing", path="/archive"),
        AddressForm(kind="home", host=r"(?P<folder>www|de|fr)\.herald\.example", path="/", folders={"www": "en"}),
    ),
    entry_points=("/", "https://feeds.elsewhere.example/herald", "https://cdn.third.example/news.xml"),
)


def make_site(*forms: AddressForm, **values: Any) -> Site:
    standard = {"name": "post", "title": "The Post", "origin": "https://post.example", "timezone": "UTC"}
    return Site(**{**standard, "languages": ("en",), "addresses": forms, **values})


@pytest.mark.parametrize(
    ("url", "kind", "cited", "url_key", "language"),
    [
        ("https://de.herald.example/stadt/5-a", "article", "https://de.herald.example/stadt/5-a", "herald/de/5", "de"),
        (
            "http://DE.Herald.example./stadt/05-a",
            "article",
            "https://de.herald.example/stadt/05-a",
            "herald/de/5",
            "de",
        ),
        ("https://www.herald.example/5-a", "article", "https://www.herald.example/5-a", "herald/en/5", "en"),
        ("https://herald.example/5-a", "article", "https://www.herald.example/5-a", "herald/en/5", "en"),
        ("old-herald.example/5-a", "article", "https://www.herald.example/5-a", "herald/en/5", "en"),
        ("https://m.herald.example/archive", "listing", "https://www.herald.example/archive", None, None),
        (
            "https://courts.herald.example/en/5",
            "article",
            "https://courts.herald.example/en/5",
            "herald/en/courts/5",
            "en",
        ),
        (
            "https://money.herald.example/en/5",
            "article",
            "https://money.herald.example/en/5",
            "herald/en/money/5",
            "en",
        ),
        ("https://money.herald.example/jobs", "other", "https://money.herald.example/jobs", None, None),
        ("https://de.herald.example/archive", "other", "https://de.herald.example/archive", None, None),
        ("https://feeds.elsewhere.example/herald", "feed", "https://feeds.elsewhere.example/herald", None, None),
        ("https://cdn.third.example/news.xml", "other", "https://cdn.third.example/news.xml", None, None),
        ("/5-a", "article", "https://www.herald.example/5-a", "herald/en/5", "en"),
    ],
)
def test_an_address_stands_on_the_host_that_its_form_names(
    url: str, kind: str, cited: str, url_key: str | None, language: str | None
) -> None:
    address = read_address(url, HERALD)
    assert (address.kind, address.url, address.url_key, address.language) == (kind, cited, url_key or cited, language)


@pytest.mark.parametrize(
    "url",
    [
        "https://jobs.herald.example/5-a",
        "https://herald.example.evil.example/5-a",
        "https://xde.herald.example/5-a",
        "https://de.herald.example.evil.example/5-a",
        "https://a.old-herald.example/5-a",
        "https://elsewhere.example/herald",
    ],
)
def test_a_host_that_nothing_names_is_another_site(url: str) -> None:
    with pytest.raises(BadAddress, match=r"its hosts are www.herald.example, herald.example, old-herald.example"):
        read_address(url, HERALD)


def test_a_page_of_another_host_is_where_relative_addresses_start() -> None:
    base = "https://de.herald.example/stadt/5-a"
    assert read_address("/6-b", HERALD, base).url_key == "herald/de/6"
    assert read_address("7-c", HERALD, base).url == "https://de.herald.example/stadt/7-c"
    assert read_address("//www.herald.example/8-d", HERALD, base).url_key == "herald/en/8"


def test_what_names_a_host_is_asked_before_what_takes_a_whole_domain() -> None:
    broad = make_site(name="broad", origin="https://www.herald.example", domains=("herald.example",))
    sites = (broad, HERALD)
    assert list_sites_of_address("https://de.herald.example/5-a", sites) == (HERALD, broad)
    assert list_sites_of_address("https://jobs.herald.example/5-a", sites) == (broad,)
    assert list_sites_of_address("https://[broken", sites) == ()
    assert read_address("https://jobs.herald.example/5-a", broad).url == "https://www.herald.example/5-a"


def test_hosts_in_unicode_and_ascii_are_one() -> None:
    site = make_site(AddressForm(kind="feed", host=r"xn--hfen-loa\.example", path="/f"), aliases=("hÄfen2.example",))
    assert read_address("https://häfen.example/f", site).url == "https://xn--hfen-loa.example/f"
    assert is_site_host("xn--hfen2-gra.example", site)


def test_case_counts_where_the_form_says_so() -> None:
    form = AddressForm(kind="article", path="/(?:p|P)/(?P<key>[a-z0-9]+)", numeric=False)
    assert read_address("/P/uAf9", make_site(form)).site_key == "uaf9"
    kept = make_site(replace(form, case_sensitive=True, fetch="/p/{key}"))
    assert [read_address(path, kept).url_key for path in ("/P/uAf9", "/p/uaF9")] == ["post/en/uAf9", "post/en/uaF9"]
    assert read_address("/P/uAf9", kept).url == "https://post.example/p/uAf9"


def test_two_counters_are_kept_apart() -> None:
    site = make_site(
        AddressForm(kind="article", path=r"/video/(?P<key>\d+)", series="video", fetch="/video/{key}/full"),
        AddressForm(kind="article", path=r"/news/(?P<key>\d+)"),
    )
    video, news = read_address("/video/05", site), read_address("/news/5", site)
    assert (video.url_key, video.site_key, video.story) == ("post/en/video/5", "video/5", "video/5")
    assert video.url == "https://post.example/video/5/full"
    assert (news.url_key, news.site_key, news.story) == ("post/en/5", "5", "5")


@pytest.mark.parametrize(
    ("numeric", "url", "key", "cited"),
    [
        (True, "/article.php?id=0123&utm_source=x", "123", "https://post.example/article.php?id=0123"),
        (True, "/article.php?page=2&ID=123#top", "123", "https://post.example/article.php?ID=123"),
        (
            False,
            "/article.php?id=Storm-%C3%A4-1&x=y",
            "storm-ä-1",
            "https://post.example/article.php?id=Storm-%C3%A4-1",
        ),
        (False, "/article.php?id=a&amp;x=y", "a", "https://post.example/article.php?id=a"),
    ],
)
def test_a_key_may_stand_in_the_query(numeric: bool, url: str, key: str, cited: str) -> None:
    site = make_site(AddressForm(kind="article", path=r"/article\.php", query={"id": "(?P<key>.+)"}, numeric=numeric))
    address = read_address(url, site)
    assert (address.site_key, address.url, address.story) == (key, cited, key if numeric else None)


def test_a_form_of_numbers_does_not_fit_a_slug() -> None:
    numbers = AddressForm(kind="article", path=r"/news/(?P<key>[^/]+)")
    assert read_address("/news/a-slug", make_site(numbers)).kind == "other"
    slugs = AddressForm(kind="article", path=r"/news/(?P<key>[^/]+)", numeric=False)
    assert read_address("/news/a-slug", make_site(numbers, slugs)).site_key == "a-slug"


def test_what_is_fetched_may_hold_every_named_group() -> None:
    form = AddressForm(
        kind="article",
        path=r"(?P<start>/(?P<section>[a-z ]+))?/(?P<slug>[^/]+)-(?P<key>\d+)/amp(?P<edition>/x)?",
        fetch="{start}/{slug}-{key}?of={section}&e={edition}",
    )
    site = make_site(form)
    assert (
        read_address("/city life/a%26b-07/amp", site).url == "https://post.example/city%20life/a&b-7?of=city%20life&e="
    )
    assert read_address("/c-07/amp", site).url == "https://post.example/c-7?of=&e="
    elsewhere = make_site(replace(form, host=r"m\.post\.example", fetch="https://post.example/{slug}-{key}"))
    assert read_address("https://m.post.example/c-07/amp", elsewhere).url == "https://post.example/c-7"


@pytest.mark.parametrize("fetch", ["/{slug}", "/{key.__class__}{slug}"])
def test_a_template_means_nothing_but_its_names(fetch: str) -> None:
    site = make_site(AddressForm(kind="article", path=r"/news/(?P<key>\d+)", fetch=fetch))
    with pytest.raises(BadAddress, match="names 'slug', which the address does not tell"):
        read_address("/news/5", site)


def test_an_address_without_language_has_an_identity_until_its_page_tells() -> None:
    site = make_site(
        AddressForm(kind="article", path=r"/story/(?P<key>\d+)(?:/[^/]*)?", fetch="/{language}/story/{key}"),
        languages=("en", "fr"),
    )
    address = read_address("/story/05/a", site)
    assert address == Address(
        url="https://post.example/story/05/a", url_key="post/?/5", kind="article", site_key="5", story="5"
    )
    assert read_address("/story/5", site).url_key == "post/?/5"
    assert preferred_spelling(site, "https://post.example/story/5", address.url) == address.url
