"""Forgets articles: deletes an article from every table, and inserts tombstones so that no crawl archives it again.

A tombstone holds the identity of an address, the instant and the reason, but no headline and no spelling with words of
it. The same transaction writes down the records to erase in WARC files, which are marked when they have been erased.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.archive.write.article import erase_article
from crawler.normalisation.dates import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetResult:
    """The identities that were forgotten, and counts of the rows that were deleted."""

    keys: tuple[str, ...]
    """Identities that stay as tombstones."""
    revisions: int
    captures: int
    links: int
    """See also entries and translations of other articles that led to it."""


def forget(conn: sqlite3.Connection, keys: tuple[str, ...], why: str, now: datetime) -> ForgetResult:
    """Erase the articles that these identities lead to, inside the caller's transaction, and insert tombstones."""
    marks = ", ".join("?" * len(keys))
    id_rows = _fetch_rows(conn, f"SELECT article_id FROM addresses WHERE url_key IN ({marks}) AND article_id > 0", keys)
    ids = {int(row[0]) for row in id_rows}
    urls = {row[0] for row in _fetch_rows(conn, f"SELECT url FROM addresses WHERE url_key IN ({marks})", keys)}
    urls.update(row[0] for row in _fetch_rows(conn, f"SELECT url FROM spellings WHERE url_key IN ({marks})", keys))
    urls.update(row[0] for row in _fetch_rows(conn, f"SELECT url FROM captures WHERE url_key IN ({marks})", keys))
    captures = _fetch_rows(conn, f"SELECT warc_file, warc_offset FROM captures WHERE url_key IN ({marks})", keys)
    places: dict[str, list[int]] = {}
    for file, offset in captures:
        if file is not None:
            places.setdefault(file, []).append(offset)
    conn.executemany(
        "INSERT INTO forgotten (url_key, forgotten_at, why, places) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (url_key) DO UPDATE SET places = CASE excluded.places WHEN '{}' THEN places"
        " ELSE excluded.places END",
        [(key, instant(now), why, json.dumps(places) if key == keys[0] else "{}") for key in keys],
    )
    revisions = 0
    for article_id in ids:
        revisions += conn.execute("SELECT count(*) FROM revisions WHERE article_id = ?", (article_id,)).fetchone()[0]
        erase_article(conn, article_id)
    links = 0
    for table in ("see_also", "translations"):
        links += conn.execute(f"DELETE FROM {table} WHERE target_key IN ({marks})", keys).rowcount
    for key in keys:  # a replaced reading of another article may name it
        conn.execute("DELETE FROM reread_former WHERE instr(before, ?)", (json.dumps(key, ensure_ascii=False),))
    for table in ("captures", "spellings", "sightings", "addresses"):
        conn.execute(f"DELETE FROM {table} WHERE url_key IN ({marks})", keys)
    for url in urls:
        conn.execute("DELETE FROM problems WHERE url = ?", (url,))
        conn.execute("UPDATE pauses SET url = NULL WHERE url = ?", (url,))  # the site still wants its pause
        conn.execute("UPDATE addresses SET found_on = NULL WHERE found_on = ?", (url,))
        _remove_from_settings(conn, url)
    # Deleted words stay in the segments of the index until these are merged.
    conn.execute("INSERT INTO articles_fts(articles_fts) VALUES('optimize')")
    return ForgetResult(keys=keys, revisions=revisions, captures=len(captures), links=links)


def _fetch_rows(conn: sqlite3.Connection, sql: str, values: Iterable[str]) -> list[tuple[Any, ...]]:
    return conn.execute(sql, tuple(values)).fetchall()


def _remove_from_settings(conn: sqlite3.Connection, url: str) -> None:
    """Remove an address from the settings of runs."""
    for run_id, text in conn.execute(
        "SELECT id, settings FROM runs WHERE instr(settings, ?)", (json.dumps(url, ensure_ascii=False),)
    ).fetchall():
        settings = json.loads(text)
        settings["urls"] = [address for address in settings.get("urls", ()) if address != url]
        conn.execute(
            "UPDATE runs SET settings = ? WHERE id = ?",
            (json.dumps(settings, ensure_ascii=False, sort_keys=True), run_id),
        )
