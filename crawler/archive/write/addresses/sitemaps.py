"""Writes what a sitemap names: the newest of its articles into the queue, and a number for each of them.

The numbers are what ``gaps`` counts the archived articles against. A sitemap whose new articles are more than the queue
takes at once stays queued itself, and is read again once these have been fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from crawler.archive.database import select_rows
from crawler.archive.write.addresses.claims import MAX_WAITING
from crawler.archive.write.addresses.queue import KEYS_PER_STATEMENT, Queue
from crawler.archive.write.addresses.sightings import record_sightings
from crawler.items import Link, Visit
from crawler.normalisation.addresses.numbers import make_address_number
from crawler.normalisation.dates.moments import instant

MAX_QUEUED_AT_ONCE: Final = 5_000
"""The most articles that one visit of a sitemap puts into the queue."""
LONGEST_QUEUE: Final = MAX_WAITING + MAX_QUEUED_AT_ONCE
"""The most articles that wait because of sitemaps alone."""
UNDATED_REST: Final = timedelta(days=7)
"""How long a sitemap of an index rests that states no day of its last change, and names no period."""
_ZONES: Final = timedelta(days=1)
"""How far two calendar days may lie apart that are the same somewhere."""


def keep_sitemap_links(queue: Queue, visit: Visit, site: str, run_id: int, now: datetime) -> None:
    """Write the links of a visit to a sitemap, inside the caller's transaction."""
    articles = [link for link in visit.links if link.address.kind == "article"]
    _note_addresses(queue, [*articles, *(link for link in visit.noted if link.address.kind == "article")], site)
    enqueue_sitemaps(queue, [link for link in visit.links if link.address.kind != "article"], site, run_id, now)
    left_over = _enqueue_new(queue, articles, site, run_id, now)
    if visit.noted:  # for a run with other limits it is as if it had not been read
        queue.db.conn.execute("UPDATE addresses SET last_run = NULL WHERE url_key = ?", (visit.address.url_key,))
    if left_over:
        queue.db.conn.execute(
            "UPDATE addresses SET state = 'queued', etag = NULL, last_modified = NULL WHERE url_key = ?",
            (visit.address.url_key,),
        )


def is_read_whole(visit: Visit) -> bool:
    """Return True if a visit was to a sitemap that need not be read again while it is the same.

    An index is read again, for its sitemaps may have changed; so is one whose articles the run did not follow.
    """
    is_index = any(link.address.kind == "sitemap" for link in visit.links)
    return visit.address.kind == "sitemap" and not is_index and not visit.noted


def enqueue_sitemaps(queue: Queue, links: Iterable[Link], site: str, run_id: int, now: datetime) -> int:
    """Queue sitemaps, but for those that cannot have changed since they were read; return how many are queued now."""
    newly_queued = 0
    for link in links:
        if _may_have_changed(queue, link, now):
            newly_queued += queue.enqueue(site, (link,), run_id, now)
        if link.not_after is not None:
            queue.db.conn.execute(
                "UPDATE addresses SET not_after = ? WHERE url_key = ?", (link.not_after, link.address.url_key)
            )
    return newly_queued


def _enqueue_new(queue: Queue, links: Sequence[Link], site: str, run_id: int, now: datetime) -> int:
    """Queue the first links that are not known, as many as are taken at once; return how many are left over."""
    room, left_over = MAX_QUEUED_AT_ONCE, 0
    for start in range(0, len(links), KEYS_PER_STATEMENT):
        batch = links[start : start + KEYS_PER_STATEMENT]
        marks = ", ".join("?" * len(batch))
        rows = queue.db.execute(
            f"SELECT url_key FROM addresses WHERE url_key IN ({marks})", [link.address.url_key for link in batch]
        )
        known_keys = {url_key for (url_key,) in rows}
        record_sightings(queue.db.conn, sorted(known_keys), "sitemap", instant(now))
        unknown_links = [link for link in batch if link.address.url_key not in known_keys]
        new_links = [link for link in unknown_links if link.address.url_key not in queue.forgotten]
        queue.enqueue(site, new_links[:room], run_id, now)
        left_over += max(len(new_links) - room, 0)
        room = max(room - len(new_links), 0)
    return left_over


def _note_addresses(queue: Queue, links: Iterable[Link], site: str) -> None:
    queue.db.conn.executemany(
        "INSERT INTO sitemap_addresses (key, site, month) VALUES (?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET month = coalesce(excluded.month, month)",
        [(make_address_number(link.address.url_key), site, _find_month(link)) for link in links],
    )


def _find_month(link: Link) -> str | None:
    day = link.published_on or link.not_after
    return day[:7] if day is not None else None


def _may_have_changed(queue: Queue, link: Link, now: datetime) -> bool:
    """Return True if a sitemap is to be read: it is new, was not read whole, or may have changed since its visit."""
    row = select_rows(
        queue.db.conn,
        "SELECT a.state, r.started_at FROM addresses a LEFT JOIN runs r ON r.id = a.last_run WHERE a.url_key = ?",
        (link.address.url_key,),
    ).fetchone()
    if row is None or row["started_at"] is None or row["state"] != "done" or link.via == "start":
        return True
    visited_at = datetime.fromisoformat(row["started_at"])
    changed_on = link.not_after or link.published_on
    if changed_on is not None:
        return date.fromisoformat(changed_on) >= visited_at.date() - _ZONES
    return link.via == "entry" or now - visited_at >= UNDATED_REST
