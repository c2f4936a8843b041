"""The files of tests that take longest: they are run first, so that no core is idle while the last of them ends."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
LONG_FILES = (
    "crawl/monitoring/test_layout_alarm.py",
    "operations/reread/test_reread.py",
    "crawl/test_interruptions.py",
    "browse/test_reading_browser.py",
    "browse/test_xss.py",
    "browse/test_browser.py",
    "crawl/test_backfill.py",
    "browse/test_datasette.py",
    "operations/ingest/test_ingest.py",
    "crawl/test_hostile_server.py",
    "cli/test_manual.py",
    "acceptance/test_practice_site.py",
    "acceptance/test_earlier_archives.py",
    "test_installed.py",
    "browse/test_accessibility.py",
    "test_reworded_messages.py",
    "crawl/test_server_log.py",
    "cli/test_crawl.py",
    "acceptance/test_bad_input.py",
    "extraction/test_hostile.py",
    "cli/test_demo.py",
    "archive/authority/test_authors.py",
    "crawl/test_many_kills.py",
    "extraction/test_mutated_pages.py",
    "extraction/test_dialects.py",
    "cli/test_unattended.py",
    "browse/test_closed.py",
    "archive/test_imports.py",
)
"""Those of more than five seconds of processor time, the longest first."""


def sort_long_files_first(items: list[pytest.Item]) -> None:
    """Bring the tests of the long files to the front; nothing else changes its place."""
    places = {TESTS / name: number for number, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
