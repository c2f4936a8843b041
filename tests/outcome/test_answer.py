"""What became of a fetched page: one fate each, whatever came back, and never an exception."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.loopback_site import HOME, make_article_page

from crawler.extraction.page import ArticlePage
from crawler.items import Capture, Fate, Queued
from crawler.normalisation.urls import read_address
from crawler.outcome.answer import FetchResult, conclude, pause_until
from crawler.sites.registry import find_site

SITE = find_site("asianews")

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
STORY = "https://www.asianews.it/news-en/Story-7.html"


def fetched(body=b"", *, url=STORY, status=200, headers=(), known=False, **more):
    address = read_address(url, SITE)
    answer = Capture(url=url, fetched_at=NOW, status=status, headers=tuple(headers), body=body)
    queued = Queued(address=address, depth=3, known=known, etag='"old"' if known else None)
    return FetchResult(queued=queued, captures=(answer,), **more)


def test_an_article_has_no_fate_yet_and_leads_on():
    visit = conclude(
        fetched(make_article_page(7, leads_to=(8,)), headers=[("ETag", '"x"'), ("last-modified", "yesterday")]), SITE
    )
    assert visit.fate is None
    assert visit.article is not None
    assert visit.article.site_key == "7"
    assert [(link.address.url_key, link.depth) for link in visit.links] == [("asianews/en/8", 4)]
    assert (visit.etag, visit.last_modified, visit.status) == ('"x"', "yesterday", 200)
    assert visit.captures[0].body == b""  # it is in the WARC file


def test_the_page_of_another_article_is_a_hole():
    other = b"https://www.asianews.it/news-en/Other-9.html"
    page = make_article_page(7).replace(b"<head>", b'<head><link rel="canonical" href="' + other + b'">')
    visit = conclude(fetched(page), SITE)
    assert visit.fate is Fate.NOT_AN_ARTICLE
    assert visit.article is None


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        *((status, Fate.GONE) for status in (404, 410)),
        *((status, Fate.REFUSED) for status in (401, 403, 429, 451)),
        *((status, Fate.FAILED) for status in (301, 418, 500, 503)),
    ],
)
def test_a_status_has_its_fate(status, fate):
    visit = conclude(fetched(make_article_page(7), status=status), SITE)
    assert visit.fate is fate
    assert str(status) in (visit.error or "")
    assert visit.links == ()


def test_not_modified_means_unchanged_only_for_what_we_have():
    visit = conclude(fetched(status=304, known=True), SITE)
    assert (visit.fate, visit.etag) == (Fate.UNCHANGED, '"old"')
    assert conclude(fetched(status=304), SITE).fate is Fate.FAILED


def test_words_of_a_server_cannot_move_a_terminal():
    visit = conclude(fetched(status=503, headers=[("Retry-After", "\x1b[2J\x9b soon")]), SITE)
    assert visit.error is not None
    assert visit.error.isprintable()


def test_what_broke_off_is_not_read():
    visit = conclude(fetched(make_article_page(7), error="the transfer broke off"), SITE)
    assert visit.fate is Fate.FAILED
    assert visit.article is None
    assert [(problem.field, problem.reason) for problem in visit.problems] == [("page", "the transfer broke off")]


def test_what_robots_txt_forbids_is_refused_without_a_problem():
    queued = Queued(address=read_address(STORY, SITE), depth=0)
    visit = conclude(FetchResult(queued=queued, refused=True), SITE)
    assert (visit.fate, visit.problems, visit.captures) == (Fate.REFUSED, (), ())


def test_a_feed_a_listing_and_a_home_page_are_no_articles_and_lead_on():
    feed = b"<rss><item><link>https://www.asianews.it/news-en/A-1.html</link></item></rss>"
    for url, body in (
        ("https://www.asianews.it/en.xml", feed),
        ("https://www.asianews.it/en.xml", HOME + b'<a href="/news-en/A-1.html">A</a>'),  # the home page in its place
        ("https://www.asianews.it/geo-en/Laos-31.html", b'<a href="/news-en/A-1.html">A</a>'),
        ("https://www.asianews.it/en.html", b'<a href="/news-en/A-1.html">A</a>'),
        ("https://www.asianews.it/some/thing-else", b'<a href="/news-en/A-1.html">A</a>'),
    ):
        visit = conclude(fetched(body, url=url), SITE)
        assert visit.fate is Fate.NOT_AN_ARTICLE
        assert [link.address.url_key for link in visit.links] == ["asianews/en/1"]


def test_a_feed_that_is_none_is_unreadable():
    visit = conclude(fetched(b"\x89PNG", url="https://www.asianews.it/en.xml"), SITE)
    assert visit.fate is Fate.UNREADABLE
    assert visit.problems[0].field == "page"


class Faulty(ArticlePage):
    def extract(self):
        raise ZeroDivisionError("a mistake of ours")


def test_a_mistake_of_ours_costs_one_page_and_is_recorded():
    visit = conclude(fetched(make_article_page(7)), SITE, (Faulty,))
    assert visit.fate is Fate.UNREADABLE
    assert "ZeroDivisionError: a mistake of ours" in visit.problems[0].reason
    assert visit.captures


@pytest.mark.parametrize(
    ("status", "header", "until"),
    [
        (429, "120", "2026-11-24T20:32:00+00:00"),
        (503, "Tue, 24 Nov 2026 21:00:00 GMT", "2026-11-24T21:00:00+00:00"),
        (503, "99999999999999", None),
        (429, "999999999", "2026-12-01T20:30:00+00:00"),
        (429, "Tue, 24 Nov 2020 21:00:00 GMT", None),
        (429, "soon", None),
        (429, "-5", None),
        (429, "", None),
        (500, "120", None),
    ],
)
def test_a_pause_that_is_asked_for_is_read(status, header, until):
    answer = Capture(url=STORY, fetched_at=NOW, status=status, headers=(("Retry-After", header),))
    asked = pause_until(answer)
    assert (asked.isoformat() if asked else None) == until


def test_a_pause_is_written_down():
    visit = conclude(fetched(status=429, headers=[("Retry-After", "60")]), SITE)
    assert visit.problems[0].reason == "the site asks for a pause until 2026-11-24T20:31:00Z"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    body=st.binary(max_size=300) | st.integers(0, 2500).map(lambda end: make_article_page(7)[:end]),
    status=st.integers(100, 599),
    url=st.sampled_from(
        [STORY, "https://www.asianews.it/en.xml", "https://www.asianews.it/", "https://www.asianews.it/x"]
    ),
)
def test_whatever_comes_back_has_one_fate(body, status, url):
    visit = conclude(fetched(body, url=url, status=status), SITE)
    assert (visit.fate is None) == (visit.article is not None)
