"""What an answer tells, and what is known of its address, make a visit with one fate."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.loopback_site import make_article_page
from support.tables import check_rows

from crawler.items import Capture, Failure, Fate, Queued
from crawler.normalisation.addresses.urls import read_address
from crawler.outcome.answer import Outcome, read_answer
from crawler.outcome.settle import settle
from crawler.sites.registry import find_site

SITE = find_site("asianews")

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
STORY = read_address("https://www.asianews.it/news-en/Story-7.html", SITE)


def capture(body=b"", *, status=200, headers=(), address=STORY):
    return Capture(url=address.url, fetched_at=NOW, status=status, headers=tuple(headers), body=body)


def queued(address=STORY, **more):
    return Queued(address=address, depth=3, **more)


def article_outcome(number=7, *leads_to, **more):
    address = read_address(f"https://www.asianews.it/news-en/Story-{number}.html", SITE)
    page = capture(make_article_page(number, leads_to=leads_to), address=address)
    return replace(read_answer(page, address, SITE), **more)


def test_links_of_an_article_are_one_step_deeper_than_its_address():
    visit = settle(article_outcome(7, 8), queued(), (capture(b"<p>"),))
    assert (visit.fate, visit.failure, visit.depth) == (None, None, 3)
    assert [(link.address.url_key, link.depth) for link in visit.links] == [("asianews/en/8", 4)]
    assert visit.captures[0].body == b""  # it is in the WARC file


def test_not_modified_means_unchanged_only_for_what_we_have():
    outcome = Outcome(fate=Fate.UNCHANGED, status=304)
    known = settle(outcome, queued(known=True, etag='"old"', last_modified="then"), (capture(status=304),))
    assert (known.fate, known.failure, known.etag, known.last_modified) == (Fate.UNCHANGED, None, '"old"', "then")
    unknown = settle(outcome, queued(etag='"old"'), (capture(status=304),))
    assert (unknown.fate, unknown.failure, unknown.etag) == (Fate.FAILED, Failure.STATUS, None)
    assert [problem.reason for problem in unknown.problems] == ["304 for a page we do not have"]


@pytest.mark.parametrize(
    ("known", "words", "kept"), [(False, None, False), (True, None, True), (True, 5, False), (True, 5000, True)]
)
def test_words_of_a_wall_count_where_the_page_is_shorter_than_what_is_archived(known, words, kept):
    visit = settle(article_outcome(wall="to read on"), queued(known=known, words=words))
    assert visit.wall == ("to read on" if kept else None)


def test_the_page_of_another_article_brings_none():
    other = article_outcome(9, 8, wall="to read on")
    visit = settle(replace(other, etag='"x"'), queued(known=True))
    assert (visit.fate, visit.failure) == (Fate.NOT_AN_ARTICLE, Failure.OTHER_ARTICLE)
    assert visit.error == "the page is article en 9, not en 7"
    assert (visit.article, visit.links, visit.problems, visit.wall) == (None, (), (), None)


def test_where_redirects_led_is_what_an_article_is_compared_with():
    landed = read_address("https://www.asianews.it/news-en/Story-9.html", SITE)
    steps = (capture(status=301), capture(address=landed))
    visit = settle(article_outcome(9), queued(), steps, landed)
    assert (visit.fate, visit.address, visit.landed) == (None, STORY, landed)
    assert [step.status for step in visit.captures] == [301, 200]


@pytest.mark.parametrize("fate", [Fate.FAILED, Fate.UNREADABLE])
def test_what_failed_is_a_problem_of_the_address_asked_for(fate):
    landed = read_address("https://www.asianews.it/news-en/Story-9.html", SITE)
    visit = settle(Outcome(fate=fate, failure=Failure.CUT_OFF, error="half came"), queued(), (), landed)
    assert [(problem.url, problem.field, problem.reason) for problem in visit.problems] == [
        (STORY.url, "page", "half came")
    ]
    assert (visit.failure, visit.error) == (Failure.CUT_OFF, "half came")


@pytest.mark.parametrize("fate", [Fate.REFUSED, Fate.GONE, Fate.NOT_AN_ARTICLE])
def test_what_was_refused_or_is_gone_is_no_problem(fate):
    assert settle(Outcome(fate=fate, failure=Failure.STATUS, error="status"), queued()).problems == ()


def test_a_pause_is_told_and_kept_as_an_instant():
    answer = capture(status=429, headers=[("Retry-After", "60")])
    visit = settle(read_answer(answer, STORY, SITE), queued(), (answer,))
    assert visit.pause_until == datetime(2026, 11, 24, 20, 31, tzinfo=UTC)
    (problem,) = visit.problems
    assert (problem.value, problem.reason) == ("60", "the site asks for a pause until 2026-11-24T20:31:00Z")


def test_what_could_not_be_understood_on_a_page_goes_along():
    page = make_article_page(7)
    outcome = read_answer(capture(page), STORY, SITE)
    assert outcome.article is not None
    assert settle(outcome, queued()).problems == outcome.article.problems


@check_rows(
    "asked, key",
    [
        ("/news-en/Headline-Number-7-7.html", "7"),
        ("/index.php?l=en&art=7", "asia/nepal/moved"),  # no words that say whose number it is
        ("/news-en/Something-else-altogether-7.html", "asia/nepal/moved"),
        ("/notizie-it/Headline-Number-7-7.html", "asia/nepal/moved"),
    ],
)
def test_an_address_that_leads_to_one_without_a_number_gives_its_own(asked, key):
    landed = read_address("https://www.asianews.it/en/asia/nepal/moved", SITE)
    outcome = read_answer(capture(make_article_page(7), address=landed), landed, SITE)
    article = settle(outcome, queued(read_address(asked, SITE)), (), landed).article
    assert (article.site_key, article.story) == (key, key if key.isdigit() else None)
