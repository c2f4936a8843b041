"""SIGINT and SIGTERM, sent to the program while it does its work: 130, one line, no traceback, nothing left running."""

import os
import random
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from support.archive_contents import copy_archive
from support.stopped_program import SIGNALS, list_children, started, stop, wait_until_begun
from support.waiting import wait_until

from crawler.archive import Archive
from crawler.practice import PracticeServer
from crawler.warc import read_capture

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="looks into /proc for the moment")

Crawled = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("number", SIGNALS)
def test_at_the_first_line_of_the_program(tmp_path: Path, number: int) -> None:
    with started("crawl", "asianews", cwd=tmp_path) as process:
        wait_until_begun(process)
        assert stop(process, number)[0] == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [pytest.param(SIGNALS[0], marks=pytest.mark.slow), SIGNALS[1]])
def test_readers_of_an_ingest_end_with_it(crawled: Crawled, tmp_path: Path, number: int) -> None:
    """The first signal, the slow case, takes a second more."""
    [warc] = crawled[0].parent.rglob("*.warc.gz")
    files = [str(shutil.copy(warc, tmp_path / f"pages-{part}.warc.gz")) for part in range(2)]
    with started("ingest", "--jobs", "2", *files, cwd=tmp_path) as process:
        wait_until(lambda: process.poll() is not None or list_children(process))
        children = list_children(process)
        code, said = stop(process, number)
    assert (code, bool(children)) == (130, True)
    assert "interrupted" in said
    wait_until(lambda: not any(is_running(child) for child in children))


@pytest.mark.parametrize("number", [SIGNALS[0], pytest.param(SIGNALS[1], marks=pytest.mark.slow)])
def test_workers_of_a_reread_end_with_it(crawled: Crawled, tmp_path: Path, number: int) -> None:
    """The second signal, the slow case, takes a second more."""
    archive = copy_archive(crawled[0], tmp_path / "archive.db")
    with started("reread", "--jobs", "2", "--archive", str(archive)) as process:
        wait_until(lambda: process.poll() is not None or list_children(process))
        children = list_children(process)
        code, said = stop(process, number)
    assert (code, bool(children)) == (130, True)
    assert said.strip().splitlines()[-1].startswith("seealso: interrupted")
    wait_until(lambda: not any(is_running(child) for child in children))
    with Archive(archive) as kept:
        assert kept.verify() == []


def is_running(child: int) -> bool:
    try:
        return Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_an_export_whose_reader_does_not_read(crawled: Crawled) -> None:
    with started("export", "--format", "jsonl", "--to", "-", "--archive", str(crawled[0])) as process:
        assert process.stdout is not None
        assert process.stdout.read(1) == "{"
        assert stop(process, SIGNALS[1])[0] == 130


def find_last_outcome(path: Path) -> str | None:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT outcome FROM runs ORDER BY id DESC LIMIT 1").fetchone()[0])


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_fifty_signals_at_random_moments(tmp_path: Path) -> None:
    """Of the start, the crawl, a delay and the end. It takes two minutes.

    Every fifth program gets a second signal. The archive is sound after each, and the last run completes it. The bound
    is far below the delay, and above the two seconds promised, which a busy machine would not keep.
    """
    dice = random.Random(11)
    archive = tmp_path / "archive.db"
    slowest = 0.0
    with PracticeServer(articles=80, latency=0.01) as site:
        command = ("crawl", "asianews", "--mirror", site.mirror, "--archive", str(archive))
        for trial in range(50):
            options = ("--delay", "30") if trial % 3 == 0 else ()
            with started(*command, *options) as process:
                wait_until_begun(process)
                time.sleep(dice.uniform(0, 4))
                number, is_alive, asked = dice.choice(SIGNALS), process.poll() is None, len(site.requests)
                begin = time.monotonic()
                if trial % 5 == 0 and is_alive:
                    process.send_signal(number)
                code, said = stop(process, number)
                took = time.monotonic() - begin
            if is_alive:
                slowest = max(slowest, took)
                assert took < 10, (trial, code, took, said)
                # A signal in the last milliseconds, when the run has ended by itself, has nothing to end.
                assert code == 130 or (code in (0, 2) and find_last_outcome(archive) == "finished"), (trial, code, said)
                assert len(site.requests) - asked <= 8, "what was in flight"
            else:
                assert code in (0, 2)
            if archive.exists() and archive.stat().st_size:
                with Archive(archive, "create") as kept:  # it may have been stopped while the tables were made
                    assert kept.verify(read_capture if trial % 10 == 0 else None) == []
        with started(*command) as process:
            process.communicate(timeout=200)
    assert process.returncode in (0, 2)
    with Archive(archive) as kept:
        assert (kept.verify(read_capture), kept.count() >= 80) == ([], True)
    print(f"the slowest ended after {slowest:.2f} s")
