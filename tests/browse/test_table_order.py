"""Pages and streams of tables hold every row once, in whatever order somebody asks for them."""

import asyncio
import csv
import io
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from support.library import build_news
from support.tables import check_rows

from crawler.archive.schema.descriptions import read_table_descriptions
from crawler.browse.serving.server import make_application

ROWS = 150
PAGE = 50
TABLES = {
    "articles": ("id",),
    "see_also": ("article_id", "target_key"),
    "revisions": ("article_id", "number"),
    "near_copies": ("article_id", "other_id"),
}
ORDERS = [
    (table, way, column)
    for table in TABLES
    for column in read_table_descriptions()[table]["sortable_columns"]
    for way in ("_sort", "_sort_desc")
]


def _insert_copies(db: sqlite3.Connection, table: str, count: int, **values: str) -> None:
    """Fill a table with rows like its first one; ``values`` are SQL of the row's number ``n``."""
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    selected = ", ".join(f"({values[name]})" if name in values else f"first.{name}" for name in columns)
    db.execute(
        f"WITH RECURSIVE numbers(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM numbers WHERE n < {999 + count})"
        f" INSERT INTO {table} ({', '.join(columns)})"
        f" SELECT {selected} FROM numbers, (SELECT * FROM {table} LIMIT 1) first"
    )


def fill_archive(path: Path, count: int) -> None:
    """Make an archive with ``count`` further articles, links, versions and copies, and few different values."""
    build_news(path)
    with sqlite3.connect(path) as db:
        day = "CASE n % 7 WHEN 0 THEN NULL ELSE '2020-01-0' || (n * 31 % 5 + 1) END"
        _insert_copies(
            db,
            "articles",
            count,
            id="n",
            site_key="'k' || n",
            url="first.url || n",
            headline="'Report ' || (n % 3)",
            published_on=day,
            published_at=day,
            word_count="n % 4",
            language="CASE n * 17 % 3 WHEN 0 THEN 'it' ELSE 'en' END",
            last_seen_at="'2026-01-0' || (n % 2 + 1) || 'T00:00:00Z'",
        )
        _insert_copies(
            db, "see_also", count, article_id="n % 9 + 1000", target_key="'t' || (n * 57 % 99991)", position="n % 6"
        )
        _insert_copies(
            db, "revision_rows", count, article_id="n", number="n % 2 + 1", captured_at="'2026-01-0' || (n % 3 + 1)"
        )
        columns = [row[1] for row in db.execute("PRAGMA table_info(near_copies)")]
        db.execute(
            f"INSERT INTO near_copies ({', '.join(columns)}) SELECT "
            + ", ".join(
                {
                    "article_id": "id % 11 + 1000",
                    "other_id": "id",
                    "similarity": "0.8 + (id * 13 % 4) * 0.05",
                    "kind": "'near'",
                }[name]
                for name in columns
            )
            + " FROM articles WHERE id > 1011"
        )
    db.close()


class TableReader:
    """Turns the pages of the tables of one archive, and reads its streams."""

    def __init__(self, path: Path, page: int) -> None:
        self.path = path
        self.page = page
        self.datasette = make_application(path)
        self.datasette.max_returned_rows = page  # so that a stream has pages, too

    def _ask(self, path: str) -> Any:
        async def get() -> Any:
            answer = await self.datasette.client.get(path)
            assert answer.status_code == 200, answer.text
            return answer

        return asyncio.run(get())

    def turn_pages(self, table: str, **order: str) -> list[dict[str, Any]]:
        """Follow ``next_url`` to the end."""
        url = f"/news/{table}.json?" + urlencode(
            {"_size": self.page, "_shape": "objects", "_nofacet": 1, "_nocount": 1, **order}
        )
        rows: list[dict[str, Any]] = []
        while url:
            answer = self._ask(url.replace("http://localhost", "")).json()
            rows += answer["rows"]
            url = answer["next_url"]
        return rows

    def read_stream(self, table: str, **order: str) -> list[dict[str, str]]:
        text = self._ask(f"/news/{table}.csv?" + urlencode({"_stream": "on", **order})).text
        return list(csv.DictReader(io.StringIO(text)))

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        db = sqlite3.connect(self.path)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def check(self, table: str, order: dict[str, str], sql: str, where: str = "") -> None:
        """Compare pages and stream with what SQL says."""
        keys = TABLES[table]
        rows = self.select(f"SELECT {', '.join(keys)} FROM {table} {where} ORDER BY {sql}")
        assert [tuple(row[key] for key in keys) for row in self.turn_pages(table, **order)] == rows
        stream = [tuple(row[key] for key in keys) for row in self.read_stream(table, **order)]
        assert stream == [tuple(map(str, row)) for row in rows]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> TableReader:
    path = tmp_path_factory.mktemp("orders") / "news.db"
    fill_archive(path, ROWS)
    return TableReader(path, PAGE)


def check_order(reader: TableReader, table: str, way: str, column: str) -> None:
    descending = " DESC" if way == "_sort_desc" else ""
    reader.check(table, {way: column}, f"{column}{descending}, {', '.join(TABLES[table])}")


@check_rows(("table", "way", "column"), ORDERS[::8])
def test_an_order_has_every_row_once(reader: TableReader, table: str, way: str, column: str) -> None:
    check_order(reader, table, way, column)


@pytest.mark.slow
@check_rows(("table", "way", "column"), ORDERS)
def test_every_order_has_every_row_once(reader: TableReader, table: str, way: str, column: str) -> None:
    """Four seconds: both ways of every column, of which the test above takes one in four."""
    check_order(reader, table, way, column)


@check_rows("table", list(TABLES))
def test_the_order_nobody_asked_for_has_every_row_once(reader: TableReader, table: str) -> None:
    keys = TABLES[table]
    reader.check(table, {}, "id DESC" if table == "articles" else ", ".join(keys))


def test_an_order_holds_under_a_filter(reader: TableReader) -> None:
    order = {"_sort_desc": "published_on", "language": "it"}
    reader.check("articles", order, "published_on DESC, id", "WHERE language = 'it'")


def test_views_have_every_row_once_in_an_order(reader: TableReader) -> None:
    ids = [row["id"] for row in reader.turn_pages("v_articles", _sort="published_on")]
    assert sorted(ids) == [row[0] for row in reader.select("SELECT id FROM articles ORDER BY id")]


def test_no_default_order_has_ties(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    build_news(path)
    db = sqlite3.connect(path)
    for table, description in read_table_descriptions().items():
        column = description.get("sort") or description.get("sort_desc")
        if column is None:
            continue
        unique = [
            [row[2] for row in db.execute(f"PRAGMA index_info({index[1]})")]
            for index in db.execute(f"PRAGMA index_list({table})").fetchall()
            if index[2]
        ]
        unique.append([row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[5]])
        assert [column] in unique, (table, column)
    db.close()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_thirty_thousand_rows_come_once_in_every_order(tmp_path: Path) -> None:
    """It takes five minutes."""
    path = tmp_path / "news.db"
    fill_archive(path, 30_000)
    reader = TableReader(path, 1000)
    reader.check("articles", {}, "id DESC")
    for column in read_table_descriptions()["articles"]["sortable_columns"]:
        reader.check("articles", {"_sort": column}, f"{column}, id")
        reader.check("articles", {"_sort_desc": column}, f"{column} DESC, id")
