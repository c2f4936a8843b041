"""Two archives of different sites in which people have decided things: the practice site, and one that was adopted."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.archive_contents import change_archive, copy_archive
from support.command import call
from support.shared import crawl_adopted_site, crawl_practice_site, make_once

FIRST = (
    ("searches", "save", "Boats", "boats"),
    ("searches", "save", "Everywhere", "tea"),
    ("authors", "merge", "Andy Supriyadi", "Angelo S. Lazzarotto", "--why", "one person"),
    ("places", "merge", "Pechino", "Beijing", "--why", "one city"),
    ("places", "locate", "Beijing", "--at", "39.9,116.4", "--country", "CN", "--why", "a map"),
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


SELDOM = (
    "INSERT INTO deviations (run_id, field, language, evidence, articles, filled, usual, since_run, alarm, rule)"
    " SELECT max(id), 'seldom', 'en', 9.5, 20, 1, 0.9, min(id), 1, 'by hand' FROM runs",
    "INSERT INTO pauses (site, until, asked_at, url, run_id)"
    " SELECT site, '2026-03-01T00:00:00Z', started_at, 'https://example.org/', id FROM runs",
    "INSERT INTO sitemaps (site, url, robots_url, first_seen_at, last_seen_at, run_id)"
    " SELECT site, site || '/sitemap.xml', site || '/robots.txt', started_at, started_at, max(id) FROM runs",
    "INSERT INTO sitemap_addresses (key, site, month) SELECT length(site), site, '2026-03' FROM runs LIMIT 1",
    "INSERT INTO reservations (capture_id, kind, source, value)"
    " SELECT max(id), 'noindex', 'header', 'none' FROM captures",
    "INSERT INTO losses (capture_id, found_at, replaced_by)"
    " SELECT min(id), '2026-03-01T00:00:00Z', max(id) FROM captures GROUP BY url HAVING count(*) > 1 LIMIT 1",
    "INSERT INTO problems (url, field, reason) SELECT url, 'body', 'read again' FROM addresses WHERE article_id > 0",
    "INSERT INTO rereads (started_at, articles, changed, found, lost, fields, versions, run_id)"
    " SELECT started_at, 1, 1, 0, 0, '{}', '{}', id FROM runs",
    "INSERT INTO spellings (url, url_key) SELECT url || '?again', url_key FROM addresses WHERE article_id > 0 LIMIT 1",
    "INSERT INTO place_aliases SELECT DISTINCT 'a name of ' || site, 'geonames:1' FROM runs",
    "INSERT INTO translations SELECT id, url, url, 'it' FROM articles LIMIT 1",
)
"""Fills the tables in which these crawls leave nothing."""


def make_decided(factory: pytest.TempPathFactory, folder: Path) -> None:
    practice = make_once(factory, "practice", crawl_practice_site) / "twice.db"
    adopted = make_once(factory, "adopted", crawl_adopted_site) / "archive.db"
    first, second = copy_archive(practice, folder / "first.db"), copy_archive(adopted, folder / "second.db")
    for path in (first, second):
        change_archive(path, *SELDOM)
    # Rules of today read what an earlier version read wrongly, and one byline is by somebody whom both papers have.
    change_archive(first, "UPDATE articles SET kicker = 'MISREAD' WHERE site_key = '66140'")
    change_archive(
        second,
        "UPDATE authors SET name = 'Anna Pozzi', sort_name = 'A Pozzi', name_key = 'anna pozzi'"
        " WHERE name = 'Agnes Corrin'",
    )
    with closing(sqlite3.connect(first)) as conn:
        (number,) = conn.execute("SELECT min(id) FROM articles WHERE dateline_place = 'Moscow'").fetchone()
    split = ("places", "split", "Moscow", "--articles", str(number), "--as", "Old Moscow", "--why", "a trial")
    for path, commands in ((first, (*FIRST, split)), (second, SECOND)):
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
