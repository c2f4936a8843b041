"""Who writes beside another writer waits for it: a crawl for a person's snapshot, a person for a crawl's batch."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support.newsroom import GAZETTE, NOW, Newsroom

from crawler.archive import Archive, saved_searches
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots import freeze

ROOM = Newsroom()
HELD = 0.3
"""Seconds: longer than any of these writes takes, shorter than anybody notices."""


WRITERS: dict[str, Callable[[Archive], object]] = {
    "keep": lambda archive: archive.keep([ROOM.visit(ROOM.article(2))], 1, NOW),
    "enqueue": lambda archive: archive.enqueue([ROOM.link(ROOM.address(3))], 1, NOW),
    "finish a run": lambda archive: archive.finish_run(1, "finished", NOW),
    "freeze": lambda archive: freeze.freeze(archive, "new", Selection(), now=NOW),
    "remove a snapshot": lambda archive: freeze.remove_snapshot(archive, "old"),
    "save a search": lambda archive: saved_searches.save_search(archive, "new", Selection(query="boat"), now=NOW),
    "remove a search": lambda archive: saved_searches.remove_saved_search(archive, "old"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_waits_for_another_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / "archive.db"
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        archive.keep([ROOM.visit(ROOM.article(1))], run, NOW)
        freeze.freeze(archive, "old", Selection(), now=NOW)
        saved_searches.save_search(archive, "old", Selection(query="boat"), now=NOW)
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE articles SET last_seen_at = last_seen_at")
        release = threading.Timer(HELD, lambda: other.execute("COMMIT"))
        release.start()
        try:
            WRITERS[name](archive)
            assert not other.in_transaction, "it wrote while another writer was at work"
        finally:
            release.join()
            other.close()
