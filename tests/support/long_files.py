"""The files of tests that take longest: they are run first, so that no core is idle while the last of them ends."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
LONG_FILES = (
    "crawl/monitoring/test_layout_alarm.py",
    "operations/reread/test_reread.py",
    "crawl/test_interruptions.py",
    "cli/test_crawl.py",
    "cli/test_unattended.py",
    "acceptance/test_earlier_archives.py",
    "browse/test_datasette.py",
    "extraction/test_hostile.py",
    "crawl/test_backfill.py",
    "crawl/test_hostile_server.py",
    "acceptance/test_practice_site.py",
    "browse/test_xss.py",
    "browse/test_reading_browser.py",
    "browse/test_browser.py",
    "cli/test_demo.py",
    "acceptance/test_bad_input.py",
    "test_reworded_messages.py",
    "cli/test_manual.py",
    "operations/ingest/test_ingest.py",
    "browse/test_accessibility.py",
    "crawl/test_server_log.py",
    "extraction/test_mutated_pages.py",
    "crawl/test_many_kills.py",
    "test_installed.py",
    "archive/test_imports.py",
    "extraction/test_dialects.py",
    "archive/authority/test_authors.py",
    "cli/test_app.py",
)
"""Those of more than five seconds of processor time, the longest first."""


def sort_long_files_first(items: list[pytest.Item]) -> None:
    """Bring the tests of the long files to the front; nothing else changes its place."""
    places = {TESTS / name: number for number, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
