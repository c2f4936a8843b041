"""Loads and compares readings: all that an archive holds of an article because its pages were read, as one record.

A crawl adds to it visit by visit; a rereading replaces it, and undoing the rereading restores the former one. Identity
(site, language, key), addresses and times of visits are no part of a reading.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any, NamedTuple

from crawler.archive.database import select_dicts
from crawler.archive.schema.fields import ARTICLE_COLUMNS, READING_COLUMNS
from crawler.items import Article, Author, Link, Problem


class Revision(NamedTuple):
    """A row of ``revisions`` without its number, which is its position."""

    captured_at: str
    digest: str
    headline: str
    lead: str | None
    byline: str | None
    body: str
    capture_id: int | None
    unverified: int = 0
    """1 where the page of the version before could not be read again: the difference may be one of our rules."""


class SeeAlsoRow(NamedTuple):
    """A row of ``see_also`` without the id of its target."""

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
    """All that was read of one article."""

    columns: dict[str, Any]
    revisions: tuple[Revision, ...]
    authors: tuple[Author, ...]
    """The authors as they were read, before edits."""
    see_also: tuple[SeeAlsoRow, ...]
    translations: tuple[TranslationRow, ...]

    def to_json(self) -> str:
        """Return the reading as JSON, which :meth:`from_json` reads."""
        return json.dumps(astuple(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Reading:
        """Return the reading that :meth:`to_json` wrote."""
        columns, revisions, authors, see_also, translations = json.loads(text)
        return cls(
            columns=columns,
            revisions=tuple(Revision(*revision) for revision in revisions),
            authors=tuple(map(_make_author, authors)),
            see_also=tuple(SeeAlsoRow(*entry) for entry in see_also),
            translations=tuple(TranslationRow(*translation) for translation in translations),
        )

    def compute_fingerprint(self) -> str:
        """Return a hash that differs between readings.

        Neither later sightings of the same entries change it, nor whether a revision could be verified.
        """
        entries = tuple(entry._replace(last_seen_at="") for entry in self.see_also)
        authors = tuple(astuple(author) for author in self.authors)
        revisions = tuple(revision[: Revision._fields.index("unverified")] for revision in self.revisions)
        whole = (self.columns, revisions, authors, entries, self.translations)
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RereadChange:
    """A new reading of an archived article by today's rules."""

    article_id: int
    site: str
    reading: Reading
    links: tuple[Link, ...] = ()
    """See also entries and translations that the former reading does not have."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstReading:
    """The first reading of a stored page that had an unknown layout and is an article by today's rules."""

    url_key: str
    capture_id: int
    captured_at: str
    article: Article
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LostArticle:
    """An archived article whose stored page is not read as that article any more; it is not changed."""

    article_id: int
    url: str
    reason: str


ReadFormer = Callable[[int, Collection[int], int | None], RereadChange | LostArticle | None]
"""Reads versions of an article again, from their stored pages by today's rules: takes the id of the article, the
numbers of the versions, and the id of the first capture that is not to be read (None for no such bound). Returns
today's reading of the whole article where one of these versions is read differently, None where all are read as they
are archived, and a lost article where one of them cannot be read."""


def load_reading(conn: sqlite3.Connection, article_id: int) -> Reading | None:
    """Return the present reading of an article, or None when there is no such article."""
    query = f"SELECT {', '.join(READING_COLUMNS)} FROM articles WHERE id = ?"
    row = next(select_dicts(conn, query, (article_id,)), None)
    if row is None:
        return None

    def select(sql: str) -> Iterator[dict[str, Any]]:
        return select_dicts(conn, sql, (article_id,))

    return Reading(
        columns=row,
        revisions=tuple(
            Revision(**revision)
            for revision in select(
                f"SELECT {', '.join(Revision._fields)} FROM revisions WHERE article_id = ? ORDER BY number"
            )
        ),
        authors=tuple(
            Author(**author)
            for author in select(
                "SELECT coalesce(v.name, a.name) AS name, coalesce(v.sort_name, a.sort_name) AS sort_name,"
                " coalesce(v.kind, a.kind) AS kind,"
                " printed, honorific, order_initials, note FROM article_authors JOIN authors a ON a.id = author_id"
                " LEFT JOIN author_variants v ON v.id = variant_id WHERE article_id = ? ORDER BY position"
            )
        ),
        see_also=tuple(
            SeeAlsoRow(**entry)
            for entry in select(
                f"SELECT {', '.join(SeeAlsoRow._fields)} FROM see_also WHERE article_id = ? ORDER BY target_key"
            )
        ),
        translations=tuple(
            TranslationRow(**translation)
            for translation in select(
                f"SELECT {', '.join(TranslationRow._fields)} FROM translations WHERE article_id = ? ORDER BY target_key"
            )
        ),
    )


def compare_readings(before: Reading, after: Reading) -> Iterator[tuple[str, Any, Any]]:
    """Yield the name of each field in which two readings differ, with its value in both, as stored."""
    old_columns, new_columns = before.columns, after.columns
    changed = {name for name in READING_COLUMNS if old_columns[name] != new_columns[name]}
    for name in READING_COLUMNS:
        if name in changed and not changed.intersection(ARTICLE_COLUMNS[name].follows):
            yield name, old_columns[name], new_columns[name]
    if before.authors != after.authors:
        yield "authors", [author.name for author in before.authors], [author.name for author in after.authors]
    if before.see_also != after.see_also:
        yield "see_also", *_find_unshared(before.see_also, after.see_also)
    if before.translations != after.translations:
        yield "translations", *_find_unshared(before.translations, after.translations)
    yield from _compare_revisions(before.revisions, after.revisions)


def _compare_revisions(before: tuple[Revision, ...], after: tuple[Revision, ...]) -> Iterator[tuple[str, Any, Any]]:
    old_texts = [revision._replace(unverified=0) for revision in before]
    new_texts = [revision._replace(unverified=0) for revision in after]
    if len(old_texts) != len(new_texts):
        yield "revisions", len(old_texts), len(new_texts)
    elif old_texts[:-1] != new_texts[:-1]:
        pairs = zip(old_texts[:-1], new_texts[:-1], strict=True)
        old_text, new_text = next((old, new) for old, new in pairs if old != new)
        yield (
            "revisions",
            old_text.body if old_text.body != new_text.body else old_text.headline,
            (new_text.body if old_text.body != new_text.body else new_text.headline),
        )
    old_numbers, new_numbers = _list_unverified(before), _list_unverified(after)
    if old_numbers != new_numbers:
        yield "unverified", old_numbers, new_numbers


def _list_unverified(revisions: tuple[Revision, ...]) -> list[int]:
    return [number for number, revision in enumerate(revisions, 1) if revision.unverified]


def _make_author(values: Sequence[Any]) -> Author:
    """Return an author from the values of its fields, in their order."""
    return Author(**{field.name: value for field, value in zip(fields(Author), values, strict=True)})


def _find_unshared(before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[list[Any], list[Any]]:
    """Return the records that only ``before`` has, and those that only ``after`` has."""
    return [record for record in before if record not in after], [record for record in after if record not in before]
