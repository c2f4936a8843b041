"""An archive of The Gazette that is empty, and a run that fills it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.newsroom import GAZETTE, NOW, Newsroom

from crawler.archive import Archive


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db", "create") as archive:
        yield archive


@pytest.fixture
def run(archive: Archive) -> int:
    return archive.begin_run(GAZETTE, now=NOW, versions={"seealso": "1"}, settings={"delay": 5})
