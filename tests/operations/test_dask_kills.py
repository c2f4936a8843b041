"""Kills of everything that takes part in a reread or an ingest by Dask: the archive is that of one process."""

import os
import re
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest
from support.archive_contents import canonical, copy_archive, dump_archive, list_columns
from support.dask_cluster import DaskCluster
from support.program import start_program
from support.waiting import wait_until

from crawler.archive import Archive
from crawler.archive.articles.readings import load_reading
from crawler.archive.write.articles.readings import write_reading
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.practice import PracticeServer

pytestmark = [
    pytest.mark.skipif(find_spec("distributed") is None, reason="needs the extra dask"),
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="workers are looked up in /proc"),
]
ARTICLES = 150
SEEDS = range(*map(int, os.environ.get("KILL_SEEDS", "20").split("-")))
"""So many, or from one to before another (``5-10``). Twenty take some twelve minutes on two quiet cores."""
OF_RUNS = ("run_id", "last_run", "warc_offset")
"""Columns that tell one run from another: a run that goes on after a kill has a number and a WARC file of its own."""
STAMP = re.compile(r"\d{8}T\d{6}Z")
"""The time of a run in the name of its WARC file."""
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """An archive of the practice site in many small WARC files."""
    path = tmp_path_factory.mktemp("kills") / "crawled.db"
    with PracticeServer(articles=ARTICLES) as server:
        run_crawl(CrawlOptions(site="asianews", archive=path, mirror=server.mirror, roll_warc_at=60_000))
    return path


@pytest.fixture(scope="module")
def spoiled(crawled):
    """The archive as worse rules would have read it."""
    path = copy_archive(crawled, crawled.with_name("spoiled.db"))
    with Archive(path, "create") as archive, archive.db.atomic():
        articles = archive._writer.articles
        for (article_id,) in archive.db.execute("SELECT id FROM articles").fetchall():
            former = load_reading(articles.conn, article_id)
            write_reading(articles, article_id, list_columns(former, kicker="SHARE"), former)
        articles.index.write()
    return path


class Work:
    """One command, what it works on, and what comes of it."""

    def __init__(self, arguments, prepare, dump):
        self.arguments, self.prepare, self.dump = arguments, prepare, dump
        self.seconds = 0.0
        """How long one process takes for all of it."""

    def start(self, archive, *more):
        arguments = (*self.arguments, *more, "--archive", str(archive))
        return start_program(*arguments, cwd=archive.parent, imports=("distributed",))

    def finish(self, archive, *more):
        """Run the command; return exit code and stderr."""
        process = self.start(archive, *more)
        _, said = process.communicate()
        assert "Traceback" not in said
        return process.returncode, said


def dump_ingested(path, crawled_until):
    """All tables, ids included, but for what tells one run from another: its id, and the times at which it was."""

    def mask(value):
        if not isinstance(value, str):
            return value
        return "now" if TIME.fullmatch(value) and value > crawled_until else STAMP.sub("now", value)

    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%STRICT%'")]
        tables = {}
        for name in sorted(set(names) - {"runs", "run_fields"}):
            rows = db.execute(f"SELECT * FROM [{name}]")
            columns = [column[0] for column in rows.description]
            tables[name] = sorted(
                (
                    tuple(mask(value) for column, value in zip(columns, row, strict=True) if column not in OF_RUNS)
                    for row in rows
                ),
                key=repr,
            )
        return tables | {"canonical": canonical(path)}


@pytest.fixture(scope="module", params=["reread", "ingest"])
def work(request, crawled, spoiled, tmp_path_factory):
    """A command, and the archive that one process makes with it."""
    if request.param == "reread":
        work = Work(["reread"], lambda target: copy_archive(spoiled, target), dump_archive)
    else:
        files = sorted(str(file) for file in crawled.with_suffix(".warc").iterdir())
        assert len(files) > 8
        with closing(sqlite3.connect(crawled)) as db:
            (until,) = db.execute("SELECT max(fetched_at) FROM captures").fetchone()
        work = Work(["ingest", *files], lambda target: target, lambda path: dump_ingested(path, until))
    path = work.prepare(tmp_path_factory.mktemp("one") / "archive.db")
    begun = time.monotonic()
    assert work.finish(path, "--jobs", "1") == (0, "")
    work.seconds = time.monotonic() - begun
    work.expected = work.dump(path)
    return work


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with DaskCluster(tmp_path_factory.mktemp("dask")) as cluster:
        yield cluster


@pytest.fixture
def start(work, cluster, tmp_path):
    """The archive, the folder of work, and a way to run the command by Dask."""
    archive, folder = work.prepare(tmp_path / "archive.db"), tmp_path / "work"
    options = ["--engine", "dask", "--scheduler", str(cluster.scheduler_file), "--work", str(folder)]
    return archive, folder / "shards", options


def count_shards(folder):
    return sum((shard / "manifest.json").is_file() for shard in folder.iterdir()) if folder.is_dir() else 0


def wait_for_shards(process, folder, number):
    wait_until(lambda: count_shards(folder) >= number or process.poll() is not None)


@pytest.mark.parametrize("seed", SEEDS)
def test_workers_may_be_killed(work, cluster, start, seed):
    """Takes six seconds a seed: three kills of a worker, at moments that go by the shards that are there."""
    archive, folder, options = start
    random = Random(seed)
    process = work.start(archive, *options)
    for number in sorted(random.sample(range(6), 3)):
        wait_for_shards(process, folder, number)
        cluster.kill_worker(random)
    _, said = process.communicate()
    assert (process.returncode, said) == (0, "")
    assert work.dump(archive) == work.expected


@pytest.mark.parametrize("seed", SEEDS)
def test_the_client_may_be_killed(work, start, seed):
    """Takes three seconds a seed: three kills of the client, the last one when every shard is there or nearly."""
    archive, folder, options = start
    random = Random(seed)
    for number in (random.randrange(3), random.randrange(3, 6), 6):
        process = work.start(archive, *options)
        wait_for_shards(process, folder, number)
        process.kill()
        process.communicate()
    assert work.finish(archive, *options) == (0, "")
    assert work.dump(archive) == work.expected


@pytest.mark.parametrize("seed", SEEDS)
def test_the_scheduler_may_be_killed(work, cluster, start, seed):
    """Takes eight seconds a seed: the command says in one line that the scheduler is gone, and goes on with a new one."""
    archive, folder, options = start
    process = work.start(archive, *options)
    wait_for_shards(process, folder, Random(seed).randrange(4))
    cluster.kill_scheduler()
    _, said = process.communicate()
    cluster.kill()
    cluster.start()
    if process.returncode:  # else it had ended before
        assert process.returncode == 1
        assert said.count("\n") == 1
        assert "scheduler is gone" in said or "no Dask scheduler" in said  # killed before it was found
        assert work.finish(archive, *options) == (0, "")
    assert work.dump(archive) == work.expected


@pytest.mark.parametrize("seed", SEEDS)
def test_the_writer_may_be_killed(work, start, seed):
    """Takes four seconds a seed: three kills while the shards are applied."""
    archive, folder, options = start
    random = Random(seed)
    assert work.finish(archive, *options, *(["--dry-run"] if "reread" in work.arguments else ["--shards-only"])) == (
        0,
        "",
    )
    for _ in range(3):
        process = work.start(archive, "--jobs", "1", "--work", str(folder.parent))
        with suppress(subprocess.TimeoutExpired):
            process.wait(random.uniform(0.1, work.seconds))
        process.kill()
        process.communicate()
    assert work.finish(archive, "--jobs", "1", "--work", str(folder.parent)) == (0, "")
    assert work.dump(archive) == work.expected
