"""Looks an article up by its id or an address, and reads its full record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any, Final

from sqlite_utils import Database

from crawler.archive.articles.records import (
    ArticleRecord,
    AuthorLine,
    CaptureLine,
    EdgeIn,
    EdgeOut,
    Related,
    RevisionLine,
)
from crawler.archive.articles.rows import refuse_damaged
from crawler.archive.database import select_dicts
from crawler.archive.schema.fields import ArticleFields, from_stored
from crawler.comparison.edits import classify_edit
from crawler.errors import BadAddress
from crawler.items import Address
from crawler.normalisation.addresses.urls import read_address
from crawler.site import Site


def read_article(db: Database, article_id: int, *, edits: bool = True) -> ArticleRecord | None:
    """Return the full record of an article, or None when there is no such id.

    Without ``edits`` the edits between its versions are not classified, which takes seconds for hundreds of versions.
    """
    rows = _fetch_rows(db, f"SELECT {', '.join(_COLUMNS)} FROM articles WHERE id = ?", article_id)
    if not rows:
        return None
    row = from_stored(rows[0])
    revisions = [
        RevisionLine(**revision | {"unverified": bool(revision["unverified"])})
        for revision in _fetch_rows(db, _REVISIONS_SQL, article_id)
    ]
    record = ArticleRecord(
        **row,
        authors=[AuthorLine(**author) for author in _fetch_rows(db, _AUTHORS_SQL, article_id)],
        see_also=[
            EdgeOut(**edge | {"current": bool(edge["current"])}) for edge in _fetch_rows(db, _SEE_ALSO_SQL, article_id)
        ],
        named_by=[EdgeIn(**edge) for edge in _fetch_rows(db, _NAMED_BY_SQL, article_id)],
        revisions=_describe_edits(revisions, row["language"]) if edits else revisions,
        translations=[Related(**translation) for translation in _fetch_rows(db, _TRANSLATIONS_SQL, article_id)],
        copies=[Related(**copy) for copy in _fetch_rows(db, _COPIES_SQL, article_id)],
        captures=[CaptureLine(**capture) for capture in _fetch_rows(db, _CAPTURES_SQL, article_id)],
        addresses=[spelling["url"] for spelling in _fetch_rows(db, _SPELLINGS_SQL, article_id)],
    )
    refuse_damaged(record)
    return record


def find_article(db: Database, address: str | Address, sites: Iterable[Site]) -> int | None:
    """Return the id of the article that an address leads to, or None.

    An address of one of ``sites`` may have any spelling.
    """
    if isinstance(address, Address):
        return _find_by_key(db, address.url_key)
    address = address.strip()
    try:
        article_id = _find_by_key(db, address) or _find_by_spelling(db, address)
    except UnicodeEncodeError:  # a lone surrogate: no address has one
        return None
    for site in sites:
        if article_id is not None:
            break
        try:
            article_id = _find_by_key(db, read_address(address, site).url_key)
        except BadAddress:
            continue
    return article_id


def find_identity(db: Database, site: str, language: str, site_key: str) -> int | None:
    """Return the id in this archive of the article with an identity, or None."""
    sql = "SELECT id FROM articles WHERE site = ? AND language = ? AND site_key = ?"
    try:
        row = db.execute(sql, (site, language, site_key)).fetchone()
    except UnicodeEncodeError:  # a lone surrogate
        return None
    return None if row is None else int(row[0])


def _find_by_key(db: Database, url_key: str) -> int | None:
    row = db.execute("SELECT article_id FROM addresses WHERE url_key = ?", (url_key,)).fetchone()
    return None if row is None else row[0]


def _find_by_spelling(db: Database, url: str) -> int | None:
    row = db.execute(
        "SELECT article_id FROM addresses WHERE url = ?1 AND article_id IS NOT NULL UNION ALL"
        " SELECT a.article_id FROM spellings s JOIN addresses a USING (url_key)"
        " WHERE s.url = ?1 AND a.article_id IS NOT NULL LIMIT 1",
        (url,),
    ).fetchone()
    return None if row is None else int(row[0])


def _describe_edits(stored: list[RevisionLine], language: str) -> list[RevisionLine]:
    edits = [classify_edit(old, new, language).value for old, new in pairwise(stored)]
    return [*stored[:1], *(replace(line, edit=edit) for line, edit in zip(stored[1:], edits, strict=True))]


def _fetch_rows(db: Database, sql: str, article_id: int) -> list[dict[str, Any]]:
    return list(select_dicts(db, sql, (article_id,)))


_COLUMNS: Final = (*(field.name for field in fields(ArticleFields)), "sources")
_AUTHORS_SQL = """
SELECT aa.position, au.name, au.sort_name, au.kind, aa.printed, aa.honorific, aa.order_initials, aa.note
FROM article_authors aa JOIN authors au ON au.id = aa.author_id WHERE aa.article_id = ? ORDER BY aa.position
"""
_SEE_ALSO_SQL = """
SELECT s.position, s.target_url, s.target_id, s.headline, s.published_at, s.published_raw, s.first_seen_at,
    s.last_seen_at, s.last_seen_at = a.last_seen_at AS current, t.published_on AS target_on
FROM see_also s JOIN articles a ON a.id = s.article_id LEFT JOIN articles t ON t.id = s.target_id
WHERE s.article_id = ?
ORDER BY current DESC, s.position, s.target_key
"""
_NAMED_BY_SQL = """
SELECT a.id AS article_id, a.headline, a.url, a.language, a.published_on, s.first_seen_at, s.last_seen_at
FROM see_also s JOIN articles a ON a.id = s.article_id WHERE s.target_id = ?
ORDER BY a.published_on DESC, a.id
"""
_REVISIONS_SQL = """
SELECT number, captured_at, digest, headline, lead, byline, body, capture_id, unverified
FROM revisions WHERE article_id = ? ORDER BY number
"""
_TRANSLATIONS_SQL = """
SELECT o.id AS article_id, o.language, o.headline, o.url, o.published_on
FROM articles a JOIN articles o ON o.id <> a.id AND (
    (o.site = a.site AND o.story = a.story AND o.language <> a.language)
    OR o.id IN (SELECT d.article_id FROM translations t JOIN addresses d ON d.url_key = t.target_key
        WHERE t.article_id = a.id)
)
WHERE a.id = ? ORDER BY o.language, o.id
"""
_COPIES_SQL = """
SELECT o.id AS article_id, o.language, o.headline, o.url, o.published_on, n.similarity, n.kind
FROM near_copies n JOIN articles o ON o.id = CASE n.article_id WHEN ?1 THEN n.other_id ELSE n.article_id END
WHERE n.article_id = ?1 OR n.other_id = ?1 ORDER BY n.similarity DESC, o.id
"""
_CAPTURES_SQL = """
SELECT c.id, c.url, c.fetched_at, c.status, c.digest, c.warc_file, c.warc_offset, c.warc_length
FROM addresses a JOIN captures c ON c.url_key = a.url_key WHERE a.article_id = ? ORDER BY c.fetched_at, c.id
"""
_SPELLINGS_SQL = """
SELECT url FROM addresses WHERE article_id = ?1
UNION SELECT s.url FROM addresses a JOIN spellings s ON s.url_key = a.url_key WHERE a.article_id = ?1 ORDER BY 1
"""


def list_ids_of_days(db: Database, days: Sequence[str]) -> tuple[int, ...]:
    """Return the ids of the articles that were published on any of these days."""
    rows = db.execute(
        "SELECT id FROM articles WHERE published_on IN (SELECT value FROM json_each(?))", (json.dumps(days),)
    )
    return tuple(article_id for (article_id,) in rows)
