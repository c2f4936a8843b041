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
from typing import Any, Final, NamedTuple

from crawler.archive.write.article import Articles, index_row
from crawler.archive.write.near_copies import link_copies, reorder_copies
from crawler.items import Author

READING_COLUMNS: Final = (
    *("story", "headline", "kicker", "lead", "byline", "dateline", "dateline_place", "dateline_agencies", "body"),
    *("published_at", "published_on", "published_precision", "published_raw", "published_guessed"),
    *("modified_at", "modified_raw", "sources", "complete", "word_count", "digest", "headline_key", "place_key"),
    "kicker_key",
)
"""The columns of ``articles`` that a reading fills."""
_SOURCES_OF_DERIVED: Final = {
    "word_count": ("body",),
    "digest": ("headline", "lead", "byline", "body"),
    "headline_key": ("headline",),
    "place_key": ("dateline_place",),
    "kicker_key": ("kicker",),
}
"""What follows from other fields: a difference of its own only when those are equal."""
_INDEXED_FIELDS: Final = ("headline", "lead", "byline", "body")


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


def load_reading(conn: sqlite3.Connection, article_id: int) -> Reading | None:
    """Return the present reading of an article, or None when there is no such article."""
    row = conn.execute(f"SELECT {', '.join(READING_COLUMNS)} FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        return None

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return conn.execute(sql, (article_id,)).fetchall()

    return Reading(
        columns=dict(zip(READING_COLUMNS, row, strict=True)),
        revisions=tuple(
            Revision(*revision)
            for revision in rows(
                f"SELECT {', '.join(Revision._fields)} FROM revisions WHERE article_id = ? ORDER BY number"
            )
        ),
        authors=tuple(
            _make_author(author)
            for author in rows(
                "SELECT coalesce(v.name, a.name), coalesce(v.sort_name, a.sort_name), coalesce(v.kind, a.kind),"
                " printed, honorific, order_initials, note FROM article_authors JOIN authors a ON a.id = author_id"
                " LEFT JOIN author_variants v ON v.id = variant_id WHERE article_id = ? ORDER BY position"
            )
        ),
        see_also=tuple(
            SeeAlsoRow(*entry)
            for entry in rows(
                f"SELECT {', '.join(SeeAlsoRow._fields)} FROM see_also WHERE article_id = ? ORDER BY target_key"
            )
        ),
        translations=tuple(
            TranslationRow(*translation)
            for translation in rows(
                f"SELECT {', '.join(TranslationRow._fields)} FROM translations WHERE article_id = ? ORDER BY target_key"
            )
        ),
    )


def write_reading(articles: Articles, article_id: int, reading: Reading, former: Reading) -> None:
    """Make ``reading`` the article's own, in place of ``former``; index, authors and near copies follow.

    Runs inside the caller's transaction; the caller calls :meth:`Articles.write_index` at its end.
    """
    conn = articles.conn
    changes = ", ".join(f"{name} = ?" for name in READING_COLUMNS)
    conn.execute(
        f"UPDATE articles SET {changes}, revisions = ? WHERE id = ?",
        (*(reading.columns[name] for name in READING_COLUMNS), len(reading.revisions), article_id),
    )
    if reading.revisions != former.revisions:
        _replace_rows(conn, "revisions", article_id, Revision._fields, list(enumerate(reading.revisions, 1)), "number")
    if reading.authors != former.authors:
        articles.author_credits.write(article_id, reading.authors)
    if reading.see_also != former.see_also:
        _replace_rows(conn, "see_also", article_id, SeeAlsoRow._fields, [(None, entry) for entry in reading.see_also])
        conn.execute(
            "UPDATE see_also SET target_id = (SELECT article_id FROM addresses WHERE url_key = target_key)"
            " WHERE article_id = ?",
            (article_id,),
        )
    if reading.translations != former.translations:
        _replace_rows(
            conn,
            "translations",
            article_id,
            TranslationRow._fields,
            [(None, translation) for translation in reading.translations],
        )
    new, old = reading.columns, former.columns
    if any(new[name] != old[name] for name in (*_INDEXED_FIELDS, "digest")):
        headline, lead, byline, body = (new[name] for name in _INDEXED_FIELDS)
        articles.unindexed[article_id] = (False, index_row(headline, lead, body, byline))
        (language,) = conn.execute("SELECT language FROM articles WHERE id = ?", (article_id,)).fetchone()
        link_copies(conn, article_id, language, new["digest"], f"{lead}\n\n{body}" if lead else body)
    elif new["published_on"] != old["published_on"]:
        reorder_copies(conn, article_id)


def compare_readings(before: Reading, after: Reading) -> Iterator[tuple[str, Any, Any]]:
    """Yield each field that two readings differ in, with both values, in the words of the tables."""
    old, new = before.columns, after.columns
    changed = {name for name in READING_COLUMNS if old[name] != new[name]}
    for name in READING_COLUMNS:
        if name in changed and not changed.intersection(_SOURCES_OF_DERIVED.get(name, ())):
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


def _replace_rows(
    conn: sqlite3.Connection,
    table: str,
    article_id: int,
    names: tuple[str, ...],
    rows: list[tuple[int | None, tuple[Any, ...]]],
    numbered: str | None = None,
) -> None:
    conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    columns = ("article_id", *((numbered,) if numbered else ()), *names)
    conn.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        [(article_id, *((number,) if numbered else ()), *row) for number, row in rows],
    )
