"""Two archives of different sites in which people have decided things: the practice site, and one that was adopted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.archive_contents import change_archive, copy_archive
from support.command import call
from support.shared import crawl_adopted_site, crawl_practice_site, make_once

FIRST = (
    ("searches", "save", "Boats", "boats"),
    ("searches", "save", "Everywhere", "tea"),
    ("authors", "merge", "Andy Supriyadi", "Angelo S. Lazzarotto", "--why", "one person"),
    (
        "forget",
        "https://www.asianews.it/news-en/Kandy-tea-tasters-open-their-cupboard-66020.html",
        "--why",
        "asked",
        "--yes",
    ),
    ("reread", "--jobs", "1"),
    ("snapshot", "create", "harbour", "boats"),
)
SECOND = (
    ("searches", "save", "Lessons", "school"),
    ("authors", "merge", "Clara Penrose", "Clara Selwyn", "--why", "married"),
    ("snapshot", "create", "lessons", "school"),
)


def make_decided(factory: pytest.TempPathFactory, folder: Path) -> None:
    practice = make_once(factory, "practice", crawl_practice_site) / "twice.db"
    adopted = make_once(factory, "adopted", crawl_adopted_site) / "archive.db"
    first, second = copy_archive(practice, folder / "first.db"), copy_archive(adopted, folder / "second.db")
    # Rules of today read what an earlier version read wrongly, and one byline is by somebody whom both papers have.
    change_archive(first, "UPDATE articles SET kicker = 'MISREAD' WHERE site_key = '66140'")
    change_archive(
        second,
        "UPDATE authors SET name = 'Anna Pozzi', sort_name = 'A Pozzi', name_key = 'anna pozzi'"
        " WHERE name = 'Agnes Corrin'",
    )
    for path, commands in ((first, FIRST), (second, SECOND)):
        for name, *arguments in commands:
            ended = call(name, "--archive", path, *arguments)
            assert ended.exit_code == 0, ended.output


@pytest.fixture(scope="session")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``first.db`` and ``second.db``, which nobody may change."""
    with pytest.MonkeyPatch.context() as patch:  # what the user has in folders of sites plays no part
        patch.delenv("SEEALSO_SITES", raising=False)
        patch.setenv("XDG_CONFIG_HOME", "/nothing")
        return make_once(tmp_path_factory, "decided", lambda folder: make_decided(tmp_path_factory, folder))


@pytest.fixture
def folder(decided: Path, tmp_path: Path) -> Path:
    """A copy of both archives, free to be changed."""
    return Path(shutil.copytree(decided, tmp_path / "archives"))


@pytest.fixture(scope="session")
def merged(decided: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both archives, and ``both.db``, into which they were merged; nobody may change it."""

    def make(folder: Path) -> None:
        shutil.copytree(decided, folder, dirs_exist_ok=True)
        ended = call("archive", "merge", folder / "both.db", folder / "first.db", folder / "second.db")
        assert ended.exit_code == 0, ended.output

    return make_once(tmp_path_factory, "merged", make)
