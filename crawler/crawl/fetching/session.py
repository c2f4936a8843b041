"""The fetch session: the mirror, throttle, clock, stop signal and WARC writer that the fetching components share.

It needs no archive. Two functions stand for one: ``find_earlier`` finds an answer kept earlier, ``keep_loose`` takes an
answer that belongs to no address of the queue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from crawler.crawl.fetching.throttle import Throttle
from crawler.crawl.network.mirror import Mirror
from crawler.crawl.network.transfers import Transfers
from crawler.crawl.stop import StopSignal
from crawler.errors import CrawlerError
from crawler.items import Capture
from crawler.outcome.reservations import TdmRule
from crawler.warc import OriginalRecord, find_original
from crawler.warc.records import AnswerRecord
from crawler.warc.writer import Location


class WarcSink(Protocol):
    """Writes answers before they are read: a :class:`~crawler.warc.WarcWriter`."""

    folder: Path

    def write(self, answer: AnswerRecord, request_head: bytes | None) -> Location: ...


class EarlierAnswer(Protocol):
    """The WARC location and payload digest of an answer kept earlier."""

    @property
    def warc_file(self) -> str: ...
    @property
    def warc_offset(self) -> int: ...
    @property
    def digest(self) -> str: ...


class Pace(Protocol):
    """Remembers across runs when a site was asked last: a :class:`~crawler.archive.lock.SiteLock`."""

    @property
    def last_request_at(self) -> datetime | None: ...

    def note_request(self, moment: datetime) -> None:
        """Remember the time of a request."""


FindEarlier = Callable[[str, str, str | None], EarlierAnswer | None]
"""Maps identity, address and digest of an answer (None: the last answer) to where the same answer is kept, or None."""

NoteSitemaps = Callable[[str, Sequence[str], datetime], None]
"""Takes the address of a robots.txt, the sitemaps that it names, and when it was read."""


class FetchSession:
    """The state that the components between queue and network share.

    Attributes:
        mirror: where to fetch from instead; None means the site itself.
        throttle: decides whether a request may be made now.
        warc: writes the answers.
        stop: ends the crawl.
        clock: returns the time, in UTC.
        transfers: the requests that are being made.

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
        pace: Pace | None = None,
        note_sitemaps: NoteSitemaps = lambda robots_url, sitemaps, moment: None,
        obeys_reservations: bool = False,
    ) -> None:
        self.throttle = throttle
        self.warc = warc
        self.stop = stop
        self.clock = clock
        self.mirror = mirror
        self.transfers = Transfers()
        self.keep_loose = keep_loose
        """Takes an answer that belongs to no address of the queue (robots.txt)."""
        self.note_sitemaps = note_sitemaps
        """Takes the sitemaps that a robots.txt names."""
        self.obeys_reservations = obeys_reservations
        """True when pages that their publisher reserves are not kept."""
        self.tdm_rules: dict[str, tuple[TdmRule, ...]] = {}
        """The TDM reservations of each host, as its file states them."""
        self._find_earlier = find_earlier
        self._pace = pace
        self.idle_seconds = self._measure_idle_time()
        """Seconds since an earlier run made its last request; None where that is not known."""

    @property
    def wants_tdm_files(self) -> bool:
        """True when the TDM files of hosts are asked for: of live sites, and wherever reservations are obeyed."""
        return self.obeys_reservations or self.mirror is None or not self.mirror.is_loopback

    def must_end(self) -> bool:
        """Return True if quiet hours or the day's cap are reached; the crawl then ends after what is in flight."""
        reason = self.throttle.find_stop_reason()
        if reason is not None:
            self.stop.end(reason)
        return reason is not None

    def is_held(self) -> bool:
        """Return True if no request may be made now: the crawl is to end, or a pause lasts."""
        return self.must_end() or self.throttle.is_paused

    def admit(self) -> str | None:
        """Count a request that is about to be made; return the reason why it may not be made now, or None."""
        if self.stop.trouble is not None or self.stop.is_interrupted:
            return "the crawl has been stopped"
        reason = self.throttle.admit()
        if reason is None and self._pace is not None:
            self._pace.note_request(self.clock())
        return reason

    def note_response(self, answer: Capture) -> None:
        """Give an answer to the throttle; end the crawl when it asks for a pause too long to wait for."""
        problem = self.throttle.note_response(answer)
        if problem is not None:
            self.stop.set(problem, "refused")

    def find_original_record(
        self, url_key: str, answer_url: str, status: int, digest: str | None
    ) -> OriginalRecord | None:
        """Return the record that already holds the payload of an answer, for a revisit record; None when none does.

        For status 304 that is the answer that was not modified. Only whole answers of status 200 are pointed to.
        """
        if status not in (200, 304):
            return None
        try:
            capture = self._find_earlier(url_key, answer_url, digest if status == 200 else None)
        except CrawlerError:  # an error of the archive ends the run at its next write; this answer is kept in full
            return None
        if capture is None:
            return None
        return find_original(
            self.warc.folder, capture.warc_file, capture.warc_offset, url=answer_url, digest=capture.digest
        )

    def _measure_idle_time(self) -> float | None:
        last = None if self._pace is None else self._pace.last_request_at
        # A request that seems to be still to come was made before the clock was set back: how long ago nobody knows.
        return None if last is None else max(0.0, (self.clock() - last).total_seconds())

    def set_write_error(self, problem: OSError) -> None:
        """End the crawl because an answer cannot be kept."""
        self.stop.set_write_error(self.warc.folder, problem)
