"""Writes articles: decides whether a reading is new, unchanged, revised or a duplicate, and keeps it.

Identity is ``(site, language, site_key)``. A page of the 2026 addresses tells no number: it is matched by
language, headline and day with an article of which exactly one of the two has a number; the number wins.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import Any, Final

from crawler.archive.articles.truncation import LOSS_REASON, ArchivedTexts, explain_truncation, find_lost_fields
from crawler.archive.database import select_dicts, select_records, select_rows
from crawler.archive.schema.fields import (
    ARTICLE_COLUMNS,
    FIELD_GROUPS,
    READING_COLUMNS,
    VERSION_FIELDS,
    make_columns,
    make_headline_key,
)
from crawler.archive.search.index_text import index_row
from crawler.archive.write.credits import AuthorCredits, delete_unnamed
from crawler.archive.write.near_copies import has_duplicate, link_copies, reorder_copies
from crawler.comparison.minhash import Fingerprint
from crawler.items import Article, Fate, Problem, ProblemKind, SeeAlso

_DERIVED_FROM_TEXT: Final = tuple(
    name for name, column in ARTICLE_COLUMNS.items() if column.follows and set(column.follows) <= set(VERSION_FIELDS)
)
_KNOWN_COLUMNS: Final = ", ".join(
    (
        *("id", "site_key", "url", "revisions", "digest"),
        *(name for name in READING_COLUMNS if name not in VERSION_FIELDS and not ARTICLE_COLUMNS[name].follows),
    )
)
_TABLES_OF_ARTICLE = ("revisions", "article_authors", "see_also", "translations", "sketches", "reread_former")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptArticle:
    """What became of an article."""

    article_id: int
    fate: Fate
    site_key: str
    story: str | None
    complete: bool
    problem: Problem | None = None


@dataclass(slots=True)
class Articles:
    """Writes articles into one open archive."""

    conn: sqlite3.Connection
    prefer: Callable[[str, str, str], str]
    forgotten: set[str] = field(default_factory=set)
    """Identities of which no link is kept."""
    author_credits: AuthorCredits = field(init=False)
    unindexed: dict[int, tuple[bool, tuple[str, str, str, str]]] = field(default_factory=dict)
    """Article → is it new to the index, and its row there: what :meth:`write_index` has still to write."""

    def __post_init__(self) -> None:
        self.author_credits = AuthorCredits(self.conn)

    def keep(
        self,
        article: Article,
        url_keys: tuple[str, ...],
        seen_at: str,
        capture_id: int | None,
        wall: str | None = None,
        suspect_fields: Set[str] | None = None,
    ) -> KeptArticle:
        """Write one reading. ``url_keys`` are the addresses that led to it; they may know it already.

        ``wall`` are the words by which its page says that it keeps its text back; ``suspect_fields`` is as for
        :meth:`crawler.archive.Archive.keep`.
        """
        known = self._find(article, url_keys)
        if known is None:
            return self._add(article, seen_at, capture_id)
        article_id = int(known["id"])
        site_key, story = known["site_key"], known["story"] or article.story
        if _is_number(article.site_key) and not _is_number(site_key):
            site_key, story = article.site_key, article.story or known["story"]
        same = known["digest"] == article.digest
        reason = value = None
        kind: ProblemKind | None = None
        if not article.complete and known["complete"] and not same:
            reason = "The page breaks off; the whole article archived before is kept."
        elif not same:
            archived = self._load_archived_texts(article_id)
            reason = explain_truncation(archived, article, wall)
            if (
                reason is None
                and suspect_fields is not None
                and (gone := find_lost_fields(archived, article, suspect_fields))
            ):
                value = ", ".join(gone)
                if not suspect_fields.isdisjoint(gone) or not self._was_missed_before(article_id, article.url, value):
                    reason, kind = LOSS_REASON, "loss"
        if reason is not None:
            return KeptArticle(
                article_id=article_id,
                fate=Fate.UNREADABLE,
                site_key=known["site_key"],
                story=known["story"],
                complete=False,
                problem=Problem(url=article.url, field="page", value=value, reason=reason, kind=kind),
            )
        self._update(known, article, site_key, story, seen_at)
        if not same:
            self._revise(known, article, seen_at, capture_id)
        elif article.authors:
            self.author_credits.write(article_id, article.authors)
        moved = known["site_key"] != site_key or (article.published and known["published_on"] != article.published.on)
        if same and moved:
            reorder_copies(self.conn, article_id)
        self._write_entries(article_id, article, seen_at)
        return KeptArticle(
            article_id=article_id,
            fate=Fate.UNCHANGED if same else Fate.REVISED,
            site_key=site_key,
            story=story,
            complete=article.complete,
        )

    def known(self, article: Article, url_keys: tuple[str, ...]) -> int | None:
        """Return the id of the archived article that :meth:`keep` would take this reading for."""
        found = self._find(article, url_keys)
        return None if found is None else int(found["id"])

    def write_index(self) -> None:
        """Write the search index of everything kept since the last call, within the caller's transaction.

        All of a batch at once: any statement with a savepoint of its own between two rows (an upsert, a foreign key)
        makes FTS5 write out what it holds, and 50 articles become 50 segments to be merged later.
        """
        waiting, self.unindexed = self.unindexed, {}
        self.conn.executemany(
            "INSERT INTO articles_fts (headline, lead, body, byline, rowid) VALUES (?, ?, ?, ?, ?)",
            [(*row, article_id) for article_id, (fresh, row) in waiting.items() if fresh],
        )
        self.conn.executemany(
            "UPDATE articles_fts SET headline = ?, lead = ?, body = ?, byline = ? WHERE rowid = ?",
            [(*row, article_id) for article_id, (fresh, row) in waiting.items() if not fresh],
        )

    def record_unchanged(self, article_id: int, seen_at: str) -> None:
        """Note that the server said "not modified": article and See also entries were seen again as they were."""
        self.conn.execute(
            "UPDATE see_also SET last_seen_at = ?1 WHERE article_id = ?2"
            " AND last_seen_at = (SELECT last_seen_at FROM articles WHERE id = ?2)",
            (seen_at, article_id),
        )
        self.conn.execute("UPDATE articles SET last_seen_at = ?, status = 'live' WHERE id = ?", (seen_at, article_id))

    def bind(self, url_key: str, article_id: int) -> None:
        """Make an address lead to an article, and the See also entries that point to it."""
        self.conn.execute("UPDATE addresses SET article_id = ? WHERE url_key = ?", (article_id, url_key))
        self.conn.execute("UPDATE see_also SET target_id = ? WHERE target_key = ?", (article_id, url_key))

    def choose_url(self, article_id: int, site: str, printed: str) -> None:
        """Cite the best of all spellings known of all addresses of an article, in whatever order they were met."""
        (cited,) = self.conn.execute("SELECT url FROM articles WHERE id = ?", (article_id,)).fetchone()
        best = cited
        urls = self.conn.execute(
            "SELECT url FROM addresses WHERE article_id = ? AND kind = 'article'", (article_id,)
        ).fetchall()
        for url in {printed, *(row[0] for row in urls)}:
            if url != best:
                best = self.prefer(site, best, url)
        if best != cited:
            self.conn.execute("UPDATE articles SET url = ? WHERE id = ?", (best, article_id))

    def _find(self, article: Article, url_keys: tuple[str, ...]) -> dict[str, Any] | None:
        found = self._row(
            "site = ? AND language = ? AND site_key = ?", (article.site, article.language, article.site_key)
        )
        if found is not None:
            return found
        numeric = _is_number(article.site_key)
        for url_key in url_keys:
            found = self._row(
                "id = (SELECT article_id FROM addresses WHERE url_key = ?) AND language = ?",
                (url_key, article.language),
            )
            if found is not None and not (numeric and _is_number(found["site_key"])):
                return found
        if article.published is None:
            return None
        key = make_headline_key(article.headline)
        return self._row(
            "site = ? AND language = ? AND published_on = ? AND headline_key = ?"
            " AND (site_key NOT GLOB '*[^0-9]*') <> ? ORDER BY digest <> ?, length(site_key), site_key LIMIT 1",
            (article.site, article.language, article.published.on, key, numeric, article.digest),
        )

    def _was_missed_before(self, article_id: int, url: str, value: str) -> bool:
        """Return True if a visit since the article was seen whole has found the same loss."""
        query = (
            "SELECT 1 FROM problems p JOIN runs r ON r.id = p.run_id WHERE p.url = ? AND p.value = ?"
            " AND p.kind = 'loss' AND r.started_at > (SELECT last_seen_at FROM articles WHERE id = ?)"
        )
        return self.conn.execute(query, (url, value, article_id)).fetchone() is not None

    def _load_archived_texts(self, article_id: int) -> ArchivedTexts:
        found = select_records(
            self.conn,
            ArchivedTexts,
            "SELECT lead, body, byline, dateline, (SELECT count(*) FROM see_also s WHERE s.article_id = a.id"
            " AND s.last_seen_at = a.last_seen_at) AS see_also FROM articles a WHERE a.id = ?",
            (article_id,),
        )
        return next(found)

    def _row(self, where: str, values: tuple[Any, ...]) -> dict[str, Any] | None:
        return next(select_dicts(self.conn, f"SELECT {_KNOWN_COLUMNS} FROM articles WHERE {where}", values), None)

    def _add(self, article: Article, seen_at: str, capture_id: int | None) -> KeptArticle:
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
        self._write_revision(article_id, 1, article, seen_at, capture_id)
        self._index(article_id, article, fresh=True)
        link_copies(self.conn, article_id, article.language, article.digest, _sketch_text(article))
        self.author_credits.write(article_id, article.authors, fresh=True)
        self._write_entries(article_id, article, seen_at)
        twin = has_duplicate(self.conn, article_id, article.language, article.digest)
        return KeptArticle(
            article_id=article_id,
            fate=Fate.DUPLICATE if twin else Fate.NEW,
            site_key=article.site_key,
            story=article.story,
            complete=article.complete,
        )

    def _update(self, known: dict[str, Any], article: Article, site_key: str, story: str | None, seen_at: str) -> None:
        """Write what changed; with an equal digest the texts stay, and what a page merely omits is not forgotten."""
        columns = make_columns(article)
        if known["digest"] == article.digest:
            for name in (*VERSION_FIELDS, *_DERIVED_FROM_TEXT):
                del columns[name]
            columns["complete"] = int(known["complete"] or article.complete)
        columns = _list_changes(known, columns | {"site_key": site_key, "story": story})
        columns |= {"last_seen_at": seen_at, "status": "live"}
        changes = ", ".join(f"{name} = ?" for name in columns)
        self.conn.execute(f"UPDATE articles SET {changes} WHERE id = ?", (*columns.values(), known["id"]))

    def _revise(self, known: dict[str, Any], article: Article, seen_at: str, capture_id: int | None) -> None:
        article_id, number = known["id"], known["revisions"] + 1
        self.conn.execute("UPDATE articles SET revisions = ? WHERE id = ?", (number, article_id))
        self._write_revision(article_id, number, article, seen_at, capture_id)
        self._index(article_id, article, fresh=False)
        link_copies(self.conn, article_id, article.language, article.digest, _sketch_text(article))
        self.author_credits.write(article_id, article.authors)

    def _write_revision(
        self, article_id: int, number: int, article: Article, seen_at: str, capture_id: int | None
    ) -> None:
        self.conn.execute(
            "INSERT INTO revisions (article_id, number, captured_at, digest, headline, lead, byline, body, capture_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article_id,
                number,
                seen_at,
                article.digest,
                article.headline,
                article.lead,
                article.byline,
                article.body,
                capture_id,
            ),
        )

    def _index(self, article_id: int, article: Article, *, fresh: bool) -> None:
        row = index_row(article.headline, article.lead, article.body, article.byline)
        self.unindexed[article_id] = (self.unindexed.get(article_id, (fresh,))[0], row)

    def _write_entries(self, article_id: int, article: Article, seen_at: str) -> None:
        """Write the See also entries and the translations; entries that have left the page keep their last sighting."""
        entries: dict[str, SeeAlso] = {}
        for entry in article.see_also:
            if entry.address.url_key not in self.forgotten:
                entries.setdefault(entry.address.url_key, entry)
        for key, entry in entries.items():
            moment = entry.published
            self.conn.execute(
                "INSERT INTO see_also (article_id, position, target_url, target_id, headline, published_at,"
                " published_raw, first_seen_at, last_seen_at, target_key, published_on)"
                " VALUES (?1, ?2, ?3, (SELECT article_id FROM addresses WHERE url_key = ?4), ?5, ?6, ?7, ?8, ?8,"
                " ?4, ?9)"
                " ON CONFLICT (article_id, target_key) DO UPDATE SET position = excluded.position,"
                " target_url = excluded.target_url, target_id = excluded.target_id,"
                " headline = coalesce(excluded.headline, headline),"
                " published_at = coalesce(excluded.published_at, published_at),"
                " published_raw = coalesce(excluded.published_raw, published_raw),"
                " published_on = coalesce(excluded.published_on, published_on), last_seen_at = excluded.last_seen_at",
                (
                    article_id,
                    entry.position,
                    entry.address.url,
                    key,
                    entry.headline,
                    moment.value if moment else None,
                    entry.published_raw,
                    seen_at,
                    moment.on if moment else None,
                ),
            )
        for address in article.translations:
            if address.url_key in self.forgotten:
                continue
            self.conn.execute(
                "INSERT INTO translations (article_id, target_key, target_url, language) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (article_id, target_key) DO NOTHING",
                (article_id, address.url_key, address.url, address.language),
            )


def _list_changes(known: dict[str, Any], columns: dict[str, Any]) -> dict[str, Any]:
    """Return those columns of a later reading that are written: not what is equal, nor what a page merely omits."""
    omitted: set[str] = set()
    for first, names in FIELD_GROUPS.items():
        if columns[first] is None and not ARTICLE_COLUMNS[first].kept:
            omitted.update(names)
    changes = {
        name: value
        for name, value in columns.items()
        if name not in omitted
        and (name not in known or known[name] != value)
        and not (value is None and known.get(name) and ARTICLE_COLUMNS[name].kept)
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


def _sketch_text(article: Article) -> str:
    return f"{article.lead}\n\n{article.body}" if article.lead else article.body


def erase_article(conn: sqlite3.Connection, article_id: int) -> None:
    """Delete an article, its versions, links, index row and copies; See also entries of others lead nowhere again.

    Authors that nobody else names go too. Runs inside the caller's transaction.
    """
    (language,) = conn.execute("SELECT language FROM articles WHERE id = ?", (article_id,)).fetchone()
    sketch = conn.execute('SELECT "values" FROM sketches WHERE article_id = ?', (article_id,)).fetchone()
    if sketch is not None:
        conn.executemany(
            "DELETE FROM sketch_bands WHERE language = ? AND value = ? AND article_id = ?",
            [(language, value, article_id) for value in Fingerprint.from_bytes(sketch[0]).band],
        )
    query = "SELECT author_id, variant_id FROM article_authors WHERE article_id = ?"
    credited = select_rows(conn, query, (article_id,)).fetchall()
    for table in _TABLES_OF_ARTICLE:
        conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    conn.execute("DELETE FROM near_copies WHERE article_id = ?1 OR other_id = ?1", (article_id,))
    conn.execute("UPDATE see_also SET target_id = NULL WHERE target_id = ?", (article_id,))
    conn.execute("UPDATE addresses SET article_id = NULL WHERE article_id = ?", (article_id,))
    conn.execute("DELETE FROM articles_fts WHERE rowid = ?", (article_id,))
    conn.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    delete_unnamed(conn, (line["author_id"] for line in credited), (line["variant_id"] for line in credited))
