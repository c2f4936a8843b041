"""The queue: writes links as rows of ``addresses``, and hands out the queued and due rows as addresses to fetch.

:meth:`Queue.claim` hands a row out, which leaves the queue only in the transaction that writes its visit. Addresses
that were in flight when a run was killed are therefore still queued for the next one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, Required, TypedDict

from sqlite_utils import Database

from crawler.archive.articles.forgotten import Tombstones
from crawler.archive.database import select_rows
from crawler.archive.runs.runs import find_first_run_of_chain
from crawler.archive.write.sightings import RECORDED_VIAS, record_sightings
from crawler.items import Address, Link, Queued
from crawler.normalisation.dates import instant
from crawler.site import Site

PRIORITY_NAMED, PRIORITY_ENTRY, PRIORITY_FOUND = 0, 1, 2
"""Priorities: addresses that a person named, entry points (feeds, home pages, listings, ranges), links of pages."""
RANGE_VIAS = ("by_day", "by_id")
"""The vias of ranges, whose addresses may lead to no page."""
HORIZON = timedelta(days=400)
"""The time from now within which every next visit lies: the longest interval is a year."""
KEYS_PER_STATEMENT = 500
"""Addresses that one SELECT names."""

_COLUMNS = (
    "url_key, url, kind, language, site_key, story, depth, attempts, article_id, etag, last_modified,"
    " (SELECT word_count FROM articles WHERE id = article_id) AS words"
)
# Known articles, and pages that failed and may be articles; worded as the index addresses_refresh is.
_DUE_CONDITION = (
    "(article_id IS NOT NULL OR state = 'failed') AND next_visit_at IS NOT NULL AND state <> 'queued'"
    " AND last_run < :chain"
)
_AGAIN_CONDITION = "next_visit_at IS NOT NULL AND state <> 'queued' AND next_visit_at <= :now AND last_run < :chain"
# Dates that no interval leads to: they were written while the clock was ahead, and would never come.
_NEVER_CONDITION = "next_visit_at IS NOT NULL AND state <> 'queued' AND next_visit_at > :horizon AND last_run < :chain"
# Addresses of an article, and those that it leads to.
_OWN_ADDRESSES = "article_id = ?1"
_TRANSLATION_ADDRESSES = "url_key IN (SELECT target_key FROM translations WHERE article_id = ?1)"
_SEE_ALSO_ADDRESSES = "url_key IN (SELECT target_key FROM see_also WHERE article_id = ?1)"


class RangeStep(Protocol):
    """One address of a range (:class:`crawler.discovery.ranges.RangeStep`): its key is cheap, its link is not."""

    @property
    def url_key(self) -> str: ...

    @property
    def via(self) -> str: ...

    def make_link(self, site: Site) -> Link:
        """Return the address as a link that no page holds."""
        ...


class ClaimFilterFields(TypedDict, total=False):
    """The fields of :class:`ClaimFilter`, for functions that take them as keyword arguments."""

    run_id: Required[int]
    now: Required[datetime]
    max_depth: int | None
    since: str | None
    refresh: bool | None
    revisits: int | None
    languages: tuple[str, ...]
    named_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """The conditions on the addresses that a run claims."""

    run_id: int
    now: datetime
    max_depth: int | None = None
    since: str | None = None
    """A day; articles whose link states an earlier one are skipped, those without a day are not."""
    refresh: bool | None = None
    """Revisits of known articles and failed pages. True: all of them. None: those that are due. False: none."""
    revisits: int | None = None
    """The limit of revisits that are handed out; None is no limit."""
    languages: tuple[str, ...] = ()
    """Addresses in another language are skipped, unless a person named them; empty for all languages."""
    named_only: bool = False
    """True: only addresses that a person named, or that are fetched again because they were lost."""

    def make_groups(self, db: Database, site: str) -> tuple[list[tuple[str, str]], dict[str, Any]]:
        """Return the groups to hand out, in order, as SQL conditions and orders, and their values."""
        values: dict[str, Any] = {
            "site": site,
            "now": instant(self.now),
            "horizon": instant(self.now + HORIZON),
            "chain": find_first_run_of_chain(db, self.run_id),
        }
        limits = ""
        if self.max_depth is not None:
            limits += " AND depth <= :max_depth"
            values["max_depth"] = self.max_depth
        if self.languages:
            names = [f"language{number}" for number in range(len(self.languages))]
            marks = ", ".join(f":{name}" for name in names)
            limits += f" AND (priority = {PRIORITY_NAMED} OR language IS NULL OR language IN ({marks}))"
            values.update(zip(names, self.languages, strict=True))
        if self.named_only:
            limits += f" AND priority = {PRIORITY_NAMED}"
        recent = ""
        if self.since is not None:
            recent = " AND (priority < 2 OR published_on IS NULL OR published_on >= :since)"
            values["since"] = self.since
        groups = [("state = 'queued'" + limits + recent, "priority, depth, rowid")]
        if self.refresh:
            groups.append((_DUE_CONDITION, "last_run, rowid"))
        elif self.refresh is None:
            groups.append((_AGAIN_CONDITION, "next_visit_at, rowid"))
            groups.append((_NEVER_CONDITION, "next_visit_at, rowid"))
        return groups, values


@dataclass(slots=True)
class Queue:
    """The queue of one open archive, and the addresses that it has handed out."""

    db: Database
    prefer: Callable[[str, str, str], str]
    """(site name, one spelling, another) → the one to cite."""
    forgotten: Tombstones = field(default_factory=Tombstones)
    """Identities that are never queued again."""
    claimed: set[str] = field(default_factory=set)
    """Identities that were handed out, and whose visit is not written yet."""

    def claim(self, site: str, limit: int, fields: ClaimFilterFields, skip: Collection[str] = ()) -> list[Queued]:
        """Hand out up to ``limit`` addresses: named, entry points, new ones by depth and age, then due revisits."""
        claim_filter = ClaimFilter(**fields)
        withheld = {*self.claimed, *skip}
        groups, values = claim_filter.make_groups(self.db, site)
        queued_addresses: list[Queued] = []
        for group, (condition, order) in enumerate(groups):
            due = group > 0
            if group == 1 and claim_filter.revisits is not None:
                limit = min(limit, len(queued_addresses) + claim_filter.revisits)
            if len(queued_addresses) >= limit:
                break
            rows = select_rows(
                self.db.conn,
                f"SELECT {_COLUMNS} FROM addresses WHERE site = :site AND {condition} ORDER BY {order} LIMIT :limit",
                {**values, "limit": limit - len(queued_addresses) + len(withheld)},
            )
            for row in rows.fetchall():
                if row["url_key"] not in withheld and len(queued_addresses) < limit:
                    queued_addresses.append(_make_queued(row, due))
                    withheld.add(row["url_key"])
        self.claimed.update(queued.address.url_key for queued in queued_addresses)
        return queued_addresses

    def count_pending(self, site: str, fields: ClaimFilterFields, skip: Collection[str] = ()) -> int:
        """Count the addresses that :meth:`claim` would hand out."""
        claim_filter = ClaimFilter(**fields)
        withheld = self.claimed.union(skip)
        groups, values = claim_filter.make_groups(self.db, site)
        counts: list[int] = []
        for condition, _ in groups:
            where = f"FROM addresses WHERE site = :site AND {condition}"
            count = int(self.db.execute(f"SELECT count(*) {where}", values).fetchone()[0])
            for url_key in withheld:
                rows = self.db.execute(f"SELECT 1 {where} AND url_key = :url_key", {**values, "url_key": url_key})
                count -= rows.fetchone() is not None
            counts.append(count)
        revisits = sum(counts[1:])
        return counts[0] + (revisits if claim_filter.revisits is None else min(revisits, claim_filter.revisits))

    def release(self, url_keys: Iterable[str]) -> None:
        """Release addresses that were handed out and that this run will not visit."""
        self.claimed.difference_update(url_keys)

    def enqueue(self, site: str, links: Iterable[Link], run_id: int, now: datetime, *, force: bool = False) -> int:
        """Write links; return how many addresses are queued that were not. Runs inside the caller's transaction.

        A known address stays unchanged, with three exceptions. An address that was named or is an entry point
        (``force``, ``via`` of a start or entry, a listing or feed) is queued again, unless this run or the killed one
        that it continues has visited it. An address that was found nearer to a start takes the lower depth. For an
        address in another spelling, the spelling is stored and the preferred one cited.
        """
        newly_queued = 0
        seen_at = instant(now)
        chain: int | None = None
        for link in links:
            address = link.address
            if address.url_key in self.forgotten:
                continue
            in_range = link.via in RANGE_VIAS
            is_entry_point = force or (not in_range and _is_entry_point(link))
            priority = (
                PRIORITY_NAMED
                if link.via == "start"
                else PRIORITY_ENTRY
                if is_entry_point or in_range
                else PRIORITY_FOUND
            )
            cursor = self.db.conn.execute(
                "INSERT INTO addresses (url_key, url, state, found_on, depth, first_seen_at, site, kind, language,"
                " site_key, story, via, priority, published_on, headline)"
                " VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url_key) DO NOTHING",
                (
                    address.url_key,
                    address.url,
                    link.found_on,
                    link.depth,
                    seen_at,
                    site,
                    address.kind,
                    address.language,
                    address.site_key,
                    address.story,
                    link.via,
                    priority,
                    link.published_on,
                    link.headline,
                ),
            )
            if cursor.rowcount == 1:
                newly_queued += 1
            else:
                if is_entry_point and chain is None:
                    chain = find_first_run_of_chain(self.db, run_id)
                newly_queued += self._update_known_address(site, link, priority, chain if is_entry_point else None)
            if link.printed_url and link.printed_url != address.url:
                self.record_spelling(link.printed_url, address.url_key)
            if link.via in RECORDED_VIAS and address.kind == "article":
                record_sightings(self.db.conn, (address.url_key,), link.via, seen_at)
        return newly_queued

    def enqueue_range(
        self, site: Site, steps: Sequence[RangeStep], run_id: int, now: datetime, *, again: bool = False
    ) -> int:
        """Queue the next steps of a range; return how many are queued that were not.

        A step that was requested before, or is queued at depth 0, stays unchanged: a number without an article is not
        requested until it is due. With ``again`` every step is queued, but not twice in one chain of resumed runs.
        """
        settled: set[str] = set()
        for start in range(0, 0 if again else len(steps), KEYS_PER_STATEMENT):
            url_keys = [step.url_key for step in steps[start : start + KEYS_PER_STATEMENT]]
            rows = self.db.execute(
                "SELECT url_key FROM addresses WHERE (state <> 'queued' OR depth = 0)"
                f" AND url_key IN ({', '.join('?' * len(url_keys))})",
                url_keys,
            )
            settled.update(url_key for (url_key,) in rows)
        sighted_keys = [step.url_key for step in steps if step.via in RECORDED_VIAS and step.url_key in settled]
        record_sightings(self.db.conn, sighted_keys, "by_id", instant(now))
        links = (step.make_link(site) for step in steps if step.url_key not in settled)
        return self.enqueue(site.name, links, run_id, now, force=again)

    def record_spelling(self, spelling: str, url_key: str) -> None:
        """Write a spelling of an address; a spelling that is known keeps its first address."""
        self.db.conn.execute(
            "INSERT INTO spellings (url, url_key) VALUES (?, ?) ON CONFLICT (url) DO NOTHING", (spelling, url_key)
        )

    def prefer_spelling(self, site: str, url_key: str, known_url: str, url: str) -> str:
        """Store both spellings of an address, update the row and its article to the one to cite, and return it."""
        if known_url == url:
            return known_url
        best = self.prefer(site, known_url, url)
        for spelling in (known_url, url):
            if spelling != best:
                self.record_spelling(spelling, url_key)
        if best != known_url:
            conn = self.db.conn
            conn.execute("UPDATE addresses SET url = ? WHERE url_key = ?", (best, url_key))
            conn.execute("DELETE FROM spellings WHERE url = ? AND url_key = ?", (best, url_key))
            article = select_rows(
                conn,
                "SELECT id, url FROM articles WHERE id = (SELECT article_id FROM addresses WHERE url_key = ?)",
                (url_key,),
            ).fetchone()
            if article is not None and self.prefer(site, article["url"], best) == best:
                conn.execute("UPDATE articles SET url = ? WHERE id = ?", (best, article["id"]))
        return best

    def lower_depth(self, article_id: int, depth: int) -> None:
        """Lower the depth of an article's addresses, of the addresses that it leads to by one more, and so on.

        The depth of an address is then the length of the shortest known path to it, in whatever order the pages came.
        All addresses of an article, and its translations, have the depth of the nearest of them.
        """
        level = [article_id]
        while level:
            next_level: list[int] = []
            for level_id in level:  # grows by translations
                self._lower_depth(_OWN_ADDRESSES, level_id, depth)
                level += self._lower_depth(_TRANSLATION_ADDRESSES, level_id, depth)
                next_level += self._lower_depth(_SEE_ALSO_ADDRESSES, level_id, depth + 1)
            level, depth = next_level, depth + 1

    def _lower_depth(self, condition: str, article_id: int, depth: int) -> list[int]:
        """Lower the depth of the addresses under a condition that are deeper; return the ids of their articles."""
        rows = self.db.conn.execute(
            f"UPDATE addresses SET depth = ?2 WHERE depth > ?2 AND {condition} RETURNING article_id",
            (article_id, depth),
        ).fetchall()
        return [target_id for (target_id,) in rows if target_id is not None]

    def _update_known_address(self, site: str, link: Link, priority: int, chain: int | None) -> int:
        conn = self.db.conn
        url_key = link.address.url_key
        row = select_rows(
            conn,
            "SELECT url, state, depth, priority, published_on, headline, last_run, via, article_id FROM addresses"
            " WHERE url_key = ?",
            (url_key,),
        ).fetchone()
        state, depth = row["state"], row["depth"]
        if row["url"] != link.address.url:
            self.prefer_spelling(site, url_key, row["url"], link.address.url)
        if row["article_id"] is not None and link.depth < depth:
            self.lower_depth(row["article_id"], link.depth)
        if chain is not None and (state == "queued" or (row["last_run"] or 0) < chain):
            conn.execute(
                "UPDATE addresses SET state = 'queued', priority = min(?, CASE state WHEN 'queued' THEN priority "
                "ELSE ? END), depth = min(depth, ?) WHERE url_key = ?",
                (priority, priority, link.depth, url_key),
            )
            return int(state != "queued")
        if state in ("hole", "gone") and row["via"] in RANGE_VIAS and link.via not in RANGE_VIAS:
            # A range requested it too early: now that a page links to it, it is visited once more.
            conn.execute(
                "UPDATE addresses SET state = 'queued', via = ?, priority = ?, depth = min(depth, ?) WHERE url_key = ?",
                (link.via, priority, link.depth, url_key),
            )
            return 1
        is_sooner = state == "queued" and priority < row["priority"]
        new_date = row["published_on"] is None and link.published_on
        if link.depth < depth or is_sooner or new_date:
            conn.execute(
                "UPDATE addresses SET depth = min(depth, ?), priority = min(priority, ?), "
                "published_on = coalesce(published_on, ?), headline = coalesce(headline, ?) WHERE url_key = ?",
                (link.depth, priority, link.published_on, row["headline"] or link.headline, url_key),
            )
        return 0


def _is_entry_point(link: Link) -> bool:
    return link.via in ("start", "entry") or link.address.kind in ("listing", "feed", "home")


def _make_queued(row: sqlite3.Row, due: bool) -> Queued:
    address = Address(
        url=row["url"],
        url_key=row["url_key"],
        kind=row["kind"],
        language=row["language"],
        site_key=row["site_key"],
        story=row["story"],
    )
    return Queued(
        address=address,
        depth=row["depth"],
        attempts=row["attempts"],
        known=row["article_id"] is not None and row["kind"] == "article",
        due=due,
        words=row["words"],
        etag=row["etag"],
        last_modified=row["last_modified"],
    )
