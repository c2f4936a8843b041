"""Writes a visit: its captures, its article, its links and its place in the queue.

Everything here runs inside one transaction of the caller. What an article becomes (new, unchanged, revised,
duplicate) is decided in :mod:`crawler.archive.write.article`; this module does the rest of a visit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from crawler.archive.database import select_records, select_rows
from crawler.archive.runs.pauses import write_pause
from crawler.archive.write.article import Articles, KeptArticle
from crawler.archive.write.queue import PRIORITY_FOUND, Queue
from crawler.items import Address, Capture, Fate, Link, Problem, Visit
from crawler.normalisation.dates import instant

REVISIT_INTERVALS = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=30),
    timedelta(days=90),
)
"""After how long an article is visited again, by the number of unchanged visits in a row: news is corrected early."""
HOLE_REVISIT_INTERVALS = (timedelta(days=90), timedelta(days=365))
"""After how long a number that a walk found empty is asked for again, by the number of times it was; a link to it
brings it back at once."""
DAY_SETTLED_AFTER = timedelta(days=8)
"""Nothing is added to the listing of a day a week after it."""
YOUNG_REVISIT_INTERVAL = timedelta(days=1)
MAX_IMMEDIATE_RETRIES = 3
"""So many failures in a row, and the next run still tries again; after that the address rests, ever longer."""

_ARTICLE_FATES = (Fate.NEW, Fate.UNCHANGED, Fate.REVISED, Fate.DUPLICATE)
_STATE_OF_FATE = {Fate.GONE: "gone", Fate.REFUSED: "refused", Fate.FAILED: "failed", Fate.UNREADABLE: "failed"}


@dataclass(slots=True)
class VisitWriter:
    """Writes visits into one open archive."""

    db: Database
    queue: Queue
    articles: Articles

    def keep(self, visit: Visit, site: str, run_id: int, now: datetime, suspect_fields: Set[str] | None = None) -> Fate:
        """Write everything of one visit and return its fate; ``suspect_fields`` is as for :meth:`Archive.keep`.

        Raises ValueError for a visit that has neither a fate nor an article.
        """
        visit = self.drop_forgotten(visit, now)
        captured = visit.captures[-1].fetched_at if visit.captures else now
        row = self._address(visit, site, run_id, now)
        capture_ids = self.captures(visit.address.url_key, visit.captures, run_id)
        kept: KeptArticle | None = None
        if visit.article is not None and visit.fate in (None, *_ARTICLE_FATES):
            landed = (visit.landed.url_key,) if visit.landed is not None else ()
            kept = self.articles.keep(
                visit.article,
                (visit.address.url_key, *landed),
                instant(captured),
                capture_ids[-1] if capture_ids else None,
                visit.wall,
                suspect_fields,
            )
            fate = kept.fate
            self._bind(visit, site, run_id, now, kept)
        elif visit.fate is None:
            raise ValueError(f"a visit without a fate and without an article: {visit.address.url}")
        else:
            fate = visit.fate
            if fate is Fate.UNCHANGED and row.article_id is not None:
                self.articles.record_unchanged(row.article_id, instant(captured))
        self._settle(visit, row, kept, fate, run_id, captured)
        self._problems(visit, kept, run_id)
        if visit.pause_until is not None:
            write_pause(self.db.conn, run_id, visit.address.url, captured, visit.pause_until)
        if visit.links:
            self.queue.enqueue(site, visit.links, run_id, now)
        if kept is not None:
            self._lower_depth(visit, kept.article_id)
        return fate

    def drop_forgotten(self, visit: Visit, now: datetime) -> Visit:
        """Return the visit; without its article when that was forgotten and has come back by another address."""
        if visit.article is None or not self.queue.forgotten:
            return visit
        article = visit.article
        own = f"{article.site}/{article.language}/{article.site_key}"
        if self.queue.forgotten.isdisjoint((own, *((visit.landed.url_key,) if visit.landed is not None else ()))):
            return visit
        key = visit.address.url_key
        self.db.conn.execute(
            "INSERT INTO forgotten (url_key, forgotten_at, why) VALUES (?, ?, ?) ON CONFLICT (url_key) DO NOTHING",
            (key, instant(now), f"leads to {own}, which is forgotten"),
        )
        self.queue.forgotten.add(key)
        reason = "leads to an article that is forgotten: forget this address too, its page is in a WARC file"
        problem = Problem(url=visit.address.url, field="page", value=None, reason=reason)
        return replace(visit, article=None, fate=Fate.NOT_AN_ARTICLE, links=(), problems=(problem,), landed=None)

    def mark_visited(self, visit: Visit, site: str, run_id: int, now: datetime) -> None:
        """Note an address that was visited once, without saying when it is due again; a known one stays as it is."""
        known = self.db.conn.execute("SELECT 1 FROM addresses WHERE url_key = ?", (visit.address.url_key,)).fetchone()
        self._address(visit, site, run_id, now)
        if known is None:
            self.db.conn.execute("UPDATE addresses SET state = 'done' WHERE url_key = ?", (visit.address.url_key,))

    def _address(self, visit: Visit, site: str, run_id: int, now: datetime) -> _AddressRow:
        query = "SELECT url, article_id, attempts, unchanged_visits, via, published_on FROM addresses WHERE url_key = ?"
        found = next(select_records(self.db.conn, _AddressRow, query, (visit.address.url_key,)), None)
        if found is None:  # visited without having been queued: a redirect's end, a test, a re-reading
            link = Link(address=visit.address, via="listing", depth=visit.depth)
            self.queue.enqueue(site, (link,), run_id, now)
            return _AddressRow(url=visit.address.url, via="listing")
        self.queue.prefer_spelling(site, visit.address.url_key, found.url, visit.address.url)
        return found

    def captures(self, url_key: str | None, captures: Iterable[Capture], run_id: int) -> list[int]:
        """Index captures; ``url_key`` is None for those that belong to no address of the queue."""
        return [
            int(
                self.db.conn.execute(
                    "INSERT INTO captures (url, fetched_at, status, digest, warc_file, warc_offset, warc_length,"
                    " url_key, run_id, robots) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        capture.url,
                        instant(capture.fetched_at),
                        capture.status,
                        capture.digest,
                        capture.warc_file,
                        capture.warc_offset,
                        capture.warc_length,
                        url_key,
                        run_id,
                        capture.robots,
                    ),
                ).lastrowid
                or 0
            )
            for capture in captures
        ]

    def _bind(self, visit: Visit, site: str, run_id: int, now: datetime, kept: KeptArticle) -> None:
        """Make the visited address, where it landed and the article's own key lead to the article."""
        assert visit.article is not None
        article = visit.article
        own = Address(
            url=article.url,
            url_key=f"{article.site}/{article.language}/{kept.site_key}",
            kind="article",
            language=article.language,
            site_key=kept.site_key,
            story=kept.story,
        )
        met = [visit.address, *((visit.landed,) if visit.landed is not None else ())]
        if article.site_key == kept.site_key:  # else the key is another address's, and this page's spelling not its own
            met.append(own)
        for address in dict.fromkeys(met):
            query = "SELECT article_id, url, state FROM addresses WHERE url_key = ?"
            known = select_rows(self.db.conn, query, (address.url_key,)).fetchone()
            if known is None:
                self.queue.enqueue(site, (Link(address=address, via="listing", depth=visit.depth),), run_id, now)
            elif known["url"] != address.url:
                self.queue.prefer_spelling(site, address.url_key, known["url"], address.url)
            if known is None or known["article_id"] != kept.article_id or known["state"] == "queued":
                self.articles.bind(address.url_key, kept.article_id)
                if address.url_key != visit.address.url_key:
                    # This visit has answered for it: fetching it as well would be the same page again.
                    self.db.conn.execute(
                        "UPDATE addresses SET state = 'done', last_run = ?, attempts = 0 WHERE url_key = ?",
                        (run_id, address.url_key),
                    )
        self.articles.choose_url(kept.article_id, site, article.url)

    def _settle(
        self, visit: Visit, row: _AddressRow, kept: KeptArticle | None, fate: Fate, run_id: int, captured: datetime
    ) -> None:
        """Take the address out of the queue and say when it is due again."""
        article_id = kept.article_id if kept is not None else row.article_id
        is_article = visit.address.kind == "article"
        attempts = row.attempts + 1 if fate in (Fate.FAILED, Fate.UNREADABLE, Fate.REFUSED) else 0
        unchanged = 0 if fate in (Fate.NEW, Fate.REVISED, Fate.DUPLICATE) else row.unchanged_visits + 1
        state = _STATE_OF_FATE.get(fate, "done")
        if fate is Fate.NOT_AN_ARTICLE and is_article:
            state = "hole"
        due = _compute_next_visit(fate, is_article, row, attempts, unchanged, captured)
        good = fate in _ARTICLE_FATES and (kept is None or kept.complete)
        conn = self.db.conn
        conn.execute(
            "UPDATE addresses SET state = ?1, article_id = coalesce(?2, article_id), next_visit_at = ?3, attempts = ?4,"
            " last_status = ?5, last_error = ?6, last_failure = ?16,"
            " etag = CASE WHEN ?7 THEN coalesce(?8, CASE WHEN ?15 THEN etag END) END,"
            " last_modified = CASE WHEN ?7 THEN coalesce(?9, CASE WHEN ?15 THEN last_modified END) END,"
            " last_run = ?10, visits = visits + 1, unchanged_visits = ?11, priority = ?12, depth = min(depth, ?13)"
            " WHERE url_key = ?14",
            (
                state,
                article_id if kept is not None else None,
                due,
                attempts,
                visit.status,
                visit.error,
                good,
                visit.etag,
                visit.last_modified,
                run_id,
                unchanged,
                PRIORITY_FOUND,
                visit.depth,
                visit.address.url_key,
                kept is None,  # "not modified" need not repeat what it was asked with
                visit.failure,
            ),
        )
        if article_id is not None:
            self._schedule(visit, article_id, fate, due, unchanged, captured)

    def _lower_depth(self, visit: Visit, article_id: int) -> None:
        """Let a nearer way count that was found while the page was fetched, or to another of its addresses."""
        nearest, furthest = self.db.conn.execute(
            "SELECT min(depth), max(depth) FROM addresses WHERE article_id = ?", (article_id,)
        ).fetchone()
        if nearest is not None and (nearest < visit.depth or nearest < furthest):
            self.queue.lower_depth(article_id, nearest)

    def _schedule(
        self, visit: Visit, article_id: int, fate: Fate, due: str | None, unchanged: int, captured: datetime
    ) -> None:
        """Let one address of an article be visited again: the one that answered last; and say when it is gone."""
        conn = self.db.conn
        if fate in _ARTICLE_FATES:
            answered = visit.landed if visit.landed is not None else visit.address
            keeper = answered.url_key
            if answered.kind != "article":  # a home page that was an article this once: the article's own key stands in
                due = instant(captured + REVISIT_INTERVALS[0])
                keeper = conn.execute(
                    "SELECT url_key FROM addresses WHERE article_id = ? AND kind = 'article'"
                    " ORDER BY visits DESC, url_key LIMIT 1",
                    (article_id,),
                ).fetchone()[0]
            if keeper != visit.address.url_key:
                conn.execute(
                    "UPDATE addresses SET next_visit_at = ?, etag = ?, last_modified = ?, unchanged_visits = ?"
                    " WHERE url_key = ? AND article_id = ?",
                    (due, visit.etag, visit.last_modified, unchanged, keeper, article_id),
                )
            conn.execute(
                "UPDATE addresses SET next_visit_at = NULL WHERE article_id = ? AND url_key <> ?", (article_id, keeper)
            )
        elif fate in (Fate.GONE, Fate.NOT_AN_ARTICLE):
            other = conn.execute(
                "SELECT url_key FROM addresses WHERE article_id = ? AND url_key <> ? AND state IN ('done', 'queued')"
                " ORDER BY visits DESC, url_key LIMIT 1",
                (article_id, visit.address.url_key),
            ).fetchone()
            if other is not None:  # withdrawn here, but it has another address: ask there before saying it is gone
                conn.execute("UPDATE addresses SET next_visit_at = ? WHERE url_key = ?", (instant(captured), other[0]))
            elif fate is Fate.GONE:
                conn.execute("UPDATE articles SET status = 'gone' WHERE id = ?", (article_id,))

    def _problems(self, visit: Visit, kept: KeptArticle | None, run_id: int) -> None:
        found: list[Problem] = list(visit.problems)
        if visit.article is not None:
            found += [problem for problem in visit.article.problems if problem not in found]
        if kept is not None and kept.problem is not None:
            found.append(kept.problem)
        unchanged = kept is not None and kept.fate is Fate.UNCHANGED
        earlier = self._find_earlier_problems({problem.url for problem in found}) if unchanged and found else set()
        for problem in found:
            value = problem.value if problem.value is None else problem.value[:500]
            if (problem.url, problem.field, value, problem.kind) in earlier:
                continue  # the same page has the same problem at each visit, in whichever words it is told
            self.db.conn.execute(
                "INSERT INTO problems (run_id, url, field, value, reason, kind) VALUES (?, ?, ?, ?, ?, ?)",
                (run_id, problem.url, problem.field, value, problem.reason, problem.kind),
            )

    def _find_earlier_problems(self, urls: set[str]) -> set[tuple[str, str, str | None, str | None]]:
        """Return what was written of the problems of these pages: page, field, value and kind, not the words."""
        query = "SELECT url, field, value, kind FROM problems WHERE url IN (SELECT value FROM json_each(?))"
        return set(self.db.conn.execute(query, (json.dumps(sorted(urls)),)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _AddressRow:
    url: str
    via: str
    article_id: int | None = None
    attempts: int = 0
    unchanged_visits: int = 0
    published_on: str | None = None
    """Of a walked listing its day."""


def _compute_next_visit(
    fate: Fate, is_article: bool, row: _AddressRow, attempts: int, unchanged: int, captured: datetime
) -> str | None:
    """Say when an address is visited again; listings, feeds and home pages are ways in and come with each run.

    Of what was walked over, a day that was young when it was read is read once more, and a hole rests for long.
    """
    if not is_article and row.via != "by_day":
        return None
    if not is_article and fate is Fate.NOT_AN_ARTICLE:
        young = row.published_on is not None and captured - _midnight(row.published_on) < DAY_SETTLED_AFTER
        return instant(captured + YOUNG_REVISIT_INTERVAL) if young else None
    if row.via == "by_id" and row.article_id is None and fate in (Fate.NOT_AN_ARTICLE, Fate.GONE):
        return instant(captured + HOLE_REVISIT_INTERVALS[min(unchanged, len(HOLE_REVISIT_INTERVALS)) - 1])
    last = len(REVISIT_INTERVALS) - 1
    match fate:
        case Fate.FAILED:
            step = None if attempts <= MAX_IMMEDIATE_RETRIES else min(attempts - MAX_IMMEDIATE_RETRIES, last)
            return instant(captured if step is None else captured + REVISIT_INTERVALS[step])
        case Fate.UNREADABLE | Fate.REFUSED:
            return instant(captured + REVISIT_INTERVALS[min(attempts + 1, last)])
        case Fate.NOT_AN_ARTICLE:
            return instant(captured + REVISIT_INTERVALS[min(unchanged + 2, last)])
        case Fate.GONE:
            return instant(captured + REVISIT_INTERVALS[min(unchanged + 4, last)])
        case _:
            return instant(captured + REVISIT_INTERVALS[min(unchanged, last)])


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
