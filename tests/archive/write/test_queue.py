"""Who is handed out, in which order, and when again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.discovery.ranges import plan_range
from crawler.items import Fate


def keys(queued):
    return [entry.address.site_key or entry.address.kind for entry in queued]


@pytest.fixture
def claim(archive, newsroom):
    def claim(run, limit=50, *, now=None, **filters):
        return keys(archive.claim(newsroom.site, limit, run_id=run, now=now or newsroom.now, **filters))

    return claim


def test_named_addresses_go_first_then_ways_in_then_the_nearest_then_the_oldest(archive, run, newsroom, claim):
    links = [
        newsroom.link(newsroom.address(1), depth=2),
        newsroom.link(newsroom.address(2), depth=1),
        newsroom.link(newsroom.address(3), depth=1),
        newsroom.link(newsroom.feed(), via="entry", depth=0),
        newsroom.link(newsroom.address(4), via="start", depth=0),
    ]
    assert archive.enqueue(links, run, newsroom.now) == 5
    assert archive.count_pending(newsroom.site, run_id=run, now=newsroom.now) == 5
    assert claim(run) == ["4", "feed", "2", "3", "1"]


def test_an_address_is_handed_out_once_until_it_is_kept_or_released(archive, run, newsroom, claim):
    archive.enqueue([newsroom.link(newsroom.address(key)) for key in (1, 2, 3)], run, newsroom.now)
    assert claim(run, 2) == ["1", "2"]
    assert archive.count_pending(newsroom.site, run_id=run, now=newsroom.now) == 1
    assert claim(run) == ["3"]
    assert claim(run) == []
    archive.release(["gazette/en/2"])
    archive.keep([newsroom.visit(newsroom.article(1))], run, newsroom.now)
    assert claim(run) == ["2"]


def test_what_is_in_flight_elsewhere_is_skipped(archive, run, newsroom, claim):
    archive.enqueue([newsroom.link(newsroom.address(key)) for key in (1, 2)], run, newsroom.now)
    assert archive.count_pending(newsroom.site, run_id=run, now=newsroom.now, skip={"gazette/en/1"}) == 1
    assert claim(run, skip={"gazette/en/1"}) == ["2"]


def test_another_sites_addresses_are_not_handed_out(archive, run, newsroom):
    archive.enqueue([newsroom.link(newsroom.address(1))], run, newsroom.now)
    assert archive.claim("other", 5, run_id=run, now=newsroom.now) == []


def test_links_deeper_than_asked_wait_and_a_nearer_find_brings_them_up(archive, run, newsroom, claim):
    archive.enqueue([newsroom.link(newsroom.address(1), depth=4)], run, newsroom.now)
    assert claim(run, max_depth=2) == []
    archive.enqueue([newsroom.link(newsroom.address(1), depth=2)], run, newsroom.now)
    assert archive.count_pending(newsroom.site, run_id=run, now=newsroom.now, max_depth=2) == 1
    assert claim(run, max_depth=2) == ["1"]


def test_links_older_than_asked_are_passed_over_but_not_those_without_a_day(archive, run, newsroom, claim):
    links = [
        newsroom.link(newsroom.address(1), published_on="2021-12-31"),
        newsroom.link(newsroom.address(2), published_on="2022-01-01"),
        newsroom.link(newsroom.address(3)),
        newsroom.link(newsroom.address(4), via="start", depth=0, published_on="2001-01-01"),
    ]
    archive.enqueue(links, run, newsroom.now)
    assert claim(run, since="2022-01-01") == ["4", "2", "3"]


def test_a_known_address_is_not_queued_again_by_a_link(archive, run, newsroom, claim):
    archive.keep([newsroom.visit(newsroom.article(1))], run, newsroom.now)
    assert archive.enqueue([newsroom.link(newsroom.address(1))], run, newsroom.now) == 0
    assert claim(run) == []


def test_ways_in_and_named_addresses_are_fetched_in_every_run_and_once_in_each(archive, run, newsroom, claim):
    starts = [
        newsroom.link(newsroom.feed(), via="entry", depth=0),
        newsroom.link(newsroom.address(1), via="start", depth=0),
    ]
    visits = [
        newsroom.visit(newsroom.article(1)),
        replace(newsroom.visit(key=1, fate=Fate.NOT_AN_ARTICLE), address=newsroom.feed()),
    ]
    for number in range(2):
        now = newsroom.advance(days=number)
        if number:
            run = archive.begin_run(newsroom.site, now=now)
        assert archive.enqueue(starts, run, now) == 2
        assert sorted(claim(run, now=now, refresh=False)) == ["1", "feed"]
        archive.keep(visits, run, now)
        assert archive.enqueue(starts, run, now) == 0
        assert claim(run, now=now, refresh=False) == []
        archive.finish_run(run, "finished", now)


def test_a_listing_found_again_is_visited_once_a_run(archive, run, newsroom, claim):
    listing = newsroom.link(newsroom.feed(), via="listing", depth=1)
    archive.keep([replace(newsroom.visit(key=1, fate=Fate.NOT_AN_ARTICLE), address=newsroom.feed())], run, newsroom.now)
    assert archive.enqueue([listing], run, newsroom.now) == 0
    archive.finish_run(run, "finished", newsroom.now)
    second = archive.begin_run(newsroom.site, now=newsroom.now)
    assert archive.enqueue([listing], second, newsroom.now) == 1


def test_a_run_after_a_kill_does_not_fetch_again_what_the_killed_one_kept(archive, run, newsroom, claim):
    start = newsroom.link(newsroom.address(1), via="start", depth=0)
    archive.enqueue([start], run, newsroom.now)
    archive.keep([newsroom.visit(newsroom.article(1, see_also=(2,)))], run, newsroom.now)
    later = newsroom.advance(hours=2)  # the article is due again by now
    second = archive.begin_run(newsroom.site, now=later)
    third = archive.begin_run(newsroom.site, now=later)
    assert (archive.find_first_run(second), archive.find_first_run(third)) == (run, run)
    assert archive.enqueue([start], third, later) == 0
    assert claim(third, now=later) == ["2"]
    assert claim(third, now=later, refresh=True) == []
    archive.finish_run(third, "finished", later)
    fourth = archive.begin_run(newsroom.site, now=later)
    assert archive.find_first_run(fourth) == fourth
    assert archive.enqueue([start], fourth, later) == 1


def test_a_run_killed_long_ago_is_not_resumed(archive, run, newsroom):
    later = newsroom.advance(days=3)
    assert archive.find_first_run(archive.begin_run(newsroom.site, now=later)) == 2


def test_an_article_is_visited_again_ever_less_often(archive, run, newsroom, claim):
    archive.keep([newsroom.visit(newsroom.article(1))], run, newsroom.now)
    archive.finish_run(run, "finished", newsroom.now)
    now = newsroom.now
    gaps = []
    for _ in range(8):
        (due,) = archive.db.execute("SELECT next_visit_at FROM addresses").fetchone()
        at = now.fromisoformat(due)
        gaps.append((at - now).total_seconds() / 3600)
        run = archive.begin_run(newsroom.site, now=at)
        assert claim(run, now=now) == []
        assert claim(run, now=at, refresh=False) == []
        assert claim(run, now=at) == ["1"]
        archive.keep([newsroom.visit(newsroom.article(1), at=at)], run, at)
        archive.finish_run(run, "finished", at)
        now = at
    assert gaps == [1, 6, 24, 72, 168, 720, 2160, 2160]


def test_a_revision_brings_an_article_back_to_the_shortest_interval(archive, run, newsroom):
    for body in ("One.", "One.", "Two."):
        archive.keep([newsroom.visit(newsroom.article(1, body=body))], run, newsroom.now)
    row = archive.db.execute("SELECT next_visit_at, visits, unchanged_visits FROM addresses").fetchone()
    assert row == ("2026-03-01T13:00:00Z", 3, 0)


def test_refresh_hands_out_every_known_article_with_what_a_conditional_request_needs(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(key), etag=f'"{key}"') for key in (1, 2)], run, newsroom.now)
    archive.finish_run(run, "finished", newsroom.now)
    second = archive.begin_run(newsroom.site, now=newsroom.now)
    queued = archive.claim(newsroom.site, 9, run_id=second, now=newsroom.now, refresh=True)
    assert [(entry.address, entry.known, entry.etag) for entry in queued] == [
        (newsroom.address(1), True, '"1"'),
        (newsroom.address(2), True, '"2"'),
    ]


def test_a_failed_address_is_tried_in_the_next_three_runs_then_rests(archive, newsroom, claim):
    handed = []
    for number in range(5):
        run = archive.begin_run(newsroom.site, now=newsroom.now)
        if not number:
            archive.enqueue([newsroom.link(newsroom.address(1))], run, newsroom.now)
        handed.append(claim(run))
        if handed[-1]:
            archive.keep([newsroom.visit(key=1, fate=Fate.FAILED, status=500)], run, newsroom.now)
        assert claim(run) == []
        archive.finish_run(run, "finished", newsroom.now)
    assert handed == [["1"], ["1"], ["1"], ["1"], []]
    row = archive.db.execute("SELECT state, attempts, next_visit_at FROM addresses").fetchone()
    assert row == ("failed", 4, "2026-03-01T18:00:00Z")


def test_a_page_that_could_not_be_read_is_asked_for_whole_the_next_time(archive, run, newsroom):
    archive.keep([newsroom.visit(key=1, fate=Fate.UNREADABLE, etag='"a"')], run, newsroom.now)
    assert archive.db.execute("SELECT etag, state FROM addresses").fetchone() == (None, "failed")


def test_the_queue_is_read_through_its_index(archive, run, newsroom):
    plan = archive.db.execute(
        "EXPLAIN QUERY PLAN SELECT url FROM addresses WHERE site = 'x' AND state = 'queued'"
        " ORDER BY priority, depth, rowid LIMIT 5"
    ).fetchall()
    text = " ".join(row[3] for row in plan)
    assert "addresses_queue" in text
    assert "TEMP B-TREE" not in text


def test_a_refresh_looks_again_at_pages_that_failed(archive, run, newsroom, claim):
    archive.keep(
        [newsroom.visit(key=1, fate=Fate.UNREADABLE), newsroom.visit(key=2, fate=Fate.GONE)], run, newsroom.now
    )
    archive.finish_run(run, "finished", newsroom.now)
    second = archive.begin_run(newsroom.site, now=newsroom.now)
    assert claim(second) == []
    assert claim(second, refresh=True) == ["1"]


def test_a_refresh_is_read_through_its_index(archive, run, newsroom):
    plan = archive.db.execute(
        "EXPLAIN QUERY PLAN SELECT url FROM addresses WHERE site = 'x' AND (article_id IS NOT NULL OR state = 'failed')"
        " AND next_visit_at IS NOT NULL AND state <> 'queued' AND last_run < 3 ORDER BY last_run, rowid LIMIT 5"
    ).fetchall()
    text = " ".join(row[3] for row in plan)
    assert "addresses_refresh" in text
    assert "TEMP B-TREE" not in text


def test_only_the_languages_asked_for_are_handed_out_but_for_what_a_person_named(archive, run, newsroom, claim):
    links = [
        newsroom.link(newsroom.address(1)),
        newsroom.link(newsroom.address(2, "it")),
        newsroom.link(newsroom.address(3, "zh")),
        newsroom.link(newsroom.address(4, "zh"), via="start", depth=0),
    ]
    archive.enqueue(links, run, newsroom.now)
    assert archive.count_pending(newsroom.site, run_id=run, now=newsroom.now, languages=("en", "it")) == 3
    assert claim(run, languages=("en", "it")) == ["4", "1", "2"]
    assert claim(run) == ["3"]


def test_each_way_in_is_remembered_with_the_first_time(archive, run, newsroom):
    link = newsroom.link(newsroom.address(1), via="feed", depth=0)
    archive.enqueue([link], run, newsroom.now)
    archive.enqueue([link, replace(link, via="listing"), replace(link, via="see_also")], run, newsroom.advance(days=1))
    archive.enqueue([newsroom.link(newsroom.feed(), via="entry", depth=0)], run, newsroom.now)
    assert archive.db.execute("SELECT url_key, via, first_seen_at FROM sightings ORDER BY via").fetchall() == [
        ("gazette/en/1", "feed", "2026-03-01T12:00:00Z"),
        ("gazette/en/1", "listing", "2026-03-02T12:00:00Z"),
    ]


def test_a_walk_brings_near_what_waits_far_away_and_leaves_alone_what_was_visited(archive, run, newsroom, claim):
    site = replace(newsroom.site, by_id="/index.php?l={language}&art={key}")
    steps = tuple(plan_range(site, None, "1..4", ("en",)).iter_steps(newsroom.now.date()))
    archive.keep([newsroom.visit(newsroom.article(1)), newsroom.visit(key=2, fate=Fate.GONE)], run, newsroom.now)
    archive.enqueue([newsroom.link(newsroom.address(3), depth=7)], run, newsroom.now)
    assert claim(run, max_depth=0) == []
    assert archive.enqueue_range(site, steps, run, newsroom.now) == 1
    assert claim(run, max_depth=0, refresh=False) == ["3", "4"]
