"""``seealso status DIR``: a line for each archive of a folder."""

import json
import shutil
from datetime import UTC, datetime, timedelta

from crawler.crawl.lease.place import LeasePlace
from crawler.crawl.lease.process_identity import ProcessIdentity
from crawler.crawl.lease.record import LeaseRecord
from crawler.operations.crawls.work_folder import CrawlRecord, SiteFolder

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def make_folder(work, site, **values):
    folder = SiteFolder(work / site)
    folder.prepare()
    if values:
        folder.write_record(
            CrawlRecord(**{"site": site, "outcome": "finished", "exit_code": 0, "articles": 7} | values)
        )
    return folder


def hold_elsewhere(folder):
    record = LeaseRecord(
        token="a",
        holder=ProcessIdentity(host="north", process_id=7, system="another", started_at=1),
        taken_at=NOON,
        renewed_at=NOON,
        expires_at=NOON + timedelta(seconds=30),
    )
    LeasePlace(folder.lease).create(1, record.to_bytes())


def test_each_archive_has_a_line(run, tmp_path, crawled):
    work = tmp_path / "work"
    shutil.copy(crawled[0], make_folder(work, "asianews", run=1, exit_code=2, is_finished=True).archive)
    elsewhere = make_folder(work, "beta", run=4, queue=12)
    hold_elsewhere(elsewhere)
    elsewhere.archive.write_bytes(b"between two states")
    make_folder(work, "gamma").archive.write_bytes(b"no archive at all, but large enough to be looked at" * 100)
    make_folder(work, "delta", outcome="not begun", exit_code=4, articles=None, message="it refused us")
    (work / "other").mkdir()

    document = json.loads(run("status", str(work), "--json").stdout)
    sites = {site["site"]: site for site in document["sites"]}
    assert list(sites) == ["asianews", "beta", "delta", "gamma"]
    here = sites["asianews"]
    assert (here["articles"], here["run"], here["outcome"], here["exit_code"]) == (95, 1, "finished", 2)
    assert (here["is_finished"], here["is_running"], here["holder"]) == (True, False, None)
    assert here["next_visit_at"] >= here["last_run"]
    there = sites["beta"]
    assert (there["articles"], there["run"], there["queue"], there["is_running"]) == (7, 4, 12, True)
    assert (there["holder"], there["lease_expires_at"]) == ("north, process 7", "2026-03-01T12:00:30+00:00")
    assert sites["gamma"]["articles"] is None
    assert "gamma/archive.db" in sites["gamma"]["message"]
    assert document["totals"] == {"sites": 4, "finished": 1, "running": 1, "articles": 102, "queue": 12}

    lines = run("status", str(work)).stdout.splitlines()
    assert lines[1].split()[:4] == ["site", "articles", "run", "last"]
    assert [line.split()[0] for line in lines[2:6]] == ["asianews", "beta", "delta", "gamma"]
    assert lines[3].endswith("north, process 7, until 12:00:30")
    assert "delta: it refused us" in lines[6]
    assert lines[-1] == "4 sites, 1 finished, 1 running; 102 articles, 12 waiting"


def test_a_folder_without_archives_is_one_line(run, tmp_path):
    for folder, reason in ((tmp_path, "has no archives: seealso crawl --list"), (tmp_path / "none", "is no folder")):
        ended = run("status", str(folder))
        assert (ended.exit_code, ended.stdout, len(ended.stderr.splitlines())) == (1, "", 1)
        assert reason in ended.stderr
    assert "give no folder" in run("status", str(tmp_path), "--notify", "cat").stderr
