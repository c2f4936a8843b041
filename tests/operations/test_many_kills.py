"""Kills of an ingest and of a reread at random moments: the archive is as before or as after, and the next one completes it."""

import os
import random
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.archive_contents import canonical, copy_archive, dump_archive, list_columns
from support.program import talk_to_code

from crawler.archive import Archive
from crawler.archive.articles.readings import load_reading
from crawler.archive.write.articles.readings import write_reading
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.operations.ingest.job import ingest
from crawler.operations.reread.job import reread
from crawler.practice import PracticeServer
from crawler.warc import iter_captures, read_capture

ROOT = Path(__file__).resolve().parents[2]
KILLS = 40

FORKS = """
import os, signal, sys, time
from pathlib import Path
from crawler.operations.ingest.job import ingest
from crawler.operations.reread.job import reread
from crawler.sites.registry import load_known_sites
load_known_sites()
for line in sys.stdin:
    delay, job, archive, *files = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child == 0:
        if job == "ingest":
            os._exit(ingest(Path(archive), [Path(file) for file in files]).exit_code)
        os._exit(reread(Path(archive), jobs=1).exit_code)
    if float(delay):
        time.sleep(float(delay))
        os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
few_or_many = pytest.mark.parametrize(
    ("crawled", "kills"),
    [(20, 1), pytest.param(150, KILLS, marks=[pytest.mark.slow, pytest.mark.timeout(900)])],
    indirect=["crawled"],
)
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, to start many programs in little time")


@pytest.fixture(scope="module")
def crawled(request, tmp_path_factory):
    """An archive of the practice site with so many articles."""
    path = tmp_path_factory.mktemp("kills") / "crawled.db"
    with PracticeServer(articles=request.param) as server:
        run_crawl(CrawlOptions(site="asianews", archive=path, mirror=server.mirror))
    return path


@pytest.fixture
def run_job():
    """Run an ingest or a reread in a fork that is killed after so many seconds; 0 lets it end. Return its exit code."""
    with talk_to_code(FORKS, cwd=ROOT) as (questions, answers):

        def run(delay, job, archive, *files):
            print(delay, job, archive, *files, sep="\t", file=questions, flush=True)
            return int(answers.readline())

        yield run


def assert_sound(path):
    """Every row is sound, and every answer that the archive points to can be read back."""
    with Archive(path) as archive:
        assert archive.verify(read_capture) == []


@few_or_many
def test_an_ingest_that_is_killed_again_and_again_ends_as_an_unbroken_one(crawled, tmp_path, run_job, kills):
    """One kill in two seconds; the slow case, of forty, takes a minute. Each batch is there as a whole or not."""
    files = sorted(crawled.with_suffix(".warc").iterdir())
    whole = tmp_path / "whole.db"
    assert ingest(whole, files).exit_code == 0
    expected, dice = canonical(whole), random.Random(kills)
    rounds = killed = 0
    while killed < kills:
        rounds += 1
        broken = tmp_path / f"broken-{rounds}.db"
        code = None
        while code != 0:
            code = run_job(dice.uniform(0.05, 1.2) if killed < kills else 0, "ingest", broken, *files)
            assert code in (0, -signal.SIGKILL)
            killed += code != 0
            if broken.exists() and broken.stat().st_size and code:
                Archive(broken, "create").close()  # it may have been killed before the tables were made
                assert_sound(broken)
        assert canonical(broken) == expected
        assert_sound(broken)
        for path in broken.with_suffix(".warc").iterdir():
            assert list(iter_captures(path)), "no file is left without one whole record"


@pytest.mark.slow
@few_or_many
def test_a_reread_that_is_killed_changed_everything_or_nothing(crawled, tmp_path, run_job, kills):
    """One kill in three seconds, forty in two minutes; ``test_reread.py`` has one that fails half way."""
    spoilt, broken = copy_archive(crawled, tmp_path / "spoilt.db"), tmp_path / "broken.db"
    spoil(spoilt)
    copy_archive(spoilt, broken)
    whole = copy_archive(spoilt, tmp_path / "whole.db")
    before = dump_archive(whole)
    assert reread(whole, jobs=1).changed > 15
    after, dice = dump_archive(whole), random.Random(kills)
    assert after != before
    for _ in range(kills):
        code = run_job(dice.uniform(0.02, len(after["articles"]) / 50), "reread", broken)
        assert code in (0, -signal.SIGKILL)
        assert dump_archive(broken) in (before, after)
        if dump_archive(broken) == after:
            copy_rows(spoilt, broken)
    assert run_job(0, "reread", broken) == 0
    assert dump_archive(broken) == after
    assert_sound(broken)


def copy_rows(source, target):
    """Put the rows of an archive into the file of another one, whose WARC folder is the same."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def spoil(path):
    """Give every article a kicker that no page has, as worse rules would have."""
    with Archive(path, "write") as archive, archive.db.atomic():
        articles = archive._writer.articles
        for (article_id,) in archive.db.execute("SELECT id FROM articles").fetchall():
            former = load_reading(articles.conn, article_id)
            write_reading(articles, article_id, list_columns(former, kicker="SHARE"), former)
        articles.index.write()
