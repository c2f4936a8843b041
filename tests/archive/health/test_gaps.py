"""Gaps against small archives counted by hand, and the estimate against worked examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive import Archive
from crawler.archive.health.capture_recapture import add_estimates, estimate_total
from crawler.archive.health.milestones import find_longest_rising, split_into_months
from crawler.discovery.ranges import RangeStep
from crawler.items import Address, Fate


def day(text: str) -> date:
    return date.fromisoformat(text)


# The estimate


def test_chapmans_estimator_by_hand() -> None:
    # 201 * 151 / 31 - 1 = 978.06...; variance 201 * 151 * 170 * 120 / (31^2 * 32) = 619160400 / 30752
    estimate = estimate_total(200, 150, 30)
    assert estimate is not None
    assert estimate.total == pytest.approx(978.0645, abs=0.001)
    assert estimate.variance == pytest.approx(20133.99, abs=0.01)
    assert estimate.met == 320
    assert estimate.low == pytest.approx(320 + 658.0645 / 1.5188, rel=0.002)
    assert estimate.high == pytest.approx(320 + 658.0645 * 1.5188, rel=0.002)


def test_when_one_way_met_all_that_the_other_did_nothing_is_left_to_meet() -> None:
    estimate = estimate_total(60, 40, 40)
    assert estimate is not None
    assert (estimate.total, estimate.low, estimate.high) == (60, 60, 60)


@pytest.mark.parametrize("both", range(7))
def test_with_few_met_both_ways_there_is_no_estimate(both: int) -> None:
    assert estimate_total(500, 500, both) is None


@given(st.integers(7, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_estimate_lies_in_its_interval_and_never_below_what_was_met(both: int, first: int, second: int) -> None:
    estimate = estimate_total(both + first, both + second, both)
    assert estimate is not None
    assert estimate.met <= estimate.low <= estimate.total <= estimate.high


def test_parts_add_up() -> None:
    one, other = estimate_total(200, 150, 30), estimate_total(60, 40, 40)
    assert one is not None
    assert other is not None
    both = add_estimates([one, other])
    assert both is not None
    assert both.total == pytest.approx(one.total + other.total)
    assert both.met == 380
    assert add_estimates([]) is None


# Numbers and months


def test_a_misprinted_date_does_not_move_its_neighbours() -> None:
    rows = [(1, day("2004-01-01")), (2, day("2014-01-02")), (3, day("2004-01-03")), (4, day("2004-01-03"))]
    assert find_longest_rising(rows) == [rows[0], rows[2], rows[3]]
    assert find_longest_rising([]) == []


def test_numbers_between_two_articles_belong_to_the_months_between() -> None:
    # 60 numbers over the 60 days from 1 January to 1 March 2022: one a day
    milestones = [(100, day("2022-01-01")), (159, day("2022-03-01"))]
    assert split_into_months(milestones, 170) == [("2022-01", 100, 130), ("2022-02", 131, 158), ("2022-03", 159, 170)]


def test_months_without_any_number_are_left_out() -> None:
    assert split_into_months([(7, day("2021-12-30")), (8, day("2022-03-02"))], 8) == [
        ("2021-12", 7, 7),
        ("2022-03", 8, 8),
    ]


@given(st.lists(st.tuples(st.integers(1, 5_000), st.dates(day("2003-01-01"), day("2026-12-31"))), min_size=1))
def test_the_months_part_all_numbers_among_them(rows: list[tuple[int, date]]) -> None:
    milestones = find_longest_rising(sorted(dict(rows).items()))
    stretches = split_into_months(milestones, milestones[-1][0])
    assert [number for _, first, last in stretches for number in range(first, last + 1)] == list(
        range(milestones[0][0], milestones[-1][0] + 1)
    )
    assert [month for month, _, _ in stretches] == sorted({month for month, _, _ in stretches})


# An archive


@pytest.fixture
def site(newsroom):
    return replace(newsroom.site, by_id="/index.php?l={language}&art={key}", by_day=None)


@pytest.fixture
def filled(archive, run, newsroom, site):
    """English 10, 12, 15 and Italian 12; 11 is an English hole, 13 waits, 14 was never asked for."""

    def article(number, when, language="en", **more):
        moment = replace(newsroom.article(1).published, value=when, on=when)
        return newsroom.visit(replace(newsroom.article(number, language=language, **more), published=moment))

    visits = [
        article(10, "2022-01-30", see_also=(13,)),
        article(12, "2022-02-01"),
        article(12, "2022-02-01", "it"),
        article(15, "2022-02-05"),
        newsroom.visit(key=11, fate=Fate.NOT_AN_ARTICLE),
    ]
    archive.keep(visits, run, newsroom.now)
    return archive


def test_each_number_is_archived_a_hole_waiting_or_never_asked(filled, site) -> None:
    found = filled.gaps(site)
    english, italian = found.languages
    assert (english.language, english.first_id, english.numbers) == ("en", 10, 6)
    assert (english.archived, english.holes, english.waiting, english.never_asked) == (3, 1, 1, 1)
    assert (italian.language, italian.first_id, italian.numbers) == ("it", 12, 4)
    assert (italian.archived, italian.holes, italian.waiting, italian.never_asked) == (1, 0, 0, 3)
    assert english.at_least == 3 / 5
    assert english.likely is None
    assert (found.first_id, found.last_id, found.anchors, found.out_of_order) == (10, 15, 3, 0)


def test_the_months_of_a_language_add_up_to_it(filled, site) -> None:
    found = filled.gaps(site)
    rows = [(month.month, month.language, month.first_id, month.last_id, month.never_asked) for month in found.months]
    assert rows == [("2022-01", "en", 10, 11, 0), ("2022-02", "en", 12, 15, 1), ("2022-02", "it", 12, 15, 3)]


def test_the_largest_gap_is_proposed_for_all_languages_that_lack_it(filled, site) -> None:
    proposal = filled.gaps(site).proposal
    assert (proposal.option, proposal.range, proposal.languages) == ("--ids", "13..15", ("en", "it"))
    assert (proposal.requests, proposal.seconds) == (4, 20.0)


def test_a_number_that_was_forgotten_is_not_proposed(filled, newsroom, site) -> None:
    filled.db.execute(
        "INSERT INTO forgotten (url_key, forgotten_at, why) VALUES ('gazette/en/14', ?, 'asked')", ("2026",)
    )
    found = filled.gaps(site)
    assert (found.languages[0].holes, found.languages[0].never_asked) == (2, 0)
    assert found.proposal.languages == ("it",)


def test_a_site_that_is_walked_by_days_only_is_proposed_days(filled, newsroom) -> None:
    site = replace(newsroom.site, by_day="/day-{language}-{day}.html")
    proposal = filled.gaps(site).proposal
    assert (proposal.option, proposal.range, proposal.requests) == ("--by-day", "2022-01-30..2022-02-05", 14)


def test_numbers_walked_over_say_how_many_of_the_others_are_articles(archive, run, newsroom, site) -> None:
    steps = [
        RangeStep(url_key=f"gazette/en/{number}", path=f"/index.php?l=en&art={number}", via="by_id")
        for number in range(1, 41)
    ]
    assert archive.enqueue_range(site, steps, run, newsroom.now) == 40
    for number in range(1, 41):
        page = newsroom.article(number) if number % 4 == 0 else None
        archive.keep([newsroom.visit(page, key=number, fate=None if page else Fate.NOT_AN_ARTICLE)], run, newsroom.now)
    archive.keep([newsroom.visit(newsroom.article(80))], run, newsroom.now)
    (english,) = archive.gaps(site).languages
    assert (english.first_id, english.archived, english.holes, english.never_asked) == (4, 11, 27, 39)
    assert (english.tried, english.tried_articles) == (40, 10)
    assert english.likely == 11 / (11 + 39 / 4)


def test_an_empty_archive_has_nothing_to_compare(archive, site) -> None:
    found = archive.gaps(site)
    assert (found.articles, found.languages, found.proposal) == (0, (), None)


def test_ways_in_are_counted_for_capture_and_recapture(archive, run, newsroom, site) -> None:
    named, fed = range(101, 111), range(103, 114)  # ten by See also, eleven by the feed, eight by both
    archive.enqueue([newsroom.link(newsroom.address(100), via="start", depth=0)], run, newsroom.now)
    archive.enqueue([newsroom.link(newsroom.address(key), via="feed", depth=0) for key in fed], run, newsroom.now)
    visits = [newsroom.visit(newsroom.article(100, see_also=tuple(named)))]
    visits += [newsroom.visit(newsroom.article(key)) for key in (*named, *range(111, 114))]
    archive.keep(visits, run, newsroom.now)
    (english,) = archive.gaps(site).languages
    assert (english.archived, english.see_also, english.other_ways, english.both) == (14, 10, 11, 8)
    assert english.estimate == estimate_total(10, 11, 8)
    assert english.estimate.total == pytest.approx(11 * 12 / 9 - 1)


def test_what_sitemaps_name_is_the_denominator(archive, run, newsroom, site) -> None:
    sitemap = Address(url="https://www.gazette.example/map.xml", url_key="map", kind="sitemap")
    days = {1: "2022-03-05", 2: "2022-03-31", 3: None, 4: "2022-02-01", 5: "2022-03-01"}
    links = tuple(
        newsroom.link(newsroom.address(key), via="sitemap", depth=0, published_on=day) for key, day in days.items()
    )
    archive.enqueue([newsroom.link(sitemap, via="entry", depth=0)], run, newsroom.now)
    visit = newsroom.visit(address=sitemap, fate=Fate.NOT_AN_ARTICLE, links=links[:4])
    archive.keep([replace(visit, noted=links[4:])], run, newsroom.now)
    assert archive.db.execute("SELECT count(*) FROM addresses WHERE kind = 'article'").fetchone() == (4,)
    pages = [newsroom.visit(newsroom.article(key)) for key in (1, 4, 80)]
    archive.keep([*pages, newsroom.visit(key=2, fate=Fate.GONE)], run, newsroom.now)
    coverage = archive.gaps(site).sitemaps
    assert [(month.month, month.named, month.archived, month.absent) for month in coverage.months] == [
        ("2022-03", 3, 1, 1),
        ("2022-02", 1, 1, 0),
        (None, 1, 0, 0),
    ]
    assert (coverage.total.named, coverage.total.archived, coverage.total.share) == (5, 2, 0.5)


def test_an_archive_from_before_sightings_gets_those_that_its_addresses_tell(archive, run, newsroom) -> None:
    archive.enqueue([newsroom.link(newsroom.address(1), via="feed", depth=0)], run, newsroom.now)
    archive.enqueue(
        [newsroom.link(newsroom.address(2)), newsroom.link(newsroom.feed(), via="entry")], run, newsroom.now
    )
    archive.db.execute("DROP TABLE sightings")
    archive.db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm_sightings'")
    archive.db.conn.commit()
    archive.close()
    with Archive(archive.path, "create") as again:
        assert again.db.execute("SELECT url_key, via FROM sightings").fetchall() == [("gazette/en/1", "feed")]
