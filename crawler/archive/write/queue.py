"""The queue: the rows of ``addresses`` that wait or are due. Links go in, addresses to fetch come out.

A row is handed out by :meth:`Queue.claim` and leaves the queue only in the transaction that keeps its visit. What was
in flight when a run was killed is therefore still queued for the next one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, Required, TypedDict

from sqlite_utils import Database

from crawler.archive.database import select_rows
from crawler.archive.runs.runs import find_first_run_of_chain
from crawler.archive.write.sightings import RECORDED_VIAS, record_sightings
from crawler.items import Address, Link, Queued
from crawler.normalisation.dates import instant
from crawler.site import Site

PRIORITY_NAMED, PRIORITY_ENTRY, PRIORITY_FOUND = 0, 1, 2
"""Who goes first: addresses a person named, ways in (feeds, home pages, listings, walks), everything found on pages."""
RANGE_VIAS = ("by_day", "by_id")
"""Ways in that need not lead anywhere: whether there is a page at all, the visit shows."""
KEYS_PER_STATEMENT = 500
"""Addresses that one question to the archive names."""

_COLUMNS = (
    "url_key, url, kind, language, site_key, story, depth, attempts, article_id, etag, last_modified,"
    " (SELECT word_count FROM articles WHERE id = article_id) AS words"
)
# Known articles, and pages that failed and may be articles; in the words of the index addresses_refresh.
_DUE_CONDITION = (
    "(article_id IS NOT NULL OR state = 'failed') AND next_visit_at IS NOT NULL AND state <> 'queued'"
    " AND last_run < :chain"
)
_AGAIN_CONDITION = "next_visit_at IS NOT NULL AND state <> 'queued' AND next_visit_at <= :now AND last_run < :chain"
# Addresses of an article, and those that it leads to.
_OWN_ADDRESSES = "article_id = ?1"
_TRANSLATION_ADDRESSES = "url_key IN (SELECT target_key FROM translations WHERE article_id = ?1)"
_SEE_ALSO_ADDRESSES = "url_key IN (SELECT target_key FROM see_also WHERE article_id = ?1)"


class RangeStep(Protocol):
    """One address of a walk (:class:`crawler.discovery.ranges.RangeStep`): its key is cheap, its link is not."""

    @property
    def url_key(self) -> str: ...

    @property
    def via(self) -> str: ...

    def make_link(self, site: Site) -> Link:
        """Return the address as a link that was found nowhere."""
        ...


class ClaimFilterFields(TypedDict, total=False):
    """The fields of :class:`ClaimFilter`, for functions that take them one by one."""

    run_id: Required[int]
    now: Required[datetime]
    max_depth: int | None
    since: str | None
    refresh: bool | None
    revisits: int | None
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """Which addresses a run wants to be handed."""

    run_id: int
    now: datetime
    max_depth: int | None = None
    since: str | None = None
    """Articles whose link states an earlier day are passed over; a link without a day is followed."""
    refresh: bool | None = None
    """True: all known articles, and what failed. None: those whose time has come. False: none."""
    revisits: int | None = None
    """How many of these are handed out at most; None is no limit."""
    languages: tuple[str, ...] = ()
    """Addresses that tell another language are passed over, unless a person named them; empty means none are."""

    def where(self, db: Database, site: str) -> tuple[list[tuple[str, str]], dict[str, Any]]:
        """Return the conditions and orders of the groups to hand out, in order, and their values."""
        values: dict[str, Any] = {
            "site": site,
            "now": instant(self.now),
            "chain": find_first_run_of_chain(db, self.run_id),
        }
        narrower = ""
        if self.max_depth is not None:
            narrower += " AND depth <= :max_depth"
            values["max_depth"] = self.max_depth
        if self.languages:
            names = [f"language{place}" for place in range(len(self.languages))]
            told = ", ".join(f":{name}" for name in names)
            narrower += f" AND (priority = {PRIORITY_NAMED} OR language IS NULL OR language IN ({told}))"
            values.update(zip(names, self.languages, strict=True))
        recent = ""
        if self.since is not None:
            recent = " AND (priority < 2 OR published_on IS NULL OR published_on >= :since)"
            values["since"] = self.since
        groups = [("state = 'queued'" + narrower + recent, "priority, depth, rowid")]
        if self.refresh:
            groups.append((_DUE_CONDITION, "last_run, rowid"))
        elif self.refresh is None:
            groups.append((_AGAIN_CONDITION, "next_visit_at, rowid"))
        return groups, values


@dataclass(slots=True)
class Queue:
    """The queue of one open archive, and what it has handed out."""

    db: Database
    prefer: Callable[[str, str, str], str]
    """(site name, one spelling, another) → the one to cite."""
    forgotten: set[str] = field(default_factory=set)
    """Identities that are never queued again."""
    out: set[str] = field(default_factory=set)

    def claim(self, site: str, limit: int, fields: ClaimFilterFields, skip: Collection[str] = ()) -> list[Queued]:
        """Hand out up to ``limit``: named ones, ways in, new ones by depth and then age, then due revisits."""
        wanted = ClaimFilter(**fields)
        held = {*self.out, *skip}
        groups, values = wanted.where(self.db, site)
        handed: list[Queued] = []
        for group, (condition, order) in enumerate(groups):
            due = group > 0
            if due and wanted.revisits is not None:
                limit = min(limit, len(handed) + wanted.revisits)
            if len(handed) >= limit:
                break
            rows = select_rows(
                self.db.conn,
                f"SELECT {_COLUMNS} FROM addresses WHERE site = :site AND {condition} ORDER BY {order} LIMIT :limit",
                {**values, "limit": limit - len(handed) + len(held)},
            )
            for row in rows.fetchall():
                if row["url_key"] not in held and len(handed) < limit:
                    handed.append(_make_queued(row, due))
                    held.add(row["url_key"])
        self.out.update(queued.address.url_key for queued in handed)
        return handed

    def pending(self, site: str, fields: ClaimFilterFields, skip: Collection[str] = ()) -> int:
        """Count what :meth:`claim` would still hand out."""
        wanted = ClaimFilter(**fields)
        held = self.out.union(skip)
        groups, values = wanted.where(self.db, site)
        total = 0
        for group, (condition, _) in enumerate(groups):
            where = f"FROM addresses WHERE site = :site AND {condition}"
            count = int(self.db.execute(f"SELECT count(*) {where}", values).fetchone()[0])
            for url_key in held:
                found = self.db.execute(f"SELECT 1 {where} AND url_key = :url_key", {**values, "url_key": url_key})
                count -= found.fetchone() is not None
            total += count if group == 0 or wanted.revisits is None else min(count, wanted.revisits)
        return total

    def release(self, url_keys: Iterable[str]) -> None:
        """Take back addresses that were handed out and will not be visited by this run."""
        self.out.difference_update(url_keys)

    def enqueue(self, site: str, links: Iterable[Link], run_id: int, now: datetime, *, force: bool = False) -> int:
        """Note links; return how many addresses are queued that were not. Runs inside the caller's transaction.

        A known address stays as it is, with three exceptions: it was named or is a way in (``force``, ``via`` of a
        start or entry, a listing or feed), then it is queued again unless this run or the killed one it continues has
        visited it; it was found nearer to a start, then it takes the lesser depth; it was spelled in another way, then
        the spelling is remembered and the preferred one cited.
        """
        added = 0
        seen_at = instant(now)
        chain: int | None = None
        for link in links:
            address = link.address
            if address.url_key in self.forgotten:
                continue
            walked = link.via in RANGE_VIAS
            way_in = force or (not walked and _is_entry_point(link))
            priority = PRIORITY_NAMED if link.via == "start" else PRIORITY_ENTRY if way_in or walked else PRIORITY_FOUND
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
                added += 1
            else:
                if way_in and chain is None:
                    chain = find_first_run_of_chain(self.db, run_id)
                added += self._update_known_address(site, link, priority, chain if way_in else None)
            if link.printed_url and link.printed_url != address.url:
                self.record_spelling(link.printed_url, address.url_key)
            if link.via in RECORDED_VIAS and address.kind == "article":
                record_sightings(self.db.conn, (address.url_key,), link.via, seen_at)
        return added

    def walk(self, site: Site, steps: Sequence[RangeStep], run_id: int, now: datetime, *, again: bool = False) -> int:
        """Note the next addresses of a walk; return how many are queued that were not.

        What was asked for before, or waits near enough, stays as it is: a hole is a hole until it is due. With
        ``again`` everything is queued, but not twice in one chain of resumed runs.
        """
        settled: set[str] = set()
        for at in range(0, 0 if again else len(steps), KEYS_PER_STATEMENT):
            url_keys = [step.url_key for step in steps[at : at + KEYS_PER_STATEMENT]]
            rows = self.db.execute(
                "SELECT url_key FROM addresses WHERE (state <> 'queued' OR depth = 0)"
                f" AND url_key IN ({', '.join('?' * len(url_keys))})",
                url_keys,
            )
            settled.update(url_key for (url_key,) in rows)
        known = [step.url_key for step in steps if step.via in RECORDED_VIAS and step.url_key in settled]
        record_sightings(self.db.conn, known, "by_id", instant(now))
        fresh = (step.make_link(site) for step in steps if step.url_key not in settled)
        return self.enqueue(site.name, fresh, run_id, now, force=again)

    def record_spelling(self, spelling: str, url_key: str) -> None:
        """Keep a spelling; the first address it led to stays."""
        self.db.conn.execute(
            "INSERT INTO spellings (url, url_key) VALUES (?, ?) ON CONFLICT (url) DO NOTHING", (spelling, url_key)
        )

    def prefer_spelling(self, site: str, url_key: str, known: str, met: str) -> str:
        """Remember both spellings of an address and return the one to cite, updating the row and its article."""
        if known == met:
            return known
        best = self.prefer(site, known, met)
        for spelling in (known, met):
            if spelling != best:
                self.record_spelling(spelling, url_key)
        if best != known:
            conn = self.db.conn
            conn.execute("UPDATE addresses SET url = ? WHERE url_key = ?", (best, url_key))
            conn.execute("DELETE FROM spellings WHERE url = ? AND url_key = ?", (best, url_key))
            cited = select_rows(
                conn,
                "SELECT id, url FROM articles WHERE id = (SELECT article_id FROM addresses WHERE url_key = ?)",
                (url_key,),
            ).fetchone()
            if cited is not None and self.prefer(site, cited["url"], best) == best:
                conn.execute("UPDATE articles SET url = ? WHERE id = ?", (best, cited["id"]))
        return best

    def lower_depth(self, article_id: int, depth: int) -> None:
        """Let an article be as near as that, and what it leads to one step further, and so on.

        So the depth of an address is the length of the shortest way to it that is known, in whatever order the pages
        came. All addresses of an article, and its translations, are as near as the nearest of them.
        """
        level = [article_id]
        while level:
            beyond: list[int] = []
            for here in level:  # grows by translations
                self._lower_depth(_OWN_ADDRESSES, here, depth)
                level += self._lower_depth(_TRANSLATION_ADDRESSES, here, depth)
                beyond += self._lower_depth(_SEE_ALSO_ADDRESSES, here, depth + 1)
            level, depth = beyond, depth + 1

    def _lower_depth(self, which: str, article_id: int, depth: int) -> list[int]:
        """Bring the addresses as near that are further; return the articles they lead to."""
        rows = self.db.conn.execute(
            f"UPDATE addresses SET depth = ?2 WHERE depth > ?2 AND {which} RETURNING article_id", (article_id, depth)
        ).fetchall()
        return [found for (found,) in rows if found is not None]

    def _update_known_address(self, site: str, link: Link, priority: int, chain: int | None) -> int:
        conn = self.db.conn
        url_key = link.address.url_key
        known = select_rows(
            conn,
            "SELECT url, state, depth, priority, published_on, headline, last_run, via, article_id FROM addresses"
            " WHERE url_key = ?",
            (url_key,),
        ).fetchone()
        state, depth = known["state"], known["depth"]
        if known["url"] != link.address.url:
            self.prefer_spelling(site, url_key, known["url"], link.address.url)
        if known["article_id"] is not None and link.depth < depth:
            self.lower_depth(known["article_id"], link.depth)
        if chain is not None and (state == "queued" or (known["last_run"] or 0) < chain):
            conn.execute(
                "UPDATE addresses SET state = 'queued', priority = min(?, CASE state WHEN 'queued' THEN priority "
                "ELSE ? END), depth = min(depth, ?) WHERE url_key = ?",
                (priority, priority, link.depth, url_key),
            )
            return int(state != "queued")
        if state in ("hole", "gone") and known["via"] in RANGE_VIAS and link.via not in RANGE_VIAS:
            # A walk had asked too early: now that a page names it, it is worth another look, once.
            conn.execute(
                "UPDATE addresses SET state = 'queued', via = ?, priority = ?, depth = min(depth, ?) WHERE url_key = ?",
                (link.via, priority, link.depth, url_key),
            )
            return 1
        sooner = state == "queued" and priority < known["priority"]
        dated = known["published_on"] is None and link.published_on
        if link.depth < depth or sooner or dated:
            conn.execute(
                "UPDATE addresses SET depth = min(depth, ?), priority = min(priority, ?), "
                "published_on = coalesce(published_on, ?), headline = coalesce(headline, ?) WHERE url_key = ?",
                (link.depth, priority, link.published_on, known["headline"] or link.headline, url_key),
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
