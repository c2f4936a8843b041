"""Runs as every view of an archive's health is told of them."""

from datetime import timedelta

import pytest
from support.newsroom import NOW

from crawler.archive import Archive
from crawler.archive.runs.summary import (
    OutcomeTotal,
    count_outcomes,
    find_last_activity,
    find_last_alarm,
    find_last_start,
    iter_runs,
    list_killed_ingests,
    list_last_runs,
    list_run_sites,
    list_runs,
    read_last_run,
    sum_pages,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def runs(tmp_path):
    """Six runs of two sites, one an hour from noon: what each came to is written beside it."""
    with Archive(tmp_path / "archive.db", "create") as archive:
        numbers = []
        for hour, (site, kind, outcome) in enumerate(
            [
                ("gazette", "crawl", "alarm"),  # 12:00
                ("gazette", "crawl", "finished"),  # 13:00
                ("courier", "demo", "finished"),  # 14:00
                ("gazette", "crawl", None),  # 15:00, killed
                ("gazette", "ingest", "ingested"),  # 16:00
                ("courier", "ingest", None),  # 17:00, killed
            ]
        ):
            begun = NOW + hour * HOUR
            number = archive.begin_run(site, now=begun, kind=kind)
            if outcome is not None:
                archive.finish_run(number, outcome, begun + HOUR / 2)
            numbers.append(number)
        archive.db.execute("UPDATE runs SET fetched = 7, new = 2, unreadable = 1, failed = 1, refused = 3 WHERE id = 2")
        archive.db.conn.commit()
        assert numbers == [1, 2, 3, 4, 5, 6]
        yield archive


def test_the_last_runs_come_newest_first(runs):
    assert [(run.id, run.site, run.kind) for run in list_runs(runs.db, 3)] == [
        (6, "courier", "ingest"),
        (5, "gazette", "ingest"),
        (4, "gazette", "crawl"),
    ]
    assert [run.id for run in iter_runs(runs.db)] == [6, 5, 4, 3, 2, 1]


def test_a_run_counts_pages_by_fate_and_those_without_success(runs):
    run = list(iter_runs(runs.db))[4]
    assert {fate: count for fate, count in run.fates.items() if count} == {
        "new": 2,
        "unreadable": 1,
        "failed": 1,
        "refused": 3,
    }
    assert (run.fetched, run.unsuccessful, run.finished_at) == (7, 5, "2026-03-01T13:30:00Z")


def test_the_last_run_of_a_site_may_be_an_ingest_and_its_last_crawl_is_not(runs):
    last, crawl = (read_last_run(runs.db, "gazette", only_crawls=only) for only in (False, True))
    assert (last.id, last.is_crawl, last.outcome) == (5, False, "ingested")
    assert (crawl.id, crawl.is_crawl, crawl.outcome) == (4, True, None)
    assert read_last_run(runs.db, "herald") is None


def test_the_last_runs_of_all_sites_come_by_their_names(runs):
    assert [(run.site, run.id) for run in list_last_runs(runs.db)] == [("courier", 6), ("gazette", 5)]
    assert [(run.site, run.id) for run in list_last_runs(runs.db, only_crawls=True)] == [("courier", 3), ("gazette", 4)]
    assert list_run_sites(runs.db) == ["courier", "gazette"]
    assert list_run_sites(runs.db, 1) == ["courier"]


def test_ingests_that_were_killed_are_found_and_crawls_are_not(runs):
    assert [run.id for run in list_killed_ingests(runs.db, "courier")] == [6]
    assert list_killed_ingests(runs.db, "gazette") == []


def test_instants_of_runs(runs):
    assert find_last_alarm(runs.db, "gazette") == "2026-03-01T12:00:00Z"
    assert find_last_alarm(runs.db, "courier") is None
    assert find_last_start(runs.db, "courier") == "2026-03-01T14:00:00Z"  # the ingest is no crawl
    assert find_last_activity(runs.db) == "2026-03-01T17:00:00Z"  # it has not ended: when it began


def test_totals_of_sites(runs):
    assert [(total.site, total.fates["new"], total.fates["refused"]) for total in sum_pages(runs.db)] == [
        ("courier", 0, 0),
        ("gazette", 2, 3),
    ]
    assert count_outcomes(runs.db) == [
        OutcomeTotal("courier", None, 1),
        OutcomeTotal("courier", "finished", 1),
        OutcomeTotal("gazette", None, 1),
        OutcomeTotal("gazette", "alarm", 1),
        OutcomeTotal("gazette", "finished", 1),
        OutcomeTotal("gazette", "ingested", 1),
    ]
