"""The queue: writes links as rows of ``addresses``, with their depths and spellings.

What hands its rows out is :mod:`crawler.archive.write.addresses.claims`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple, Protocol

from sqlite_utils import Database

from crawler.archive.articles.forgotten import Tombstones
from crawler.archive.database import select_rows
from crawler.archive.runs.runs import find_first_run_of_chain
from crawler.archive.write.addresses.claim_filter import PRIORITY_ENTRY, PRIORITY_FOUND, PRIORITY_NAMED
from crawler.archive.write.addresses.sightings import RECORDED_VIAS, record_sightings
from crawler.items import Link
from crawler.normalisation.dates.moments import instant
from crawler.site import Site

RANGE_VIAS = ("by_day", "by_id")
"""The vias of ranges, whose addresses may lead to no page."""
KEYS_PER_STATEMENT = 500
"""Addresses that one SELECT names."""

_INSERT = (
    "INSERT INTO addresses (url_key, url, state, found_on, depth, first_seen_at, site, kind, language, site_key, story,"
    " via, priority, published_on, headline, not_after)"
    " VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url_key) DO NOTHING"
)
# Addresses of an article, and those that it leads to.
_OWN_ADDRESSES = "article_id = ?1"
_TRANSLATION_ADDRESSES = "url_key IN (SELECT target_key FROM translations WHERE article_id = ?1)"
_SEE_ALSO_ADDRESSES = "url_key IN (SELECT target_key FROM see_also WHERE article_id = ?1)"


class _KnownAddress(NamedTuple):
    """What the archive has of an address that a link leads to."""

    url_key: str
    url: str
    state: str
    depth: int
    priority: int
    published_on: str | None
    headline: str | None
    last_run: int | None
    via: str
    article_id: int | None


_KNOWN_COLUMNS: Final = ", ".join(_KnownAddress._fields)


class RangeStep(Protocol):
    """One address of a range (:class:`crawler.discovery.ranges.RangeStep`): its key is cheap, its link is not."""

    @property
    def url_key(self) -> str: ...

    @property
    def via(self) -> str: ...

    def make_link(self, site: Site) -> Link:
        """Return the address as a link that no page holds."""
        ...


@dataclass(slots=True)
class Queue:
    """The queue of one open archive, as far as links come into it."""

    db: Database
    prefer: Callable[[str, str, str], str]
    """(site name, one spelling, another) → the one to cite."""
    forgotten: Tombstones = field(default_factory=Tombstones)
    """Identities that are never queued again."""

    def enqueue(self, site: str, links: Iterable[Link], run_id: int, now: datetime, *, force: bool = False) -> int:
        """Write links; return how many addresses are queued that were not. Runs inside the caller's transaction.

        A known address stays unchanged, with three exceptions. An address that was named or is an entry point
        (``force``, ``via`` of a start or entry, a listing or feed) is queued again, unless this run or the killed one
        that it continues has visited it. An address that was found nearer to a start takes the lower depth. For an
        address in another spelling, the spelling is stored and the preferred one cited.
        """
        remaining = iter(links)
        newly_queued = 0
        while chunk := [*islice(remaining, KEYS_PER_STATEMENT)]:
            newly_queued += self._enqueue(site, chunk, run_id, instant(now), force=force)
        return newly_queued

    def _enqueue(self, site: str, links: Sequence[Link], run_id: int, seen_at: str, *, force: bool) -> int:
        newly_queued = 0
        chain: int | None = None
        known_addresses = self._find_known(link.address.url_key for link in links)
        new_rows: dict[str, tuple[Any, ...]] = {}
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
            if address.url_key not in known_addresses and address.url_key not in new_rows:
                newly_queued += 1
                new_rows[address.url_key] = (
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
                    link.not_after,
                )
            else:
                if address.url_key in new_rows:  # a second link to an address that the first one has queued
                    known_addresses.update(dict.fromkeys(new_rows))
                    self._insert(new_rows)
                if is_entry_point and chain is None:
                    chain = find_first_run_of_chain(self.db, run_id)
                known_address = known_addresses[address.url_key] or self._load_known(address.url_key)
                known_addresses[address.url_key] = None  # as it may change now, a further link asks again
                newly_queued += self._update_known_address(
                    site, link, priority, chain if is_entry_point else None, known_address
                )
            if link.printed_url and link.printed_url != address.url:
                self.record_spelling(link.printed_url, address.url_key)
            if link.via in RECORDED_VIAS and address.kind == "article":
                record_sightings(self.db.conn, (address.url_key,), link.via, seen_at)
        self._insert(new_rows)
        return newly_queued

    def _find_known(self, url_keys: Iterable[str]) -> dict[str, _KnownAddress | None]:
        """Return those of some addresses that are known; at most :data:`KEYS_PER_STATEMENT` of them are asked for."""
        rows = self.db.conn.execute(
            f"SELECT {_KNOWN_COLUMNS} FROM addresses WHERE url_key IN (SELECT value FROM json_each(?))",
            (json.dumps([*url_keys]),),
        )
        return {row[0]: _KnownAddress(*row) for row in rows}

    def _load_known(self, url_key: str) -> _KnownAddress:
        query = f"SELECT {_KNOWN_COLUMNS} FROM addresses WHERE url_key = ?"
        return _KnownAddress(*self.db.conn.execute(query, (url_key,)).fetchone())

    def _insert(self, rows: dict[str, tuple[Any, ...]]) -> None:
        """Insert addresses that are not known, and empty the rows."""
        self.db.conn.executemany(_INSERT, [*rows.values()])
        rows.clear()

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

    def _update_known_address(
        self, site: str, link: Link, priority: int, chain: int | None, known_address: _KnownAddress
    ) -> int:
        conn = self.db.conn
        url_key, url, state, depth = known_address[:4]
        if url != link.address.url:
            self.prefer_spelling(site, url_key, url, link.address.url)
        if known_address.article_id is not None and link.depth < depth:
            self.lower_depth(known_address.article_id, link.depth)
        if chain is not None and (state == "queued" or (known_address.last_run or 0) < chain):
            conn.execute(
                "UPDATE addresses SET state = 'queued', priority = min(?, CASE state WHEN 'queued' THEN priority "
                "ELSE ? END), depth = min(depth, ?) WHERE url_key = ?",
                (priority, priority, link.depth, url_key),
            )
            return int(state != "queued")
        if state in ("hole", "gone") and known_address.via in RANGE_VIAS and link.via not in RANGE_VIAS:
            # A range requested it too early: now that a page links to it, it is visited once more.
            conn.execute(
                "UPDATE addresses SET state = 'queued', via = ?, priority = ?, depth = min(depth, ?) WHERE url_key = ?",
                (link.via, priority, link.depth, url_key),
            )
            return 1
        is_sooner = state == "queued" and priority < known_address.priority
        new_date = known_address.published_on is None and link.published_on
        if link.depth < depth or is_sooner or new_date:
            conn.execute(
                "UPDATE addresses SET depth = min(depth, ?), priority = min(priority, ?), "
                "published_on = coalesce(published_on, ?), headline = coalesce(headline, ?) WHERE url_key = ?",
                (link.depth, priority, link.published_on, known_address.headline or link.headline, url_key),
            )
        return 0


def _is_entry_point(link: Link) -> bool:
    return link.via in ("start", "entry") or link.address.kind in ("listing", "feed", "sitemap", "home")
