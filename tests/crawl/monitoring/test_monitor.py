"""A run is compared with what is normal, and stops when going on would do harm."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.archive.runs.deviations import SiteHistory
from crawler.crawl.monitoring.layout import LayoutMonitor
from crawler.crawl.monitoring.monitor import MAX_BUSY, MAX_REFUSALS, MAX_SILENT, MIN_ARTICLES_FOR_SHARE, Monitor
from crawler.discovery.ranges import plan_range
from crawler.errors import LayoutAlarm, SiteRefused, SiteUnreachable
from crawler.items import Article, Capture, Failure, Fate, Link, Moment, Visit
from crawler.normalisation.addresses.urls import read_address
from crawler.sites.registry import find_site

SITE = find_site("asianews")

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ANSWER = Capture(url="https://www.asianews.it/", fetched_at=NOW, status=200)
DAY = Moment(value="2022-03-11", on="2022-03-11", precision="day")


def visit(number=1, fate=None, *, status=200, published=DAY, answered=True):
    address = read_address(f"https://www.asianews.it/news-en/A-{number}.html", SITE)
    article = Article(
        site="asianews",
        language="en",
        site_key=str(number),
        story=str(number),
        url=address.url,
        headline="H",
        body="B",
        word_count=1,
        digest="d",
        published=published,
    )
    return Visit(
        address=address,
        fate=fate,
        article=article if fate is None else None,
        captures=(ANSWER,) if answered else (),
        status=status if answered else None,
        error="why",
    )


WALK = plan_range(SITE, None, "1..999", ("en",))


@pytest.mark.parametrize(
    ("failure", "silent"),
    [
        *((failure, True) for failure in (Failure.NO_ANSWER, Failure.REDIRECTS)),
        *((failure, False) for failure in (Failure.NO_HTTP, Failure.TOO_LARGE)),
    ],
)
def test_what_could_not_be_kept_is_an_answer_all_the_same(failure, silent):
    monitor = Monitor(SITE)
    failed = replace(visit(1, Fate.FAILED, answered=False), failure=failure)
    stops = [monitor.note_visit(failed) for _ in range(MAX_SILENT)]
    assert isinstance(stops[-1], SiteUnreachable) is silent


@pytest.mark.parametrize(
    ("failure", "empty"), [(Failure.HOME_PAGE, 30), (Failure.NO_ARTICLE, 0), (Failure.OTHER_ARTICLE, 0)]
)
def test_a_number_is_empty_where_a_home_page_came_whatever_the_words(failure, empty):
    monitor = Monitor(SITE, walk=WALK)
    for number in range(1, 31):
        monitor.note_visit(replace(visit(number, Fate.NOT_AN_ARTICLE), failure=failure))
    assert monitor.empty_ids == empty
    assert (monitor.find_verdict() is None) is bool(empty)


def test_a_healthy_run_has_nothing_to_say():
    monitor = Monitor(SITE)
    assert all(monitor.note_visit(visit(number)) is None for number in range(1, 60))
    assert monitor.find_verdict() is None
    assert list(monitor.iter_findings()) == list(monitor.iter_notes()) == []
    assert monitor.articles == 59


def test_pages_that_say_that_they_are_another_article_need_a_person_where_they_are_many():
    monitor = Monitor(SITE)
    for number in range(40):
        monitor.note_visit(visit(number))
    for number in range(100, 109):
        monitor.note_visit(replace(visit(number, Fate.NOT_AN_ARTICLE), failure=Failure.OTHER_ARTICLE))
    assert list(monitor.iter_findings()) == []
    monitor.note_visit(replace(visit(109, Fate.NOT_AN_ARTICLE), failure=Failure.OTHER_ARTICLE))
    (finding,) = monitor.iter_findings()
    assert finding.startswith(
        "10 of 50 article pages say that they are another article, the first https://www.asianews.it"
    )
    assert "canonical" in finding


def test_silence_in_a_row_stops_the_run_and_an_answer_in_between_does_not():
    monitor = Monitor(SITE)
    monitor.note_visit(visit(1))
    for number in range(MAX_SILENT - 1):
        assert monitor.note_visit(visit(number, Fate.FAILED, answered=False)) is None
    assert monitor.note_visit(visit(2)) is None
    for number in range(MAX_SILENT - 1):
        assert monitor.note_visit(visit(number, Fate.FAILED, answered=False)) is None
    assert isinstance(monitor.note_visit(visit(3, Fate.FAILED, answered=False)), SiteUnreachable)


@pytest.mark.parametrize(
    ("status", "times"), [(429, MAX_BUSY), (503, MAX_BUSY), (403, MAX_REFUSALS), (451, MAX_REFUSALS)]
)
def test_refusals_in_a_row_stop_the_run(status, times):
    monitor = Monitor(SITE)
    monitor.note_visit(visit(1))
    stops = [monitor.note_visit(visit(number, Fate.REFUSED, status=status)) for number in range(times)]
    assert stops[:-1] == [None] * (times - 1)
    assert isinstance(stops[-1], SiteRefused)


def test_pages_without_articles_are_an_alarm_at_the_end_and_soon_stop_the_run():
    monitor = Monitor(SITE)
    for number in range(1, SITE.expect.alarm_after):
        assert monitor.note_visit(visit(number, Fate.NOT_AN_ARTICLE)) is None
    assert monitor.find_verdict() is None
    monitor.note_visit(visit(99, Fate.UNREADABLE))
    alarm = monitor.find_verdict()
    assert isinstance(alarm, LayoutAlarm)
    assert alarm.exit_code == 6
    stops = [monitor.note_visit(visit(number, Fate.NOT_AN_ARTICLE)) for number in range(100, 130)]
    assert any(isinstance(stop, LayoutAlarm) for stop in stops)


def test_one_article_and_there_is_no_alarm():
    monitor = Monitor(SITE)
    for number in range(1, 40):
        assert monitor.note_visit(visit(number, Fate.UNCHANGED if number == 1 else Fate.NOT_AN_ARTICLE)) is None
    assert monitor.find_verdict() is None


def test_listings_are_no_article_pages():
    monitor = Monitor(SITE)
    listing = replace(visit(1, Fate.NOT_AN_ARTICLE), address=read_address("https://www.asianews.it/en.html", SITE))
    for _ in range(50):
        assert monitor.note_visit(listing) is None
    assert monitor.find_verdict() is None


HOME = read_address("https://www.asianews.it/en.html", SITE)
FEED = read_address("https://www.asianews.it/en.xml", SITE)


def answer_way(address, *targets):
    links = tuple(Link(address=read_address(target, SITE), via="listing") for target in targets)
    return replace(visit(1, Fate.NOT_AN_ARTICLE), address=address, links=links)


@pytest.mark.parametrize(
    ("visits", "walk", "found"),
    [
        ([answer_way(HOME)], None, True),
        ([answer_way(HOME)], "article named", False),  # a given article sends on to the home page
        ([answer_way(HOME, "https://www.asianews.it/it.html"), answer_way(FEED)], None, True),
        ([answer_way(HOME), visit(2)], None, True),  # a known article was visited, but nothing new can be found
        ([answer_way(HOME, "https://www.asianews.it/news-en/A-3.html")], None, False),
        ([answer_way(HOME), answer_way(FEED, "https://www.asianews.it/news-en/A-3.html")], None, False),
        ([answer_way(FEED)], None, False),  # a feed of the last hours may be empty
        ([visit(2)], None, False),
        ([answer_way(HOME)], WALK, False),
    ],
)
def test_a_run_whose_ways_in_name_no_article_needs_a_person(visits, walk, found):
    named = ["asianews/en/5"] if walk == "article named" else []
    monitor = Monitor(SITE, named, walk=None if named else walk)
    for one in visits:
        assert monitor.note_visit(one) is None
    problem = monitor.find_dead_end()
    assert (problem is not None) is found
    assert list(monitor.iter_findings()) == ([problem.reason] if found else [])
    assert not found or problem.url == HOME.url


def test_a_site_that_is_only_looked_at_names_no_article():
    monitor = Monitor(replace(SITE, addresses=tuple(form for form in SITE.addresses if form.kind != "article")))
    monitor.note_visit(answer_way(HOME))
    assert monitor.find_dead_end() is None


def test_a_refusal_says_of_what_and_why():
    monitor = Monitor(SITE)
    refused = replace(visit(5, Fate.REFUSED), failure=Failure.ROBOTS, error="robots.txt forbids this address")
    monitor.note_visit(refused)
    words = "https://www.asianews.it/news-en/A-5.html (robots.txt forbids this address)"
    assert words in str(monitor.find_refusal())
    monitor.note_visit(refused)
    assert words in str(monitor.find_refusal())


def test_a_field_that_collapses_is_found():
    monitor = Monitor(SITE)
    for number in range(MIN_ARTICLES_FOR_SHARE):
        monitor.note_visit(visit(number, published=DAY if number % 3 == 0 else None))
    (finding,) = monitor.iter_findings()
    assert "35% of the articles have published_on" in finding


def test_failures_are_counted_and_the_first_is_named():
    monitor = Monitor(SITE)
    monitor.note_visit(visit(5, Fate.FAILED, status=500))
    monitor.note_visit(visit(6, Fate.UNREADABLE))
    assert list(monitor.iter_findings()) == [
        "2 pages failed, broke off or could not be read, the first https://www.asianews.it/news-en/A-5.html (why)"
    ]


def test_an_address_that_was_named_with_a_letter_too_many_is_told():
    address = read_address("https://www.asianews.it/news-en/A-5.htmlx", SITE)
    monitor = Monitor(SITE, [address.url_key])
    monitor.note_visit(replace(visit(5, Fate.NOT_AN_ARTICLE), address=address, error=None))
    (note,) = monitor.iter_notes()
    assert "A-5.htmlx gave no article: no article of the site has an address of this form" in note


def test_an_address_that_was_named_and_gave_no_article_is_told():
    monitor = Monitor(SITE, ["asianews/en/5"])
    monitor.note_visit(visit(5, Fate.NOT_AN_ARTICLE))
    monitor.note_visit(visit(6, Fate.NOT_AN_ARTICLE))
    assert list(monitor.iter_notes()) == ["https://www.asianews.it/news-en/A-5.html gave no article: why"]


@pytest.mark.parametrize("landed", [None, "https://www.asianews.it/en.html"])
def test_an_address_that_leads_to_a_list_is_told_in_words(landed):
    monitor = Monitor(SITE, ["asianews/en/5"])
    address = read_address(landed, SITE) if landed else None
    monitor.note_visit(replace(visit(5, Fate.NOT_AN_ARTICLE), error=None, landed=address))
    (note,) = monitor.iter_notes()
    assert "not_an_article" not in note
    assert "it leads to a home page, a listing or a feed" in note
    assert note.endswith("; give the address of the article itself")
    assert landed is None or landed in note


def test_articles_that_lack_what_earlier_ones_had_stop_the_run():
    earlier = Monitor(SITE)
    for number in range(60):
        earlier.note_visit(visit(number))
    history = [(1, key, cell) for key, cell in earlier.layout.cells.items()]
    monitor = Monitor(SITE, layout=LayoutMonitor(SITE, SiteHistory(history, [], {}), 2))
    for number in range(100):
        assert monitor.note_visit(visit(number)) is None
    stops = [monitor.note_visit(visit(number, published=None)) for number in range(20)]
    alarm = next(stop for stop in stops if stop is not None)
    assert isinstance(alarm, LayoutAlarm)
    assert "have a date, 100% before; look at https://www.asianews.it/news-en/A-" in str(alarm)
    assert monitor.find_verdict().exit_code == 6
    assert monitor.list_deviations()[0].samples


def test_none_read_is_a_deviation_with_its_pages():
    monitor = Monitor(SITE)
    for number in range(SITE.expect.alarm_after):
        monitor.note_visit(visit(number, Fate.NOT_AN_ARTICLE))
    (found,) = monitor.list_deviations()
    assert (found.field, found.articles, found.filled, found.alarm) == ("article", SITE.expect.alarm_after, 0, True)
    assert [url for _, url in found.samples] == [visit(number).address.url for number in range(5)]
