"""Reads the present version of articles by their ids, with a digest of their metadata."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlite_utils import Database

from crawler.archive.database import select_rows
from crawler.archive.schema.fields import METADATA_FIELDS

_AUTHOR_FIELDS: Final = ("name", "kind", "honorific", "order_initials")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleState:
    """An article as it is now, without its texts but for the headline."""

    article_id: int
    site: str
    language: str
    site_key: str
    url: str
    headline: str
    revision: int
    captured_at: str
    digest: str
    metadata: str
    gone: bool
    published_on: str | None
    word_count: int


def read_states(db: Database, article_ids: Sequence[int]) -> dict[int, ArticleState]:
    """Return the states of these articles by their ids; ids of no article are missing."""
    marks = ", ".join("?" * len(article_ids))
    authors: dict[int, list[list[Any]]] = {}
    for author in select_rows(
        db.conn,
        f"SELECT aa.article_id, {', '.join(_AUTHOR_FIELDS)} FROM article_authors aa JOIN authors au"
        f" ON au.id = aa.author_id WHERE aa.article_id IN ({marks}) ORDER BY aa.article_id, aa.position",
        tuple(article_ids),
    ):
        authors.setdefault(author["article_id"], []).append([author[name] for name in _AUTHOR_FIELDS])
    states: dict[int, ArticleState] = {}
    for row in select_rows(
        db.conn,
        "SELECT a.id, a.site, a.language, a.site_key, a.url, r.number, r.captured_at, r.digest, a.status, a.word_count,"
        f" {', '.join(f'a.{name}' for name in METADATA_FIELDS)} FROM articles a"
        f" JOIN revisions r ON r.article_id = a.id AND r.number = a.revisions WHERE a.id IN ({marks})",
        tuple(article_ids),
    ):
        states[row["id"]] = ArticleState(
            article_id=row["id"],
            site=row["site"],
            language=row["language"],
            site_key=row["site_key"],
            url=row["url"],
            headline=row["headline"],
            revision=row["number"],
            captured_at=row["captured_at"],
            digest=row["digest"],
            metadata=compute_metadata_digest(row, authors.get(row["id"], [])),
            gone=row["status"] == "gone",
            published_on=row["published_on"],
            word_count=row["word_count"],
        )
    return states


def compute_metadata_digest(row: Mapping[str, Any] | sqlite3.Row, authors: Sequence[Sequence[str | None]]) -> str:
    """Return the SHA-256 of the metadata of an article, 64 hexadecimal digits.

    It is computed over a JSON list without spaces and with letters unescaped: the columns :data:`METADATA_FIELDS` in
    their order, then a list of the authors in printed order, each as name, kind, honorific and order initials. Unknown
    values are null.
    """
    values = [*(row[name] for name in METADATA_FIELDS), [list(author) for author in authors]]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
