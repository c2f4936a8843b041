"""Reads tombstones, the identities whose article was erased on purpose, and what of them is still to be erased."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Literal

from crawler.archive.database import Connection, list_records, select_column, select_count
from crawler.archive.schema.tombstone_keys import HASHED, make_tombstone_key

UnerasedKind = Literal["database", "case", "file", "record", "mention"]
"""The archive's own file, a page that an alarm saved, a WARC file not read yet, a record, a capture of another page."""
Obstacle = Literal["missing", "locked", "cut", "no_access", "no_room", "failing", "in_use", "lost"]
PageKind = Literal["list", "article"]
"""A feed, home page or listing; the page of an article."""
CaptureScope = Literal["lists", "all"]
"""Captures of other pages that are erased too: those of feeds, home pages and listings, or of articles as well."""

IS_WANTED = (
    "(u.kind <> 'mention' OR EXISTS (SELECT 1 FROM forgotten f WHERE f.url_key = u.article_key"
    " AND (f.captures = 'all' OR f.captures = 'lists' AND u.page = 'list')))"
)
"""SQL for what shall be erased of the rows ``u`` of ``unerased``; the other captures are named, and stay."""
_COLUMNS = "u.article_key, u.kind, u.file, u.start, u.length, u.url, u.fetched_at, u.page, u.obstacle"


class Tombstones(Set[str]):
    """The identities of all forgotten addresses: asked with an identity, kept without its words."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._keys = {make_tombstone_key(key) for key in keys}
        self._has_hashes = any(key.startswith(HASHED) for key in self._keys)

    def __contains__(self, url_key: object) -> bool:
        if not self._keys or not isinstance(url_key, str):
            return False
        return url_key in self._keys or (self._has_hashes and make_tombstone_key(url_key) in self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, url_key: str) -> None:
        """Add the identity of an address."""
        key = make_tombstone_key(url_key)
        self._keys.add(key)
        self._has_hashes = self._has_hashes or key.startswith(HASHED)

    def update(self, url_keys: Iterable[str]) -> None:
        """Add the identities of addresses."""
        for url_key in url_keys:
            self.add(url_key)


def read_tombstones(conn: sqlite3.Connection) -> Tombstones:
    """Return the identities of all forgotten addresses."""
    return Tombstones(row[0] for row in conn.execute("SELECT url_key FROM forgotten"))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnerasedPart:
    """Something that is left of a forgotten article: in a record of a WARC file, or as ``kind`` says."""

    article_key: str
    """The tombstone under which the article was forgotten."""
    kind: UnerasedKind
    file: str = ""
    """The name of the WARC file; of a case its path within the folder of cases."""
    start: int = -1
    """The byte at which the record begins."""
    length: int | None = None
    url: str | None = None
    """Of a mention: the address of the page that was fetched."""
    fetched_at: str | None = None
    page: PageKind | None = None
    obstacle: Obstacle | None = None
    """Why it could not be erased; None before it was tried, and for what nobody asked to erase."""


def list_unerased(db: Connection, *, with_lost: bool = False) -> list[UnerasedPart]:
    """Return what is to be erased and still there, in the order of files; not what a person has given up as lost."""
    condition = "" if with_lost else " AND u.obstacle IS NOT 'lost'"
    query = (
        f"SELECT {_COLUMNS} FROM unerased u WHERE {IS_WANTED}{condition}"
        " ORDER BY u.kind, u.file, u.start, u.article_key"
    )
    return list_records(db, UnerasedPart, query)


def list_mentions(db: Connection, article_key: str) -> list[UnerasedPart]:
    """Return the captures of other pages that print words of a forgotten article, and that nobody asked to erase."""
    query = (
        f"SELECT {_COLUMNS} FROM unerased u WHERE u.kind = 'mention' AND u.article_key = ? AND NOT {IS_WANTED}"
        " ORDER BY u.url, u.fetched_at, u.file, u.start"
    )
    return list_records(db, UnerasedPart, query, (make_tombstone_key(article_key),))


def count_mentions(db: Connection) -> int:
    """Count the captures of other pages that print words of forgotten articles, and that nobody asked to erase."""
    return select_count(
        db,
        "SELECT count(*) FROM (SELECT DISTINCT u.file, u.start FROM unerased u"
        f" WHERE u.kind = 'mention' AND NOT {IS_WANTED})",
    )


def find_article_key(db: Connection, url_key: str) -> str | None:
    """Return the tombstone under which the article of a forgotten address was forgotten; None without one."""
    keys = select_column(
        db, "SELECT coalesce(article_key, url_key) FROM forgotten WHERE url_key = ?", (make_tombstone_key(url_key),)
    )
    return keys[0] if keys else None


def find_keys(conn: sqlite3.Connection, url_key: str) -> tuple[str, ...]:
    """Return the identities that lead to the same article as this one, including itself."""
    rows = conn.execute(
        "SELECT url_key FROM addresses WHERE article_id = (SELECT article_id FROM addresses WHERE url_key = ?)",
        (url_key,),
    )
    return tuple(sorted({url_key, *(row[0] for row in rows)}))


def list_texts(conn: sqlite3.Connection, keys: Iterable[str]) -> list[str]:
    """Return every text of the articles of these identities, of all versions."""
    columns = {
        "articles": ("headline", "headline_meta", "kicker", "lead", "byline", "dateline", "body"),
        "revisions": ("headline", "lead", "byline", "body"),
    }
    return _select_texts(conn, keys, columns)


def list_headlines(conn: sqlite3.Connection, keys: Iterable[str]) -> list[str]:
    """Return the headlines of the articles of these identities, of all versions, and as other pages print them."""
    columns = {"articles": ("headline", "headline_meta"), "revisions": ("headline",)}
    return _select_texts(conn, keys, columns)


def _select_texts(conn: sqlite3.Connection, keys: Iterable[str], columns: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the texts of columns of ``articles`` and ``revisions``, and headlines beside links to the articles."""
    marked = json.dumps(list(keys))
    ids = "SELECT article_id FROM addresses WHERE url_key IN (SELECT value FROM json_each(?1)) AND article_id > 0"
    article_columns = {"articles": "id", "revisions": "article_id"}
    queries = (
        *(
            f"SELECT DISTINCT {name} FROM {table} WHERE {article_columns[table]} IN ({ids})"
            for table, names in columns.items()
            for name in names
        ),
        "SELECT DISTINCT headline FROM see_also WHERE target_key IN (SELECT value FROM json_each(?1))",
        "SELECT DISTINCT headline FROM addresses WHERE url_key IN (SELECT value FROM json_each(?1))",
    )
    texts = (text for query in queries for text in select_column(conn, query, (marked,)))
    return list(dict.fromkeys(text for text in texts if text))


def list_urls(conn: sqlite3.Connection, keys: Iterable[str]) -> list[str]:
    """Return every spelling of these identities that was met."""
    query = "SELECT url FROM {table} WHERE url_key IN (SELECT value FROM json_each(?))"
    marked = json.dumps(list(keys))
    urls = (
        url
        for table in ("addresses", "spellings", "captures")
        for url in select_column(conn, query.format(table=table), (marked,))
    )
    return list(dict.fromkeys(urls))
