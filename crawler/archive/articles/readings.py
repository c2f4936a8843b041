"""Readings: everything an archive holds because a page was read, as one value that can be compared and written back.

A crawl adds to it visit by visit; a rereading replaces it, and undoing a rereading puts the former one back. Identity
(site, language, key), addresses and times of visits are no part of it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any, NamedTuple

from crawler.archive.database import select_dicts
from crawler.archive.schema.fields import ARTICLE_COLUMNS, READING_COLUMNS
from crawler.items import Article, Author, Link, Problem


class Revision(NamedTuple):
    """A row of ``revisions`` but for its number, which is its place."""

    captured_at: str
    digest: str
    headline: str
    lead: str | None
    byline: str | None
    body: str
    capture_id: int | None


class SeeAlsoRow(NamedTuple):
    """A row of ``see_also`` but for what it leads to."""

    target_key: str
    position: int
    target_url: str
    headline: str | None
    published_at: str | None
    published_raw: str | None
    published_on: str | None
    first_seen_at: str
    last_seen_at: str


class TranslationRow(NamedTuple):
    """A row of ``translations``."""

    target_key: str
    target_url: str
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of one article."""

    columns: dict[str, Any]
    revisions: tuple[Revision, ...]
    authors: tuple[Author, ...]
    """As they were read, whomever an edit gives the names to."""
    see_also: tuple[SeeAlsoRow, ...]
    translations: tuple[TranslationRow, ...]

    def to_json(self) -> str:
        """Write it down; :meth:`from_json` gives it back."""
        return json.dumps(astuple(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Reading:
        """Read what :meth:`to_json` wrote."""
        columns, revisions, authors, see_also, translations = json.loads(text)
        return cls(
            columns=columns,
            revisions=tuple(Revision(*revision) for revision in revisions),
            authors=tuple(map(_make_author, authors)),
            see_also=tuple(SeeAlsoRow(*entry) for entry in see_also),
            translations=tuple(TranslationRow(*translation) for translation in translations),
        )

    def fingerprint(self) -> str:
        """Return a hash that tells two readings apart; later sightings of the same entries do not change it."""
        entries = tuple(entry._replace(last_seen_at="") for entry in self.see_also)
        authors = tuple(astuple(author) for author in self.authors)
        whole = (self.columns, self.revisions, authors, entries, self.translations)
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RereadChange:
    """An archived article and how today's rules read it."""

    article_id: int
    site: str
    reading: Reading
    links: tuple[Link, ...] = ()
    """See also entries and translations that were not known of it."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstReading:
    """A stored page that was in no known layout, and is an article by today's rules."""

    url_key: str
    capture_id: int
    captured_at: str
    article: Article
    links: tuple[Link, ...] = ()


def load_reading(conn: sqlite3.Connection, article_id: int) -> Reading | None:
    """Return the present reading of an article, or None when there is no such article."""
    query = f"SELECT {', '.join(READING_COLUMNS)} FROM articles WHERE id = ?"
    row = next(select_dicts(conn, query, (article_id,)), None)
    if row is None:
        return None

    def rows(sql: str) -> Iterator[dict[str, Any]]:
        return select_dicts(conn, sql, (article_id,))

    return Reading(
        columns=row,
        revisions=tuple(
            Revision(**revision)
            for revision in rows(
                f"SELECT {', '.join(Revision._fields)} FROM revisions WHERE article_id = ? ORDER BY number"
            )
        ),
        authors=tuple(
            Author(**author)
            for author in rows(
                "SELECT coalesce(v.name, a.name) AS name, coalesce(v.sort_name, a.sort_name) AS sort_name,"
                " coalesce(v.kind, a.kind) AS kind,"
                " printed, honorific, order_initials, note FROM article_authors JOIN authors a ON a.id = author_id"
                " LEFT JOIN author_variants v ON v.id = variant_id WHERE article_id = ? ORDER BY position"
            )
        ),
        see_also=tuple(
            SeeAlsoRow(**entry)
            for entry in rows(
                f"SELECT {', '.join(SeeAlsoRow._fields)} FROM see_also WHERE article_id = ? ORDER BY target_key"
            )
        ),
        translations=tuple(
            TranslationRow(**translation)
            for translation in rows(
                f"SELECT {', '.join(TranslationRow._fields)} FROM translations WHERE article_id = ? ORDER BY target_key"
            )
        ),
    )


def compare_readings(before: Reading, after: Reading) -> Iterator[tuple[str, Any, Any]]:
    """Yield each field that two readings differ in, with both values, in the words of the tables."""
    old, new = before.columns, after.columns
    changed = {name for name in READING_COLUMNS if old[name] != new[name]}
    for name in READING_COLUMNS:
        if name in changed and not changed.intersection(ARTICLE_COLUMNS[name].follows):
            yield name, old[name], new[name]
    if before.authors != after.authors:
        yield "authors", [author.name for author in before.authors], [author.name for author in after.authors]
    if before.see_also != after.see_also:
        yield "see_also", *_only_in_each(before.see_also, after.see_also)
    if before.translations != after.translations:
        yield "translations", *_only_in_each(before.translations, after.translations)
    if len(before.revisions) != len(after.revisions):
        yield "revisions", len(before.revisions), len(after.revisions)
    elif before.revisions[:-1] != after.revisions[:-1]:
        pairs = zip(before.revisions[:-1], after.revisions[:-1], strict=True)
        one, other = next((old, new) for old, new in pairs if old != new)
        yield (
            "revisions",
            one.body if one.body != other.body else one.headline,
            (other.body if one.body != other.body else other.headline),
        )


def _make_author(values: Sequence[Any]) -> Author:
    """Return an author from the values of its fields, in their order."""
    return Author(**{field.name: value for field, value in zip(fields(Author), values, strict=True)})


def _only_in_each(before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[list[Any], list[Any]]:
    """Return what only the one and only the other has."""
    return [record for record in before if record not in after], [record for record in after if record not in before]
