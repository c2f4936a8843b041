"""Crawls in a process of their own: killed, interrupted, without room on the disk, started by Scrapy itself."""

import gzip
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.archive_contents import canonical
from support.program import run_code, start_program
from support.waiting import Gate, wait_until

from crawler.crawl.starting.launch import run_crawl
from crawler.warc import iter_captures

ROOT = Path(__file__).resolve().parents[3]
STORIES = 48
READABLE = 44
"""Without 24, 25 and 26, which are no articles, and the last, which only 24 leads to."""

RUN = """
import signal
import sys
from pathlib import Path
from crawler.crawl.starting import launch
from crawler.errors import CrawlerError
from crawler.crawl.options import CrawlOptions
mirror, archive, limit = sys.argv[1:4]
if limit != "0":
    import resource
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    import crawler.crawl.running.writer
    crawler.crawl.running.writer.BATCH_SECONDS = 0.0  # how much is kept before the limit is met depends on no clock
def register(number, handler, register=signal.signal):
    def handle(*arguments):
        from twisted.internet import reactor
        handler(*arguments)
        reactor.callFromThread(Path(archive + ".handled").touch)  # behind what the handler has handed to the loop
    return register(number, handle if callable(handler) else handler)
signal.signal = register
url = "https://www.asianews.it/news-en/Story-1.html"
try:
    report = launch.run_crawl(CrawlOptions(site="asianews", urls=(url,), archive=Path(archive), mirror=mirror, timeout=600))
except CrawlerError as problem:
    print("none", 0, problem, sep="|")
    sys.exit(problem.exit_code)
print(report.outcome, report.pages, *report.messages, sep="|")
sys.exit(report.exit_code)
"""


def start(paper, archive, *, file_size=0):
    return start_program(paper.mirror, str(archive), str(file_size), cwd=ROOT, code=RUN)


@pytest.fixture
def long_paper(paper):
    """A paper whose stories lead on and on, with a page that fails, one that is gone and one that moved."""
    for number in range(1, STORIES + 1):
        paper.story(number, leads_to=tuple(n for n in (2 * number, 2 * number + 1, number // 2) if 1 <= n <= STORIES))
    paper.pages["/news-en/Story-24.html"] = (500, b"oops")
    paper.pages["/news-en/Story-25.html"] = (410, b"gone")
    paper.pages["/news-en/Story-26.html"] = (301, b"", {"Location": "/news-en/Story-27.html"})
    return paper


def test_a_killed_crawl_goes_on_and_ends_as_an_unbroken_one(long_paper, asked_for, tmp_path):
    whole = asked_for(archive=tmp_path / "whole.db")
    run_crawl(whole)
    long_paper.latency = 0.02
    broken = tmp_path / "broken.db"
    killed = 0
    for more in (10, 12, 12):
        long_paper.log.clear()
        long_paper.gate = Gate(more + 2)  # so that it is not at its end before it is killed
        process = start(long_paper, broken)
        wait_until(lambda more=more: len(long_paper.log) >= more)
        killed += process.poll() is None
        process.kill()
        process.communicate()
        long_paper.gate.open()
        damage_the_tail(broken)
    assert killed == 3
    long_paper.log.clear()
    done_before = len(visited(broken))
    process = start(long_paper, broken)
    out, err = process.communicate(timeout=100)
    assert process.returncode in (0, 2), (out, err)  # one page fails on purpose, in this run or in one before
    assert "cut back" in err
    assert len(long_paper.requested_paths) <= STORIES - done_before + 1 + 1  # what was visited is not fetched again
    assert canonical(broken) == canonical(whole.archive)
    with closing(sqlite3.connect(broken)) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (READABLE,)
        db.execute("INSERT INTO articles_fts(articles_fts) VALUES('integrity-check')")
        outcomes = [outcome for (outcome,) in db.execute("SELECT outcome FROM runs ORDER BY id")]
        assert outcomes == [None, None, None, "finished"]
        captures = db.execute("SELECT warc_file, warc_offset FROM captures").fetchall()
    folder = broken.with_suffix(".warc")
    for path in folder.iterdir():
        assert gzip.decompress(path.read_bytes())  # which raises for a record that breaks off
    kept = {(c.warc_file, c.warc_offset) for path in folder.iterdir() for c in iter_captures(path)}
    assert set(captures) <= kept


def visited(archive):
    if not archive.exists():
        return []
    with closing(sqlite3.connect(archive)) as db:
        try:
            return [state for (state,) in db.execute("SELECT state FROM addresses WHERE visits > 0")]
        except sqlite3.OperationalError:  # killed before the tables were made
            return []


def damage_the_tail(archive):
    """A kill between two writes rarely leaves half a record: make one."""
    newest = max(archive.with_suffix(".warc").iterdir(), default=None)
    if newest is not None:
        with newest.open("ab") as file:
            file.write(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03half a record")


def wait_until_handled(archive):
    """Return when the program has run its handler of Ctrl-C, and its loop what the handler asked for."""
    wait_until(Path(f"{archive}.handled").exists)


def test_ctrl_c_ends_a_crawl_gently(long_paper, tmp_path):
    long_paper.gate = Gate(20)
    archive = tmp_path / "archive.db"
    process = start(long_paper, archive)
    long_paper.gate.wait_until_reached()
    process.send_signal(signal.SIGINT)
    wait_until_handled(archive)
    long_paper.gate.open()
    out, err = process.communicate(timeout=100)
    assert out.startswith("interrupted|"), (out, err)
    assert process.returncode == 130
    assert "Traceback" not in err
    asked = len(long_paper.log)
    assert asked < STORIES - 5
    with closing(sqlite3.connect(archive)) as db:
        assert db.execute("SELECT outcome, finished_at IS NOT NULL FROM runs").fetchall() == [("interrupted", 1)]
        pages = db.execute("SELECT fetched FROM runs").fetchone()[0]
    assert pages == int(out.split("|")[1])
    assert pages >= asked - 5  # what was in flight has been kept (robots.txt and second tries are no pages)


def test_a_second_ctrl_c_does_not_wait(long_paper, tmp_path):
    long_paper.gate = Gate(2)  # what leads on is never answered, and waited for ten minutes
    archive = tmp_path / "archive.db"
    process = start(long_paper, archive)
    long_paper.gate.wait_until_reached()
    process.send_signal(signal.SIGINT)
    wait_until_handled(archive)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=100)
    long_paper.gate.open()
    assert out.startswith("interrupted|"), (out, err)
    assert "Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on the size of files")
@pytest.mark.parametrize(("size", "kept"), [pytest.param(60_000, False, marks=pytest.mark.slow), (1_100_000, True)])
def test_a_full_disk_stops_the_crawl_with_one_line_and_it_can_go_on(long_paper, tmp_path, size, kept):
    """A disk that has no room for the first batch, the slow case, takes a second."""
    archive = tmp_path / "archive.db"
    process = start(long_paper, archive, file_size=size)
    out, err = process.communicate(timeout=100)
    assert process.returncode == 1, (out, err)
    assert "Traceback" not in out + err
    said = out.strip().split("|")[2] if out.strip() else err.strip()
    assert "cannot" in said
    assert bool(visited(archive)) == kept
    process = start(long_paper, archive)
    out, err = process.communicate(timeout=100)
    assert process.returncode in (0, 2), (out, err)
    with closing(sqlite3.connect(archive)) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (READABLE,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def fork_scrapy(*arguments):
    """Run a command of Scrapy with what it imports at hand; ``test_installed.py`` starts ``scrapy`` itself."""
    return run_code("from scrapy.cmdline import execute; execute()", *arguments, cwd=ROOT)


def test_scrapy_lists_the_spiders():
    done = fork_scrapy("list")
    assert done.returncode == 0, done.stderr
    assert "asianews" in done.stdout.split()


def test_scrapy_crawls_the_same_way(paper, tmp_path):
    paper.story(1, leads_to=(2,))
    paper.story(2)
    archive = tmp_path / "archive.db"
    done = fork_scrapy(
        *("crawl", "asianews", "-a", "urls=https://www.asianews.it/news-en/Story-1.html", "-a", "max_articles=5"),
        *("-s", f"ARCHIVE={archive}", "-s", f"MIRROR={paper.mirror}"),
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "'new': 2" in done.stderr
    with closing(sqlite3.connect(archive)) as db:
        assert db.execute("SELECT count(*), min(revisions) FROM articles").fetchone() == (2, 1)
        assert db.execute("SELECT outcome FROM runs").fetchone() == ("finished",)


def test_scrapy_fetches_single_pages_as_in_any_project(paper):
    paper.story(1)
    done = fork_scrapy(
        "fetch", "--nolog", "-s", "DOWNLOAD_DELAY=0.01", paper.mirror.replace("{path}", "/news-en/Story-1.html")
    )
    assert done.returncode == 0, done.stderr
    assert "Headline of story number 1" in done.stdout


def test_scrapy_is_told_in_one_line_what_is_wrong(tmp_path):
    (tmp_path / "notes.txt").write_text("no archive")
    done = fork_scrapy(
        "crawl", "asianews", "-s", f"ARCHIVE={tmp_path / 'notes.txt'}", "-s", "MIRROR=http://127.0.0.1:9{path}"
    )
    assert "is not an archive" in done.stderr
    assert "Traceback" not in done.stderr
    done = fork_scrapy("crawl", "asianews", "-a", "max_articles=many", "-s", f"ARCHIVE={tmp_path / 'new.db'}")
    assert "max articles cannot be 'many'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "new.db").exists()
