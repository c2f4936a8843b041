"""Writes a visit: its captures, its article, its links and the state of its address.

All functions run inside one transaction of the caller. :mod:`crawler.archive.write.articles.article` decides the fate
of an article (new, unchanged, revised, duplicate); this module writes the rest of a visit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlite_utils import Database

from crawler.archive.articles.captures import find_capture_id
from crawler.archive.articles.parts import write_parts
from crawler.archive.articles.readings import ReadFormer
from crawler.archive.database import select_rows
from crawler.archive.runs.pauses import write_pause
from crawler.archive.write.addresses.claim_filter import PRIORITY_FOUND
from crawler.archive.write.addresses.losses import has_open_losses, replace_losses
from crawler.archive.write.addresses.queue import Queue
from crawler.archive.write.addresses.revisits import REVISIT_INTERVALS, compute_next_visit
from crawler.archive.write.addresses.sitemaps import is_read_whole, keep_sitemap_links
from crawler.archive.write.addresses.visited_address import VisitedAddress, find_visited
from crawler.archive.write.articles.article import Articles, KeptArticle
from crawler.archive.write.articles.former import FormerReading
from crawler.archive.write.articles.problems import ProblemWriter
from crawler.archive.write.tombstones import forget_address, list_captures
from crawler.items import Address, Capture, Fate, Link, Visit
from crawler.normalisation.dates.moments import instant

_ARTICLE_FATES = (Fate.NEW, Fate.UNCHANGED, Fate.REVISED, Fate.DUPLICATE)
_FATES_OF_NEW = (Fate.NEW, Fate.DUPLICATE)
_STATE_OF_FATE = {Fate.GONE: "gone", Fate.REFUSED: "refused", Fate.FAILED: "failed", Fate.UNREADABLE: "failed"}


@dataclass(slots=True)
class VisitWriter:
    """Writes visits into one open archive."""

    db: Database
    queue: Queue
    articles: Articles
    problems: ProblemWriter = field(init=False)
    _lacks_nothing: bool = False
    """True while a batch is written into an archive without open losses, which no visit opens."""

    def __post_init__(self) -> None:
        self.problems = ProblemWriter(self.db.conn)

    @contextmanager
    def hold_batch(self, visits: Sequence[Visit]) -> Iterator[None]:
        """Ask once, for all of these visits, what seldom has an answer: losses, doubts, edits of authors."""
        self._lacks_nothing = not has_open_losses(self.db)
        try:
            with self.articles.author_credits.hold_edits(), self.problems.hold_doubts(visits):
                yield
        finally:
            self._lacks_nothing = False

    def keep(
        self,
        visit: Visit,
        site: str,
        run_id: int,
        now: datetime,
        suspect_fields: Set[str] | None = None,
        read_former: ReadFormer | None = None,
    ) -> Fate:
        """Write everything of one visit and return its fate; the last two arguments are as for :meth:`Archive.keep`.

        Raises ValueError for a visit that has neither a fate nor an article.
        """
        visit = self.drop_forgotten(visit, now)
        captured_at = visit.captures[-1].fetched_at if visit.captures else now
        row = self._load_address(visit, site, run_id, now)
        self.index_captures(None, visit.loose, run_id)
        capture_ids = self.index_captures(visit.address.url_key, visit.captures, run_id)
        self.index_parts(visit, capture_ids[-1] if capture_ids else None, run_id)
        result: KeptArticle | None = None
        if visit.article is not None and visit.fate in (None, *_ARTICLE_FATES):
            landed = (visit.landed.url_key,) if visit.landed is not None else ()
            former = FormerReading(self.articles, self.queue, read_former, run_id, next(iter(capture_ids), None), now)
            result = self.articles.keep(
                visit.article,
                (visit.address.url_key, *landed),
                instant(captured_at),
                capture_ids[-1] if capture_ids else None,
                visit.wall,
                suspect_fields,
                former.refresh,
                visit.prepared,
            )
            former.settle(result)
            fate = result.fate
            if not result.complete:  # "not modified" would tell of what is not archived
                visit = replace(visit, etag=None, last_modified=None)
            self._bind_addresses(visit, site, run_id, now, result, row)
        elif visit.fate is None:
            raise ValueError(f"a visit without a fate and without an article: {visit.address.url}")
        else:
            fate = visit.fate
            if fate is Fate.UNCHANGED and row.article_id is not None:
                self.articles.record_unchanged(row.article_id, instant(captured_at))
        addresses = self._update_address(visit, row, result, fate, run_id, captured_at)
        if visit.article is not None and result is not None:
            urls = {address["url"] for address in addresses if address["kind"] == "article"}
            if fate not in _FATES_OF_NEW or not urls <= {visit.article.url}:  # else it cites the only one there is
                self.articles.choose_url(result.article_id, site, visit.article.url, urls)
        self.problems.write(visit, result, run_id)
        if visit.pause_until is not None:
            write_pause(self.db.conn, run_id, visit.address.url, captured_at, visit.pause_until)
        self.enqueue_links(visit, site, run_id, now)
        if result is not None:
            self._lower_depth(visit, result.article_id, [address["depth"] for address in addresses])
        return fate

    def enqueue_links(self, visit: Visit, site: str, run_id: int, now: datetime) -> None:
        """Queue the links of a visit, of a sitemap the newest that are not known.

        The next page of a listing or feed is queued only where this page led to an article that was not known.
        """
        if any(link.via == "sitemap" for link in (*visit.links, *visit.noted)):
            keep_sitemap_links(self.queue, visit, site, run_id, now)
            return
        articles = [link for link in visit.links if link.address.kind == "article"]
        newly_queued = self.queue.enqueue(site, articles, run_id, now)
        others = [link for link in visit.links if link.address.kind != "article" and (newly_queued or not link.is_next)]
        self.queue.enqueue(site, others, run_id, now)

    def drop_forgotten(self, visit: Visit, now: datetime) -> Visit:
        """Return the visit, without article and captures when it led to a forgotten article by another address.

        The address is forgotten too, and the records of the visit are listed to be erased.
        """
        if not self.queue.forgotten:
            return visit
        article, address = visit.article, visit.address
        keys = [f"{article.site}/{article.language}/{article.site_key}"] if article is not None else []
        keys += [visit.landed.url_key] if visit.landed is not None else []
        if self.queue.forgotten.isdisjoint(keys):
            return visit
        if address.kind in ("article", "other"):
            forget_address(self.db.conn, address.url_key, keys, now)
            self.queue.forgotten.add(address.url_key)
        list_captures(self.db.conn, keys, (*visit.captures, *(part.capture for part in visit.parts)))
        visit = replace(visit, article=None, fate=Fate.NOT_AN_ARTICLE, error=None)
        return replace(visit, links=(), problems=(), landed=None, captures=(), parts=())

    def mark_visited(self, visit: Visit, site: str, run_id: int, now: datetime) -> None:
        """Mark an address as visited without a date of the next visit; an address that is known stays unchanged."""
        row = self.db.conn.execute("SELECT 1 FROM addresses WHERE url_key = ?", (visit.address.url_key,)).fetchone()
        self._load_address(visit, site, run_id, now)
        if row is None:
            self.db.conn.execute("UPDATE addresses SET state = 'done' WHERE url_key = ?", (visit.address.url_key,))

    def _load_address(self, visit: Visit, site: str, run_id: int, now: datetime) -> VisitedAddress:
        row = find_visited(self.db.conn, visit.address.url_key)
        if row is None:  # visited without having been queued: the end of a redirect, a test, a rereading
            link = Link(address=visit.address, via="listing", depth=visit.depth)
            self.queue.enqueue(site, (link,), run_id, now)
            return VisitedAddress(url=visit.address.url, via="listing")
        url = self.queue.prefer_spelling(site, visit.address.url_key, row.url, visit.address.url)
        return row if url == row.url else row._replace(url=url)

    def index_parts(self, visit: Visit, first_capture_id: int | None, run_id: int) -> None:
        """Insert the captures of an article's further pages that are not archived yet, as parts of its first page."""
        if first_capture_id is None or not visit.parts:
            return
        capture_ids = {}
        for part in visit.parts:
            capture_id = find_capture_id(self.db.conn, part.capture)
            if capture_id is None:
                [capture_id] = self.index_captures(visit.address.url_key, (part.capture,), run_id, is_part=True)
            capture_ids[part.number] = capture_id
        write_parts(self.db.conn, first_capture_id, capture_ids)

    def index_captures(
        self, url_key: str | None, captures: Iterable[Capture], run_id: int, *, is_part: bool = False
    ) -> list[int]:
        """Insert captures and return their ids; ``url_key`` is None for captures of no address of the queue.

        A whole answer takes the place of captures of its address that are lost; ``is_part`` says that it is one of a
        further page, which takes that of its own former captures alone.
        """
        captures = tuple(captures)
        capture_ids = [
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
        reservations = [
            (capture_id, reservation.kind, reservation.source, reservation.value)
            for capture_id, capture in zip(capture_ids, captures, strict=True)
            for reservation in capture.reservations or ()
        ]
        if reservations:
            self.db.conn.executemany(
                "INSERT INTO reservations (capture_id, kind, source, value) VALUES (?, ?, ?, ?)", reservations
            )
        if self._lacks_nothing:
            return capture_ids
        for capture_id, capture in zip(capture_ids, captures, strict=True):
            if capture.status == 200 or capture.url.endswith("/robots.txt"):
                replace_losses(self.db, url_key, capture.url, capture_id, is_part=is_part)
        return capture_ids

    def index_found(self, captures: Iterable[tuple[str | None, Capture]], run_id: int) -> None:
        """Insert captures that no visit brought, with the identities of their addresses where these are known.

        An answer of status 304 moves the time at which its article was last seen.
        """
        for url_key, capture in captures:
            self.index_captures(url_key, (capture,), run_id)
            if capture.status == 304 and url_key is not None:
                self.db.conn.execute(
                    "UPDATE articles SET last_seen_at = max(last_seen_at, ?)"
                    " WHERE id = (SELECT article_id FROM addresses WHERE url_key = ?)",
                    (instant(capture.fetched_at), url_key),
                )

    def _bind_addresses(
        self, visit: Visit, site: str, run_id: int, now: datetime, result: KeptArticle, visited: VisitedAddress
    ) -> None:
        """Bind the visited address, the one where it landed, and the article's own address to the article.

        ``visited`` is the row of the visited address as it was before the article was written.
        """
        assert visit.article is not None
        article = visit.article
        own_address = Address(
            url=article.url,
            url_key=f"{article.site}/{article.language}/{result.site_key}",
            kind="article",
            language=article.language,
            site_key=result.site_key,
            story=result.story,
        )
        addresses = [visit.address, *((visit.landed,) if visit.landed is not None else ())]
        joined = {page.number for page in article.further_pages}
        addresses += [part.address for part in visit.parts if part.address.kind == "article" and part.number in joined]
        if (
            article.site_key == result.site_key
        ):  # else the key is that of another address, and this page's spelling is not its own
            addresses.append(own_address)
        for address in dict.fromkeys(addresses):
            row: VisitedAddress | None = visited
            if address != visit.address or visited.state is None or result.fate not in _FATES_OF_NEW:
                row = find_visited(self.db.conn, address.url_key)
            if row is None:
                self.queue.enqueue(site, (Link(address=address, via="listing", depth=visit.depth),), run_id, now)
            elif row.url != address.url:
                self.queue.prefer_spelling(site, address.url_key, row.url, address.url)
            if row is None or row.article_id != result.article_id or row.state == "queued":
                if address.url_key == visit.address.url_key:  # its row is written as a whole when its fate is known
                    self.articles.bind_entries(address.url_key, result.article_id)
                    continue
                self.articles.bind(address.url_key, result.article_id)
                # This visit has brought its page: fetching the address too would bring the same page again.
                self.db.conn.execute(
                    "UPDATE addresses SET state = 'done', last_run = ?, attempts = 0 WHERE url_key = ?",
                    (run_id, address.url_key),
                )

    def list_addresses(self, article_id: int) -> list[sqlite3.Row]:
        """Return ``url_key``, ``url``, ``kind`` and ``depth`` of all addresses of an article."""
        query = "SELECT url_key, url, kind, depth FROM addresses WHERE article_id = ?"
        return select_rows(self.db.conn, query, (article_id,)).fetchall()

    def _update_address(
        self,
        visit: Visit,
        row: VisitedAddress,
        result: KeptArticle | None,
        fate: Fate,
        run_id: int,
        captured_at: datetime,
    ) -> list[sqlite3.Row]:
        """Write the state of the address after a visit, and the instant of its next one.

        Returns the addresses of the article that it leads to; none where it leads to none.
        """
        article_id = result.article_id if result is not None else row.article_id
        is_article = visit.address.kind == "article"
        attempts = row.attempts + 1 if fate in (Fate.FAILED, Fate.UNREADABLE, Fate.REFUSED) else 0
        unchanged = 0 if fate in (Fate.NEW, Fate.REVISED, Fate.DUPLICATE) else row.unchanged_visits + 1
        state = _STATE_OF_FATE.get(fate, "done")
        if fate is Fate.NOT_AN_ARTICLE and is_article:
            state = "hole"
        next_visit_at = compute_next_visit(
            fate, is_article, row.via, row.published_on, row.article_id is not None, attempts, unchanged, captured_at
        )
        # Of an article on several pages "not modified" would tell of the first one alone.
        is_good = fate in _ARTICLE_FATES and (result is None or result.complete)
        is_good = is_good and not (visit.article is not None and visit.article.further_pages)
        is_good = is_good or (fate is Fate.NOT_AN_ARTICLE and is_read_whole(visit))
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
                article_id if result is not None else None,
                next_visit_at,
                attempts,
                visit.status,
                visit.error,
                is_good,
                visit.etag,
                visit.last_modified,
                run_id,
                unchanged,
                PRIORITY_FOUND,
                visit.depth,
                visit.address.url_key,
                result is None,  # a "not modified" need not repeat the validators of the request
                visit.failure,
            ),
        )
        if article_id is None:
            return []
        addresses = self.list_addresses(article_id)
        self._schedule_article(visit, article_id, len(addresses), fate, next_visit_at, unchanged, captured_at)
        return addresses

    def _lower_depth(self, visit: Visit, article_id: int, depths: Sequence[int]) -> None:
        """Lower the depth of the article's addresses to that of the nearest, which a page may have found meanwhile."""
        if depths and (min(depths) < visit.depth or min(depths) < max(depths)):
            self.queue.lower_depth(article_id, min(depths))

    def _schedule_article(
        self,
        visit: Visit,
        article_id: int,
        address_count: int,
        fate: Fate,
        next_visit_at: str | None,
        unchanged: int,
        captured_at: datetime,
    ) -> None:
        """Schedule the next visit of an article at the address that answered last, or mark the article as gone."""
        conn = self.db.conn
        if fate in _ARTICLE_FATES:
            final_address = visit.landed if visit.landed is not None else visit.address
            revisited_key = final_address.url_key
            if final_address.kind != "article":  # a home page that was an article once: use the article's own address
                next_visit_at = instant(captured_at + REVISIT_INTERVALS[0])
                revisited_key = conn.execute(
                    "SELECT url_key FROM addresses WHERE article_id = ? AND kind = 'article'"
                    " ORDER BY visits DESC, url_key LIMIT 1",
                    (article_id,),
                ).fetchone()[0]
            if revisited_key != visit.address.url_key:
                conn.execute(
                    "UPDATE addresses SET next_visit_at = ?, etag = ?, last_modified = ?, unchanged_visits = ?"
                    " WHERE url_key = ? AND article_id = ?",
                    (next_visit_at, visit.etag, visit.last_modified, unchanged, revisited_key, article_id),
                )
            if address_count > 1:
                conn.execute(
                    "UPDATE addresses SET next_visit_at = NULL WHERE article_id = ? AND url_key <> ?",
                    (article_id, revisited_key),
                )
        elif fate in (Fate.GONE, Fate.NOT_AN_ARTICLE):
            other_address = conn.execute(
                "SELECT url_key FROM addresses WHERE article_id = ? AND url_key <> ? AND state IN ('done', 'queued')"
                " ORDER BY visits DESC, url_key LIMIT 1",
                (article_id, visit.address.url_key),
            ).fetchone()
            if other_address is not None:  # gone here: visit the other one before the article counts as gone
                conn.execute(
                    "UPDATE addresses SET next_visit_at = ? WHERE url_key = ?", (instant(captured_at), other_address[0])
                )
            elif fate is Fate.GONE:
                conn.execute("UPDATE articles SET status = 'gone' WHERE id = ?", (article_id,))
