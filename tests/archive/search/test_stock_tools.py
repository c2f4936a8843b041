"""An archive handed to a colleague: what Datasette and sqlite-utils find in it by themselves, without our functions."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from datasette.utils import detect_fts
from sqlite_utils import Database
from sqlite_utils.cli import cli
from support.newsroom import NOW, Newsroom
from support.tables import check_rows

from crawler.archive import Archive

STORIES = {
    1: ("en", "The boat to Café Łódź"),
    2: ("zh", "臺灣香港，渡輪"),
    3: ("ru", "Лодка и церковь"),
    4: ("ar", "القارب في المدينة"),
    5: ("ko", "서울의 배"),
    6: ("th", "เรือข้ามฟาก"),
    7: ("hi", "नाव और नदी"),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with an article in each of seven scripts, whose second version is its present one."""
    path = tmp_path_factory.mktemp("stock") / "archive.db"
    newsroom = Newsroom()
    with Archive(path, "create") as archive:
        run = archive.begin_run(newsroom.site, now=NOW)
        for body in ("Once.", "Twice."):
            for key, (language, headline) in STORIES.items():
                article = newsroom.article(key, headline, body, language=language)
                archive.keep([newsroom.visit(article)], run, newsroom.advance(hours=1))
        archive.finish_run(run, "finished", newsroom.advance(hours=1))
    return path


@check_rows(
    ("words", "keys"),
    [
        ("boat", [1]),
        ("BOAT", [1]),
        ("cafe", [1]),
        ("Café", [1]),
        ("twice", [1, 2, 3, 4, 5, 6, 7]),
        ("once", []),  # of a former version
        ("церковь", [3]),
        ("Лодка и", [3]),
        ("नदी", [7]),
        ("lodz", [1]),
        ('"台 湾"', [2]),  # simplified, with a space between the characters
        ('"香 港"', [2]),
        ('"港 渡"', []),  # a comma is between them
        ('"서 울"', [5]),
        # What our query language folds or cuts, and stock tools do not:
        ("Łódź", []),
        ("香港", []),
        ("臺灣", []),
        ("서울", []),
    ],
)
def test_sqlite_utils_searches_articles(path: Path, words: str, keys: list[int]) -> None:
    result = CliRunner().invoke(cli, ["search", str(path), "articles", words, "-c", "site_key"])
    assert result.exit_code == 0, result.output
    assert sorted(int(row["site_key"]) for row in json.loads(result.output)) == keys


def test_plain_sql_finds_reads_and_ranks(path: Path) -> None:
    sql = (
        "SELECT a.site_key, f.headline, highlight(articles_fts, 0, '[', ']') FROM articles_fts f"
        " JOIN articles a ON a.id = f.rowid WHERE articles_fts MATCH 'boat' ORDER BY bm25(articles_fts, 10, 4, 1, 3)"
    )
    result = CliRunner().invoke(cli, ["query", str(path), sql, "--arrays"])
    assert json.loads(result.output) == [["1", "The boat to Café Łódź", "The [boat] to Café Łódź"]]


def test_both_tools_know_by_themselves_that_articles_can_be_searched(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        assert detect_fts(conn, "articles") == "articles_fts"
        assert detect_fts(conn, "revision_rows") is None
        assert Database(conn)["articles"].detect_fts() == "articles_fts"


def test_versions_are_read_by_plain_sql(path: Path) -> None:
    sql = "SELECT number, headline, body FROM revisions WHERE article_id = 1 ORDER BY number"
    result = CliRunner().invoke(cli, ["query", str(path), sql, "--arrays"])
    assert json.loads(result.output) == [[1, STORIES[1][1], "Once."], [2, STORIES[1][1], "Twice."]]


@pytest.mark.slow
def test_datasette_without_our_plugin_offers_a_search_that_finds(path: Path) -> None:
    """Takes four seconds: two starts of Datasette."""
    program = [sys.executable, "-m", "datasette", str(path), "--get"]
    environment = {**os.environ, "DATASETTE_LOAD_PLUGINS": ""}
    address = "/archive/articles?_search=boat"
    shown = subprocess.run([*program, address], env=environment, capture_output=True, text=True, check=True).stdout
    assert 'name="_search" value="boat"' in shown
    address = "/archive/articles.json?_shape=array&_search=boat"
    shown = subprocess.run([*program, address], env=environment, capture_output=True, text=True, check=True).stdout
    assert [row["site_key"] for row in json.loads(shown)] == ["1"]


def copy_in_place(source: Path, replica: Path) -> None:
    """Bring a replica up to date as ``sqlite3 archive.db ".backup replica.db"`` does."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as conn,
        closing(sqlite3.connect(replica)) as target,
    ):
        conn.backup(target)


def test_a_replica_is_read_while_the_archive_is_written(path: Path, tmp_path: Path) -> None:
    source, replica = Path(shutil.copy(path, tmp_path / "archive.db")), tmp_path / "replica.db"
    newsroom = Newsroom()
    with Archive(source, "write") as archive:
        archive.db.conn.execute("BEGIN IMMEDIATE")  # a crawl in the middle of a batch
        archive.db.execute("UPDATE articles SET kicker = 'HARBOUR'")
        copy_in_place(source, replica)
        archive.db.conn.execute("COMMIT")
        with Archive(replica) as reader:
            assert [hit.site_key for hit in reader.search("boat")] == ["1"]
            assert reader.db.execute("SELECT DISTINCT kicker FROM articles").fetchall() == [(None,)]
            run = archive.begin_run(newsroom.site, now=newsroom.now)
            archive.keep([newsroom.visit(newsroom.article(8, "A boat"))], run, newsroom.advance(days=1))
            archive.finish_run(run, "finished", newsroom.advance(hours=1))
            copy_in_place(source, replica)
            assert sorted(hit.site_key for hit in reader.search("boat")) == ["1", "8"]
            assert reader.verify() == []
