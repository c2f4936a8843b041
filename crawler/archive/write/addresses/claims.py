"""Hands out the queued and due rows of the queue as addresses to fetch, each once in this process.

A row that was handed out leaves the queue only in the transaction that writes its visit. Addresses that were in flight
when a run was killed are therefore still queued for the next one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from crawler.archive.database import select_rows
from crawler.archive.write.addresses.claim_filter import ClaimFilter, ClaimFilterFields, ClaimGroup
from crawler.items import Address, Queued

MAX_WAITING = 1_000
"""Articles that only sitemaps name and that wait: while there are so many, no further sitemap is handed out."""

_COLUMNS = (
    "url_key, url, kind, language, site_key, story, depth, attempts, article_id, etag, last_modified,"
    " (SELECT word_count FROM articles WHERE id = article_id) AS words"
)


@dataclass(slots=True)
class Claims:
    """The addresses that one open archive has handed out, and whatever may be next."""

    db: Database
    claimed: set[str] = field(default_factory=set)
    """Identities that were handed out, and whose visit is not written yet."""

    def claim(self, site: str, limit: int, fields: ClaimFilterFields, skip: Collection[str] = ()) -> list[Queued]:
        """Hand out up to ``limit`` addresses: named, entry points, new ones by depth and age, then due revisits."""
        claim_filter = ClaimFilter(**fields)
        withheld = {*self.claimed, *skip}
        groups, values = claim_filter.make_groups(self.db, site)
        named, of_sitemaps, *revisits = groups
        queued_addresses = self._select_queued(site, named, values, limit, withheld)
        # What only sitemaps name gets every other place: years of it must not wait for all that pages lead to.
        share = max(limit - len(queued_addresses), limit // 2)
        others = self._select_queued(site, of_sitemaps, values, share, withheld)
        queued_addresses = [*queued_addresses[: limit - len(others)], *others]
        if claim_filter.revisits is not None:
            limit = min(limit, len(queued_addresses) + claim_filter.revisits)
        for group in revisits:
            withheld.update(queued.address.url_key for queued in queued_addresses)
            room = limit - len(queued_addresses)
            queued_addresses += self._select_queued(site, group, values, room, withheld)
        self.claimed.update(queued.address.url_key for queued in queued_addresses)
        return queued_addresses

    def claim_sitemap(self, site: str, fields: ClaimFilterFields, skip: Collection[str] = ()) -> Queued | None:
        """Hand out the next sitemap; None without one, and while :data:`MAX_WAITING` articles of sitemaps wait."""
        claim_filter = ClaimFilter(**fields)
        group, values = claim_filter.make_sitemap_group(self.db, site)
        queued_addresses = self._select_queued(site, group, values, 1, {*self.claimed, *skip})
        if not queued_addresses:
            return None
        waiting = claim_filter.make_groups(self.db, site)[0][1]
        query = f"SELECT count(*) FROM addresses WHERE site = :site AND {waiting.condition}"
        if self.db.execute(query, values).fetchone()[0] >= MAX_WAITING:
            return None
        self.claimed.update(queued.address.url_key for queued in queued_addresses)
        return queued_addresses[0]

    def _select_queued(
        self, site: str, group: ClaimGroup, values: dict[str, Any], limit: int, withheld: Collection[str]
    ) -> list[Queued]:
        """Return up to ``limit`` addresses of a group in its order, without those withheld."""
        if limit <= 0:
            return []
        rows = select_rows(
            self.db.conn,
            f"SELECT {_COLUMNS} FROM addresses WHERE site = :site AND {group.condition} ORDER BY {group.order}"
            " LIMIT :limit",
            {**values, "limit": limit + len(withheld)},
        )
        queued_addresses = [_make_queued(row, group.is_due) for row in rows if row["url_key"] not in withheld]
        return queued_addresses[:limit]

    def count_pending(self, site: str, fields: ClaimFilterFields, skip: Collection[str] = ()) -> int:
        """Count the addresses that :meth:`claim` would hand out."""
        claim_filter = ClaimFilter(**fields)
        withheld = self.claimed.union(skip)
        groups, values = claim_filter.make_groups(self.db, site)
        groups.insert(0, claim_filter.make_sitemap_group(self.db, site)[0])
        counts = {True: 0, False: 0}
        for group in groups:
            where = f"FROM addresses WHERE site = :site AND {group.condition}"
            count = int(self.db.execute(f"SELECT count(*) {where}", values).fetchone()[0])
            for url_key in withheld:
                rows = self.db.execute(f"SELECT 1 {where} AND url_key = :url_key", {**values, "url_key": url_key})
                count -= rows.fetchone() is not None
            counts[group.is_due] += count
        revisits = counts[True]
        return counts[False] + (revisits if claim_filter.revisits is None else min(revisits, claim_filter.revisits))

    def release(self, url_keys: Iterable[str]) -> None:
        """Release addresses that were handed out and that this run will not visit."""
        self.claimed.difference_update(url_keys)


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
