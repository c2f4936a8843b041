"""Writes visits in any order: inserts a page that was fetched before the newest one into the article's history.

A crawl goes forward in time; captures from other people's files may be older than those archived. They add revisions at
their time, never change the present text, and change no date of a next visit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from crawler.archive.articles.parts import IS_FIRST
from crawler.archive.articles.readings import ReadFormer, Reading, Revision, SeeAlsoRow, load_reading
from crawler.archive.articles.truncation import ArchivedTexts, explain_truncation
from crawler.archive.database import select_records, select_rows
from crawler.archive.write.addresses.address_state import list_addresses
from crawler.archive.write.articles.former_reading import FormerReading
from crawler.archive.write.articles.readings import write_reading
from crawler.archive.write.visit import VisitWriter
from crawler.items import Article, Fate, Visit
from crawler.normalisation.dates.moments import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sighting:
    """The instant at which a text was seen again, and its capture."""

    seen_at: str
    capture_id: int | None = None


@dataclass(slots=True)
class HistoryWriter:
    """Writes visits in any order; a visit that is the newest of its article is written as by a crawl."""

    visit_writer: VisitWriter
    read_former: ReadFormer | None = None
    """As for :meth:`crawler.archive.Archive.keep`."""

    def keep(self, visit: Visit, site: str, run_id: int, now: datetime) -> Fate:
        """Write a visit at the time of its answer, and return its fate."""
        visit = self.visit_writer.drop_forgotten(visit, now)
        if not visit.captures:  # of a forgotten article
            return self._keep_newest(visit, site, run_id, now)
        captured = instant(visit.captures[-1].fetched_at)
        conn = self.visit_writer.db.conn
        keys = (visit.address.url_key, *((visit.landed.url_key,) if visit.landed is not None else ()))
        article_id = None
        if visit.article is not None:
            article_id = self.visit_writer.articles.find_known(visit.article, keys)
        if article_id is None:
            query = "SELECT article_id FROM addresses WHERE url_key = ?"
            row = conn.execute(query, (visit.address.url_key,)).fetchone()
            article_id = row[0] if row is not None else None
        last_seen_at = conn.execute(
            f"SELECT max(fetched_at) FROM captures c WHERE url_key = ? AND {IS_FIRST}", (visit.address.url_key,)
        ).fetchone()[0]
        if article_id is not None:
            article_seen_at = conn.execute("SELECT last_seen_at FROM articles WHERE id = ?", (article_id,)).fetchone()[
                0
            ]
            last_seen_at = max(last_seen_at or "", article_seen_at)
        if last_seen_at is None or last_seen_at <= captured:
            return self._keep_newest(visit, site, run_id, now)
        return self._write_earlier(visit, site, run_id, now, article_id, captured)

    def _keep_newest(self, visit: Visit, site: str, run_id: int, now: datetime) -> Fate:
        return self.visit_writer.keep(visit, site, run_id, now, read_former=self.read_former)

    def _write_earlier(
        self, visit: Visit, site: str, run_id: int, now: datetime, article_id: int | None, captured: str
    ) -> Fate:
        writer, conn = self.visit_writer, self.visit_writer.db.conn
        article = visit.article
        if article is not None and article_id is None:  # a later answer was no article: this one is new all the same
            before = select_rows(
                conn,
                "SELECT state, next_visit_at, last_status, last_error, last_failure, attempts, etag, last_modified"
                " FROM addresses WHERE url_key = ?",
                (visit.address.url_key,),
            ).fetchone()
            fate = self._keep_newest(visit, site, run_id, now)
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
        writer.mark_visited(visit, site, run_id, now)
        capture_ids = writer.captures.index_captures(visit.address.url_key, visit.captures, run_id)
        writer.captures.index_parts(visit, capture_ids[-1], run_id)
        fate = visit.fate or Fate.UNCHANGED
        if article is not None and article_id is not None:
            whole = self._is_as_complete(article_id, article) and not (
                visit.wall and self._is_truncated(article_id, article, visit.wall)
            )
            former = FormerReading(writer.articles, writer.queue, self.read_former, run_id, capture_ids[0], now)
            fate = Fate.UNREADABLE
            if whole:
                fate = self._insert_version(article_id, article, captured, capture_ids[-1], former)
                former.keep_for_undo(article_id)
            for url_key in {visit.address.url_key, *((visit.landed.url_key,) if visit.landed else ())}:
                writer.articles.bind(url_key, article_id)
            urls = [row["url"] for row in list_addresses(conn, article_id) if row["kind"] == "article"]
            writer.articles.choose_url(article_id, site, article.url, urls)
        writer.enqueue_links(visit, site, run_id, now)
        return fate

    def _is_as_complete(self, article_id: int, article: Article) -> bool:
        """Return True if a page is whole, or only one that lacks further pages as the archived article does."""
        (complete,) = self.visit_writer.db.conn.execute(
            "SELECT complete FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        return article.complete or bool(article.further_pages and not complete)

    def _is_truncated(self, article_id: int, article: Article, wall: str) -> bool:
        """Return True if a paywall truncates the text; a short first version of a story is not truncated."""
        query = "SELECT lead, body, byline, dateline, 0 AS see_also FROM articles WHERE id = ?"
        archived = next(select_records(self.visit_writer.db.conn, ArchivedTexts, query, (article_id,)))
        return explain_truncation(archived, article, wall) is not None

    def _insert_version(
        self, article_id: int, article: Article, captured: str, capture_id: int, former: FormerReading
    ) -> Fate:
        """Insert a version among the others by its time, and return its fate; the last version stays the last."""
        articles = self.visit_writer.articles
        conn = articles.conn
        reading_before, position = self._find_position(article_id, captured)
        neighbours = reading_before.revisions[max(position - 1, 0) : position + 1]
        if all(revision.digest != article.digest for revision in neighbours):
            first_number = max(position, 1)
            if former.refresh(article_id, range(first_number, first_number + len(neighbours))):
                reading_before, position = self._find_position(article_id, captured)
        revisions = list(reading_before.revisions)
        before = revisions[position - 1] if position else None
        after = revisions[position] if position < len(revisions) else None
        fate = Fate.UNCHANGED
        if after is not None and after.digest == article.digest:
            if before is None or before.digest != article.digest:
                revisions[position] = after._replace(captured_at=captured, capture_id=capture_id)
        elif before is None or before.digest != article.digest:
            fate = Fate.REVISED
            revision = Revision(
                captured, article.digest, article.headline, article.lead, article.byline, article.body, capture_id
            )
            revisions.insert(position, revision)
            if before is not None and (
                next_sighting := self._find_next_sighting(article_id, captured, after, capture_id)
            ):
                revisions.insert(
                    position + 1,
                    before._replace(
                        captured_at=next_sighting.seen_at, capture_id=next_sighting.capture_id, unverified=0
                    ),
                )
            if former.is_unread:
                for index in range(max(position, 1), min(position + 2, len(revisions))):
                    revisions[index] = revisions[index]._replace(unverified=1)
        entries = {entry.target_key: entry for entry in reading_before.see_also}
        for link in article.see_also:
            moment, key = link.published, link.address.url_key
            if key in articles.forgotten:
                continue
            entry = entries.get(key)
            entries[key] = (
                entry._replace(first_seen_at=min(entry.first_seen_at, captured))
                if entry is not None
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
        reading = replace(
            reading_before, revisions=tuple(revisions), see_also=tuple(entries[key] for key in sorted(entries))
        )
        write_reading(articles, article_id, reading, reading_before)
        conn.execute("UPDATE articles SET first_seen_at = min(first_seen_at, ?) WHERE id = ?", (captured, article_id))
        return fate

    def _find_position(self, article_id: int, captured: str) -> tuple[Reading, int]:
        """Return the archived reading, and how many of its versions are not younger than a capture."""
        reading = load_reading(self.visit_writer.db.conn, article_id)
        assert reading is not None
        return reading, sum(revision.captured_at <= captured for revision in reading.revisions)

    def _find_next_sighting(
        self, article_id: int, captured: str, after: Revision | None, capture_id: int
    ) -> _Sighting | None:
        """Return the next sighting, after this version, of the text before it; None when there is none."""
        conn = self.visit_writer.db.conn
        until = after.captured_at if after is not None else "9999"
        sightings = select_records(
            conn,
            _Sighting,
            "SELECT c.fetched_at AS seen_at, c.id AS capture_id FROM captures c"
            " JOIN addresses a ON a.url_key = c.url_key"
            " WHERE a.article_id = ? AND c.fetched_at > ? AND c.fetched_at < ? AND c.status BETWEEN 200 AND 299"
            f" AND c.id <> ? AND {IS_FIRST} ORDER BY c.fetched_at, c.id LIMIT 1",
            (article_id, captured, until, capture_id),
        )
        sighting = next(sightings, None)
        if sighting is not None:
            return sighting
        last = conn.execute("SELECT last_seen_at FROM articles WHERE id = ?", (article_id,)).fetchone()[0]
        return _Sighting(seen_at=last) if after is None and last > captured else None
