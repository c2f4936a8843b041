"""The throttle: forbids requests in quiet hours, above the daily cap, and while a pause lasts that the site asked for.
Quiet hours and the cap end a run instead of suspending it, because a process that sleeps for a day holds the archive's
lock and may die unnoticed. The queue stays, and the next run goes on with it. The run waits for a short pause (429,
503); a long one ends it, as refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crawler.crawl.network.mirror import Mirror
from crawler.crawl.options import CrawlOptions, is_within_hours, read_quiet_hours
from crawler.crawl.stop import StopReason
from crawler.crawl.timer import make_timer
from crawler.errors import SiteRefused
from crawler.items import Capture
from crawler.outcome.retry_after import PAUSE_STATUSES, find_pause_end
from crawler.site import Site

LONGEST_WAIT = timedelta(minutes=2)
"""The longest pause that a run waits for."""
SHORTEST_BACK_OFF = 0.2
"""Seconds of the first pause, at least, when the site asks for one without saying how long."""
BACK_OFF_DELAYS = 6
"""Length of that first pause, in delays between requests; each further one in a row is twice as long."""


class Throttle:
    """The throttle of one run. ``asked_since`` counts the answers that earlier runs had since an instant.

    Quiet hours and days are those of the clock; a pause is measured by a timer, whatever happens to the clock.
    """

    def __init__(
        self, site: Site, options: CrawlOptions, asked_since: Callable[[datetime], int], clock: Callable[[], datetime]
    ) -> None:
        self._site = site
        self._zone = ZoneInfo(site.timezone)
        self._quiet = read_quiet_hours(options.quiet_hours) if options.quiet_hours else None
        self._cap = options.daily_cap
        self._asked_since = asked_since
        self._clock = clock
        self._timer = make_timer(clock)
        on_loopback = options.mirror is not None and Mirror(options.mirror, site.origin).is_loopback
        delay = options.delay if options.delay is not None else 0.0 if on_loopback else site.crawl_delay
        self._back_off = timedelta(seconds=max(SHORTEST_BACK_OFF, BACK_OFF_DELAYS * delay))
        self._busy = 0
        self._rest_until: float | None = None
        """The reading of the timer at which the pause ends."""
        self._asked_by_day: dict[date, int] = {}

    def find_stop_reason(self) -> StopReason | None:
        """Return the reason why the run is to end now (quiet hours, daily cap), or None."""
        now = self._clock()
        if self._quiet is not None and (until := self._find_quiet_end(now)) is not None:
            return StopReason(
                outcome="quiet hours",
                note=f"quiet hours until {until:%H:%M} ({self._site.timezone}): the same command goes on after that",
            )
        if self._cap is not None and self._asked_by_day[self._load_day(now)] >= self._cap:
            return StopReason(
                outcome="daily cap",
                note=f"the {self._cap} requests of this day ({self._site.timezone}) are made: the same command goes on "
                "tomorrow",
            )
        return None

    @property
    def is_paused(self) -> bool:
        """True while a pause lasts."""
        return self._rest_until is not None and self._timer() < self._rest_until

    def admit(self) -> str | None:
        """Count a request that is about to be made; return the reason why it may not be made now, or None."""
        if (reason := self.find_stop_reason()) is not None:
            return reason.note
        if self.is_paused:
            return "the site asks for a pause"
        if self._cap is not None:
            self._asked_by_day[self._load_day(self._clock())] += 1
        return None

    def note_response(self, answer: Capture) -> SiteRefused | None:
        """Begin a pause where an answer asks for one; return the error when it is too long to wait for, else None."""
        if answer.status not in PAUSE_STATUSES:
            self._busy = 0
            return None
        self._busy += 1
        until = find_pause_end(answer)
        if until is None:
            until = answer.fetched_at + min(self._back_off * 2 ** min(self._busy - 1, 20), LONGEST_WAIT)
        length = until - answer.fetched_at
        self._rest_until = max(self._timer() + length.total_seconds(), self._rest_until or 0.0)
        if length <= LONGEST_WAIT:
            return None
        wait = (answer.header("Retry-After") or "")[:50]
        return SiteRefused(
            f"{self._site.title} asks for a pause until {until:%Y-%m-%d %H:%M} UTC (status {answer.status}, "
            f"Retry-After {wait}): try again after that"
        )

    def _find_quiet_end(self, now: datetime) -> time | None:
        assert self._quiet is not None
        clock = now.astimezone(self._zone).time()
        return self._quiet[1] if is_within_hours(self._quiet, clock) else None

    def _load_day(self, now: datetime) -> date:
        """Return the day of the site, once the requests that it has had are counted."""
        today = now.astimezone(self._zone).date()
        if today not in self._asked_by_day:  # a clock that is set back to a day before finds its count again
            self._asked_by_day[today] = self._asked_since(datetime.combine(today, time.min, self._zone))
        return today
