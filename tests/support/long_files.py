"""The files of tests that take longest: they are run first, so that no core is idle while the last of them ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

TESTS = Path(__file__).parents[1]
BROWSER_FILES = (
    "browse/test_xss.py",
    "browse/test_reading_browser.py",
    "notes/test_notes_browser.py",
    "browse/test_accessibility.py",
    "browse/test_browser.py",
    "browse/test_desk_browser.py",
    "browse/test_person.py",
    "browse/test_pictures.py",
)
"""Those with a browser: one worker runs all of them, as it keeps the browser from one to the next. Last are those of which
a quick run runs what needs none."""
CODE_FILES = ("test_house.py", "test_layers.py", "test_names.py", "test_suite.py")
"""Those that look at all code: one worker runs all of them, as it keeps the syntax trees."""
LONG_FILES = (
    *BROWSER_FILES,
    "crawl/fetching/test_server_log.py",
    "operations/reread/test_reread.py",
    "crawl/fetching/test_hostile_server.py",
    "cli/test_manual.py",
    "crawl/starting/test_interruptions.py",
    "crawl/monitoring/test_layout_alarm.py",
    "operations/test_forget_bytes.py",
    "operations/ingest/test_ingest.py",
    "operations/ingest/test_foreign_files.py",
    "operations/ingest/test_shards.py",
    "cli/test_demo.py",
    "operations/merging/test_merge.py",
    "test_reworded_messages.py",
    "extraction/test_hostile.py",
    "operations/test_rebuild.py",
    "crawl/frontier/test_backfill.py",
    "crawl/fetching/test_obstacles.py",
    "crawl/fetching/test_week.py",
    "crawl/fetching/test_crawl_robots.py",
    "cli/test_file_states.py",
    "system/test_interruption.py",
    "acceptance/test_earlier_archives.py",
    "cli/test_unattended.py",
    "crawl/fetching/test_crawl_fates.py",
    "crawl/running/test_crawl.py",
    "operations/crawls/test_crawls.py",
    "browse/test_datasette.py",
    "cli/test_crawl.py",
    "crawl/network/test_address_guard.py",
)
"""Those and all others of more than five seconds of the clock, waiting included, the longest first."""


def sort_long_files_first(items: list[pytest.Item]) -> None:
    """Bring the tests of the long files to the front; nothing else changes its place."""
    places = {TESTS / name: number for number, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


class FileScheduling(LoadFileScheduling):
    """Gives a whole file to a worker, as ``--dist loadfile`` does, and files that share a browser or syntax trees to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        name = file.removeprefix("tests/")
        return "browser" if name in BROWSER_FILES else "code" if name in CODE_FILES else file
