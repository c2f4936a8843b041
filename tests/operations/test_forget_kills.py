"""A `forget` that is killed leaves the archive as before or as after, and the next command finishes it."""

import json
import random
import shutil
import sqlite3
import subprocess
import sys

import pytest
from click.testing import CliRunner
from support.loopback_site import ORIGIN, FakeSite
from support.stored_bytes import read_all_bytes

from crawler.archive import Archive
from crawler.cli import main
from crawler.crawl.starting.launch import CrawlOptions, run_crawl
from crawler.operations.forget import forget
from crawler.warc import read_capture

pytestmark = pytest.mark.usefixtures("only_asianews")

SECRET = b"zanzibarquux"
ADDRESS = ORIGIN + "/news-en/Story-3.html"
OTHER = ORIGIN + "/news-en/Story-98.html"
VICTIM = """
import sys
from pathlib import Path
from crawler.operations.forget import forget
print("ready", flush=True)
sys.stdin.readline()
forget(Path(sys.argv[1]), sys.argv[2], "w", lambda target: True, captures="all")
"""


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    path = tmp_path_factory.mktemp("kills") / "archive.db"
    paper = FakeSite()
    for number in (2, 4):
        paper.story(number, leads_to=((3, "17/10/2022 09:30"),))
    paper.story(3, headline="Zanzibarquux speaks at the harbour", leads_to=((4, "17/10/2022 09:30"),))
    urls = tuple(f"{ORIGIN}/news-en/Story-{number}.html" for number in (2, 3, 4))
    for _ in range(2):
        options = CrawlOptions(
            site="asianews", archive=path, mirror=paper.mirror, urls=urls, log_level="ERROR", max_depth=1, refresh=True
        )
        run_crawl(options)
    paper.close()
    case = path.with_suffix(".alarms") / "1" / "asianews" / "2026-en-3"
    case.mkdir(parents=True)
    (case / "page.html").write_text("Zanzibarquux speaks at the harbour, and a body.")
    (case / "capture.json").write_text(json.dumps({"url": ADDRESS}))
    return path


def copy(crawled, folder):
    shutil.copytree(crawled.parent, folder)
    return folder / "archive.db"


def list_articles(path):
    """Identity, digest and number of captures of each article, and the tombstones."""
    db = sqlite3.connect(path)
    try:
        articles = db.execute(
            "SELECT site_key, digest, (SELECT count(*) FROM captures WHERE url_key = 'asianews/en/' || site_key),"
            " (SELECT count(*) FROM revisions WHERE article_id = a.id),"
            " (SELECT count(*) FROM articles_fts_docsize WHERE id = a.id) FROM articles a ORDER BY 1"
        ).fetchall()
        return articles, db.execute("SELECT url_key FROM forgotten").fetchall()
    finally:
        db.close()


def finish(path, command):
    done = CliRunner().invoke(main, [*command, "--archive", str(path)], prog_name="seealso")
    assert done.exit_code == 0, done.output
    assert SECRET not in read_all_bytes(path)
    assert not list(path.parent.rglob("*.new"))
    with Archive(path) as archive:
        assert archive.verify(read_capture) == []


def count_steps(crawled, folder):
    steps = []
    forget(copy(crawled, folder), ADDRESS, "w", lambda _: True, captures="all", note_step=lambda: steps.append(1))
    return len(steps)


def test_a_kill_between_any_two_steps_is_mended_by_the_next_command(crawled, tmp_path):
    before = list_articles(crawled)
    steps = count_steps(crawled, tmp_path / "whole")
    after = list_articles(tmp_path / "whole" / "archive.db")
    assert steps > 8
    assert [key for key, *_ in after[0]] == ["2", "4"]
    outcomes = set()
    for step in range(steps):
        path = copy(crawled, tmp_path / str(step))
        left = iter(range(step))

        def kill(left=left):
            if next(left, None) is None:
                raise Killed

        with pytest.raises(Killed):
            forget(path, ADDRESS, "w", lambda _: True, captures="all", note_step=kill)
        state = list_articles(path)
        assert state in (before, after)
        outcomes.add(state == after)
        again = ("forget", ADDRESS, "--why", "w", "--yes", "--captures", "all")
        other = ("forget", OTHER, "--why", "w", "--yes")
        mend = [again] if state == before else [other, ("doctor", "--fix"), again]
        finish(path, mend[step % len(mend)])
    assert outcomes == {True, False}


def test_a_kill_while_a_file_is_written_leaves_the_old_one(crawled, tmp_path, monkeypatch):
    from crawler.warc import erasing

    path = copy(crawled, tmp_path / "copy")
    files = {file: file.read_bytes() for file in path.with_suffix(".warc").iterdir()}

    def kill(*_):
        raise Killed

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(erasing.os, name, kill)
            with pytest.raises(Killed):
                forget(path, ADDRESS, "w", lambda _: True)
        assert {file: file.read_bytes() for file in files} == files
    finish(path, ("forget", ADDRESS, "--why", "w", "--yes", "--captures", "all"))


@pytest.mark.slow
def test_forty_kills_at_random_moments(crawled, tmp_path):
    """Two minutes: each kill needs a process of its own."""
    before = list_articles(crawled)
    chance = random.Random(11)
    outcomes = set()
    for number in range(40):
        path = copy(crawled, tmp_path / str(number))
        command = [sys.executable, "-c", VICTIM, str(path), ADDRESS]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as victim:
            assert victim.stdout.readline() == b"ready\n"
            victim.stdin.write(b"\n")
            victim.stdin.flush()
            try:
                victim.wait(chance.uniform(0, 0.3))
            except subprocess.TimeoutExpired:
                victim.kill()
        articles, tombstones = list_articles(path)
        assert (articles, tombstones) == before or (len(articles) == 2 and len(tombstones) == 1)
        outcomes.add(bool(tombstones))
        again = ("forget", ADDRESS, "--why", "w", "--yes", "--captures", "all")
        other = ("forget", OTHER, "--why", "w", "--yes")
        finish(path, other if tombstones and number % 2 else again)
    assert outcomes == {True, False}
