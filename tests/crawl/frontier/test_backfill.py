"""Walks over days and numbers: they find what nothing links to, ask for nothing twice, and go on after a kill."""

import os
import re
import signal
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from support.archive_contents import copy_archive
from support.loopback_site import ORIGIN, fetch_keys, fetch_rows, fetch_states, make_article_page
from support.program import run_code, run_program, start_program
from support.shared import crawl_practice_site, make_once
from support.waiting import wait_until

from crawler.crawl.frontier import backfill
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.items import Fate
from crawler.practice import PracticeServer
from crawler.practice.truth import make_truth

HOLE = "hole"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def practice():
    with PracticeServer() as server:
        yield server


@pytest.fixture
def followed(tmp_path_factory, tmp_path):
    """The archive of the walk when all links of the practice site have been followed."""
    return copy_archive(
        make_once(tmp_path_factory, "practice", crawl_practice_site) / "once.db", tmp_path / "archive.db"
    )


@pytest.fixture
def walk(practice, tmp_path):
    """Crawl the practice site as asked; returns the options, the report and the paths that were asked for."""

    def walk(**asked):
        options = CrawlOptions(site="asianews", mirror=practice.mirror, archive=tmp_path / "archive.db", **asked)
        before = len(practice.requests)
        report = run_crawl(options)
        return (
            options,
            report,
            [request.path for request in practice.requests[before:] if request.path != "/robots.txt"],
        )

    return walk


def archived(options):
    return set(fetch_rows(options, "SELECT language, site_key FROM articles"))


def test_a_walk_over_days_finds_every_article_of_the_days_in_every_language(walk):
    options, report, asked = walk(by_day="2022-03-11..2022-03-14")
    expected = {**make_truth().articles, **make_truth().unlinked}
    of_the_days = {
        key
        for key, record in expected.items()
        if "2022-03-11" <= record.published_on <= "2022-03-14" and key not in make_truth().unlisted
    }
    assert of_the_days == {("en", "55331"), ("en", "55340"), ("it", "55340")}
    assert of_the_days <= archived(options)
    days = sorted(re.search(r"data_art_filtro=([\d-]+).*l=(..)", path).groups() for path in asked if "filtro" in path)
    assert days == [(f"2022-03-{day}", language) for day in (11, 12, 13, 14) for language in ("en", "es", "it", "zh")]
    assert report.exit_code == 0
    assert not fetch_rows(options, "SELECT 1 FROM addresses WHERE kind IN ('feed', 'home')")


def test_a_walk_over_numbers_finds_what_not_even_a_listing_names(walk):
    options, report, asked = walk(ids="55338..55350", languages=("en",))
    assert archived(options) == {("en", "55340"), ("en", "55348")}
    assert len(asked) == 13
    expected = make_truth().unlinked["en", "55348"]
    found = fetch_rows(options, "SELECT headline, published_at, body FROM articles WHERE site_key = '55348'")
    assert found == [(expected.headline, expected.published_at, expected.body)]
    assert (report.exit_code, report.outcome, report.messages) == (0, "finished", ())


@pytest.mark.slow
def test_the_walk_and_the_links_together_find_the_whole_practice_site(walk, followed):
    """Two seconds; the walks above find all of some days and numbers, the crawl that many tests share all of the links."""
    for days, numbers in (("2004-12-21", "2150"), ("2022-03-13", "55340..55348"), ("2024-10", "61650")):
        options, _, _ = walk(by_day=days, ids=numbers, refresh=False)
    assert archived(options) == set(make_truth().articles) | set(make_truth().unlinked)


def test_a_walk_asks_for_nothing_twice_and_remembers_holes(walk):
    options, _, asked = walk(ids="55338..55345", languages=("en", "it"), by_day="2022-03-13")
    assert len(asked) == len(set(asked))
    holes = {f"asianews/{language}/{number}" for number in range(55338, 55346) for language in ("en", "it")}
    holes -= {"asianews/en/55340", "asianews/it/55340"}
    assert {key for key, state in fetch_states(options).items() if state == HOLE} == holes
    _, second, again = walk(ids="55338..55345", languages=("en", "it"), by_day="2022-03-13")
    assert again == []
    assert (second.pages, second.exit_code) == (0, 0)
    _, _, wider = walk(ids="55338..55346", languages=("en",))
    assert wider == ["/index.php?art=55346&l=en"] or wider == ["/index.php?l=en&art=55346"]


def test_holes_rest_for_a_quarter_of_a_year(walk):
    options, _, _ = walk(ids="55341..55342", languages=("en",))
    waits = fetch_rows(
        options,
        "SELECT round(julianday(a.next_visit_at) - julianday(c.fetched_at)) FROM addresses a JOIN captures c"
        " USING (url_key) WHERE a.state = 'hole' AND c.url LIKE '%art=%'",
    )
    assert waits == [(90,), (90,)]


def test_a_refresh_asks_for_holes_and_days_again(walk):
    walk(ids="55339..55342", languages=("en",), by_day="2022-03-13")
    _, _, again = walk(ids="55339..55342", languages=("en",), by_day="2022-03-13", refresh=True)
    assert len([path for path in again if "filtro" in path]) == 1
    assert len([path for path in again if re.search(r"art=5534[12]|art=55339", path)]) == 3


def test_holes_alone_are_no_layout_alarm_but_say_so(walk):
    _, report, _ = walk(ids="12000..12020", languages=("en", "it"))
    assert report.exit_code == 0
    assert report.counts == {Fate.NOT_AN_ARTICLE: 42}
    assert [message for message in report.messages if message.startswith("none of 42 numbers asked for is an article")]


def test_a_home_page_that_is_never_the_same_twice_is_a_hole_all_the_same(paper, asked_for):
    def home(handler):
        teasers = "".join(
            f'<li><a href="/news-en/Story-{number}.html">Headline of story number {number}</a></li>'
            for number in range(8)
        )
        return f"<html><body><p>Visitor {len(paper.log)}</p><h1>News</h1><ul>{teasers}</ul></body></html>".encode()

    for number in range(100, 130):
        paper.pages[f"/index.php?l=en&art={number}"] = home
    options = replace(asked_for(), urls=(), ids="100..129", languages=("en",))
    report = run_crawl(options)
    assert (report.exit_code, report.counts) == (0, {Fate.NOT_AN_ARTICLE: 30})


def test_articles_in_an_unknown_layout_are_an_alarm_on_a_walk_too(paper, asked_for):
    for number in range(100, 130):
        words = f"<p>Story {number} in frames that nobody has seen.</p>".encode()
        paper.pages[f"/index.php?l=en&art={number}"] = b"<html><body>" + words + b"</body></html>"
    options = replace(asked_for(), urls=(), ids="100..129", languages=("en",))
    assert run_crawl(options).exit_code == 6


def test_a_hole_that_a_page_names_later_is_asked_for_again(paper, asked_for):
    options = replace(asked_for(), urls=(), ids="7..8", languages=("en",))
    run_crawl(options)
    assert set(fetch_states(options).values()) == {HOLE}
    paper.story(1, leads_to=(8,))
    paper.story(8)
    run_crawl(asked_for())
    assert fetch_keys(options) == [1, 8]
    assert fetch_states(options)["asianews/en/7"] == HOLE


def test_a_walk_follows_see_also_only_when_told_how_far(paper, asked_for):
    paper.pages["/index.php?l=en&art=5"] = make_article_page(5, leads_to=(6,))
    paper.story(6)
    options = replace(asked_for(), urls=(), ids="5", languages=("en",))
    run_crawl(options)
    assert fetch_keys(options) == [5]
    assert fetch_states(options)["asianews/en/6"] == "queued"
    run_crawl(replace(options, max_depth=1))
    assert fetch_keys(options) == [5, 6]


def test_other_languages_are_passed_over_when_some_are_named(walk):
    options, _, _ = walk(ids="57710", languages=("en", "it"))
    assert archived(options) == {("en", "57710"), ("it", "57710")}
    assert fetch_states(options)["asianews/es/57710"] == "queued"


def test_a_huge_range_is_queued_in_slices(paper, asked_for, monkeypatch):
    monkeypatch.setattr(backfill, "SLICE", 100)
    for number in (1, 2, 101):  # the last comes with the second slice
        paper.pages[f"/index.php?l=en&art={number}"] = make_article_page(number)
    options = replace(asked_for(), urls=(), ids="1..999999999", languages=("en",), max_articles=3)
    report = run_crawl(options)
    assert fetch_keys(options) == [1, 2, 101]
    assert 100 < fetch_rows(options, "SELECT count(*) FROM addresses")[0][0] < 300
    assert "the walk is not at its end (queued up to" in report.messages[-1]
    assert 100 < len(paper.log) < 200


def test_days_that_have_not_come_yet_are_not_asked_for(walk):
    today = date.today()
    _, report, asked = walk(by_day=f"{today - timedelta(days=1)}..2100", languages=("en",))
    assert len([path for path in asked if "filtro" in path]) in (2, 3)  # midnight may pass meanwhile
    assert report.exit_code == 0


def test_a_young_day_is_read_once_more_and_an_old_one_is_not(walk):
    today = date.today()
    options, _, _ = walk(by_day=f"{today}..{today}", languages=("en",))
    walk(by_day="2005-08-25", languages=("en",))
    due = dict(fetch_rows(options, "SELECT published_on, next_visit_at FROM addresses WHERE via = 'by_day'"))
    assert due["2005-08-25"] is None
    assert due[str(today)] > f"{today}"


def test_each_way_in_by_which_an_article_was_met_is_kept(walk, followed):
    options, _, _ = walk(ids="66020", languages=("en",))
    ways = fetch_rows(options, "SELECT via FROM sightings WHERE url_key = 'asianews/en/66020' ORDER BY via")
    assert ways == [("by_id",), ("feed",), ("listing",)] or ways == [("by_id",), ("listing",)]


@pytest.mark.slow
def test_a_walk_that_was_killed_goes_on_and_asks_for_nothing_again_but_what_was_in_flight(tmp_path):
    """Two seconds; ``test_interruptions.py`` kills a crawl, whose queue is the same."""
    with PracticeServer(articles=110, latency=0.01) as site:
        command = ["crawl", "asianews", "--mirror", site.mirror]
        command += ["--archive", str(tmp_path / "a.db"), "--ids", "1..90", "--languages", "en", "--no-refresh"]
        killed = start_program(*command, cwd=tmp_path)
        wait_until(lambda: len(site.requests) >= 60)
        killed.kill()
        assert killed.wait(30) == -signal.SIGKILL
        ended = run_program(*command, cwd=tmp_path, env=os.environ)
        assert ended.returncode == 0, ended.stderr
        asked = [request.path for request in site.requests if request.path != "/robots.txt"]
    numbers = [int(re.search(r"(?:art=|-)(\d+)(?:\.html|&|$)", path)[1]) for path in asked]
    assert set(numbers) == set(range(1, 91))
    assert len(numbers) - 90 <= 100 + 8  # one batch and what was in flight
    options = CrawlOptions(site="asianews", archive=tmp_path / "a.db")
    assert fetch_keys(options) == list(range(1, 91))


def test_the_generated_half_lists_its_days(tmp_path):
    with PracticeServer(articles=400) as site:
        options = CrawlOptions(
            site="asianews", mirror=site.mirror, archive=tmp_path / "a.db", by_day="2004-03", languages=("en",)
        )
        run_crawl(options)
    in_march = fetch_rows(options, "SELECT count(*) FROM articles WHERE published_on LIKE '2004-03-%'")
    assert in_march == [(1,)] or in_march == [(2,)]
    assert fetch_rows(options, "SELECT count(*) FROM addresses WHERE via = 'by_day' AND state = 'done'") == [(31,)]


def test_a_start_may_be_named_beside_a_walk(paper, asked_for):
    paper.story(1)
    options = replace(asked_for(f"{ORIGIN}/news-en/Story-1.html"), ids="20..21", languages=("en",))
    run_crawl(options)
    assert set(fetch_states(options)) == {"asianews/en/1", "asianews/en/20", "asianews/en/21"}


def test_what_failed_on_a_walk_is_asked_for_again_by_the_same_command(paper, asked_for):
    day = "/index.php?data_art_filtro=2022-03-11&filtro_art=1&idn=1&l=en"
    paper.pages["/index.php?l=en&art=5"] = paper.pages[day] = (500, b"broken")
    options = replace(asked_for(), urls=(), ids="5", by_day="2022-03-11", languages=("en",))
    assert run_crawl(options).counts[Fate.FAILED] == 2
    paper.pages["/index.php?l=en&art=5"] = make_article_page(5)
    paper.pages[day] = (
        b'<html><body><a href="/news-en/Story-6.html">Headline of story number 6</a> 11/03/2022</body></html>'
    )
    paper.story(6)
    run_crawl(options)
    assert fetch_keys(options) == [5, 6]
    before = len(paper.log)
    assert run_crawl(options).pages == 0
    assert paper.log[before:] in ([], ["/robots.txt"])


def test_scrapy_walks_the_same_way(practice, tmp_path):
    command = ["crawl", "asianews", "-a", "ids=55338..55341", "-a", "languages=en,it"]
    command += ["-a", f"mirror={practice.mirror}", "-a", f"archive={tmp_path / 'a.db'}"]
    done = run_code("from scrapy.cmdline import execute; execute()", *command, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    options = CrawlOptions(site="asianews", archive=tmp_path / "a.db")
    assert archived(options) == {("en", "55340"), ("it", "55340")}
