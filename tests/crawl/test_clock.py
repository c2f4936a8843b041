"""A clock that is set while a run goes on, or between two: nothing waits longer, nothing is seen last before first."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.loopback_site import fetch_rows
from support.waiting import assert_paced

from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.archive.write.addresses.claim_filter import HORIZON
from crawler.crawl.fetching.throttle import Throttle
from crawler.crawl.monitoring.messages import describe_jumps
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.timer import ClockTimer, ClockWatch
from crawler.errors import SiteRefused
from crawler.items import Capture
from crawler.normalisation.dates.moments import instant
from crawler.outcome.retry_after import find_pause_end
from crawler.sites.registry import find_site

SITE = find_site("asianews")
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
URL = "https://www.asianews.it/news-en/Story-1.html"
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=seconds) for seconds in (1, 60, 3600, 86_400))


class Machine:
    """A machine whose clock may be set, and whose timer goes on all the while."""

    def __init__(self, now=NOON):
        self.now, self.seconds = now, 1000.0

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds

    def sleep(self, length):
        """Rest as a laptop does with its lid closed: its timer stands still."""
        self.now += length


class ShiftedClock:
    """The machine's clock, set by ``step`` once ``is_time`` says so."""

    def __init__(self, step, is_time):
        self.step, self.is_time = step, is_time

    def __call__(self):
        return datetime.now(UTC) + (self.step if self.is_time() else timedelta(0))


# The timer


def test_a_timer_follows_its_clock_forwards_and_goes_on_where_that_is_set():
    machine = Machine()
    timer = ClockTimer(machine, lambda: machine.seconds)
    machine.wait(5)
    assert timer() == 5
    machine.now -= HOUR
    assert timer() == 5
    machine.wait(2)
    assert timer() == 7
    machine.now += MINUTE
    assert timer() == 67
    machine.sleep(DAY)
    machine.wait(1)
    assert timer() == 68


@pytest.mark.parametrize("step", [-MINUTE, -DAY, -365 * DAY, HOUR, 365 * DAY])
def test_a_pause_lasts_as_long_as_it_should_when_the_clock_is_set(step, monkeypatch):
    machine = Machine()
    monkeypatch.setattr(time, "monotonic", lambda: machine.seconds)
    monkeypatch.setattr("crawler.crawl.fetching.throttle.make_timer", lambda clock: ClockTimer(clock, time.monotonic))
    throttle = Throttle(SITE, CrawlOptions(site="asianews"), lambda since: 0, machine)
    asked = Capture(url=URL, fetched_at=machine(), status=429, headers=(("Retry-After", "5"),))
    assert throttle.note_response(asked) is None
    machine.wait(1)
    machine.now += step
    assert throttle.is_paused
    machine.wait(3)
    assert throttle.is_paused
    machine.wait(1)
    assert not throttle.is_paused
    assert throttle.admit() is None


def test_a_crawl_goes_on_after_its_pause_when_the_clock_is_set_back_in_it(paper, asked_for):
    paper.pages["/news-en/Story-1.html"] = (429, b"later", {"Retry-After": "1"})
    paper.story(2)
    urls = [f"https://www.asianews.it/news-en/Story-{number}.html" for number in (1, 2)]
    clock = ShiftedClock(-HOUR, lambda: "/news-en/Story-1.html" in paper.log)
    began = time.monotonic()
    report = run_crawl(asked_for(*urls, concurrency=1), clock=clock)
    assert paper.log[-1] == "/news-en/Story-2.html"
    assert time.monotonic() - began < 600  # an hour, if it waited for the clock
    assert any("set back by 1 h" in message or "set back by 59 min" in message for message in report.messages)


# The watch


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (-MINUTE, "set back by 1 min"),
        (-(HOUR + 5 * MINUTE), "set back by 1 h 5 min"),
        (HOUR, "went ahead by 1 h "),
        (7 * DAY, "went ahead by 7 d "),
        (5 * SECOND, None),
        (-5 * SECOND, None),
    ],
)
def test_jumps_of_the_clock_are_told_and_small_corrections_are_not(step, words):
    machine = Machine()
    watch = ClockWatch(machine, lambda: machine.seconds)
    for _ in range(3):
        machine.wait(100)
        watch.check()
    machine.sleep(step)
    watch.check()
    machine.wait(1)
    watch.check()
    lines = list(describe_jumps(watch.farthest_back, watch.farthest_ahead))
    assert len(lines) == (words is not None)
    assert all(words in line for line in lines)


def test_a_jump_that_is_read_late_is_told_as_long_as_it_was():
    machine = Machine()
    readings = iter([1000.0, 1002.5])
    watch = ClockWatch(machine, lambda: next(readings))
    machine.sleep(7 * DAY)
    watch.check()
    assert watch.farthest_ahead == 7 * DAY
    assert next(describe_jumps(timedelta(0), watch.farthest_ahead)).startswith(
        "the clock of this machine went ahead by 7 d during"
    )


def test_a_run_whose_machine_slept_for_a_week_says_so_and_comes_to_its_end(paper, asked_for):
    paper.story(1, leads_to=(2,))
    paper.story(2)
    clock = ShiftedClock(7 * DAY, lambda: "/news-en/Story-2.html" in paper.log)
    report = run_crawl(asked_for(concurrency=1), clock=clock)
    assert (report.exit_code, report.articles) == (0, 2)
    assert [message for message in report.messages if "went ahead by 7 d" in message]
    assert run_crawl(asked_for(archive=asked_for().archive.with_name("other.db"))).messages == ()


# Between runs


@pytest.mark.parametrize("is_answered_anew", [True, False])
def test_nothing_is_seen_last_before_it_was_seen_first(paper, asked_for, is_answered_anew):
    paper.story(1, leads_to=(2,))
    paper.story(2)
    options = asked_for()
    run_crawl(options, clock=lambda: NOON)
    if not is_answered_anew:
        for path in ("/news-en/Story-1.html", "/news-en/Story-2.html"):
            paper.pages[path] = (304, b"", {})
    run_crawl(asked_for(refresh=True), clock=lambda: NOON - 300 * DAY)
    for table in ("articles", "see_also"):
        spans = fetch_rows(options, f"SELECT first_seen_at, last_seen_at FROM {table}")
        assert spans
        assert [(first, last) for first, last in spans if last < first] == []
    assert fetch_rows(options, "SELECT count(*) FROM runs WHERE finished_at < started_at") == [(0,)]
    current = (
        "SELECT count(*) FROM see_also s JOIN articles a ON a.id = s.article_id AND a.last_seen_at = s.last_seen_at"
    )
    assert fetch_rows(options, current) == [(1,)]


def test_versions_stay_in_order_when_the_clock_is_set_back_between_them(paper, asked_for):
    paper.story(1)
    options = asked_for()
    run_crawl(options, clock=lambda: NOON)
    page = paper.pages["/news-en/Story-1.html"]
    paper.pages["/news-en/Story-1.html"] = page.replace(b"</h1>", b" and a correction</h1>")
    run_crawl(asked_for(refresh=True), clock=lambda: NOON - DAY)
    versions = fetch_rows(options, "SELECT captured_at FROM revisions ORDER BY number")
    assert len(versions) == 2
    assert versions == sorted(versions)


def test_what_was_archived_while_the_clock_was_a_century_ahead_is_visited_again_and_stops_nothing(paper, asked_for):
    paper.story(1)
    paper.pages["/news-en/Story-9.html"] = (503, b"later", {"Retry-After": "86400"})
    options = asked_for(URL, URL.replace("Story-1", "Story-9"), concurrency=1)
    ahead = NOON + 36_500 * DAY
    assert run_crawl(options, clock=lambda: ahead).exit_code == 4
    with pytest.raises(SiteRefused, match="asked for a pause until"):
        run_crawl(options, clock=lambda: ahead + HOUR)
    paper.log.clear()
    paper.pages["/news-en/Story-9.html"] = (404, b"none")
    report = run_crawl(asked_for(), clock=lambda: NOON)  # a pause of a century is none
    assert report.exit_code == 0
    with Archive(options.archive, "write") as archive:
        archive.db.execute("UPDATE addresses SET next_visit_at = '2126-01-15T12:00:00Z' WHERE url_key LIKE '%/1'")
        archive.db.conn.commit()
        run = archive.begin_run(SITE, now=NOON)
        due = archive.claim(SITE, 9, run_id=run, now=NOON)
        assert [queued.address.site_key for queued in due] == ["1"]
        archive.release([due[0].address.url_key])
        assert archive.claim(SITE, 9, run_id=run, now=NOON, revisits=0) == []
        assert archive.count_pending(SITE, run_id=run, now=NOON, revisits=1) == 1
        near = datetime(2126, 1, 15, 12, tzinfo=UTC) - HORIZON
        assert "1" not in [queued.address.site_key for queued in archive.claim(SITE, 9, run_id=run, now=near)]


def test_a_daily_cap_counts_no_answers_of_a_clock_that_was_ahead(paper, asked_for):
    paper.story(1)
    run_crawl(asked_for(), clock=lambda: NOON + 365 * DAY)
    with Archive(asked_for().archive) as archive:
        assert archive.count_answers(SITE, NOON - 12 * HOUR) == 0
        assert archive.count_answers(SITE, NOON + 365 * DAY - 12 * HOUR) == 2


# The delay between runs


def test_the_first_request_of_a_run_waits_for_the_delay_since_the_last_of_the_run_before(paper, asked_for, fetches):
    moments = []
    paper.story(1)
    story, robots = paper.pages["/news-en/Story-1.html"], paper.pages.get("/robots.txt", (404, b"none"))
    paper.pages["/news-en/Story-1.html"] = lambda handler: moments.append(time.time()) or story
    paper.pages["/robots.txt"] = lambda handler: moments.append(time.time()) or robots
    for _ in range(2):
        run_crawl(asked_for(delay=0.4))
    assert len(moments) == 4
    assert_paced(moments, 0.4, since=fetches[0])


def test_a_run_long_after_the_last_one_waits_for_nothing(tmp_path):
    archive = tmp_path / "archive.db"
    lock = SiteLock(archive, "asianews")
    assert lock.last_request_at is None
    lock.note_request(NOON)
    lock.release()
    assert datetime.fromtimestamp(os.stat(lock.path).st_mtime, UTC) == NOON
    killed = SiteLock(archive, "asianews")
    killed.note_request(NOON)
    killed._file.close()  # as the end of its process does
    for _ in range(2):  # a run that asks for nothing does not change it
        lock = SiteLock(archive, "asianews")
        assert lock.last_request_at == NOON
        lock.release()


# Summer time


def iter_quiet(site, options, begin, end, step=10 * MINUTE):
    """Yield the instants between two at which a run may not ask."""
    moment = begin
    clock = Machine()
    throttle = Throttle(site, options, lambda since: 0, clock)
    while moment < end:
        clock.now = moment
        if throttle.find_stop_reason() is not None:
            yield moment
        moment += step


@pytest.mark.parametrize(
    ("hours", "day", "length"),
    [
        ("01:00-05:00", datetime(2026, 3, 29, tzinfo=UTC), 3 * HOUR),  # at two it is three
        ("02:00-03:00", datetime(2026, 3, 29, tzinfo=UTC), 0 * HOUR),
        ("02:15-03:30", datetime(2026, 3, 29, tzinfo=UTC), 30 * MINUTE),
        ("01:00-05:00", datetime(2026, 10, 25, tzinfo=UTC), 5 * HOUR),  # at three it is two
        ("02:00-03:00", datetime(2026, 10, 25, tzinfo=UTC), 2 * HOUR),
        ("01:00-05:00", datetime(2026, 6, 1, tzinfo=UTC), 4 * HOUR),
    ],
)
def test_quiet_hours_follow_the_clocks_of_the_site_into_summer_time_and_back(hours, day, length):
    options = CrawlOptions(site="asianews", quiet_hours=hours)
    begin = day - 6 * HOUR
    assert len(list(iter_quiet(SITE, options, begin, begin + DAY))) * 10 * MINUTE == length


@pytest.mark.parametrize(
    ("zone", "now", "began"),
    [
        ("Europe/Rome", "2026-03-29T21:30:00Z", "2026-03-28T23:00:00Z"),  # a day of 23 hours
        ("Europe/Rome", "2026-10-25T22:30:00Z", "2026-10-24T22:00:00Z"),  # and one of 25
        ("America/Havana", "2026-11-01T05:30:00Z", "2026-11-01T04:00:00Z"),  # its first hour comes twice
        ("Africa/Cairo", "2026-04-24T10:00:00Z", "2026-04-23T22:00:00Z"),  # its first hour is skipped
    ],
)
def test_a_day_begins_at_the_first_of_its_midnights(zone, now, began):
    asked = []
    throttle = Throttle(
        replace(SITE, timezone=zone),
        CrawlOptions(site="asianews", daily_cap=9),
        lambda since: asked.append(since) or 0,
        Machine(datetime.fromisoformat(now)),
    )
    assert throttle.admit() is None
    assert [instant(since) for since in asked] == [began]


def test_a_day_that_comes_twice_is_counted_once():
    asked = []
    machine = Machine()
    throttle = Throttle(
        SITE, CrawlOptions(site="asianews", daily_cap=5), lambda since: asked.append(since) or 0, machine
    )
    assert [throttle.admit() is None for _ in range(4)] == [True] * 4
    machine.now -= DAY
    assert throttle.admit() is None
    machine.now += DAY
    assert [throttle.admit() is None for _ in range(3)] == [True, False, False]
    assert len(asked) == 2


# Dates of others


@pytest.mark.parametrize("error", [-365 * DAY, -30 * DAY, HOUR, 365 * DAY])
def test_a_pause_until_a_date_is_read_by_the_servers_clock_where_ours_is_wrong(error):
    headers = (("Date", "Thu, 15 Jan 2026 12:00:00 GMT"), ("Retry-After", "Thu, 15 Jan 2026 12:10:00 GMT"))
    fetched_at = NOON + error
    asked = Capture(url=URL, fetched_at=fetched_at, status=503, headers=headers)
    assert find_pause_end(asked) == fetched_at + 10 * MINUTE


@pytest.mark.parametrize(
    ("until", "date", "length"),
    [
        ("Thu, 15 Jan 2026 12:10:00 GMT", None, 10 * MINUTE),
        ("Thu, 15 Jan 2026 12:10:00 GMT", "Mon, 15 Jan 2001 12:00:00 GMT", 10 * MINUTE),  # theirs is wrong
        ("Thu, 15 Jan 2026 12:10:00 GMT", "noon", 10 * MINUTE),
        ("Thu, 15 Jan 2026 11:50:00 GMT", "Thu, 15 Jan 2026 12:00:00 GMT", None),
        ("Thu, 15 Jan 2026 11:50:00 GMT", "noon", None),
        ("Sun, 15 Feb 2026 12:00:00 GMT", "Thu, 15 Jan 2026 12:00:00 GMT", 7 * DAY),
    ],
)
def test_a_date_that_makes_sense_by_our_clock_is_taken_at_its_word(until, date, length):
    headers = (("Retry-After", until), *((("Date", date),) if date else ()))
    asked = Capture(url=URL, fetched_at=NOON, status=429, headers=headers)
    assert find_pause_end(asked) == (None if length is None else NOON + length)
