"""Pauses that were asked for are kept with the visit, and bind what asked for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.items import Failure, Fate, Problem

MIRROR = "http://127.0.0.1:9000{path}"


def test_a_pause_comes_with_its_visit_and_goes_with_it(archive, run, newsroom):
    until = newsroom.advance(hours=1)
    refused = replace(newsroom.visit(key=7, fate=Fate.REFUSED, status=429), pause_until=until)
    with pytest.raises(ValueError, match="without a fate"):
        archive.keep([refused, newsroom.visit(key=8)], run, newsroom.now)
    assert archive.find_pause(newsroom.site, None, newsroom.now) is None
    archive.keep([refused], run, newsroom.now)
    assert archive.find_pause(newsroom.site, None, newsroom.now) == until
    assert archive.find_pause(newsroom.site, None, until) is None
    assert archive.db.execute("SELECT site, mirror, asked_at, url, run_id FROM pauses").fetchall() == [
        ("gazette", None, "2026-03-01T12:00:00Z", refused.address.url, run)
    ]


def test_a_mirror_that_asks_for_a_pause_binds_that_mirror_only(archive, newsroom):
    run = archive.begin_run(newsroom.site, now=newsroom.now, settings={"mirror": MIRROR})
    until = newsroom.advance(days=1)
    problem = Problem(url="https://www.gazette.example/robots.txt", field="page", value="86400", reason="later")
    archive.note_pause(run, problem, asked_at=newsroom.now, until=until)
    assert archive.find_pause(newsroom.site, MIRROR, newsroom.now) == until
    assert archive.find_pause(newsroom.site, None, newsroom.now) is None
    assert archive.find_pause(newsroom.site, "https://web.example/{url}", newsroom.now) is None
    assert archive.find_pause("asianews", MIRROR, newsroom.now) is None
    assert archive.db.execute("SELECT url, value, reason FROM problems").fetchall() == [(problem.url, "86400", "later")]


def test_a_longer_pause_is_not_ended_by_a_shorter_one_that_came_later(archive, run, newsroom):
    for hours in (2, 5, 1):
        visit = replace(
            newsroom.visit(key=hours, fate=Fate.FAILED, status=503), pause_until=newsroom.advance(hours=hours)
        )
        archive.keep([visit], run, newsroom.now)
    assert archive.find_pause(newsroom.site, None, newsroom.now) == newsroom.advance(hours=5)


def test_a_pause_outlives_the_article_that_met_it_without_its_address(archive, run, newsroom):
    until = newsroom.advance(hours=1)
    archive.keep([replace(newsroom.visit(key=7, fate=Fate.REFUSED, status=429), pause_until=until)], run, newsroom.now)
    archive.forget(("gazette/en/7",), "asked for", newsroom.now)
    assert archive.find_pause(newsroom.site, None, newsroom.now) == until
    assert archive.db.execute("SELECT url FROM pauses").fetchall() == [(None,)]


def test_the_failure_of_the_last_visit_is_kept_until_one_succeeds(archive, run, newsroom):
    def read_failure():
        return archive.db.execute("SELECT last_failure FROM addresses WHERE url_key = 'gazette/en/7'").fetchone()[0]

    archive.keep(
        [replace(newsroom.visit(key=7, fate=Fate.NOT_AN_ARTICLE), failure=Failure.HOME_PAGE)], run, newsroom.now
    )
    assert read_failure() == Failure.HOME_PAGE
    archive.keep([newsroom.visit(newsroom.article(7))], run, newsroom.now)
    assert read_failure() is None


def test_runs_that_brought_pages_are_counted_by_kind(archive, newsroom):
    assert archive.count_runs_by_kind()["demo"] == 0
    for kind in ("crawl", "ingest", "ingest", "demo"):
        run = archive.begin_run(newsroom.site, now=newsroom.now, kind=kind)
        archive.keep([newsroom.visit(newsroom.article(run))], run, newsroom.now)
    archive.begin_run(newsroom.site, now=newsroom.now, kind="demo")
    assert archive.count_runs_by_kind() == {"crawl": 1, "ingest": 2, "demo": 1}
