"""An archive that a page which means ill has filled."""

from pathlib import Path

import pytest
from support.gazette import build_archive
from support.hostile_archive import build_hostile_archive


@pytest.fixture(scope="session")
def hostile_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "archive.db"
    build_hostile_archive(path)
    return path


@pytest.fixture(scope="module")
def gazette(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive of the Gazette for the tests of a file, which may write to it."""
    path = tmp_path_factory.mktemp("gazette") / "archive.db"
    build_archive(path)
    return path
