"""Writes articles: decides whether a reading is new, unchanged, revised or a duplicate, and writes it.

Identity is ``(site, language, site_key)``. The 2026 addresses have no number: their pages are matched with archived
articles by language, headline and day, where exactly one of the two has a number; the number wins.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass, field
from typing import Any, Final

from crawler.archive.articles.forgotten import Tombstones
from crawler.archive.database import select_dicts
from crawler.archive.schema.fields import (
    ARTICLE_COLUMNS,
    FIELD_GROUPS,
    READING_COLUMNS,
    VERSION_FIELDS,
    make_columns,
    make_headline_key,
)
from crawler.archive.write.articles.index import SearchIndex
from crawler.archive.write.articles.near_copies import link_copies, link_new, reorder_copies
from crawler.archive.write.articles.refusals import find_refusal, may_come_from_a_cache
from crawler.archive.write.articles.revisions import insert_current
from crawler.archive.write.authority.credits import AuthorCredits
from crawler.comparison.minhash import Fingerprint, join_sketched
from crawler.items import Article, Fate, PreparedTexts, Problem, SeeAlso

_DERIVED_FROM_TEXT: Final = tuple(
    name for name, column in ARTICLE_COLUMNS.items() if column.follows and set(column.follows) <= set(VERSION_FIELDS)
)
_KNOWN_COLUMNS: Final = ", ".join(
    (
        *("id", "site_key", "url", "revisions", "digest", "first_seen_at", "last_seen_at"),
        *(name for name in READING_COLUMNS if name not in VERSION_FIELDS and not ARTICLE_COLUMNS[name].follows),
    )
)
_MAY_BE_ARCHIVED: Final = (
    "SELECT 1 FROM articles WHERE site = ?1 AND language = ?2 AND site_key = ?3"
    " UNION ALL SELECT 1 FROM addresses WHERE url_key IN (?6, ?7) AND article_id IS NOT NULL"
    " UNION ALL SELECT 1 FROM articles WHERE site = ?1 AND language = ?2 AND published_on = ?4 AND headline_key = ?5"
    " LIMIT 1"
)
_NEW_SEE_ALSO: Final = (
    "INSERT INTO see_also (article_id, position, target_url, target_id, headline, published_at,"
    " published_raw, first_seen_at, last_seen_at, target_key, published_on)"
    " VALUES (?1, ?2, ?3, (SELECT article_id FROM addresses WHERE url_key = ?4), ?5, ?6, ?7, ?8, ?8, ?4, ?9)"
)
_SEE_ALSO: Final = (
    f"{_NEW_SEE_ALSO} ON CONFLICT (article_id, target_key) DO UPDATE SET position = excluded.position,"
    " target_url = excluded.target_url, target_id = excluded.target_id,"
    " headline = coalesce(excluded.headline, headline),"
    " published_at = coalesce(excluded.published_at, published_at),"
    " published_raw = coalesce(excluded.published_raw, published_raw),"
    " published_on = coalesce(excluded.published_on, published_on), last_seen_at = excluded.last_seen_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptArticle:
    """The result of writing an article."""

    article_id: int
    fate: Fate
    site_key: str
    story: str | None
    complete: bool
    problem: Problem | None = None


@dataclass(slots=True)
class Articles:
    """Writes articles into one open archive; the caller calls :meth:`SearchIndex.write` of its index at the end."""

    conn: sqlite3.Connection
    prefer: Callable[[str, str, str], str]
    forgotten: Tombstones = field(default_factory=Tombstones)
    """Identities to which no link is written."""
    author_credits: AuthorCredits = field(init=False)
    index: SearchIndex = field(init=False)
    """The rows of the search index that the caller has still to write, at the end of its transaction."""

    def __post_init__(self) -> None:
        self.author_credits = AuthorCredits(self.conn)
        self.index = SearchIndex(self.conn)

    def keep(
        self,
        article: Article,
        url_keys: tuple[str, ...],
        seen_at: str,
        capture_id: int | None,
        wall: str | None = None,
        suspect_fields: Set[str] | None = None,
        refresh: Callable[[int, Collection[int]], bool] | None = None,
        prepared: PreparedTexts | None = None,
    ) -> KeptArticle:
        """Write one reading and return its fate. ``url_keys`` are the addresses that led to it.

        ``prepared`` are its texts for search and comparison; those of other texts are not used.

        ``refresh`` is called where the text differs, with the id of the article and the number of its last version; it
        may replace the archived reading before the two are compared, and then returns True.

        ``wall`` is the phrase by which its page says that its text is behind a paywall; ``suspect_fields`` is as for
        :meth:`crawler.archive.Archive.keep`. Where the clock was set back, an article counts as seen when it was last:
        its versions stay in order, and it is never seen last before it was seen first.
        """
        archived = self._find_archived(article, url_keys)
        if archived is None:
            return self._insert(article, seen_at, capture_id, prepared)
        article_id = int(archived["id"])
        if (
            refresh is not None
            and archived["digest"] != article.digest
            and refresh(article_id, (archived["revisions"],))
        ):
            archived = self._select_row("id = ?", (article_id,)) or archived
        seen_at = max(seen_at, archived["first_seen_at"], archived["last_seen_at"])
        site_key, story = archived["site_key"], archived["story"] or article.story
        if _is_number(article.site_key) and not _is_number(site_key):
            site_key, story = article.site_key, article.story or archived["story"]
        same_text = archived["digest"] == article.digest
        refusal = None if same_text else find_refusal(self.conn, archived, article, wall, suspect_fields)
        is_doubted = not same_text and suspect_fields is not None
        if refusal is not None or (
            is_doubted and may_come_from_a_cache(self.conn, article_id, article.digest, capture_id)
        ):
            return KeptArticle(
                article_id=article_id,
                fate=Fate.UNCHANGED if refusal is None else Fate.UNREADABLE,
                site_key=archived["site_key"],
                story=archived["story"],
                complete=False,
                problem=refusal,
            )
        if not same_text or archived["headline_meta"] != article.headline_meta:
            self.index.note_change(article_id)
        self._update(archived, article, site_key, story, seen_at)
        if not same_text:
            self._revise(archived, article, seen_at, capture_id)
        elif article.authors:
            self.author_credits.write(article_id, article.authors)
        moved = archived["site_key"] != site_key or (
            article.published and archived["published_on"] != article.published.on
        )
        if same_text and moved:
            reorder_copies(self.conn, article_id)
        self._write_entries(article_id, article, seen_at)
        return KeptArticle(
            article_id=article_id,
            fate=Fate.UNCHANGED if same_text else Fate.REVISED,
            site_key=site_key,
            story=story,
            complete=article.complete,
        )

    def find_known(self, article: Article, url_keys: tuple[str, ...]) -> int | None:
        """Return the id of the archived article that :meth:`keep` would update with this reading, or None."""
        archived = self._find_archived(article, url_keys)
        return None if archived is None else int(archived["id"])

    def record_unchanged(self, article_id: int, seen_at: str) -> None:
        """Update the last sighting of an article and its See also entries after an answer of "not modified"."""
        first, last = self.conn.execute(
            "SELECT first_seen_at, last_seen_at FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        seen_at = max(seen_at, first, last)  # a clock that was set back takes no sighting back
        self.conn.execute(
            "UPDATE see_also SET last_seen_at = ? WHERE article_id = ? AND last_seen_at = ?",
            (seen_at, article_id, last),
        )
        self.conn.execute("UPDATE articles SET last_seen_at = ?, status = 'live' WHERE id = ?", (seen_at, article_id))

    def bind(self, url_key: str, article_id: int) -> None:
        """Set the article that an address leads to, and the See also entries that point to that address."""
        self.conn.execute("UPDATE addresses SET article_id = ? WHERE url_key = ?", (article_id, url_key))
        self.bind_entries(url_key, article_id)

    def bind_entries(self, url_key: str, article_id: int) -> None:
        """Set the article that the See also entries which point to an address lead to."""
        self.conn.execute("UPDATE see_also SET target_id = ? WHERE target_key = ?", (article_id, url_key))

    def choose_url(self, article_id: int, site: str, printed: str, urls: Iterable[str]) -> None:
        """Set the cited URL of an article to the best of all its spellings, in whatever order they were met.

        ``printed`` is the one that its page states, ``urls`` are those of its addresses.
        """
        (cited,) = self.conn.execute("SELECT url FROM articles WHERE id = ?", (article_id,)).fetchone()
        best = cited
        for url in {printed, *urls}:
            if url != best:
                best = self.prefer(site, best, url)
        if best != cited:
            self.conn.execute("UPDATE articles SET url = ? WHERE id = ?", (best, article_id))

    def _find_archived(self, article: Article, url_keys: tuple[str, ...]) -> dict[str, Any] | None:
        if not self._may_be_archived(article, url_keys):
            return None
        row = self._select_row(
            "site = ? AND language = ? AND site_key = ?", (article.site, article.language, article.site_key)
        )
        if row is not None:
            return row
        numeric = _is_number(article.site_key)
        is_counted = numeric or article.story is not None  # a number of a series is counted, too
        for url_key in url_keys:
            row = self._select_row(
                "id = (SELECT article_id FROM addresses WHERE url_key = ?) AND language = ?",
                (url_key, article.language),
            )
            if row is not None and not (is_counted and (_is_number(row["site_key"]) or row["story"] is not None)):
                return row
        if article.published is None or is_counted is not numeric:
            return None
        key = make_headline_key(article.headline)
        return self._select_row(
            "site = ? AND language = ? AND published_on = ? AND headline_key = ?"
            " AND (site_key NOT GLOB '*[^0-9]*') <> ? AND (? OR story IS NULL)"
            " ORDER BY digest <> ?, length(site_key), site_key LIMIT 1",
            (article.site, article.language, article.published.on, key, numeric, not numeric, article.digest),
        )

    def _may_be_archived(self, article: Article, url_keys: tuple[str, ...]) -> bool:
        """Return False for an article that no identity, address or headline leads to, as one question to the file."""
        day = article.published.on if article.published is not None else None
        values = (article.site, article.language, article.site_key, day, make_headline_key(article.headline))
        return self.conn.execute(_MAY_BE_ARCHIVED, (*values, url_keys[0], url_keys[-1])).fetchone() is not None

    def _select_row(self, where: str, values: tuple[Any, ...]) -> dict[str, Any] | None:
        return next(select_dicts(self.conn, f"SELECT {_KNOWN_COLUMNS} FROM articles WHERE {where}", values), None)

    def _insert(
        self, article: Article, seen_at: str, capture_id: int | None, prepared: PreparedTexts | None
    ) -> KeptArticle:
        columns = make_columns(article) | {
            "site": article.site,
            "language": article.language,
            "site_key": article.site_key,
            "story": article.story,
            "url": article.url,
            "first_seen_at": seen_at,
            "last_seen_at": seen_at,
        }
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        cursor = self.conn.execute(f"INSERT INTO articles ({names}) VALUES ({marks})", tuple(columns.values()))
        article_id = int(cursor.lastrowid or 0)
        insert_current(self.conn, article_id, 1, seen_at, article.digest, capture_id)
        text = join_sketched(article.lead, article.body)
        if prepared is not None and (prepared.digest, prepared.headline_meta) == (
            article.digest,
            article.headline_meta,
        ):
            self.index.note_new(article_id, prepared.index_row)
            sketch = Fingerprint.from_bytes(prepared.sketch)
        else:
            self.index.note_new(article_id)
            sketch = Fingerprint.from_text(text)
        duplicate = link_new(self.conn, article_id, article.language, article.digest, text, sketch)
        self.author_credits.write(article_id, article.authors, fresh=True)
        self._write_entries(article_id, article, seen_at, fresh=True)
        return KeptArticle(
            article_id=article_id,
            fate=Fate.DUPLICATE if duplicate else Fate.NEW,
            site_key=article.site_key,
            story=article.story,
            complete=article.complete,
        )

    def _update(
        self, archived: dict[str, Any], article: Article, site_key: str, story: str | None, seen_at: str
    ) -> None:
        """Write the columns that changed; with an equal digest the texts stay, and omitted fields keep their values."""
        columns = make_columns(article)
        if archived["digest"] == article.digest:
            for name in (*VERSION_FIELDS, *_DERIVED_FROM_TEXT):
                del columns[name]
            columns["complete"] = int(archived["complete"] or article.complete)
        columns = _list_changes(archived, columns | {"site_key": site_key, "story": story})
        columns |= {"last_seen_at": seen_at, "status": "live"}
        changes = ", ".join(f"{name} = ?" for name in columns)
        self.conn.execute(f"UPDATE articles SET {changes} WHERE id = ?", (*columns.values(), archived["id"]))

    def _revise(self, archived: dict[str, Any], article: Article, seen_at: str, capture_id: int | None) -> None:
        article_id, number = archived["id"], archived["revisions"] + 1
        self.conn.execute("UPDATE articles SET revisions = ? WHERE id = ?", (number, article_id))
        insert_current(self.conn, article_id, number, seen_at, article.digest, capture_id)
        text = join_sketched(article.lead, article.body)
        link_copies(self.conn, article_id, article.language, article.digest, text)
        self.author_credits.write(article_id, article.authors)

    def _write_entries(self, article_id: int, article: Article, seen_at: str, *, fresh: bool = False) -> None:
        """Write See also entries and translations; entries that are no longer on the page keep their last sighting."""
        entries: dict[str, SeeAlso] = {}
        for entry in article.see_also:
            if entry.address.url_key not in self.forgotten:
                entries.setdefault(entry.address.url_key, entry)
        rows = [
            (
                article_id,
                entry.position,
                entry.address.url,
                key,
                entry.headline,
                moment.value if (moment := entry.published) else None,
                entry.published_raw,
                seen_at,
                moment.on if moment else None,
            )
            for key, entry in entries.items()
        ]
        if rows:
            self.conn.executemany(_NEW_SEE_ALSO if fresh else _SEE_ALSO, rows)
        translations = [address for address in article.translations if address.url_key not in self.forgotten]
        if translations:
            self.conn.executemany(
                "INSERT INTO translations (article_id, target_key, target_url, language) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (article_id, target_key) DO NOTHING",
                [(article_id, address.url_key, address.url, address.language) for address in translations],
            )


def _list_changes(archived: dict[str, Any], columns: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a later reading to write: not those that are equal, nor those that the page omits."""
    omitted: set[str] = set()
    for first, names in FIELD_GROUPS.items():
        if columns[first] is None and not ARTICLE_COLUMNS[first].kept:
            omitted.update(names)
    changes = {
        name: value
        for name, value in columns.items()
        if name not in omitted
        and (name not in archived or archived[name] != value)
        and not (value is None and archived.get(name) and ARTICLE_COLUMNS[name].kept)
    }
    for first, names in FIELD_GROUPS.items():
        for name in names:
            column = ARTICLE_COLUMNS[name]
            if column.kind == "list" and changes.get(name) == "[]" and first not in changes:
                del changes[name]
            if column.follows and not any(changes.get(source) for source in column.follows):
                changes.pop(name, None)
    return changes


def _is_number(site_key: str) -> bool:
    return site_key.isascii() and site_key.isdecimal()
