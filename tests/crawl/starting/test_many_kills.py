"""Two hundred kills at random moments: the archive ends as an unbroken one, and no page that was kept is asked for again."""

import gzip
import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.archive_contents import canonical
from support.program import talk_to_code

from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.practice import PracticeServer
from crawler.warc import iter_captures

ROOT = Path(__file__).resolve().parents[3]
KILLS = 200
ORIGIN = "https://www.asianews.it"

FORKS = """
import os, signal, sys, time
from pathlib import Path
import crawler.crawl.starting.spider_loader
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.options import CrawlOptions
options = CrawlOptions(site="asianews", archive=Path(sys.argv[2]), mirror=sys.argv[1], concurrency=2)
crawler.crawl.starting.spider_loader.load_spiders()
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os._exit(run_crawl(options).exit_code)
    delay = float(line)
    if delay:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def kept(archive):
    """What has been visited by now: the paths that must not be asked for again."""
    try:
        with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
            return {url.removeprefix(ORIGIN) for (url,) in db.execute("SELECT url FROM addresses WHERE visits > 0")}
    except sqlite3.OperationalError:  # killed before the archive was made
        return set()


def killed_and_resumed(server, archive, kills, seed):
    """Crawl with so many kills; return how often a page was asked for that had been kept already."""
    dice = random.Random(seed)
    again = 0
    with talk_to_code(FORKS, server.mirror, str(archive), cwd=ROOT) as (questions, answers):
        for kill in range(kills + 1):
            before, asked = kept(archive), len(server.requests)
            last = kill == kills
            print(0 if last else dice.uniform(0.02, 1.1), file=questions, flush=True)
            code = int(answers.readline())
            assert code == (0 if last else -9), f"start {kill + 1} ended with {code}"
            again += sum(seen.path in before for seen in server.requests[asked:])
    return again


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, to start two hundred programs in little time")
@pytest.mark.parametrize(("kills", "articles"), [(3, 60), pytest.param(KILLS, 4000, marks=pytest.mark.timeout(900))])
def test_a_crawl_that_is_killed_again_and_again_ends_as_an_unbroken_one(tmp_path, kills, articles):
    """Three kills in a few seconds, two hundred in four minutes; test_interruptions.py has three every day."""
    whole, broken = tmp_path / "whole.db", tmp_path / "broken.db"
    with PracticeServer(articles=articles) as server:
        assert run_crawl(CrawlOptions(site="asianews", archive=whole, mirror=server.mirror)).exit_code == 0
    with PracticeServer(articles=articles, latency=0.04) as server:
        again = killed_and_resumed(server, broken, kills, seed=articles)
    assert again == 0
    assert canonical(broken) == canonical(whole)
    with closing(sqlite3.connect(broken)) as db:
        outcomes = [outcome for (outcome,) in db.execute("SELECT outcome FROM runs ORDER BY id")]
        assert outcomes == [None] * (len(outcomes) - 1) + ["finished"]
        db.execute("INSERT INTO articles_fts(articles_fts) VALUES('integrity-check')")
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        captures = set(db.execute("SELECT warc_file, warc_offset FROM captures"))
    folder = broken.with_suffix(".warc")
    assert all(gzip.decompress(path.read_bytes()) for path in folder.iterdir())  # which raises for one that breaks off
    assert captures <= {
        (capture.warc_file, capture.warc_offset) for path in folder.iterdir() for capture in iter_captures(path)
    }
