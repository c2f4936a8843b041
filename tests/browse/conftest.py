"""Two archives to read through the front, and somebody who reads one."""

from pathlib import Path

import pytest
from support.library import build_library, build_news
from support.page_reader import PageReader

from crawler.archive import Archive


@pytest.fixture(scope="session")
def archive_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browse") / "news.db"
    build_news(path)
    return path


@pytest.fixture(scope="session")
def library_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library") / "library.db"
    build_library(path)
    return path


@pytest.fixture(scope="session")
def library(library_path: Path) -> PageReader:
    return PageReader(library_path)


@pytest.fixture(scope="session")
def numbers(library_path: Path) -> dict[str, int]:
    """The id of each article by language and key: ``en/101``."""
    with Archive(library_path) as archive:
        return {
            f"{language}/{key}": number
            for number, language, key in archive.db.execute("SELECT id, language, site_key FROM articles")
        }
