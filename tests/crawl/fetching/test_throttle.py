"""When a run may ask and when it may not: quiet hours, the day's cap, pauses that the site wants."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from support.loopback_site import fetch_keys, fetch_rows, fetch_states, read_captures

from crawler.crawl.fetching.throttle import LONGEST_WAIT, Throttle
from crawler.crawl.options import BadOption, CrawlOptions, read_quiet_hours
from crawler.crawl.running.run import Run
from crawler.crawl.starting.launch import run_crawl
from crawler.errors import NotNow, SiteRefused
from crawler.items import Capture, Fate, Link
from crawler.normalisation.addresses.urls import read_address
from crawler.sites.registry import find_site

SITE = find_site("asianews")
ROME = ZoneInfo("Europe/Rome")
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=ROME)


class Clock:
    def __init__(self, now=NOON):
        self.now = now

    def __call__(self):
        return self.now.astimezone(UTC)

    def at(self, text):
        hour, minute = map(int, text.split(":"))
        self.now = self.now.replace(hour=hour, minute=minute)


def make_throttle(clock, asked=0, **options):
    days = asked if callable(asked) else lambda since: asked
    return Throttle(SITE, CrawlOptions(site="asianews", **options), days, clock)


def answer(clock, status, wait=None):
    headers = (("Retry-After", wait),) if wait is not None else ()
    return Capture(url="https://www.asianews.it/x", fetched_at=clock(), status=status, headers=headers)


# Quiet hours


@pytest.mark.parametrize(
    "text", ["7-22", "25:00-26:00", "07:60-08:00", "07:00", "07:00-07:00", "", "24:30-1:00", "0:00-24:30"]
)
def test_quiet_hours_that_mean_nothing_are_said(text):
    with pytest.raises(BadOption, match="07:00-22:00"):
        read_quiet_hours(text)


@pytest.mark.parametrize(
    ("hours", "quiet", "free"),
    [
        ("07:00-22:00", ("7:00", "12:00", "21:59"), ("6:59", "22:00", "0:00")),
        ("22:00-06:30", ("22:00", "23:59", "0:00", "6:29"), ("6:30", "12:00", "21:59")),
        ("18:00-24:00", ("18:00", "23:59"), ("0:00", "17:59")),
    ],
)
def test_quiet_hours_are_those_of_the_site(hours, quiet, free):
    clock = Clock()
    ours = make_throttle(clock, quiet_hours=hours)
    for moment in quiet:
        clock.at(moment)
        assert ours.find_stop_reason().outcome == "quiet hours", moment
        assert ours.admit() is not None
    for moment in free:
        clock.at(moment)
        assert ours.find_stop_reason() is None, moment
        assert ours.admit() is None


def test_quiet_hours_follow_summer_time():
    clock = Clock(datetime(2026, 7, 1, 5, 30, tzinfo=UTC))  # 7:30 in Rome
    assert make_throttle(clock, quiet_hours="07:00-22:00").find_stop_reason() is not None
    clock.now = datetime(2026, 1, 15, 5, 30, tzinfo=UTC)  # 6:30 in Rome
    assert make_throttle(clock, quiet_hours="07:00-22:00").find_stop_reason() is None


def around_now(before, after):
    now = datetime.now(ROME)
    return f"{now - timedelta(hours=before):%H:%M}-{now + timedelta(hours=after):%H:%M}"


def test_a_crawl_in_quiet_hours_asks_for_nothing_and_nothing_is_wrong(paper, asked_for):
    paper.story(1)
    options = asked_for(quiet_hours=around_now(2, 2))
    with pytest.raises(NotNow, match="quiet hours until") as said:
        run_crawl(options)
    assert said.value.exit_code == 0
    assert paper.log == []
    assert fetch_rows(options, "SELECT count(*) FROM runs") == [(0,)]
    assert run_crawl(asked_for(quiet_hours=around_now(-2, 4))).counts == {Fate.NEW: 1}


def test_a_run_ends_when_quiet_hours_begin_and_the_next_one_goes_on(tmp_path):
    clock = Clock()
    options = CrawlOptions(
        site="asianews", archive=tmp_path / "a.db", quiet_hours="12:30-14:00", contact="x@example.org"
    )
    links = [
        Link(address=read_address(f"https://www.asianews.it/news-en/Story-{number}.html", SITE), via="start")
        for number in range(3)
    ]
    run = Run.open(SITE, options, tuple(links), clock)
    assert run.next() is not None
    clock.at("12:30")
    assert run.next() is None
    assert not run.has_work()
    report = run.finish()
    assert (report.outcome, report.exit_code, report.queue) == ("quiet hours", 0, 3)
    clock.at("14:00")
    run = Run.open(SITE, options, (), clock)
    assert [run.next() is not None for _ in range(4)] == [True, True, True, False]
    run.finish()


# The day's cap


def test_a_daily_cap_counts_the_answers_of_earlier_runs_and_begins_anew_at_midnight():
    clock = Clock()
    asked_since = []
    ours = make_throttle(
        clock, lambda since: asked_since.append(since) or (3 if len(asked_since) == 1 else 0), daily_cap=5
    )
    assert [ours.admit() is None for _ in range(4)] == [True, True, False, False]
    assert ours.find_stop_reason().outcome == "daily cap"
    clock.now += timedelta(hours=12)
    assert [ours.admit() is None for _ in range(6)] == [True] * 5 + [False]
    assert asked_since == [NOON.replace(hour=0), NOON.replace(hour=0) + timedelta(days=1)]


@pytest.mark.parametrize("concurrency", [pytest.param(1, marks=pytest.mark.slow), 8])
def test_a_capped_crawl_never_asks_more_often_than_allowed_in_a_day_whatever_the_runs(paper, asked_for, concurrency):
    """One request at a time, the slow case, takes half a second."""
    for number in range(1, 30):
        paper.story(number, leads_to=tuple(n for n in (2 * number, 2 * number + 1) if n < 30))
    first = run_crawl(asked_for(daily_cap=7, concurrency=concurrency))
    assert (first.exit_code, first.outcome) == (0, "daily cap")
    assert len(paper.log) == 7  # robots.txt is a request too
    assert first.counts == {Fate.NEW: 6}
    with pytest.raises(NotNow, match="tomorrow"):
        run_crawl(asked_for(daily_cap=7))
    assert len(paper.log) == 7
    more = asked_for(daily_cap=12, concurrency=concurrency)
    run_crawl(more)
    assert len(paper.log) == 12
    assert run_crawl(asked_for()).exit_code == 0
    assert fetch_keys(more) == list(range(1, 30))


def test_redirects_and_second_tries_count_and_what_they_began_with_stays_in_the_queue(paper, asked_for):
    paper.pages["/news-en/Story-1.html"] = (302, b"", {"Location": "/news-en/Story-2.html"})
    paper.story(2)
    options = asked_for(daily_cap=2)
    report = run_crawl(options)
    assert (report.outcome, report.counts) == ("daily cap", {})
    assert paper.log == ["/robots.txt", "/news-en/Story-1.html"]
    assert fetch_states(options) == {"asianews/en/1": "queued"}
    assert fetch_rows(options, "SELECT count(*) FROM captures") == [(2,)]
    with pytest.raises(NotNow):
        run_crawl(asked_for(daily_cap=2))
    assert len(paper.log) == 2
    assert run_crawl(asked_for(daily_cap=10)).counts == {Fate.NEW: 1}


# Pauses


def test_without_a_word_on_how_long_each_pause_is_twice_the_one_before():
    clock = Clock()
    ours = make_throttle(clock, delay=5.0)
    waited = []
    for _ in range(4):
        assert ours.note_response(answer(clock, 503)) is None
        begun = clock.now
        while ours.is_paused:
            clock.now += timedelta(seconds=1)
        waited.append((clock.now - begun).total_seconds())
    assert waited == [30, 60, 120, LONGEST_WAIT.total_seconds()]
    assert ours.note_response(answer(clock, 200)) is None
    assert not ours.is_paused
    ours.note_response(answer(clock, 429))
    clock.now += timedelta(seconds=30)
    assert not ours.is_paused


@pytest.mark.parametrize("wait", ["60", "Thu, 15 Jan 2026 11:01:00 GMT"])
def test_a_short_pause_is_waited_for_in_both_its_forms(wait):
    clock = Clock()
    ours = make_throttle(clock)
    assert ours.note_response(answer(clock, 429, wait)) is None
    clock.now += timedelta(seconds=59)
    assert ours.is_paused
    assert ours.admit() is not None
    clock.now += timedelta(seconds=1)
    assert not ours.is_paused
    assert ours.admit() is None


def test_a_long_pause_ends_the_run():
    clock = Clock()
    problem = make_throttle(clock).note_response(answer(clock, 503, "Thu, 15 Jan 2026 13:00:00 GMT"))
    assert isinstance(problem, SiteRefused)
    assert "until 2026-01-15 13:00 UTC" in str(problem)


@pytest.mark.parametrize("status", [429, 503])
def test_a_crawl_waits_out_a_short_pause_and_goes_on(paper, asked_for, status):
    times = []
    paper.story(2)
    story = paper.pages["/news-en/Story-2.html"]
    paper.pages["/news-en/Story-1.html"] = (status, b"later", {"Retry-After": "1"})
    paper.pages["/news-en/Story-2.html"] = lambda handler: times.append(time.time()) or story
    urls = [f"https://www.asianews.it/news-en/Story-{number}.html" for number in (1, 2)]
    options = asked_for(*urls, concurrency=1)
    report = run_crawl(options)
    assert report.counts[Fate.NEW] == 1
    (asked_at,) = [capture.fetched_at for capture in read_captures(options) if capture.status == status]
    assert min(times) >= asked_at.timestamp() + 1


def test_one_long_pause_is_enough_to_stop_at_once(paper, asked_for):
    paper.story(1, leads_to=(2, 3, 4))
    for number in (2, 3, 4):
        paper.pages[f"/news-en/Story-{number}.html"] = (503, b"later", {"Retry-After": "3600"})
    options = asked_for(concurrency=1)
    report = run_crawl(options)
    assert (report.exit_code, report.outcome) == (4, "refused")
    assert paper.log == ["/robots.txt", "/news-en/Story-1.html", "/news-en/Story-2.html"]


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_asked_for_by_robots_txt_is_kept_across_runs(paper, asked_for, form, status):
    later = datetime.now(UTC) + timedelta(hours=1)
    wait = "3600" if form == "seconds" else f"{later:%a, %d %b %Y %H:%M:%S} GMT"
    paper.pages["/robots.txt"] = (status, b"", {"Retry-After": wait})
    report = run_crawl(asked_for())
    assert report.exit_code == 4
    assert "asks for a pause until" in report.messages[0]
    with pytest.raises(SiteRefused, match="pause until"):
        run_crawl(asked_for())
    assert paper.log == ["/robots.txt"]


def test_a_shorter_pause_asked_for_later_does_not_end_a_longer_one(paper, asked_for):
    paper.pages["/news-en/Story-1.html"] = (429, b"", {"Retry-After": "7200"})
    options = asked_for()
    run_crawl(options)
    run_id = fetch_rows(options, "SELECT max(id) FROM runs")[0][0]
    soon = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    fetch_rows(
        options,
        "INSERT INTO pauses (site, mirror, until, run_id) SELECT site, mirror, ?, run_id FROM pauses WHERE run_id = ?",
        soon,
        run_id,
    )
    with pytest.raises(SiteRefused) as said:
        run_crawl(options)
    until = datetime.strptime(str(said.value).split(" until ")[1][:16], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    assert until - datetime.now(UTC) > timedelta(minutes=100)  # the longer pause, not the one of a minute


def test_a_start_in_quiet_hours_does_not_come_between_a_killed_run_and_the_one_that_goes_on(tmp_path):
    clock = Clock()
    options = CrawlOptions(
        site="asianews", archive=tmp_path / "a.db", quiet_hours="12:30-14:00", contact="x@example.org"
    )
    killed = Run.open(SITE, options, (), clock)
    killed.archive.close()
    killed._lock.release()
    clock.at("13:00")
    with pytest.raises(NotNow):
        Run.open(SITE, options, (), clock)
    clock.at("14:00")
    resumed = Run.open(SITE, options, (), clock)
    assert resumed.archive.find_first_run(resumed.run_id) == killed.run_id
    resumed.finish()
