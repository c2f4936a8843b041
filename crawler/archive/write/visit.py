"""Writes a visit: its captures, its article, its links and the state of its address.

All functions run inside one transaction of the caller. :mod:`crawler.archive.write.articles.article` decides the fate
of an article (new, unchanged, revised, duplicate); this module writes the rest of a visit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlite_utils import Database

from crawler.archive.articles.readings import ReadFormer
from crawler.archive.runs.pauses import write_pause
from crawler.archive.write.addresses.address_state import update_address
from crawler.archive.write.addresses.queue import Queue
from crawler.archive.write.addresses.sitemaps import keep_sitemap_links
from crawler.archive.write.addresses.visited_address import ARTICLE_FATES, VisitedAddress, VisitResult, find_visited
from crawler.archive.write.articles.article import Articles, KeptArticle
from crawler.archive.write.articles.former_reading import FormerReading
from crawler.archive.write.articles.problems import ProblemWriter
from crawler.archive.write.captures import CaptureWriter
from crawler.archive.write.tombstones import forget_address, list_captures
from crawler.items import Address, Fate, Link, Visit
from crawler.normalisation.dates.moments import instant

_FATES_OF_NEW = (Fate.NEW, Fate.DUPLICATE)


@dataclass(slots=True)
class VisitWriter:
    """Writes visits into one open archive."""

    db: Database
    queue: Queue
    articles: Articles
    captures: CaptureWriter
    problems: ProblemWriter = field(init=False)

    def __post_init__(self) -> None:
        self.problems = ProblemWriter(self.db.conn)

    @contextmanager
    def hold_batch(self, visits: Sequence[Visit]) -> Iterator[None]:
        """Ask once, for all of these visits, what seldom has an answer: losses, doubts, edits of authors."""
        with self.captures.hold_losses(), self.articles.author_credits.hold_edits(), self.problems.hold_doubts(visits):
            yield

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
        self.captures.index_captures(None, visit.loose, run_id)
        capture_ids = self.captures.index_captures(visit.address.url_key, visit.captures, run_id)
        self.captures.index_parts(visit, capture_ids[-1] if capture_ids else None, run_id)
        kept: KeptArticle | None = None
        if visit.article is not None and visit.fate in (None, *ARTICLE_FATES):
            landed = (visit.landed.url_key,) if visit.landed is not None else ()
            former = FormerReading(self.articles, self.queue, read_former, run_id, next(iter(capture_ids), None), now)
            kept = self.articles.keep(
                visit.article,
                (visit.address.url_key, *landed),
                instant(captured_at),
                capture_ids[-1] if capture_ids else None,
                visit.wall,
                suspect_fields,
                former.refresh,
                visit.prepared,
            )
            former.settle(kept)
            fate = kept.fate
            if not kept.complete:  # "not modified" would tell of what is not archived
                visit = replace(visit, etag=None, last_modified=None)
            self._bind_addresses(visit, site, run_id, now, kept, row)
        elif visit.fate is None:
            raise ValueError(f"a visit without a fate and without an article: {visit.address.url}")
        else:
            fate = visit.fate
            if fate is Fate.UNCHANGED and row.article_id is not None:
                self.articles.record_unchanged(row.article_id, instant(captured_at))
        result = VisitResult(
            visit=visit,
            fate=fate,
            captured_at=captured_at,
            row=row,
            written_id=kept.article_id if kept is not None else None,
            is_complete=kept is None or kept.complete,
        )
        addresses = update_address(self.db.conn, result, run_id)
        if visit.article is not None and kept is not None:
            urls = {address["url"] for address in addresses if address["kind"] == "article"}
            if fate not in _FATES_OF_NEW or not urls <= {visit.article.url}:  # else it cites the only one there is
                self.articles.choose_url(kept.article_id, site, visit.article.url, urls)
        self.problems.write(visit, kept, run_id)
        if visit.pause_until is not None:
            write_pause(self.db.conn, run_id, visit.address.url, captured_at, visit.pause_until)
        self.enqueue_links(visit, site, run_id, now)
        if kept is not None:
            self._lower_depth(visit, kept.article_id, [address["depth"] for address in addresses])
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

    def _lower_depth(self, visit: Visit, article_id: int, depths: Sequence[int]) -> None:
        """Lower the depth of the article's addresses to that of the nearest, which a page may have found meanwhile."""
        if depths and (min(depths) < visit.depth or min(depths) < max(depths)):
            self.queue.lower_depth(article_id, min(depths))
