"""What an answer tells by itself: one outcome, whatever came back, and never an exception."""

import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.loopback_site import HOME, make_article_page
from support.tables import check_rows

from crawler.extraction.page import ArticlePage
from crawler.items import Capture, Failure, Fate
from crawler.normalisation.addresses.urls import read_address
from crawler.outcome.answer import read_answer
from crawler.sites.registry import find_site

SITE = find_site("asianews")

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
STORY = "https://www.asianews.it/news-en/Story-7.html"


CHANGED = "Tue, 24 Nov 2026 20:00:00 GMT"


def capture(body=b"", *, url=STORY, status=200, headers=()):
    return Capture(url=url, fetched_at=NOW, status=status, headers=tuple(headers), body=body)


def read(body=b"", *, url=STORY, status=200, headers=(), pages=(ArticlePage,), **more):
    answer = capture(body, url=url, status=status, headers=headers)
    return read_answer(answer, read_address(url, SITE), SITE, pages, **more)


def test_an_article_has_no_fate_yet():
    outcome = read(make_article_page(7, leads_to=(8,)), headers=[("ETag", '"x"'), ("last-modified", CHANGED)])
    assert (outcome.fate, outcome.failure, outcome.error) == (None, None, None)
    assert outcome.article is not None
    assert outcome.article.site_key == "7"
    assert [entry.address.url_key for entry in outcome.article.see_also] == ["asianews/en/8"]
    assert (outcome.etag, outcome.last_modified, outcome.status) == ('"x"', CHANGED, 200)


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        *((status, Fate.GONE) for status in (404, 410)),
        *((status, Fate.REFUSED) for status in (401, 402, 403, 429, 451)),
        *((status, Fate.FAILED) for status in (301, 418, 500, 503)),
    ],
)
def test_a_status_has_its_fate(status, fate):
    outcome = read(make_article_page(7), status=status)
    assert (outcome.fate, outcome.failure, outcome.status) == (fate, Failure.STATUS, status)
    assert outcome.error == f"status {status}"
    assert outcome.article is None


@check_rows(
    ("name", "sent", "kept"),
    [
        *(("ETag", tag, tag) for tag in ('"x"', 'W/"x"', "unquoted", '"é"', '"a,b"')),
        *(("ETag", tag, None) for tag in ("", "*", '"*"', 'W/"*"', '""', 'W/""')),
        ("Last-Modified", CHANGED, CHANGED),
        ("Last-Modified", "Tuesday, 24-Nov-26 20:00:00 GMT", "Tuesday, 24-Nov-26 20:00:00 GMT"),
        *(("Last-Modified", date, None) for date in ("", "yesterday", "0", "-1", "Fri, 01 Jan 2100 00:00:00 GMT")),
    ],
)
def test_a_validator_that_fits_every_page_is_none(name, sent, kept):
    outcome = read(make_article_page(7), headers=[(name, sent)])
    assert (outcome.etag if name == "ETag" else outcome.last_modified) == kept


def test_a_change_is_judged_by_the_clock_of_the_server():
    headers = [("Last-Modified", "Tue, 24 Nov 2026 23:00:00 GMT"), ("Date", "Tue, 24 Nov 2026 23:10:00 GMT")]
    assert read(make_article_page(7), headers=headers).last_modified == headers[0][1]


@pytest.mark.parametrize(
    "kind", ["", "*/*", "html", "text html", "charset=utf-8", "unknown/unknown", "application/vnd.wap.xhtml+xml"]
)
def test_a_type_that_states_none_hides_no_page(kind):
    assert read(make_article_page(7), headers=[("Content-Type", kind)]).article is not None


@pytest.mark.parametrize(
    "content_range", [None, "bytes 0-99/2000", "bytes 100-1999/2000", "bytes */2000", "bytes 0-99/*"]
)
def test_a_part_of_a_page_is_no_page(content_range):
    headers = [("ETag", '"x"'), *([("Content-Range", content_range)] if content_range else [])]
    outcome = read(make_article_page(7), status=206, headers=headers)
    assert (outcome.fate, outcome.failure, outcome.status, outcome.etag) == (Fate.FAILED, Failure.CUT_OFF, 206, None)


def test_a_range_that_is_the_whole_page_is_a_page():
    outcome = read(make_article_page(7), status=206, headers=[("Content-Range", "bytes 0-1999/2000")])
    assert outcome.article is not None


def test_not_modified_is_unchanged_for_all_that_the_answer_tells():
    outcome = read(status=304, headers=[("ETag", '"x"')])
    assert (outcome.fate, outcome.failure, outcome.etag) == (Fate.UNCHANGED, None, None)


def test_words_of_a_server_cannot_move_a_terminal():
    outcome = read(status=503, headers=[("Retry-After", "\x1b[2J\x9b soon")])
    assert outcome.error is not None
    assert outcome.error.isprintable()


def test_what_broke_off_is_not_read():
    outcome = read(make_article_page(7), headers=[("ETag", '"x"')], failure=Failure.CUT_OFF, error="half of it came")
    assert (outcome.fate, outcome.failure, outcome.error) == (Fate.FAILED, Failure.CUT_OFF, "half of it came")
    assert (outcome.article, outcome.etag, outcome.status) == (None, None, 200)


def test_where_nothing_came_that_is_the_reason():
    outcome = read_answer(None, read_address(STORY, SITE), SITE)
    assert (outcome.fate, outcome.failure) == (Fate.FAILED, Failure.NO_ANSWER)
    assert (outcome.error, outcome.status) == ("nothing came back", None)
    assert read_answer(None, read_address(STORY, SITE), SITE, error="no name").failure is Failure.NO_ANSWER


def test_what_robots_txt_forbids_is_refused():
    outcome = read_answer(None, read_address(STORY, SITE), SITE, failure=Failure.ROBOTS)
    assert (outcome.fate, outcome.failure) == (Fate.REFUSED, Failure.ROBOTS)
    assert outcome.error == "robots.txt forbids this address"


def test_a_feed_a_listing_and_a_home_page_are_no_articles_and_lead_on():
    feed = b"<rss><item><link>https://www.asianews.it/news-en/A-1.html</link></item></rss>"
    for url, body in (
        ("https://www.asianews.it/en.xml", feed),
        ("https://www.asianews.it/en.xml", HOME + b'<a href="/news-en/A-1.html">A</a>'),  # the home page in its place
        ("https://www.asianews.it/geo-en/Laos-31.html", b'<a href="/news-en/A-1.html">A</a>'),
        ("https://www.asianews.it/en.html", b'<a href="/news-en/A-1.html">A</a>'),
        ("https://www.asianews.it/some/thing-else", b'<a href="/news-en/A-1.html">A</a>'),
    ):
        outcome = read(body, url=url)
        assert (outcome.fate, outcome.failure) == (Fate.NOT_AN_ARTICLE, None)
        assert [(link.address.url_key, link.depth) for link in outcome.links] == [("asianews/en/1", 0)]


def test_a_feed_that_is_none_is_unreadable():
    outcome = read(b"\x89PNG", url="https://www.asianews.it/en.xml")
    assert (outcome.fate, outcome.failure) == (Fate.UNREADABLE, Failure.UNREADABLE)


def states(address):
    return make_article_page(7).replace(b"<head>", b'<head><link rel="canonical" href="%s">' % address)


UNREADABLE = b"<head><title>A</title><meta property='og:type' content='article'></head><h1>A headline</h1>"


@pytest.mark.parametrize(
    ("body", "fate", "failure"),
    [
        (HOME.replace(b"<head>", b'<head><link rel="canonical" href="https://www.asianews.it/">'), "no", "home_page"),
        (states(b"https://www.asianews.it/news-en/Other-9.html"), "no", "other_article"),
        (b"", "no", "no_article"),
        (b"<p>Nothing but a line of text.</p>", "no", "no_article"),
        (UNREADABLE, "unreadable", "unreadable"),
    ],
)
def test_why_a_page_brings_no_article_is_told_by_its_kind(body, fate, failure):
    outcome = read(body)
    assert outcome.fate is (Fate.NOT_AN_ARTICLE if fate == "no" else Fate.UNREADABLE)
    assert outcome.failure is Failure(failure)
    assert outcome.error


class Faulty(ArticlePage):
    def extract(self):
        raise ZeroDivisionError("a mistake of ours")


def test_a_mistake_of_ours_costs_one_page_and_is_told_apart_from_an_unknown_layout():
    outcome = read(make_article_page(7), pages=(Faulty,))
    assert (outcome.fate, outcome.failure) == (Fate.UNREADABLE, Failure.ERROR)
    assert outcome.error == "reading failed with ZeroDivisionError: a mistake of ours"


@pytest.mark.parametrize(("former_words", "looked_for"), [(None, True), (0, False), (1, False), (10_000, True)])
def test_the_words_of_a_wall_are_looked_for_on_a_page_that_is_shorter(former_words, looked_for):
    page = make_article_page(7) + b"<p>Subscribe to continue reading.</p>"
    outcome = read(page, former_words=former_words)
    assert outcome.article is not None
    assert (outcome.wall is not None) is looked_for


def test_a_pause_is_an_instant():
    outcome = read(status=429, headers=[("Retry-After", "60")])
    assert outcome.pause_until == datetime(2026, 11, 24, 20, 31, tzinfo=UTC)
    assert outcome.failure is Failure.STATUS


@settings(max_examples=count_examples(60), suppress_health_check=[HealthCheck.too_slow])
@given(
    body=st.binary(max_size=300) | st.integers(0, 2500).map(lambda end: make_article_page(7, leads_to=(8, 9))[:end]),
    status=st.integers(100, 599) | st.just(200),
    url=st.sampled_from(
        [STORY, "https://www.asianews.it/en.xml", "https://www.asianews.it/", "https://www.asianews.it/x"]
    ),
    failure=st.none() | st.sampled_from(Failure),
    words=st.none() | st.integers(0, 1000),
)
def test_whatever_comes_back_has_one_outcome_which_may_be_sent_to_another_process(body, status, url, failure, words):
    outcome = read(body, url=url, status=status, failure=failure, former_words=words)
    assert (outcome.fate is None) == (outcome.article is not None)
    assert outcome.failure is None or outcome.error
    assert pickle.loads(pickle.dumps(outcome)) == outcome
