"""Gives a page that was fetched before the newest one known its place in the article's past.

A crawl goes forward in time; captures from other people's files may lie before what is archived. They add revisions
where they belong, never change the present text, and move no date of a next visit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from crawler.archive.articles.readings import Revision, SeeAlsoRow, load_reading
from crawler.archive.articles.truncation import ArchivedTexts, explain_truncation
from crawler.archive.database import select_records, select_rows
from crawler.archive.write.readings import write_reading
from crawler.archive.write.visit import VisitWriter
from crawler.items import Article, Fate, Visit
from crawler.normalisation.dates import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sighting:
    """When a text was met once more, and by which capture."""

    at: str
    capture_id: int | None = None


@dataclass(slots=True)
class HistoryWriter:
    """Keeps visits in whatever order they are given; what is newest so far is kept as a crawl would."""

    visit_writer: VisitWriter

    def keep(self, visit: Visit, site: str, run_id: int, now: datetime) -> Fate:
        """Keep a visit by the time of its answer, and return its fate."""
        visit = self.visit_writer.drop_forgotten(visit, now)
        captured = instant(visit.captures[-1].fetched_at)
        conn = self.visit_writer.db.conn
        keys = (visit.address.url_key, *((visit.landed.url_key,) if visit.landed is not None else ()))
        known = None
        if visit.article is not None:
            known = self.visit_writer.articles.known(visit.article, keys)
        if known is None:
            query = "SELECT article_id FROM addresses WHERE url_key = ?"
            row = conn.execute(query, (visit.address.url_key,)).fetchone()
            known = row[0] if row is not None else None
        seen = conn.execute(
            "SELECT max(fetched_at) FROM captures WHERE url_key = ?", (visit.address.url_key,)
        ).fetchone()[0]
        if known is not None:
            last = conn.execute("SELECT last_seen_at FROM articles WHERE id = ?", (known,)).fetchone()[0]
            seen = max(seen or "", last)
        if seen is None or seen <= captured:
            return self.visit_writer.keep(visit, site, run_id, now)
        return self._keep_earlier(visit, site, run_id, now, known, captured)

    def _keep_earlier(
        self, visit: Visit, site: str, run_id: int, now: datetime, known: int | None, captured: str
    ) -> Fate:
        keeper, conn = self.visit_writer, self.visit_writer.db.conn
        article = visit.article
        if article is not None and known is None:  # answered later with something else: the article is new all the same
            before = select_rows(
                conn,
                "SELECT state, next_visit_at, last_status, last_error, last_failure, attempts, etag, last_modified"
                " FROM addresses WHERE url_key = ?",
                (visit.address.url_key,),
            ).fetchone()
            fate = keeper.keep(visit, site, run_id, now)
            conn.execute(
                "UPDATE addresses SET state = ?, next_visit_at = ?, last_status = ?, last_error = ?, last_failure = ?,"
                " attempts = ?, etag = ?, last_modified = ? WHERE url_key = ?",
                (*before, visit.address.url_key),
            )
            if before["state"] == "gone":
                conn.execute(
                    "UPDATE articles SET status = 'gone' WHERE id ="
                    " (SELECT article_id FROM addresses WHERE url_key = ?)",
                    (visit.address.url_key,),
                )
            return fate
        keeper.mark_visited(visit, site, run_id, now)
        ids = keeper.captures(visit.address.url_key, visit.captures, run_id)
        fate = visit.fate or Fate.UNCHANGED
        if article is not None and known is not None:
            whole = article.complete and not (visit.wall and self._kept_back(known, article, visit.wall))
            fate = self._insert(known, article, captured, ids[-1]) if whole else Fate.UNREADABLE
            for url_key in {visit.address.url_key, *((visit.landed.url_key,) if visit.landed else ())}:
                keeper.articles.bind(url_key, known)
            keeper.articles.choose_url(known, site, article.url)
        if visit.links:
            keeper.queue.enqueue(site, visit.links, run_id, now)
        return fate

    def _kept_back(self, article_id: int, article: Article, wall: str) -> bool:
        """Return True if a wall let through only a part; a first, short version of a story is no such part."""
        query = "SELECT lead, body, byline, dateline, 0 AS see_also FROM articles WHERE id = ?"
        archived = next(select_records(self.visit_writer.db.conn, ArchivedTexts, query, (article_id,)))
        return explain_truncation(archived, article, wall) is not None

    def _insert(self, article_id: int, article: Article, captured: str, capture_id: int) -> Fate:
        """Put one version among the others by its time; the last one stays the last."""
        articles = self.visit_writer.articles
        conn = articles.conn
        former = load_reading(conn, article_id)
        assert former is not None
        revisions = list(former.revisions)
        place = sum(revision.captured_at <= captured for revision in revisions)
        before = revisions[place - 1] if place else None
        after = revisions[place] if place < len(revisions) else None
        fate = Fate.UNCHANGED
        if after is not None and after.digest == article.digest:
            if before is None or before.digest != article.digest:
                revisions[place] = after._replace(captured_at=captured, capture_id=capture_id)
        elif before is None or before.digest != article.digest:
            fate = Fate.REVISED
            new = Revision(
                captured, article.digest, article.headline, article.lead, article.byline, article.body, capture_id
            )
            revisions.insert(place, new)
            if before is not None and (again := self._seen_again(article_id, captured, after, capture_id)):
                revisions.insert(place + 1, before._replace(captured_at=again.at, capture_id=again.capture_id))
        entries = {entry.target_key: entry for entry in former.see_also}
        for link in article.see_also:
            moment, key = link.published, link.address.url_key
            if key in articles.forgotten:
                continue
            old = entries.get(key)
            entries[key] = (
                old._replace(first_seen_at=min(old.first_seen_at, captured))
                if old is not None
                else SeeAlsoRow(
                    key,
                    link.position,
                    link.address.url,
                    link.headline,
                    moment.value if moment else None,
                    link.published_raw,
                    moment.on if moment else None,
                    captured,
                    captured,
                )
            )
        reading = replace(former, revisions=tuple(revisions), see_also=tuple(entries[key] for key in sorted(entries)))
        write_reading(articles, article_id, reading, former)
        conn.execute("UPDATE articles SET first_seen_at = min(first_seen_at, ?) WHERE id = ?", (captured, article_id))
        return fate

    def _seen_again(self, article_id: int, captured: str, after: Revision | None, capture_id: int) -> _Sighting | None:
        """Return when the text before this version was met again after it, and by which capture."""
        conn = self.visit_writer.db.conn
        until = after.captured_at if after is not None else "9999"
        found = select_records(
            conn,
            _Sighting,
            "SELECT c.fetched_at AS at, c.id AS capture_id FROM captures c JOIN addresses a ON a.url_key = c.url_key"
            " WHERE a.article_id = ? AND c.fetched_at > ? AND c.fetched_at < ? AND c.status BETWEEN 200 AND 299"
            " AND c.id <> ? ORDER BY c.fetched_at, c.id LIMIT 1",
            (article_id, captured, until, capture_id),
        )
        sighting = next(found, None)
        if sighting is not None:
            return sighting
        last = conn.execute("SELECT last_seen_at FROM articles WHERE id = ?", (article_id,)).fetchone()[0]
        return _Sighting(at=last) if after is None and last > captured else None
