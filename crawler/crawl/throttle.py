"""What keeps a run from asking just now: quiet hours, the day's cap, a pause that the site wants.

Quiet hours and the cap end a run; it is not left waiting, for a process that sleeps through a day holds the archive and
dies unseen. The queue stays, and the next run goes on with it. A short pause (429, 503) is waited for; a long one ends
the run too, as refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from crawler.crawl.network.mirror import Mirror
from crawler.crawl.options import CrawlOptions, read_quiet_hours
from crawler.crawl.stop import StopReason
from crawler.errors import SiteRefused
from crawler.items import Capture
from crawler.outcome.retry_after import PAUSE_STATUSES, pause_until
from crawler.site import Site

LONGEST_WAIT = timedelta(minutes=2)
"""A longer pause is not waited for within a run."""
SHORTEST_BACK_OFF = 0.2
"""Seconds of the first pause when the site asks for one without saying how long, on a mirror without delay."""
BACK_OFF_DELAYS = 6
"""So many delays long is that first pause elsewhere; each further one in a row is twice as long."""


class Throttle:
    """The throttle of one run. ``asked_since`` counts the answers that earlier runs had from the site since then."""

    def __init__(
        self, site: Site, options: CrawlOptions, asked_since: Callable[[datetime], int], clock: Callable[[], datetime]
    ) -> None:
        self._site = site
        self._zone = ZoneInfo(site.timezone)
        self._quiet = read_quiet_hours(options.quiet_hours) if options.quiet_hours else None
        self._cap = options.daily_cap
        self._asked_since = asked_since
        self._clock = clock
        here = options.mirror is not None and Mirror(options.mirror, site.origin).is_loopback
        delay = options.delay if options.delay is not None else 0.0 if here else site.crawl_delay
        self._back_off = timedelta(seconds=max(SHORTEST_BACK_OFF, BACK_OFF_DELAYS * delay))
        self._busy = 0
        self._rest_until: datetime | None = None
        self._today: datetime | None = None
        self._asked = 0

    def ending(self) -> StopReason | None:
        """Return why the run is to end now, or None."""
        now = self._clock()
        if self._quiet is not None and (until := self._find_quiet_end(now)) is not None:
            return StopReason(
                outcome="quiet hours",
                note=f"quiet hours until {until:%H:%M} ({self._site.timezone}): the same command goes on after that",
            )
        if self._cap is not None and self._count_requests_today(now) >= self._cap:
            return StopReason(
                outcome="daily cap",
                note=f"the {self._cap} requests of this day ({self._site.timezone}) are made: the same command goes on "
                "tomorrow",
            )
        return None

    @property
    def is_paused(self) -> bool:
        """True while a pause lasts that is waited for."""
        return self._rest_until is not None and self._clock() < self._rest_until

    def admit(self) -> str | None:
        """Count a request that is about to be made; return why it may not be made now, or None when it may."""
        if (ending := self.ending()) is not None:
            return ending.note
        if self.is_paused:
            return "the site asks for a pause"
        if self._cap is not None:
            self._asked += 1
        return None

    def answered(self, answer: Capture) -> SiteRefused | None:
        """Look at an answer; return the error when it asks for a pause that is too long to wait for."""
        if answer.status not in PAUSE_STATUSES:
            self._busy = 0
            return None
        self._busy += 1
        until = pause_until(answer)
        if until is None:
            until = answer.fetched_at + min(self._back_off * 2 ** min(self._busy - 1, 20), LONGEST_WAIT)
        self._rest_until = max(until, self._rest_until) if self._rest_until else until
        if until - self._clock() <= LONGEST_WAIT:
            return None
        wait = (answer.header("Retry-After") or "")[:50]
        return SiteRefused(
            f"{self._site.title} asks for a pause until {until:%Y-%m-%d %H:%M} UTC (status {answer.status}, "
            f"Retry-After {wait}): try again after that"
        )

    def _find_quiet_end(self, now: datetime) -> time | None:
        assert self._quiet is not None
        begin, end = self._quiet
        clock = now.astimezone(self._zone).time()
        quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
        return end if quiet else None

    def _count_requests_today(self, now: datetime) -> int:
        today = now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if today != self._today:
            self._today, self._asked = today, self._asked_since(today)
        return self._asked
