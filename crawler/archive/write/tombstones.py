"""Forgets articles: deletes an article from every table, and inserts tombstones so that no crawl archives it again.

A tombstone holds the identity of an address, the instant and the reason, but no headline and no spelling with words of
it. The same transaction lists what is to be erased outside of the tables: records in WARC files, pages that alarms
saved, and the space of the archive's file that was freed before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.archive.articles.forgotten import IS_WANTED, CaptureScope, UnerasedPart, find_article_key, list_urls
from crawler.archive.database import select_column
from crawler.archive.schema.snapshot_lines import hide_identity
from crawler.archive.schema.tombstone_keys import make_tombstone_key
from crawler.archive.write.articles.erase import erase_article
from crawler.archive.write.authority.place_index import delete_unprinted
from crawler.items import Capture
from crawler.normalisation.dates.moments import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetResult:
    """The identities that were forgotten, and counts of the rows that were deleted."""

    keys: tuple[str, ...]
    """Identities that stay as tombstones."""
    revisions: int
    captures: int
    links: int
    """See also entries and translations of other articles that led to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What a search through WARC files and saved pages has found of an article, and how its words are recognised."""

    parts: Sequence[UnerasedPart]
    """Its records, captures of other pages that mention it, and files that could not be read."""
    is_own: Callable[[str], bool]
    """Return True for an address that leads to the article."""
    is_mention: Callable[[str], bool]
    """Return True for a text that holds words or an address of the article."""
    scope: CaptureScope | None = None
    """Which captures of other pages shall be erased too."""


def forget(
    conn: sqlite3.Connection, keys: tuple[str, ...], why: str, now: datetime, traces: Traces | None = None
) -> ForgetResult:
    """Erase the articles that these identities lead to, inside the caller's transaction, and insert tombstones.

    Without traces every WARC file is listed as one that is still to be read.
    """
    marks = ", ".join("?" * len(keys))
    conn.execute(  # in archives of earlier versions robots.txt hangs on the page that was fetched after it
        f"UPDATE captures SET url_key = NULL WHERE url_key IN ({marks}) AND url LIKE '%://%/robots.txt'"
        " AND url NOT LIKE '%://%/%/%'",
        keys,
    )
    id_rows = _fetch_rows(conn, f"SELECT article_id FROM addresses WHERE url_key IN ({marks}) AND article_id > 0", keys)
    ids = {int(row[0]) for row in id_rows}
    urls = {row[0] for row in _fetch_rows(conn, f"SELECT url FROM addresses WHERE url_key IN ({marks})", keys)}
    urls.update(row[0] for row in _fetch_rows(conn, f"SELECT url FROM spellings WHERE url_key IN ({marks})", keys))
    urls.update(row[0] for row in _fetch_rows(conn, f"SELECT url FROM captures WHERE url_key IN ({marks})", keys))
    if traces is None:
        traces = Traces(
            parts=[UnerasedPart(article_key="", kind="file", file=file) for file in _list_files(conn)],
            is_own=urls.__contains__,
            is_mention=lambda text: False,
        )
    article_key = _find_first_key(conn, keys) or make_tombstone_key(keys[0])
    _erase_remarks(conn, traces, keys, urls)
    captures = _list_captures(conn, keys, urls, traces)
    _insert_tombstones(conn, keys, why, now, article_key, traces.scope)
    insert_parts(
        conn,
        article_key,
        (
            UnerasedPart(article_key=article_key, kind="database"),
            *(capture.part for capture in captures if capture.part is not None),
            *traces.parts,
        ),
    )
    revisions = 0
    for article_id in ids:
        revisions += conn.execute("SELECT count(*) FROM revisions WHERE article_id = ?", (article_id,)).fetchone()[0]
        erase_article(conn, article_id)
    links = 0
    for table in ("see_also", "translations"):
        links += conn.execute(f"DELETE FROM {table} WHERE target_key IN ({marks})", keys).rowcount
    for key in keys:
        hide_identity(conn, key)
        names = (json.dumps(key, ensure_ascii=False), json.dumps(make_tombstone_key(key)))
        for table in ("author_edits", "place_edits"):
            conn.execute(f"UPDATE {table} SET articles = replace(articles, ?1, ?2) WHERE instr(articles, ?1)", names)
        conn.execute("DELETE FROM place_splits WHERE article = ?", (key,))
    delete_unprinted(conn)
    for key in keys:  # a replaced reading of another article may name it
        conn.execute("DELETE FROM reread_former WHERE instr(before, ?)", (json.dumps(key, ensure_ascii=False),))
    _delete_captures(conn, [capture.id for capture in captures])
    delete_mentioning_captures(conn, article_key)
    for table in ("captures", "spellings", "sightings", "addresses"):
        conn.execute(f"DELETE FROM {table} WHERE url_key IN ({marks})", keys)
    # Deleted words stay in the segments of the index until these are merged.
    conn.execute("INSERT INTO articles_fts(articles_fts) VALUES('optimize')")
    return ForgetResult(keys=keys, revisions=revisions, captures=len(captures), links=links)


def forget_address(conn: sqlite3.Connection, url_key: str, others: Iterable[str], now: datetime) -> None:
    """Forget an address that leads to a forgotten article under ``others``, and delete its rows."""
    key = make_tombstone_key(url_key)
    conn.execute(
        "INSERT INTO forgotten (url_key, forgotten_at, why, article_key) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (url_key) DO NOTHING",
        (key, instant(now), "leads to an article that is forgotten", _find_first_key(conn, others) or key),
    )
    urls = list_urls(conn, (url_key,))
    _erase_settings(conn, urls.__contains__)
    conn.executemany("DELETE FROM problems WHERE url = ?", [(url,) for url in urls])
    for table in ("captures", "spellings", "sightings", "addresses"):
        conn.execute(f"DELETE FROM {table} WHERE url_key = ?", (url_key,))


def list_captures(conn: sqlite3.Connection, keys: Iterable[str], captures: Iterable[Capture]) -> None:
    """List the records of captures of a forgotten article, and the archive's own file, to be erased."""
    article_key = _find_first_key(conn, keys)
    if article_key is None:
        return
    parts = [
        UnerasedPart(
            article_key=article_key,
            kind="record",
            file=capture.warc_file,
            start=capture.warc_offset,
            length=capture.warc_length,
        )
        for capture in captures
        if capture.warc_file is not None and capture.warc_offset is not None
    ]
    insert_parts(conn, article_key, (UnerasedPart(article_key=article_key, kind="database"), *parts))


def _find_first_key(conn: sqlite3.Connection, keys: Iterable[str]) -> str | None:
    return next(filter(None, (find_article_key(conn, key) for key in keys)), None)


def insert_parts(conn: sqlite3.Connection, article_key: str, parts: Iterable[UnerasedPart]) -> None:
    """List what is still to be erased of an article; a part that is listed stays as it is."""
    conn.executemany(
        "INSERT INTO unerased (article_key, kind, file, start, length, url, fetched_at, page)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, file, start, article_key) DO NOTHING",
        [
            (article_key, part.kind, part.file, part.start, part.length, part.url, part.fetched_at, part.page)
            for part in parts
        ],
    )


def delete_mentioning_captures(conn: sqlite3.Connection, article_key: str) -> None:
    """Delete the rows of captures that mention an article, as far as somebody asked to erase these."""
    query = (
        "SELECT c.id FROM unerased u JOIN captures c ON c.warc_file = u.file AND c.warc_offset = u.start"
        f" WHERE u.kind = 'mention' AND u.article_key = ? AND {IS_WANTED}"
    )
    _delete_captures(conn, select_column(conn, query, (article_key,)))


@dataclass(frozen=True, slots=True)
class _CaptureRow:
    id: int
    part: UnerasedPart | None
    """Its record; None for a capture without one."""


def _list_captures(
    conn: sqlite3.Connection, keys: tuple[str, ...], urls: set[str], traces: Traces
) -> list[_CaptureRow]:
    """Return the captures of the article: under its identities, its addresses, or at the places of its records."""
    places = [[part.file, part.start] for part in traces.parts if part.kind == "record"]
    rows = conn.execute(
        "SELECT id, warc_file, warc_offset, warc_length FROM captures"
        " WHERE url_key IN (SELECT value FROM json_each(?1)) OR url IN (SELECT value FROM json_each(?2))"
        " OR (warc_file, warc_offset) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]')"
        " FROM json_each(?3)) ORDER BY id",
        (json.dumps(keys), json.dumps(sorted(urls)), json.dumps(places)),
    )
    return [
        _CaptureRow(
            capture_id,
            None
            if file is None or start is None
            else UnerasedPart(article_key="", kind="record", file=file, start=start, length=length),
        )
        for capture_id, file, start, length in rows.fetchall()
    ]


def _delete_captures(conn: sqlite3.Connection, ids: Sequence[int]) -> None:
    conn.executemany(
        "UPDATE revision_rows SET capture_id = NULL WHERE capture_id = ?", [(capture_id,) for capture_id in ids]
    )
    conn.executemany("DELETE FROM captures WHERE id = ?", [(capture_id,) for capture_id in ids])


def _insert_tombstones(
    conn: sqlite3.Connection,
    keys: tuple[str, ...],
    why: str,
    now: datetime,
    article_key: str,
    scope: CaptureScope | None,
) -> None:
    conn.executemany(
        "INSERT INTO forgotten (url_key, forgotten_at, why, article_key, captures) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (url_key) DO UPDATE SET captures = CASE WHEN captures = 'all' THEN captures"
        " ELSE coalesce(excluded.captures, captures) END",
        [(make_tombstone_key(key), instant(now), why, article_key, scope) for key in keys],
    )
    if scope is not None:
        conn.execute(
            "UPDATE forgotten SET captures = ?1 WHERE article_key = ?2 AND captures IS NOT 'all'", (scope, article_key)
        )


def _list_files(conn: sqlite3.Connection) -> list[str]:
    return select_column(conn, "SELECT DISTINCT warc_file FROM captures WHERE warc_file IS NOT NULL ORDER BY 1")


def _erase_remarks(conn: sqlite3.Connection, traces: Traces, keys: tuple[str, ...], urls: set[str]) -> None:
    """Erase the addresses and words of the article in what the tables say about other pages."""
    is_own = traces.is_own
    own_problems = [
        (problem_id,)
        for problem_id, url, value, reason in conn.execute("SELECT id, url, value, reason FROM problems").fetchall()
        if url in urls or is_own(url) or traces.is_mention(f"{value or ''}\n{reason}")
    ]
    conn.executemany("DELETE FROM problems WHERE id = ?", own_problems)
    errors = conn.execute("SELECT DISTINCT last_error FROM addresses WHERE last_error IS NOT NULL").fetchall()
    conn.executemany(  # addresses.last_failure says the same to programs
        "UPDATE addresses SET last_error = NULL WHERE last_error = ?",
        [row for row in errors if traces.is_mention(row[0])],
    )
    for table, column in (("addresses", "found_on"), ("pauses", "url")):  # the site still wants its pause
        values = conn.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
        conn.executemany(
            f"UPDATE {table} SET {column} = NULL WHERE {column} = ?",
            [row for row in values if row[0] in urls or is_own(row[0])],
        )
    _erase_settings(conn, lambda url: url in urls or is_own(url))
    own_keys = set(keys)
    for *deviation, text in conn.execute(
        "SELECT run_id, field, language, samples FROM deviations WHERE samples <> '[]'"
    ).fetchall():
        samples = json.loads(text)
        if not own_keys.isdisjoint(samples):
            kept_samples = json.dumps([key for key in samples if key not in own_keys], ensure_ascii=False)
            conn.execute(
                "UPDATE deviations SET samples = ? WHERE run_id = ? AND field = ? AND language = ?",
                (kept_samples, *deviation),
            )


def _erase_settings(conn: sqlite3.Connection, is_own: Callable[[str], bool]) -> None:
    """Remove the addresses of an article from the settings of runs."""
    for run_id, text in conn.execute("SELECT id, settings FROM runs WHERE instr(settings, '\"urls\"')").fetchall():
        settings = json.loads(text)
        kept_urls = [url for url in settings.get("urls", ()) if not is_own(url)]
        if kept_urls != settings.get("urls"):
            changed = json.dumps({**settings, "urls": kept_urls}, ensure_ascii=False, sort_keys=True)
            conn.execute("UPDATE runs SET settings = ? WHERE id = ?", (changed, run_id))


def _fetch_rows(conn: sqlite3.Connection, sql: str, values: Iterable[str]) -> list[tuple[Any, ...]]:
    return conn.execute(sql, tuple(values)).fetchall()
