"""A site is rebuilt between two visits: the crawl notices, keeps what it has, and saves the pages that it does not understand."""

import json
import shutil
import sqlite3
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.archive_contents import copy_archive
from support.program import run_code

from crawler.archive import Archive
from crawler.archive.runs.deviations import SUSPECT_EVIDENCE
from crawler.cli import main
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.items import Fate
from crawler.operations.forget import forget
from crawler.practice import PracticeServer
from crawler.practice.redesigns import REDESIGNS, Redesign
from crawler.sitekit.cases import UNREVIEWED
from crawler.warc import read_capture

TESTS = Path(__file__).parents[2]
ARTICLES = 25
"""Numbers; every fifth is a translation too."""
RUN_PYTEST = """
import os, sys
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""
SEEN_BEFORE = 8
"""Articles that the run of the change still gets in the old layout."""
LACKS = {
    "unsigned": {"byline", "authors"},
    "bare": {"dateline", "kicker", "byline", "authors", "lead"},
    "teaser": {"body"},
    "scripted": {"article"},
}
GOOD = (
    "SELECT site_key, language, headline, kicker, lead, byline, dateline, body, revisions, status,"
    " (SELECT group_concat(author_id) FROM article_authors WHERE article_id = articles.id)"
    " FROM articles ORDER BY site_key, language"
)


def options(archive, server, **more):
    return CrawlOptions(site="asianews", archive=archive, mirror=server.mirror, concurrency=1, **more)


def rows(archive, sql, *values):
    db = sqlite3.connect(archive)
    try:
        return db.execute(sql, values).fetchall()
    finally:
        db.close()


@contextmanager
def served(redesign=None, after=0, phase=3):
    with PracticeServer(articles=ARTICLES, phase=phase) as server:
        server.redesign = Redesign(redesign, after)
        yield server


@pytest.fixture(scope="module")
def healthy(tmp_path_factory):
    """An archive of two healthy runs, which raised nothing."""
    archive = tmp_path_factory.mktemp("healthy") / "archive.db"
    with served() as server:
        for server.phase in (1, 2):  # See also is another each time, so that pages are read and not only asked for
            report = run_crawl(options(archive, server, refresh=True))
            assert (report.exit_code, report.messages, report.alarms) == (0, (), ())
            assert report.articles == 30
    return archive


@pytest.fixture
def archive(healthy, tmp_path):
    shutil.copy(healthy, tmp_path)
    shutil.copytree(healthy.with_suffix(".warc"), tmp_path / "archive.warc")
    return tmp_path / "archive.db"


def test_each_redesign_is_tried():
    assert set(LACKS) == set(REDESIGNS)


@pytest.mark.parametrize(
    "redesign", ["teaser", "scripted", *(pytest.param(name, marks=pytest.mark.slow) for name in ("unsigned", "bare"))]
)
def test_a_new_layout_is_found_within_twenty_articles_and_replaces_nothing(archive, redesign):
    """The slow cases take two seconds each; tests below have alarms of these layouts, too."""
    good = rows(archive, GOOD)
    with served(redesign, SEEN_BEFORE) as server:
        report = run_crawl(options(archive, server, refresh=True))
        assert server.redesign.served <= 20
    assert (report.exit_code, report.outcome) == (6, "alarm")
    assert report.queue > 0
    assert {alarm.field for alarm in report.alarms if alarm.alarm} <= LACKS[redesign]
    assert {alarm.field for alarm in report.alarms} <= LACKS[redesign]
    # What was archived is as it was, and sound.
    assert rows(archive, GOOD) == good
    with Archive(archive) as opened:
        assert opened.verify(read_capture) == []
    # The first alarm says all that a person needs.
    first = report.alarms[0]
    assert first.alarm
    assert (first.filled, first.rate, first.articles > 8, first.usual > 0.8) == (0, 0.0, True, True)
    assert report.messages[0].startswith(f"layout alarm: 0 of the last {first.articles} ")
    assert f"{first.usual:.0%} before" in report.messages[0]
    assert first.samples[0][1] in report.messages[0]
    assert first.folder in report.messages[-1]
    assert 0 < len(list(Path(first.folder).iterdir())) <= 5 * len(report.alarms)


def test_articles_met_for_the_first_time_are_few_when_the_alarm_comes(archive, tmp_path):
    with PracticeServer(articles=400) as server:
        server.redesign = Redesign("bare")
        report = run_crawl(options(archive, server, refresh=False))
    assert report.exit_code == 6
    assert report.counts[Fate.NEW] <= 20
    assert report.queue > 0


def test_short_runs_raise_no_alarm_by_themselves_and_find_the_change_together(archive):
    good = rows(archive, GOOD)
    codes = []
    with served("unsigned") as server:
        while 6 not in codes:
            codes.append(run_crawl(options(archive, server, refresh=True, max_articles=5)).exit_code)
            assert server.redesign.served <= 20
        assert codes == [2, 2, 2, 6]  # pages that were kept back are no alarm yet
        assert rows(archive, GOOD) == good
        # When the site is mended, those runs are not taken for healthy ones.
        server.redesign = Redesign()
        server.phase = 4
        assert run_crawl(options(archive, server, refresh=True)).exit_code == 0
        with Archive(archive) as opened:
            assert {run for run, _, _ in opened.read_site_history("asianews", 99).history} == {1, 2, 7}
            assert opened.read_site_history("asianews", 99).peaks == {}


@pytest.mark.slow
def test_a_run_after_the_site_is_mended_is_healthy_again(archive):
    """A second; the short runs above are healthy again as well."""
    with served("bare") as server:
        assert run_crawl(options(archive, server, refresh=True)).exit_code == 6
        server.redesign = Redesign()
        for server.phase in (4, 5):
            report = run_crawl(options(archive, server, refresh=True))
            assert (report.exit_code, report.alarms) == (0, ())
    assert rows(archive, "SELECT count(*) FROM deviations WHERE alarm") != [(0,)]
    ((in_doubt,),) = rows(archive, "SELECT max(evidence) FROM deviations WHERE run_id = 5")
    assert (in_doubt or 0) < SUSPECT_EVIDENCE


@pytest.mark.slow
def test_a_layout_that_is_still_not_understood_is_told_again_and_sooner(archive):
    """A second; the short runs above find together what none of them tells."""
    with served("bare") as server:
        first = run_crawl(options(archive, server, refresh=True))
        before = server.redesign.served
        again = run_crawl(options(archive, server, refresh=True))
        assert server.redesign.served - before < before
    assert (first.exit_code, again.exit_code) == (6, 6)


def test_a_person_who_says_that_the_site_is_right_has_peace(archive):
    with served("unsigned") as server:
        assert run_crawl(options(archive, server, refresh=True)).exit_code == 6
        for server.phase, accept in ((4, True), (5, False)):
            report = run_crawl(options(archive, server, refresh=True, accept_layout=accept))
            assert (report.exit_code, report.alarms) == (0, ())
    assert rows(archive, "SELECT count(byline) FROM articles") == [(0,)]
    assert rows(archive, "SELECT max(revisions) FROM articles") == [(2,)]


@pytest.mark.slow
def test_a_site_that_never_prints_bylines_is_healthy(tmp_path):
    """Two seconds; ``test_layout.py`` judges hundreds of healthy runs, and the first runs of this file raise nothing."""
    with served("unsigned") as server:
        for server.phase in (1, 2):
            report = run_crawl(options(tmp_path / "archive.db", server, refresh=True))
            assert (report.exit_code, report.messages) == (0, ())
    ((signed, articles),) = rows(tmp_path / "archive.db", "SELECT sum(byline), sum(articles) FROM run_fields")
    assert signed == 0
    assert articles > 50  # a few pages are the same in two phases, and not read again


def test_what_each_run_saw_is_written_down(archive):
    seen = rows(archive, "SELECT run_id, sum(pages), sum(articles), sum(byline), sum(date) FROM run_fields GROUP BY 1")
    ((articles, signed, dated),) = rows(archive, "SELECT count(*), count(byline), count(published_on) FROM articles")
    assert seen == [(run, articles, articles, signed, dated) for run in (1, 2)]
    (words,) = rows(archive, "SELECT words FROM run_fields WHERE language = 'en' LIMIT 1")
    assert sum(json.loads(words[0]).values()) > 0


# Saved cases


@pytest.fixture(scope="module")
def alarmed(healthy, tmp_path_factory):
    """An archive of an alarm with its saved cases, which nobody may change."""
    archive = copy_archive(healthy, tmp_path_factory.mktemp("alarmed") / "archive.db")
    with served("unsigned", SEEN_BEFORE) as server:
        report = run_crawl(options(archive, server, refresh=True))
    return archive, sorted(Path(report.alarms[0].folder).iterdir())


def test_a_failing_page_is_a_test_case_that_waits_for_a_person(alarmed, tmp_path):
    archive, cases = alarmed
    assert 2 <= len(cases) <= 5
    expected = {case: json.loads((case / "expected.json").read_text()) for case in cases}
    first, second = [case for case in cases if expected[case]["byline"]][:2]
    # The page is as it was sent; what it should be read as is what was archived when its layout was understood.
    identity = expected[first]["site_key"], expected[first]["language"]
    ((byline, body),) = rows(
        archive, "SELECT byline, body FROM articles WHERE site_key = ? AND language = ?", *identity
    )
    assert (expected[first]["byline"], expected[first]["body"]) == (byline, body.split("\n\n"))
    assert b"window.__story" in (first / "page.html").read_bytes()
    saved = tmp_path / "tests" / "sites" / "asianews"
    for case in (first, second):
        shutil.copytree(case, saved / case.name)
    # Somebody has looked at the second one.
    assert "byline" in expected[second].pop(UNREVIEWED)
    (saved / second.name / "expected.json").write_text(json.dumps(expected[second]))
    shutil.copy(TESTS / "test_sites.py", tmp_path / "tests")
    arguments = ["-q", "-c", "/dev/null", "-p", "no:cacheprovider", "-o", f"pythonpath={TESTS}"]
    arguments += ["-k", f"{first.name} or {second.name}", str(tmp_path / "tests" / "test_sites.py")]
    ended = run_code(RUN_PYTEST, *arguments, cwd=TESTS.parent)
    said = ended.stdout
    assert ended.returncode == 1
    assert f"test_a_person_has_looked_at_a_saved_page[asianews/{first.name}]" in said
    assert "is unreviewed. Not found on this page as it was on earlier ones: byline" in said
    # Of the other the fields are named that are not read, and no others.
    assert f"test_a_saved_page_is_read[asianews/{second.name}:byline]" in said
    assert f"test_a_saved_page_is_read[asianews/{second.name}:authors]" in said
    assert "3 failed, " in said


@pytest.mark.slow
def test_an_article_that_is_forgotten_is_forgotten_among_the_cases_too(alarmed, tmp_path):
    """Two seconds; ``test_forget_bytes.py`` looks for its words among cases."""
    folder = shutil.copytree(alarmed[0].parent, tmp_path / "copy")
    archive = folder / alarmed[0].name
    cases = [folder / case.relative_to(alarmed[0].parent) for case in alarmed[1]]
    gone = cases[0]
    url = json.loads((gone / "capture.json").read_text())["url"]
    assert forget(archive, url, "asked for", lambda _: True) is not None
    assert not gone.exists()
    assert [case for case in cases if case.exists()] == cases[1:]
    noted = cases[1]
    (noted / "note.txt").write_text("Why is there no byline?")
    url = json.loads((noted / "capture.json").read_text())["url"]
    assert forget(archive, url, "asked for", lambda _: True) is not None
    assert [path.name for path in noted.iterdir()] == ["note.txt"]


def test_a_folder_that_cannot_be_made_is_one_line_and_the_alarm_all_the_same(archive):
    archive.with_suffix(".alarms").write_text("in the way")
    with served("bare") as server:
        report = run_crawl(options(archive, server, refresh=True))
    assert report.exit_code == 6
    assert "no test cases are saved" in report.messages[-1]


# What people see


def test_status_and_sites_remember_the_alarm_and_somebody_is_told(archive, tmp_path):
    heard = tmp_path / "heard.json"
    notify = f"{sys.executable} -c \"import sys; open({str(heard)!r}, 'w').write(sys.stdin.read())\""

    def seealso(*arguments):
        return CliRunner().invoke(main, ["--archive", str(archive), *arguments], prog_name="seealso")

    with served("bare") as server:
        ended = seealso("crawl", "asianews", "--mirror", server.mirror, "--refresh", "--notify", notify, "--json")
    assert ended.exit_code == 6
    told = json.loads(heard.read_text())
    assert told == json.loads(ended.stdout)
    assert {alarm["field"] for alarm in told["alarms"]} <= LACKS["bare"]
    (dateline,) = [alarm for alarm in told["alarms"] if alarm["field"] == "dateline"]  # their order is the pages' order
    assert (dateline["alarm"], dateline["rate"], dateline["rate_before"]) == (True, 0.0, 1.0)
    assert dateline["samples"][0].startswith("https://www.asianews.it/")
    assert Path(dateline["folder"]).is_dir()
    assert "CUSUM" in dateline["rule"]
    assert "layout alarm: 0 of the last" in ended.stderr
    with served() as server:
        # One request at a time: what half an alarm leaves behind must not depend on the order of answers.
        assert seealso("crawl", "asianews", "--mirror", server.mirror, "--refresh", "--delay", "0.001").exit_code == 0
    shown = seealso("status").stdout
    assert "Last layout alarm" in shown
    assert "of run 3 have a dateline, 100% before" in " ".join(shown.split())
    assert max(map(len, shown.partition("Last layout alarm")[2].partition("saved:")[0].splitlines())) <= 80
    (alarm,) = [
        alarm for alarm in json.loads(seealso("status", "--json").stdout)["alarms"] if alarm["field"] == "dateline"
    ]
    assert (alarm["run_id"], alarm["filled"], alarm["usual"]) == (3, 0, 1.0)
    assert "; layout alarm 20" in " ".join(seealso("sites").stdout.split())
