"""Articles: a reading goes in; the archive says whether it is new, unchanged, revised or a duplicate, and writes it.

Identity is ``(site, language, site_key)``. A page of the 2026 addresses tells no number: it is matched by
language, headline and day with an article of which exactly one of the two has a number; the number wins.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import Any

from crawler.archive.write.credits import AuthorCredits
from crawler.archive.write.near_copies import has_duplicate, link_copies, reorder_copies
from crawler.archive.write.truncation import LOSS_REASON, ArchivedTexts, explain_truncation, find_lost_fields
from crawler.items import Article, Fate, Problem, ProblemKind, SeeAlso
from crawler.normalisation.text import fold
from crawler.normalisation.tokenizer import EVERY_ARTICLE, make_search_text

_KNOWN_COLUMNS = (
    "id, site_key, story, kicker, dateline, dateline_place, dateline_agencies, published_at, published_on, "
    "published_precision, published_raw, published_guessed, modified_at, modified_raw, sources, complete, digest, "
    "revisions, status, url"
)


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

        ``wall`` are the words by which its page says that it keeps its text back; ``doubted`` is as for
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
        key = _headline_key(article)
        return self._row(
            "site = ? AND language = ? AND published_on = ? AND headline_key = ?"
            " AND (site_key NOT GLOB '*[^0-9]*') <> ? ORDER BY digest <> ?, length(site_key), site_key LIMIT 1",
            (article.site, article.language, article.published.on, key, numeric, article.digest),
        )

    def _was_missed_before(self, article_id: int, url: str, value: str) -> bool:
        """Say whether a visit since the article was seen whole has told of the same loss."""
        query = (
            "SELECT 1 FROM problems p JOIN runs r ON r.id = p.run_id WHERE p.url = ? AND p.value = ?"
            " AND p.kind = 'loss' AND r.started_at > (SELECT last_seen_at FROM articles WHERE id = ?)"
        )
        return self.conn.execute(query, (url, value, article_id)).fetchone() is not None

    def _load_archived_texts(self, article_id: int) -> ArchivedTexts:
        *texts, see_also = self.conn.execute(
            "SELECT lead, body, byline, dateline, (SELECT count(*) FROM see_also s WHERE s.article_id = a.id"
            " AND s.last_seen_at = a.last_seen_at) FROM articles a WHERE a.id = ?",
            (article_id,),
        ).fetchone()
        lead, body, byline, dateline = texts
        return ArchivedTexts(lead=lead, body=body, byline=byline, dateline=dateline, see_also=see_also)

    def _row(self, where: str, values: tuple[Any, ...]) -> dict[str, Any] | None:
        row = self.conn.execute(f"SELECT {_KNOWN_COLUMNS} FROM articles WHERE {where}", values).fetchone()
        return None if row is None else dict(zip(_KNOWN_COLUMNS.split(", "), row, strict=True))

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
            for name in ("headline", "lead", "byline", "body", "word_count", "digest", "headline_key"):
                del columns[name]
            columns["complete"] = int(known["complete"] or article.complete)
        columns |= {"site_key": site_key, "story": story}
        if article.published is None:
            for name in ("published_at", "published_on", "published_precision", "published_raw", "published_guessed"):
                del columns[name]
        kept = ("kicker", "modified_at", "modified_raw", "dateline", "dateline_place")
        columns = {
            name: value
            for name, value in columns.items()
            if (name not in known or known[name] != value) and not (value is None and name in kept and known[name])
        }
        if columns.get("dateline_agencies") == "[]" and "dateline" not in columns:
            del columns["dateline_agencies"]
        for name, key in (("dateline_place", "place_key"), ("kicker", "kicker_key")):
            if not columns.get(name):
                columns.pop(key, None)
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


def index_row(headline: str, lead: str | None, body: str, byline: str | None) -> tuple[str, str, str, str]:
    """Return what the search index holds of an article: headline, lead, body, byline."""
    return (
        make_search_text(headline),
        make_search_text(lead),
        make_search_text(body),
        f"{make_search_text(byline)} {EVERY_ARTICLE}".strip(),
    )


def make_columns(article: Article) -> dict[str, Any]:
    """Return what a reading writes into the row of its article."""
    published, modified = article.published, article.modified
    return {
        "headline": article.headline,
        "kicker": article.kicker,
        "lead": article.lead,
        "byline": article.byline,
        "dateline": article.dateline,
        "dateline_place": article.dateline_place,
        "dateline_agencies": json.dumps(article.dateline_agencies, ensure_ascii=False),
        "body": article.body,
        "word_count": article.word_count,
        "published_at": published.value if published else None,
        "published_on": published.on if published else None,
        "published_precision": published.precision if published else None,
        "published_raw": published.raw if published else None,
        "published_guessed": int(published.guessed) if published else 0,
        "modified_at": modified.value if modified else None,
        "modified_raw": modified.raw if modified else None,
        "digest": article.digest,
        "sources": json.dumps(dict(article.sources), ensure_ascii=False),
        "complete": int(article.complete),
        "headline_key": _headline_key(article),
        "place_key": make_search_text(article.dateline_place) or None,
        "kicker_key": make_search_text(article.kicker) or None,
    }


def _is_number(site_key: str) -> bool:
    return site_key.isascii() and site_key.isdecimal()


def _headline_key(article: Article) -> str:
    return " ".join(fold(article.headline).split())


def _sketch_text(article: Article) -> str:
    return f"{article.lead}\n\n{article.body}" if article.lead else article.body
