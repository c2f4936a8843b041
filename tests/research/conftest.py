"""An archive that a page which means ill has filled."""

from pathlib import Path

import pytest
from support.hostile_archive import build_hostile_archive


@pytest.fixture(scope="session")
def hostile_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "archive.db"
    build_hostile_archive(path)
    return path
