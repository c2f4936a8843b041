"""Further sites, and a broken file of one, change nothing for the tests of the project."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.site_files import BROKEN_PYTHON, PAGES, PYTHON_SITE, VALUES, write_files

TESTS = Path(__file__).parents[1]
SELECTED = (
    *("crawl/test_options.py", "crawl/starting/test_spider_loader.py"),
    *("test_sites.py::test_every_required_field_is_on_some_saved_page",),
    *("cli/test_schedule.py::test_a_schedule_is_two_marked_lines_after_the_ones_that_were_there",),
    *("cli/test_doctor.py::test_an_installation_without_an_archive_is_no_failure",),
)
"""Tests that look at all sites, and take little time."""


@pytest.mark.slow
def test_tests_hold_whatever_sites_there_are(tmp_path: Path) -> None:
    """Runs some tests once more, in a process that knows two sites more and finds a third one broken: three seconds.

    What sites of a folder and a broken one change for who uses the program is in ``test_sources.py``.
    """
    files = {
        "extra_values.toml": VALUES,
        "extra_values.py": PAGES,
        "extra_python.py": PYTHON_SITE,
        "extra_broken.py": BROKEN_PYTHON,
    }
    folder = write_files(tmp_path / "papers", files)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "pytest_timeout"]
    done = subprocess.run(
        [*command, *(str(TESTS / name) for name in SELECTED)],
        cwd=TESTS.parent,
        env={**os.environ, "SEEALSO_SITES": str(folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout[-4_000:]
