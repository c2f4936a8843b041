"""What fetching pages of a site takes: where from, how fast, what the time is, and where answers are kept.

No archive is needed. What an archive knows (answers kept earlier) and is told (answers that belong to no address of the
queue) is given as functions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from crawler.crawl.network.mirror import Mirror
from crawler.crawl.stop import StopSignal
from crawler.crawl.throttle import Throttle
from crawler.errors import CrawlerError
from crawler.items import Capture
from crawler.warc import OriginalRecord, find_original
from crawler.warc.writer import Location


class WarcSink(Protocol):
    """Where answers are kept before anything else: a :class:`~crawler.warc.WarcWriter`."""

    folder: Path

    def write(
        self,
        *,
        url: str,
        fetched_at: datetime,
        request_head: bytes | None,
        response_head: bytes,
        body: bytes,
        fetched_from: str | None = None,
        truncated: str | None = None,
        original: OriginalRecord | None = None,
    ) -> Location: ...


class EarlierAnswer(Protocol):
    """Where an earlier answer is kept."""

    @property
    def warc_file(self) -> str: ...
    @property
    def warc_offset(self) -> int: ...
    @property
    def digest(self) -> str: ...


FindEarlier = Callable[[str, str, str | None], EarlierAnswer | None]
"""From identity, address and digest of an answer (None: whatever came last) to where the same one is kept."""


class FetchSession:
    """What the parts of a crawl between queue and network share.

    Attributes:
        mirror: where to fetch from instead; None means the site itself.
        throttle: what keeps the crawl from asking just now.
        warc: where answers are kept.
        stop: ends the crawl.
        clock: tells the time, in UTC.

    """

    def __init__(
        self,
        *,
        throttle: Throttle,
        warc: WarcSink,
        stop: StopSignal,
        clock: Callable[[], datetime],
        mirror: Mirror | None = None,
        find_earlier: FindEarlier = lambda url_key, url, digest: None,
        keep_loose: Callable[[Capture], None] = lambda capture: None,
    ) -> None:
        self.throttle = throttle
        self.warc = warc
        self.stop = stop
        self.clock = clock
        self.mirror = mirror
        self.keep_loose = keep_loose
        """Takes an answer that belongs to no address of the queue (robots.txt)."""
        self._find_earlier = find_earlier

    def must_end(self) -> bool:
        """Return True if quiet hours or the day's cap are reached; the crawl then ends after what is in flight."""
        reason = self.throttle.ending()
        if reason is not None:
            self.stop.end(reason)
        return reason is not None

    def is_held(self) -> bool:
        """Return True if nothing may be asked for now: the crawl is to end, or waits while a pause lasts."""
        return self.must_end() or self.throttle.is_paused

    def admit(self) -> str | None:
        """Count a request that is about to be made; return why it may not be made now, or None when it may."""
        return self.throttle.admit()

    def answered(self, answer: Capture) -> None:
        """Note an answer the moment it comes: what asks for a pause gets it."""
        problem = self.throttle.answered(answer)
        if problem is not None:
            self.stop.set(problem, "refused")

    def original(self, url_key: str, answer_url: str, status: int, digest: str | None) -> OriginalRecord | None:
        """Return the record that already holds what was answered, so that only a pointer need be kept; or None.

        For status 304 that is what was not modified. Only whole answers of status 200 are pointed to.
        """
        if status not in (200, 304):
            return None
        try:
            earlier = self._find_earlier(url_key, answer_url, digest if status == 200 else None)
        except CrawlerError:  # the archive's trouble ends the run soon enough; this answer is kept in full
            return None
        if earlier is None:
            return None
        return find_original(
            self.warc.folder, earlier.warc_file, earlier.warc_offset, url=answer_url, digest=earlier.digest
        )

    def cannot_write(self, problem: OSError) -> None:
        """End the crawl because an answer cannot be kept."""
        self.stop.cannot_write(self.warc.folder, problem)
