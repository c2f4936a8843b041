"""A writer killed at any moment leaves a whole archive behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from crawler.archive import Archive

TESTS = Path(__file__).parents[2]

WRITER = """
import sys
from support.newsroom import Newsroom
from crawler.archive import Archive
newsroom = Newsroom()
archive = Archive(sys.argv[1], "create")
run = archive.begin_run(newsroom.site, now=newsroom.now)
archive.enqueue([newsroom.link(newsroom.address(1), via="start", depth=0)], run, newsroom.now)
while queued := archive.claim(newsroom.site, 7, run_id=run, now=newsroom.now):
    articles = [newsroom.article(q.address.site_key, see_also=tuple(int(q.address.site_key) * 2 + n for n in (0, 1))) for q in queued]
    archive.keep([newsroom.visit(article) for article in articles], run, newsroom.now)
    print("kept", flush=True)
"""


def test_after_a_kill_the_archive_is_whole_and_the_queue_complete(tmp_path, newsroom):
    path = tmp_path / "archive.db"
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    for _ in range(12):
        assert writer.stdout.readline() == "kept\n"
    time.sleep(0.003)  # somewhere inside the next transaction
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    with Archive(path, "create") as archive:
        assert archive.verify() == []
        (kept,) = archive.db.execute("SELECT count(*) FROM articles").fetchone()
        assert kept >= 12
        run = archive.begin_run(newsroom.site, now=newsroom.now)
        assert archive.find_first_run(run) == 1
        waiting = archive.count_pending(newsroom.site, run_id=run, now=newsroom.now)
        # Each article names two others: all named and not yet archived are waiting, and nothing else is.
        named = {int(row[0]) for row in archive.db.execute("SELECT substr(target_key, 12) FROM see_also")}
        done = {int(row[0]) for row in archive.db.execute("SELECT site_key FROM articles")}
        assert waiting == len(named - done)
        claimed = archive.claim(newsroom.site, 10_000, run_id=run, now=newsroom.now)
        assert {int(entry.address.site_key) for entry in claimed} == named - done


def test_two_sites_may_be_written_at_once(tmp_path, newsroom):
    path = tmp_path / "archive.db"
    Archive(path, "create").close()
    fates = {}

    def write(site, first):
        with Archive(path, "create") as archive:
            run = archive.begin_run(site, now=newsroom.now)
            fates[site] = []
            for key in range(first, first + 30):
                fates[site] += archive.keep(
                    [newsroom.visit(newsroom.article(key, see_also=(key + 1,)))], run, newsroom.now
                )
            archive.finish_run(run, "finished", newsroom.now)

    writers = [threading.Thread(target=write, args=arguments) for arguments in (("gazette", 1), ("courier", 1001))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert {site: len(kept) for site, kept in fates.items()} == {"gazette": 30, "courier": 30}
    with Archive(path, "create") as archive:
        assert archive.verify() == []
        assert archive.status().articles == 60
