"""Lists the articles and the unread addresses that have stored pages, and the captures of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.archive.articles.parts import IS_FIRST
from crawler.archive.database import Connection, list_records, select_count, select_dicts, select_record
from crawler.archive.search.compiler import Condition

_WHOLE_ANSWER = (
    "c.status BETWEEN 200 AND 299 AND c.warc_file IS NOT NULL AND c.warc_offset IS NOT NULL"
    " AND c.url NOT LIKE '%/robots.txt'"
)
_PLACE = "c.id AS id, c.fetched_at AS fetched_at, c.warc_file AS file, c.warc_offset AS offset, c.warc_length AS length"
_PARTS = f"article_parts p JOIN captures c ON c.id = p.capture_id WHERE p.first_capture_id = ? AND {_WHOLE_ANSWER}"
_UNREAD = (
    "article_id IS NULL AND kind = 'article' AND visits > 0"
    " AND EXISTS (SELECT 1 FROM captures c WHERE c.url_key = addresses.url_key AND c.status BETWEEN 200 AND 299)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCapture:
    """A whole answer of the server, and its place in a WARC file."""

    id: int
    fetched_at: str
    file: str
    offset: int
    length: int | None
    parts: tuple[tuple[int, StoredCapture], ...] = ()
    """The further pages of the article beside this first one, by their numbers."""

    @property
    def place(self) -> str:
        """File and offset as one word, which tells it from all other captures."""
        return f"{self.offset}@{self.file}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """The fields of an archived article that no reading of its pages changes."""

    id: int
    site: str
    language: str
    site_key: str
    url: str
    last_seen_at: str
    depth: int
    """The depth of its nearest address."""


def find_stored_article(db: Connection, article_id: int) -> StoredArticle | None:
    """Return an article, or None when there is no such id."""
    return select_record(
        db,
        StoredArticle,
        "SELECT id, site, language, site_key, url, last_seen_at,"
        " coalesce((SELECT min(depth) FROM addresses WHERE article_id = articles.id), 0) AS depth"
        " FROM articles WHERE id = ?",
        (article_id,),
    )


def list_article_captures(db: Connection, article_id: int) -> list[StoredCapture]:
    """Return the whole answers of an article's addresses, newest first."""
    return _list_captures(db, "a.article_id = ?", article_id)


def list_address_captures(db: Connection, url_key: str) -> list[StoredCapture]:
    """Return the whole answers of an address, newest first."""
    return _list_captures(db, "c.url_key = ?", url_key)


def count_unread(db: Connection, site: str | None = None) -> int:
    """Count the unread addresses of a site, or of all: those that have stored pages and lead to no article."""
    where = _make_site_condition(site)
    return select_count(db, f"SELECT count(*) FROM addresses WHERE {where.sql} AND {_UNREAD}", where.values)


def iter_article_ids(db: Connection, site: str | None = None) -> Iterator[int]:
    """Yield the ids of the articles of a site, or of all, in the order in which they were archived."""
    where = _make_site_condition(site)
    for (article_id,) in db.execute(f"SELECT id FROM articles WHERE {where.sql} ORDER BY rowid", where.values):
        yield article_id


def iter_unread(db: Connection, site: str | None = None) -> Iterator[str]:
    """Yield the addresses that :func:`count_unread` counts, in the order in which they were met."""
    where = _make_site_condition(site)
    sql = f"SELECT url_key FROM addresses WHERE {where.sql} AND {_UNREAD} ORDER BY rowid"
    for (url_key,) in db.execute(sql, where.values):
        yield url_key


def _make_site_condition(site: str | None) -> Condition:
    return Condition("TRUE") if site is None else Condition("site = ?", (site,))


def _list_captures(db: Connection, where: str, value: str | int) -> list[StoredCapture]:
    """Return whole answers, newest first, each with the further pages that were kept with it."""
    source = f"captures c JOIN addresses a ON a.url_key = c.url_key WHERE {where} AND {_WHOLE_ANSWER} AND {IS_FIRST}"
    captures = list_records(
        db, StoredCapture, f"SELECT {_PLACE} FROM {source} ORDER BY c.fetched_at DESC, c.id DESC", (value,)
    )
    parts: dict[int, list[tuple[int, StoredCapture]]] = {}
    for row in select_dicts(
        db,
        f"SELECT first_capture_id, number, {_PLACE} FROM article_parts JOIN captures c ON c.id = capture_id"
        f" WHERE {_WHOLE_ANSWER} AND first_capture_id IN (SELECT c.id FROM {source}) ORDER BY number",
        (value,),
    ):
        first_id, number = row.pop("first_capture_id"), row.pop("number")
        parts.setdefault(first_id, []).append((number, StoredCapture(**row)))
    return [replace(capture, parts=tuple(parts.get(capture.id, ()))) for capture in captures] if parts else captures
